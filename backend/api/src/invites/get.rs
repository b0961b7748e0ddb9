//! One invite.

use actix_web::get;
use actix_web::web::{Data, Json};
use pum_app::invites;
use pum_domain::InviteId;

use super::dto::InviteDto;
use crate::error::ApiResult;
use crate::extract::Id;
use crate::state::Web;

/// Show an invite
#[utoipa::path(
    operation_id = "getInvite",
    tag = "Invites",
    extensions(("x-permission" = json!("invites.view"))),
    params(("id" = String, Path, description = "The invite.")),
    responses((status = 200, description = "The invite.", body = InviteDto)),
)]
#[get("/invites/{id}")]
pub async fn get_invite(web: Data<Web>, id: Id<InviteId>) -> ApiResult<Json<InviteDto>> {
    Ok(Json(invites::get(web.ctx(), id.0).await?.into()))
}
