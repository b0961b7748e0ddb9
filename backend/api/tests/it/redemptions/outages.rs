//! Plex has its moods: the person still ends with one share, and nothing is done twice.

use std::time::Duration;

use pum_testkit::TestApp;
use pum_testkit::fake_plex::{Fault, Shared};
use serde_json::json;

/// Lets one person join while Plex misbehaves as told, and sees them through to the end.
async fn joins_in_spite_of(faults: impl FnOnce(&TestApp)) -> (TestApp, u64) {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let chosen = app.library_ids(&admin, &["Movies", "TV Shows"]).await;
    let code = app.invite(&admin, json!({ "libraries": { "mode": "some", "ids": chosen } })).await;
    let priya = app.invitee("priya");
    priya.join(&app, &code).await;
    faults(&app);
    let worker = app.worker();
    app.until_in_time("she is in", || async { priya.state().await == "done" }).await;
    worker.stop().await;
    app.plex.clear_faults();
    app.run_jobs().await;
    let shares = app.plex.shares_of(priya.account);
    assert_eq!(shares.len(), 1, "{shares:?}");
    assert!(shares[0].accepted_at.is_some());
    assert_eq!(app.plex.titles(&shares[0]), ["Movies", "TV Shows"]);
    assert_eq!(app.uses(&admin, &code).await, 1);
    assert!(app.plex.calls_of("remove_share").is_empty(), "no opposite write");
    assert!(app.plex.calls_of("cancel_invite").is_empty(), "no opposite write");
    assert!(app.plex.overlapping_writes().is_empty());
    (app, priya.account)
}

#[actix_web::test]
async fn plex_answers_503_three_times() {
    joins_in_spite_of(|app| {
        app.plex.fault(Fault::status(503).on("create_share").times(3));
    })
    .await;
}

#[actix_web::test]
async fn plex_asks_for_patience() {
    let (app, _) = joins_in_spite_of(|app| {
        app.plex.fault(Fault::too_many(2).on("create_share").times(1));
    })
    .await;
    let calls = app.plex.calls_of("create_share");
    assert_eq!(calls.len(), 2);
    let pause = calls[1].started_us - calls[0].ended_us.expect("an answer");
    assert!(pause >= 2_000_000, "asked for two seconds, waited {pause} µs");
}

#[actix_web::test]
async fn plex_does_the_work_and_loses_the_answer() {
    let (app, _) = joins_in_spite_of(|app| {
        app.plex.fault(Fault::LostAnswer.on("create_share").times(1));
    })
    .await;
    assert_eq!(app.plex.calls_of("create_share").len(), 1, "the share was found by reading");
}

#[actix_web::test]
async fn one_way_of_sharing_is_retired() {
    let (app, _) = joins_in_spite_of(|app| {
        app.plex.fault(Fault::Gone.on("create_share_v1"));
    })
    .await;
    assert_eq!(app.plex.calls_of("create_share_v2").len(), 1);
}

#[actix_web::test]
async fn reads_lag_behind_for_half_a_minute() {
    let (app, _) = joins_in_spite_of(|app| {
        app.plex.fault(Fault::Frozen.on("reads").times(8));
    })
    .await;
    assert_eq!(app.plex.calls_of("create_share").len(), 1, "what is not shown yet is not made again");
}

#[actix_web::test]
async fn the_lists_of_shares_are_cut_short() {
    joins_in_spite_of(|app| {
        app.plex.fault(Fault::HalfList.on("reads").times(4));
        app.plex.fault(Fault::Garbage.on("reads").after(4).times(2));
    })
    .await;
}

#[actix_web::test]
async fn the_owners_token_dies_and_is_replaced() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let code = app.invite(&admin, json!({ "libraries": { "mode": "all" } })).await;
    let priya = app.invitee("priya");
    priya.join(&app, &code).await;
    app.plex.revoke_tokens(app.plex.owner());
    let worker = app.worker();
    app.until("she is told what it waits for", || async {
        priya.redemption().await["reason"] == "plex_auth"
    })
    .await;
    assert_eq!(priya.state().await, "seat_taken");
    let server = admin.get("/api/v1/settings/plex").await.expect(200);
    assert!(server.to_string().contains("dead"), "the admin sees it: {server}");

    let token = app.plex.token_of(app.plex.owner());
    let server = json!({ "url": app.plex.server(0).url(), "token": token });
    admin.patch("/api/v1/settings/plex", server).await.expect(200);
    app.until("it goes on by itself", || async { priya.state().await == "done" }).await;
    worker.stop().await;
    app.may_leave_jobs();
}

