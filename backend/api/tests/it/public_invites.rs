//! What a stranger with a link gets to see.

use pum_testkit::{Browser, TestApp};
use serde_json::{Value, json};

const HERE: &str = "/api/v1/public/invites";

async fn make(admin: &Browser, body: Value) -> String {
    let made = admin.post("/api/v1/invites", body).await.expect(201);
    made["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn a_working_link_says_what_it_promises_and_nothing_of_whom_it_is_for() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    let libraries = app.connect_server().await;
    make(&admin, json!({
        "path": "movie-night", "label": "for Anna", "membership_days": 90, "allow_downloads": true,
        "bound_email": "anna@example.org", "libraries": {"mode": "some", "ids": [libraries[0].id.to_string()]}
    })).await;
    make(&admin, json!({"path": "everything", "libraries": {"mode": "all"}})).await;
    let stranger = app.browser();
    let answer = stranger.get(&format!("{HERE}/MOVIE-night")).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(!answer.text.contains("anna") && !answer.text.contains("Anna"), "{}", answer.text);
    assert_eq!(
        answer.expect(200),
        json!({
            "status": "active", "app_name": "PUM", "server_name": "Aurora",
            "libraries": [{"title": "Movies", "kind": "movie"}], "all_libraries": false, "expires_at": null,
            "membership_days": 90, "allow_downloads": true, "discord": {"login": false, "guild": false},
            "invite_version": 1, "language": "en", "time_zone": "UTC"
        })
    );
    app.lose_library("Kids").await;
    let all = stranger.get(&format!("{HERE}/everything")).await.expect(200);
    let titles: Vec<_> =
        all["libraries"].as_array().unwrap().iter().filter_map(|one| one["title"].as_str()).collect();
    assert_eq!((titles, &all["all_libraries"]), (vec!["Movies", "TV Shows"], &json!(true)));
}

#[tokio::test]
async fn a_link_that_does_not_work_says_why_and_nothing_else() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    app.connect_server().await;
    let all = json!({"mode": "all"});
    for path in ["paused", "expired", "used-up", "deleted"] {
        let id = make(&admin, json!({"path": path, "max_uses": 1, "libraries": all})).await;
        let at = format!("/api/v1/invites/{id}");
        match path {
            "paused" => drop(admin.post(&format!("{at}/pause"), Value::Null).await.expect(200)),
            "expired" => {
                drop(admin.patch(&at, json!({"expires_at": "2020-01-01T00:00:00Z"})).await.expect(200))
            }
            "deleted" => assert_eq!(admin.delete(&at).await.status, 204),
            _ => {
                let tx = app.ctx.db().begin().await.expect("begin");
                assert!(pum_store::invites::take(&tx, id.parse().unwrap(), 1).await.expect("take"));
                tx.commit().await.expect("commit");
            }
        }
    }
    let stranger = app.browser();
    for (path, code) in
        [("paused", "invite_paused"), ("expired", "invite_expired"), ("used-up", "invite_used_up")]
    {
        let problem = stranger.get(&format!("{HERE}/{path}")).await.expect_problem(410, code);
        assert!(!problem.to_string().contains("Movies"), "{problem}");
    }
    let mut answers = Vec::new();
    for path in [
        "deleted",
        "never-there",
        "a",
        "caf%C3%A9s",
        "..%2F..%2Fetc",
        "~0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a10",
    ] {
        let mut problem = stranger.get(&format!("{HERE}/{path}")).await.expect_problem(404, "not_found");
        problem["request_id"].take();
        answers.push(problem);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "one answer for every code that leads nowhere: {answers:?}");
}

#[tokio::test]
async fn guessing_is_slowed_down_and_knowing_is_not() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    make(&admin, json!({"path": "movie-night", "libraries": {"mode": "all"}})).await;
    let stranger = app.browser();
    for _ in 0..30 {
        stranger.get(&format!("{HERE}/movie-night")).await.expect(200);
    }
    for guess in 0..20 {
        stranger.get(&format!("{HERE}/guess-{guess}")).await.expect_problem(404, "not_found");
    }
    let refused = stranger.get(&format!("{HERE}/guess-20")).await;
    let wait: u64 = refused.header("retry-after").parse().expect("seconds");
    assert!((1..=600).contains(&wait), "{wait}");
    refused.expect_problem(429, "too_many_requests");
    stranger.get(&format!("{HERE}/movie-night")).await.expect_problem(429, "too_many_requests");
    app.ctx.db().let_time_pass(std::time::Duration::from_secs(601));
    stranger.get(&format!("{HERE}/movie-night")).await.expect(200);
    let invites = pum_testkit::db::rows(app.db.url(), "SELECT code AS found FROM invites").await;
    assert_eq!(invites, ["movie-night"], "guesses write no invites");
}
