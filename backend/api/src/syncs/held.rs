//! Everybody whose removal waits for an admin.

use actix_web::get;
use actix_web::web::{Data, Json};
use pum_app::AppError;
use pum_domain::HoldId;
use pum_store::brake;

use super::dto::HeldPerson;
use crate::dto::PageDto;
use crate::error::ApiResult;
use crate::extract::{Id, ListParams, NoFilter, Order, PageParams};
use crate::state::Web;

pum_domain::catalogue! {
    /// By what a list of removals may be sorted.
    pub enum HeldSort { Name = "name" }
}

/// List the people whose removal waits
///
/// All whom a `list_id` of `getSync` or `getPurgeSchedule` stands for: exactly those whose removal is confirmed with
/// it. The list never changes.
#[utoipa::path(
    operation_id = "listHeldPeople",
    tag = "Users",
    extensions(("x-permission" = json!("users.view"))),
    params(("id" = String, Path, description = "The `list_id`."), PageParams),
    responses((status = 200, description = "A page of people, by name.", body = PageDto<HeldPerson>)),
)]
#[get("/users/held-removals/{id}")]
pub async fn list_held_people(
    web: Data<Web>,
    id: Id<HoldId>,
    query: ListParams<NoFilter, HeldSort>,
) -> ApiResult<Json<PageDto<HeldPerson>>> {
    let reader = web.ctx().reader();
    brake::get(&reader, id.0).await.map_err(AppError::from)?;
    let page = brake::list_people(&reader, id.0, &query.page(Order::Ascending)).await;
    Ok(Json(PageDto::of(page.map_err(AppError::from)?, HeldPerson::from)))
}
