//! What a person at a terminal asks for: the answer, as words or as JSON, and the exit code.

use pum_domain::job::{JobKind, Lane};
use pum_store::jobs::{self, NewJob};
use pum_testkit::TestApp;
use pum_testkit::fake_plex::Fault;
use pum_testkit::test_app::SECRET_KEY;
use serde_json::{Value, json};

use crate::interrupted::{ended, process};
use crate::process::{pum, run};

/// A command on the story's database: its exit code and what it said.
async fn told(app: &TestApp, words: &[&str]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = pum(folder.path());
    command.args(words).env("DATABASE_URL", app.db.url()).env("SECRET_KEY", SECRET_KEY);
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
