//! What Plex says is not always what it means: nobody is turned away for it, nobody waits for nothing.

use pum_testkit::fake_plex::{Fault, Who};
use pum_testkit::{Browser, Invitee, TestApp};
use serde_json::{Value, json};

/// Somebody who has just pressed Accept; no job has run yet.
async fn joining() -> (TestApp, Browser, Invitee, String) {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let code = app.invite(&admin, json!({ "libraries": { "mode": "all" }, "max_uses": 1 })).await;
    let priya = app.invitee("priya");
    priya.join(&app, &code).await;
    (app, admin, priya, code)
}

async fn in_with_one_share(app: &TestApp, admin: &Browser, priya: &Invitee, code: &str) {
    app.until_in_time("she is in", || async {
        app.run_jobs().await;
        priya.state().await == "done"
    })
    .await;
    assert_eq!(app.plex.shares_of(priya.account).len(), 1);
    assert!(app.plex.shares_of(priya.account)[0].accepted_at.is_some());
    assert_eq!(app.uses(admin, code).await, 1);
}

/// Five minutes go by, after which the owner's token is looked at again.
async fn the_probe_looks(app: &TestApp) {
    app.minutes_pass(6);
    app.run_jobs().await;
}

#[actix_web::test]
async fn a_token_that_dies_between_two_lists_is_waited_for() {
    for list in ["list_shares", "list_sections", "list_users"] {
        let (app, admin, priya, code) = joining().await;
        app.plex.fault(Fault::status(401).on(list).times(1));
        app.run_jobs().await;
        let waits = priya.redemption().await;
        assert_eq!(
            (&waits["state"], &waits["reason"]),
            (&json!("seat_taken"), &json!("plex_auth")),
            "{list}: {waits}"
        );
        the_probe_looks(&app).await;
        in_with_one_share(&app, &admin, &priya, &code).await;
    }
}

#[actix_web::test]
async fn a_list_that_is_refused_fails_nothing() {
    let refusals = [
        ("list_shares", Fault::status(403)),
        ("list_sections", Fault::status(404)),
        ("list_sections", Fault::status(400)),
        ("list_users", Fault::status(403)),
        ("list_users", Fault::Gone),
    ];
    for (list, fault) in refusals {
        let what = format!("{list} {fault:?}");
        let (app, admin, priya, code) = joining().await;
        let rule = app.plex.fault(fault.on(list));
        app.run_jobs().await;
        assert!(app.plex.struck(rule) > 0, "{what}");
        let now = priya.redemption().await;
        assert!(matches!(now["state"].as_str(), Some("seat_taken" | "done")), "{what}: {now}");
        app.plex.lift(rule);
        in_with_one_share(&app, &admin, &priya, &code).await;
    }
}

#[actix_web::test]
async fn a_server_that_somebody_else_owns_is_a_pause() {
    let (app, admin, priya, code) = joining().await;
    let (owner, stranger) = (app.plex.owner(), app.plex.add_account("stranger"));
    let mid = app.plex.server(0).machine_identifier().to_owned();
    app.plex.world(|world| {
        world.servers.get_mut(&mid).expect("the server").owner = stranger;
        world.befriend(stranger, owner);
        world.share_titles(&mid, Who::Id(owner), &[]).expect("a share");
    });
    app.run_jobs().await;
    let waits = priya.redemption().await;
    assert_eq!(
        (&waits["state"], &waits["reason"]),
        (&json!("seat_taken"), &json!("plex_identity")),
        "{waits}"
    );
    assert_eq!(app.plex.calls_of("create_share").len(), 0);
    app.plex.world(|world| {
        world.servers.get_mut(&mid).expect("the server").owner = owner;
        world.relations.shares.clear();
    });
    app.minutes_pass(6);
    admin.post("/api/v1/jobs/schedules/check_server/run", Value::Null).await.expect(202);
    in_with_one_share(&app, &admin, &priya, &code).await;
}

#[actix_web::test]
async fn a_refusal_in_unknown_words_is_held_against_what_is_there() {
    let (app, admin, priya, code) = joining().await;
    app.plex.fault(Fault::WorkThenStatus { status: 422 }.on("create_share").times(1));
    in_with_one_share(&app, &admin, &priya, &code).await;
    assert_eq!(app.plex.calls_of("create_share").len(), 1);

    let (app, admin, sam, code) = joining().await;
    app.plex.fault(Fault::status(422).on("create_share"));
    app.run_jobs().await;
    let end = sam.redemption().await;
    assert_eq!((&end["state"], &end["reason"]), (&json!("failed"), &json!("plex_refused")), "{end}");
    assert_eq!(app.uses(&admin, &code).await, 0);
}

#[actix_web::test]
async fn an_account_is_unknown_when_both_ways_say_so() {
    let (app, admin, priya, code) = joining().await;
    app.plex.fault(Fault::status(404).on("create_share_v1"));
    in_with_one_share(&app, &admin, &priya, &code).await;
    assert_eq!(app.plex.calls_of("create_share").len(), 2);

    let (app, admin, priya, code) = joining().await;
    app.plex.fault(Fault::status(404).on("create_share"));
    app.until_in_time("it has come to nothing", || async {
        app.run_jobs().await;
        priya.state().await == "failed"
    })
    .await;
    assert_eq!(priya.redemption().await["reason"], "account_unknown");
    assert_eq!((app.plex.calls_of("create_share").len(), app.uses(&admin, &code).await), (2, 0));
}

#[actix_web::test]
async fn what_a_withdrawn_invitation_left_behind_goes_before_the_new_one() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let code = app.invite(&admin, json!({ "libraries": { "mode": "all" }, "max_uses": 1 })).await;
    let priya = app.invitee("priya");
    app.plex.share(priya.account, &["Kids"], false);
    let owner = app.plex.owner();
    app.plex.world(|world| {
        world.config.cancel_leaves_stale_row = true;
        world.cancel_pending(owner, "priya", true, true).expect("it is withdrawn");
    });
    priya.join(&app, &code).await;
    app.run_jobs().await;
    assert!(app.plex.writes().is_empty(), "a list may lag: {:?}", app.plex.writes());
    in_with_one_share(&app, &admin, &priya, &code).await;
    let removed = app.plex.calls_of("remove_share");
    assert_eq!(removed.len(), 1, "{removed:?}");
}

#[actix_web::test]
async fn a_token_that_is_no_longer_needed_is_signed_out() {
    let (app, _, priya, _) = joining().await;
    app.plex.world(|world| world.config.received_delay_ms = 3_600_000);
    app.until_in_time("she is told to accept by herself", || async {
        app.run_jobs().await;
        priya.redemption().await["reason"] == "accept_by_email"
    })
    .await;
    app.run_jobs().await;
    assert!(app.plex.calls_of("sign_out").iter().any(|call| call.account == Some(priya.account)));
    app.may_leave_jobs();
}

#[actix_web::test]
async fn who_waits_for_a_list_that_lags_is_told_so() {
    let (app, admin, priya, code) = joining().await;
    let lags = app.plex.fault(Fault::Frozen.on("reads"));
    app.until_in_time("she is told", || async {
        app.run_jobs().await;
        priya.redemption().await["reason"] == "plex_behind"
    })
    .await;
    assert_eq!(app.plex.calls_of("create_share").len(), 1);
    app.plex.lift(lags);
    in_with_one_share(&app, &admin, &priya, &code).await;
}
