//! Looking at the queue, and what an admin may do about a job.

use pum_domain::Instant;
use pum_domain::job::{JobKind, JobState, Lane};
use pum_domain::page::{Page, PageRequest};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::Job;
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
    let order = Keyset {
        name: "id",
        by: Expr::col(C::Id),
        id: Expr::col(C::Id),
        place: |row: &jobs::Model| (Place::Number(row.id), Place::Number(row.id)),
        kinds: (Place::Number(0), Place::Number(0)),
    };
    let rows = page::read(db.connection(), select, order, request).await?;
    let items = rows.items.into_iter().map(Job::from_row).collect::<StoreResult<_>>()?;
    Ok(Page {
        items,
        next_cursor: rows.next_cursor,
        total: rows.total,
        total_is_minimum: rows.total_is_minimum,
    })
}

/// One job.
pub async fn get(db: &impl Reads, id: i64) -> StoreResult<Job> {
    let row = jobs::Entity::find_by_id(id).one(db.connection()).await?;
    Job::from_row(row.ok_or(StoreError::NotFound { what: "job" })?)
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

/// Lets a dead or blocked job try again now, with all its tries. `false` when it is neither.
pub async fn retry(tx: &Tx, id: i64) -> StoreResult<bool> {
    let job = get(tx, id).await?;
    let now = tx.now().await?;
    let retried = jobs::Entity::update_many()
        .col_expr(C::State, Expr::value(JobState::Queued.as_str()))
        .col_expr(C::BlockedOn, Expr::value(None::<String>))
        .col_expr(C::Attempts, Expr::value(0))
        .col_expr(C::ClaimsWithoutOutcome, Expr::value(0))
        .col_expr(C::RunAt, Expr::value(now.millis()))
        .col_expr(C::FinishedAt, Expr::value(None::<i64>))
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

/// Deletes up to `most` jobs that were done before `before`, and says how many.
pub async fn prune(tx: &Tx, before: Instant, most: u64) -> StoreResult<u64> {
    let ids: Vec<i64> = jobs::Entity::find()
        .select_only()
        .column(C::Id)
        .filter(C::State.eq(JobState::Done.as_str()))
        .filter(C::FinishedAt.lt(before.millis()))
        .limit(most)
        .into_tuple()
        .all(tx.connection())
        .await?;
    if ids.is_empty() {
        return Ok(0);
    }
    let deleted = jobs::Entity::delete_many().filter(C::Id.is_in(ids)).exec(tx.connection()).await?;
    Ok(deleted.rows_affected)
}
