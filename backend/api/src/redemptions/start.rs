//! Opening a link.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, post};
use pum_app::redemptions;

use super::dto::RedemptionDto;
use crate::browser;
use crate::client_addr::ClientAddr;
use crate::error::ApiResult;
use crate::guest_cookie::{self, guest};
use crate::state::Web;

/// Begin a redemption
///
/// Spends nothing. A browser that has begun one for this link gets that one again.
#[utoipa::path(
    operation_id = "startRedemption",
    tag = "Public",
    extensions(("x-permission" = json!("public"))),
    params(("code" = String, Path, description = "The code in the link.")),
    responses(
        (status = 201, description = "Begun, or going on.", body = RedemptionDto),
        (status = 404, description = "`not_found`: There is no such invite."),
        (status = 410, description = "`invite_expired`: The link does not work any more (or `invite_used_up`, `invite_paused`)."),
        (status = 429, description = "`too_many_requests`: Too many tries from this address."),
    ),
)]
#[post("/public/invites/{code}/redemptions")]
pub async fn start_redemption(
    req: HttpRequest,
    web: Data<Web>,
    code: Path<String>,
    address: ClientAddr,
) -> ApiResult<HttpResponse> {
    let guest = guest(&req).await?;
    let started = redemptions::start(web.ctx(), guest, &code, &browser::visitor(address)).await?;
    let mut answer = HttpResponse::Created();
    if let Some(secret) = &started.secret {
        answer.cookie(guest_cookie::cookie(&req, secret));
    }
    Ok(answer.json(RedemptionDto::of(started.view, &web)))
}
