//! The way as it should be.

use pum_testkit::TestApp;
use pum_testkit::fake_plex::Shared;
use serde_json::json;

#[actix_web::test]
async fn an_invitee_has_exactly_the_chosen_libraries_a_minute_later() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let chosen = app.library_ids(&admin, &["Movies"]).await;
    let wishes = json!({
        "label": "Family", "max_uses": 1, "membership_days": 30, "allow_downloads": true,
        "libraries": { "mode": "some", "ids": chosen },
    });
    let code = app.invite(&admin, wishes).await;

    let page = app.browser().get(&format!("/api/v1/public/invites/{code}")).await.expect(200);
    assert_eq!(page["status"], "active");
    assert_eq!(page["libraries"], json!([{ "title": "Movies", "kind": "movie" }]));

    let priya = app.invitee("priya");
    let ready = priya.arrive(&app, &code).await;
    assert_eq!(ready["state"], "ready");
    assert_eq!(ready["plex"]["username"], "priya");
    let accepted = priya.accept(&ready).await.expect(202);
    assert_eq!(accepted["state"], "seat_taken");
    app.run_jobs().await;

    let done = priya.redemption().await;
    assert_eq!(done["state"], "done", "{done}");
    assert!(done["access_expires_at"].is_string(), "{done}");
    assert!(done["steps"].as_array().unwrap().iter().all(|step| step["state"] == "done"), "{done}");
    let shares = app.plex.shares_of(priya.account);
    assert_eq!(shares.len(), 1);
    assert!(shares[0].accepted_at.is_some());
    assert_eq!(app.plex.titles(&shares[0]), ["Movies"]);
    assert_eq!(app.uses(&admin, &code).await, 1);
    for told in ["user.enrolled", "user.access_granted"] {
        let events = admin.get(&format!("/api/v1/history?type={told}")).await.expect(200);
        assert_eq!(events["items"][0]["subject"]["name"], "priya", "{events}");
    }

    // The link is used up for others, and still leads its own person to what they got.
    app.browser().get(&format!("/api/v1/public/invites/{code}")).await.expect_problem(410, "invite_used_up");
    let own = priya.browser.get(&format!("/api/v1/public/redemptions/current?code={code}")).await.expect(200);
    assert_eq!(own["state"], "done");
}

#[actix_web::test]
async fn whoever_is_told_an_end_is_told_in_which_zone_its_day_ends() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    admin.patch("/api/v1/settings", json!({ "time_zone": "Pacific/Auckland" })).await.expect(200);
    let code = app.invite(&admin, json!({ "libraries": { "mode": "all" } })).await;
    let noor = app.invitee("noor");
    let told = [
        admin.get("/api/v1/session").await.expect(200),
        app.browser().get(&format!("/api/v1/public/invites/{code}")).await.expect(200),
        noor.arrive(&app, &code).await,
    ];
    for answer in told {
        assert_eq!(answer["time_zone"], "Pacific/Auckland", "{answer}");
    }
}

#[actix_web::test]
async fn all_libraries_is_an_intent_that_plex_itself_keeps() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let code = app.invite(&admin, json!({ "libraries": { "mode": "all" } })).await;
    let noor = app.invitee("noor");
    noor.join(&app, &code).await;
    app.run_jobs().await;
    assert_eq!(noor.state().await, "done");
    let shares = app.plex.shares_of(noor.account);
    assert!(matches!(shares[0].shared, Shared::All), "{shares:?}");
}

#[actix_web::test]
async fn the_invitees_token_is_signed_out_and_forgotten() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let code = app.invite(&admin, json!({ "libraries": { "mode": "all" } })).await;
    let sam = app.invitee("sam");
    sam.join(&app, &code).await;
    app.run_jobs().await;
    assert_eq!(sam.state().await, "done");
    assert_eq!(app.plex.calls_of("sign_out").len(), 1);
    let kept = "SELECT id AS found FROM redemptions WHERE token_sealed IS NOT NULL";
    let kept = pum_testkit::db::rows(app.db.url(), kept).await;
    assert!(kept.is_empty(), "{kept:?}");
}

#[actix_web::test]
async fn somebody_who_has_access_spends_no_use() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let code = app.invite(&admin, json!({ "libraries": { "mode": "all" }, "max_uses": 1 })).await;
    let old = app.invitee("old-friend");
    app.plex.share(old.account, &["Movies"], true);
    old.join(&app, &code).await;
    app.run_jobs().await;
    assert_eq!(old.state().await, "already_member");
    assert_eq!(app.uses(&admin, &code).await, 0);
    let shares = app.plex.shares_of(old.account);
    assert_eq!(app.plex.titles(&shares[0]), ["Movies"], "what they had is left as it was");
    assert!(app.plex.writes_about(old.account).is_empty());
}

#[actix_web::test]
async fn an_invitation_that_waits_already_is_mended_and_accepted() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let chosen = app.library_ids(&admin, &["Movies"]).await;
    let code = app.invite(&admin, json!({ "libraries": { "mode": "some", "ids": chosen } })).await;
    let kim = app.invitee("kim");
    app.plex.share(kim.account, &["TV Shows"], false);
    kim.join(&app, &code).await;
    app.run_jobs().await;
    assert_eq!(kim.state().await, "done");
    let shares = app.plex.shares_of(kim.account);
    assert_eq!(shares.len(), 1);
    assert_eq!(app.plex.titles(&shares[0]), ["Movies"]);
}

#[actix_web::test]
async fn what_happens_to_a_person_is_told_with_their_name() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let code = app.invite(&admin, json!({ "libraries": { "mode": "all" } })).await;
    let priya = app.invitee("priya");
    priya.join(&app, &code).await;
    app.run_jobs().await;
    let history = admin.get("/api/v1/history?limit=200").await.expect(200);
    let dashboard = admin.get("/api/v1/stats").await.expect(200);
    for rows in [&history["items"], &dashboard["recent"]] {
        let hers: Vec<_> =
            rows.as_array().unwrap().iter().filter(|event| event["user_id"].is_string()).collect();
        let types: Vec<_> = hers.iter().filter_map(|event| event["type"].as_str()).collect();
        for kind in ["user.enrolled", "user.access_granted", "redemption.accepted", "redemption.completed"] {
            assert!(types.contains(&kind), "{types:?}");
        }
        for event in hers {
            assert_eq!(event["subject"]["name"], "priya", "{event}");
        }
    }
}
