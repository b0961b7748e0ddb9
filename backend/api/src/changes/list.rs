//! Changes that are under way, or wait for somebody to try again.

use actix_web::get;
use actix_web::web::{Data, Json};
use pum_app::AppError;
use pum_domain::access::{ChangeCause, ChangeState};
use pum_domain::{Instant, UserId};
use pum_store::access_changes::{self, Change, OpenFilter};
use pum_store::users;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::dto::{PageDto, UserRef};
use crate::error::ApiResult;
use crate::extract::{ListParams, Order, PageParams};
use crate::state::Web;
use crate::users::{ChangeCauseName, ChangeStateName};

pum_domain::catalogue! {
    /// By what changes may be sorted.
    pub enum ChangeSort { Requested = "requested" }
}

/// Which changes to list. Everything that is given must fit.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChangeFilter {
    /// `requested` or `failed`; others are over and in the history.
    #[param(value_type = Option<ChangeStateName>)]
    state: Option<ChangeState>,
    /// Only those of this user.
    user_id: Option<String>,
}

/// A change of somebody's access that is under way, or failed and was not replaced by a later one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a14",
    "user": {"id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a13", "username": "priya"},
    "state": "failed", "cause": "admin", "reason": "plex_refused", "detail": "Plex refused the request.",
    "requested_at": "2026-11-22T16:05:05.000Z", "finished_at": "2026-11-22T16:05:09.000Z"
}))]
pub struct OpenChange {
    /// Its id, for `retryChange`.
    pub id: String,
    /// Whose access.
    pub user: UserRef,
    /// `requested` or `failed`.
    #[schema(value_type = ChangeStateName)]
    pub state: ChangeState,
    /// What brought it about.
    #[schema(value_type = ChangeCauseName)]
    pub cause: ChangeCause,
    /// Why it waits or failed, in a stable word.
    pub reason: Option<String>,
    /// The same as a sentence.
    pub detail: Option<String>,
    /// When it was asked for.
    #[schema(format = DateTime)]
    pub requested_at: String,
    /// When it failed.
    #[schema(format = DateTime)]
    pub finished_at: Option<String>,
}

impl OpenChange {
    fn of(change: Change, username: Option<String>) -> Self {
        Self {
            id: change.id.to_string(),
            user: UserRef { id: change.user_id.to_string(), username },
            state: change.state,
            cause: change.cause,
            reason: change.reason,
            detail: change.detail,
            requested_at: change.requested_at.to_rfc3339(),
            finished_at: change.finished_at.map(Instant::to_rfc3339),
        }
    }
}

/// List the access changes that are open
///
/// Those that are under way, and those that failed and were not replaced by a later one: with
/// `state=failed` everything that waits for somebody to try again. The latest first.
#[utoipa::path(
    operation_id = "listChanges",
    tag = "Users",
    extensions(("x-permission" = json!("users.view"))),
    params(PageParams, ChangeFilter),
    responses((status = 200, description = "A page of changes.", body = PageDto<OpenChange>)),
)]
#[get("/changes")]
pub async fn list_changes(
    web: Data<Web>,
    query: ListParams<ChangeFilter, ChangeSort>,
) -> ApiResult<Json<PageDto<OpenChange>>> {
    let request = query.page(Order::Descending);
    let user_id = match query.filter.user_id.as_deref().map(str::parse::<UserId>) {
        Some(Err(_)) => return Ok(Json(PageDto::whole(Vec::new()))),
        user_id => user_id.and_then(Result::ok),
    };
    let filter = OpenFilter { state: query.filter.state, user_id };
    let reader = web.ctx().reader();
    let page = access_changes::list_open(&reader, &filter, &request).await.map_err(AppError::from)?;
    let ids: Vec<UserId> = page.items.iter().map(|change| change.user_id).collect();
    let mut names = users::names(&reader, &ids).await.map_err(AppError::from)?;
    Ok(Json(PageDto::of(page, |change| {
        let name = names.remove(&change.user_id);
        OpenChange::of(change, name)
    })))
}
