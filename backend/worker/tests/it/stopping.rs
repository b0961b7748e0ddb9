//! A worker that is told to stop leaves nothing half-done.

use std::sync::Arc;
use std::time::Duration;

use pum_app::outcome::Outcome;
use pum_domain::job::JobState;
use pum_testkit::db::TestDb;
use pum_worker::Tempo;
use tokio::sync::Notify;

use crate::script::{Script, Worker, enqueue, job, until};

#[tokio::test]
async fn what_runs_may_finish_and_nothing_new_begins() {
    let home = TestDb::new().await;
    let finish = Arc::new(Notify::new());
    let script = {
        let finish = finish.clone();
        Script::new(move |_| {
            let finish = finish.clone();
            async move {
                finish.notified().await;
                Outcome::Done
            }
        })
    };
    let worker = Worker::start(&home.db, &script);
    let running = enqueue(&home.db).await;
    until(async || (script.run_count() == 1).then_some(())).await;
    worker.tell_to_stop();
    let too_late = enqueue(&home.db).await;
    finish.notify_one();
    worker.stop().await;
    assert_eq!(job(&home.db, running).await.state, JobState::Done);
    let left = job(&home.db, too_late).await;
    assert_eq!((left.state, left.attempts), (JobState::Queued, 0));
    assert_eq!(script.run_count(), 1);
}

#[tokio::test]
async fn what_does_not_finish_in_time_goes_back_uncounted() {
    let home = TestDb::new().await;
    let script = Script::new(async |_| std::future::pending().await);
    let tempo = Tempo { time_to_finish: Duration::ZERO, ..Tempo::default() };
    let worker = Worker::with_tempo(&home.db, &script, tempo);
    let id = enqueue(&home.db).await;
    until(async || (script.run_count() == 1).then_some(())).await;
    worker.stop().await;
    let left = job(&home.db, id).await;
    assert_eq!((left.state, left.attempts), (JobState::Queued, 0));
}

#[tokio::test]
async fn an_idle_worker_stops_and_so_does_one_that_was_stopped_before_it_began() {
    let home = TestDb::new().await;
    let script = Script::new(async |_| Outcome::Done);
    let idle = Worker::start(&home.db, &script);
    let id = enqueue(&home.db).await;
    until(async || Some(job(&home.db, id).await).filter(|job| job.state == JobState::Done)).await;
    idle.stop().await;
    let never = Worker::start(&home.db, &script);
    never.stop().await;
    assert_eq!(script.run_count(), 1);
}
