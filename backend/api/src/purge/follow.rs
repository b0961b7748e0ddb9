//! How a purge by hand goes, and stopping it.

use actix_web::web::{Data, Json};
use actix_web::{get, post};
use pum_app::{AppError, bulk};
use pum_domain::BulkId;
use pum_domain::bulk::BulkKind;
use pum_store::{Reads, bulks};

use crate::auth::SignedIn;
use crate::bulk::{BulkDto, BulkItem, BulkItemFilter, BulkItemSort};
use crate::client_addr::ClientAddr;
use crate::dto::PageDto;
use crate::error::ApiResult;
use crate::extract::{Id, ListParams, Order, PageParams};
use crate::state::Web;

/// Other changes of many users are none of it.
async fn of_purge(db: &impl Reads, id: BulkId) -> ApiResult<bulks::Bulk> {
    let bulk = bulks::get(db, id).await.map_err(AppError::from)?;
    match bulk.action.kind() {
        BulkKind::Purge => Ok(bulk),
        _ => Err(AppError::not_found("purge").into()),
    }
}

/// Show how a purge goes
///
/// A hint of the kind `changes` with its id tells when it has come further.
#[utoipa::path(
    operation_id = "getPurge",
    tag = "Purge",
    extensions(("x-permission" = json!("users.purge"))),
    params(("id" = String, Path, description = "The purge.")),
    responses((status = 200, description = "The purge.", body = BulkDto)),
)]
#[get("/purge/{id}")]
pub async fn get_purge(web: Data<Web>, id: Id<BulkId>) -> ApiResult<Json<BulkDto>> {
    let reader = web.ctx().reader();
    of_purge(&reader, id.0).await?;
    let (bulk, counts) = bulk::progress(&reader, id.0).await?;
    Ok(Json(BulkDto::of(&bulk, &counts)))
}

/// List the people of a purge
///
/// Each with what became of them. Whoever was kept after all is `refused`, with the reason.
#[utoipa::path(
    operation_id = "listPurgeItems",
    tag = "Purge",
    extensions(("x-permission" = json!("users.purge"))),
    params(("id" = String, Path, description = "The purge."), PageParams, BulkItemFilter),
    responses((status = 200, description = "A page of people.", body = PageDto<BulkItem>)),
)]
#[get("/purge/{id}/items")]
pub async fn list_purge_items(
    web: Data<Web>,
    id: Id<BulkId>,
    query: ListParams<BulkItemFilter, BulkItemSort>,
) -> ApiResult<Json<PageDto<BulkItem>>> {
    let reader = web.ctx().reader();
    let bulk = of_purge(&reader, id.0).await?;
    let request = query.page(Order::Ascending);
    let page = bulks::items(&reader, &bulk, query.filter.state, &request).await.map_err(AppError::from)?;
    Ok(Json(PageDto::of(page, BulkItem::from)))
}

/// Stop a purge
///
/// Nobody else is removed; within the first ten seconds that is everybody. Once it is over this changes nothing.
#[utoipa::path(
    operation_id = "stopPurge",
    tag = "Purge",
    extensions(("x-permission" = json!("users.purge"))),
    params(("id" = String, Path, description = "The purge.")),
    responses((status = 200, description = "As it stands now.", body = BulkDto)),
)]
#[post("/purge/{id}/stop")]
pub async fn stop_purge(
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
    id: Id<BulkId>,
) -> ApiResult<Json<BulkDto>> {
    of_purge(&web.ctx().reader(), id.0).await?;
    let (bulk, counts) = bulk::stop(web.ctx(), &admin.actor(address), id.0).await?;
    Ok(Json(BulkDto::of(&bulk, &counts)))
}
