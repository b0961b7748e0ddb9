//! What becomes of the history: exported, cleared, forgotten; and what deleting things leaves of it.

use std::collections::BTreeMap;
use std::time::Duration;

use pum_app::hooks::Hooks;
use pum_app::{Actor, settings};
use pum_domain::event::EventType;
use pum_domain::job::{JobKind, Lane};
use pum_domain::settings::SettingKey;
use pum_domain::{InviteId, Permission};
use pum_store::history::{self, NewEvent};
use pum_store::jobs::{self, NewJob};
use pum_testkit::TestApp;
use pum_testkit::db::{rows, run};
use pum_testkit::test_app::Wishes;
use serde_json::{Value, json};

use crate::dance::events;
use crate::users::enrol;

const HERE: &str = "/api/v1/history";
const DAY: Duration = Duration::from_secs(24 * 3600);

async fn record(app: &TestApp, all: impl IntoIterator<Item = NewEvent>) {
    let tx = app.ctx.db().begin().await.expect("begin");
    for event in all {
        history::append(&tx, event).await.expect("append");
    }
    tx.commit().await.expect("commit");
}

async fn set(app: &TestApp, key: SettingKey, value: &str) {
    let changes = BTreeMap::from([(key, Some(value.to_owned()))]);
    settings::update(&app.ctx, &Actor::system(), &changes, None).await.expect("save a setting");
}

/// Enqueues a job as its schedule does, and does it.
async fn do_job(app: &TestApp, kind: JobKind) {
    let tx = app.ctx.db().begin().await.expect("begin");
    jobs::enqueue(&tx, NewJob::new(kind, Lane::Automatic, json!({}))).await.expect("enqueue");
    tx.commit().await.expect("commit");
    let mut done = app.run_jobs().await;
    // Second looks at what was granted before may be due as well.
    done.retain(|kind| *kind != JobKind::RereadAccess);
    assert_eq!(done, [kind]);
}

#[tokio::test]
async fn an_event_is_shown_with_before_after_actor_and_address() {
    let app = TestApp::start().await;
    app.connect_server().await;
    let admin = app.sign_in_as_admin().await;
    let made = admin.post("/api/v1/invites", json!({"label": "Film", "libraries": {"mode": "all"}})).await;
    let here = format!("/api/v1/invites/{}", made.expect(201)["id"].as_str().unwrap());
    admin.patch(&here, json!({"max_uses": 3})).await.expect(200);
    let listed = admin.get(&format!("{HERE}?type=invite.updated")).await.expect(200)["items"][0].clone();
    let one = admin.get(&format!("{HERE}/{}", listed["id"].as_str().unwrap())).await.expect(200);
    assert_eq!(one, listed);
    assert_eq!((&one["before"]["max_uses"], &one["after"]["max_uses"]), (&Value::Null, &json!(3)));
    assert_eq!((&one["actor"]["name"], &one["address"]), (&json!("admin"), &json!("127.0.0.1")));
    admin.get(&format!("{HERE}/999999")).await.expect_problem(404, "not_found");
    admin.get(&format!("{HERE}/x")).await.expect_problem(404, "not_found");
    app.may_leave_jobs();
}

