//! What a person at a terminal asks for: the answer, as words or as JSON, and the exit code.

use pum_domain::job::{JobKind, Lane};
use pum_store::Reads as _;
use pum_store::jobs::{self, NewJob};
use pum_testkit::TestApp;
use pum_testkit::db::run as run_sql;
use pum_testkit::fake_plex::Fault;
use pum_testkit::test_app::SECRET_KEY;
use serde_json::{Value, json};

use crate::interrupted::{ended, process};
use crate::process::{pum, run};

/// A command on the story's database: its exit code and what it said.
async fn told(app: &TestApp, words: &[&str]) -> (Option<i32>, String) {
    typed(app, words, "").await
}

/// The same, with something on its standard input.
async fn typed(app: &TestApp, words: &[&str], input: &str) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let on_input = folder.path().join("input");
    std::fs::write(&on_input, input).expect("an input");
    let mut command = pum(folder.path());
    command.args(words).env("DATABASE_URL", app.db.url()).env("SECRET_KEY", SECRET_KEY);
    command.stdin(std::fs::File::open(&on_input).expect("an input"));
    tokio::task::spawn_blocking(move || run(&mut command)).await.expect("it runs")
}

/// A command that does what it is asked, and answers in JSON.
async fn json_of(app: &TestApp, words: &[&str]) -> Value {
    let (code, said) = told(app, &[words, &["--json"]].concat()).await;
    assert_eq!(code, Some(0), "{words:?}: {said}");
    serde_json::from_str(&said).unwrap_or_else(|error| panic!("{words:?}: {error}: {said}"))
}

/// A command that is refused with this code; what it says about it.
async fn refused(app: &TestApp, code: i32, words: &[&str]) -> String {
    let (found, said) = told(app, words).await;
    assert_eq!(found, Some(code), "{words:?}: {said}");
    said
}

#[tokio::test]
async fn jobs_are_listed_run_and_tried_again() {
    let app = TestApp::start().await;
    app.set_up().await;
    let schedules = json_of(&app, &["jobs", "list", "--schedules"]).await;
    let names: Vec<_> = schedules.as_array().expect("rows").iter().map(|row| row["name"].clone()).collect();
    assert!(names.contains(&json!("housekeeping")), "{names:?}");
    let (code, said) = told(&app, &["jobs", "list", "--schedules"]).await;
    assert_eq!(code, Some(0));
    assert!(said.lines().any(|line| line.starts_with("housekeeping") && line.contains("next")), "{said}");

    let first = json_of(&app, &["jobs", "run", "housekeeping"]).await;
    assert_eq!((&first["kind"], &first["state"]), (&json!("housekeeping"), &json!("queued")), "{first}");
    let again = json_of(&app, &["jobs", "run", "housekeeping"]).await;
    assert_eq!(again["id"], first["id"], "a run that waits is joined");
    app.run_jobs().await;
    let id = first["id"].as_str().expect("an id").to_owned();
    let done = json_of(&app, &["jobs", "list", "--kind", "housekeeping", "--state", "done"]).await;
    assert_eq!((done.as_array().map(Vec::len), &done[0]["id"]), (Some(1), &json!(id)), "{done}");
    assert_eq!(json_of(&app, &["jobs", "list", "--state", "running"]).await, json!([]));
    let (code, said) = told(&app, &["jobs", "list", "--limit", "1"]).await;
    assert_eq!((code, said.lines().count()), (Some(0), 1), "{said}");

    let tx = app.ctx.db().begin().await.expect("begin");
    // Nobody is named, so it dies of it.
    let hopeless = NewJob::new(JobKind::ExpireUser, Lane::Automatic, json!({}));
    let dead = jobs::enqueue(&tx, hopeless).await.expect("enqueue").id.to_string();
    tx.commit().await.expect("commit");
    app.run_jobs().await;
    let listed = json_of(&app, &["jobs", "list", "--state", "dead"]).await;
    assert_eq!((&listed[0]["id"], listed[0]["error"].is_string()), (&json!(dead), true), "{listed}");
    let retried = json_of(&app, &["jobs", "retry", &dead]).await;
    assert_eq!((&retried["id"], &retried["state"]), (&json!(dead), &json!("queued")), "{retried}");
    app.run_jobs().await;

    assert!(refused(&app, 1, &["jobs", "retry", &id]).await.contains("Only one that has failed"));
    assert!(refused(&app, 1, &["jobs", "retry", "987654321"]).await.starts_with("pum: "));
    assert!(refused(&app, 1, &["jobs", "run", "tidy-up"]).await.contains("schedule"));
    for wrong in [&["jobs"][..], &["jobs", "retry", "x"], &["jobs", "list", "--state", "gone"]] {
        assert!(refused(&app, 2, wrong).await.contains("help"), "{wrong:?}");
    }
}

