//! Access ends when it says so, and stays visible until Plex agrees.

use std::time::Duration;

use pum_domain::job::{JobKind, Lane};
use pum_store::jobs::{self, NewJob};
use pum_testkit::TestApp;
use pum_testkit::fake_plex::Fault;
use serde_json::{Value, json};

use super::{events, invited, member, writes};

/// What the clock asks for every minute.
async fn the_minute_strikes(app: &TestApp) {
    let tx = app.ctx.db().begin().await.unwrap();
    jobs::enqueue(&tx, NewJob::new(JobKind::JudgeExpiries, Lane::Automatic, json!({}))).await.unwrap();
    tx.commit().await.unwrap();
    app.run_jobs().await;
}

async fn in_seconds(app: &TestApp, seconds: i64) -> String {
    app.ctx.db().now().await.unwrap().plus(seconds * 1_000).to_rfc3339()
}

#[actix_web::test]
async fn it_ends_at_the_very_moment_and_never_only_in_pum() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    let end = in_seconds(&app, 3_600).await;
    let shown = admin.patch(&priya.at(""), json!({ "access_expires_at": end })).await.expect(200);
    assert_eq!(shown["access_expires_at"], end);
    let soon = admin.get("/api/v1/users?expiring_days=1").await.expect(200);
    assert_eq!(soon["total"], 1);
    let stats = admin.get("/api/v1/stats").await.expect(200);
    assert_eq!(
        (&stats["expiring"]["total"], &stats["expiring"]["items"][0]["username"]),
        (&json!(1), &json!("priya"))
    );
    the_minute_strikes(&app).await;
    assert_eq!(priya.state(&admin).await, "active");

    // A minute before, the clock is set for the very moment.
    app.ctx.db().let_time_pass(Duration::from_secs(3_540));
    the_minute_strikes(&app).await;
    assert_eq!(priya.look(&admin).await["pending_change"], Value::Null);
    app.plex.fault(Fault::status(503).on("*").times(3));
    app.ctx.db().let_time_pass(Duration::from_secs(61));
    app.run_jobs().await;
    let trying = priya.look(&admin).await;
    assert_eq!(
        (&trying["state"], &trying["pending_change"]["cause"]),
        (&json!("active"), &json!("expiry")),
        "{trying}"
    );
    let worker = app.worker();
    app.until_in_time("it has ended", || async { priya.state(&admin).await == "removed" }).await;
    worker.stop().await;
    the_minute_strikes(&app).await;
    assert!(priya.titles(&app).is_empty());
    assert_eq!(priya.look(&admin).await["removed_reason"], "expired");
    for what in ["user.access_expired", "user.access_revoked", "user.removed"] {
        assert_eq!(events(&admin, what).await, 1, "{what}");
    }
    assert_eq!(admin.get("/api/v1/stats").await.expect(200)["expiring"]["total"], 0);

    admin.post(&priya.at("/restore"), Value::Null).await.expect_problem(422, "access_expired");
    admin.patch(&priya.at(""), json!({ "access_expires_at": null })).await.expect(200);
    admin.post(&priya.at("/restore"), Value::Null).await.expect(202);
    app.run_jobs().await;
    assert_eq!(
        (priya.state(&admin).await.as_str(), priya.titles(&app)),
        ("active", vec!["Movies".to_owned()])
    );
    the_minute_strikes(&app).await;
    assert_eq!(priya.state(&admin).await, "active");
}

#[actix_web::test]
async fn put_off_in_time_it_does_not_end() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    let near = in_seconds(&app, 30).await;
    admin.patch(&priya.at(""), json!({ "access_expires_at": near })).await.expect(200);
    let later = in_seconds(&app, 3_600).await;
    admin.patch(&priya.at(""), json!({ "access_expires_at": later })).await.expect(200);
    app.ctx.db().let_time_pass(Duration::from_secs(31));
    app.run_jobs().await;
    assert!(app.plex.calls().is_empty(), "judged again, it is not due");

    // Put off while Plex does not answer: what was under way is turned round.
    let down = app.plex.fault(Fault::status(503).on("*"));
    app.ctx.db().let_time_pass(Duration::from_secs(3_600));
    the_minute_strikes(&app).await;
    assert_eq!(priya.look(&admin).await["pending_change"]["cause"], "expiry");
    let turned = admin.patch(&priya.at(""), json!({ "access_expires_at": null })).await.expect(202);
    assert_eq!(
        (&turned["libraries"]["mode"], &turned["pending_change"]["becomes"]),
        (&json!("some"), &Value::Null)
    );
    app.plex.lift(down);
    let worker = app.worker();
    app.until_in_time("all is quiet", || async { priya.look(&admin).await["pending_change"].is_null() })
        .await;
    worker.stop().await;
    app.ctx.db().let_time_pass(Duration::from_secs(3_600));
    app.run_jobs().await;
    assert_eq!(
        (priya.state(&admin).await.as_str(), priya.titles(&app)),
        ("active", vec!["Movies".to_owned()])
    );
}