#[tokio::test]
async fn deleting_a_thing_leaves_its_history_and_its_name() {
    let app = TestApp::start().await;
    app.may_leave_jobs();
    app.connect_server().await;
    let admin = app.sign_in_as_admin().await;
    let anna = app.make_admin("anna", &[Permission::InvitesCreate], |_| {}).await;
    let label = json!({"label": "Film night", "libraries": {"mode": "all"}});
    let made = app.sign_in_as(anna).await.post("/api/v1/invites", label.clone()).await.expect(201);
    let invite: InviteId = made["id"].as_str().unwrap().parse().unwrap();
    let tx = app.ctx.db().begin().await.unwrap();
    let user = enrol(&tx, 7, "Ännä", None).await;
    tx.commit().await.unwrap();
    let granted = Actor::system().event(EventType::UserAccessGranted);
    record(&app, [NewEvent { user_id: Some(user), invite_id: Some(invite), ..granted }]).await;
    let story = async || {
        let page = admin.get(&format!("{HERE}?order=asc&invite_id={invite}")).await.expect(200);
        let items = page["items"].as_array().unwrap().clone();
        items.into_iter().filter(|item| item["type"] != "invite.deleted").collect::<Vec<_>>()
    };
    let before = story().await;
    let told = |at: usize, name: &str| before[at][name].clone();
    assert_eq!(
        (told(0, "actor")["name"].as_str(), told(0, "invite_label").as_str()),
        (Some("anna"), Some("Film night"))
    );
    assert_eq!(
        (told(1, "user_name").as_str(), told(1, "invite_label").as_str()),
        (Some("Ännä"), Some("Film night"))
    );

    admin.delete(&format!("/api/v1/invites/{invite}")).await.expect(204);
    run(app.db.url(), "DELETE FROM invites").await;
    run(app.db.url(), "DELETE FROM users").await;
    run(app.db.url(), "DELETE FROM admins WHERE username = 'anna'").await;
    assert_eq!(story().await, before);
    // Others with the same names are others.
    let namesake = app.make_admin("anna", &[], |_| {}).await;
    admin.post("/api/v1/invites", label).await.expect(201);
    assert_eq!(story().await, before);
    assert_eq!(admin.get(&format!("{HERE}?actor={namesake}")).await.expect(200)["total"], 0);
    let by_old = admin.get(&format!("{HERE}?actor={anna}&type=invite.created")).await.expect(200);
    assert_eq!(by_old["total"], 1);
    let found = admin.get(&format!("{HERE}?q=%C3%A4nn%C3%A4")).await.expect(200);
    assert_eq!(found["items"][0]["type"], "user.access_granted", "the name is searched, too");
}

#[tokio::test]
async fn the_export_holds_everything_that_fits_and_no_formula() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    let actor = |name: String| Actor { name: Some(name), ..Actor::invitee(None, "203.0.113.7") };
    let many = (0..450).map(|at| actor(format!("n{at}")).event(EventType::RedemptionStarted));
    record(&app, many).await;
    let formula = actor("=cmd|' /C calc'!A0".to_owned());
    record(&app, [formula.event(EventType::InviteCreated)]).await;

    let csv = admin.get(&format!("{HERE}/export")).await;
    assert_eq!((csv.status, csv.header("content-type")), (200, "text/csv; charset=utf-8"));
    assert!(csv.header("content-disposition").starts_with("attachment; filename=\"history-"));
    let lines: Vec<&str> = csv.text.split_terminator("\r\n").collect();
    assert_eq!((lines.len(), lines[0].starts_with("id,at,type,")), (452, true));
    assert!(lines[1].contains("'=cmd") && !lines[1].contains(",=cmd"), "{}", lines[1]);

    let whole = admin.get(&format!("{HERE}/export?format=json&type=redemption.started")).await.expect(200);
    let names: Vec<_> = whole.as_array().unwrap().iter().map(|event| &event["actor"]["name"]).collect();
    assert_eq!((names.len(), names[0], names[449]), (450, &json!("n449"), &json!("n0")));
    let none = admin.get(&format!("{HERE}/export?format=json&user_id=nobody")).await.expect(200);
    assert_eq!(none, json!([]));
    for (query, pointer) in [("format=xls", "/format"), ("from=soon", "/from"), ("limit=1", "/limit")] {
        let refused = admin.get(&format!("{HERE}/export?{query}")).await;
        assert_eq!(refused.expect_problem(422, "validation_failed")["errors"][0]["pointer"], pointer);
    }
    app.sign_in_with(&[Permission::HistoryView])
        .await
        .get(&format!("{HERE}/export"))
        .await
        .expect_problem(403, "permission_denied");
}

