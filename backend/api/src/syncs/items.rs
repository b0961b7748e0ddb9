//! What a sync found.

use actix_web::get;
use actix_web::web::{Data, Json};
use pum_app::AppError;
use pum_domain::SyncId;
use pum_domain::sync::SyncItemKind;
use pum_store::syncs::{self, ItemFilter};
use serde::Deserialize;
use utoipa::IntoParams;

use super::dto::{SyncItemDto, SyncItemKindName};
use crate::dto::{PageDto, search};
use crate::error::ApiResult;
use crate::extract::{Id, ListParams, Order, PageParams};
use crate::state::Web;

pum_domain::catalogue! {
    /// By what a sync's findings may be sorted.
    pub enum SyncItemSort { Found = "found" }
}

/// Which findings to list. Everything that is given must fit.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SyncItemFilter {
    /// Only these.
    #[param(value_type = Option<SyncItemKindName>)]
    kind: Option<SyncItemKind>,
    /// Text in the name, at most 200 characters.
    q: Option<String>,
}

/// List what a sync found
///
/// Users as before are not listed.
#[utoipa::path(
    operation_id = "listSyncItems",
    tag = "Users",
    extensions(("x-permission" = json!("users.view"))),
    params(("id" = String, Path, description = "The sync."), PageParams, SyncItemFilter),
    responses((status = 200, description = "A page of findings.", body = PageDto<SyncItemDto>)),
)]
#[get("/users/syncs/{id}/items")]
pub async fn list_sync_items(
    web: Data<Web>,
    id: Id<SyncId>,
    query: ListParams<SyncItemFilter, SyncItemSort>,
) -> ApiResult<Json<PageDto<SyncItemDto>>> {
    let request = query.page(Order::Ascending);
    let filter = ItemFilter { kind: query.filter.kind, q: search("/q", query.filter.q)? };
    let reader = web.ctx().reader();
    syncs::get(&reader, id.0).await.map_err(AppError::from)?;
    let page = syncs::list_items(&reader, id.0, &filter, &request).await;
    Ok(Json(PageDto::of(page.map_err(AppError::from)?, SyncItemDto::from)))
}
