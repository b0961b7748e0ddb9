//! Signing in with Plex on the public page.

use actix_web::web::{Data, Json};
use actix_web::{HttpRequest, HttpResponse, post};
use pum_app::redemptions;

use super::dto::{OfInvite, RedemptionDto};
use crate::browser;
use crate::error::ApiResult;
use crate::extract::{Body, Params};
use crate::guest_cookie::{self, guest};
use crate::plex_dance::{PinRefused, PlexAttached, PlexPin, PlexSilent, PlexStart};
use crate::state::Web;

/// Begin to sign in with Plex for a redemption
///
/// The answer says which request the browser sends to Plex for a PIN.
#[utoipa::path(
    operation_id = "startRedemptionPlex",
    tag = "Public",
    extensions(("x-permission" = json!("public"))),
    params(OfInvite),
    responses(
        (status = 201, description = "Begun.", body = PlexStart),
        (status = 404, description = "`redemption_not_found`: This browser has none."),
        (status = 409, description = "`redemption_out_of_step`: It has been accepted already."),
    ),
)]
#[post("/public/redemptions/current/plex")]
pub async fn start_redemption_plex(
    req: HttpRequest,
    web: Data<Web>,
    query: Params<OfInvite>,
) -> ApiResult<HttpResponse> {
    let guest = guest(&req).await?;
    let origin = browser::origin(&req)?;
    let request =
        redemptions::start_plex(web.ctx(), guest.as_ref(), query.0.code.as_deref(), &origin).await?;
    Ok(HttpResponse::Created().json(PlexStart::new(request)))
}

/// Hand over the PIN of a redemption's sign-in
#[utoipa::path(
    operation_id = "attachRedemptionPlexPin",
    tag = "Public",
    extensions(("x-permission" = json!("public"))),
    params(OfInvite),
    request_body = PlexPin,
    responses(
        (status = 200, description = "Where to go now.", body = PlexAttached),
        PinRefused,
    ),
)]
#[post("/public/redemptions/current/plex/pin")]
pub async fn attach_redemption_plex_pin(
    req: HttpRequest,
    web: Data<Web>,
    _query: Params<OfInvite>,
    body: Body<PlexPin>,
) -> ApiResult<Json<PlexAttached>> {
    let guest = guest(&req).await?;
    let sign_in_url =
        redemptions::attach_plex(web.ctx(), guest.as_ref(), body.0.pin_id.0, &body.0.code).await?;
    Ok(Json(PlexAttached { sign_in_url }))
}

/// Learn who signed in for a redemption
///
/// To be asked again while it answers 409 `plex_sign_in_pending`. The browser's cookie changes.
#[utoipa::path(
    operation_id = "completeRedemptionPlex",
    tag = "Public",
    extensions(("x-permission" = json!("public"))),
    params(OfInvite),
    responses(
        (status = 200, description = "Who it is, and how things stand.", body = RedemptionDto),
        (status = 403, description = "`home_member`: This link is not for this account (or `owner_account`, `managed_account`, `ask_the_host`, `not_for_this_account`, `plex_email_unconfirmed`)."),
        (status = 409, description = "`plex_sign_in_pending`: Plex has not confirmed it yet (or `already_redeemed`, `plex_share_limit`)."),
        PlexSilent,
    ),
)]
#[post("/public/redemptions/current/plex/complete")]
pub async fn complete_redemption_plex(
    req: HttpRequest,
    web: Data<Web>,
    query: Params<OfInvite>,
) -> ApiResult<HttpResponse> {
    let guest = guest(&req).await?;
    let linked = redemptions::complete_plex(web.ctx(), guest.as_ref(), query.0.code.as_deref()).await?;
    Ok(HttpResponse::Ok()
        .cookie(guest_cookie::cookie(&req, &linked.secret))
        .json(RedemptionDto::of(linked.view, &web)))
}
