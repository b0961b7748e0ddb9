//! A bulk under way: stopped, killed, tried again, and in nobody's way.

use std::time::Duration;

use pum_app::hooks::Hooks;
use pum_testkit::TestApp;
use pum_testkit::fake_plex::Fault;
use pum_testkit::test_app::Wishes;
use serde_json::{Value, json};

use super::{begin, counts, ids, numbered, people, see_through, state, titles};
use crate::dance::events;

#[tokio::test]
async fn stopped_half_way_the_rest_stays_as_it_was() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let all = people(&app, numbered(50)).await;
    let here =
        begin(&admin, json!({"ids": ids(&all), "action": "set_libraries", "libraries": {"mode": "all"}}))
            .await;
    let hold = app.plex.fault(Fault::Hold.on("writes"));
    let worker = app.worker();
    app.until("a few are begun", || async { counts(&admin, &here).await["under_way"] == 20 }).await;

    let stopped = admin.post(&format!("{here}/stop"), Value::Null).await.expect(200);
    assert_eq!((&stopped["state"], &stopped["counts"]["skipped"]), (&json!("stopped"), &json!(30)));
    let again = admin.post(&format!("{here}/stop"), Value::Null).await.expect(200);
    assert_eq!(again, stopped);
    assert_eq!(events(&app, "bulk.stopped").await, 1);
    app.plex.lift(hold);
    app.until_in_time("what was begun is done", || async { counts(&admin, &here).await["applied"] == 20 })
        .await;
    worker.stop().await;
    // The job that would have gone on finds nothing to do.
    app.run_jobs().await;
    assert_eq!(counts(&admin, &here).await, json!({"applied": 20, "skipped": 30}));
    let touched = all.iter().filter(|person| titles(&app, person.account).len() == 3).count();
    assert_eq!(touched, 20);
    let skipped = admin.get(&format!("{here}/items?state=skipped&limit=200")).await.expect(200);
    for item in skipped["items"].as_array().unwrap() {
        let user =
            admin.get(&format!("/api/v1/users/{}", item["user"]["id"].as_str().unwrap())).await.expect(200);
        assert_eq!(
            (&user["pending_change"], user["libraries"]["ids"].as_array().unwrap().len()),
            (&Value::Null, 1)
        );
    }
    admin.post(&format!("{here}/retry"), Value::Null).await.expect_problem(409, "conflict");
}

#[tokio::test]
async fn removals_can_be_taken_back_for_ten_seconds() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let all = people(&app, numbered(3)).await;
    let here = begin(&admin, json!({"ids": ids(&all), "action": "remove"})).await;
    app.run_jobs().await;
    assert_eq!(counts(&admin, &here).await, json!({"waiting": 3}));
    admin.post(&format!("{here}/stop"), Value::Null).await.expect(200);
    app.ctx.db().let_time_pass(Duration::from_secs(11));
    app.run_jobs().await;
    assert_eq!(events(&app, "user.removal_requested").await, 0);

    let here = begin(&admin, json!({"ids": ids(&all), "action": "remove"})).await;
    see_through(&app, &admin, &here).await;
    assert_eq!(counts(&admin, &here).await, json!({"applied": 3}));
    assert!(all.iter().all(|person| app.plex.shares_of(person.account).is_empty()));
    assert_eq!((events(&app, "user.removal_requested").await, events(&app, "user.removed").await), (3, 3));
}

#[tokio::test]
async fn only_the_failed_ones_are_tried_again() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let all = people(&app, numbered(6)).await;
    let unlucky = &all[2];
    let refusing =
        app.plex.fault(Fault::status(403).on("writes").containing(&share_of(&app, unlucky.account)));
    let here =
        begin(&admin, json!({"ids": ids(&all), "action": "set_libraries", "libraries": {"mode": "all"}}))
            .await;
    see_through(&app, &admin, &here).await;
    assert_eq!(counts(&admin, &here).await, json!({"applied": 5, "failed": 1}));
    let failed = admin.get(&format!("{here}/items?state=failed")).await.expect(200);
    let item = &failed["items"][0];
    assert_eq!(
        (&item["user"]["id"], &item["reason"]),
        (&json!(unlucky.id.to_string()), &json!("plex_refused"))
    );

    app.plex.lift(refusing);
    app.plex.clear_calls();
    let going = admin.post(&format!("{here}/retry"), Value::Null).await.expect(202);
    assert_eq!((&going["state"], &going["counts"]["waiting"]), (&json!("running"), &json!(1)));
    see_through(&app, &admin, &here).await;
    assert_eq!(counts(&admin, &here).await, json!({"applied": 6}));
    assert!(all.iter().all(|person| titles(&app, person.account).len() == 3));
    assert!(
        app.plex.writes().iter().all(|call| format!("{call:?}").contains(&share_of(&app, unlucky.account)))
    );
    assert_eq!((events(&app, "user.updated").await, events(&app, "user.access_retried").await), (6, 1));
    let calm = admin.post(&format!("{here}/retry"), Value::Null).await.expect(202);
    assert_eq!(calm["state"], "finished", "nothing had failed");
}

