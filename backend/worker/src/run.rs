//! One claimed job from its start to its recorded outcome: the lease is kept while it runs, and the
//! outcome is in the database before the lane's place is free again.

use std::time::Duration;

use apalis_core::error::BoxDynError;
use pum_app::outcome::{JobInfo, Outcome, backoff};
use pum_store::jobs::{self, Claimed, Fence, Job};
use pum_store::{Db, Reads, StoreResult};
use tokio::time::{MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument;

use crate::Tempo;
use crate::handler::Handler;
use crate::queue::Leased;

/// What an admin reads about a job that too many workers died of.
pub(crate) const CRASHED: &str = "crashed the worker";
/// What an admin reads about a job with a mistake in it; the details are in the log.
const PANICKED: &str = "the job panicked: this is a mistake in PUM, and the log has the details";

/// Pauses between tries to record an outcome. Together they outlast a short absence of the
/// database; after a longer one the lease runs out and the job is simply done again.
const RECORD_PAUSES: [Duration; 7] = [
    Duration::from_millis(50),
    Duration::from_millis(200),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(10),
    Duration::from_secs(20),
];

/// Runs claimed jobs with `handler`.
#[derive(Clone)]
pub(crate) struct Runner<H> {
    pub(crate) db: Db,
    pub(crate) handler: H,
    pub(crate) tempo: Tempo,
    /// The time to finish is over: jobs that still run go back to the queue.
    pub(crate) give_up: CancellationToken,
}

enum Ending {
    Outcome(Outcome),
    LeaseLost,
    GaveUp,
}

impl<H: Handler> Runner<H> {
    /// Runs the job of a lane. Trouble is in the recorded outcome, never in the result.
    pub(crate) async fn run(self, leased: Leased) -> Result<(), BoxDynError> {
        self.run_one(&leased.claimed).await;
        Ok(())
    }

    /// Runs the job and records how it ended.
    pub(crate) async fn run_one(&self, claimed: &Claimed) {
        let job = &claimed.job;
        let span = tracing::info_span!("job", job.id, job.kind, job.attempt = job.attempts);
        self.run_in_span(claimed).instrument(span).await;
    }

    async fn run_in_span(&self, claimed: &Claimed) {
        let job = &claimed.job;
        let ending = if claimed.crashes_workers {
            Ending::Outcome(Outcome::Dead { reason: CRASHED.to_owned() })
        } else {
            self.work(job).await
        };
        let outcome = match ending {
            Ending::Outcome(outcome) => outcome,
            Ending::LeaseLost => {
                tracing::warn!("another worker has taken the job over");
                return;
            }
            Ending::GaveUp => {
                tracing::info!("stopped before its end: the job goes back to the queue");
                self.record(job, &Recorded::Release).await;
                return;
            }
        };
        let outcome = spent(job, outcome);
        match &outcome {
            Outcome::Done => tracing::debug!("done"),
            Outcome::Again { after, error, .. } => tracing::info!(?after, error, "again later"),
            Outcome::Blocked { on } => tracing::info!(on, "blocked"),
            Outcome::Dead { reason } => tracing::warn!(reason, "dead"),
        }
        self.record(job, &Recorded::Outcome(outcome)).await;
    }

    /// Runs the handler as a task of its own: it may panic, and it must not keep others waiting.
    async fn work(&self, job: &Job) -> Ending {
        let Some(kind) = job.known_kind() else {
            return Ending::Outcome(Outcome::Dead {
                reason: "this version does not know the job".to_owned(),
            });
        };
        let info = JobInfo { id: job.id, attempt: job.attempts, max_attempts: job.max_attempts };
        let (handler, payload) = (self.handler.clone(), job.payload.clone());
        let work = async move { handler.run(kind, &payload, &info).await };
        let mut running = AbortOnDropHandle::new(tokio::spawn(work.in_current_span()));
        let every = self.tempo.renew_every;
        let mut renew = interval_at(tokio::time::Instant::now() + every, every);
        renew.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let ending = loop {
            tokio::select! {
                biased;
                ended = &mut running => return Ending::Outcome(match ended {
                    Ok(outcome) => outcome,
                    Err(_) => Outcome::Again {
                        after: backoff(job.attempts),
                        error: PANICKED.to_owned(),
                        spends_attempt: true,
                    },
                }),
                () = self.give_up.cancelled() => break Ending::GaveUp,
                _ = renew.tick() => match self.extend(job.fence()).await {
                    Ok(true) => {}
                    Ok(false) => break Ending::LeaseLost,
                    Err(error) => tracing::warn!(%error, "cannot keep the lease"),
                },
            }
        };
        // Whoever works on the job next may begin only when this run has really ended.
        running.abort();
        drop(running.await);
        ending
    }

    async fn extend(&self, fence: Fence) -> StoreResult<bool> {
        let tx = self.db.begin().await?;
        let held = jobs::extend(&tx, fence, self.tempo.lease).await?.is_some();
        tx.commit().await?;
        Ok(held)
    }

    /// Writes down how the run ended, trying again while the database is away.
    async fn record(&self, job: &Job, recorded: &Recorded) {
        let mut pauses = RECORD_PAUSES.iter();
        loop {
            let error = match self.try_record(job, recorded).await {
                Ok(true) => return,
                Ok(false) => {
                    tracing::warn!("another worker has taken the job over: this outcome does not count");
                    return;
                }
                Err(error) => error,
            };
            let Some(pause) = pauses.next().filter(|_| !self.give_up.is_cancelled()) else {
                tracing::error!(%error, "the outcome could not be recorded: the job will run again");
                return;
            };
            tracing::warn!(%error, "cannot record the outcome yet");
            tokio::time::sleep(*pause).await;
        }
    }

    async fn try_record(&self, job: &Job, recorded: &Recorded) -> StoreResult<bool> {
        let fence = job.fence();
        let tx = self.db.begin().await?;
        let counts = match recorded {
            Recorded::Release => jobs::release(&tx, fence).await?,
            Recorded::Outcome(Outcome::Done) => jobs::done(&tx, fence).await?,
            Recorded::Outcome(Outcome::Blocked { on }) => jobs::blocked(&tx, fence, on, None).await?,
            Recorded::Outcome(Outcome::Again { after, error, spends_attempt }) => {
                let after = i64::try_from(after.as_millis()).unwrap_or(i64::MAX);
                let at = tx.now().await?.plus(after);
                jobs::again(&tx, fence, at, error, *spends_attempt).await?
            }
            Recorded::Outcome(Outcome::Dead { reason }) => {
                tx.rollback().await?;
                return self.bury(job, reason).await;
            }
        };
        tx.commit().await?;
        Ok(counts)
    }

    /// Records the death together with what it means. Trouble in noting the latter is tried once
    /// more, and then must not keep the dead job alive.
    async fn bury(&self, job: &Job, reason: &str) -> StoreResult<bool> {
        for _ in 0..2 {
            let tx = self.db.begin().await?;
            if !jobs::dead(&tx, job.fence(), reason).await? {
                return Ok(false);
            }
            match self.handler.buried(&tx, job, reason).await {
                Ok(()) => return tx.commit().await.map(|()| true),
                Err(error) => tracing::error!(%error, "could not note what the death of the job means"),
            }
        }
        let tx = self.db.begin().await?;
        let counts = jobs::dead(&tx, job.fence(), reason).await?;
        tx.commit().await?;
        Ok(counts)
    }
}

enum Recorded {
    Outcome(Outcome),
    Release,
}

/// The last try that fails is the job's death.
fn spent(job: &Job, outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Again { error, spends_attempt: true, .. } if job.attempts >= job.max_attempts => {
            Outcome::Dead { reason: error }
        }
        other => other,
    }
}
