//! The steps of one person on the way out, each in a transaction of the caller's that has locked their row.

use pum_domain::access::ChangeCause;
use pum_domain::event::{EventType, HintKind};
use pum_domain::job::Lane;
use pum_domain::purge::stage::{self, Warned};
use pum_domain::purge::{Reason, Verdict};
use pum_domain::user::RemovedReason;
use pum_domain::{Instant, PlexId};
use pum_store::brake::Candidate;
use pum_store::history::{NewEvent, Subject};
use pum_store::purge::{self as store, Someone};
use pum_store::{Reads, Tx, hints, history};
use serde_json::json;

use crate::actor::Actor;
use crate::error::AppResult;
use crate::notices::{self, Notice};
use crate::users::{self, Friendship, Removal};

/// They are warned, and told so. False: they are already.
pub(super) async fn warn_in(
    tx: &Tx,
    someone: &Someone,
    verdict: &Verdict,
    wait_days: u32,
) -> AppResult<bool> {
    let now = tx.now().await?;
    let remove_at = stage::remove_at(now, wait_days);
    if !store::warn(tx, someone.id, Warned { at: now, remove_at, notice: None }).await? {
        return Ok(false);
    }
    notices::send_in(tx, &Notice::PurgeWarning { user_id: someone.id, warned_at: now }).await?;
    let mut event = Actor::schedule().event(EventType::UserPurgeWarned);
    event.reason = Some(verdict.reason.to_string());
    event.after = Some(json!({
        "idle_days": verdict.idle_days,
        "last_streamed_at": someone.person.last_streamed_at.map(Instant::to_rfc3339),
        "remove_at": remove_at.to_rfc3339(),
    }));
    tell(tx, someone, event).await?;
    Ok(true)
}

/// These accounts were just seen beginning to stream: whoever of them was warned no longer is.
pub(crate) async fn streams_again(tx: &Tx, accounts: impl IntoIterator<Item = PlexId>) -> AppResult<()> {
    for id in store::warned_of_accounts(tx, accounts).await? {
        pum_store::users::lock(tx, id).await?;
        for someone in store::find(tx, &[id]).await? {
            cancel_in(tx, &someone, Reason::Streaming).await?;
        }
    }
    Ok(())
}

/// They are no longer on the way out, for this reason. False: they were not.
pub(super) async fn cancel_in(tx: &Tx, someone: &Someone, reason: Reason) -> AppResult<bool> {
    if !store::clear(tx, someone.id).await? {
        return Ok(false);
    }
    let mut event = Actor::schedule().event(EventType::UserPurgeCancelled);
    event.reason = Some(reason.to_string());
    event.before = someone.warned.map(
        |warned| json!({ "warned_at": warned.at.to_rfc3339(), "remove_at": warned.remove_at.to_rfc3339() }),
    );
    event.after = Some(json!({
        "last_streamed_at": someone.person.last_streamed_at.map(Instant::to_rfc3339),
    }));
    tell(tx, someone, event).await?;
    Ok(true)
}

/// They are removed, as by an admin; the friendship stays, so that access can come back at once.
pub(super) async fn remove_in(
    tx: &Tx,
    actor: &Actor,
    someone: &Someone,
    verdict: &Verdict,
    lane: Lane,
) -> AppResult<()> {
    let removal = Removal {
        reason: RemovedReason::Purged,
        cause: ChangeCause::Purge,
        friendship: Friendship::Keep,
        with_undo: false,
        lane,
    };
    store::clear(tx, someone.id).await?;
    let mut event = actor.event(EventType::UserPurged);
    event.after = Some(json!({
        "reason": verdict.reason,
        "idle_days": verdict.idle_days,
        "last_streamed_at": someone.person.last_streamed_at.map(Instant::to_rfc3339),
        "warned_at": someone.warned.map(|warned| warned.at.to_rfc3339()),
    }));
    tell(tx, someone, event).await?;
    users::remove_in(tx, actor, someone.id, removal).await?;
    Ok(())
}

/// Them, as the brake lists people.
pub(super) fn candidate(someone: &Someone) -> Candidate {
    Candidate { user_id: someone.id, name: someone.username.clone(), reason: RemovedReason::Purged }
}

async fn tell(tx: &Tx, someone: &Someone, mut event: NewEvent) -> AppResult<()> {
    event.user_id = Some(someone.id);
    event.subject = Some(Subject {
        kind: "user".to_owned(),
        id: Some(someone.id.to_string()),
        name: Some(someone.username.clone()),
    });
    history::append(tx, event).await?;
    hints::leave(tx, HintKind::Users, Some(&someone.id.to_string())).await?;
    Ok(())
}
