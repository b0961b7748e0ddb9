//! Asking for a fresh reading.

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use pum_app::libraries;

use crate::auth::SignedIn;
use crate::client_addr::ClientAddr;
use crate::error::ApiResult;
use crate::state::Web;

/// Read the libraries again
///
/// A job reads them from the server and from plex.tv; a hint of the kind `server` tells when something
/// has changed. Asking twice is asking once.
#[utoipa::path(
    operation_id = "refreshLibraries",
    tag = "Libraries",
    extensions(("x-permission" = json!("libraries.refresh"))),
    responses(
        (status = 202, description = "A job will do it."),
        (status = 409, description = "`plex_not_connected`: No Plex server is connected yet."),
    ),
)]
#[post("/libraries/refresh")]
pub async fn refresh_libraries(
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
) -> ApiResult<HttpResponse> {
    libraries::request_refresh(web.ctx(), &admin.actor(address)).await?;
    Ok(HttpResponse::Accepted().finish())
}
