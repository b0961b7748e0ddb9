//! Trying a failed redemption again.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, post};
use pum_app::{Actor, redemptions};

use super::dto::{OfInvite, RedemptionDto};
use crate::client_addr::ClientAddr;
use crate::error::ApiResult;
use crate::extract::Params;
use crate::guest_cookie::guest;
use crate::state::Web;

/// Try a failed redemption again
#[utoipa::path(
    operation_id = "retryRedemption",
    tag = "Public",
    extensions(("x-permission" = json!("public"))),
    params(OfInvite),
    responses(
        (status = 202, description = "On the way again.", body = RedemptionDto),
        (status = 403, description = "`ask_the_host`: The host has blocked this account since."),
        (status = 404, description = "`redemption_not_found`: This browser has none."),
        (status = 409, description = "`redemption_out_of_step`: There is nothing to try again (or `invite_used_up`, `redemption_elsewhere`)."),
    ),
)]
#[post("/public/redemptions/current/retry")]
pub async fn retry_redemption(
    req: HttpRequest,
    web: Data<Web>,
    address: ClientAddr,
    query: Params<OfInvite>,
) -> ApiResult<HttpResponse> {
    let guest = guest(&req).await?;
    let who = Actor::invitee(None, &address.to_string());
    let view = redemptions::retry(web.ctx(), guest.as_ref(), query.0.code.as_deref(), &who).await?;
    Ok(HttpResponse::Accepted().json(RedemptionDto::of(view, &web)))
}
