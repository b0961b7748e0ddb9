//! Confirming removals of the clock's.

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use pum_app::purge::{self, Started};
use serde::Deserialize;
use utoipa::ToSchema;

use super::dto::PurgeBegun;
use crate::auth::SignedIn;
use crate::client_addr::ClientAddr;
use crate::error::{ApiError, ApiResult};
use crate::extract::Body;
use crate::state::Web;

/// The list whose removal is confirmed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"list_id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a15"}))]
pub struct PurgeConfirmation {
    /// The `list_id` that `getPurgeSchedule` shows: it stands for exactly those people.
    pub list_id: String,
}

/// Confirm removals by the clock
///
/// Of exactly the people that `getPurgeSchedule` lists, or not at all. A job judges each of them again first; whoever
/// streams again stays.
#[utoipa::path(
    operation_id = "confirmPurge",
    tag = "Purge",
    extensions(("x-permission" = json!("users.purge"))),
    request_body = PurgeConfirmation,
    responses(
        (status = 202, description = "A job will do it.", body = PurgeBegun),
        (status = 409, description = "`removals_changed`: The list of people has changed, or nothing waits."),
    ),
)]
#[post("/purge/confirm")]
pub async fn confirm_purge(
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
    body: Body<PurgeConfirmation>,
) -> ApiResult<HttpResponse> {
    let list = body.0.list_id.parse().map_err(|_| {
        ApiError::field("/list_id", "invalid", "give the list_id that getPurgeSchedule shows")
    })?;
    let bulk = purge::confirm(web.ctx(), &admin.actor(address), list).await?;
    let started = Started { bulk: Some(bulk), refused: Vec::new() };
    Ok(HttpResponse::Accepted().json(PurgeBegun::from(&started)))
}
