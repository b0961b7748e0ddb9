//! Listens to the clock for the schedules of `pum-app`: what each is, and what a tick does, is said
//! there. A tick that fell into a time without any worker is made up for once, at the next start.

use std::time::Duration;

use apalis::prelude::WorkerBuilder;
use apalis_core::error::BoxDynError;
use apalis_cron::{CronScheduler, Tick};
use cron::Schedule as Cron;
use pum_app::Ctx;
use pum_app::schedules::{self, SCHEDULES, Schedule};
use pum_domain::Instant;
use pum_domain::instant::SECOND;
use tokio_util::sync::CancellationToken;

/// How long a clock that jumped is left alone.
const PAUSE_AFTER_ERROR: Duration = Duration::from_secs(5);

/// Ticks until `stop`.
pub(crate) async fn keep_time(ctx: &Ctx, stop: &CancellationToken) {
    futures::future::join_all(SCHEDULES.iter().map(|schedule| keep_one(ctx, schedule, stop))).await;
}

async fn keep_one(ctx: &Ctx, schedule: &'static Schedule, stop: &CancellationToken) {
    let Some(moments) = schedule.moments() else {
        tracing::error!(schedule = schedule.name, "this line is not valid");
        return;
    };
    while !stop.is_cancelled() {
        if let Err(error) = schedules::catch_up(ctx, schedule).await {
            tracing::warn!(schedule = schedule.name, %error, "cannot look for a missed tick");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            // It ends when the clock has jumped past a tick, after a sleep of the machine for one.
            () = listen(ctx, schedule, moments.clone()) => {}
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(PAUSE_AFTER_ERROR) => {}
        }
    }
}

async fn listen(ctx: &Ctx, schedule: &'static Schedule, moments: Cron) {
    let ctx = ctx.clone();
    let ticker = WorkerBuilder::new(format!("schedule-{}", schedule.name))
        .backend(CronScheduler::new(moments))
        .build(move |tick: Tick| {
            let ctx = ctx.clone();
            async move { on_tick(&ctx, schedule, tick).await }
        });
    let ended = ticker.run().await;
    tracing::warn!(schedule = schedule.name, ?ended, "the clock has jumped");
}

async fn on_tick(ctx: &Ctx, schedule: &Schedule, tick: Tick) -> Result<(), BoxDynError> {
    let seconds = i64::try_from(tick.get_timestamp()).unwrap_or(i64::MAX);
    // A tick that cannot be taken now is made up for by the next one.
    if let Err(error) = schedules::tick(ctx, schedule, Instant(seconds.saturating_mul(SECOND))).await {
        tracing::warn!(schedule = schedule.name, %error, "cannot take this tick");
    }
    Ok(())
}
