//! The queue: a job is done once, by one worker at a time, whoever dies on the way.

use std::collections::HashSet;
use std::time::Duration;

use pum_domain::job::{JobKind, JobState, Lane};
use pum_domain::page::PageRequest;
use pum_store::jobs::{self, Claimed, Known, NewJob, Unique};
use pum_store::{Db, schedules};
use pum_testkit::db::{TestDb, run};
use serde_json::json;

const LEASE: i64 = 60_000;
const EVERYTHING: &[Known] = &[
    Known { kind: JobKind::ApplyAccessChange, version: 1 },
    Known { kind: JobKind::Housekeeping, version: 1 },
];

fn job() -> NewJob {
    NewJob::new(JobKind::ApplyAccessChange, Lane::Interactive, json!({ "change": 1 }))
}

async fn enqueue(db: &Db, job: NewJob) -> i64 {
    let tx = db.begin().await.expect("begin");
    let enqueued = jobs::enqueue(&tx, job).await.expect("enqueue");
    tx.commit().await.expect("commit");
    enqueued.id
}

async fn claim(db: &Db, owner: &str, most: u32) -> Vec<Claimed> {
    let tx = db.begin().await.expect("begin");
    let claimed = jobs::claim(&tx, Lane::Interactive, EVERYTHING, owner, most, LEASE).await.expect("claim");
    tx.commit().await.expect("commit");
    claimed
}

async fn claim_one(db: &Db) -> Claimed {
    let mut claimed = claim(db, "w", 10).await;
    assert_eq!(claimed.len(), 1, "exactly one job is due");
    claimed.remove(0)
}

/// Runs `$outcome` in a transaction of its own.
macro_rules! within {
    ($db:expr, |$tx:ident| $outcome:expr) => {{
        let $tx = $db.begin().await.expect("begin");
        let outcome = $outcome.await.expect("outcome");
        $tx.commit().await.expect("commit");
        outcome
    }};
}

#[tokio::test]
async fn a_job_lives_and_dies_with_its_transaction() {
    let home = TestDb::new().await;
    let tx = home.db.begin().await.expect("begin");
    let lost = jobs::enqueue(&tx, job()).await.expect("enqueue");
    assert!(lost.created);
    drop(tx);
    assert_eq!(claim(&home.db, "w", 10).await, []);
    let id = enqueue(&home.db, job()).await;
    let claimed = claim_one(&home.db).await;
    assert_eq!((claimed.job.id, claimed.job.attempts, claimed.taken_over), (id, 1, false));
    assert_eq!(claimed.job.payload, json!({ "change": 1 }));
    assert!(within!(home.db, |tx| jobs::done(&tx, claimed.job.fence())));
    let done = jobs::get(&home.db.reader(), id).await.expect("get");
    assert_eq!((done.state, done.finished_at.is_some()), (JobState::Done, true));
    assert_eq!(claim(&home.db, "w", 10).await, []);
}

#[tokio::test]
async fn eight_claimers_never_share_a_job() {
    let home = TestDb::new().await;
    let tx = home.db.begin().await.expect("begin");
    for _ in 0..40 {
        jobs::enqueue(&tx, job()).await.expect("enqueue");
    }
    tx.commit().await.expect("commit");
    let other = home.another_process().await;
    let workers = (0..8).map(|number| {
        let db = if number % 2 == 0 { home.db.clone() } else { other.clone() };
        tokio::spawn(async move {
            let mut mine = Vec::new();
            loop {
                let claimed = claim(&db, &format!("w{number}"), 3).await;
                if claimed.is_empty() && jobs_left(&db).await == 0 {
                    return mine;
                }
                mine.extend(claimed.into_iter().map(|claimed| claimed.job.id));
            }
        })
    });
    let mut seen = HashSet::new();
    for worker in workers.collect::<Vec<_>>() {
        for id in worker.await.expect("no panic") {
            assert!(seen.insert(id), "job {id} was claimed twice");
        }
    }
    assert_eq!(seen.len(), 40);
}

async fn jobs_left(db: &Db) -> i64 {
    let counts = jobs::counts(&db.reader()).await.expect("count");
    counts.into_iter().find(|(state, _)| *state == JobState::Queued).map_or(0, |(_, jobs)| jobs)
}

