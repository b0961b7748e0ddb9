//! A worker whose jobs do what a test says.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use pum_app::AppResult;
use pum_app::outcome::{JobInfo, Outcome};
use pum_domain::job::{JobKind, JobState, Lane};
use pum_store::jobs::{self, Job, Known, NewJob};
use pum_store::{Db, Tx};
use pum_worker::handler::Handler;
use pum_worker::{Tempo, run_lanes};
use serde_json::Value;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

type Work = dyn Fn(JobInfo) -> BoxFuture<'static, Outcome> + Send + Sync;

/// What the test says, and what came of it.
#[derive(Clone)]
pub struct Script {
    work: Arc<Work>,
    /// The jobs that were run, in order.
    pub runs: Arc<Mutex<Vec<JobInfo>>>,
    /// The jobs that died, and of what.
    pub deaths: Arc<Mutex<Vec<(i64, String)>>>,
}

impl Script {
    /// Every job does this.
    pub fn new<F>(work: impl Fn(JobInfo) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let work: Arc<Work> = Arc::new(move |info| work(info).boxed());
        Self { work, runs: Arc::default(), deaths: Arc::default() }
    }

    /// How many runs there were.
    pub fn run_count(&self) -> usize {
        self.runs.lock().expect("not poisoned").len()
    }

    /// The deaths so far.
    pub fn deaths(&self) -> Vec<(i64, String)> {
        self.deaths.lock().expect("not poisoned").clone()
    }
}

impl Handler for Script {
    fn known(&self) -> Vec<Known> {
        vec![Known { kind: JobKind::ApplyAccessChange, version: 1 }]
    }

    async fn run(&self, _: JobKind, _: &Value, info: &JobInfo) -> Outcome {
        self.runs.lock().expect("not poisoned").push(*info);
        (self.work)(*info).await
    }

    async fn buried(&self, _: &Tx, job: &Job, reason: &str) -> AppResult<()> {
        self.deaths.lock().expect("not poisoned").push((job.id, reason.to_owned()));
        Ok(())
    }
}

/// A worker at work. Dropped, it is gone at once, as if the process had been killed.
pub struct Worker {
    stop: CancellationToken,
    task: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts one with the usual tempo.
    pub fn start(db: &Db, script: &Script) -> Self {
        Self::with_tempo(db, script, Tempo::default())
    }

    /// Starts one.
    pub fn with_tempo(db: &Db, script: &Script, tempo: Tempo) -> Self {
        let stop = CancellationToken::new();
        let (db, script, token) = (db.clone(), script.clone(), stop.clone());
        let task = tokio::spawn(async move { run_lanes(&db, script, "test", &token, tempo).await });
        Self { stop, task: Some(task) }
    }

    /// Tells it to stop.
    pub fn tell_to_stop(&self) {
        self.stop.cancel();
    }

    /// Tells it to stop and waits for its end.
    pub async fn stop(mut self) {
        self.stop.cancel();
        let task = self.task.take().expect("not stopped before");
        tokio::time::timeout(Duration::from_secs(60), task).await.expect("it ends").expect("no panic");
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

/// Enqueues an interactive job.
pub async fn enqueue(db: &Db) -> i64 {
    enqueue_in(db, Lane::Interactive, 8).await
}

/// Enqueues a job in this lane with so many tries.
pub async fn enqueue_in(db: &Db, lane: Lane, max_attempts: i32) -> i64 {
    let tx = db.begin().await.expect("begin");
    let job = NewJob { max_attempts, ..NewJob::new(JobKind::ApplyAccessChange, lane, Value::Null) };
    let enqueued = jobs::enqueue(&tx, job).await.expect("enqueue");
    tx.commit().await.expect("commit");
    enqueued.id
}

/// The job as it stands.
pub async fn job(db: &Db, id: i64) -> Job {
    jobs::get(&db.reader(), id).await.expect("get")
}

/// Waits until the job is in this state.
pub async fn until_state(db: &Db, id: i64, state: JobState) -> Job {
    until(async || Some(job(db, id).await).filter(|job| job.state == state)).await
}

/// Waits until `look` sees something.
pub async fn until<T>(look: impl AsyncFn() -> Option<T>) -> T {
    let seen = async {
        loop {
            if let Some(seen) = look().await {
                return seen;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), seen).await.expect("it comes about")
}
