//! Libraries: read from two places, and gone only when both say so.

use pum_app::jobs;
use pum_app::libraries::{self, RefreshError};
use pum_app::outcome::{JobInfo, Outcome};
use pum_domain::job::JobKind;
use pum_testkit::TestApp;
use pum_testkit::fake_plex::Fault;
use serde_json::{Value, json};

const INFO: JobInfo = JobInfo { id: 1, attempt: 1, max_attempts: 8 };

fn titles(page: &Value) -> Vec<&str> {
    page["items"].as_array().expect("items").iter().filter_map(|item| item["title"].as_str()).collect()
}

async fn events(app: &TestApp, kind: &str) -> Vec<String> {
    let question =
        format!("SELECT subject_name AS found FROM history_events WHERE type = '{kind}' ORDER BY id");
    pum_testkit::db::rows(app.db.url(), &question).await
}

#[tokio::test]
async fn they_are_listed_with_both_numbers_counts_and_age() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    let none = admin.get("/api/v1/libraries").await.expect(200);
    assert_eq!((titles(&none), none["total"].as_i64()), (vec![], Some(0)), "no server yet");
    admin.post("/api/v1/libraries/refresh", Value::Null).await.expect_problem(409, "plex_not_connected");

    let stored = app.connect_server().await;
    assert!(stored.iter().all(|library| library.section_id.is_some_and(|id| id != library.key)));
    let page = admin.get("/api/v1/libraries").await.expect(200);
    assert_eq!(titles(&page), ["Movies", "TV Shows", "Kids"]);
    assert_eq!(page["items"][0]["item_count"], 120);
    assert_eq!(page["items"][0]["id"], stored[0].id.to_string());
    assert!(page["items"][0]["refreshed_at"].as_str().is_some_and(|at| at.ends_with('Z')));
    assert_eq!(events(&app, "library.added").await, ["Movies", "TV Shows", "Kids"]);

    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/api/v1/libraries?sort=title&order=desc&limit=1{cursor}");
        let page = admin.get(&path).await.expect(200);
        seen.extend(titles(&page).into_iter().map(str::to_owned));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen, ["TV Shows", "Movies", "Kids"]);
}

#[tokio::test]
async fn asking_twice_is_one_job_and_the_job_finds_what_is_new() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    app.connect_server().await;
    let server = app.plex.server(0);
    app.plex.world(|world| world.add_library(server.machine_identifier(), "Operas", "movie", 7));
    for _ in 0..2 {
        assert_eq!(admin.post("/api/v1/libraries/refresh", Value::Null).await.status, 202);
    }
    let waiting = pum_testkit::db::rows(app.db.url(), "SELECT kind AS found FROM jobs").await;
    assert_eq!(waiting, ["refresh_libraries"]);
    assert_eq!(events(&app, "libraries.refreshed").await, ["Aurora"], "asked for once");
    let outcome = jobs::run(&app.ctx, JobKind::RefreshLibraries, &json!({}), &INFO).await;
    assert_eq!(outcome, Outcome::Done);
    let page = admin.get("/api/v1/libraries").await.expect(200);
    assert_eq!(titles(&page), ["Movies", "TV Shows", "Kids", "Operas"]);
    assert_eq!(page["items"][3]["item_count"], 7);
    // Nothing is new the next time, but open pages hear of it all the same: what they show is fresh.
    let hints =
        || pum_testkit::db::rows(app.db.url(), "SELECT kind AS found FROM hints WHERE kind = 'server'");
    let before = hints().await.len();
    jobs::run(&app.ctx, JobKind::RefreshLibraries, &json!({}), &INFO).await;
    assert_eq!(hints().await.len(), before + 1);
    app.may_leave_jobs();
}

