//! Taking a user's libraries away for a while, and giving them back.

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use pum_app::users;
use pum_domain::UserId;

use super::dto::UserDto;
use crate::auth::SignedIn;
use crate::client_addr::ClientAddr;
use crate::error::ApiResult;
use crate::extract::Id;
use crate::state::Web;

/// Suspend a user
///
/// Takes their libraries away; the person and everything that is set for them stay, until `resumeUser`.
/// No link lets them in meanwhile.
#[utoipa::path(
    operation_id = "suspendUser",
    tag = "Users",
    extensions(("x-permission" = json!("users.edit"))),
    params(("id" = String, Path, description = "The user.")),
    responses(
        (status = 202, description = "They are `suspended` once Plex shows it.", body = UserDto),
        (status = 409, description = "`user_removed`: They are removed, being removed (`removal_planned`), or have not accepted yet (`conflict`)."),
        (status = 422, description = "`home_keeps_access`: The owner (`owner_keeps_access`), members of the Home and managed accounts (`managed_keeps_access`) cannot be suspended."),
    ),
)]
#[post("/users/{id}/suspend")]
pub async fn suspend_user(
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
    id: Id<UserId>,
) -> ApiResult<HttpResponse> {
    let view = users::suspend(web.ctx(), &admin.actor(address), id.0).await?;
    Ok(HttpResponse::Accepted().json(UserDto::of(view, &web.base_path())))
}

/// Resume a suspended user
///
/// Gives the same libraries back, at once for the owner's friends; others have to accept again
/// (`must_accept_again`) and are `pending` until they do.
#[utoipa::path(
    operation_id = "resumeUser",
    tag = "Users",
    extensions(("x-permission" = json!("users.edit"))),
    params(("id" = String, Path, description = "The user.")),
    responses(
        (status = 202, description = "They are `active` once Plex shows it.", body = UserDto),
        (status = 409, description = "`conflict`: They are not suspended. Also `user_removed` and `removal_planned`."),
        (status = 422, description = "`access_expired`: Their time is over. Also `nothing_to_restore` and `library_unknown`."),
    ),
)]
#[post("/users/{id}/resume")]
pub async fn resume_user(
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
    id: Id<UserId>,
) -> ApiResult<HttpResponse> {
    let view = users::resume(web.ctx(), &admin.actor(address), id.0).await?;
    Ok(HttpResponse::Accepted().json(UserDto::of(view, &web.base_path())))
}
