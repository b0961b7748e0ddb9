//! Putting work into the queue.

use pum_domain::Instant;
use pum_domain::job::{JobKind, JobState, Lane};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, DbBackend, EntityTrait, QueryFilter, Set};
use serde_json::Value;

use crate::db::sealed::Connected;
use crate::entity::jobs;
use crate::{Reads, StoreError, StoreResult, Tx};

/// Keeps the same work from being enqueued twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unique {
    /// Once, until the job's row is pruned: a tick of the clock.
    Once(String),
    /// Once at a time: the key is free again when the job is done or dead.
    WhileOpen(String),
}

const WHILE_OPEN: &str = "open:";

impl Unique {
    pub(super) fn stored(&self) -> String {
        match self {
            Self::Once(key) => format!("once:{key}"),
            Self::WhileOpen(key) => format!("{WHILE_OPEN}{key}"),
        }
    }
}

/// The stored key after the job has ended.
pub(super) fn key_after_end(stored: Option<String>) -> Option<String> {
    stored.filter(|key| !key.starts_with(WHILE_OPEN))
}

/// A job to enqueue.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// What to do.
    pub kind: JobKind,
    /// The version of the payload's form.
    pub version: i32,
    /// What to do it with. No secrets: jobs are shown to admins.
    pub payload: Value,
    /// Where it waits.
    pub lane: Lane,
    /// Not before this moment; `None` means as soon as possible.
    pub run_at: Option<Instant>,
    /// Tries it has.
    pub max_attempts: i32,
    /// Keeps it from being enqueued twice; at most 120 bytes.
    pub unique: Option<Unique>,
    /// What it is about, at most 64 bytes.
    pub subject_id: Option<String>,
}

impl NewJob {
    /// A job to be done as soon as possible, tried up to eight times.
    pub fn new(kind: JobKind, lane: Lane, payload: Value) -> Self {
        Self {
            kind,
            version: 1,
            payload,
            lane,
            run_at: None,
            max_attempts: 8,
            unique: None,
            subject_id: None,
        }
    }
}

/// What enqueuing did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enqueued {
    /// The job: the new one, or the one that had the unique key already.
    pub id: i64,
    /// Whether it is new.
    pub created: bool,
}

/// Enqueues a job with the transaction it belongs to. Workers of this process are woken at commit.
pub async fn enqueue(tx: &Tx, job: NewJob) -> StoreResult<Enqueued> {
    let key = job.unique.as_ref().map(Unique::stored);
    if key.as_ref().is_some_and(|key| key.len() > 128)
        || job.subject_id.as_ref().is_some_and(|id| id.len() > 64)
    {
        return Err(StoreError::Other { detail: "a job's unique key or subject is too long".to_owned() });
    }
    if let Some(key) = &key
        && let Some(id) = id_of(tx, key).await?
    {
        return Ok(Enqueued { id, created: false });
    }
    let now = tx.now().await?;
    let row = jobs::ActiveModel {
        kind: Set(job.kind.as_str().to_owned()),
        version: Set(job.version),
        payload: Set(job.payload.to_string()),
        lane: Set(job.lane.as_str().to_owned()),
        state: Set(JobState::Queued.as_str().to_owned()),
        blocked_on: Set(None),
        run_at: Set(job.run_at.unwrap_or(now).millis()),
        attempts: Set(0),
        claims_without_outcome: Set(0),
        max_attempts: Set(job.max_attempts.max(1)),
        lease_owner: Set(None),
        lease_generation: Set(0),
        lease_until: Set(0),
        unique_key: Set(key.clone()),
        last_error: Set(None),
        subject_id: Set(job.subject_id),
        created_at: Set(now.millis()),
        finished_at: Set(None),
        started_at: Set(None),
        ..Default::default()
    };
    tx.wake(job.lane);
    let Some(key) = key else {
        let id = jobs::Entity::insert(row).exec(tx.connection()).await?.last_insert_id;
        return Ok(Enqueued { id, created: true });
    };
    let created = insert_unless_taken(tx, row).await?;
    let id = id_of(tx, &key).await?.ok_or(StoreError::Deadlock)?;
    Ok(Enqueued { id, created })
}

/// Inserts unless somebody else took the key meanwhile. PostgreSQL would give the whole transaction
/// up at a clash, so there (and on SQLite) the clash is answered by doing nothing; MySQL has no such
/// clause but keeps the transaction.
async fn insert_unless_taken(tx: &Tx, row: jobs::ActiveModel) -> StoreResult<bool> {
    let insert = jobs::Entity::insert(row);
    if tx.backend() == DbBackend::MySql {
        return match insert.exec_without_returning(tx.connection()).await.map_err(StoreError::from) {
            Ok(_) => Ok(true),
            Err(StoreError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error),
        };
    }
    let nothing = OnConflict::column(jobs::Column::UniqueKey).do_nothing().to_owned();
    Ok(insert.on_conflict(nothing).exec_without_returning(tx.connection()).await? == 1)
}

async fn id_of(tx: &Tx, key: &str) -> StoreResult<Option<i64>> {
    let row = jobs::Entity::find().filter(jobs::Column::UniqueKey.eq(key)).one(tx.connection()).await?;
    Ok(row.map(|row| row.id))
}