#[tokio::test]
async fn one_that_neither_lists_is_gone_and_may_come_back() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    app.connect_server().await;
    let server = app.plex.server(0);
    let (mut kept, at) = (None, 1);
    app.plex.world(|world| {
        let libraries = &mut world.servers.get_mut(server.machine_identifier()).unwrap().libraries;
        kept = Some(libraries.remove(at));
    });
    app.refresh_libraries().await;
    app.minutes_pass(9);
    app.refresh_libraries().await;
    assert_eq!(
        events(&app, "library.vanished").await,
        [""; 0],
        "one look, or two in a hurry, are not enough"
    );
    app.minutes_pass(1);
    app.refresh_libraries().await;
    assert_eq!(events(&app, "library.vanished").await, ["TV Shows"]);
    assert_eq!(titles(&admin.get("/api/v1/libraries").await.expect(200)), ["Movies", "Kids"]);
    let all = admin.get("/api/v1/libraries?vanished=true").await.expect(200);
    assert_eq!(titles(&all), ["Movies", "TV Shows", "Kids"]);
    assert!(all["items"][1]["vanished_at"].is_string());

    app.plex.world(|world| {
        let libraries = &mut world.servers.get_mut(server.machine_identifier()).unwrap().libraries;
        libraries.insert(at, kept.expect("the library"));
    });
    app.refresh_libraries().await;
    app.refresh_libraries().await;
    assert_eq!(events(&app, "library.returned").await, ["TV Shows"]);
    assert_eq!(titles(&admin.get("/api/v1/libraries").await.expect(200)), ["Movies", "TV Shows", "Kids"]);
}

#[tokio::test]
async fn an_empty_list_or_trouble_takes_nothing_away() {
    let app = TestApp::start().await;
    app.connect_server().await;
    let server = app.plex.server(0);
    let faults = [
        Fault::status(503).on("pms_sections"),
        Fault::Truncate.on("list_sections"),
        Fault::Garbage.on("pms_sections"),
        Fault::EmptyList.on("list_sections"),
        Fault::EmptyList.on("pms_sections"),
        Fault::HalfList.on("pms_sections"),
    ];
    for fault in faults {
        let told = format!("{fault:?}");
        let fault = app.plex.fault(fault);
        let error = libraries::refresh(&app.ctx).await.expect_err(&told);
        assert!(matches!(error, RefreshError::Plex(_)), "{told}: {error:?}");
        assert!(app.plex.struck(fault) > 0, "{told}");
        app.plex.lift(fault);
    }
    app.plex.world(|world| world.servers.get_mut(server.machine_identifier()).unwrap().libraries.clear());
    let error = libraries::refresh(&app.ctx).await.expect_err("an empty list");
    assert!(matches!(error, RefreshError::Plex(_)), "{error:?}");
    assert!(app.libraries().await.iter().all(|library| library.vanished_at.is_none()));
    let outcome = jobs::run(&app.ctx, JobKind::RefreshLibraries, &json!({}), &INFO).await;
    assert!(matches!(outcome, Outcome::Again { .. }), "{outcome:?}");
}

#[tokio::test]
async fn another_server_at_the_address_is_sent_no_token() {
    let app = TestApp::start().await;
    app.connect_server().await;
    let before = app.plex.calls_of("pms_sections").len();
    app.plex.world(|world| world.swap_server(0));
    let error = libraries::refresh(&app.ctx).await.expect_err("another server");
    assert!(matches!(error, RefreshError::Identity), "{error:?}");
    assert_eq!(app.plex.calls_of("pms_sections").len(), before);
    let outcome = jobs::run(&app.ctx, JobKind::RefreshLibraries, &json!({}), &INFO).await;
    assert_eq!(outcome, Outcome::Blocked { on: "plex_identity" });
}

#[tokio::test]
async fn a_dead_token_makes_the_job_wait() {
    let app = TestApp::start().await;
    app.connect_server().await;
    app.plex.revoke_tokens(app.plex.owner());
    let outcome = jobs::run(&app.ctx, JobKind::RefreshLibraries, &json!({}), &INFO).await;
    assert_eq!(outcome, Outcome::Blocked { on: "plex_auth" });
    let probes = pum_testkit::db::rows(app.db.url(), "SELECT kind AS found FROM jobs").await;
    assert_eq!(probes, ["probe_plex_auth"]);
    app.may_leave_jobs();
}

#[tokio::test]
async fn titles_from_plex_are_made_harmless() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    let server = app.plex.server(0);
    let hostile = [
        ("<img onerror=alert(1)>", "<img onerror=alert(1)>"),
        ("\u{202E}gpj", "gpj"),
        ("=cmd", "=cmd"),
        ("\u{1b}[31mred", "[31mred"),
    ];
    app.plex.world(|world| {
        for (title, _) in hostile {
            world.add_library(server.machine_identifier(), title, "movie", 1);
        }
    });
    app.connect_server().await;
    let page = admin.get("/api/v1/libraries").await.expect(200);
    let shown = hostile.map(|(_, shown)| shown);
    assert_eq!(titles(&page)[3..], shown);
}
