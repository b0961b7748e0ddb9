//! Editing an invite.

use actix_web::patch;
use actix_web::web::{Data, Json};
use pum_app::invites;
use pum_domain::InviteId;

use super::dto::{InviteDto, InvitePatch};
use crate::auth::SignedIn;
use crate::client_addr::ClientAddr;
use crate::error::ApiResult;
use crate::extract::{Body, Id, IfMatch};
use crate::state::Web;

/// Edit an invite
///
/// Fields that are left out stay, `null` takes a limit away. People who have accepted keep the terms
/// they accepted.
#[utoipa::path(
    operation_id = "updateInvite",
    tag = "Invites",
    extensions(("x-permission" = json!("invites.edit"))),
    params(
        ("id" = String, Path, description = "The invite."),
        ("If-Match" = Option<String>, Header, description = "The `version` that the edit is based on."),
    ),
    request_body = InvitePatch,
    responses(
        (status = 200, description = "As it is now.", body = InviteDto),
        (status = 409, description = "`version_conflict`: Somebody else has edited it; `changed_fields` says what."),
        (status = 422, description = "`discord_not_configured`: Discord is not set up in PUM."),
    ),
)]
#[patch("/invites/{id}")]
pub async fn update_invite(
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
    id: Id<InviteId>,
    based_on: IfMatch,
    body: Body<InvitePatch>,
) -> ApiResult<Json<InviteDto>> {
    let edit = body.0.parse()?;
    let view = invites::update(web.ctx(), &admin.actor(address), id.0, &edit, based_on.0).await?;
    Ok(Json(view.into()))
}
