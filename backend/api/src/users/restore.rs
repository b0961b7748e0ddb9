//! Taking a removal back.

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

/// Restore a removed user
///
/// Within ten seconds of `removeUser` nothing has happened yet, and nothing will. Later the same libraries,
/// downloads and end of access come back, at once for the owner's friends; others have to accept again
/// (`must_accept_again`) and are `pending` until they do.
#[utoipa::path(
    operation_id = "restoreUser",
    tag = "Users",
    extensions(("x-permission" = json!("users.remove"))),
    params(("id" = String, Path, description = "The user.")),
    responses(
        (status = 200, description = "The removal had not begun; it is taken back.", body = UserDto),
        (status = 202, description = "A job gives access again.", body = UserDto),
        (status = 409, description = "`conflict`: They have not been removed. Also `user_blocked`."),
        (status = 422, description = "`access_expired`: Their time is over. Also `nothing_to_restore` and `library_unknown`."),
    ),
)]
#[post("/users/{id}/restore")]
pub async fn restore_user(
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
    id: Id<UserId>,
) -> ApiResult<HttpResponse> {
    let (view, requested) = users::restore(web.ctx(), &admin.actor(address), id.0).await?;
    let user = UserDto::of(view, &web.base_path());
    Ok(if requested { HttpResponse::Accepted().json(user) } else { HttpResponse::Ok().json(user) })
}