#[actix_web::test]
async fn what_plex_refuses_stays_visible_and_is_tried_again() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    let end = in_seconds(&app, 30).await;
    admin.patch(&priya.at(""), json!({ "access_expires_at": end })).await.expect(200);
    let refusal = app.plex.fault(Fault::status(403).on("remove_share"));
    app.ctx.db().let_time_pass(Duration::from_secs(31));
    app.run_jobs().await;
    let failed = priya.look(&admin).await;
    assert_eq!(
        (&failed["state"], &failed["pending_change"]["state"]),
        (&json!("active"), &json!("failed")),
        "{failed}"
    );
    assert_eq!(priya.titles(&app), ["Movies"]);
    let stats = admin.get("/api/v1/stats").await.expect(200);
    assert_eq!(stats["attention"][0]["kind"], "change_failed", "{stats}");
    the_minute_strikes(&app).await;
    assert_eq!(priya.look(&admin).await["pending_change"]["state"], "failed", "it rests for a while");

    // By hand, then by itself an hour later.
    let id = failed["pending_change"]["id"].as_str().unwrap();
    admin.post(&format!("/api/v1/changes/{id}/retry"), json!({})).await.expect(202);
    app.run_jobs().await;
    assert_eq!(priya.look(&admin).await["pending_change"]["state"], "failed");
    app.plex.lift(refusal);
    app.ctx.db().let_time_pass(Duration::from_secs(3_601));
    the_minute_strikes(&app).await;
    assert_eq!(priya.state(&admin).await, "removed");
    assert!(priya.titles(&app).is_empty());
    assert_eq!(events(&admin, "user.access_expired").await, 1);
    assert_eq!(events(&admin, "user.removed").await, 1);
}

#[actix_web::test]
async fn an_end_that_passes_while_the_invitation_waits_withdraws_it() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let (sam, invitee, code) = invited(&app, &admin, "sam").await;
    let end = in_seconds(&app, 30).await;
    admin.patch(&sam.at(""), json!({ "access_expires_at": end })).await.expect(200);
    app.ctx.db().let_time_pass(Duration::from_secs(31));
    app.run_jobs().await;
    let gone = sam.look(&admin).await;
    assert_eq!(
        (&gone["state"], &gone["removed_reason"]),
        (&json!("removed"), &json!("invitation_gone")),
        "{gone}"
    );
    assert!(app.plex.shares_of(sam.account).is_empty());
    assert_eq!((invitee.state().await.as_str(), app.uses(&admin, &code).await), ("failed", 0));
    app.ctx.db().let_time_pass(Duration::from_secs(3_700));
    app.run_jobs().await;
}

#[actix_web::test]
async fn it_ends_once_they_have_left_the_home() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    let owner = app.plex.owner();
    let end = in_seconds(&app, 30).await;
    admin.patch(&priya.at(""), json!({ "access_expires_at": end })).await.expect(200);
    app.plex.world(|world| world.add_to_home(owner, priya.account));
    app.ctx.db().let_time_pass(Duration::from_secs(31));
    app.run_jobs().await;
    let refused = priya.look(&admin).await;
    assert_eq!(
        (&refused["pending_change"]["reason"], &refused["home"]),
        (&json!("home_member"), &json!(true))
    );
    app.minutes_pass(61);
    app.plex.clear_calls();
    the_minute_strikes(&app).await;
    assert!(app.plex.calls().is_empty(), "nobody asks again while they are there");

    app.plex.world(|world| world.relations.homes.clear());
    app.sync(&admin).await;
    the_minute_strikes(&app).await;
    let gone = priya.look(&admin).await;
    assert_eq!((&gone["state"], &gone["removed_reason"]), (&json!("removed"), &json!("expired")), "{gone}");
    assert!(priya.titles(&app).is_empty());
    assert_eq!((&gone["libraries"], &gone["kept"]["libraries"]["mode"]), (&Value::Null, &json!("some")));
}

#[actix_web::test]
async fn it_does_not_end_while_the_clock_is_in_doubt() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    let end = in_seconds(&app, 600).await;
    admin.patch(&priya.at(""), json!({ "access_expires_at": end })).await.expect(200);
    the_minute_strikes(&app).await;
    // Somebody sets the database's clock ahead, past the end.
    app.ctx.db().let_clock_jump(20 * 60_000);
    for _ in 0..2 {
        the_minute_strikes(&app).await;
        let user = priya.look(&admin).await;
        assert_eq!((&user["state"], &user["pending_change"]), (&json!("active"), &Value::Null), "{user}");
    }
    assert_eq!(priya.titles(&app), ["Movies"]);
    let stats = admin.get("/api/v1/stats").await.expect(200);
    assert!(stats["attention"].to_string().contains("clock_doubted"), "{stats}");
    admin.post("/api/v1/settings/clock/confirm", Value::Null).await.expect(204);
    the_minute_strikes(&app).await;
    assert_eq!(priya.state(&admin).await, "removed");
    assert!(priya.titles(&app).is_empty());
}

#[actix_web::test]
async fn it_ends_before_what_was_edited_since() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    let mut others = Vec::new();
    for name in ["sam", "noor"] {
        others.push(member(&app, &admin, name, &["Movies"]).await);
    }
    let end = in_seconds(&app, 30).await;
    admin.patch(&priya.at(""), json!({ "access_expires_at": end })).await.expect(200);
    // Nobody works for a while.
    app.ctx.db().let_time_pass(Duration::from_secs(60));
    for other in &others {
        let all = json!({ "libraries": { "mode": "all" } });
        admin.patch(&other.at(""), all).await.expect(202);
    }
    app.plex.clear_calls();
    app.run_jobs().await;
    let writes = writes(&app);
    assert!(writes[0].starts_with("remove_share"), "{writes:?}");
    assert_eq!(writes.len(), 3, "{writes:?}");
}

#[actix_web::test]
async fn a_day_ends_at_midnight_of_the_time_zone() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    admin.patch("/api/v1/settings", json!({ "time_zone": "Europe/Berlin" })).await.expect(200);
    let day = json!({ "access_expires_on": "2099-07-01" });
    let shown = admin.patch(&priya.at(""), day).await.expect(200);
    assert_eq!(shown["access_expires_at"], "2099-07-01T22:00:00.000Z");
    let both = json!({ "access_expires_on": "2099-07-01", "access_expires_at": "2099-07-01T00:00:00Z" });
    admin.patch(&priya.at(""), both).await.expect_problem(422, "validation_failed");
}
