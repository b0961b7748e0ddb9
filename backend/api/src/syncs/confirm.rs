//! Confirming the removals that a sync has left to an admin.

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use pum_app::sync::{self, Confirmed};
use pum_domain::{SyncId, UserId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::SyncDto;
use super::get::shown;
use crate::auth::SignedIn;
use crate::client_addr::ClientAddr;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Body, Id};
use crate::state::Web;

/// The people whose removal is confirmed: by their ids, or by the id of the list that was shown.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"user_ids": ["0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a13"]}))]
pub struct SyncConfirmation {
    /// Exactly the listed ones.
    #[serde(default)]
    pub user_ids: Option<Vec<String>>,
    /// The `list_id` of the list.
    #[serde(default)]
    pub list_id: Option<String>,
}

impl SyncConfirmation {
    fn parse(self) -> ApiResult<Confirmed> {
        let invalid = |pointer: String, detail: &str| ApiError::field(pointer, "invalid", detail);
        match (self.user_ids, self.list_id) {
            (Some(ids), None) => {
                let people = ids.iter().enumerate().map(|(position, text)| {
                    let pointer = format!("/user_ids/{position}");
                    text.parse::<UserId>().map_err(|_| invalid(pointer, "give the id of a user"))
                });
                Ok(Confirmed::People(people.collect::<ApiResult<_>>()?))
            }
            (None, Some(list)) => match list.parse() {
                Ok(list) => Ok(Confirmed::List(list)),
                Err(_) => Err(invalid("/list_id".to_owned(), "give the list_id that getSync shows")),
            },
            _ => Err(invalid("/user_ids".to_owned(), "give either user_ids or list_id")),
        }
    }
}

/// Confirm removals
///
/// Of exactly the people that `getSync` lists, or not at all. A job reads each of them again first; whoever is at
/// Plex after all stays.
#[utoipa::path(
    operation_id = "confirmSync",
    tag = "Users",
    extensions(("x-permission" = json!("users.remove"))),
    params(("id" = String, Path, description = "The sync.")),
    request_body = SyncConfirmation,
    responses(
        (status = 202, description = "A job will do it.", body = SyncDto),
        (status = 409, description = "`removals_changed`: The list of people has changed, or nothing waits."),
    ),
)]
#[post("/users/syncs/{id}/confirm")]
pub async fn confirm_sync(
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
    id: Id<SyncId>,
    body: Body<SyncConfirmation>,
) -> ApiResult<HttpResponse> {
    let confirmed = body.0.parse()?;
    let sync = sync::confirm(web.ctx(), id.0, &confirmed, &admin.actor(address)).await?;
    Ok(HttpResponse::Accepted().json(shown(&web.ctx().reader(), sync).await?))
}
