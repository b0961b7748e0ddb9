//! Taking work out of the queue: due jobs, and jobs whose worker has gone.

use pum_domain::Instant;
use pum_domain::job::{JobKind, JobState, Lane};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, LockBehavior, LockType, Query, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, Select,
};

use super::{CLAIMS_WITHOUT_OUTCOME, Fence, Job};
use crate::db::sealed::Connected;
use crate::entity::jobs::{self, Column as C};
use crate::{Reads, StoreError, StoreResult, Tx};

/// A kind of job a worker can do, up to a version of its payload. Others are left for a newer
/// worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// The kind.
    pub kind: JobKind,
    /// The newest version of the payload it understands.
    pub version: i32,
}

/// A claimed job.
#[derive(Debug, Clone, PartialEq)]
pub struct Claimed {
    /// The job, with the new lease.
    pub job: Job,
    /// Whether an earlier worker's lease ran out: it may still be finishing a call.
    pub taken_over: bool,
    /// Whether too many workers died of it: do not run it, mark it dead.
    pub crashes_workers: bool,
}

/// Claims up to `most` jobs of `lane` for `owner`, for `lease_ms` milliseconds. Each claim is a try.
///
/// Jobs whose lease ran out come first, then due ones by their time.
pub async fn claim(
    tx: &Tx,
    lane: Lane,
    known: &[Known],
    owner: &str,
    most: u32,
    lease_ms: i64,
) -> StoreResult<Vec<Claimed>> {
    if most == 0 || known.is_empty() {
        return Ok(Vec::new());
    }
    let now = tx.now().await?;
    let lapsed =
        locked(lapsed(lane, known, now).order_by_asc(C::LeaseUntil), most).all(tx.connection()).await?;
    let left = most.saturating_sub(u32::try_from(lapsed.len()).unwrap_or(most));
    let due = match left {
        0 => Vec::new(),
        _ => locked(due(lane, known, now).order_by_asc(C::RunAt), left).all(tx.connection()).await?,
    };
    let mut claimed = Vec::with_capacity(lapsed.len() + due.len());
    let rows = lapsed.into_iter().map(|row| (row, true)).chain(due.into_iter().map(|row| (row, false)));
    for (mut row, taken_over) in rows {
        if serde_json::from_str::<serde::de::IgnoredAny>(&row.payload).is_err() {
            bury_unreadable(tx, row.id, now).await?;
            continue;
        }
        let crashes_workers = row.claims_without_outcome >= CLAIMS_WITHOUT_OUTCOME;
        row.attempts = row.attempts.saturating_add(1);
        row.claims_without_outcome = row.claims_without_outcome.saturating_add(1);
        row.lease_generation += 1;
        row.lease_until = now.plus(lease_ms).millis();
        row.state = JobState::Running.as_str().to_owned();
        row.started_at = Some(now.millis());
        jobs::Entity::update_many()
            .col_expr(C::State, Expr::value(row.state.as_str()))
            .col_expr(C::Attempts, Expr::value(row.attempts))
            .col_expr(C::ClaimsWithoutOutcome, Expr::value(row.claims_without_outcome))
            .col_expr(C::LeaseOwner, Expr::value(owner))
            .col_expr(C::LeaseGeneration, Expr::value(row.lease_generation))
            .col_expr(C::LeaseUntil, Expr::value(row.lease_until))
            .col_expr(C::StartedAt, Expr::value(row.started_at))
            .filter(C::Id.eq(row.id))
            .exec(tx.connection())
            .await?;
        claimed.push(Claimed { job: Job::from_row(row)?, taken_over, crashes_workers });
    }
    Ok(claimed)
}

