//! Asking for a sync.

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use pum_app::sync;

use super::SyncDto;
use super::get::shown;
use crate::auth::SignedIn;
use crate::client_addr::ClientAddr;
use crate::error::ApiResult;
use crate::state::Web;

/// Compare the users with Plex
///
/// A job reads Plex's lists and writes down the differences; hints of the kind `sync` tell how far it is. While
/// one is under way, asking again joins it.
#[utoipa::path(
    operation_id = "syncUsers",
    tag = "Users",
    extensions(("x-permission" = json!("users.sync"))),
    responses(
        (status = 202, description = "The sync that is under way.", body = SyncDto),
        (status = 409, description = "`plex_not_connected`: No Plex server is connected yet."),
    ),
)]
#[post("/users/sync")]
pub async fn sync_users(web: Data<Web>, admin: SignedIn, address: ClientAddr) -> ApiResult<HttpResponse> {
    let asked = sync::request(web.ctx(), &admin.actor(address)).await?;
    Ok(HttpResponse::Accepted().json(shown(&web.ctx().reader(), asked).await?))
}
