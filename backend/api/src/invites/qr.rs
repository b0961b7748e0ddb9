//! The link as a picture for a camera.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use pum_app::invites;
use pum_domain::InviteId;
use qrcode::QrCode;
use qrcode::render::svg;

use crate::error::{ApiError, ApiResult};
use crate::extract::Id;
use crate::state::Web;

/// Show an invite's link as a QR code
#[utoipa::path(
    operation_id = "getInviteQr",
    tag = "Invites",
    extensions(("x-permission" = json!("invites.view"))),
    params(("id" = String, Path, description = "The invite.")),
    responses(
        (status = 200, description = "An SVG, black on white.", content_type = "image/svg+xml", body = String,
            example = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 264 264\">…</svg>"),
    ),
)]
#[get("/invites/{id}/qr.svg")]
pub async fn get_invite_qr(web: Data<Web>, id: Id<InviteId>) -> ApiResult<HttpResponse> {
    let view = invites::get(web.ctx(), id.0).await?;
    let code =
        QrCode::new(view.url.as_bytes()).map_err(|error| ApiError::internal("drawing a QR code", error))?;
    let picture = code.render::<svg::Color<'_>>().min_dimensions(264, 264).quiet_zone(true).build();
    Ok(HttpResponse::Ok().content_type("image/svg+xml").body(picture))
}
