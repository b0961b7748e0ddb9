//! One user.

use actix_web::get;
use actix_web::web::{Data, Json};
use pum_app::users;
use pum_domain::UserId;

use super::dto::UserDto;
use crate::error::ApiResult;
use crate::extract::Id;
use crate::state::Web;

/// Show a user
///
/// Everything that PUM knows of them: what they are meant to see beside what Plex last showed, and the change
/// that is under way or has failed.
#[utoipa::path(
    operation_id = "getUser",
    tag = "Users",
    extensions(("x-permission" = json!("users.view"))),
    params(("id" = String, Path, description = "The user.")),
    responses((status = 200, description = "The user.", body = UserDto)),
)]
#[get("/users/{id}")]
pub async fn get_user(web: Data<Web>, id: Id<UserId>) -> ApiResult<Json<UserDto>> {
    let view = users::get(web.ctx(), id.0).await?;
    Ok(Json(UserDto::of(view, &web.base_path())))
}