#[tokio::test]
async fn a_lapsed_lease_is_taken_over_and_the_first_worker_has_no_say_any_more() {
    let home = TestDb::new().await;
    enqueue(&home.db, job()).await;
    let first = claim_one(&home.db).await.job;
    assert_eq!(claim(&home.db, "second", 10).await, [], "the lease holds");
    let until = within!(home.db, |tx| jobs::extend(&tx, first.fence(), LEASE));
    assert!(until.is_some_and(|until| until >= first.lease_until));
    home.db.let_time_pass(Duration::from_secs(61));
    let second = claim_one(&home.db).await;
    assert!(second.taken_over && !second.crashes_workers);
    assert_eq!(second.job.attempts, 2);
    assert_eq!(within!(home.db, |tx| jobs::extend(&tx, first.fence(), LEASE)), None);
    let later = home.db.now().await.expect("now").plus(1);
    assert!(!within!(home.db, |tx| jobs::done(&tx, first.fence())));
    assert!(!within!(home.db, |tx| jobs::dead(&tx, first.fence(), "no")));
    assert!(!within!(home.db, |tx| jobs::again(&tx, first.fence(), later, "no", true)));
    assert!(!within!(home.db, |tx| jobs::blocked(&tx, first.fence(), "no", None)));
    assert!(!within!(home.db, |tx| jobs::release(&tx, first.fence())));
    assert!(within!(home.db, |tx| jobs::done(&tx, second.job.fence())));
    let done = jobs::get(&home.db.reader(), first.id).await.expect("get");
    assert_eq!((done.state, done.last_error), (JobState::Done, None));
}

#[tokio::test]
async fn a_job_that_kills_its_worker_five_times_is_named_as_such() {
    let home = TestDb::new().await;
    enqueue(&home.db, NewJob { max_attempts: 100, ..job() }).await;
    for time in 1..=5 {
        let claimed = claim_one(&home.db).await;
        assert!(!claimed.crashes_workers, "claim {time}");
        home.db.let_time_pass(Duration::from_secs(61));
    }
    let claimed = claim_one(&home.db).await;
    assert!(claimed.crashes_workers);
    assert!(within!(home.db, |tx| jobs::dead(&tx, claimed.job.fence(), "crashed the worker")));
    home.db.let_time_pass(Duration::from_secs(61));
    assert_eq!(claim(&home.db, "w", 10).await, []);
}

#[tokio::test]
async fn an_outcome_shows_that_the_worker_survived() {
    let home = TestDb::new().await;
    enqueue(&home.db, NewJob { max_attempts: 100, ..job() }).await;
    for _ in 0..12 {
        let claimed = claim_one(&home.db).await;
        assert!(!claimed.crashes_workers);
        let now = home.db.now().await.expect("now");
        assert!(within!(home.db, |tx| jobs::again(&tx, claimed.job.fence(), now, "503", true)));
    }
    assert_eq!(claim_one(&home.db).await.job.attempts, 13);
}

#[tokio::test]
async fn tries_that_do_not_count_are_given_back() {
    let home = TestDb::new().await;
    let id = enqueue(&home.db, job()).await;
    let now = home.db.now().await.expect("now");
    let claimed = claim_one(&home.db).await;
    assert!(within!(home.db, |tx| jobs::again(&tx, claimed.job.fence(), now, "waiting", false)));
    let claimed = claim_one(&home.db).await;
    assert!(within!(home.db, |tx| jobs::release(&tx, claimed.job.fence())));
    let claimed = claim_one(&home.db).await;
    assert_eq!(claimed.job.attempts, 1);
    assert!(within!(home.db, |tx| jobs::blocked(&tx, claimed.job.fence(), "plex_auth", Some("401"))));
    assert_eq!(claim(&home.db, "w", 10).await, []);
    let waiting = jobs::get(&home.db.reader(), id).await.expect("get");
    assert_eq!((waiting.state, waiting.blocked_on.as_deref()), (JobState::Blocked, Some("plex_auth")));
    assert_eq!(within!(home.db, |tx| jobs::release_blocked(&tx, "something else")), 0);
    assert_eq!(within!(home.db, |tx| jobs::release_blocked(&tx, "plex_auth")), 1);
    let claimed = claim_one(&home.db).await;
    assert_eq!((claimed.job.attempts, claimed.job.last_error.as_deref()), (1, Some("401")));
}

#[tokio::test]
async fn a_job_waits_for_its_time() {
    let home = TestDb::new().await;
    let now = home.db.now().await.expect("now");
    enqueue(&home.db, NewJob { run_at: Some(now.plus(600_000)), ..job() }).await;
    assert_eq!(claim(&home.db, "w", 10).await, []);
    let due = jobs::next_due(&home.db.reader(), EVERYTHING).await.expect("look");
    assert_eq!(due, [(Lane::Interactive, now.plus(600_000))]);
    home.db.let_time_pass(Duration::from_secs(601));
    let claimed = claim_one(&home.db).await;
    let due = jobs::next_due(&home.db.reader(), EVERYTHING).await.expect("look");
    assert_eq!(due, [(Lane::Interactive, claimed.job.lease_until.plus(1))], "the lease may lapse");
}

