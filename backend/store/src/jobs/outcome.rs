//! Recording how a try ended. Each outcome counts only while the claim is still the latest: the
//! functions say `false` when somebody else has taken the job over, and change nothing then.

use pum_domain::Instant;
use pum_domain::job::{JobState, Lane};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, UpdateMany};

use super::Fence;
use super::claim::held;
use super::enqueue::key_after_end;
use crate::db::parse;
use crate::db::sealed::Connected;
use crate::entity::jobs::{self, Column as C};
use crate::{Reads, StoreError, StoreResult, Tx};

/// How much of an error is kept.
const ERROR_CHARACTERS: usize = 2000;

/// The job has done its work.
pub async fn done(tx: &Tx, fence: Fence) -> StoreResult<bool> {
    end(tx, fence, JobState::Done, None).await
}

/// The job will not be tried again, unless an admin asks for it.
pub async fn dead(tx: &Tx, fence: Fence, reason: &str) -> StoreResult<bool> {
    end(tx, fence, JobState::Dead, Some(reason)).await
}

async fn end(tx: &Tx, fence: Fence, state: JobState, error: Option<&str>) -> StoreResult<bool> {
    let key: Option<Option<String>> = jobs::Entity::find()
        .select_only()
        .column(C::UniqueKey)
        .filter(held(fence))
        .into_tuple()
        .one(tx.connection())
        .await?;
    let Some(key) = key else { return Ok(false) };
    let now = tx.now().await?;
    let mut update = outcome(state)
        .col_expr(C::FinishedAt, Expr::value(now.millis()))
        .col_expr(C::UniqueKey, Expr::value(key_after_end(key)));
    if let Some(error) = error {
        update = update.col_expr(C::LastError, Expr::value(shortened(error)));
    }
    finish(tx, fence, update).await
}

/// The job is tried again at `at`. `spends_attempt` says whether this try counts.
///
/// Whether tries are left is for the caller to judge: it knows the job.
pub async fn again(
    tx: &Tx,
    fence: Fence,
    at: Instant,
    error: &str,
    spends_attempt: bool,
) -> StoreResult<bool> {
    let update = outcome(JobState::Queued)
        .col_expr(C::RunAt, Expr::value(at.millis()))
        .col_expr(C::LastError, Expr::value(shortened(error)));
    let again = finish(tx, fence, if spends_attempt { update } else { not_counted(update) }).await?;
    if again {
        wake_lane_of(tx, fence.job_id).await?;
    }
    Ok(again)
}

/// The job waits until [`release_blocked`] is called for `on`. This try does not count.
pub async fn blocked(tx: &Tx, fence: Fence, on: &str, error: Option<&str>) -> StoreResult<bool> {
    let mut update = survived(JobState::Blocked).col_expr(C::BlockedOn, Expr::value(on));
    if let Some(error) = error {
        update = update.col_expr(C::LastError, Expr::value(shortened(error)));
    }
    finish(tx, fence, not_counted(update)).await
}

/// The job goes back to the queue as if it had not been claimed: the worker is stopping.
pub async fn release(tx: &Tx, fence: Fence) -> StoreResult<bool> {
    let released = finish(tx, fence, not_counted(outcome(JobState::Queued))).await?;
    if released {
        wake_lane_of(tx, fence.job_id).await?;
    }
    Ok(released)
}

/// Lets every job that is blocked on `on` go on now, and says how many.
pub async fn release_blocked(tx: &Tx, on: &str) -> StoreResult<u64> {
    let now = tx.now().await?;
    let released = jobs::Entity::update_many()
        .col_expr(C::State, Expr::value(JobState::Queued.as_str()))
        .col_expr(C::BlockedOn, Expr::value(None::<String>))
        .col_expr(C::RunAt, Expr::value(now.millis()))
        .filter(C::State.eq(JobState::Blocked.as_str()))
        .filter(C::BlockedOn.eq(on))
        .exec(tx.connection())
        .await?
        .rows_affected;
    if released > 0 {
        Lane::ALL.iter().for_each(|lane| tx.wake(*lane));
    }
    Ok(released)
}

fn outcome(state: JobState) -> UpdateMany<jobs::Entity> {
    survived(state).col_expr(C::BlockedOn, Expr::value(None::<String>))
}

/// Any outcome shows that the worker survived the job.
fn survived(state: JobState) -> UpdateMany<jobs::Entity> {
    jobs::Entity::update_many()
        .col_expr(C::State, Expr::value(state.as_str()))
        .col_expr(C::ClaimsWithoutOutcome, Expr::value(0))
        .col_expr(C::LeaseOwner, Expr::value(None::<String>))
        .col_expr(C::LeaseUntil, Expr::value(0_i64))
}

fn not_counted(update: UpdateMany<jobs::Entity>) -> UpdateMany<jobs::Entity> {
    update.col_expr(C::Attempts, Expr::col(C::Attempts).sub(1))
}

async fn finish(tx: &Tx, fence: Fence, update: UpdateMany<jobs::Entity>) -> StoreResult<bool> {
    Ok(update.filter(held(fence)).exec(tx.connection()).await?.rows_affected == 1)
}

async fn wake_lane_of(tx: &Tx, id: i64) -> StoreResult<()> {
    let lane: Option<String> =
        jobs::Entity::find_by_id(id).select_only().column(C::Lane).into_tuple().one(tx.connection()).await?;
    let lane = lane.ok_or(StoreError::NotFound { what: "job" })?;
    tx.wake(parse("jobs.lane", &lane)?);
    Ok(())
}

fn shortened(error: &str) -> String {
    error.chars().filter(|letter| *letter != '\0').take(ERROR_CHARACTERS).collect()
}
