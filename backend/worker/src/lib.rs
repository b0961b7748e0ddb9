//! The worker: takes jobs out of the queue, lets `pum-app` do them, keeps time, and an eye on what plays.
//!
//! Each lane has an apalis worker of its own, so that ten thousand bulk jobs never delay a person
//! who is waiting. What a job does is not known here.

pub mod handler;
mod lookout;
mod queue;
mod run;
mod schedule;
mod watch;

use std::time::Duration;

use apalis::prelude::WorkerBuilder;
use futures::future::join_all;
use pum_app::{AppError, Ctx, health};
use pum_domain::Instant;
use pum_domain::instant::SECOND;
use pum_domain::job::{JobKind, Lane};
use pum_store::{Db, StoreResult, jobs};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use handler::{AppJobs, Handler};
use queue::{Leased, Queue};
use run::Runner;

/// How long a worker keeps what it has taken.
#[derive(Debug, Clone, Copy)]
pub struct Tempo {
    /// How long a claim holds unless it is renewed, in milliseconds.
    pub lease: i64,
    /// How often it is renewed.
    pub renew_every: Duration,
    /// How long running jobs may go on after the worker was told to stop.
    pub time_to_finish: Duration,
}

impl Default for Tempo {
    fn default() -> Self {
        Self {
            lease: 60 * SECOND,
            renew_every: Duration::from_secs(15),
            // With the time to give the rest back, within the twenty seconds that a stop may take.
            time_to_finish: Duration::from_secs(18),
        }
    }
}

const BEAT_EVERY: Duration = Duration::from_secs(10);

/// How many jobs of a lane run at once in one worker.
const fn places(lane: Lane) -> usize {
    match lane {
        Lane::Interactive => 4,
        Lane::Manual | Lane::Automatic => 2,
    }
}

/// Works until `stop`, then finishes what runs and gives the rest back.
///
/// # Errors
/// When the database cannot be asked at the start.
pub async fn run(ctx: Ctx, stop: CancellationToken) -> Result<(), AppError> {
    let db = ctx.db().clone();
    let name = format!("worker-{}", Uuid::new_v4().simple());
    let started_at = db.now().await?;
    // On a full disk a worker waits for room; ending would only mean being started again and again.
    say_so(&ctx, &name, started_at).await;
    tracing::info!(worker = name, "the worker is ready");
    let ended = CancellationToken::new();
    let work = async {
        tokio::join!(
            run_lanes(&db, AppJobs::new(ctx.clone()), &name, &stop, Tempo::default()),
            schedule::keep_time(&ctx, &stop),
            watch::keep_watch(&ctx, &name, &stop),
        );
        ended.cancel();
    };
    let beat = async {
        loop {
            tokio::select! {
                () = ended.cancelled() => return,
                () = tokio::time::sleep(BEAT_EVERY) => {}
            }
            say_so(&ctx, &name, started_at).await;
        }
    };
    tokio::join!(work, beat);
    if let Err(error) = health::worker_leaves(&ctx, &name).await {
        tracing::warn!(%error, "cannot say that the worker has left");
    }
    tracing::info!(worker = name, "the worker has stopped");
    Ok(())
}

/// Says that the worker is here.
async fn say_so(ctx: &Ctx, name: &str, started_at: Instant) {
    if let Err(error) = health::worker_is_here(ctx, name, started_at).await {
        tracing::warn!(%error, "cannot say that the worker is here");
    }
}

/// Runs the jobs that `handler` knows, in all lanes, until `stop`; then waits a while for those that
/// run, and gives back what is left. `owner` names the worker in the jobs it holds.
pub async fn run_lanes<H: Handler>(db: &Db, handler: H, owner: &str, stop: &CancellationToken, tempo: Tempo) {
    let known = handler.known();
    let give_up = CancellationToken::new();
    let lanes = Lane::ALL.iter().map(|lane| {
        let queue = Queue::new(
            db.clone(),
            *lane,
            known.clone(),
            owner.to_owned(),
            places(*lane),
            tempo.lease,
            stop.clone(),
        );
        let runner = Runner { db: db.clone(), handler: handler.clone(), tempo, give_up: give_up.clone() };
        let worker = WorkerBuilder::new(format!("{owner}-{lane}"))
            .backend(queue)
            .build(move |leased: Leased| runner.clone().run(leased));
        async move {
            if let Err(error) = worker.run().await {
                tracing::error!(%lane, %error, "the lane has ended");
            }
        }
    });
    let all_ended = CancellationToken::new();
    let lanes = async {
        join_all(lanes).await;
        all_ended.cancel();
    };
    let patience = async {
        stop.cancelled().await;
        tokio::select! {
            () = tokio::time::sleep(tempo.time_to_finish) => give_up.cancel(),
            () = all_ended.cancelled() => {}
        }
    };
    tokio::join!(lanes, patience, lookout::keep_watch(db, &known, stop));
}

/// Does every job that is due, and those that they bring about, one after the other, until none is
/// left; says which, in order. For stories that do not want to wait for a worker.
///
/// # Errors
/// When the queue cannot be asked.
pub async fn run_due<H: Handler>(db: &Db, handler: H) -> StoreResult<Vec<JobKind>> {
    let known = handler.known();
    let tempo = Tempo::default();
    let runner = Runner { db: db.clone(), handler, tempo, give_up: CancellationToken::new() };
    let mut done = Vec::new();
    loop {
        let mut found = None;
        for lane in Lane::ALL {
            let tx = db.begin().await?;
            found = jobs::claim(&tx, *lane, &known, "run_due", 1, tempo.lease).await?.pop();
            tx.commit().await?;
            if found.is_some() {
                break;
            }
        }
        let Some(claimed) = found else { return Ok(done) };
        done.extend(claimed.job.known_kind());
        runner.run_one(&claimed).await;
    }
}
