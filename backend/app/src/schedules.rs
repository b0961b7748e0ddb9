//! What the clock asks for: every schedule of PUM, how its last run went, when the next one is, and
//! running one now.
//!
//! A tick only enqueues, and a schedule has one job at a time: a tick or an admin that comes while it
//! is open joins it. Whichever worker takes a tick first has it. Ticks that fell into a time without
//! any worker are made up for by one run. Listening to the clock is left to the worker.

use std::str::FromStr;

use cron::Schedule as Cron;
use pum_domain::event::{EventType, HintKind};
use pum_domain::instant::DAY;
use pum_domain::job::{JobKind, Lane};
use pum_domain::settings::SettingKey;
use pum_domain::{Instant, ProblemCode};
use pum_store::history::Subject;
use pum_store::jobs::{self, Job, NewJob, Unique};
use pum_store::{Reads, StoreResult, hints, history, schedules as store};
use serde_json::json;

use crate::settings;
use crate::{Actor, AppError, AppResult, Ctx};

/// How far back a missed tick is looked for, in milliseconds.
const LOOK_BACK: i64 = 31 * DAY;

/// One schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// Its name; the ticks that were taken are remembered under it.
    pub name: &'static str,
    /// When, in UTC: second, minute, hour, day of the month, month, day of the week.
    pub cron: &'static str,
    /// What is enqueued. No two schedules enqueue the same kind.
    pub kind: JobKind,
    /// A setting whose 0, or `off`, turns the schedule off.
    pub off_at_zero: Option<SettingKey>,
}

const fn every(name: &'static str, cron: &'static str, kind: JobKind) -> Schedule {
    Schedule { name, cron, kind, off_at_zero: None }
}

/// Every schedule.
pub const SCHEDULES: &[Schedule] = &[
    every("check_server", "0 * * * * *", JobKind::CheckServer),
    every("judge_expiries", "0 * * * * *", JobKind::JudgeExpiries),
    every("refresh_libraries", "30 7 * * * *", JobKind::RefreshLibraries),
    Schedule {
        off_at_zero: Some(SettingKey::SyncEveryHours),
        ..every("sync_users", "45 12 * * * *", JobKind::SyncUsers)
    },
    every("import_play_history", "50 36 * * * *", JobKind::ImportPlayHistory),
    every("housekeeping", "15 23 * * * *", JobKind::Housekeeping),
    Schedule {
        off_at_zero: Some(SettingKey::PurgeSchedule),
        ..every("purge_inactive", "10 4 4 * * *", JobKind::PurgeInactive)
    },
    every("judge_purge_warnings", "35 */10 * * * *", JobKind::JudgePurgeWarnings),
    Schedule {
        off_at_zero: Some(SettingKey::HistoryRetentionDays),
        ..every("forget_history", "45 41 3 * * *", JobKind::ForgetHistory)
    },
    Schedule {
        off_at_zero: Some(SettingKey::ForgetAddressesDays),
        ..every("forget_addresses", "20 52 3 * * *", JobKind::ForgetAddresses)
    },
    Schedule {
        off_at_zero: Some(SettingKey::StreamHistoryDays),
        ..every("forget_streams", "35 31 3 * * *", JobKind::ForgetStreams)
    },
];

/// The schedule that enqueues jobs of this kind.
pub fn of_kind(kind: JobKind) -> Option<&'static Schedule> {
    SCHEDULES.iter().find(|schedule| schedule.kind == kind)
}

/// The schedule with this name.
pub fn named(name: &str) -> Option<&'static Schedule> {
    SCHEDULES.iter().find(|schedule| schedule.name == name)
}

impl Schedule {
    /// The key under which its job is open once at a time.
    pub fn key(&self) -> Unique {
        Unique::WhileOpen(self.kind.to_string())
    }

    /// The moments, as the clock understands them.
    pub fn moments(&self) -> Option<Cron> {
        Cron::from_str(self.cron).ok()
    }

    async fn is_on(&self, ctx: &Ctx) -> AppResult<bool> {
        let value = match self.off_at_zero {
            Some(key) => settings::value(ctx, key).await?,
            None => None,
        };
        Ok(!matches!(value.as_deref(), Some("0" | "off")))
    }

    fn job(&self, lane: Lane) -> NewJob {
        NewJob { unique: Some(self.key()), ..NewJob::new(self.kind, lane, json!({})) }
    }
}

/// How a schedule stands.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The schedule.
    pub schedule: &'static Schedule,
    /// Whether ticks enqueue anything; a setting may say no.
    pub enabled: bool,
    /// The job that is open now: waiting, running or blocked.
    pub open: Option<Job>,
    /// The latest job that has ended.
    pub last: Option<Job>,
    /// When the next tick is.
    pub next_at: Option<Instant>,
}

