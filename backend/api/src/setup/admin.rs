//! The first step: an admin account, with a password or with Plex.

use actix_web::web::{Data, Json};
use actix_web::{HttpRequest, HttpResponse, post};
use pum_app::secret::Secret;
use pum_app::setup;

use super::dto::{FirstAdmin, SetupCode};
use crate::auth;
use crate::browser;
use crate::client_addr::ClientAddr;
use crate::error::ApiResult;
use crate::extract::Body;
use crate::plex_dance::{NotComplete, PinRefused, PlexAttached, PlexPin, PlexSilent, PlexStart};
use crate::session::SessionAnswer;
use crate::state::Web;

/// Make the first admin
///
/// Whoever knows the setup code becomes the primary admin and is signed in. After that the code is dead.
#[utoipa::path(
    operation_id = "createFirstAdmin",
    tag = "Setup",
    extensions(("x-permission" = json!("public"))),
    request_body = FirstAdmin,
    responses(
        (status = 201, description = "Made, and signed in.", body = SessionAnswer),
        (status = 403, description = "`setup_code_wrong`: This is not the setup code."),
        (status = 409, description = "`setup_complete`: There is an admin already."),
        (status = 422, description = "`weak_password`: The password is too short or too common."),
        (status = 429, description = "`too_many_requests`: Ten wrong codes in an hour."),
    ),
)]
#[post("/setup/admin")]
pub async fn create_first_admin(
    req: HttpRequest,
    web: Data<Web>,
    address: ClientAddr,
    body: Body<FirstAdmin>,
) -> ApiResult<HttpResponse> {
    let Body(FirstAdmin { setup_code, username, password }) = body;
    let visitor = browser::visitor(address);
    let password = Secret::new(password);
    let admin = setup::create_first_admin(web.ctx(), &visitor, &setup_code, &username, &password).await?;
    auth::sign_in(&req, admin.id)?;
    Ok(HttpResponse::Created().json(SessionAnswer::of(&web, admin)))
}

/// Begin to become the first admin with Plex
///
/// The answer says which request the browser sends to Plex for a PIN.
#[utoipa::path(
    operation_id = "startSetupAdminPlex",
    tag = "Setup",
    extensions(("x-permission" = json!("public"))),
    request_body = SetupCode,
    responses(
        (status = 201, description = "Begun.", body = PlexStart),
        (status = 403, description = "`setup_code_wrong`: This is not the setup code."),
        (status = 409, description = "`setup_complete`: There is an admin already."),
        (status = 429, description = "`too_many_requests`: Ten wrong codes in an hour."),
    ),
)]
#[post("/setup/admin/plex")]
pub async fn start_setup_admin_plex(
    req: HttpRequest,
    web: Data<Web>,
    address: ClientAddr,
    body: Body<SetupCode>,
) -> ApiResult<HttpResponse> {
    let (key, cookie) = browser::fresh(&req);
    let visitor = browser::visitor(address);
    let origin = browser::origin(&req)?;
    let request = setup::start_plex(web.ctx(), &visitor, &body.0.setup_code, &key, &origin).await?;
    Ok(HttpResponse::Created().cookie(cookie).json(PlexStart::new(request)))
}

/// Hand over the PIN
#[utoipa::path(
    operation_id = "attachSetupAdminPlex",
    tag = "Setup",
    extensions(("x-permission" = json!("public"))),
    request_body = PlexPin,
    responses(
        (status = 200, description = "Where to go now.", body = PlexAttached),
        PinRefused,
    ),
)]
#[post("/setup/admin/plex/pin")]
pub async fn attach_setup_admin_plex(
    req: HttpRequest,
    web: Data<Web>,
    body: Body<PlexPin>,
) -> ApiResult<Json<PlexAttached>> {
    let key = browser::known(&req)?;
    let sign_in_url = setup::attach_plex(web.ctx(), &key, body.0.pin_id.0, &body.0.code).await?;
    Ok(Json(PlexAttached { sign_in_url }))
}

/// Become the first admin with Plex
///
/// To be asked again while it answers 409 `plex_sign_in_pending`.
#[utoipa::path(
    operation_id = "completeSetupAdminPlex",
    tag = "Setup",
    extensions(("x-permission" = json!("public"))),
    responses(
        (status = 200, description = "Made, and signed in.", body = SessionAnswer),
        NotComplete,
        PlexSilent,
    ),
)]
#[post("/setup/admin/plex/complete")]
pub async fn complete_setup_admin_plex(
    req: HttpRequest,
    web: Data<Web>,
    address: ClientAddr,
) -> ApiResult<Json<SessionAnswer>> {
    let key = browser::known(&req)?;
    let admin = setup::complete_plex(web.ctx(), &browser::visitor(address), &key).await?;
    auth::sign_in(&req, admin.id)?;
    Ok(Json(SessionAnswer::of(&web, admin)))
}
