//! One user.

use actix_web::get;
use actix_web::web::{Data, Json};
use pum_app::AppError;
use pum_domain::UserId;
use pum_store::{access_changes, users};

use super::dto::UserDto;
use crate::error::ApiResult;
use crate::extract::Id;
use crate::state::Web;

/// Show a user
#[utoipa::path(
    operation_id = "getUser",
    tag = "Users",
    extensions(("x-permission" = json!("users.view"))),
    params(("id" = String, Path, description = "The user.")),
    responses((status = 200, description = "The user.", body = UserDto)),
)]
#[get("/users/{id}")]
pub async fn get_user(web: Data<Web>, id: Id<UserId>) -> ApiResult<Json<UserDto>> {
    let reader = web.ctx().reader();
    let user = users::profile(&reader, id.0).await.map_err(AppError::from)?;
    let change = access_changes::open_of(&reader, &[user.id]).await.map_err(AppError::from)?.pop();
    Ok(Json(UserDto::of(user, change, &web.base_path())))
}
