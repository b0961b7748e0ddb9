//! Stopping a stream.

use pum_domain::Permission;
use pum_domain::stream::StreamEnd;
use pum_testkit::fake_plex::{Fault, PlaySession};
use pum_testkit::{Browser, TestApp};
use serde_json::{Value, json};

use super::app_with;

async fn events(app: &TestApp) -> Vec<String> {
    let question = "SELECT type AS found FROM history_events WHERE type LIKE 'stream.%' ORDER BY id";
    pum_testkit::db::rows(app.db.url(), question).await
}

async fn path(admin: &Browser) -> String {
    let now = admin.get("/api/v1/streams").await.expect(200);
    format!("/api/v1/streams/{}/stop", now["items"][0]["id"].as_str().expect("an id"))
}

#[tokio::test]
async fn the_viewer_is_told_why_and_the_row_says_who_stopped_it() {
    let (app, priya) = app_with("priya").await;
    let admin = app.sign_in_as_admin().await;
    let mut watcher = app.watcher();
    app.plex.play(PlaySession::movie(priya, "Tidewater"));
    watcher.turn().await;
    let path = path(&admin).await;
    let long = json!({ "message": "x".repeat(201) });
    admin.post(&path, long).await.expect_problem(422, "validation_failed");
    app.sign_in_with(&[Permission::StreamsView]).await.post(&path, json!({})).await.expect(403);
    for _ in 0..2 {
        let answer = admin.post(&path, json!({ "message": "Bedtime." })).await.expect(202);
        assert!(answer["stop_requested_at"].is_string());
    }
    assert_eq!(app.run_jobs().await.len(), 1, "asked twice, done once");
    let calls = app.plex.calls_of("pms_terminate");
    assert_eq!(calls.len(), 1);
    assert!(app.plex.sessions().is_empty());
    app.watch_on(&mut watcher, 2).await;
    let [row] = &app.played().await[..] else { panic!("one row") };
    assert_eq!(
        (row.end_reason, row.stop_message.as_deref()),
        (Some(StreamEnd::StoppedByAdmin), Some("Bedtime."))
    );
    assert_eq!(events(&app).await, ["stream.stop_requested", "stream.stopped"]);
    admin.post(&path, json!({})).await.expect_problem(409, "stream_ended");
    let nothing = "/api/v1/streams/999999/stop";
    admin.post(nothing, json!({})).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn without_a_plex_pass_or_a_session_id_it_says_why_not() {
    let (app, priya) = app_with("priya").await;
    let admin = app.sign_in_as_admin().await;
    app.plex.play(PlaySession::track(priya, "A Band", "A Song"));
    let mut watcher = app.watcher();
    watcher.turn().await;
    let now = admin.get("/api/v1/streams").await.expect(200);
    let card = &now["items"][0];
    assert_eq!(
        (card["can_stop"].as_bool(), card["cannot_stop_reason"].as_str()),
        (Some(false), Some("no_session_id"))
    );
    admin.post(&path(&admin).await, json!({})).await.expect_problem(409, "no_session_id");

    app.plex.set_plex_pass(app.plex.owner(), false);
    drop(watcher);
    app.seconds_pass(60);
    let mut watcher = app.watcher();
    watcher.turn().await;
    let now = admin.get("/api/v1/streams").await.expect(200);
    assert_eq!(now["items"][0]["cannot_stop_reason"], "plex_pass_missing");
    admin.post(&path(&admin).await, json!({})).await.expect_problem(409, "plex_pass_missing");
    assert!(events(&app).await.is_empty());
    assert!(app.plex.calls_of("pms_terminate").is_empty());
}

#[tokio::test]
async fn a_plex_pass_that_is_lost_meanwhile_is_found_out_once() {
    let (app, priya) = app_with("priya").await;
    let admin = app.sign_in_as_admin().await;
    let mut watcher = app.watcher();
    app.plex.play(PlaySession::movie(priya, "Tidewater"));
    watcher.turn().await;
    app.plex.set_plex_pass(app.plex.owner(), false);
    let path = path(&admin).await;
    admin.post(&path, json!({})).await.expect(202);
    app.run_jobs().await;
    assert_eq!(events(&app).await, ["stream.stop_requested", "stream.stop_failed"]);
    let now = admin.get("/api/v1/streams").await.expect(200);
    assert_eq!(now["items"][0]["cannot_stop_reason"], "plex_pass_missing");
    assert_eq!(now["items"][0]["stop_requested_at"], Value::Null);
    let calls = app.plex.calls_of("pms_terminate").len();
    app.watch_on(&mut watcher, 5).await;
    assert!(app.run_jobs().await.is_empty());
    assert_eq!(app.plex.calls_of("pms_terminate").len(), calls, "nobody tries for ever");
}

#[tokio::test]
async fn a_server_that_refuses_is_asked_once_and_said_to_refuse() {
    let (app, priya) = app_with("priya").await;
    let admin = app.sign_in_as_admin().await;
    app.plex.play(PlaySession::movie(priya, "Tidewater"));
    app.watcher().turn().await;
    app.plex.fault(Fault::status(403).on("pms_terminate"));
    admin.post(&path(&admin).await, json!({})).await.expect(202);
    app.run_jobs().await;
    let question = "SELECT reason AS found FROM history_events WHERE type = 'stream.stop_failed'";
    assert_eq!(pum_testkit::db::rows(app.db.url(), question).await, ["plex_forbidden"]);
    assert_eq!(app.plex.calls_of("pms_terminate").len(), 1);
    let now = admin.get("/api/v1/streams").await.expect(200);
    assert_eq!(now["items"][0]["stop_requested_at"], Value::Null, "it may be tried again");
}

#[tokio::test]
async fn whatever_a_server_says_when_it_has_stopped_it_is_done() {
    let (app, priya) = app_with("priya").await;
    let admin = app.sign_in_as_admin().await;
    app.plex.play(PlaySession::movie(priya, "Tidewater"));
    app.watcher().turn().await;
    app.plex.fault(Fault::Html.on("pms_terminate"));
    admin.send(reqwest::Method::POST, &path(&admin).await, None).await.expect(202);
    app.run_jobs().await;
    assert_eq!(app.plex.calls_of("pms_terminate").len(), 1);
    assert_eq!(events(&app).await, ["stream.stop_requested", "stream.stopped"]);
}

#[tokio::test]
async fn a_player_that_takes_no_notice_can_be_stopped_again() {
    let (app, priya) = app_with("priya").await;
    let admin = app.sign_in_as_admin().await;
    let mut watcher = app.watcher();
    app.plex.play(PlaySession { ignores_stop: true, ..PlaySession::movie(priya, "Tidewater") });
    watcher.turn().await;
    let path = path(&admin).await;
    admin.post(&path, json!({})).await.expect(202);
    app.run_jobs().await;
    app.watch_on(&mut watcher, 3).await;
    let now = admin.get("/api/v1/streams").await.expect(200);
    assert_eq!(now["items"][0]["stop_requested_at"], Value::Null);
    assert_eq!(events(&app).await, ["stream.stop_requested", "stream.stopped", "stream.stop_failed"]);
    admin.post(&path, json!({})).await.expect(202);
    app.run_jobs().await;
}

#[tokio::test]
async fn it_is_stopped_when_the_worker_died_on_its_way() {
    let (hooks, reached) = pum_app::hooks::Hooks::freeze_at("stop_stream.before_call");
    let wishes = pum_testkit::test_app::Wishes { hooks, ..Default::default() };
    let app = TestApp::start_with(wishes).await;
    app.connect_server().await;
    let priya = app.plex.add_member("priya", &["Movies"]);
    let admin = app.sign_in_as_admin().await;
    let mut watcher = app.watcher();
    app.plex.play(PlaySession::movie(priya, "Tidewater"));
    watcher.turn().await;
    admin.post(&path(&admin).await, json!({})).await.expect(202);
    let worker = app.worker();
    reached.notified().await;
    worker.kill().await;
    app.seconds_pass(120);
    app.run_jobs().await;
    assert_eq!(app.plex.calls_of("pms_terminate").len(), 1);
    assert!(app.plex.sessions().is_empty());
}
