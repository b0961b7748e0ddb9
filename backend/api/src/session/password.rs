//! The session itself: begun with a password, looked at, ended.

use actix_web::web::{Data, Json};
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use pum_app::secret::Secret;
use pum_app::{account, login};

use super::dto::{Credentials, SessionAnswer};
use crate::auth::{self, SignedIn};
use crate::browser;
use crate::client_addr::ClientAddr;
use crate::error::ApiResult;
use crate::extract::Body;
use crate::state::Web;

/// Sign in with a password
///
/// Sets the session cookie. A session that the browser had before ends.
#[utoipa::path(
    operation_id = "createSession",
    tag = "Session",
    extensions(("x-permission" = json!("public"))),
    request_body = Credentials,
    responses(
        (status = 201, description = "Signed in.", body = SessionAnswer),
        (status = 401, description = "`bad_credentials`: The user name or the password is wrong."),
        (status = 429, description = "`too_many_requests`: Too many failed tries; wait as `Retry-After` says."),
    ),
)]
#[post("/session")]
pub async fn create_session(
    req: HttpRequest,
    web: Data<Web>,
    address: ClientAddr,
    body: Body<Credentials>,
) -> ApiResult<HttpResponse> {
    let Body(Credentials { username, password }) = body;
    let visitor = browser::visitor(address);
    let admin = login::with_password(web.ctx(), &visitor, &username, &Secret::new(password)).await?;
    auth::sign_in(&req, admin.id)?;
    Ok(HttpResponse::Created().json(SessionAnswer::of(&web, admin)))
}

/// Who is signed in
#[utoipa::path(
    operation_id = "getSession",
    tag = "Session",
    extensions(("x-permission" = json!("signed_in"))),
    responses((status = 200, description = "The admin.", body = SessionAnswer)),
)]
#[get("/session")]
pub async fn get_session(web: Data<Web>, admin: SignedIn) -> ApiResult<Json<SessionAnswer>> {
    Ok(Json(SessionAnswer::of(&web, account::get(web.ctx(), admin.admin_id).await?)))
}

/// Sign out
///
/// The session ends at once, also for requests that are still under way.
#[utoipa::path(
    operation_id = "deleteSession",
    tag = "Session",
    extensions(("x-permission" = json!("signed_in"))),
    responses((status = 204, description = "Signed out.")),
)]
#[delete("/session")]
pub async fn delete_session(
    req: HttpRequest,
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
) -> ApiResult<HttpResponse> {
    login::note_sign_out(web.ctx(), &admin.actor(address), admin.admin_id, &admin.username).await?;
    auth::sign_out(&req);
    Ok(HttpResponse::NoContent().finish())
}
