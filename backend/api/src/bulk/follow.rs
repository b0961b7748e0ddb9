//! How a bulk goes, stopping it, and trying its failed ones again.

use actix_web::web::{Data, Json};
use actix_web::{HttpResponse, get, post};
use pum_app::{AppError, bulk};
use pum_domain::BulkId;
use pum_store::bulks;

use super::dto::BulkDto;
use crate::auth::SignedIn;
use crate::client_addr::ClientAddr;
use crate::error::ApiResult;
use crate::extract::Id;
use crate::state::Web;

/// Show how a bulk goes
///
/// A hint of the kind `changes` with its id tells when it has come further.
#[utoipa::path(
    operation_id = "getBulk",
    tag = "Users",
    extensions(("x-permission" = json!("users.bulk"))),
    params(("id" = String, Path, description = "The bulk.")),
    responses((status = 200, description = "The bulk.", body = BulkDto)),
)]
#[get("/users/bulk/{id}")]
pub async fn get_bulk(web: Data<Web>, id: Id<BulkId>) -> ApiResult<Json<BulkDto>> {
    let (bulk, counts) = bulk::progress(&web.ctx().reader(), id.0).await?;
    Ok(Json(BulkDto::of(&bulk, &counts)))
}

/// Stop a bulk
///
/// Nobody else's part is begun; those not begun stay as they were. Once it is over this changes nothing.
#[utoipa::path(
    operation_id = "stopBulk",
    tag = "Users",
    extensions(("x-permission" = json!("users.bulk"))),
    params(("id" = String, Path, description = "The bulk.")),
    responses((status = 200, description = "As it stands now.", body = BulkDto)),
)]
#[post("/users/bulk/{id}/stop")]
pub async fn stop_bulk(
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
    id: Id<BulkId>,
) -> ApiResult<Json<BulkDto>> {
    let (bulk, counts) = bulk::stop(web.ctx(), &admin.actor(address), id.0).await?;
    Ok(Json(BulkDto::of(&bulk, &counts)))
}

/// Try the failed ones of a bulk again
///
/// Only those. Also takes the permission of the action.
#[utoipa::path(
    operation_id = "retryBulk",
    tag = "Users",
    extensions(("x-permission" = json!("users.bulk"))),
    params(("id" = String, Path, description = "The bulk.")),
    responses(
        (status = 202, description = "Jobs will do it.", body = BulkDto),
        (status = 409, description = "`conflict`: It was stopped."),
    ),
)]
#[post("/users/bulk/{id}/retry")]
pub async fn retry_bulk(
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
    id: Id<BulkId>,
) -> ApiResult<HttpResponse> {
    let bulk = bulks::get(&web.ctx().reader(), id.0).await.map_err(AppError::from)?;
    admin.require(bulk.action.kind().permission())?;
    let (bulk, counts) = bulk::retry(web.ctx(), &admin.actor(address), id.0).await?;
    Ok(HttpResponse::Accepted().json(BulkDto::of(&bulk, &counts)))
}
