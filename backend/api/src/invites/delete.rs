//! Deleting an invite.

use actix_web::web::Data;
use actix_web::{HttpResponse, delete};
use pum_app::invites;
use pum_domain::InviteId;

use crate::auth::SignedIn;
use crate::client_addr::ClientAddr;
use crate::error::ApiResult;
use crate::extract::Id;
use crate::state::Web;

/// Delete an invite
///
/// Its path is free again. Its history stays, and who has accepted goes on.
#[utoipa::path(
    operation_id = "deleteInvite",
    tag = "Invites",
    extensions(("x-permission" = json!("invites.delete"))),
    params(("id" = String, Path, description = "The invite.")),
    responses((status = 204, description = "Deleted.")),
)]
#[delete("/invites/{id}")]
pub async fn delete_invite(
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
    id: Id<InviteId>,
) -> ApiResult<HttpResponse> {
    invites::delete(web.ctx(), &admin.actor(address), id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
