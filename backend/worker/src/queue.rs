//! The `jobs` table as an apalis [`Backend`]: one queue for each lane.
//!
//! A queue claims no more jobs than it can run at once, so that none waits in memory while its lease
//! runs out. It never reports an error: apalis ends a worker at the first one, while a database that
//! is away or full comes back.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use apalis::prelude::Backend;
use apalis_core::backend::BackendConfig;
use apalis_core::backend::finalize::Ephemeral;
use apalis_core::layers::Identity;
use apalis_core::task::Task;
use apalis_core::task::builder::TaskBuilder;
use apalis_core::task::task_id::TaskId;
use apalis_core::worker::context::WorkerContext;
use futures::FutureExt;
use futures::future::BoxFuture;
use pum_domain::job::Lane;
use pum_store::jobs::{self, Claimed, Fence, Known};
use pum_store::{Db, StoreError, StoreResult};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

/// How long to leave a database alone that could not be asked.
const PAUSE_AFTER_ERROR: Duration = Duration::from_secs(2);

/// A claimed job and the place in its lane that it takes up.
#[derive(Debug)]
pub(crate) struct Leased {
    pub(crate) claimed: Claimed,
    pub(crate) _place: OwnedSemaphorePermit,
}

/// The queue of one lane.
pub(crate) struct Queue {
    state: State,
    ready: VecDeque<Leased>,
    stop: CancellationToken,
    config: (),
}

