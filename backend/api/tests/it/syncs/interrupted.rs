//! One sync at a time, whoever asks, and whatever happens to its worker.

use std::time::Duration;

use pum_app::hooks::Hooks;
use pum_testkit::TestApp;
use pum_testkit::test_app::Wishes;
use serde_json::{Value, json};

/// Every point at which a test can stop a sync.
const LINES: &[&str] = &["sync.begun", "sync.read", "sync.batch", "sync.recorded", "sync.removed"];

#[actix_web::test]
async fn asking_twice_joins_the_one_that_is_under_way() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    admin.post("/api/v1/users/sync", Value::Null).await.expect_problem(409, "plex_not_connected");
    app.connect_server().await;
    let first = admin.post("/api/v1/users/sync", Value::Null).await.expect(202);
    let second = admin.post("/api/v1/users/sync", Value::Null).await.expect(202);
    assert_eq!(first["sync_id"], second["sync_id"]);
    let done = app.sync_ends(&admin, first["sync_id"].as_str().unwrap()).await;
    assert_eq!(done["state"], "done", "{done}");
    let third = app.sync(&admin).await;
    assert_ne!(third["sync_id"], first["sync_id"]);
    assert_eq!(admin.get("/api/v1/users/syncs").await.expect(200)["total"], 2);
    let stranger = pum_app::random::id::<pum_domain::SyncId>();
    admin.get(&format!("/api/v1/users/syncs/{stranger}")).await.expect_problem(404, "not_found");
}

#[actix_web::test]
async fn two_processes_that_ask_at_once_are_given_one_sync() {
    let app = TestApp::start().await;
    app.connect_server().await;
    let asked = (0..6).map(|_| {
        let ctx = app.ctx.clone();
        tokio::spawn(async move {
            pum_app::sync::request(&ctx, &pum_app::Actor::schedule()).await.map(|sync| sync.id)
        })
    });
    let mut ids = Vec::new();
    for one in asked.collect::<Vec<_>>() {
        ids.push(one.await.unwrap().unwrap());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1, "{ids:?}");
    app.run_jobs().await;
}

#[actix_web::test]
async fn killed_at_each_line_it_is_finished_by_the_next_worker() {
    for line in LINES {
        let (hooks, reached) = Hooks::freeze_at(*line);
        let app = TestApp::start_with(Wishes { hooks, ..Wishes::default() }).await;
        let admin = app.sign_in_as_admin().await;
        let leaver = app.plex.add_member("leaver", &["Movies"]);
        let names = ["mia", "sam", "noor", "tobi"];
        names.iter().for_each(|name| {
            app.plex.add_member(name, &["Movies"]);
        });
        app.connect_server().await;
        let _ = leaver;
        let asked = admin.post("/api/v1/users/sync", Value::Null).await.expect(202);
        let doomed = app.worker();
        tokio::time::timeout(Duration::from_secs(30), reached.notified()).await.expect(line);
        doomed.kill().await;

        app.ctx.db().let_time_pass(Duration::from_secs(61));
        let done = app.sync_ends(&admin, asked["sync_id"].as_str().unwrap()).await;
        assert_eq!((&done["state"], &done["added"]), (&json!("done"), &json!(5)), "{line}: {done}");
        let told = admin.get("/api/v1/history?type=user.added").await.expect(200);
        assert_eq!(told["total"], 5, "{line}: no double events");
        assert_eq!(app.found(&admin, &done).await.len(), 5, "{line}: nobody twice");
    }
}

#[actix_web::test]
async fn the_clock_asks_by_the_setting() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let run = async || {
        let info = pum_app::outcome::JobInfo { id: i64::MAX, attempt: 1, max_attempts: 3 };
        pum_app::jobs::run(&app.ctx, pum_domain::job::JobKind::SyncUsers, &json!({}), &info).await;
        app.run_jobs().await;
    };
    run().await;
    let total = async || admin.get("/api/v1/users/syncs").await.expect(200)["total"].as_i64();
    assert_eq!(total().await, Some(2), "the one of the wizard, and this one");
    run().await;
    assert_eq!(total().await, Some(2), "an hour has not gone by");
    app.minutes_pass(60);
    run().await;
    assert_eq!(total().await, Some(3));
    admin.patch("/api/v1/settings", json!({ "sync_every_hours": "0" })).await.expect(200);
    app.minutes_pass(600);
    run().await;
    assert_eq!(total().await, Some(3), "never by the clock");
}
