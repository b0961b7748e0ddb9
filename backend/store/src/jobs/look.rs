//! Looking at the queue, and what an admin may do about a job.

use pum_domain::Instant;
use pum_domain::job::{JobKind, JobState, Lane};
use pum_domain::page::{Page, PageRequest};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use super::{Job, Unique};
use crate::db::parse;
use crate::db::sealed::Connected;
use crate::entity::jobs::{self, Column as C};
use crate::page::{self, Keyset, Place};
use crate::{Reads, StoreError, StoreResult, Tx};

/// Which jobs to list. Everything that is set must fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// In this state.
    pub state: Option<JobState>,
    /// In this lane.
    pub lane: Option<Lane>,
    /// Of this kind.
    pub kind: Option<JobKind>,
    /// About this.
    pub subject_id: Option<String>,
}

/// Lists jobs in the order in which they were enqueued.
pub async fn list(db: &impl Reads, filter: &Filter, request: &PageRequest) -> StoreResult<Page<Job>> {
    page::read(db, select(filter), by_id(), request).await?.try_map(Job::from_row)
}

/// How the database would go about [`list`].
pub async fn explain(db: &impl Reads, filter: &Filter, request: &PageRequest) -> StoreResult<Vec<String>> {
    page::explain(db.connection(), select(filter), by_id(), request).await
}

fn select(filter: &Filter) -> Select<jobs::Entity> {
    let mut select = jobs::Entity::find();
    if let Some(state) = filter.state {
        select = select.filter(C::State.eq(state.as_str()));
    }
    if let Some(lane) = filter.lane {
        select = select.filter(C::Lane.eq(lane.as_str()));
    }
    if let Some(kind) = filter.kind {
        select = select.filter(C::Kind.eq(kind.as_str()));
    }
    if let Some(id) = &filter.subject_id {
        select = select.filter(C::SubjectId.eq(id));
    }
    select
}

fn by_id() -> Keyset<jobs::Model> {
    Keyset {
        name: "id",
        by: Expr::col(C::Id),
        id: Expr::col(C::Id),
        place: |row: &jobs::Model| (Place::Number(row.id), Place::Number(row.id)),
        kinds: (Place::Number(0), Place::Number(0)),
    }
}

/// One job.
pub async fn get(db: &impl Reads, id: i64) -> StoreResult<Job> {
    let row = jobs::Entity::find_by_id(id).one(db.connection()).await?;
    Job::from_row(row.ok_or(StoreError::NotFound { what: "job" })?)
}

/// The job that is open under this key.
pub async fn open_under(db: &impl Reads, key: &Unique) -> StoreResult<Option<Job>> {
    let row = jobs::Entity::find().filter(C::UniqueKey.eq(key.stored())).one(db.connection()).await?;
    row.map(Job::from_row).transpose()
}