/// A payload that is not even JSON would otherwise stop every claim of its lane.
async fn bury_unreadable(tx: &Tx, id: i64, now: Instant) -> StoreResult<()> {
    jobs::Entity::update_many()
        .col_expr(C::State, Expr::value(JobState::Dead.as_str()))
        .col_expr(C::LastError, Expr::value("the payload cannot be read"))
        .col_expr(C::FinishedAt, Expr::value(now.millis()))
        .filter(C::Id.eq(id))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Skips rows that another worker is claiming right now. SQLite has one writer anyway.
fn locked(select: Select<jobs::Entity>, most: u32) -> Select<jobs::Entity> {
    select
        .order_by_asc(C::Id)
        .limit(u64::from(most))
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
}

fn due(lane: Lane, known: &[Known], now: Instant) -> Select<jobs::Entity> {
    jobs::Entity::find()
        .filter(C::State.eq(JobState::Queued.as_str()))
        .filter(C::Lane.eq(lane.as_str()))
        .filter(C::RunAt.lte(now.millis()))
        .filter(any_of(known))
}

fn lapsed(lane: Lane, known: &[Known], now: Instant) -> Select<jobs::Entity> {
    jobs::Entity::find()
        .filter(C::State.eq(JobState::Running.as_str()))
        .filter(C::Lane.eq(lane.as_str()))
        .filter(C::LeaseUntil.lt(now.millis()))
        .filter(any_of(known))
}

fn any_of(known: &[Known]) -> Condition {
    known.iter().fold(Condition::any(), |any, known| {
        any.add(C::Kind.eq(known.kind.as_str()).and(C::Version.lte(known.version)))
    })
}

/// When each lane has something to do next: the earliest due time or end of a lease. A moment that
/// has passed means now; lanes in which nothing waits are left out.
///
/// One statement of index look-ups, cheap enough to ask several times a second.
pub async fn next_due(db: &impl Reads, known: &[Known]) -> StoreResult<Vec<(Lane, Instant)>> {
    let mut query = Query::select();
    for lane in Lane::ALL {
        for (state, column) in [(JobState::Queued, C::RunAt), (JobState::Running, C::LeaseUntil)] {
            let first = Query::select()
                .column(column)
                .from(jobs::Entity)
                .and_where(C::State.eq(state.as_str()))
                .and_where(C::Lane.eq(lane.as_str()))
                .cond_where(any_of(known))
                .order_by(column, Order::Asc)
                .limit(1)
                .take();
            let name = Alias::new(format!("{state}_{lane}"));
            query.expr_as(SimpleExpr::SubQuery(None, Box::new(first.into())), name);
        }
    }
    let Some(row) = db.connection().query_one(&query).await? else { return Ok(Vec::new()) };
    let mut next = Vec::with_capacity(Lane::ALL.len());
    for lane in Lane::ALL {
        let moment = |state: JobState| {
            row.try_get::<Option<i64>>("", &format!("{state}_{lane}")).map_err(StoreError::from)
        };
        // A lease is over once its end has passed.
        let lapses = moment(JobState::Running)?.map(|until| until + 1);
        if let Some(first) = moment(JobState::Queued)?.into_iter().chain(lapses).min() {
            next.push((*lane, Instant(first)));
        }
    }
    Ok(next)
}

/// Keeps a claim for `lease_ms` milliseconds from now. Returns until when it holds, or `None` when
/// somebody else has taken the job over or it has ended.
pub async fn extend(tx: &Tx, fence: Fence, lease_ms: i64) -> StoreResult<Option<Instant>> {
    let until = tx.now().await?.plus(lease_ms);
    let done = jobs::Entity::update_many()
        .col_expr(C::LeaseUntil, Expr::value(until.millis()))
        .filter(held(fence))
        .exec(tx.connection())
        .await?;
    Ok((done.rows_affected == 1).then_some(until))
}

/// The row is still the claim's: nobody took it over, no outcome was recorded.
pub(super) fn held(fence: Fence) -> SimpleExpr {
    C::Id
        .eq(fence.job_id)
        .and(C::LeaseGeneration.eq(fence.generation))
        .and(C::State.eq(JobState::Running.as_str()))
}