#[tokio::test]
async fn users_are_listed() {
    let app = TestApp::start().await;
    app.plex.add_member("mia", &["Movies"]);
    app.plex.add_member("sam", &["Kids"]);
    app.set_up().await;
    let all = json_of(&app, &["users", "list"]).await;
    let names: Vec<_> = all.as_array().expect("rows").iter().map(|row| row["username"].clone()).collect();
    assert_eq!(names, ["mia", "sam"]);
    assert_eq!((&all[0]["state"], &all[0]["libraries"]["mode"]), (&json!("active"), &json!("some")), "{all}");
    let back = json_of(&app, &["users", "list", "--descending", "--q", "A"]).await;
    let names: Vec<_> = back.as_array().expect("rows").iter().map(|row| row["username"].clone()).collect();
    assert_eq!(names, ["sam", "mia"]);
    assert_eq!(json_of(&app, &["users", "list", "--state", "removed"]).await, json!([]));
    let (code, said) = told(&app, &["users", "list", "--q", "mia"]).await;
    assert_eq!((code, said.lines().count()), (Some(0), 1), "{said}");
    assert!(said.starts_with("active") && said.contains("mia"), "{said}");
    assert!(refused(&app, 1, &["users", "list", "--expiring=-1"]).await.contains("expiring"));
    assert!(refused(&app, 2, &["users", "list", "--sort", "shoes"]).await.contains("--sort"));
}

#[tokio::test]
async fn users_are_compared_with_plex() {
    let app = TestApp::start().await;
    let said = refused(&app, 1, &["users", "sync"]).await;
    assert!(said.starts_with("pum: "), "{said}");
    app.plex.add_member("mia", &["Movies"]);
    app.set_up().await;
    let first = json_of(&app, &["users", "sync"]).await;
    assert_eq!(
        (&first["state"], &first["actor"]["kind"]),
        (&json!("queued"), &json!("command_line")),
        "{first}"
    );
    let said = refused(&app, 1, &["users", "sync", "--wait"]).await;
    assert!(said.contains("no worker is running"), "{said}");
    let (code, said) = told(&app, &["users", "sync"]).await;
    assert_eq!(code, Some(0));
    assert!(said.contains(first["sync_id"].as_str().expect("an id")), "the one that waits is joined: {said}");

    app.plex.add_member("sam", &["Movies"]);
    let mut worker = process(&app, "worker", None);
    app.until("the worker is ready", || async { worker.said("the worker is ready") }).await;
    let done = json_of(&app, &["users", "sync", "--wait"]).await;
    assert_eq!((&done["state"], &done["problem"]), (&json!("done"), &Value::Null), "{done}");
    assert_eq!(json_of(&app, &["users", "list"]).await.as_array().map(Vec::len), Some(2));
    let (code, said) = told(&app, &["users", "sync", "--wait"]).await;
    assert_eq!(code, Some(0));
    assert!(said.contains("2 unchanged"), "{said}");

    app.plex.fault(Fault::Html.on("list_users"));
    let said = refused(&app, 1, &["users", "sync", "--wait"]).await;
    assert!(said.starts_with("failed") && said.contains("Nothing was changed"), "{said}");
    worker.signal("TERM");
    assert_eq!(ended(&mut worker).await, Some(0));
    app.may_leave_jobs();
}

