//! Trying a failed change again.

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use pum_app::access;
use pum_domain::ChangeId;

use crate::auth::SignedIn;
use crate::client_addr::ClientAddr;
use crate::error::ApiResult;
use crate::extract::Id;
use crate::state::Web;
use crate::users::PendingChange;

/// Try a failed access change again
///
/// On the terms that were accepted; a seat that was given back is taken again.
#[utoipa::path(
    operation_id = "retryChange",
    tag = "Users",
    extensions(("x-permission" = json!("changes.retry"))),
    params(("id" = String, Path, description = "The change.")),
    responses(
        (status = 202, description = "A job will do it.", body = PendingChange),
        (status = 409, description = "`conflict`: It has not failed, or a later change has taken its place. Also `user_blocked`."),
    ),
)]
#[post("/changes/{id}/retry")]
pub async fn retry_change(
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
    id: Id<ChangeId>,
) -> ApiResult<HttpResponse> {
    let change = access::retry(web.ctx(), id.0, &admin.actor(address)).await?;
    Ok(HttpResponse::Accepted().json(PendingChange::from(change)))
}
