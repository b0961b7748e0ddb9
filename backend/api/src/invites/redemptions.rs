//! Who came through a link, and how far.

use actix_web::get;
use actix_web::web::{Data, Json};
use pum_app::{AppError, invites};
use pum_domain::redemption::{RedemptionReason, RedemptionState};
use pum_domain::{Instant, InviteId};
use pum_store::redemptions::{self, Redemption};
use serde::Serialize;
use utoipa::ToSchema;

use crate::dto::PageDto;
use crate::error::ApiResult;
use crate::extract::{Id, ListParams, NoFilter, Order, PageParams};
use crate::name_schema;
use crate::pictures;
use crate::state::Web;

name_schema!(
    /// Where a redemption stands.
    RedemptionStateName,
    RedemptionState
);
name_schema!(
    /// Why a redemption failed, or what it waits for.
    RedemptionReasonName,
    RedemptionReason
);

pum_domain::catalogue! {
    /// By what the list of redemptions may be sorted.
    pub enum RedemptionSort { Created = "created" }
}

/// The Plex account that somebody has signed in with.
#[derive(Debug, Serialize, ToSchema)]
pub struct InviteePlexAccount {
    /// The numeric account id.
    pub id: String,
    /// The name.
    pub username: String,
    /// The address.
    pub email: Option<String>,
    /// The picture, a path of ours.
    pub thumb: Option<String>,
}

/// One person's way through an invite.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InviteRedemption, example = json!({
    "id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a12", "state": "failed", "reason": "plex_refused",
    "retryable": true, "user_id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a13",
    "change_id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a14",
    "plex": {"id": "4711", "username": "priya", "email": "priya@example.org", "thumb": null},
    "address": "203.0.113.7", "created_at": "2026-11-22T16:04:05.000Z",
    "accepted_at": "2026-11-22T16:05:05.000Z", "finished_at": "2026-11-22T16:05:09.000Z"
}))]
pub struct InviteRedemption {
    /// Its id.
    pub id: String,
    /// Where it stands.
    #[schema(value_type = RedemptionStateName)]
    pub state: RedemptionState,
    /// What it waits for, or why it failed.
    #[schema(value_type = Option<RedemptionReasonName>)]
    pub reason: Option<RedemptionReason>,
    /// Whether an admin may try it again, by `retryChange`.
    pub retryable: bool,
    /// The person, once they have accepted.
    pub user_id: Option<String>,
    /// The access change that carries it out.
    pub change_id: Option<String>,
    /// Who has signed in.
    pub plex: Option<InviteePlexAccount>,
    /// Where the browser was.
    pub address: Option<String>,
    /// When it began.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When the person accepted.
    #[schema(format = DateTime)]
    pub accepted_at: Option<String>,
    /// When it was over.
    #[schema(format = DateTime)]
    pub finished_at: Option<String>,
}

fn shown(redemption: Redemption, base_path: &str) -> InviteRedemption {
    let picture = redemption.user_id.map(|id| pictures::path_of_user(base_path, id));
    InviteRedemption {
        id: redemption.id.to_string(),
        state: redemption.state,
        reason: redemption.reason,
        retryable: redemption.state == RedemptionState::Failed && redemption.change_id.is_some(),
        change_id: redemption.change_id.map(|id| id.to_string()),
        plex: redemption.account.map(|account| InviteePlexAccount {
            id: account.plex_id.to_string(),
            username: account.username,
            email: account.email,
            thumb: picture.filter(|_| account.thumb.is_some()),
        }),
        user_id: redemption.user_id.map(|id| id.to_string()),
        address: redemption.address,
        created_at: redemption.created_at.to_rfc3339(),
        accepted_at: redemption.accepted_at.map(Instant::to_rfc3339),
        finished_at: redemption.finished_at.map(Instant::to_rfc3339),
    }
}

/// List an invite's redemptions
///
/// Everybody who came through the link, the latest first.
#[utoipa::path(
    operation_id = "listRedemptions",
    tag = "Invites",
    extensions(("x-permission" = json!("invites.view"))),
    params(("id" = String, Path, description = "The invite."), PageParams),
    responses((status = 200, description = "A page of redemptions.", body = PageDto<InviteRedemption>)),
)]
#[get("/invites/{id}/redemptions")]
pub async fn list_redemptions(
    web: Data<Web>,
    id: Id<InviteId>,
    query: ListParams<NoFilter, RedemptionSort>,
) -> ApiResult<Json<PageDto<InviteRedemption>>> {
    invites::get(web.ctx(), id.0).await?;
    let page = redemptions::list(&web.ctx().reader(), id.0, &query.page(Order::Descending)).await;
    let base_path = web.base_path();
    Ok(Json(PageDto::of(page.map_err(AppError::from)?, |redemption| shown(redemption, &base_path))))
}
