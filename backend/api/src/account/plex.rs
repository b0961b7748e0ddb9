//! Linking a Plex account to sign in with.

use actix_web::web::{Data, Json};
use actix_web::{HttpRequest, HttpResponse, delete, post};
use pum_app::account;

use crate::auth::{self, SignedIn};
use crate::browser;
use crate::client_addr::ClientAddr;
use crate::error::ApiResult;
use crate::extract::Body;
use crate::plex_dance::{PinRefused, PlexAttached, PlexPin, PlexSilent, PlexStart};
use crate::session::SessionAnswer;
use crate::state::Web;

/// Begin to link a Plex account
///
/// The answer says which request the browser sends to Plex for a PIN.
#[utoipa::path(
    operation_id = "startLinkPlex",
    tag = "Account",
    extensions(("x-permission" = json!("signed_in"))),
    responses((status = 201, description = "Begun.", body = PlexStart)),
)]
#[post("/account/plex")]
pub async fn start_link_plex(req: HttpRequest, web: Data<Web>, admin: SignedIn) -> ApiResult<HttpResponse> {
    admin.require_own_password()?;
    let request = account::start_link(web.ctx(), &admin, &browser::origin(&req)?).await?;
    Ok(HttpResponse::Created().json(PlexStart::new(request)))
}

/// Hand over the PIN of a link
#[utoipa::path(
    operation_id = "attachLinkPlex",
    tag = "Account",
    extensions(("x-permission" = json!("signed_in"))),
    request_body = PlexPin,
    responses(
        (status = 200, description = "Where to go now.", body = PlexAttached),
        PinRefused,
    ),
)]
#[post("/account/plex/pin")]
pub async fn attach_link_plex(
    web: Data<Web>,
    admin: SignedIn,
    body: Body<PlexPin>,
) -> ApiResult<Json<PlexAttached>> {
    admin.require_own_password()?;
    let sign_in_url = account::attach_link(web.ctx(), &admin, body.0.pin_id.0, &body.0.code).await?;
    Ok(Json(PlexAttached { sign_in_url }))
}

/// Link the Plex account
///
/// To be asked again while it answers 409 `plex_sign_in_pending`. Every other session of mine ends.
#[utoipa::path(
    operation_id = "completeLinkPlex",
    tag = "Account",
    extensions(("x-permission" = json!("signed_in"))),
    responses(
        (status = 200, description = "Linked.", body = SessionAnswer),
        (status = 403, description = "`plex_sign_in_foreign`: Begun in another browser, or for something else."),
        (status = 409, description = "`plex_account_taken`: This Plex account signs in another admin."),
        PlexSilent,
    ),
)]
#[post("/account/plex/complete")]
pub async fn complete_link_plex(
    req: HttpRequest,
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
) -> ApiResult<Json<SessionAnswer>> {
    admin.require_own_password()?;
    let linked = account::complete_link(web.ctx(), &admin.actor(address), &admin).await?;
    auth::renew(&req);
    Ok(Json(SessionAnswer::of(&web, linked)))
}

/// Unlink the Plex account
///
/// Every other session of mine ends.
#[utoipa::path(
    operation_id = "unlinkPlex",
    tag = "Account",
    extensions(("x-permission" = json!("signed_in"))),
    responses(
        (status = 204, description = "No Plex account is linked."),
        (status = 409, description = "`last_way_in`: Without a password there would be no way in."),
    ),
)]
#[delete("/account/plex")]
pub async fn unlink_plex(
    req: HttpRequest,
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
) -> ApiResult<HttpResponse> {
    admin.require_own_password()?;
    account::unlink(web.ctx(), &admin.actor(address), &admin).await?;
    auth::renew(&req);
    Ok(HttpResponse::NoContent().finish())
}
