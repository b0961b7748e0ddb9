//! The block list.

use actix_web::post;
use actix_web::web::{Data, Json};
use pum_app::users;
use pum_domain::UserId;

use super::dto::UserDto;
use crate::auth::SignedIn;
use crate::client_addr::ClientAddr;
use crate::error::ApiResult;
use crate::extract::Id;
use crate::state::Web;

/// Put a user on the block list
///
/// No link lets them in any more. What they can see now stays: suspend or remove them for that.
#[utoipa::path(
    operation_id = "blockUser",
    tag = "Users",
    extensions(("x-permission" = json!("users.edit"))),
    params(("id" = String, Path, description = "The user.")),
    responses(
        (status = 200, description = "As they are now.", body = UserDto),
        (status = 422, description = "`home_keeps_access`: The owner (`owner_keeps_access`), members of the Home and managed accounts (`managed_keeps_access`) need no link."),
    ),
)]
#[post("/users/{id}/block")]
pub async fn block_user(
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
    id: Id<UserId>,
) -> ApiResult<Json<UserDto>> {
    let view = users::block(web.ctx(), &admin.actor(address), id.0).await?;
    Ok(Json(UserDto::of(view, &web.base_path())))
}

/// Take a user off the block list
#[utoipa::path(
    operation_id = "unblockUser",
    tag = "Users",
    extensions(("x-permission" = json!("users.edit"))),
    params(("id" = String, Path, description = "The user.")),
    responses((status = 200, description = "As they are now.", body = UserDto)),
)]
#[post("/users/{id}/unblock")]
pub async fn unblock_user(
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
    id: Id<UserId>,
) -> ApiResult<Json<UserDto>> {
    let view = users::unblock(web.ctx(), &admin.actor(address), id.0).await?;
    Ok(Json(UserDto::of(view, &web.base_path())))
}
