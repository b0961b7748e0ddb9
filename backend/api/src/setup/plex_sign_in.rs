//! The owner signs in with Plex, to choose a server: in the wizard, or later from the settings. The
//! token stays on our side.

use actix_web::web::{Data, Json};
use actix_web::{HttpRequest, HttpResponse, post};
use pum_app::connection;
use pum_domain::sign_in::SignInPurpose;

use super::dto::OwnerToken;
use crate::auth::SignedIn;
use crate::browser;
use crate::error::ApiResult;
use crate::extract::Body;
use crate::plex_dance::{NotComplete, PinRefused, PlexAttached, PlexPin, PlexSilent, PlexStart};
use crate::state::Web;

/// Begin the owner's sign-in
///
/// The answer says which request the browser sends to Plex for a PIN.
#[utoipa::path(
    operation_id = "startSetupServerPlex",
    tag = "Setup",
    extensions(("x-permission" = json!("settings.plex"))),
    responses((status = 201, description = "Begun.", body = PlexStart)),
)]
#[post("/setup/plex/sign-in")]
pub async fn start_setup_server_plex(
    req: HttpRequest,
    web: Data<Web>,
    admin: SignedIn,
) -> ApiResult<HttpResponse> {
    let origin = browser::origin(&req)?;
    let request = connection::start_sign_in(web.ctx(), &admin, SignInPurpose::SetupServer, &origin).await?;
    Ok(HttpResponse::Created().json(PlexStart::new(request)))
}

/// Hand over the PIN of the owner's sign-in
#[utoipa::path(
    operation_id = "attachSetupServerPlex",
    tag = "Setup",
    extensions(("x-permission" = json!("settings.plex"))),
    request_body = PlexPin,
    responses(
        (status = 200, description = "Where to go now.", body = PlexAttached),
        PinRefused,
    ),
)]
#[post("/setup/plex/sign-in/pin")]
pub async fn attach_setup_server_plex(
    web: Data<Web>,
    admin: SignedIn,
    body: Body<PlexPin>,
) -> ApiResult<Json<PlexAttached>> {
    let PlexPin { pin_id, code } = body.0;
    let purpose = SignInPurpose::SetupServer;
    let sign_in_url = connection::attach_sign_in(web.ctx(), &admin, purpose, pin_id.0, &code).await?;
    Ok(Json(PlexAttached { sign_in_url }))
}

/// Complete the owner's sign-in
///
/// To be asked again while it answers 409 `plex_sign_in_pending`. Afterwards `GET /setup/plex/servers` lists
/// the account's servers; `PUT /setup/plex` connects one in the wizard, `PATCH /settings/plex` later.
#[utoipa::path(
    operation_id = "completeSetupServerPlex",
    tag = "Setup",
    extensions(("x-permission" = json!("settings.plex"))),
    responses(
        (status = 200, description = "Who has signed in.", body = OwnerToken),
        NotComplete,
        PlexSilent,
    ),
)]
#[post("/setup/plex/sign-in/complete")]
pub async fn complete_setup_server_plex(web: Data<Web>, admin: SignedIn) -> ApiResult<Json<OwnerToken>> {
    let username = connection::complete_choosing_sign_in(web.ctx(), &admin).await?;
    Ok(Json(OwnerToken { username }))
}