#[tokio::test]
async fn whose_removal_waits_for_an_admin_is_named() {
    let app = TestApp::start().await;
    let members: Vec<u64> =
        (0..10).map(|number| app.plex.add_member(&format!("member{number}"), &["Movies"])).collect();
    let admin = app.set_up().await;
    members[..4].iter().for_each(|member| app.plex.leave(*member));
    app.sync(&admin).await;
    app.minutes_pass(11);
    let now = app.ctx.reader().now().await.expect("the time");
    pum_app::health::worker_is_here(&app.ctx, "w1", now).await.expect("noted");
    let worker = app.worker();
    let held = json_of(&app, &["users", "sync", "--wait"]).await;
    assert_eq!(held["state"], "needs_confirmation", "{held}");
    let names = held["needs_confirmation"]["people"].as_array().expect("people").iter();
    let names: Vec<_> = names.map(|one| one["name"].clone()).collect();
    assert_eq!(names, ["member0", "member1", "member2", "member3"]);
    let (code, said) = told(&app, &["users", "sync", "--wait"]).await;
    worker.stop().await;
    assert_eq!(code, Some(0), "{said}");
    for words in ["4 people", "when an admin confirms", "/users/syncs/", "member3 (left_plex)"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    app.may_leave_jobs();
}

#[tokio::test]
async fn the_doctor_tells_where_settings_come_from() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    admin.patch("/api/v1/settings", json!({ "app_name": "Film night" })).await.expect(200);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = pum(folder.path());
    command.arg("doctor").env("DATABASE_URL", app.db.url()).env("SECRET_KEY", SECRET_KEY);
    command.env("PLEX_TV_URL", app.plex.plex_tv_url()).env("PLEX_CLIENTS_URL", app.plex.clients_url());
    command.env("APP_NAME", "Aurora Cinema").env("TZ", "Europe/Berlin");
    let (code, said) = tokio::task::spawn_blocking(move || run(&mut command)).await.expect("it runs");
    assert_eq!(code, Some(0), "{said}");
    let settings = said.lines().find(|line| line.starts_with("ok    settings: ")).expect(&said);
    for words in [
        "app_name = Film night  (saved; the environment says Aurora Cinema)",
        "time_zone = Europe/Berlin  (from the environment)",
        " by default",
        "pum settings unset",
    ] {
        assert!(settings.contains(words), "{words}: {settings}");
    }
    app.may_leave_jobs();
}

#[tokio::test]
async fn invites_are_made_listed_and_cleared() {
    let app = TestApp::start().await;
    let said = refused(&app, 1, &["invites", "create", "--library", "Movies"]).await;
    assert!(said.contains("finish the setup first"), "{said}");
    let admin = app.set_up().await;
    let words =
        ["--library", "Movies", "--label", "Friends", "--uses", "3", "--days", "30", "--path", "friends"];
    let made = json_of(&app, &[&["invites", "create"], &words[..]].concat()).await;
    let path = format!("/api/v1/invites/{}", made["id"].as_str().expect("an id"));
    let by_api = admin.get(&path).await.expect(200);
    for (field, value) in [("code", json!("friends")), ("max_uses", json!(3)), ("membership_days", json!(30))]
    {
        assert_eq!((&made[field], &by_api[field]), (&value, &value), "{field}");
    }
    assert_eq!(by_api["libraries"]["ids"].as_array().map(Vec::len), Some(1), "{by_api}");
    let (code, said) = told(&app, &["invites", "create", "--all-libraries", "--expires", "2020-01-01"]).await;
    assert_eq!(code, Some(1), "{said}");
    let (code, link) = told(&app, &["invites", "create", "--all-libraries"]).await;
    assert!(code == Some(0) && link.contains("/invite/"), "{link}");
    assert!(refused(&app, 1, &["invites", "create", "--library", "Shoes"]).await.contains("there are: "));
    assert!(refused(&app, 2, &["invites", "create"]).await.contains("--all-libraries"));
    assert!(
        refused(&app, 1, &["invites", "create", "--all-libraries", "--path", "friends"])
            .await
            .contains("path")
    );

    run_sql(app.db.url(), "UPDATE invites SET expires_at = created_at WHERE code_key = 'friends'").await;
    let expired = json_of(&app, &["invites", "list", "--status", "expired"]).await;
    assert_eq!(
        (expired.as_array().map(Vec::len), &expired[0]["code"]),
        (Some(1), &json!("friends")),
        "{expired}"
    );
    assert_eq!(
        told(&app, &["invites", "clear", "--expired-only"]).await,
        (Some(0), "Deleted 1.\n".to_owned())
    );
    let (code, left) = told(&app, &["invites", "list"]).await;
    assert!(code == Some(0) && left.lines().count() == 1 && left.contains(link.trim()), "{left}");
    assert_eq!(told(&app, &["invites", "clear", "--yes"]).await, (Some(0), "Deleted 1.\n".to_owned()));
    assert_eq!(json_of(&app, &["invites", "list"]).await, json!([]));
}

