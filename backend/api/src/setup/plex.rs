//! The second step: the Plex server, typed or chosen.

use actix_web::web::{Data, Json};
use actix_web::{get, post, put};
use pum_app::connection::{self, Target};

use super::dto::{PlexConnection, PlexServerChoice, PlexTest, PlexUrlToken, SavePlex};
use crate::auth::SignedIn;
use crate::client_addr::ClientAddr;
use crate::dto::PageDto;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Body, ListParams, NoFilter, NoSort, Order, PageParams};
use crate::state::Web;

/// Test a connection
///
/// Tries every class of call that PUM needs and says which failed and why; `token_kind` says which token
/// was given. Nothing is saved.
#[utoipa::path(
    operation_id = "testPlex",
    tag = "Setup",
    extensions(("x-permission" = json!("settings.plex"))),
    request_body = PlexUrlToken,
    responses((status = 200, description = "What was found.", body = PlexTest)),
)]
#[post("/setup/plex/test")]
pub async fn test_plex(web: Data<Web>, body: Body<PlexUrlToken>) -> ApiResult<Json<PlexTest>> {
    let Body(PlexUrlToken { url, token }) = body;
    let tested = connection::test_typed(web.ctx(), &url, token.as_deref()).await?;
    Ok(Json(tested.into()))
}

/// List the servers of the account that has signed in
///
/// Their addresses have been tried from here; the best comes first.
#[utoipa::path(
    operation_id = "listPlexServers",
    tag = "Setup",
    extensions(("x-permission" = json!("settings.plex"))),
    params(PageParams),
    responses(
        (status = 200, description = "A page of servers, own ones first.", body = PageDto<PlexServerChoice>),
        (status = 409, description = "`plex_token_required`: Nobody has signed in with Plex for this."),
        (status = 502, description = "`plex_unreachable`: Plex cannot be reached."),
    ),
)]
#[get("/setup/plex/servers")]
pub async fn list_plex_servers(
    web: Data<Web>,
    admin: SignedIn,
    query: ListParams<NoFilter, NoSort>,
) -> ApiResult<Json<PageDto<PlexServerChoice>>> {
    let servers = connection::list_servers(web.ctx(), admin.admin_id).await?;
    let servers = servers.into_iter().map(PlexServerChoice::from).collect();
    let request = query.page(Order::Ascending);
    Ok(Json(PageDto::part(servers, &request, |one: &PlexServerChoice| &one.machine_identifier)?))
}

/// Connect the server
///
/// Either `url` and `token`, or `machine_identifier` and `uri` from `GET /setup/plex/servers`. The token must
/// be the owner's. The server and its owner are remembered: another one at the address gets no token.
#[utoipa::path(
    operation_id = "savePlex",
    tag = "Setup",
    extensions(("x-permission" = json!("settings.plex"))),
    request_body = SavePlex,
    responses(
        (status = 200, description = "Connected.", body = PlexConnection),
        (status = 409, description = "`setup_complete`: PUM is set up already."),
        (status = 422, description = "`plex_not_owner`: The token's account does not own the server."),
        (status = 502, description = "`plex_unreachable`: The server or Plex cannot be reached."),
        (status = 504, description = "`plex_timeout`: The server or Plex did not answer in time."),
    ),
)]
#[put("/setup/plex")]
pub async fn save_plex(
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
    body: Body<SavePlex>,
) -> ApiResult<Json<PlexConnection>> {
    let target = target(body.0)?;
    let server = connection::connect_in_setup(web.ctx(), &admin.actor(address), &admin, &target).await?;
    Ok(Json(server.into()))
}

/// What to connect, from a body that may say it in two ways.
pub(crate) fn target(body: SavePlex) -> ApiResult<Target> {
    let SavePlex { url, token, machine_identifier, uri } = body;
    match (url, token, machine_identifier, uri) {
        (None, None, Some(machine_identifier), Some(uri)) => Ok(Target::Chosen { machine_identifier, uri }),
        (url, token, None, None) => Ok(Target::Typed { url, token }),
        (None, None, Some(_), None) => Err(ApiError::field("/uri", "required", "is required")),
        (None, None, None, Some(_)) => Err(ApiError::field("/machine_identifier", "required", "is required")),
        _ => Err(ApiError::field(
            "/machine_identifier",
            "conflict",
            "give either url and token, or machine_identifier and uri",
        )),
    }
}
