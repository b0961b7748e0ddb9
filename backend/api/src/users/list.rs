//! Everybody, tombstones included.

use actix_web::get;
use actix_web::web::{Data, Json};
use pum_app::users;
use pum_store::users::Sort;

use super::dto::{UserDto, UserSortName};
use super::filter::{UserFilter, usual_order};
use crate::dto::PageDto;
use crate::error::ApiResult;
use crate::extract::{ListParams, PageParams};
use crate::state::Web;

/// List the users
///
/// Those who were removed stay in the list, with the reason; `state` leaves them out.
#[utoipa::path(
    operation_id = "listUsers",
    tag = "Users",
    extensions(("x-permission" = json!("users.view"))),
    params(
        PageParams,
        UserFilter,
        ("sort" = inline(Option<UserSortName>), Query, description = "What to sort by; `username` unless said."),
    ),
    responses((status = 200, description = "A page of users.", body = PageDto<UserDto>)),
)]
#[get("/users")]
pub async fn list_users(
    web: Data<Web>,
    query: ListParams<UserFilter, Sort>,
) -> ApiResult<Json<PageDto<UserDto>>> {
    let sort = query.sort.unwrap_or(Sort::Username);
    let request = query.page(usual_order(sort));
    let filter = query.filter.parse("", &web.ctx().reader()).await?;
    let page = users::list(web.ctx(), &filter, sort, &request).await?;
    let base_path = web.base_path();
    Ok(Json(PageDto::of(page, |view| UserDto::row(view, &base_path))))
}
