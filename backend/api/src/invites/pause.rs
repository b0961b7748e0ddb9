//! Putting a link to rest, and letting it work again.

use actix_web::post;
use actix_web::web::{Data, Json};
use pum_app::invites;
use pum_domain::InviteId;

use super::dto::InviteDto;
use crate::auth::SignedIn;
use crate::client_addr::ClientAddr;
use crate::error::ApiResult;
use crate::extract::Id;
use crate::state::Web;

/// Pause an invite
///
/// The link admits nobody until it is resumed. Who has accepted goes on.
#[utoipa::path(
    operation_id = "pauseInvite",
    tag = "Invites",
    extensions(("x-permission" = json!("invites.edit"))),
    params(("id" = String, Path, description = "The invite.")),
    responses((status = 200, description = "As it is now.", body = InviteDto)),
)]
#[post("/invites/{id}/pause")]
pub async fn pause_invite(
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
    id: Id<InviteId>,
) -> ApiResult<Json<InviteDto>> {
    Ok(Json(invites::pause(web.ctx(), &admin.actor(address), id.0).await?.into()))
}

/// Resume an invite
#[utoipa::path(
    operation_id = "resumeInvite",
    tag = "Invites",
    extensions(("x-permission" = json!("invites.edit"))),
    params(("id" = String, Path, description = "The invite.")),
    responses((status = 200, description = "As it is now.", body = InviteDto)),
)]
#[post("/invites/{id}/resume")]
pub async fn resume_invite(
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
    id: Id<InviteId>,
) -> ApiResult<Json<InviteDto>> {
    Ok(Json(invites::resume(web.ctx(), &admin.actor(address), id.0).await?.into()))
}
