//! Forgets what has had its time: in short transactions, so that nobody waits for it.

use pum_domain::Instant;
use pum_domain::instant::{DAY, HOUR};
use pum_domain::job::JobState;
use pum_domain::redemption::{GUEST_IDLE, RedemptionReason, RedemptionState};
use pum_store::redemptions::{Ending, Redemption};
use pum_store::{
    Reads, bulks, guests, hints, idempotency, jobs, pictures, redemptions, services, sessions, sign_ins,
    throttles,
};

use super::Trouble;
use crate::connection;
use crate::ctx::Ctx;
use crate::invitee_token;
use crate::outcome::Outcome;
use crate::schedules::SCHEDULES;

/// How long a job that is done can be looked at, in milliseconds.
const DONE_JOBS_KEPT: i64 = 7 * DAY;
/// How long a job that died can be looked at and tried again, in milliseconds.
const DEAD_JOBS_KEPT: i64 = 90 * DAY;
/// How long a bulk can be looked at once it is over, in milliseconds.
const BULKS_KEPT: i64 = 90 * DAY;
/// Listeners look back seconds, not hours.
const HINTS_KEPT: i64 = HOUR;
/// Longer than any throttle's window, and than any doubt about a sign-in.
const ATTEMPTS_KEPT: i64 = DAY;
/// A picture that nobody has looked at for so long is fetched again when somebody does.
const PICTURES_KEPT: i64 = 60 * DAY;
/// Rows in one transaction.
const BATCH: u64 = 500;

pub(super) async fn run(ctx: &Ctx) -> Result<Outcome, Trouble> {
    let now = ctx.reader().now().await?;
    forget_stale_tokens(ctx, now).await?;
    connection::drop_stale(ctx).await?;
    end_what_was_left_lying(ctx, now).await?;
    prune(ctx, now).await?;
    Ok(Outcome::Done)
}

/// An invitee's own token is kept for a day at most, whatever became of the redemption.
async fn forget_stale_tokens(ctx: &Ctx, now: Instant) -> Result<(), Trouble> {
    for redemption in redemptions::with_stale_tokens(&ctx.reader(), now, BATCH).await? {
        let tx = ctx.db().begin().await?;
        // It may have been forgotten, or replaced by a fresh one, since the list was read.
        let redemption = redemptions::get(&tx, redemption.id).await?;
        if redemption.token_expires_at.is_some_and(|end| end <= now) {
            invitee_token::sign_out(&tx, ctx, &redemption).await?;
            redemptions::forget_token(&tx, redemption.id).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

/// Who does not come back for a day has to begin again: the cookie is no longer good by then.
async fn end_what_was_left_lying(ctx: &Ctx, now: Instant) -> Result<(), Trouble> {
    let idle_since = now.plus(-GUEST_IDLE);
    for Redemption { id, .. } in redemptions::left_lying(&ctx.reader(), idle_since, BATCH).await? {
        let tx = ctx.db().begin().await?;
        let redemption = redemptions::get(&tx, id).await?;
        if redemption.accepted_at.is_some() {
            continue;
        }
        invitee_token::sign_out(&tx, ctx, &redemption).await?;
        let reason = Some(RedemptionReason::Abandoned);
        redemptions::end(&tx, id, Ending { state: RedemptionState::Failed, reason, keep_seat: false })
            .await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Deletes rows by `$prune` in transactions of their own until none is left.
macro_rules! in_batches {
    ($ctx:expr, |$tx:ident| $prune:expr) => {
        loop {
            let $tx = $ctx.db().begin().await?;
            let gone = $prune.await?;
            $tx.commit().await?;
            if gone < BATCH {
                break;
            }
        }
    };
}

async fn prune(ctx: &Ctx, now: Instant) -> Result<(), Trouble> {
    let kept = last_runs(ctx).await?;
    let (done, dead) = (now.plus(-DONE_JOBS_KEPT), now.plus(-DEAD_JOBS_KEPT));
    in_batches!(ctx, |tx| jobs::prune(&tx, JobState::Done, done, &kept, BATCH));
    in_batches!(ctx, |tx| jobs::prune(&tx, JobState::Dead, dead, &kept, BATCH));
    in_batches!(ctx, |tx| bulks::prune(&tx, now.plus(-BULKS_KEPT), BATCH));
    in_batches!(ctx, |tx| sign_ins::prune(&tx, now.plus(-ATTEMPTS_KEPT), BATCH));
    in_batches!(ctx, |tx| throttles::prune(&tx, now.plus(-ATTEMPTS_KEPT), BATCH));
    in_batches!(ctx, |tx| guests::prune(&tx, now.plus(-GUEST_IDLE), BATCH));
    let tx = ctx.db().begin().await?;
    sessions::prune(&tx, now).await?;
    hints::prune(&tx, now.plus(-HINTS_KEPT)).await?;
    idempotency::prune(&tx, now.plus(-crate::idempotency::KEPT_FOR)).await?;
    services::prune(&tx, now.plus(-DAY)).await?;
    pictures::prune(&tx, now.plus(-PICTURES_KEPT)).await?;
    tx.commit().await?;
    Ok(())
}

/// The latest run of each schedule is shown with it, however long ago it was.
async fn last_runs(ctx: &Ctx) -> Result<Vec<i64>, Trouble> {
    let mut ids = Vec::new();
    for schedule in SCHEDULES {
        ids.extend(jobs::latest_ended(&ctx.reader(), schedule.kind).await?.map(|job| job.id));
    }
    Ok(ids)
}
