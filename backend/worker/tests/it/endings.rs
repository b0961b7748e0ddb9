//! However a run ends, the queue knows it.

use std::time::Duration;

use pum_app::outcome::Outcome;
use pum_domain::job::{JobState, Lane};
use pum_store::jobs;
use pum_testkit::db::TestDb;

use crate::script::{Script, Worker, enqueue, enqueue_in, job, until, until_state};

#[tokio::test]
async fn a_job_of_another_process_is_seen_and_done_once() {
    let home = TestDb::new().await;
    let script = Script::new(async |_| Outcome::Done);
    let worker = Worker::start(&home.db, &script);
    let api = home.another_process().await;
    for _ in 0..3 {
        let id = enqueue(&api).await;
        until_state(&home.db, id, JobState::Done).await;
    }
    let id = enqueue(&home.db).await;
    until_state(&home.db, id, JobState::Done).await;
    worker.stop().await;
    assert_eq!(script.run_count(), 4);
}

#[tokio::test]
async fn trouble_is_tried_again_until_the_tries_are_used_up() {
    let home = TestDb::new().await;
    let script = Script::new(async |_| Outcome::Again {
        after: Duration::from_secs(600),
        error: "Plex answered 503".to_owned(),
        spends_attempt: true,
    });
    let worker = Worker::start(&home.db, &script);
    let id = enqueue_in(&home.db, Lane::Manual, 3).await;
    for tries in 1..=2 {
        until(async || (script.run_count() == tries).then_some(())).await;
        let waiting = until_state(&home.db, id, JobState::Queued).await;
        assert_eq!(
            (waiting.attempts, waiting.last_error.as_deref()),
            (tries as i32, Some("Plex answered 503"))
        );
        home.db.let_time_pass(Duration::from_secs(601));
    }
    let dead = until_state(&home.db, id, JobState::Dead).await;
    worker.stop().await;
    assert_eq!((dead.attempts, script.run_count()), (3, 3));
    assert_eq!(script.deaths(), [(id, "Plex answered 503".to_owned())]);
}

#[tokio::test]
async fn waiting_for_something_costs_no_try() {
    let home = TestDb::new().await;
    let script = Script::new(async |_| Outcome::wait(Duration::from_secs(600), "not there yet"));
    let worker = Worker::start(&home.db, &script);
    let id = enqueue_in(&home.db, Lane::Automatic, 1).await;
    for runs in 1..=4 {
        until(async || (script.run_count() == runs).then_some(())).await;
        let waiting = until_state(&home.db, id, JobState::Queued).await;
        assert_eq!(waiting.attempts, 0);
        home.db.let_time_pass(Duration::from_secs(601));
    }
    worker.stop().await;
    assert_eq!(script.deaths(), []);
}

#[tokio::test]
async fn a_panic_is_an_outcome_and_the_worker_lives() {
    let home = TestDb::new().await;
    let script = Script::new(async |info| match info.max_attempts {
        1 => panic!("on purpose, with a secret in it"),
        _ => Outcome::Done,
    });
    let worker = Worker::start(&home.db, &script);
    let poison = enqueue_in(&home.db, Lane::Interactive, 1).await;
    let dead = until_state(&home.db, poison, JobState::Dead).await;
    assert!(dead.last_error.is_some_and(|error| error.contains("panicked") && !error.contains("secret")));
    let good = enqueue(&home.db).await;
    until_state(&home.db, good, JobState::Done).await;
    worker.stop().await;
    assert_eq!(script.deaths().len(), 1);
}

#[tokio::test]
async fn a_blocked_job_goes_on_when_it_is_released() {
    let home = TestDb::new().await;
    let script = Script::new(async |info| match info.attempt {
        1 if info.max_attempts == 8 => Outcome::Blocked { on: "plex_auth" },
        _ => Outcome::Done,
    });
    let worker = Worker::start(&home.db, &script);
    let id = enqueue(&home.db).await;
    until_state(&home.db, id, JobState::Blocked).await;
    worker.stop().await;

    let tx = home.db.begin().await.expect("begin");
    assert_eq!(jobs::release_blocked(&tx, "plex_auth").await.expect("release"), 1);
    tx.commit().await.expect("commit");
    let script = Script::new(async |_| Outcome::Done);
    let worker = Worker::start(&home.db, &script);
    let done = until_state(&home.db, id, JobState::Done).await;
    worker.stop().await;
    assert_eq!(done.attempts, 1);
}

#[tokio::test]
async fn a_final_refusal_is_not_tried_again() {
    let home = TestDb::new().await;
    let script = Script::new(async |_| Outcome::Dead { reason: "plex_share_limit".to_owned() });
    let worker = Worker::start(&home.db, &script);
    let id = enqueue(&home.db).await;
    until_state(&home.db, id, JobState::Dead).await;
    worker.stop().await;
    assert_eq!((script.run_count(), script.deaths()), (1, vec![(id, "plex_share_limit".to_owned())]));
    assert_eq!(job(&home.db, id).await.last_error.as_deref(), Some("plex_share_limit"));
}

#[tokio::test]
async fn bulk_work_does_not_keep_a_person_waiting() {
    let home = TestDb::new().await;
    let api = home.another_process().await;
    let script = Script::new(async |info| match info.max_attempts {
        // Bulk jobs take for ever; so they would, if they had the person's place.
        1 => std::future::pending().await,
        _ => Outcome::Done,
    });
    for _ in 0..20 {
        enqueue_in(&api, Lane::Automatic, 1).await;
        enqueue_in(&api, Lane::Manual, 1).await;
    }
    let worker = Worker::start(&home.db, &script);
    until(async || (script.run_count() == 4).then_some(())).await;
    let id = enqueue(&api).await;
    until_state(&home.db, id, JobState::Done).await;
    assert_eq!(script.run_count(), 5, "two bulk jobs a lane, and the person's");
    drop(worker);
}
