//! My sessions.

use actix_web::web::{Data, Json};
use actix_web::{HttpResponse, delete, get};
use pum_app::account;
use pum_store::sessions::Session;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::SignedIn;
use crate::client_addr::ClientAddr;
use crate::dto::PageDto;
use crate::error::ApiResult;
use crate::extract::{Id, ListParams, NoFilter, NoSort, Order, PageParams};
use crate::state::Web;

/// A session of mine.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "current": true,
    "address": "192.168.1.20", "user_agent": "Mozilla/5.0", "created_at": "2026-11-22T09:00:00.000Z",
    "last_used_at": "2026-11-22T10:00:00.000Z", "expires_at": "2026-11-29T10:00:00.000Z"
}))]
pub struct SessionRow {
    /// Names the session; opens nothing.
    pub id: String,
    /// Whether it is the one that asks.
    pub current: bool,
    /// From where it was begun.
    pub address: String,
    /// With which browser.
    pub user_agent: String,
    /// When it began.
    pub created_at: String,
    /// When it was last used, to about a minute.
    pub last_used_at: String,
    /// When it ends unless it is used.
    pub expires_at: String,
}

impl SessionRow {
    fn of(session: Session, current: &str) -> Self {
        Self {
            current: session.key_hash == current,
            id: session.key_hash,
            address: session.address,
            user_agent: session.user_agent,
            created_at: session.created_at.to_rfc3339(),
            last_used_at: session.last_seen_at.to_rfc3339(),
            expires_at: session.idle_expires_at.min(session.absolute_expires_at).to_rfc3339(),
        }
    }
}

/// List my sessions
///
/// The most recently used first.
#[utoipa::path(
    operation_id = "listMySessions",
    tag = "Account",
    extensions(("x-permission" = json!("signed_in"))),
    params(PageParams),
    responses((status = 200, description = "A page of my sessions.", body = PageDto<SessionRow>)),
)]
#[get("/account/sessions")]
pub async fn list_my_sessions(
    web: Data<Web>,
    admin: SignedIn,
    query: ListParams<NoFilter, NoSort>,
) -> ApiResult<Json<PageDto<SessionRow>>> {
    let sessions = account::list_sessions(web.ctx(), admin.admin_id).await?;
    let rows = sessions.into_iter().map(|session| SessionRow::of(session, &admin.key_hash)).collect();
    Ok(Json(PageDto::part(rows, &query.page(Order::Ascending), |one: &SessionRow| &one.id)?))
}

/// Sign out everywhere else
///
/// Every session of mine ends but the one that asks.
#[utoipa::path(
    operation_id = "endMySessions",
    tag = "Account",
    extensions(("x-permission" = json!("signed_in"))),
    responses((status = 204, description = "Ended.")),
)]
#[delete("/account/sessions")]
pub async fn end_my_sessions(
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
) -> ApiResult<HttpResponse> {
    account::end_sessions(web.ctx(), &admin.actor(address), admin.admin_id, Some(&admin.key_hash)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// End one of my sessions
#[utoipa::path(
    operation_id = "endMySession",
    tag = "Account",
    extensions(("x-permission" = json!("signed_in"))),
    params(("id" = String, Path, description = "The session's id.")),
    responses((status = 204, description = "Ended.")),
)]
#[delete("/account/sessions/{id}")]
pub async fn end_my_session(
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
    id: Id<String>,
) -> ApiResult<HttpResponse> {
    account::end_session(web.ctx(), &admin.actor(address), admin.admin_id, &id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
