//! Everybody, tombstones included.

use std::collections::HashMap;

use actix_web::get;
use actix_web::web::{Data, Json};
use pum_app::AppError;
use pum_domain::UserId;
use pum_domain::user::UserState;
use pum_store::users::{Filter, Sort};
use pum_store::{access_changes, users};
use serde::Deserialize;
use utoipa::IntoParams;

use super::dto::{UserDto, UserSortName, UserStateName};
use crate::dto::{PageDto, search};
use crate::error::ApiResult;
use crate::extract::{ListParams, Order, PageParams};
use crate::state::Web;

/// Which users to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UserFilter {
    /// Text in the name or the e-mail address, at most 200 characters.
    q: Option<String>,
    /// Only those who stand like this.
    #[param(value_type = Option<UserStateName>)]
    state: Option<UserState>,
}

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
    let order = if sort == Sort::Username { Order::Ascending } else { Order::Descending };
    let request = query.page(order);
    let filter = Filter { q: search(query.filter.q)?, state: query.filter.state };
    let reader = web.ctx().reader();
    let page = users::list(&reader, &filter, sort, &request).await.map_err(AppError::from)?;
    let ids: Vec<UserId> = page.items.iter().map(|user| user.id).collect();
    let changes = access_changes::open_of(&reader, &ids).await.map_err(AppError::from)?;
    let mut changes: HashMap<_, _> = changes.into_iter().map(|change| (change.user_id, change)).collect();
    let base_path = web.base_path();
    Ok(Json(PageDto::of(page, |user| {
        let change = changes.remove(&user.id);
        UserDto::of(user, change, &base_path)
    })))
}
