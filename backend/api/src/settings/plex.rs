//! The connection to Plex: how it stands, and replacing its token, its address, or the server itself.

use actix_web::web::{Data, Json};
use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use pum_app::AppError;
use pum_app::connection::{self, Confirmed};
use pum_app::plex_server::NotReady;
use pum_domain::sign_in::SignInPurpose;
use pum_store::plex_server;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::auth::SignedIn;
use crate::browser;
use crate::client_addr::ClientAddr;
use crate::error::ApiResult;
use crate::extract::{Body, IfMatch, never_null};
use crate::plex_dance::{NotComplete, PinRefused, PlexAttached, PlexPin, PlexSilent, PlexStart};
use crate::setup::{PlexConnection, PlexTest, SavePlex, target};
use crate::state::Web;

/// What to replace. Left out: as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"url": "https://plex.example.org", "token": "xxxxxxxxxxxxxxxxxxxx"}))]
pub struct PlexPatch {
    /// Another address; it needs the token again.
    #[serde(default, deserialize_with = "never_null")]
    #[schema(nullable = false)]
    pub url: Option<String>,
    /// Another token of the owner's account.
    #[serde(default, deserialize_with = "never_null")]
    #[schema(nullable = false)]
    pub token: Option<String>,
    /// A server chosen from `GET /setup/plex/servers`, instead of `url` and `token`; goes with `uri`.
    #[serde(default, deserialize_with = "never_null")]
    #[schema(nullable = false)]
    pub machine_identifier: Option<String>,
    /// The chosen address; goes with `machine_identifier`.
    #[serde(default, deserialize_with = "never_null")]
    #[schema(nullable = false)]
    pub uri: Option<String>,
    /// Confirms that another server takes the place of the connected one.
    #[serde(default)]
    #[schema(default = false)]
    pub replace_server: bool,
    /// Confirms that the server belongs to another account now.
    #[serde(default)]
    #[schema(default = false)]
    pub change_owner: bool,
}

/// A connection to try.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"url": "http://192.168.1.10:32400", "token": "xxxxxxxxxxxxxxxxxxxx"}))]
pub struct PlexTestRequest {
    /// The address; left out, the saved one.
    #[schema(nullable = false)]
    pub url: Option<String>,
    /// The token; left out, the saved one, which goes to the saved address only.
    #[schema(nullable = false)]
    pub token: Option<String>,
}

/// How the connection stands
#[utoipa::path(
    operation_id = "getPlexConnection",
    tag = "Settings",
    extensions(("x-permission" = json!("settings.plex"))),
    responses(
        (status = 200, description = "The connected server, as PUM last saw it.", body = PlexConnection),
        (status = 409, description = "`plex_not_connected`: No server is connected yet."),
    ),
)]
#[get("/settings/plex")]
pub async fn get_plex_connection(web: Data<Web>) -> ApiResult<Json<PlexConnection>> {
    let server = plex_server::get(&web.ctx().reader()).await.map_err(AppError::from)?;
    let server = server.ok_or(AppError::from(NotReady::NotConnected))?;
    Ok(Json(server.into()))
}

/// Replace token, address, server or owner
///
/// Another server at the address is refused until `replace_server` confirms it, another owner until
/// `change_owner` does. Jobs that waited for a token or for the right server go on.
#[utoipa::path(
    operation_id = "updatePlexConnection",
    tag = "Settings",
    extensions(("x-permission" = json!("settings.plex"))),
    params(("If-Match" = Option<String>, Header, description = "The version that the edit is based on.")),
    request_body = PlexPatch,
    responses(
        (status = 200, description = "As it is now.", body = PlexConnection),
        (status = 409, description = "`plex_other_server`: Another server answers at this address."),
        (status = 422, description = "`plex_token_required`: Another address needs the token again."),
        (status = 502, description = "`plex_unreachable`: The server or Plex cannot be reached."),
        (status = 504, description = "`plex_timeout`: The server or Plex did not answer in time."),
    ),
)]
#[patch("/settings/plex")]
pub async fn update_plex_connection(
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
    version: IfMatch,
    body: Body<PlexPatch>,
) -> ApiResult<Json<PlexConnection>> {
    let PlexPatch { url, token, machine_identifier, uri, replace_server, change_owner } = body.0;
    let target = target(SavePlex { url, token, machine_identifier, uri })?;
    let confirmed = Confirmed { replace_server, change_owner };
    let actor = admin.actor(address);
    let server = connection::connect(web.ctx(), &actor, &admin, &target, confirmed, version.0).await?;
    Ok(Json(server.into()))
}