#[tokio::test]
async fn a_tick_of_the_clock_is_taken_once_and_does_not_pile_up() {
    let home = TestDb::new().await;
    let other = home.another_process().await;
    let at = home.db.now().await.expect("now");
    let nightly = || NewJob { unique: Some(Unique::WhileOpen("nightly".to_owned())), ..job() };
    let tick = async |db: &Db, at| within!(db, |tx| schedules::tick(&tx, "nightly", at, nightly()));
    assert_eq!(schedules::last_tick(&home.db.reader(), "nightly").await.expect("look"), None);
    let (one, two) = tokio::join!(tick(&home.db, at), tick(&other, at));
    assert_eq!(one.is_some() as u8 + two.is_some() as u8, 1, "two workers, one tick: {one:?} {two:?}");
    assert_eq!(tick(&home.db, at.plus(-1)).await, None, "an older tick comes too late");
    let next = tick(&home.db, at.plus(1000)).await.expect("taken");
    assert!(!next.created, "the first one is still waiting");
    let claimed = claim_one(&home.db).await;
    assert!(within!(home.db, |tx| jobs::done(&tx, claimed.job.fence())));
    assert!(tick(&home.db, at.plus(2000)).await.expect("taken").created);
    let last = schedules::last_tick(&home.db.reader(), "nightly").await.expect("look");
    assert_eq!(last, Some(at.plus(2000)));
}

#[tokio::test]
async fn what_a_worker_does_not_know_is_left_for_a_newer_one() {
    let home = TestDb::new().await;
    let newer = enqueue(&home.db, NewJob { version: 2, ..job() }).await;
    let unknown = enqueue(&home.db, job()).await;
    run(home.url(), &format!("UPDATE jobs SET kind = 'from_the_future' WHERE id = {unknown}")).await;
    let other_kind =
        enqueue(&home.db, NewJob::new(JobKind::RefreshLibraries, Lane::Interactive, json!({}))).await;
    assert_eq!(claim(&home.db, "old", 10).await, []);
    let due = jobs::next_due(&home.db.reader(), EVERYTHING).await.expect("look");
    assert_eq!(due, [], "nor does it keep the worker looking");
    for id in [newer, unknown, other_kind] {
        let job = jobs::get(&home.db.reader(), id).await.expect("get");
        assert_eq!((job.state, job.attempts), (JobState::Queued, 0));
    }
}

#[tokio::test]
async fn an_unreadable_payload_does_not_stop_the_others() {
    let home = TestDb::new().await;
    let broken = enqueue(&home.db, job()).await;
    run(home.url(), "UPDATE jobs SET payload = '{'").await;
    let id = enqueue(&home.db, job()).await;
    assert_eq!(claim_one(&home.db).await.job.id, id);
    run(home.url(), "UPDATE jobs SET payload = '{}'").await;
    let job = jobs::get(&home.db.reader(), broken).await.expect("get");
    assert_eq!((job.state, job.last_error.as_deref()), (JobState::Dead, Some("the payload cannot be read")));
}

#[tokio::test]
async fn a_unique_key_admits_one() {
    let home = TestDb::new().await;
    let once = || NewJob { unique: Some(Unique::Once("cron:1".to_owned())), ..job() };
    let racers = (0..8).map(|_| {
        let (db, job) = (home.db.clone(), once());
        tokio::spawn(async move {
            let tx = db.begin().await.expect("begin");
            let enqueued = jobs::enqueue(&tx, job).await.expect("enqueue");
            tx.commit().await.expect("commit");
            enqueued
        })
    });
    let mut enqueued = Vec::new();
    for racer in racers.collect::<Vec<_>>() {
        enqueued.push(racer.await.expect("no panic"));
    }
    assert_eq!(enqueued.iter().filter(|one| one.created).count(), 1);
    assert!(enqueued.iter().all(|one| one.id == enqueued[0].id));
    let claimed = claim_one(&home.db).await;
    assert!(within!(home.db, |tx| jobs::done(&tx, claimed.job.fence())));
    assert!(!within!(home.db, |tx| jobs::enqueue(&tx, once())).created, "a tick is not repeated");
}

