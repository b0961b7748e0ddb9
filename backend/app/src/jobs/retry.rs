//! Letting a dead job try again, because an admin has mended what it died of.

use pum_domain::event::{EventType, HintKind};
use pum_domain::job::{JobKind, JobState};
use pum_domain::{BulkId, ChangeId, ProblemCode, UserId};
use pum_store::history::Subject;
use pum_store::jobs::{self, Job, Unique};
use pum_store::{Tx, hints, history};
use serde::de::DeserializeOwned;

use crate::{Actor, AppError, AppResult, Ctx, access, bulk, schedules};

/// Puts a dead or blocked job back into the queue, with all its tries. One that is waiting or running
/// is given as it is: somebody was quicker. Where the same work is open as another job, that one is
/// given.
pub async fn retry(ctx: &Ctx, id: i64, actor: &Actor) -> AppResult<Job> {
    let tx = ctx.db().begin().await?;
    let job = jobs::get(&tx, id).await?;
    match job.state {
        JobState::Queued | JobState::Running => return Ok(job),
        JobState::Done => {
            let detail = "This job is done. Only one that has failed can be tried again.";
            return Err(AppError::conflict(ProblemCode::Conflict, detail));
        }
        JobState::Dead | JobState::Blocked => {}
    }
    let key = key_of(&job);
    if job.state == JobState::Dead {
        if let Some(key) = &key
            && let Some(open) = jobs::open_under(&tx, key).await?
        {
            return Ok(open);
        }
        if let Some(change) = change_of(&job) {
            access::reopen(&tx, change, actor).await?;
        }
    }
    jobs::retry(&tx, id, key.as_ref()).await?;
    note(&tx, &job, actor).await?;
    let job = jobs::get(&tx, id).await?;
    tx.commit().await?;
    Ok(job)
}

async fn note(tx: &Tx, job: &Job, actor: &Actor) -> AppResult<()> {
    let id = job.id.to_string();
    let mut event = actor.event(EventType::JobRetried);
    event.subject =
        Some(Subject { kind: "job".to_owned(), id: Some(id.clone()), name: Some(job.kind.clone()) });
    event.reason = job.last_error.clone();
    history::append(tx, event).await?;
    Ok(hints::leave(tx, HintKind::Jobs, Some(&id)).await?)
}

/// The access change that a job carries out.
pub fn change_of(job: &Job) -> Option<ChangeId> {
    match job.known_kind() {
        Some(JobKind::ApplyAccessChange) => field(job, "change_id"),
        _ => None,
    }
}

/// The key that the job had while it was open; it was given up when the job died.
fn key_of(job: &Job) -> Option<Unique> {
    match job.known_kind()? {
        JobKind::ApplyAccessChange => field::<ChangeId>(job, "change_id").map(access::key),
        JobKind::WatchInvitation => field::<UserId>(job, "user_id").map(access::watch_key),
        JobKind::RunBulk => field::<BulkId>(job, "bulk_id").map(bulk::key),
        kind => schedules::of_kind(kind).map(schedules::Schedule::key),
    }
}

fn field<T: DeserializeOwned>(job: &Job, name: &str) -> Option<T> {
    job.payload.get(name).and_then(|value| serde_json::from_value(value.clone()).ok())
}
