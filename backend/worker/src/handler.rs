//! What a worker can do: the seam between the queue and the work.

use pum_app::actor::Actor;
use pum_app::outcome::{JobInfo, Outcome};
use pum_app::{AppResult, Ctx};
use pum_domain::event::{EventType, HintKind};
use pum_domain::job::JobKind;
use pum_store::history::Subject;
use pum_store::jobs::{Job, Known};
use pum_store::{Tx, hints, history};
use serde_json::Value;

/// Does jobs. PUM's own is [`AppJobs`]; tests bring theirs.
pub trait Handler: Clone + Send + Sync + 'static {
    /// The kinds it can do. Others are left in the queue.
    fn known(&self) -> Vec<Known>;

    /// Does one job. It may be dropped at any await, when the worker stops or has lost its lease.
    fn run(&self, kind: JobKind, payload: &Value, info: &JobInfo) -> impl Future<Output = Outcome> + Send;

    /// A job has died of `reason`: what that means for what it was about, in the transaction that
    /// records it.
    fn buried(&self, tx: &Tx, job: &Job, reason: &str) -> impl Future<Output = AppResult<()>> + Send;
}

/// The jobs of PUM.
#[derive(Clone, Debug)]
pub struct AppJobs {
    ctx: Ctx,
}

impl AppJobs {
    /// The jobs, done with what `ctx` lends.
    pub const fn new(ctx: Ctx) -> Self {
        Self { ctx }
    }
}

impl Handler for AppJobs {
    fn known(&self) -> Vec<Known> {
        pum_app::jobs::known()
    }

    async fn run(&self, kind: JobKind, payload: &Value, info: &JobInfo) -> Outcome {
        pum_app::jobs::run(&self.ctx, kind, payload, info).await
    }

    async fn buried(&self, tx: &Tx, job: &Job, reason: &str) -> AppResult<()> {
        pum_app::jobs::buried(&self.ctx, tx, job, reason).await?;
        let id = job.id.to_string();
        let mut event = Actor::system().event(EventType::JobDied);
        event.subject =
            Some(Subject { kind: "job".to_owned(), id: Some(id.clone()), name: Some(job.kind.clone()) });
        event.reason = Some(reason.to_owned());
        history::append(tx, event).await?;
        hints::leave(tx, HintKind::Jobs, Some(&id)).await?;
        Ok(())
    }
}
