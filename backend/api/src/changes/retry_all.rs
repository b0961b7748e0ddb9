//! Trying every failed change again.

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use pum_app::access;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::SignedIn;
use crate::client_addr::ClientAddr;
use crate::error::ApiResult;
use crate::state::Web;

/// How many changes were put under way again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"retried": 12, "refused": 1}))]
pub struct RetriedChanges {
    /// Jobs will try these.
    pub retried: usize,
    /// These cannot be tried again, such as one whose invite is used up meanwhile.
    pub refused: usize,
}

/// Try every failed access change again
///
/// At most 500 by one request; `listChanges` with `state=failed` shows what is left.
#[utoipa::path(
    operation_id = "retryFailedChanges",
    tag = "Users",
    extensions(("x-permission" = json!("changes.retry"))),
    responses((status = 202, description = "Jobs will do it.", body = RetriedChanges)),
)]
#[post("/changes/retry")]
pub async fn retry_failed_changes(
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
) -> ApiResult<HttpResponse> {
    let told = access::retry_all(web.ctx(), &admin.actor(address)).await?;
    Ok(HttpResponse::Accepted().json(RetriedChanges { retried: told.retried, refused: told.refused }))
}