enum State {
    Looking(BoxFuture<'static, (Claimer, Vec<Leased>)>),
    Idle(Claimer),
    Closing(BoxFuture<'static, ()>),
    Closed,
}

impl Queue {
    /// The queue of `lane`, with places for `places` jobs at once, until `stop`.
    pub(crate) fn new(
        db: Db,
        lane: Lane,
        known: Vec<Known>,
        owner: String,
        places: usize,
        lease: i64,
        stop: CancellationToken,
    ) -> Self {
        let places = Arc::new(Semaphore::new(places));
        let claimer = Claimer { db, lane, known, owner, places, lease, stop: stop.clone(), drained: false };
        Self { state: State::Idle(claimer), ready: VecDeque::new(), stop, config: () }
    }

    /// Polls until there is a claimer at hand that is not looking.
    fn poll_idle(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let State::Looking(look) = &mut self.state {
            let (claimer, found) = ready!(look.poll_unpin(cx));
            self.ready.extend(found);
            self.state = State::Idle(claimer);
        }
        Poll::Ready(())
    }
}

impl Backend for Queue {
    type Task = Task<Leased>;
    type Error = Infallible;

    fn poll_ready(&mut self, _: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
        worker: &WorkerContext,
    ) -> Poll<Option<Result<Self::Task, Infallible>>> {
        loop {
            // What was being claimed when the worker was told to stop is given back, not begun.
            if !self.stop.is_cancelled()
                && let Some(leased) = self.ready.pop_front()
            {
                let fence = leased.claimed.job.fence();
                // The same job may be claimed again while apalis still holds its earlier run.
                let id = TaskId::from_string(format!("{}.{}", fence.job_id, fence.generation));
                return Poll::Ready(Some(Ok(TaskBuilder::new(leased).task_id(id).build())));
            }
            ready!(self.poll_idle(cx));
            match std::mem::replace(&mut self.state, State::Closed) {
                State::Idle(claimer) if !self.stop.is_cancelled() => {
                    if self.ready.is_empty() {
                        self.state = State::Looking(claimer.look().boxed());
                    } else {
                        self.state = State::Idle(claimer);
                    }
                }
                state => {
                    self.state = state;
                    // Apalis drains at the end of a queue, but ends only when told to stop.
                    if !worker.is_shutting_down()
                        && let Err(error) = worker.stop()
                    {
                        tracing::warn!(%error, "cannot stop the lane");
                    }
                    return Poll::Ready(None);
                }
            }
        }
    }

    fn poll_close(&mut self, cx: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        // A claim that is being committed is seen through: otherwise its jobs would be nobody's.
        ready!(self.poll_idle(cx));
        self.state = match std::mem::replace(&mut self.state, State::Closed) {
            State::Idle(claimer) => State::Closing(claimer.release(std::mem::take(&mut self.ready)).boxed()),
            other => other,
        };
        if let State::Closing(closing) = &mut self.state {
            ready!(closing.poll_unpin(cx));
            self.state = State::Closed;
        }
        Poll::Ready(Ok(()))
    }
}

impl BackendConfig for Queue {
    type Args = Leased;
    type Id = String;
    type Kind = Ephemeral;
    type Config = ();
    type Layer = Identity;

    fn config(&self) -> &() {
        &self.config
    }

    fn middleware(&mut self, _: &mut WorkerContext) -> Identity {
        Identity::new()
    }
}

struct Claimer {
    db: Db,
    lane: Lane,
    known: Vec<Known>,
    owner: String,
    places: Arc<Semaphore>,
    /// How long a claim holds, in milliseconds.
    lease: i64,
    stop: CancellationToken,
    /// The last look found fewer jobs than there were places: the next one waits to be woken.
    drained: bool,
}

impl Claimer {
    /// Waits for a free place and for work, and claims it. Comes back without any when stopped.
    async fn look(mut self) -> (Self, Vec<Leased>) {
        loop {
            let stop = self.stop.clone();
            let place = tokio::select! {
                biased;
                () = stop.cancelled() => return (self, Vec::new()),
                place = self.places.clone().acquire_owned() => place,
            };
            // The semaphore is never closed; without it there would be nothing to run jobs in.
            let Ok(place) = place else { return (self, Vec::new()) };
            let mut places = vec![place];
            while let Ok(place) = self.places.clone().try_acquire_owned() {
                places.push(place);
            }
            if self.drained {
                // Places that become free meanwhile are seen at the next look.
                tokio::select! {
                    biased;
                    () = stop.cancelled() => return (self, Vec::new()),
                    () = self.db.job_added(self.lane) => {}
                }
            }
            match self.claim(places.len()).await {
                Ok(claimed) => {
                    self.drained = claimed.len() < places.len();
                    if !claimed.is_empty() {
                        let leased = claimed
                            .into_iter()
                            .zip(places)
                            .map(|(claimed, place)| Leased { claimed, _place: place })
                            .collect();
                        return (self, leased);
                    }
                }
                Err(error) if error.is_retryable() => self.drained = false,
                Err(error) => {
                    tracing::warn!(lane = %self.lane, %error, "cannot look for jobs");
                    self.drained = false;
                    tokio::select! {
                        () = stop.cancelled() => return (self, Vec::new()),
                        () = tokio::time::sleep(PAUSE_AFTER_ERROR) => {}
                    }
                }
            }
        }
    }

    async fn claim(&self, places: usize) -> StoreResult<Vec<Claimed>> {
        let most = u32::try_from(places).unwrap_or(u32::MAX);
        let tx = self.db.begin().await?;
        let claimed = jobs::claim(&tx, self.lane, &self.known, &self.owner, most, self.lease).await?;
        tx.commit().await?;
        Ok(claimed)
    }

    async fn give_back(&self, fence: Fence) -> StoreResult<()> {
        let tx = self.db.begin().await?;
        jobs::release(&tx, fence).await?;
        tx.commit().await
    }

    /// Gives back what was claimed and not begun.
    async fn release(self, ready: VecDeque<Leased>) {
        for leased in ready {
            let fence = leased.claimed.job.fence();
            let mut released = self.give_back(fence).await;
            if released.as_ref().is_err_and(StoreError::is_retryable) {
                released = self.give_back(fence).await;
            }
            if let Err(error) = released {
                tracing::warn!(job.id = fence.job_id, %error, "the job waits until its lease runs out");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use pum_domain::job::{JobKind, JobState};
    use pum_store::jobs::NewJob;
    use pum_testkit::db::TestDb;
    use serde_json::Value;

    use super::*;

    #[tokio::test]
    async fn jobs_that_were_claimed_and_not_begun_are_given_back() {
        let home = TestDb::new().await;
        let mut ids = Vec::new();
        let tx = home.db.begin().await.expect("begin");
        for _ in 0..3 {
            let job = NewJob::new(JobKind::Housekeeping, Lane::Manual, Value::Null);
            ids.push(jobs::enqueue(&tx, job).await.expect("enqueue").id);
        }
        tx.commit().await.expect("commit");
        let known = vec![Known { kind: JobKind::Housekeeping, version: 1 }];
        let stop = CancellationToken::new();
        let mut queue =
            Queue::new(home.db.clone(), Lane::Manual, known, "test".to_owned(), 3, 60_000, stop.clone());
        let worker = WorkerContext::new("test");
        let first = poll_fn(|cx| queue.poll_next(cx, &worker)).await;
        assert_eq!(first.expect("a task").expect("no error").args.claimed.job.id, ids[0]);
        stop.cancel();
        assert!(poll_fn(|cx| queue.poll_next(cx, &worker)).await.is_none(), "nothing new begins");
        poll_fn(|cx| queue.poll_close(cx, &worker)).await.expect("closed");
        let reader = home.db.reader();
        let mut found = Vec::new();
        for id in ids {
            let job = jobs::get(&reader, id).await.expect("get");
            found.push((job.state, job.attempts));
        }
        assert_eq!(found, [(JobState::Running, 1), (JobState::Queued, 0), (JobState::Queued, 0)]);
    }
}
