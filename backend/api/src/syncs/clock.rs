//! An admin's word about a clock that has jumped.

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use pum_app::clock_guard;

use crate::auth::SignedIn;
use crate::client_addr::ClientAddr;
use crate::error::ApiResult;
use crate::state::Web;

/// Say that the clock is right
///
/// After it has jumped, or differed from the database's, nothing is taken away by it until an admin has looked.
#[utoipa::path(
    operation_id = "confirmClock",
    tag = "Settings",
    extensions(("x-permission" = json!("settings.advanced"))),
    responses((status = 204, description = "What waited goes on with its next look.")),
)]
#[post("/settings/clock/confirm")]
pub async fn confirm_clock(web: Data<Web>, admin: SignedIn, address: ClientAddr) -> ApiResult<HttpResponse> {
    clock_guard::accept(web.ctx(), &admin.actor(address)).await?;
    Ok(HttpResponse::NoContent().finish())
}
