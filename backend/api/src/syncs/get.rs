//! One sync.

use actix_web::get;
use actix_web::web::{Data, Json};
use pum_app::{AppError, AppResult};
use pum_domain::SyncId;
use pum_domain::brake::HoldState;
use pum_store::syncs::{self, Sync};
use pum_store::{Reads, brake};

use super::SyncDto;
use crate::error::ApiResult;
use crate::extract::Id;
use crate::state::Web;

/// Show a sync
#[utoipa::path(
    operation_id = "getSync",
    tag = "Users",
    extensions(("x-permission" = json!("users.view"))),
    params(("id" = String, Path, description = "The sync.")),
    responses((status = 200, description = "The sync.", body = SyncDto)),
)]
#[get("/users/syncs/{id}")]
pub async fn get_sync(web: Data<Web>, id: Id<SyncId>) -> ApiResult<Json<SyncDto>> {
    let sync = syncs::get(&web.ctx().reader(), id.0).await.map_err(AppError::from)?;
    Ok(Json(shown(&web.ctx().reader(), sync).await?))
}

/// The sync with the removals that wait for an admin.
pub async fn shown(db: &impl Reads, sync: Sync) -> AppResult<SyncDto> {
    let held = match sync.hold_id {
        Some(id) => {
            let hold = brake::get(db, id).await?;
            match hold.state {
                HoldState::Waiting => Some((hold, brake::listed(db, id).await?)),
                _ => None,
            }
        }
        None => None,
    };
    Ok(SyncDto::of(sync, held))
}
