//! Asking for a change of somebody's access.

use pum_domain::access::{ChangeCause, WantedAccess};
use pum_domain::event::HintKind;
use pum_domain::job::{JobKind, Lane};
use pum_domain::{ChangeId, RedemptionId, UserId};
use pum_store::access_changes::{self, NewChange};
use pum_store::jobs::{self, NewJob, Unique};
use pum_store::{Tx, hints, users};
use serde_json::json;

use crate::error::AppResult;
use crate::random;

/// Tries of a change before it is called failed: with growing pauses about four hours.
const TRIES: i32 = 24;

/// What should be true from now on.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// For whom.
    pub user_id: UserId,
    /// What they should see.
    pub wanted: &'a WantedAccess,
    /// Why.
    pub cause: ChangeCause,
    /// The redemption that waits for it.
    pub redemption_id: Option<RedemptionId>,
    /// How urgent it is.
    pub lane: Lane,
}

/// Writes down the change and the job that carries it out. Older requested changes of the person
/// are superseded; a call of theirs that is under way is not disturbed, the new one waits for it.
pub async fn request(tx: &Tx, request: Request<'_>) -> AppResult<ChangeId> {
    let id: ChangeId = random::id();
    let change = NewChange {
        id,
        user_id: request.user_id,
        wanted: request.wanted.clone(),
        cause: request.cause,
        redemption_id: request.redemption_id,
    };
    access_changes::request(tx, &change).await?;
    users::want(tx, request.user_id, request.wanted).await?;
    enqueue(tx, id, request.user_id, request.lane).await?;
    hints::leave(tx, HintKind::Changes, Some(&id.to_string())).await?;
    Ok(id)
}

pub(super) async fn enqueue(tx: &Tx, change: ChangeId, user: UserId, lane: Lane) -> AppResult<()> {
    let mut job = NewJob::new(JobKind::ApplyAccessChange, lane, json!({ "change_id": change }));
    job.unique = Some(Unique::WhileOpen(format!("change:{change}")));
    job.subject_id = Some(user.to_string());
    job.max_attempts = TRIES;
    jobs::enqueue(tx, job).await?;
    Ok(())
}
