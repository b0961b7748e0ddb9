//! Jobs and schedules as the API shows them. A job's payload is not shown: what it is about is.

use std::collections::HashMap;

use pum_app::schedules::{self, Standing};
use pum_domain::job::{JobKind, JobState, Lane};
use pum_domain::{Instant, UserId};
use pum_store::jobs::Job;
use serde::Serialize;
use utoipa::ToSchema;

use crate::dto::UserRef;
use crate::name_schema;

name_schema!(
    /// What a job does.
    JobKindName,
    JobKind
);
name_schema!(
    /// Where a job stands.
    JobStateName,
    JobState
);
name_schema!(
    /// Which queue a job waits in.
    LaneName,
    Lane
);

/// A piece of durable work.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Job, example = json!({
    "id": "42", "kind": "apply_access_change", "state": "dead", "lane": "manual", "schedule": null,
    "user": {"id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a13", "username": "priya"},
    "change_id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a14", "attempts": 24, "max_attempts": 24,
    "created_at": "2026-11-22T16:05:05.000Z", "run_at": "2026-11-22T20:05:05.000Z",
    "started_at": "2026-11-22T20:05:05.120Z", "finished_at": "2026-11-22T20:05:06.370Z", "duration_seconds": 1,
    "blocked_on": null, "error": "Plex did not answer in time", "retryable": true
}))]
pub struct JobDto {
    /// Ascending.
    pub id: String,
    /// What it does; an older PUM may not know every kind that a newer one has enqueued.
    #[schema(value_type = JobKindName)]
    pub kind: String,
    /// Where it stands.
    #[schema(value_type = JobStateName)]
    pub state: JobState,
    /// Which queue it waits in.
    #[schema(value_type = LaneName)]
    pub lane: Lane,
    /// The schedule that asks for such jobs.
    pub schedule: Option<String>,
    /// The user it is about.
    pub user: Option<UserRef>,
    /// The access change that it carries out.
    pub change_id: Option<String>,
    /// Tries so far, the present one included.
    pub attempts: i32,
    /// Tries it has.
    pub max_attempts: i32,
    /// When it was enqueued.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// Not before this moment.
    #[schema(format = DateTime)]
    pub run_at: String,
    /// When the latest try began.
    #[schema(format = DateTime)]
    pub started_at: Option<String>,
    /// When it ended, well or not.
    #[schema(format = DateTime)]
    pub finished_at: Option<String>,
    /// How long the latest try took, rounded.
    pub duration_seconds: Option<i64>,
    /// What it waits for while blocked: `plex_auth` or `plex_identity`.
    pub blocked_on: Option<String>,
    /// What went wrong last.
    pub error: Option<String>,
    /// Whether `retryJob` takes it.
    pub retryable: bool,
}

impl JobDto {
    /// The job, with the names of users that the admin may see.
    pub fn of(job: Job, names: &HashMap<UserId, String>) -> Self {
        let user = job.subject_id.as_deref().and_then(|id| id.parse::<UserId>().ok());
        let schedule = job.known_kind().and_then(schedules::of_kind);
        Self {
            id: job.id.to_string(),
            state: job.state,
            lane: job.lane,
            schedule: schedule.map(|schedule| schedule.name.to_owned()),
            user: user.map(|id| UserRef { id: id.to_string(), username: names.get(&id).cloned() }),
            change_id: pum_app::jobs::change_of(&job).map(|id| id.to_string()),
            attempts: job.attempts,
            max_attempts: job.max_attempts,
            created_at: job.created_at.to_rfc3339(),
            run_at: job.run_at.to_rfc3339(),
            started_at: job.started_at.map(Instant::to_rfc3339),
            finished_at: job.finished_at.map(Instant::to_rfc3339),
            duration_seconds: duration(&job),
            retryable: matches!(job.state, JobState::Dead | JobState::Blocked),
            blocked_on: job.blocked_on,
            error: job.last_error,
            kind: job.kind,
        }
    }
}

fn duration(job: &Job) -> Option<i64> {
    let millis = job.finished_at?.since(job.started_at?);
    Some((millis.max(0) + 500) / 1_000)
}

/// The last run of a schedule.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScheduleRun {
    /// The job.
    pub job_id: String,
    /// When it began.
    #[schema(format = DateTime)]
    pub started_at: Option<String>,
    /// When it ended.
    #[schema(format = DateTime)]
    pub finished_at: Option<String>,
    /// How long it took, rounded.
    pub duration_seconds: Option<i64>,
    /// `done` or `dead`.
    #[schema(value_type = JobStateName)]
    pub result: JobState,
    /// What went wrong, when it is `dead`.
    pub error: Option<String>,
}

/// Something that the clock asks for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Schedule, example = json!({
    "name": "housekeeping", "kind": "housekeeping", "cron": "15 23 * * * *", "enabled": true,
    "off_at_zero": null, "next_run_at": "2026-11-22T17:23:15.000Z", "running": false, "open_job_id": null,
    "last_run": {
        "job_id": "41", "started_at": "2026-11-22T16:23:15.100Z", "finished_at": "2026-11-22T16:23:15.600Z",
        "duration_seconds": 1, "result": "done", "error": null
    }
}))]
pub struct ScheduleDto {
    /// Its name, for `runJob`.
    pub name: String,
    /// What it does.
    #[schema(value_type = JobKindName)]
    pub kind: JobKind,
    /// When, in UTC: second, minute, hour, day of the month, month, day of the week.
    pub cron: String,
    /// Whether the clock starts it; see `off_at_zero`.
    pub enabled: bool,
    /// The setting whose `0` turns it off.
    pub off_at_zero: Option<String>,
    /// When it runs next.
    #[schema(format = DateTime)]
    pub next_run_at: Option<String>,
    /// Whether it runs now.
    pub running: bool,
    /// Its job that waits, runs or is blocked.
    pub open_job_id: Option<String>,
    /// How it went last.
    pub last_run: Option<ScheduleRun>,
}

impl From<Standing> for ScheduleDto {
    fn from(standing: Standing) -> Self {
        let Standing { schedule, enabled, open, last, next_at } = standing;
        Self {
            name: schedule.name.to_owned(),
            kind: schedule.kind,
            cron: schedule.cron.to_owned(),
            enabled,
            off_at_zero: schedule.off_at_zero.map(|key| key.to_string()),
            next_run_at: next_at.map(Instant::to_rfc3339),
            running: open.as_ref().is_some_and(|job| job.state == JobState::Running),
            open_job_id: open.map(|job| job.id.to_string()),
            last_run: last.map(|job| ScheduleRun {
                job_id: job.id.to_string(),
                started_at: job.started_at.map(Instant::to_rfc3339),
                finished_at: job.finished_at.map(Instant::to_rfc3339),
                duration_seconds: duration(&job),
                result: job.state,
                error: job.last_error.filter(|_| job.state == JobState::Dead),
            }),
        }
    }
}
