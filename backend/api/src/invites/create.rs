//! Making an invite.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, post};
use pum_app::invites;

use super::dto::{InviteDto, InviteInput, kept_answer};
use crate::auth::SignedIn;
use crate::client_addr::ClientAddr;
use crate::error::ApiResult;
use crate::extract::Body;
use crate::idempotency;
use crate::state::Web;

/// Create an invite
///
/// With the header `Idempotency-Key` the same request makes one invite, however often it is sent within
/// a day.
#[utoipa::path(
    operation_id = "createInvite",
    tag = "Invites",
    extensions(("x-permission" = json!("invites.create"))),
    params(("Idempotency-Key" = Option<String>, Header, description = "Any text of yours, new for each new invite.")),
    request_body = InviteInput,
    responses(
        (status = 201, description = "Made.", body = InviteDto),
        (status = 409, description = "`invite_path_taken`: Another invite has this path. Also `idempotency_in_progress`: the same request is still under way."),
        (status = 422, description = "`discord_not_configured`: Discord is not set up in PUM. Also `validation_failed`, and `idempotency_key_reused`: the key came with another body before."),
    ),
)]
#[post("/invites")]
pub async fn create_invite(
    req: HttpRequest,
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
    body: Body<InviteInput>,
) -> ApiResult<HttpResponse> {
    let actor = admin.actor(address);
    idempotency::once(&req, &actor, "createInvite", async |first| {
        let new = body.0.parse()?;
        let first = first.map(|first| (first, &kept_answer as invites::AnswerOf<'_>));
        let view = invites::create(web.ctx(), &actor, &new, first).await?;
        Ok(HttpResponse::Created().json(InviteDto::from(view)))
    })
    .await
}
