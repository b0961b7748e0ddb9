//! The people of a bulk, one by one.

use actix_web::get;
use actix_web::web::{Data, Json};
use pum_app::AppError;
use pum_domain::BulkId;
use pum_domain::bulk::ItemState;
use pum_store::bulks;
use serde::Deserialize;
use utoipa::IntoParams;

use super::dto::{BulkItem, BulkItemStateName};
use crate::dto::PageDto;
use crate::error::ApiResult;
use crate::extract::{Id, ListParams, Order, PageParams};
use crate::state::Web;

pum_domain::catalogue! {
    /// By what the people of a bulk may be sorted.
    pub enum BulkItemSort { Position = "position" }
}

/// Which of them to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BulkItemFilter {
    /// Only those who stand like this.
    #[param(value_type = Option<BulkItemStateName>)]
    pub state: Option<ItemState>,
}

/// List the people of a bulk
///
/// In the order in which their parts are begun, each with what became of it.
#[utoipa::path(
    operation_id = "listBulkItems",
    tag = "Users",
    extensions(("x-permission" = json!("users.bulk"))),
    params(("id" = String, Path, description = "The bulk."), PageParams, BulkItemFilter),
    responses((status = 200, description = "A page of people.", body = PageDto<BulkItem>)),
)]
#[get("/users/bulk/{id}/items")]
pub async fn list_bulk_items(
    web: Data<Web>,
    id: Id<BulkId>,
    query: ListParams<BulkItemFilter, BulkItemSort>,
) -> ApiResult<Json<PageDto<BulkItem>>> {
    let reader = web.ctx().reader();
    let bulk = bulks::get(&reader, id.0).await.map_err(AppError::from)?;
    let request = query.page(Order::Ascending);
    let page = bulks::items(&reader, &bulk, query.filter.state, &request).await.map_err(AppError::from)?;
    Ok(Json(PageDto::of(page, BulkItem::from)))
}
