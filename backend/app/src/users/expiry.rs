//! The end of access. Judged every minute for everybody and at the exact moment for each; what follows is an
//! access change like any other, so whoever Plex still lets in is shown as such.

use pum_domain::access::{ChangeCause, ChangeState};
use pum_domain::event::EventType;
use pum_domain::instant::{DAY, HOUR, MINUTE};
use pum_domain::job::{JobKind, Lane};
use pum_domain::user::{Becomes, RemovedReason, UserState};
use pum_domain::{Instant, UserId};
use pum_store::jobs::{self, NewJob, Unique};
use pum_store::users::{self as store, Filter, User};
use pum_store::{Reads, Tx};
use serde_json::json;

use super::{refuse_untouchable, tell};
use crate::access::{self, TakeAway};
use crate::actor::Actor;
use crate::clock_guard;
use crate::ctx::Ctx;
use crate::error::AppResult;

/// How far ahead the look of each minute goes: to the next one and a little on.
const LOOK_AHEAD: i64 = 2 * MINUTE;
/// How long an end of access that Plex refused for good rests before it is tried again.
const TRY_AGAIN_AFTER: i64 = HOUR;
/// Users in one look.
const BATCH: u64 = 500;

/// Judges everybody whose time is over, and sets the clock for those whose time is about to be.
pub(crate) async fn judge(ctx: &Ctx) -> AppResult<()> {
    if !clock_guard::may_take_away(ctx).await? {
        return Ok(());
    }
    let now = ctx.reader().now().await?;
    let filter = Filter { expires_until: Some(now.plus(LOOK_AHEAD)), ..Filter::default() };
    let mut after = None;
    loop {
        let ids = store::ids(&ctx.reader(), &filter, after, BATCH).await?;
        for id in &ids {
            let tx = ctx.db().begin().await?;
            let ends_at = store::get(&tx, *id).await?.access_expires_at;
            if ends_at.is_some_and(|end| end <= now) {
                expire_in(&tx, *id).await?;
            } else {
                schedule(&tx, *id, ends_at).await?;
            }
            tx.commit().await?;
        }
        after = ids.last().copied();
        if ids.len() < BATCH as usize {
            return Ok(());
        }
    }
}

/// Has the end of access judged at its very moment, if that is near; otherwise the look of that minute will.
pub(super) async fn schedule(tx: &Tx, id: UserId, ends_at: Option<Instant>) -> AppResult<()> {
    let Some(at) = ends_at else { return Ok(()) };
    if at > tx.now().await?.plus(LOOK_AHEAD) {
        return Ok(());
    }
    let mut job = NewJob::new(JobKind::ExpireUser, Lane::Manual, json!({ "user_id": id }));
    job.unique = Some(Unique::WhileOpen(format!("expire:{id}:{}", at.millis())));
    job.subject_id = Some(id.to_string());
    job.run_at = Some(at);
    jobs::enqueue(tx, job).await?;
    Ok(())
}

/// Judges one person.
pub async fn expire(ctx: &Ctx, id: UserId) -> AppResult<()> {
    // Once an admin has looked at the clock, the look of the minute comes upon them.
    if !clock_guard::may_take_away(ctx).await? {
        return Ok(());
    }
    let tx = ctx.db().begin().await?;
    expire_in(&tx, id).await?;
    Ok(tx.commit().await?)
}

/// [`expire`] in a transaction of the caller's. False: there is nothing to end, or it is under way.
pub async fn expire_in(tx: &Tx, id: UserId) -> AppResult<bool> {
    store::lock(tx, id).await?;
    let user = store::get(tx, id).await?;
    let now = tx.now().await?;
    let is_over = user.access_expires_at.is_some_and(|end| end <= now);
    if !is_over || user.state == UserState::Removed || refuse_untouchable(tx, &user).await.is_err() {
        return Ok(false);
    }
    if let Some(removal) = super::remove::removal_of(tx, &user).await? {
        let rested = removal.finished_at.is_some_and(|end| now.since(end) >= TRY_AGAIN_AFTER);
        if removal.state == ChangeState::Failed && rested {
            access::retry_in(tx, &removal).await?;
        }
        return Ok(false);
    }
    begin(tx, &user).await?;
    Ok(true)
}

async fn begin(tx: &Tx, user: &User) -> AppResult<()> {
    // Somebody who never accepted is not a member whose time is over: their invitation is withdrawn.
    let reason = match user.state {
        UserState::Pending => RemovedReason::InvitationGone,
        _ => RemovedReason::Expired,
    };
    let wish = TakeAway {
        user_id: user.id,
        becomes: Becomes::Removed(reason),
        cause: ChangeCause::Expiry,
        end_friendship: false,
        not_before: None,
        due_since: user.access_expires_at,
        lane: Lane::Manual,
    };
    access::take_away(tx, wish).await?;
    let mut event = Actor::schedule().event(EventType::UserAccessExpired);
    event.before = Some(json!({ "access": user.wanted }));
    event.after = Some(json!({ "access_expires_at": user.access_expires_at.map(Instant::to_rfc3339) }));
    tell(tx, user, event).await
}

/// Whose access ends within so many days: how many there are, and the first of them.
pub(crate) async fn soon(
    db: &impl Reads,
    days: i64,
    most: u64,
) -> AppResult<(i64, Vec<(UserId, String, Instant)>)> {
    let until = db.now().await?.plus(days * DAY);
    let filter = Filter { expires_until: Some(until), ..Filter::default() };
    let count = store::count(db, &filter).await?;
    Ok((count, store::expiring(db, until, most).await?))
}
