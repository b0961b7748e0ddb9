//! Durable work. A job is a row written in the same transaction as what it is for, so either both
//! are there or neither.
//!
//! A worker claims due jobs for a while (a lease). Every claim gets a new number, the lease's
//! generation, and an outcome counts only with the number of the latest claim: a worker that comes
//! back from the dead cannot overwrite what its successor did. Jobs whose lease has run out come
//! out of the same look as due ones, so there is nothing to sweep.

mod claim;
mod enqueue;
mod look;
mod outcome;

use pum_domain::Instant;
use pum_domain::job::{JobKind, JobState, Lane};
use serde_json::Value;

use crate::db::parse;
use crate::entity::jobs;
use crate::{StoreError, StoreResult};

pub use claim::{Claimed, Known, claim, extend, next_due};
pub use enqueue::{Enqueued, NewJob, Unique, enqueue};
pub use look::{
    Filter, count_due, counts, dead_about, explain, get, hurry, is_open, latest_ended, list, open_under,
    prune, retry,
};
pub use outcome::{again, blocked, dead, done, release, release_blocked};

/// So many claims in a row that ended without an outcome, and the job is held to crash workers.
pub const CLAIMS_WITHOUT_OUTCOME: i32 = 5;

/// The right to work on a job until the lease runs out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fence {
    /// The job.
    pub job_id: i64,
    /// The number of the claim.
    pub generation: i64,
}

/// A job as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Ascending in the order of enqueuing.
    pub id: i64,
    /// What to do; text, because a newer version may know more kinds.
    pub kind: String,
    /// The version of the payload's form.
    pub version: i32,
    /// What to do it with.
    pub payload: Value,
    /// Where it waits.
    pub lane: Lane,
    /// How it stands.
    pub state: JobState,
    /// What it waits for while blocked.
    pub blocked_on: Option<String>,
    /// Not before this moment.
    pub run_at: Instant,
    /// Tries so far, the present one included.
    pub attempts: i32,
    /// Tries it has.
    pub max_attempts: i32,
    /// The number of the latest claim.
    pub lease_generation: i64,
    /// Until when the claim holds.
    pub lease_until: Instant,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// What it is about.
    pub subject_id: Option<String>,
    /// When it was enqueued.
    pub created_at: Instant,
    /// When the latest try began.
    pub started_at: Option<Instant>,
    /// When it ended, well or not.
    pub finished_at: Option<Instant>,
}

impl Job {
    /// The kind, if this version knows it.
    pub fn known_kind(&self) -> Option<JobKind> {
        self.kind.parse().ok()
    }

    /// What an outcome of the present claim has to name.
    pub const fn fence(&self) -> Fence {
        Fence { job_id: self.id, generation: self.lease_generation }
    }

    fn from_row(row: jobs::Model) -> StoreResult<Self> {
        Ok(Self {
            id: row.id,
            kind: row.kind,
            version: row.version,
            payload: serde_json::from_str(&row.payload)
                .map_err(|_| StoreError::corrupt("jobs.payload is not JSON"))?,
            lane: parse("jobs.lane", &row.lane)?,
            state: parse("jobs.state", &row.state)?,
            blocked_on: row.blocked_on,
            run_at: Instant(row.run_at),
            attempts: row.attempts,
            max_attempts: row.max_attempts,
            lease_generation: row.lease_generation,
            lease_until: Instant(row.lease_until),
            last_error: row.last_error,
            subject_id: row.subject_id,
            created_at: Instant(row.created_at),
            started_at: row.started_at.map(Instant),
            finished_at: row.finished_at.map(Instant),
        })
    }
}
