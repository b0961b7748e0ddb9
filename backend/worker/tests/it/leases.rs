//! One run at a time, whoever dies.

use std::time::Duration;

use pum_app::outcome::Outcome;
use pum_domain::job::{JobState, Lane};
use pum_store::Reads;
use pum_store::jobs::{self, Known};
use pum_testkit::db::TestDb;
use pum_worker::Tempo;
use pum_worker::handler::Handler;
use tokio::sync::Semaphore;

use crate::script::{Script, Worker, enqueue, job, until, until_state};

#[tokio::test]
async fn the_job_of_a_killed_worker_is_done_by_the_next() {
    let home = TestDb::new().await;
    let stuck = Script::new(async |_| std::future::pending().await);
    let killed = Worker::start(&home.db, &stuck);
    let id = enqueue(&home.db).await;
    until(async || (stuck.run_count() == 1).then_some(())).await;
    drop(killed);
    let other = home.another_process().await;
    let script = Script::new(async |_| Outcome::Done);
    let worker = Worker::start(&other, &script);
    assert_eq!(job(&other, id).await.state, JobState::Running, "the lease still holds");
    other.let_time_pass(Duration::from_secs(61));
    let done = until_state(&other, id, JobState::Done).await;
    worker.stop().await;
    assert_eq!((done.attempts, script.run_count()), (2, 1));
}

#[tokio::test]
async fn a_job_longer_than_its_lease_runs_once() {
    let home = TestDb::new().await;
    let db = home.db.clone();
    let script = Script::new(move |info| {
        let db = db.clone();
        async move {
            for _ in 0..4 {
                db.let_time_pass(Duration::from_secs(40));
                let now = db.reader().now().await.expect("now");
                while job(&db, info.id).await.lease_until.since(now) <= 50_000 {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            }
            Outcome::Done
        }
    });
    let tempo = Tempo { renew_every: Duration::from_millis(50), ..Tempo::default() };
    let one = Worker::with_tempo(&home.db, &script, tempo);
    let two = Worker::with_tempo(&home.db, &script, tempo);
    let id = enqueue(&home.db).await;
    let done = until_state(&home.db, id, JobState::Done).await;
    one.stop().await;
    two.stop().await;
    assert_eq!((done.attempts, script.run_count()), (1, 1));
}

#[tokio::test]
async fn a_run_that_has_lost_its_lease_is_ended_and_has_no_say() {
    let home = TestDb::new().await;
    let script = Script::new(async |_| std::future::pending().await);
    let tempo = Tempo { renew_every: Duration::from_millis(50), lease: 60_000, ..Tempo::default() };
    let worker = Worker::with_tempo(&home.db, &script, tempo);
    let id = enqueue(&home.db).await;
    until(async || (script.run_count() == 1).then_some(())).await;

    // Another process, whose clock is ahead, takes the job over.
    let other = home.another_process().await;
    other.let_time_pass(Duration::from_secs(3600));
    let known: Vec<Known> = script.known();
    // A job that is just being renewed is passed over, so it may take more than one look.
    let taken = until(async || {
        let tx = other.begin().await.expect("begin");
        let taken = jobs::claim(&tx, Lane::Interactive, &known, "other", 1, 600_000).await.expect("claim");
        tx.commit().await.expect("commit");
        taken.into_iter().next()
    })
    .await;
    assert!(taken.taken_over);

    // The first run ends: stopping does not have to wait for it, nor does it give the job back.
    worker.stop().await;
    let held = job(&home.db, id).await;
    assert_eq!((held.state, held.lease_generation), (JobState::Running, taken.job.lease_generation));
}

#[tokio::test]
async fn a_job_that_keeps_killing_workers_is_buried_unopened() {
    let home = TestDb::new().await;
    let id = enqueue(&home.db).await;
    let script = Script::new(async |_| Outcome::Done);
    for _ in 0..jobs::CLAIMS_WITHOUT_OUTCOME {
        let tx = home.db.begin().await.expect("begin");
        jobs::claim(&tx, Lane::Interactive, &script.known(), "dies", 1, 60_000).await.expect("claim");
        tx.commit().await.expect("commit");
        home.db.let_time_pass(Duration::from_secs(61));
    }
    let worker = Worker::start(&home.db, &script);
    until_state(&home.db, id, JobState::Dead).await;
    worker.stop().await;
    assert_eq!(script.run_count(), 0);
    assert_eq!(script.deaths(), [(id, "crashed the worker".to_owned())]);
}

#[tokio::test]
async fn as_many_jobs_run_at_once_as_the_lane_has_places() {
    let home = TestDb::new().await;
    let gate = std::sync::Arc::new(Semaphore::new(0));
    let script = {
        let gate = gate.clone();
        Script::new(move |_| {
            let gate = gate.clone();
            async move {
                gate.acquire().await.expect("open").forget();
                Outcome::Done
            }
        })
    };
    let mut ids = Vec::new();
    for _ in 0..10 {
        ids.push(enqueue(&home.db).await);
    }
    let worker = Worker::start(&home.db, &script);
    until(async || (script.run_count() == 4).then_some(())).await;
    let counts = jobs::counts(&home.db.reader()).await.expect("count");
    assert!(
        counts.contains(&(JobState::Running, 4)) && counts.contains(&(JobState::Queued, 6)),
        "{counts:?}"
    );
    gate.add_permits(10);
    for id in ids {
        until_state(&home.db, id, JobState::Done).await;
    }
    worker.stop().await;
    assert_eq!(script.run_count(), 10);
}