#[tokio::test]
async fn settings_are_saved_and_taken_back() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let all = json_of(&app, &["settings", "list"]).await;
    assert!(all.as_array().is_some_and(|all| all.len() > 10), "{all}");
    let (code, said) = told(&app, &["settings", "set", "app_name", "Film night"]).await;
    assert_eq!(code, Some(0));
    assert!(said.contains("Film night  (saved)"), "{said}");
    assert_eq!(told(&app, &["settings", "get", "app_name"]).await, (Some(0), "Film night\n".to_owned()));
    let events = admin.get("/api/v1/history?type=setting.changed").await.expect(200);
    assert_eq!(events["items"][0]["actor"]["kind"], "command_line", "{events}");
    let (code, said) = told(&app, &["settings", "unset", "app_name"]).await;
    assert!(code == Some(0) && said.contains("(default)"), "{said}");
    assert!(refused(&app, 1, &["settings", "set", "stream_poll_seconds", "3"]).await.contains("10"));
    assert!(refused(&app, 1, &["settings", "set", "time_zone", "Mars/Olympus"]).await.contains("time zone"));
    assert!(refused(&app, 2, &["settings", "get", "shoes"]).await.contains("app_name"));
    assert_eq!(json_of(&app, &["settings", "get", "stream_poll_seconds"]).await["source"], "default");
}

#[tokio::test]
async fn a_lost_password_is_helped_out_of() {
    const FIRST: &str = "the first of two passwords";
    const SECOND: &str = "the second of two passwords";
    let app = TestApp::start().await;
    let (code, first) = told(&app, &["setup", "code"]).await;
    assert!(code == Some(0) && first.trim().len() >= 22, "{first}");
    let create = ["admin", "create", "olivia", "--password-stdin"];
    let (code, said) = typed(&app, &create, "short").await;
    assert!(code == Some(1) && said.contains("12"), "{said}");
    assert_eq!(typed(&app, &create, FIRST).await, (Some(0), "olivia can sign in now.\n".to_owned()));
    assert_eq!(typed(&app, &create, FIRST).await.0, Some(1), "the name is taken");
    assert!(refused(&app, 1, &["setup", "code"]).await.contains("sign in instead"));
    assert_eq!(json_of(&app, &["setup", "code"]).await, json!({ "code": null }));

    let sign_in = async |password: &str| {
        let browser = app.browser();
        let answer =
            browser.post("/api/v1/session", json!({ "username": "olivia", "password": password })).await;
        (browser, answer)
    };
    let (browser, answer) = sign_in(FIRST).await;
    answer.expect(201);
    let reset = ["admin", "reset-password", "olivia", "--password-stdin"];
    assert_eq!(typed(&app, &reset, SECOND).await.0, Some(0));
    browser.get("/api/v1/session").await.expect_problem(401, "not_signed_in");
    sign_in(FIRST).await.1.expect_problem(401, "bad_credentials");
    let (_, answer) = sign_in(SECOND).await;
    assert_eq!(answer.expect(201)["admin"]["must_change_password"], true);
    let nobody = ["admin", "reset-password", "nobody", "--password-stdin"];
    assert_eq!(typed(&app, &nobody, SECOND).await.0, Some(1));
}

#[tokio::test]
async fn a_closed_wizard_opens_again_for_an_admin() {
    let app = TestApp::start().await;
    app.set_up().await;
    assert_eq!(app.browser().get("/api/v1/setup").await.expect(200)["complete"], true);
    let (code, said) = told(&app, &["setup", "reset"]).await;
    assert!(code == Some(0) && said.contains("An admin has to sign in"), "{said}");
    assert_eq!(app.browser().get("/api/v1/setup").await.expect(200)["complete"], false);
}
