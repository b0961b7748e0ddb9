//! Password and language.

use actix_web::web::{Data, Json};
use actix_web::{HttpRequest, HttpResponse, patch, put};
use pum_app::account;
use pum_app::secret::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::auth::{self, SignedIn};
use crate::client_addr::ClientAddr;
use crate::error::ApiResult;
use crate::extract::{Body, given};
use crate::session::SessionAnswer;
use crate::state::Web;

/// The present password and the next one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"current_password": "a quiet marigold", "new_password": "a louder marigold"}))]
pub struct PasswordChange {
    /// The present password; left out by who has none and signs in with Plex.
    #[schema(nullable = false)]
    pub current_password: Option<String>,
    /// 12 to 256 characters.
    #[schema(min_length = 12, max_length = 256)]
    pub new_password: String,
}

/// Change my password
///
/// Every other session of mine ends.
#[utoipa::path(
    operation_id = "changePassword",
    tag = "Account",
    extensions(("x-permission" = json!("signed_in"))),
    request_body = PasswordChange,
    responses(
        (status = 204, description = "Changed."),
        (status = 422, description = "`weak_password`: The password is too short or too common."),
        (status = 429, description = "`too_many_requests`: Too many wrong guesses of the present password."),
    ),
)]
#[put("/account/password")]
pub async fn change_password(
    req: HttpRequest,
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
    body: Body<PasswordChange>,
) -> ApiResult<HttpResponse> {
    let current = body.0.current_password.map(Secret::new);
    let new = Secret::new(body.0.new_password);
    account::change_password(web.ctx(), &admin.actor(address), &admin, current.as_ref(), &new).await?;
    auth::renew(&req);
    Ok(HttpResponse::NoContent().finish())
}

/// What I may change about myself.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"language": "de"}))]
pub struct AccountPatch {
    /// `en`, `de`, or `null` for the installation's.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub language: Option<Option<String>>,
}

/// Change my account
#[utoipa::path(
    operation_id = "updateAccount",
    tag = "Account",
    extensions(("x-permission" = json!("signed_in"))),
    request_body = AccountPatch,
    responses((status = 200, description = "As it is now.", body = SessionAnswer)),
)]
#[patch("/account")]
pub async fn update_account(
    web: Data<Web>,
    admin: SignedIn,
    body: Body<AccountPatch>,
) -> ApiResult<Json<SessionAnswer>> {
    let changed = match body.0.language {
        Some(language) => account::set_language(web.ctx(), admin.admin_id, language.as_deref()).await?,
        None => account::get(web.ctx(), admin.admin_id).await?,
    };
    Ok(Json(SessionAnswer::of(&web, changed)))
}
