//! The process dies at each line: the next run reads first and goes on.

use std::time::Duration;

use pum_app::hooks::Hooks;
use pum_app::secret::Secret;
use pum_app::{Actor, guests, redemptions};
use pum_testkit::TestApp;
use pum_testkit::test_app::Wishes;
use serde_json::json;

/// Every point at which a test can stop the carrying out of a change.
const LINES: &[&str] = &[
    "apply.claimed",
    "apply.read",
    "apply.attempt_committed",
    "apply.called",
    "apply.outcome_recorded",
    "apply.recording",
    "apply.recorded",
];

#[actix_web::test]
async fn killed_at_each_line_of_apply() {
    for line in LINES {
        let (hooks, reached) = Hooks::freeze_at(*line);
        let app = TestApp::start_with(Wishes { hooks, ..Wishes::default() }).await;
        let admin = app.set_up().await;
        let code = app.invite(&admin, json!({ "libraries": { "mode": "all" }, "max_uses": 1 })).await;
        let priya = app.invitee("priya");
        priya.join(&app, &code).await;
        let doomed = app.worker();
        tokio::time::timeout(Duration::from_secs(30), reached.notified()).await.expect(line);
        doomed.kill().await;

        // Its leases run out; another worker takes over and waits for writes that may be on their way.
        app.ctx.db().let_time_pass(Duration::from_secs(61));
        let next = app.worker();
        app.until_in_time(line, || async { priya.state().await == "done" }).await;
        next.stop().await;
        app.run_jobs().await;

        assert_eq!(app.plex.shares_of(priya.account).len(), 1, "{line}");
        assert_eq!(app.uses(&admin, &code).await, 1, "{line}");
        let granted = admin.get("/api/v1/history?type=user.access_granted").await.expect(200);
        assert_eq!(granted["total"], 1, "{line}: {granted}");
        assert!(app.plex.overlapping_writes().is_empty(), "{line}");
    }
}

#[actix_web::test]
async fn killed_between_seat_and_job() {
    let (hooks, reached) = Hooks::freeze_at("accept.before_commit");
    let app = TestApp::start_with(Wishes { hooks, ..Wishes::default() }).await;
    let admin = app.set_up().await;
    let code = app.invite(&admin, json!({ "libraries": { "mode": "all" }, "max_uses": 1 })).await;
    let priya = app.invitee("priya");
    let ready = priya.arrive(&app, &code).await;
    let secret = Secret::new(priya.browser.cookie("pum_guest").expect("a cookie"));
    let guest = guests::find(&app.ctx, &secret).await.unwrap();
    let id = ready["id"].as_str().unwrap().parse().unwrap();
    let version = ready["invite_version"].as_i64().unwrap();
    let ctx = app.ctx.clone();
    let doomed = tokio::spawn(async move {
        let who = Actor::invitee(None, "127.0.0.1");
        redemptions::accept(&ctx, guest.as_ref(), id, version, &who).await
    });
    reached.notified().await;
    doomed.abort();
    assert!(doomed.await.unwrap_err().is_cancelled());
    // The request is gone, and with it everything it had begun.
    app.until("the seat is free", || async { app.uses(&admin, &code).await == 0 }).await;
    assert_eq!(priya.state().await, "ready");
    priya.accept(&ready).await.expect(202);
    app.run_jobs().await;
    assert_eq!(priya.state().await, "done");
    assert_eq!(app.uses(&admin, &code).await, 1);
}

#[actix_web::test]
async fn a_worker_that_was_stopped_for_long_sends_nothing_late() {
    let (hooks, reached) = Hooks::freeze_at("apply.attempt_committed");
    let app = TestApp::start_with(Wishes { hooks, ..Wishes::default() }).await;
    let admin = app.set_up().await;
    let code = app.invite(&admin, json!({ "libraries": { "mode": "all" } })).await;
    let priya = app.invitee("priya");
    priya.join(&app, &code).await;
    let stopped = app.worker();
    tokio::time::timeout(Duration::from_secs(30), reached.notified()).await.expect("the line");
    // While the first one stands still, its lease runs out and another worker does the work.
    app.ctx.db().let_time_pass(Duration::from_secs(61));
    let other = app.worker();
    app.until_in_time("the other worker is through", || async { priya.state().await == "done" }).await;
    other.stop().await;
    stopped.kill().await;
    assert_eq!(app.plex.calls_of("create_share").len(), 1);
    assert!(app.plex.overlapping_writes().is_empty());
    app.may_leave_jobs();
}
