//! The last two steps: the app address, and the end.

use actix_web::web::{Data, Json};
use actix_web::{HttpResponse, post, put};
use pum_app::setup;

use super::dto::{SaveApp, Setup};
use crate::auth::SignedIn;
use crate::client_addr::ClientAddr;
use crate::error::ApiResult;
use crate::extract::Body;
use crate::state::Web;

/// Save the app address
///
/// Under this address people reach PUM; invite links begin with it.
#[utoipa::path(
    operation_id = "saveApp",
    tag = "Setup",
    extensions(("x-permission" = json!("settings.general"))),
    request_body = SaveApp,
    responses(
        (status = 200, description = "Saved.", body = Setup),
        (status = 409, description = "`setup_complete`: PUM is set up already."),
    ),
)]
#[put("/setup/app")]
pub async fn save_app(
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
    body: Body<SaveApp>,
) -> ApiResult<Json<Setup>> {
    let state = setup::save_app(web.ctx(), &admin.actor(address), &body.0.base_url).await?;
    Ok(Json(Setup::of(state)))
}

/// Finish the setup
///
/// The first look at the libraries begins; `GET /libraries` shows what it finds.
#[utoipa::path(
    operation_id = "finishSetup",
    tag = "Setup",
    extensions(("x-permission" = json!("settings.general"))),
    responses(
        (status = 202, description = "PUM is set up, and looks at the libraries.", body = Setup),
        (status = 409, description = "`setup_step_missing`: A step is still open."),
    ),
)]
#[post("/setup/finish")]
pub async fn finish_setup(web: Data<Web>, admin: SignedIn, address: ClientAddr) -> ApiResult<HttpResponse> {
    let state = setup::finish(web.ctx(), &admin.actor(address)).await?;
    Ok(HttpResponse::Accepted().json(Setup::of(state)))
}