#[tokio::test]
async fn clearing_spares_the_young_and_keeps_security_for_a_year() {
    let app = TestApp::start().await;
    let library = || Actor::system().event(EventType::LibraryAdded);
    let invite = || Actor::system().event(EventType::InviteCreated);
    let sign_in = || Actor::system().event(EventType::AdminSignedIn);
    record(&app, [library(), invite(), sign_in()]).await;
    app.ctx.db().let_time_pass(DAY * 100);
    record(&app, [library(), invite(), sign_in()]).await;
    app.ctx.db().let_time_pass(DAY * 20);
    let admin = app.sign_in_as_admin().await;
    let clear = async |wish: Value| admin.post(&format!("{HERE}/clear"), wish).await;
    let left = async || {
        (
            events(&app, "library.added").await,
            events(&app, "invite.created").await,
            events(&app, "admin.signed_in").await,
        )
    };

    for (wish, pointer) in [
        (json!({"older_than_days": 29}), "/older_than_days"),
        (json!({"older_than_days": 36_501}), "/older_than_days"),
        (json!({"older_than_days": 90, "types": ["hats.worn"]}), "/types/0"),
        (json!({}), "/older_than_days"),
    ] {
        let problem = clear(wish).await.expect_problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["pointer"], pointer);
    }
    assert_eq!(
        clear(json!({"older_than_days": 200})).await.expect(200),
        json!({"cleared": 0, "job_id": null})
    );
    assert_eq!(events(&app, "history.cleared").await, 0, "nothing was cleared");
    let typed = clear(json!({"older_than_days": 30, "types": ["library.added"]})).await.expect(200);
    assert_eq!((typed["cleared"].as_u64(), left().await), (Some(1), (1, 2, 2)));
    assert_eq!(clear(json!({"older_than_days": 30})).await.expect(200)["cleared"], 1);
    assert_eq!(left().await, (1, 1, 2), "signing in is security; what is twenty days old is young");
    let told = admin.get(&format!("{HERE}?type=history.cleared")).await.expect(200);
    assert_eq!(told["total"], 2);
    let first = &told["items"][1];
    assert_eq!(first["after"], json!({"cleared": 1, "older_than_days": 30, "types": ["library.added"]}));
    assert_eq!((&first["actor"]["name"], &first["address"]), (&json!("admin"), &json!("127.0.0.1")));

    app.ctx.db().let_time_pass(DAY * 250);
    let admin = app.sign_in_as_admin().await;
    let wish = json!({"older_than_days": 30, "types": ["admin.signed_in"]});
    assert_eq!(admin.post(&format!("{HERE}/clear"), wish).await.expect(200)["cleared"], 1, "370 days old");
    assert_eq!(events(&app, "history.cleared").await, 3, "clearing is remembered as well");
}

#[tokio::test]
async fn much_is_cleared_by_a_job_that_may_be_killed() {
    let (hooks, reached) = Hooks::freeze_at("clear.batch");
    let app = TestApp::start_with(Wishes { hooks, ..Wishes::default() }).await;
    record(&app, (0..1_201).map(|_| Actor::system().event(EventType::LibraryAdded))).await;
    app.ctx.db().let_time_pass(DAY * 60);
    let admin = app.sign_in_as_admin().await;
    let answer = admin.post(&format!("{HERE}/clear"), json!({"older_than_days": 30})).await.expect(202);
    assert_eq!(answer["cleared"], Value::Null);
    let worker = app.worker();
    reached.notified().await;
    worker.kill().await;
    assert_eq!(events(&app, "library.added").await, 701, "one batch is gone");
    assert_eq!(events(&app, "history.cleared").await, 0);
    app.ctx.db().let_time_pass(Duration::from_secs(61));
    assert_eq!(app.run_jobs().await, [JobKind::ClearHistory]);
    assert_eq!(events(&app, "library.added").await, 0);
    let told = admin.get(&format!("{HERE}?type=history.cleared")).await.expect(200);
    assert_eq!((&told["total"], &told["items"][0]["after"]["cleared"]), (&json!(1), &json!(1_201)));
    assert_eq!(told["items"][0]["actor"]["name"], "admin");
    let job = admin.get(&format!("/api/v1/jobs/{}", answer["job_id"].as_str().unwrap())).await.expect(200);
    assert_eq!(job["state"], "done");
}

