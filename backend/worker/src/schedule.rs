//! What the clock asks for: every cron line of PUM.
//!
//! A tick only enqueues. Whichever worker takes a tick first has it; the others find it taken. A
//! tick that fell into a time without any worker is made up for once, at the next start.

use std::str::FromStr;
use std::time::Duration;

use apalis::prelude::WorkerBuilder;
use apalis_core::error::BoxDynError;
use apalis_cron::{CronScheduler, Tick};
use cron::Schedule;
use pum_domain::Instant;
use pum_domain::instant::{DAY, SECOND};
use pum_domain::job::{JobKind, Lane};
use pum_store::jobs::NewJob;
use pum_store::{Db, StoreResult, schedules};
use serde_json::json;
use tokio_util::sync::CancellationToken;

/// How far back a missed tick is looked for, in milliseconds.
const LOOK_BACK: i64 = 31 * DAY;
/// How long a clock that jumped is left alone.
const PAUSE_AFTER_ERROR: Duration = Duration::from_secs(5);

/// One line of the schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Its name; the ticks that were taken are remembered under it.
    pub name: &'static str,
    /// When, in UTC: second, minute, hour, day of the month, month, day of the week.
    pub cron: &'static str,
    /// What is enqueued.
    pub kind: JobKind,
}

/// Every line.
pub const LINES: &[Line] = &[
    Line { name: "check_server", cron: "0 * * * * *", kind: JobKind::CheckServer },
    Line { name: "judge_expiries", cron: "0 * * * * *", kind: JobKind::JudgeExpiries },
    Line { name: "refresh_libraries", cron: "30 7 * * * *", kind: JobKind::RefreshLibraries },
    Line { name: "housekeeping", cron: "15 23 * * * *", kind: JobKind::Housekeeping },
];

/// Ticks until `stop`.
pub(crate) async fn keep_time(db: &Db, stop: &CancellationToken) {
    futures::future::join_all(LINES.iter().map(|line| keep_line(db, *line, stop))).await;
}

async fn keep_line(db: &Db, line: Line, stop: &CancellationToken) {
    let schedule = match Schedule::from_str(line.cron) {
        Ok(schedule) => schedule,
        Err(error) => {
            tracing::error!(schedule = line.name, %error, "this line is not valid");
            return;
        }
    };
    while !stop.is_cancelled() {
        if let Err(error) = catch_up(db, line, &schedule).await {
            tracing::warn!(schedule = line.name, %error, "cannot look for a missed tick");
        }
        let ticker = {
            let db = db.clone();
            WorkerBuilder::new(format!("schedule-{}", line.name))
                .backend(CronScheduler::new(schedule.clone()))
                .build(move |tick: Tick| {
                    let db = db.clone();
                    async move { on_tick(&db, line, tick).await }
                })
        };
        tokio::select! {
            () = stop.cancelled() => return,
            // It ends when the clock has jumped past a tick, after a sleep of the machine for one.
            ended = ticker.run() => {
                tracing::warn!(schedule = line.name, ?ended, "the clock has jumped");
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(PAUSE_AFTER_ERROR) => {}
        }
    }
}

async fn on_tick(db: &Db, line: Line, tick: Tick) -> Result<(), BoxDynError> {
    let seconds = i64::try_from(tick.get_timestamp()).unwrap_or(i64::MAX);
    // A tick that cannot be taken now is made up for by the next one.
    if let Err(error) = take(db, line, Instant(seconds.saturating_mul(SECOND))).await {
        tracing::warn!(schedule = line.name, %error, "cannot take this tick");
    }
    Ok(())
}

async fn take(db: &Db, line: Line, at: Instant) -> StoreResult<()> {
    let tx = db.begin().await?;
    let job = NewJob::new(line.kind, Lane::Automatic, json!({}));
    schedules::tick(&tx, line.name, at, job).await?;
    tx.commit().await
}

/// Takes the latest tick that nobody took. A schedule that is new begins now.
async fn catch_up(db: &Db, line: Line, schedule: &Schedule) -> StoreResult<()> {
    let now = db.now().await?;
    let reader = db.reader();
    let Some(last) = schedules::last_tick(&reader, line.name).await? else {
        let tx = db.begin().await?;
        schedules::begin(&tx, line.name, now).await?;
        return tx.commit().await;
    };
    match missed(schedule, last, now) {
        Some(at) => take(db, line, at).await,
        None => Ok(()),
    }
}

/// The latest tick after `last` and up to `now`.
fn missed(schedule: &Schedule, last: Instant, now: Instant) -> Option<Instant> {
    let from = last.max(now.plus(-LOOK_BACK)).to_utc();
    schedule.after(&from).map(Instant::from).take_while(|at| *at <= now).last()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_valid_and_named_once() {
        for (position, line) in LINES.iter().enumerate() {
            assert!(Schedule::from_str(line.cron).is_ok(), "{}", line.name);
            assert!(LINES[..position].iter().all(|other| other.name != line.name), "{}", line.name);
        }
    }

    #[test]
    fn of_many_missed_ticks_the_latest_counts() {
        let hourly = Schedule::from_str("0 0 * * * *").expect("a schedule");
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
    }
}
