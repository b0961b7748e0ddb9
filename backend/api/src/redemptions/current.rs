//! Watching one's own redemption.

use actix_web::web::{Data, Json};
use actix_web::{HttpRequest, get};
use pum_app::redemptions;

use super::dto::{OfInvite, RedemptionDto};
use crate::error::ApiResult;
use crate::extract::Params;
use crate::guest_cookie::guest;
use crate::state::Web;

/// See this browser's redemption
#[utoipa::path(
    operation_id = "getRedemption",
    tag = "Public",
    extensions(("x-permission" = json!("public"))),
    params(OfInvite),
    responses(
        (status = 200, description = "How it stands.", body = RedemptionDto),
        (status = 404, description = "`redemption_not_found`: This browser has none."),
    ),
)]
#[get("/public/redemptions/current")]
pub async fn get_redemption(
    req: HttpRequest,
    web: Data<Web>,
    query: Params<OfInvite>,
) -> ApiResult<Json<RedemptionDto>> {
    let guest = guest(&req).await?;
    let view = redemptions::current(web.ctx(), guest.as_ref(), query.0.code.as_deref()).await?;
    Ok(Json(RedemptionDto::of(view, &web)))
}
