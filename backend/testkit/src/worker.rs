//! Doing a story's durable work: the real worker, in this process.

use std::time::Duration;

use pum_worker::Tempo;
use pum_worker::handler::AppJobs;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::test_app::TestApp;

/// How long a story waits for something to come about: no story takes so long by itself, beside others on a busy
/// machine the largest may.
const PATIENCE: Duration = Duration::from_secs(150);
/// How often it looks.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A worker that runs until it is stopped or dropped.
pub struct RunningWorker {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl RunningWorker {
    /// Stops it gracefully: what runs is finished, or given back.
    pub async fn stop(self) {
        self.stop.cancel();
        self.task.await.expect("the worker ends");
    }

    /// Drops it where it stands, as if its process had been killed.
    pub async fn kill(self) {
        self.task.abort();
        let _ = self.task.await;
    }
}

impl TestApp {
    /// A worker beside the API.
    pub fn worker(&self) -> RunningWorker {
        let stop = CancellationToken::new();
        let (db, ctx, token) = (self.ctx.db().clone(), self.ctx.clone(), stop.clone());
        let name = pum_app::random::identifier();
        let task = tokio::spawn(async move {
            pum_worker::run_lanes(&db, AppJobs::new(ctx), &name, &token, Tempo::default()).await;
        });
        RunningWorker { stop, task }
    }

    /// Waits until `holds` says yes.
    pub async fn until<F: Future<Output = bool>>(&self, what: &str, holds: impl Fn() -> F) {
        let waiting = async {
            while !holds().await {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        if tokio::time::timeout(PATIENCE, waiting).await.is_err() {
            panic!("waited in vain until {what}");
        }
    }

    /// Waits for something to come about while time flies: a job that waits for its moment is due
    /// a little later, whatever its pause.
    pub async fn until_in_time<F: Future<Output = bool>>(&self, what: &str, holds: impl Fn() -> F) {
        let waiting = async {
            while !holds().await {
                self.ctx.db().let_time_pass(Duration::from_secs(1));
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        if tokio::time::timeout(PATIENCE, waiting).await.is_err() {
            panic!("waited in vain until {what}");
        }
    }
}
