//! Real workers and a real API that die, or stand still, at the worst moment: what was begun is
//! finished by the next one, once, and nothing is done late.

use std::time::Duration;

use futures::future::join_all;
use pum_app::access;
use pum_domain::access::{ChangeCause, ChangeState, WantedAccess};
use pum_domain::invite::LibraryChoice;
use pum_domain::job::Lane;
use pum_domain::{LibraryId, UserId};
use pum_store::access_changes;
use pum_testkit::db;
use pum_testkit::fake_plex::Fault;
use pum_testkit::test_app::SECRET_KEY;
use pum_testkit::{Browser, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

use crate::process::{PATIENCE, Running, pum, signal};

/// Every point at which a test can stop the carrying out of a change; those of a step once for the invitation
/// and once for its acceptance.
const LINES: &[&str] = &[
    "apply.claimed",
    "apply.read",
    "apply.attempt_committed",
    "apply.called",
    "apply.outcome_recorded",
    "apply.read#2",
    "apply.attempt_committed#2",
    "apply.called#2",
    "apply.outcome_recorded#2",
    "apply.recording",
    "apply.recorded",
];

/// A process on the story's database, with the story's Plex; `doomed` names the line at which it dies.
pub fn process(app: &TestApp, command: &str, doomed: Option<&str>) -> Running {
    process_on(app, app.db.url(), command, doomed)
}

/// The same, with the database's address as somebody else has it.
pub fn process_on(app: &TestApp, database: &str, command: &str, doomed: Option<&str>) -> Running {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut start = pum(folder.path());
    start.arg(command).env("DATABASE_URL", database).env("SECRET_KEY", SECRET_KEY);
    start
        .env("PLEX_TV_URL", app.plex.plex_tv_url())
        .env("PLEX_CLIENTS_URL", app.plex.clients_url())
        .env("PLEX_AUTH_URL", app.plex.auth_url());
    if let Some(line) = doomed {
        start.env("PUM_TEST_KILL_AT", line);
    }
    let mut running = Running::start(&mut start);
    running.folder = Some(folder);
    running
}

/// Waits for the end without keeping the story's own PUM from working.
pub async fn ended(running: &mut Running) -> Option<i32> {
    let waiting = async {
        loop {
            if let Some(status) = running.child.try_wait().expect("a child's state") {
                return status.code();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("the process ends")
}

/// Makes a process stand still, but not in the middle of a transaction that keeps everybody from writing.
pub async fn stand_still(app: &TestApp, pid: u32) {
    loop {
        assert!(signal(pid, "STOP"));
        match app.ctx.db().begin().await {
            Ok(tx) => return tx.rollback().await.expect("nothing was done"),
            Err(error) => assert!(error.is_retryable(), "{error}"),
        }
        assert!(signal(pid, "CONT"));
    }
}

/// A minute passes: whoever held a lease and is no longer there has lost it.
async fn leases_run_out(app: &TestApp) {
    db::run(app.db.url(), "UPDATE jobs SET lease_until = 1 WHERE state = 'running'").await;
    db::run(app.db.url(), "UPDATE users SET lease_until = 1 WHERE lease_owner IS NOT NULL").await;
}

async fn one_share_one_seat_one_event(app: &TestApp, admin: &Browser, code: &str, account: u64, when: &str) {
    assert_eq!(app.plex.shares_of(account).len(), 1, "{when}");
    assert_eq!(app.uses(admin, code).await, 1, "{when}");
    for kind in ["redemption.accepted", "user.access_granted", "redemption.completed"] {
        let told = admin.get(&format!("/api/v1/history?type={kind}")).await.expect(200);
        assert_eq!(told["total"], 1, "{when}: {told}");
    }
    assert!(app.plex.overlapping_writes().is_empty(), "{when}");
    assert!(app.plex.calls_of("remove_share").is_empty(), "{when}: no opposite write");
}

async fn a_worker_dies_at(line: &str) {
    let app = TestApp::start().await;
    app.may_leave_jobs();
    let admin = app.set_up().await;
    let code = app.invite(&admin, json!({ "libraries": { "mode": "all" }, "max_uses": 1 })).await;
    let priya = app.invitee("priya");
    priya.join(&app, &code).await;
    let mut doomed = process(&app, "worker", Some(line));
    assert_eq!(ended(&mut doomed).await, None, "{line}: it was killed, it did not end");

    leases_run_out(&app).await;
    let mut next = process(&app, "worker", None);
    app.until(line, || async { priya.state().await == "done" }).await;
    // Where she was in already, there is still the job of the dead to be ended.
    let running = "SELECT kind AS found FROM jobs WHERE state = 'running'";
    app.until(line, || async { db::rows(app.db.url(), running).await.is_empty() }).await;
    next.signal("TERM");
    assert_eq!(ended(&mut next).await, Some(0), "{line}");
    one_share_one_seat_one_event(&app, &admin, &code, priya.account, line).await;
}

/// All at the same time: whoever takes over waits first until no call of the dead can be on its way.
#[tokio::test]
async fn a_worker_that_dies_at_any_line_is_made_good_by_the_next() {
    join_all(LINES.iter().map(|line| a_worker_dies_at(line))).await;
}

#[tokio::test]
async fn an_api_that_dies_between_seat_and_job_has_done_both_or_neither() {
    for (line, uses, state) in [("accept.before_commit", 0, "ready"), ("accept.committed", 1, "seat_taken")] {
        let app = TestApp::start().await;
        let admin = app.set_up().await;
        let code = app.invite(&admin, json!({ "libraries": { "mode": "all" }, "max_uses": 1 })).await;
        let priya = app.invitee("priya");
        let ready = priya.arrive(&app, &code).await;

        let mut doomed = process(&app, "api", Some(line));
        app.until("it listens", || async { doomed_answers(&doomed).await }).await;
        let secret = priya.browser.cookie("pum_guest").expect("a cookie");
        let there = Browser::new(&doomed.address()).with_cookie("pum_guest", &secret);
        let body = json!({ "redemption_id": ready["id"], "invite_version": ready["invite_version"] });
        let path = "/api/v1/public/redemptions/current/accept";
        let lost = there.request(Method::POST, path).json(&body).send().await;
        assert!(lost.is_err(), "{line}: no answer comes from the dead");
        assert_eq!(ended(&mut doomed).await, None, "{line}");

        app.until("the database has noticed", || async { app.uses(&admin, &code).await == uses }).await;
        assert_eq!(priya.state().await, state, "{line}");
        // She presses the button again.
        priya.accept(&ready).await.expect(202);
        app.run_jobs().await;
        assert_eq!(priya.state().await, "done", "{line}");
        one_share_one_seat_one_event(&app, &admin, &code, priya.account, line).await;
    }
}

async fn doomed_answers(running: &Running) -> bool {
    let request = Browser::new(&running.address()).request(Method::GET, "/readyz");
    request.send().await.is_ok_and(|answer| answer.status() == 200)
}

/// An admin wants a person to have just this library.
async fn wants(app: &TestApp, user_id: UserId, library: LibraryId) {
    let wanted =
        WantedAccess::Granted { libraries: LibraryChoice::Some(vec![library]), allow_downloads: false };
    let request = access::Request {
        user_id,
        wanted: &wanted,
        cause: ChangeCause::Admin,
        redemption_id: None,
        lane: Lane::Manual,
    };
    let tx = app.ctx.db().begin().await.expect("begin");
    access::request(&tx, request).await.expect("a change");
    tx.commit().await.expect("commit");
}

/// A worker that stands still while its call of this operation is on its way. The call arrives, and nobody hears
/// the answer.
async fn stands_still_during(app: &TestApp, operation: &str) -> Running {
    let hold = app.plex.fault(Fault::Hold.on(operation).times(1));
    let stopped = process(app, "worker", None);
    app.until("its call is on its way", || async { app.plex.struck(hold) == 1 }).await;
    stand_still(app, stopped.child.id()).await;
    app.plex.lift(hold);
    app.plex
        .until(|calls| {
            let mut held = calls.iter().filter(|call| call.is(operation));
            held.all(|call| call.ended_us.is_some()).then_some(())
        })
        .await;
    stopped
}

/// It goes on after another has done its work, notices, and writes nothing.
async fn does_nothing_late(app: &TestApp, mut stopped: Running, what: &str) {
    let before = app.plex.writes().len();
    stopped.signal("CONT");
    app.until("it has noticed", || async { stopped.said("another worker has taken the job over") }).await;
    stopped.signal("TERM");
    assert_eq!(ended(&mut stopped).await, Some(0), "{what}");
    assert_eq!(app.plex.writes().len(), before, "{what}: nothing is written late");
}

async fn a_worker_stands_still_during(operation: &str) {
    let app = TestApp::start().await;
    app.may_leave_jobs();
    let admin = app.set_up().await;
    let code = app.invite(&admin, json!({ "libraries": { "mode": "all" } })).await;
    let priya = app.invitee("priya");
    priya.join(&app, &code).await;
    app.run_jobs().await;
    let users = admin.get("/api/v1/users").await.expect(200);
    let user: UserId = text(&users["items"][0]["id"]).parse().expect("an id");
    let titles = ["Movies", "TV Shows"];
    let ids = app.library_ids(&admin, &titles).await;
    let ids: Vec<LibraryId> = ids.iter().map(|id| id.parse().expect("an id")).collect();

    wants(&app, user, ids[0]).await;
    let stopped = stands_still_during(&app, operation).await;

    // The lease runs out. Meanwhile the admin wants something else, and another worker does it.
    wants(&app, user, ids[1]).await;
    app.ctx.db().let_time_pass(Duration::from_secs(61));
    let other = app.worker();
    app.until_in_time("the other worker is through", || async {
        let latest =
            access_changes::latest_of(&app.ctx.reader(), user).await.expect("read").expect("a change");
        latest.state == ChangeState::Applied
    })
    .await;
    other.stop().await;
    does_nothing_late(&app, stopped, operation).await;
    assert!(app.plex.overlapping_writes().is_empty(), "{operation}");
    let shares = app.plex.shares_of(priya.account);
    assert_eq!(shares.len(), 1, "{operation}");
    assert_eq!(app.plex.titles(&shares[0]), titles[1..], "{operation}: the last wish wins");
}

#[tokio::test]
async fn a_worker_that_stood_still_across_its_lease_does_nothing_late() {
    join_all(["list_shares", "update_share"].map(a_worker_stands_still_during)).await;
}

/// She has been invited before, by hand; the answer that would have said so is lost, and so is the worker.
#[tokio::test]
async fn a_worker_that_dies_over_a_lost_answer_makes_no_second_share() {
    for fault in [Fault::LostAnswer, Fault::Truncate] {
        let app = TestApp::start().await;
        app.may_leave_jobs();
        let admin = app.set_up().await;
        let code = app.invite(&admin, json!({ "libraries": { "mode": "all" }, "max_uses": 1 })).await;
        let priya = app.invitee("priya");
        priya.join(&app, &code).await;
        // The list does not show it yet, so that the worker asks for one more.
        let lag = ["list_shares", "list_pending"].map(|list| app.plex.fault(Fault::Frozen.on(list)));
        app.plex.share(priya.account, &["Kids"], false);
        app.plex.fault(fault.on("create_share").times(1));
        let mut doomed = process(&app, "worker", Some("apply.called"));
        assert_eq!(ended(&mut doomed).await, None);
        assert_eq!(app.plex.calls_of("create_share").len(), 1);

        lag.into_iter().for_each(|fault| app.plex.lift(fault));
        leases_run_out(&app).await;
        let mut next = process(&app, "worker", None);
        app.until("she is in", || async { priya.state().await == "done" }).await;
        next.signal("TERM");
        assert_eq!(ended(&mut next).await, Some(0));
        one_share_one_seat_one_event(&app, &admin, &code, priya.account, "already sharing").await;
        assert_eq!(app.plex.titles(&app.plex.shares_of(priya.account)[0]).len(), 3, "all of them by now");
    }
}

/// The invitee's list is slow to answer, and the worker that asked stands still until another has done it all.
#[tokio::test]
async fn a_worker_that_stood_still_before_accepting_accepts_nothing_late() {
    let app = TestApp::start().await;
    app.may_leave_jobs();
    let admin = app.set_up().await;
    let code = app.invite(&admin, json!({ "libraries": { "mode": "all" }, "max_uses": 1 })).await;
    let priya = app.invitee("priya");
    priya.join(&app, &code).await;
    let stopped = stands_still_during(&app, "list_received_v2").await;
    app.ctx.db().let_time_pass(Duration::from_secs(61));
    let other = app.worker();
    app.until_in_time("the other worker is through", || async { priya.state().await == "done" }).await;
    other.stop().await;
    does_nothing_late(&app, stopped, "accepting").await;
    assert_eq!(app.plex.calls_of("accept_share").len(), 1);
    one_share_one_seat_one_event(&app, &admin, &code, priya.account, "standing still").await;
}

fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}
