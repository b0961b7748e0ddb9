//! One sync.

use actix_web::get;
use actix_web::web::{Data, Json};
use pum_app::AppError;
use pum_domain::SyncId;
use pum_domain::brake::HoldState;
use pum_store::brake;
use pum_store::syncs::{self, Sync};

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
    Ok(Json(shown(&web, sync).await?))
}

/// The sync with the removals that wait for an admin.
pub(super) async fn shown(web: &Web, sync: Sync) -> ApiResult<SyncDto> {
    let reader = web.ctx().reader();
    let held = match sync.hold_id {
        Some(id) => {
            let hold = brake::get(&reader, id).await.map_err(AppError::from)?;
            match hold.state {
                HoldState::Waiting => Some((hold, brake::listed(&reader, id).await.map_err(AppError::from)?)),
                _ => None,
            }
        }
        None => None,
    };
    Ok(SyncDto::of(sync, held))
}
