//! The syncs, latest first.

use actix_web::get;
use actix_web::web::{Data, Json};
use pum_app::AppError;
use pum_store::syncs;

use super::SyncDto;
use super::get::shown;
use crate::dto::PageDto;
use crate::error::ApiResult;
use crate::extract::{ListParams, NoFilter, Order, PageParams};
use crate::state::Web;

pum_domain::catalogue! {
    /// By what the list of syncs may be sorted.
    pub enum SyncSort { Requested = "requested" }
}

/// List the syncs
#[utoipa::path(
    operation_id = "listSyncs",
    tag = "Users",
    extensions(("x-permission" = json!("users.view"))),
    params(PageParams),
    responses((status = 200, description = "A page of syncs, the latest first.", body = PageDto<SyncDto>)),
)]
#[get("/users/syncs")]
pub async fn list_syncs(
    web: Data<Web>,
    query: ListParams<NoFilter, SyncSort>,
) -> ApiResult<Json<PageDto<SyncDto>>> {
    let page = syncs::list(&web.ctx().reader(), &query.page(Order::Descending)).await;
    let page = page.map_err(AppError::from)?;
    let mut items = Vec::with_capacity(page.items.len());
    for sync in page.items {
        items.push(shown(&web.ctx().reader(), sync).await?);
    }
    Ok(Json(PageDto {
        items,
        next_cursor: page.next_cursor,
        total: page.total,
        total_is_minimum: page.total_is_minimum,
    }))
}