#[tokio::test]
async fn the_history_is_forgotten_as_the_setting_says() {
    let app = TestApp::start().await;
    record(
        &app,
        [EventType::LibraryAdded, EventType::AdminSignedIn].map(|event| Actor::system().event(event)),
    )
    .await;
    app.ctx.db().let_time_pass(DAY * 364);
    do_job(&app, JobKind::ForgetHistory).await;
    assert_eq!(events(&app, "library.added").await, 1, "a year unless somebody says otherwise");
    set(&app, SettingKey::HistoryRetentionDays, "0").await;
    app.ctx.db().let_time_pass(DAY * 2);
    do_job(&app, JobKind::ForgetHistory).await;
    assert_eq!(events(&app, "library.added").await, 1, "0 keeps it for ever");
    set(&app, SettingKey::HistoryRetentionDays, "400").await;
    do_job(&app, JobKind::ForgetHistory).await;
    assert_eq!(events(&app, "library.added").await, 1);
    set(&app, SettingKey::HistoryRetentionDays, "30").await;
    do_job(&app, JobKind::ForgetHistory).await;
    assert_eq!((events(&app, "library.added").await, events(&app, "admin.signed_in").await), (0, 0));
    let told = "SELECT actor_kind AS found FROM history_events WHERE type = 'history.cleared'";
    assert_eq!(rows(app.db.url(), told).await, ["schedule"]);
}

#[tokio::test]
async fn where_an_invitee_came_from_is_forgotten_after_a_while() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let code = app.invite(&admin, json!({"libraries": {"mode": "all"}})).await;
    let person = app.invitee("anna");
    person.join(&app, &code).await;
    app.run_jobs().await;
    assert_eq!(person.state().await, "done");
    let known = async || {
        let of = async |column: &str| {
            let question = format!("SELECT {column} AS found FROM redemptions WHERE {column} IS NOT NULL");
            rows(app.db.url(), &question).await.len()
        };
        (of("address").await, of("user_agent").await, of("plex_email").await)
    };
    let by_invitee = async || {
        let question = "SELECT address AS found FROM history_events WHERE actor_kind = 'invitee' AND address IS NOT NULL";
        rows(app.db.url(), question).await.len()
    };
    let at_first = known().await;
    assert_eq!((at_first.0, at_first.2), (1, 1), "{at_first:?}");
    assert!(by_invitee().await > 0);
    app.ctx.db().let_time_pass(DAY * 89);
    do_job(&app, JobKind::ForgetAddresses).await;
    assert_eq!(known().await, at_first);
    app.ctx.db().let_time_pass(DAY * 2);
    do_job(&app, JobKind::ForgetAddresses).await;
    assert_eq!((known().await, by_invitee().await), ((0, 0, 0), 0));
    let admin = app.sign_in_as_admin().await;
    let story = admin.get(&format!("{HERE}?actor=invitee&q=anna")).await.expect(200);
    assert_ne!(story["total"], 0, "what happened is still told");
    assert_eq!(admin.get(&format!("{HERE}?actor=invitee&q=127.0.0.1")).await.expect(200)["total"], 0);
    let ours = admin.get(&format!("{HERE}?actor=admin&q=127.0.0.1")).await.expect(200);
    assert_ne!(ours["total"], 0, "an admin's address is no invitee's");
    app.may_leave_jobs();
}
