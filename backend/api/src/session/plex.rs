//! Signing in with Plex.

use actix_web::web::{Data, Json};
use actix_web::{HttpRequest, HttpResponse, post};
use pum_app::login;

use super::dto::SessionAnswer;
use crate::auth;
use crate::browser;
use crate::client_addr::ClientAddr;
use crate::error::ApiResult;
use crate::extract::Body;
use crate::plex_dance::{PinRefused, PlexAttached, PlexPin, PlexSilent, PlexStart};
use crate::state::Web;

/// Begin to sign in with Plex
///
/// The answer says which request the browser sends to Plex for a PIN.
#[utoipa::path(
    operation_id = "startPlexSignIn",
    tag = "Session",
    extensions(("x-permission" = json!("public"))),
    responses(
        (status = 201, description = "Begun.", body = PlexStart),
        (status = 429, description = "`too_many_requests`: Too many begun from this address."),
    ),
)]
#[post("/session/plex")]
pub async fn start_plex_sign_in(
    req: HttpRequest,
    web: Data<Web>,
    address: ClientAddr,
) -> ApiResult<HttpResponse> {
    let (key, cookie) = browser::fresh(&req);
    let origin = browser::origin(&req)?;
    let request = login::start_plex(web.ctx(), &browser::visitor(address), &key, &origin).await?;
    Ok(HttpResponse::Created().cookie(cookie).json(PlexStart::new(request)))
}

/// Hand over the PIN of a sign-in
#[utoipa::path(
    operation_id = "attachPlexPin",
    tag = "Session",
    extensions(("x-permission" = json!("public"))),
    request_body = PlexPin,
    responses(
        (status = 200, description = "Where to go now.", body = PlexAttached),
        PinRefused,
    ),
)]
#[post("/session/plex/pin")]
pub async fn attach_plex_sign_in(
    req: HttpRequest,
    web: Data<Web>,
    body: Body<PlexPin>,
) -> ApiResult<Json<PlexAttached>> {
    let key = browser::known(&req)?;
    let sign_in_url = login::attach_plex(web.ctx(), &key, body.0.pin_id.0, &body.0.code).await?;
    Ok(Json(PlexAttached { sign_in_url }))
}

/// Sign in with Plex
///
/// To be asked again while it answers 409 `plex_sign_in_pending`. Signs in only whom an admin has linked.
#[utoipa::path(
    operation_id = "completePlexSignIn",
    tag = "Session",
    extensions(("x-permission" = json!("public"))),
    responses(
        (status = 200, description = "Signed in.", body = SessionAnswer),
        (status = 403, description = "`plex_account_not_linked`: This Plex account signs nobody in here."),
        (status = 409, description = "`plex_sign_in_pending`: Plex has not confirmed it yet."),
        PlexSilent,
    ),
)]
#[post("/session/plex/complete")]
pub async fn complete_plex_sign_in(
    req: HttpRequest,
    web: Data<Web>,
    address: ClientAddr,
) -> ApiResult<Json<SessionAnswer>> {
    let key = browser::known(&req)?;
    let admin = login::with_plex(web.ctx(), &browser::visitor(address), &key).await?;
    auth::sign_in(&req, admin.id)?;
    Ok(Json(SessionAnswer::of(&web, admin)))
}