/// How calls about somebody's share name it.
fn share_of(app: &TestApp, account: u64) -> String {
    let share = app.plex.shares_of(account).first().expect("a share").id;
    format!("/shared_servers/{share}")
}

#[tokio::test]
async fn killed_before_and_after_each_commit_nobody_is_changed_twice() {
    for line in ["bulk.before_commit", "bulk.begun"] {
        let (hooks, reached) = Hooks::freeze_at(line);
        let app = TestApp::start_with(Wishes { hooks, ..Wishes::default() }).await;
        let admin = app.set_up().await;
        let all = people(&app, numbered(3)).await;
        let here =
            begin(&admin, json!({"ids": ids(&all), "action": "set_downloads", "allow_downloads": true}))
                .await;
        let doomed = app.worker();
        tokio::time::timeout(Duration::from_secs(30), reached.notified()).await.expect(line);
        doomed.kill().await;
        app.ctx.db().let_time_pass(Duration::from_secs(61));
        see_through(&app, &admin, &here).await;
        assert_eq!(counts(&admin, &here).await, json!({"applied": 3}), "{line}");
        for what in ["user.updated", "user.access_changed"] {
            assert_eq!(events(&app, what).await, 3, "{line}: {what}");
        }
        assert_eq!(
            (events(&app, "bulk.started").await, events(&app, "bulk.finished").await),
            (1, 1),
            "{line}"
        );
    }
}

#[tokio::test]
async fn an_invitee_waits_two_seconds_at_most_for_the_share_during_a_bulk_of_five_hundred() {
    // As fast as PUM asks Plex in earnest.
    let app = TestApp::start_with(Wishes { true_pace: true, ..Wishes::default() }).await;
    let admin = app.set_up().await;
    let code = app.invite(&admin, json!({"libraries": {"mode": "all"}})).await;
    let all = people(&app, numbered(500)).await;
    let invitee = app.invitee("anna");
    let ready = invitee.arrive(&app, &code).await;
    let here =
        begin(&admin, json!({"ids": ids(&all), "action": "set_libraries", "libraries": {"mode": "all"}}))
            .await;
    let worker = app.worker();
    app.until("the bulk is at it", || async { app.plex.calls_of("update_share").len() > 2 }).await;
    // The bulk asks as fast as it may: the latest call is not older than a moment.
    let accepted = app.plex.calls().iter().map(|call| call.started_us).max().expect("calls");
    invitee.accept(&ready).await.expect(202);
    let answered = || app.plex.calls_of("create_share").first().and_then(|call| call.ended_us);
    app.until("the share is made", || async { answered().is_some() }).await;
    let shared = answered().expect("an answer");
    let waited = Duration::from_micros(shared - accepted);
    assert!(waited <= Duration::from_secs(2), "{waited:?}");
    assert_eq!(counts(&admin, &here).await["failed"], Value::Null);
    admin.post(&format!("{here}/stop"), Value::Null).await.expect(200);
    worker.stop().await;
    app.may_leave_jobs();
}

#[tokio::test]
async fn an_invitee_goes_past_a_bulk_that_waits_for_plex() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let code = app.invite(&admin, json!({"libraries": {"mode": "all"}})).await;
    let all = people(&app, numbered(40)).await;
    let invitee = app.invitee("anna");
    let ready = invitee.arrive(&app, &code).await;
    // Every write about the bulk's people hangs: its lane is full.
    let held: Vec<u64> = all
        .iter()
        .map(|person| app.plex.fault(Fault::Hold.on("writes").containing(&share_of(&app, person.account))))
        .collect();
    let here =
        begin(&admin, json!({"ids": ids(&all), "action": "set_libraries", "libraries": {"mode": "all"}}))
            .await;
    let worker = app.worker();
    app.until("the bulk waits at Plex", || async { counts(&admin, &here).await["under_way"] == 20 }).await;
    invitee.accept(&ready).await.expect(202);
    app.until("the invitee is in", || async { invitee.state().await == "done" }).await;
    assert_eq!(
        counts(&admin, &here).await,
        json!({"under_way": 20, "waiting": 20}),
        "nobody of the bulk was done before"
    );
    held.into_iter().for_each(|fault| app.plex.lift(fault));
    app.until_in_time("the bulk is over", || async { state(&admin, &here).await == "finished" }).await;
    worker.stop().await;
    assert_eq!(counts(&admin, &here).await, json!({"applied": 40}));
}