/// Whether a job of this kind waits, runs or is blocked.
pub async fn is_open(db: &impl Reads, kind: &str) -> StoreResult<bool> {
    for state in [JobState::Running, JobState::Queued, JobState::Blocked] {
        let open = jobs::Entity::find()
            .select_only()
            .column(C::Id)
            .filter(C::State.eq(state.as_str()))
            .filter(C::Kind.eq(kind))
            .limit(1);
        if open.into_tuple::<i64>().one(db.connection()).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The latest job of this kind that has ended, well or not.
pub async fn latest_ended(db: &impl Reads, kind: JobKind) -> StoreResult<Option<Job>> {
    let row = jobs::Entity::find()
        .filter(C::Kind.eq(kind.as_str()))
        .filter(C::FinishedAt.is_not_null())
        .order_by_desc(C::Id)
        .one(db.connection())
        .await?;
    row.map(Job::from_row).transpose()
}

/// The dead jobs of a kind about this subject.
pub async fn dead_about(db: &impl Reads, kind: JobKind, subject_id: &str) -> StoreResult<Vec<Job>> {
    let rows = jobs::Entity::find()
        .filter(C::SubjectId.eq(subject_id))
        .filter(C::Kind.eq(kind.as_str()))
        .filter(C::State.eq(JobState::Dead.as_str()))
        .order_by_desc(C::Id)
        .all(db.connection())
        .await?;
    rows.into_iter().map(Job::from_row).collect()
}

/// How many jobs of a lane could run now or do, counted up to `most`.
pub async fn count_due(db: &impl Reads, lane: Lane, most: u64) -> StoreResult<u64> {
    let now = db.now().await?;
    let mut found = 0;
    for state in [JobState::Running, JobState::Queued] {
        let ids: Vec<i64> = jobs::Entity::find()
            .select_only()
            .column(C::Id)
            .filter(C::State.eq(state.as_str()))
            .filter(C::Lane.eq(lane.as_str()))
            .filter(C::RunAt.lte(now.millis()))
            .limit(most)
            .into_tuple()
            .all(db.connection())
            .await?;
        found += ids.len() as u64;
    }
    Ok(found.min(most))
}

/// How many jobs are in each state; states without any are left out.
pub async fn counts(db: &impl Reads) -> StoreResult<Vec<(JobState, i64)>> {
    let rows: Vec<(String, i64)> = jobs::Entity::find()
        .select_only()
        .column(C::State)
        .column_as(C::Id.count(), "jobs")
        .group_by(C::State)
        .into_tuple()
        .all(db.connection())
        .await?;
    rows.into_iter().map(|(state, jobs)| Ok((parse("jobs.state", &state)?, jobs))).collect()
}

/// Lets a dead or blocked job try again now, with all its tries. `false` when it is neither. `key`
/// is the one it had while it was open, which the caller has found free.
pub async fn retry(tx: &Tx, id: i64, key: Option<&Unique>) -> StoreResult<bool> {
    let job = get(tx, id).await?;
    let now = tx.now().await?;
    let mut update = jobs::Entity::update_many()
        .col_expr(C::State, Expr::value(JobState::Queued.as_str()))
        .col_expr(C::BlockedOn, Expr::value(None::<String>))
        .col_expr(C::Attempts, Expr::value(0))
        .col_expr(C::ClaimsWithoutOutcome, Expr::value(0))
        .col_expr(C::RunAt, Expr::value(now.millis()))
        .col_expr(C::FinishedAt, Expr::value(None::<i64>));
    if let Some(key) = key {
        update = update.col_expr(C::UniqueKey, Expr::value(key.stored()));
    }
    let retried = update
        .filter(C::Id.eq(id))
        .filter(C::State.is_in([JobState::Dead.as_str(), JobState::Blocked.as_str()]))
        .exec(tx.connection())
        .await?
        .rows_affected
        == 1;
    if retried {
        tx.wake(job.lane);
    }
    Ok(retried)
}

/// Lets a job that waits for a later moment run now. `false` when it does not wait.
pub async fn hurry(tx: &Tx, id: i64) -> StoreResult<bool> {
    let job = get(tx, id).await?;
    let now = tx.now().await?;
    let hurried = jobs::Entity::update_many()
        .col_expr(C::RunAt, Expr::value(now.millis()))
        .filter(C::Id.eq(id))
        .filter(C::State.eq(JobState::Queued.as_str()))
        .filter(C::RunAt.gt(now.millis()))
        .exec(tx.connection())
        .await?
        .rows_affected
        == 1;
    if hurried {
        tx.wake(job.lane);
    }
    Ok(hurried)
}

/// Deletes up to `most` jobs that ended in `state` before `before`, the oldest first, and says how
/// many. Those in `kept` stay.
pub async fn prune(tx: &Tx, state: JobState, before: Instant, kept: &[i64], most: u64) -> StoreResult<u64> {
    let mut select = jobs::Entity::find()
        .select_only()
        .column(C::Id)
        .filter(C::State.eq(state.as_str()))
        .filter(C::FinishedAt.lt(before.millis()));
    if !kept.is_empty() {
        select = select.filter(C::Id.is_not_in(kept.iter().copied()));
    }
    let ids: Vec<i64> = select.order_by_asc(C::Id).limit(most).into_tuple().all(tx.connection()).await?;
    if ids.is_empty() {
        return Ok(0);
    }
    let deleted = jobs::Entity::delete_many().filter(C::Id.is_in(ids)).exec(tx.connection()).await?;
    Ok(deleted.rows_affected)
}