/// How every schedule stands.
pub async fn list(ctx: &Ctx) -> AppResult<Vec<Standing>> {
    let reader = ctx.reader();
    let now = reader.now().await?;
    let mut all = Vec::with_capacity(SCHEDULES.len());
    for schedule in SCHEDULES {
        let enabled = schedule.is_on(ctx).await?;
        let next_at = schedule.moments().and_then(|moments| next(&moments, now)).filter(|_| enabled);
        all.push(Standing {
            schedule,
            enabled,
            open: jobs::open_under(&reader, &schedule.key()).await?,
            last: jobs::latest_ended(&reader, schedule.kind).await?,
            next_at,
        });
    }
    Ok(all)
}

/// Has the schedule run now. One that is open is joined, and hurried when it waits for a later try.
pub async fn run_now(ctx: &Ctx, name: &str, actor: &Actor) -> AppResult<Job> {
    let Some(schedule) = named(name) else { return Err(AppError::not_found("schedule")) };
    if !schedule.is_on(ctx).await? {
        let detail = format!("The setting {} turns this schedule off.", schedule.off_key());
        return Err(AppError::conflict(ProblemCode::Conflict, detail));
    }
    let tx = ctx.db().begin().await?;
    let enqueued = jobs::enqueue(&tx, schedule.job(Lane::Manual)).await?;
    if enqueued.created || jobs::hurry(&tx, enqueued.id).await? {
        let mut event = actor.event(EventType::JobRunRequested);
        event.subject = Some(Subject {
            kind: "schedule".to_owned(),
            id: Some(schedule.name.to_owned()),
            name: Some(schedule.name.to_owned()),
        });
        history::append(&tx, event).await?;
        hints::leave(&tx, HintKind::Jobs, Some(&enqueued.id.to_string())).await?;
    }
    let job = jobs::get(&tx, enqueued.id).await?;
    tx.commit().await?;
    Ok(job)
}

impl Schedule {
    fn off_key(&self) -> &'static str {
        self.off_at_zero.map_or("", SettingKey::as_str)
    }
}

/// The clock has reached the tick at `at`. That of a schedule that is off is taken as well: nobody who turns it on
/// later wants it made up for.
pub async fn tick(ctx: &Ctx, schedule: &Schedule, at: Instant) -> AppResult<()> {
    let on = schedule.is_on(ctx).await?;
    let tx = ctx.db().begin().await?;
    if on {
        store::tick(&tx, schedule.name, at, schedule.job(Lane::Automatic)).await?;
    } else {
        store::pass(&tx, schedule.name, at).await?;
    }
    Ok(tx.commit().await?)
}

/// Takes the latest tick that nobody took. A schedule that is new begins now.
pub async fn catch_up(ctx: &Ctx, schedule: &Schedule) -> AppResult<()> {
    let now = ctx.reader().now().await?;
    let Some(last) = store::last_tick(&ctx.reader(), schedule.name).await? else {
        return Ok(begin(ctx, schedule, now).await?);
    };
    match schedule.moments().and_then(|moments| missed(&moments, last, now)) {
        Some(at) => tick(ctx, schedule, at).await,
        None => Ok(()),
    }
}

async fn begin(ctx: &Ctx, schedule: &Schedule, now: Instant) -> StoreResult<()> {
    let tx = ctx.db().begin().await?;
    store::begin(&tx, schedule.name, now).await?;
    tx.commit().await
}

/// The latest tick after `last` and up to `now`.
fn missed(moments: &Cron, last: Instant, now: Instant) -> Option<Instant> {
    let from = last.max(now.plus(-LOOK_BACK)).to_utc();
    moments.after(&from).map(Instant::from).take_while(|at| *at <= now).last()
}

fn next(moments: &Cron, now: Instant) -> Option<Instant> {
    moments.after(&now.to_utc()).next().map(Instant::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schedule_is_valid_and_the_only_one_of_its_name_and_kind() {
        for (position, one) in SCHEDULES.iter().enumerate() {
            assert!(one.moments().is_some(), "{}", one.name);
            let earlier = &SCHEDULES[..position];
            assert!(earlier.iter().all(|other| other.name != one.name && other.kind != one.kind));
        }
    }

    #[test]
    fn of_many_missed_ticks_the_latest_counts() {
        let hourly = Cron::from_str("0 0 * * * *").expect("a schedule");
        let at = |text: &str| Instant::from(text.parse::<chrono::DateTime<chrono::Utc>>().expect("a moment"));
        let now = at("2026-05-01T12:30:00Z");
        let cases = [
            ("just ticked", at("2026-05-01T12:00:00Z"), None),
            ("a moment before", at("2026-05-01T11:59:59Z"), Some(at("2026-05-01T12:00:00Z"))),
            ("a night ago", at("2026-04-30T20:00:00Z"), Some(at("2026-05-01T12:00:00Z"))),
            ("years ago", at("2020-01-01T00:00:00Z"), Some(at("2026-05-01T12:00:00Z"))),
            ("in the future", at("2027-01-01T00:00:00Z"), None),
        ];
        for (what, last, expected) in cases {
            assert_eq!(missed(&hourly, last, now), expected, "{what}");
        }
        assert_eq!(next(&hourly, now), Some(at("2026-05-01T13:00:00Z")));
    }
}
