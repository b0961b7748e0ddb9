//! An admin's word where Plex differs from what is wanted.

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use pum_app::sync::{self, Decision};
use pum_app::users;
use pum_domain::UserId;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::auth::SignedIn;
use crate::client_addr::ClientAddr;
use crate::error::ApiResult;
use crate::extract::{Body, Id};
use crate::name_schema;
use crate::state::Web;
use crate::users::UserDto;

name_schema!(
    /// What to do where Plex differs.
    DriftDecisionName,
    Decision
);

/// The decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"action": "reapply"}))]
pub struct DriftSettlement {
    /// `accept`: what Plex shows is wanted from now on. `reapply`: what is wanted is made true again.
    #[schema(value_type = DriftDecisionName)]
    pub action: Decision,
}

/// Settle a difference
///
/// Accepting changes nothing at Plex; applying again is an access change like any other.
#[utoipa::path(
    operation_id = "settleDrift",
    tag = "Users",
    extensions(("x-permission" = json!("users.edit"))),
    params(("id" = String, Path, description = "The user.")),
    request_body = DriftSettlement,
    responses(
        (status = 200, description = "As they are now: what Plex shows is wanted.", body = UserDto),
        (status = 202, description = "As they are now; a job makes true again what is wanted.", body = UserDto),
        (status = 409, description = "`no_drift`: Plex shows what is wanted, or a change is under way."),
        (status = 422, description = "`home_member`: A member of the Home has access without a share."),
    ),
)]
#[post("/users/{id}/drift")]
pub async fn settle_drift(
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
    id: Id<UserId>,
    body: Body<DriftSettlement>,
) -> ApiResult<HttpResponse> {
    let requested = sync::settle(web.ctx(), id.0, body.0.action, &admin.actor(address)).await?;
    let user = UserDto::of(users::get(web.ctx(), id.0).await?, &web.base_path());
    Ok(if requested { HttpResponse::Accepted().json(user) } else { HttpResponse::Ok().json(user) })
}