#[actix_web::test]
async fn the_share_limit_is_final_and_gives_the_seat_back() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let code = app.invite(&admin, json!({ "libraries": { "mode": "all" }, "max_uses": 3 })).await;
    app.plex.world(|world| world.config.share_limit = 0);
    let priya = app.invitee("priya");
    priya.join(&app, &code).await;
    app.run_jobs().await;
    let end = priya.redemption().await;
    assert_eq!((&end["state"], &end["reason"]), (&json!("failed"), &json!("plex_share_limit")), "{end}");
    assert_eq!(app.uses(&admin, &code).await, 0);
    // The next one is told before any seat is taken.
    let sam = app.invitee("sam");
    sam.open(&code).await.expect(201);
    sam.sign_in(&app).await;
    sam.complete().await.expect_problem(409, "plex_share_limit");
    app.run_jobs().await;
}

#[actix_web::test]
async fn chosen_libraries_have_vanished() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let both = app.library_ids(&admin, &["Movies", "TV Shows"]).await;
    let one = app.library_ids(&admin, &["Movies"]).await;
    let for_both = app.invite(&admin, json!({ "libraries": { "mode": "some", "ids": both } })).await;
    let for_one = app.invite(&admin, json!({ "libraries": { "mode": "some", "ids": one } })).await;
    let (priya, sam) = (app.invitee("priya"), app.invitee("sam"));
    priya.join(&app, &for_both).await;
    sam.join(&app, &for_one).await;
    let machine = app.plex.server(0).machine_identifier().to_owned();
    app.plex.world(|world| world.remove_library(&machine, "Movies"));
    app.run_jobs().await;
    assert_eq!(priya.state().await, "seat_taken", "a second look has to agree first");
    assert!(app.plex.calls_of("create_share").is_empty());
    app.minutes_pass(10);
    app.until_in_time("both are through", || async {
        app.run_jobs().await;
        priya.state().await == "done" && sam.state().await == "failed"
    })
    .await;
    let shares = app.plex.shares_of(priya.account);
    assert_eq!(app.plex.titles(&shares[0]), ["TV Shows"]);
    assert!(!matches!(shares[0].shared, Shared::All));
    let end = sam.redemption().await;
    assert_eq!((&end["state"], &end["reason"]), (&json!("failed"), &json!("libraries_gone")), "{end}");
    assert!(app.plex.shares_of(sam.account).is_empty(), "never all libraries");
    assert_eq!(app.uses(&admin, &for_one).await, 0);
    let told = admin.get("/api/v1/history?type=user.access_failed").await.expect(200);
    assert_eq!(told["total"], 1, "the admin is told: {told}");
    assert_eq!(told["items"][0]["reason"], "libraries_gone", "{told}");
}

#[actix_web::test]
async fn an_admin_tries_again_what_has_failed() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let code = app.invite(&admin, json!({ "libraries": { "mode": "all" }, "max_uses": 1 })).await;
    app.plex.world(|world| world.config.share_limit = 0);
    let priya = app.invitee("priya");
    priya.join(&app, &code).await;
    app.run_jobs().await;
    assert_eq!(priya.state().await, "failed");

    let invites = admin.get("/api/v1/invites").await.expect(200);
    let invite = invites["items"][0]["id"].as_str().unwrap_or_default().to_owned();
    let tried = admin.get(&format!("/api/v1/invites/{invite}/redemptions")).await.expect(200);
    let tried = &tried["items"][0];
    assert_eq!(tried["retryable"], true, "{tried}");
    let change = tried["change_id"].as_str().unwrap_or_default().to_owned();

    app.plex.world(|world| world.config.share_limit = 100);
    let retry = format!("/api/v1/changes/{change}/retry");
    let again = admin.post(&retry, json!({})).await.expect(202);
    assert_eq!(again["state"], "requested", "{again}");
    app.run_jobs().await;
    // Her token was forgotten when it failed, so this time she accepts Plex's own e-mail.
    let waits = priya.redemption().await;
    assert_eq!(
        (&waits["state"], &waits["reason"]),
        (&json!("invited"), &json!("accept_by_email")),
        "{waits}"
    );
    let share = app.plex.shares_of(priya.account)[0].id;
    assert!(app.plex.world(|world| world.accept_share(priya.account, share)).is_ok());
    app.ctx.db().let_time_pass(Duration::from_secs(61));
    app.run_jobs().await;
    assert_eq!(priya.state().await, "done");
    assert_eq!(app.plex.shares_of(priya.account).len(), 1);
    assert_eq!(app.uses(&admin, &code).await, 1);
    admin.post(&retry, json!({})).await.expect_problem(409, "conflict");
}
