//! Accepting an invite.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, post};
use pum_app::{Actor, redemptions};
use pum_domain::ProblemCode;

use super::dto::{AcceptBody, RedemptionDto};
use crate::client_addr::ClientAddr;
use crate::error::{ApiError, ApiResult};
use crate::extract::Body;
use crate::guest_cookie::guest;
use crate::state::Web;

/// Accept the invite
///
/// Takes the seat; the rest happens by itself, see `getRedemption`. Accepting twice is accepting once.
#[utoipa::path(
    operation_id = "acceptRedemption",
    tag = "Public",
    extensions(("x-permission" = json!("public"))),
    request_body = AcceptBody,
    responses(
        (status = 202, description = "The seat is taken.", body = RedemptionDto),
        (status = 404, description = "`redemption_not_found`: This browser has no such redemption."),
        (status = 409, description = "`invite_changed`: Look at the new terms (or `invite_used_up`, `invite_expired`, `invite_paused`, `redemption_out_of_step`, `redemption_replaced`)."),
    ),
)]
#[post("/public/redemptions/current/accept")]
pub async fn accept_redemption(
    req: HttpRequest,
    web: Data<Web>,
    address: ClientAddr,
    body: Body<AcceptBody>,
) -> ApiResult<HttpResponse> {
    let guest = guest(&req).await?;
    let Ok(id) = body.0.redemption_id.parse() else {
        let detail = "This browser has no such redemption. Open the invite link again.";
        return Err(ApiError::new(ProblemCode::RedemptionNotFound, detail));
    };
    let who = Actor::invitee(None, &address.to_string());
    let view = redemptions::accept(web.ctx(), guest.as_ref(), id, body.0.invite_version, &who).await?;
    Ok(HttpResponse::Accepted().json(RedemptionDto::of(view, &web)))
}