#[tokio::test]
async fn a_key_held_while_open_is_free_again_afterwards() {
    let home = TestDb::new().await;
    let refresh = || NewJob { unique: Some(Unique::WhileOpen("refresh".to_owned())), ..job() };
    assert!(within!(home.db, |tx| jobs::enqueue(&tx, refresh())).created);
    assert!(!within!(home.db, |tx| jobs::enqueue(&tx, refresh())).created);
    let claimed = claim_one(&home.db).await;
    assert!(!within!(home.db, |tx| jobs::enqueue(&tx, refresh())).created);
    assert!(within!(home.db, |tx| jobs::dead(&tx, claimed.job.fence(), "no")));
    assert!(within!(home.db, |tx| jobs::enqueue(&tx, refresh())).created);
}

#[tokio::test]
async fn an_admin_may_try_a_dead_job_again() {
    let home = TestDb::new().await;
    let id = enqueue(&home.db, job()).await;
    assert!(!within!(home.db, |tx| jobs::retry(&tx, id, None)), "it is queued already");
    let claimed = claim_one(&home.db).await;
    assert!(within!(home.db, |tx| jobs::dead(&tx, claimed.job.fence(), "gave up")));
    assert!(within!(home.db, |tx| jobs::retry(&tx, id, None)));
    let claimed = claim_one(&home.db).await;
    assert_eq!((claimed.job.attempts, claimed.job.finished_at), (1, None));
    assert!(claimed.job.started_at.is_some_and(|at| at.plus(LEASE) == claimed.job.lease_until));
}

#[tokio::test]
async fn the_queue_can_be_looked_through_and_cleaned_up() {
    let home = TestDb::new().await;
    for _ in 0..5 {
        enqueue(&home.db, NewJob { subject_id: Some("u1".to_owned()), ..job() }).await;
    }
    enqueue(&home.db, NewJob::new(JobKind::Housekeeping, Lane::Automatic, json!({}))).await;
    for claimed in claim(&home.db, "w", 3).await {
        assert!(within!(home.db, |tx| jobs::done(&tx, claimed.job.fence())));
    }
    let reader = home.db.reader();
    let request = PageRequest { limit: 2, cursor: None, descending: false };
    let filter = jobs::Filter { subject_id: Some("u1".to_owned()), ..jobs::Filter::default() };
    let page = jobs::list(&reader, &filter, &request).await.expect("list");
    assert_eq!((page.items.len(), page.total, page.next_cursor.is_some()), (2, 5, true));
    let filter = jobs::Filter { kind: Some(JobKind::Housekeeping), ..jobs::Filter::default() };
    assert_eq!(jobs::list(&reader, &filter, &request).await.expect("list").total, 1);
    let filter = jobs::Filter {
        state: Some(JobState::Done),
        lane: Some(Lane::Interactive),
        ..jobs::Filter::default()
    };
    assert_eq!(jobs::list(&reader, &filter, &request).await.expect("list").total, 3);
    let now = home.db.now().await.expect("now");
    assert_eq!(within!(home.db, |tx| jobs::prune(&tx, JobState::Done, now.plus(-60_000), &[], 100)), 0);
    let soon = now.plus(60_000);
    let kept = [1];
    assert_eq!(within!(home.db, |tx| jobs::prune(&tx, JobState::Dead, soon, &[], 100)), 0);
    assert_eq!(within!(home.db, |tx| jobs::prune(&tx, JobState::Done, soon, &kept, 1)), 1);
    assert_eq!(within!(home.db, |tx| jobs::prune(&tx, JobState::Done, soon, &kept, 100)), 1);
    assert_eq!(within!(home.db, |tx| jobs::prune(&tx, JobState::Done, soon, &[], 100)), 1);
    let mut counts = jobs::counts(&reader).await.expect("count");
    counts.sort();
    assert_eq!(counts, [(JobState::Queued, 3)]);
}

#[tokio::test]
async fn a_waiting_worker_is_woken_by_the_commit() {
    let home = TestDb::new().await;
    let tx = home.db.begin().await.expect("begin");
    jobs::enqueue(&tx, job()).await.expect("enqueue");
    let woken = {
        let db = home.db.clone();
        tokio::spawn(async move { db.job_added(Lane::Interactive).await })
    };
    tokio::task::yield_now().await;
    assert!(!woken.is_finished(), "not before the commit");
    tx.commit().await.expect("commit");
    tokio::time::timeout(Duration::from_secs(30), woken).await.expect("woken").expect("no panic");
}