/// Test the saved connection, or another
///
/// Tries every class of call that PUM needs and says which failed and why. Nothing is saved.
#[utoipa::path(
    operation_id = "testPlexConnection",
    tag = "Settings",
    extensions(("x-permission" = json!("settings.plex"))),
    request_body = PlexTestRequest,
    responses(
        (status = 200, description = "What was found.", body = PlexTest),
        (status = 409, description = "`plex_not_connected`: No server is connected yet."),
        (status = 422, description = "`plex_token_required`: Another address needs the token again."),
    ),
)]
#[post("/settings/plex/test")]
pub async fn test_plex_connection(web: Data<Web>, body: Body<PlexTestRequest>) -> ApiResult<Json<PlexTest>> {
    let PlexTestRequest { url, token } = body.0;
    let tested = connection::test_saved(web.ctx(), url.as_deref(), token.as_deref()).await?;
    Ok(Json(tested.into()))
}

/// Begin to replace the token by signing in
///
/// The answer says which request the browser sends to Plex for a PIN.
#[utoipa::path(
    operation_id = "startOwnerToken",
    tag = "Settings",
    extensions(("x-permission" = json!("settings.plex"))),
    responses((status = 201, description = "Begun.", body = PlexStart)),
)]
#[post("/settings/plex/sign-in")]
pub async fn start_owner_token(req: HttpRequest, web: Data<Web>, admin: SignedIn) -> ApiResult<HttpResponse> {
    let origin = browser::origin(&req)?;
    let request = connection::start_sign_in(web.ctx(), &admin, SignInPurpose::ReplaceToken, &origin).await?;
    Ok(HttpResponse::Created().json(PlexStart::new(request)))
}

/// Hand over the PIN that replaces the token
#[utoipa::path(
    operation_id = "attachOwnerToken",
    tag = "Settings",
    extensions(("x-permission" = json!("settings.plex"))),
    request_body = PlexPin,
    responses(
        (status = 200, description = "Where to go now.", body = PlexAttached),
        PinRefused,
    ),
)]
#[post("/settings/plex/sign-in/pin")]
pub async fn attach_owner_token(
    web: Data<Web>,
    admin: SignedIn,
    body: Body<PlexPin>,
) -> ApiResult<Json<PlexAttached>> {
    let PlexPin { pin_id, code } = body.0;
    let purpose = SignInPurpose::ReplaceToken;
    let sign_in_url = connection::attach_sign_in(web.ctx(), &admin, purpose, pin_id.0, &code).await?;
    Ok(Json(PlexAttached { sign_in_url }))
}

/// Replace the token by that of the owner who has signed in
///
/// To be asked again while it answers 409 `plex_sign_in_pending`.
#[utoipa::path(
    operation_id = "completeOwnerToken",
    tag = "Settings",
    extensions(("x-permission" = json!("settings.plex"))),
    responses(
        (status = 200, description = "Replaced.", body = PlexConnection),
        NotComplete,
        (status = 422, description = "`plex_not_owner`: This account does not own the server."),
        PlexSilent,
    ),
)]
#[post("/settings/plex/sign-in/complete")]
pub async fn complete_owner_token(
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
) -> ApiResult<Json<PlexConnection>> {
    let server = connection::complete_replace_token(web.ctx(), &admin.actor(address), &admin).await?;
    Ok(Json(server.into()))
}
