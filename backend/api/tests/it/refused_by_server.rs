//! The server takes the owner's token no longer, though plex.tv does: that is about the server alone.

use pum_app::jobs;
use pum_app::libraries;
use pum_app::outcome::{JobInfo, Outcome};
use pum_domain::job::JobKind;
use pum_testkit::TestApp;
use pum_testkit::fake_plex::{Fault, PlaySession};
use serde_json::{Value, json};

use crate::dance::events;
use crate::users::member;

const INFO: JobInfo = JobInfo { id: 1, attempt: 1, max_attempts: 8 };

async fn auth_state(admin: &pum_testkit::Browser) -> Value {
    admin.get("/api/v1/settings/plex").await.expect(200)["auth_state"].take()
}

#[actix_web::test]
async fn sharing_goes_on_while_the_server_refuses() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    let mut watcher = app.watcher();
    watcher.turn().await;
    app.plex.play(PlaySession::movie(priya.account, "Tidewater"));
    app.watch_on(&mut watcher, 2).await;
    let stream = admin.get("/api/v1/streams").await.expect(200)["items"][0]["id"].clone();
    app.plex.world(|world| world.config.servers_refuse_tokens = true);

    app.watch_on(&mut watcher, 10).await;
    let watching = admin.get("/api/v1/streams").await.expect(200)["watching"].clone();
    assert_eq!(
        (&watching["state"], &watching["reason"]),
        (&json!("stopped"), &json!("plex_server_refuses_token")),
        "{watching}"
    );
    let refresh = jobs::run(&app.ctx, JobKind::RefreshLibraries, &json!({}), &INFO).await;
    let Outcome::Again { error, .. } = &refresh else { panic!("{refresh:?}") };
    assert!(error.contains("the server does not accept the owner's token"), "{error}");
    libraries::refresh(&app.ctx).await.expect_err("the server says no");
    let import = jobs::run(&app.ctx, JobKind::ImportPlayHistory, &json!({}), &INFO).await;
    assert!(!matches!(import, Outcome::Blocked { .. }), "{import:?}");
    let stop = format!("/api/v1/streams/{}/stop", stream.as_str().expect("an id"));
    admin.post(&stop, json!({})).await.expect(202);
    app.run_jobs().await;
    let question = "SELECT reason AS found FROM history_events WHERE type = 'stream.stop_failed'";
    assert_eq!(pum_testkit::db::rows(app.db.url(), question).await, ["plex_server_refuses_token"]);

    assert_eq!(auth_state(&admin).await, "ok");
    assert_eq!(events(&app, "server.auth_lost").await, 0);
    let kids = app.library_ids(&admin, &["Kids"]).await;
    admin.patch(&priya.at(""), json!({ "libraries": { "mode": "some", "ids": kids } })).await.expect(202);
    app.run_jobs().await;
    assert_eq!(priya.titles(&app), ["Kids"]);

    // The page about the server says so.
    app.minutes_pass(1);
    admin.post("/api/v1/jobs/schedules/check_server/run", Value::Null).await.expect(202);
    app.run_jobs().await;
    let shown = admin.get("/api/v1/settings/plex").await.expect(200);
    assert_eq!(
        (&shown["problem"], &shown["auth_state"]),
        (&json!("plex_server_refuses_token"), &json!("ok")),
        "{shown}"
    );
    let stats = admin.get("/api/v1/stats").await.expect(200);
    assert!(stats["attention"].to_string().contains("does not accept the owner's token"), "{stats}");
    app.may_leave_jobs();
}

#[actix_web::test]
async fn a_token_that_plex_tv_refuses_as_well_is_dead() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    app.plex.revoke_tokens(app.plex.owner());
    let refresh = jobs::run(&app.ctx, JobKind::RefreshLibraries, &json!({}), &INFO).await;
    assert_eq!(refresh, Outcome::Blocked { on: "plex_auth" });
    assert_eq!((auth_state(&admin).await, events(&app, "server.auth_lost").await), (json!("dead"), 1));
    app.may_leave_jobs();
}

#[actix_web::test]
async fn while_plex_tv_does_not_say_nothing_is_dead() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    app.plex.world(|world| world.config.servers_refuse_tokens = true);
    app.plex.fault(Fault::status(503).on("get_account"));
    let refresh = jobs::run(&app.ctx, JobKind::RefreshLibraries, &json!({}), &INFO).await;
    assert!(matches!(refresh, Outcome::Again { .. }), "{refresh:?}");
    assert_eq!((auth_state(&admin).await, events(&app, "server.auth_lost").await), (json!("ok"), 0));
    app.may_leave_jobs();
}
