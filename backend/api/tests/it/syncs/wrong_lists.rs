//! Plex's lists are wrong in every way they have been seen to be: nobody loses anything, and the result
//! says why.

use pum_testkit::TestApp;
use pum_testkit::browser::Browser;
use pum_testkit::fake_plex::Fault;
use serde_json::{Value, json};

/// A server with so many members, who are users already.
async fn with_members(count: usize) -> (TestApp, Browser, Vec<u64>) {
    let app = TestApp::start().await;
    let members =
        (0..count).map(|number| app.plex.add_member(&format!("member{number}"), &["Movies", "Kids"]));
    let members = members.collect();
    let admin = app.set_up().await;
    (app, admin, members)
}

/// Everybody with their state and libraries.
async fn picture(admin: &Browser) -> Vec<Value> {
    let page = admin.get("/api/v1/users?limit=200").await.expect(200);
    let rows = page["items"].as_array().expect("rows").iter();
    rows.map(|row| json!([row["username"], row["state"], row["libraries"], row["allow_downloads"]])).collect()
}

#[actix_web::test]
async fn a_list_that_is_no_answer_changes_nothing() {
    let cases = [
        ("list_users", Fault::status(503), "plex_unavailable"),
        ("list_users", Fault::Html, "plex_garbage"),
        ("list_users", Fault::Truncate, "plex_unavailable"),
        ("list_users", Fault::Garbage, "plex_garbage"),
        ("list_users", Fault::Drop, "plex_unavailable"),
        ("list_shares", Fault::status(503), "plex_unavailable"),
        ("list_shares", Fault::Html, "plex_garbage"),
        ("list_pending", Fault::Garbage, "plex_garbage"),
        ("list_home", Fault::status(503), "plex_unavailable"),
        ("list_resources", Fault::Html, "plex_garbage"),
        ("list_sections", Fault::EmptyList, "plex_garbage"),
    ];
    for (list, fault, problem) in cases {
        let what = format!("{list}, {fault:?}");
        let (app, admin, _) = with_members(2).await;
        let before = picture(&admin).await;
        let rule = app.plex.fault(fault.on(list));
        let sync = app.sync(&admin).await;
        assert_eq!((&sync["state"], &sync["problem"]), (&json!("failed"), &json!(problem)), "{what}: {sync}");
        let detail = sync["detail"].as_str().unwrap_or_default();
        assert!(detail.contains("Nothing was changed"), "{what}: {sync}");
        assert!(app.plex.struck(rule) > 0, "{what}");
        assert_eq!(picture(&admin).await, before, "{what}");
    }
}

#[actix_web::test]
async fn a_size_that_does_not_fit_the_rows_is_no_answer() {
    let (app, admin, _) = with_members(4).await;
    let before = picture(&admin).await;
    for list in ["list_users", "list_shares"] {
        let rule = app.plex.fault(Fault::HalfList.on(list));
        let sync = app.sync(&admin).await;
        assert_eq!(
            (&sync["state"], &sync["problem"]),
            (&json!("failed"), &json!("plex_garbage")),
            "{list}: {sync}"
        );
        assert_eq!(picture(&admin).await, before);
        app.plex.lift(rule);
    }
}

#[actix_web::test]
async fn a_dead_token_changes_nothing_and_says_so() {
    let (app, admin, _) = with_members(4).await;
    let before = picture(&admin).await;
    app.plex.revoke_tokens(app.plex.owner());
    let sync = app.sync(&admin).await;
    assert_eq!((&sync["state"], &sync["problem"]), (&json!("failed"), &json!("plex_auth")), "{sync}");
    assert_eq!(picture(&admin).await, before);
    app.may_leave_jobs();
}

#[actix_web::test]
async fn another_server_or_owner_is_a_pause_and_no_departure() {
    let (app, admin, _) = with_members(4).await;
    let before = picture(&admin).await;
    let stranger = app.plex.add_account("stranger");
    let mid = app.plex.server(0).machine_identifier().to_owned();
    app.plex.world(|world| world.servers.get_mut(&mid).expect("the server").owner = stranger);
    for _ in 0..3 {
        let sync = app.sync(&admin).await;
        assert_eq!(sync["state"], "failed", "{sync}");
        assert!(matches!(sync["problem"].as_str(), Some("plex_refused" | "plex_identity")), "{sync}");
        app.minutes_pass(15);
    }
    assert_eq!(picture(&admin).await, before);
    app.may_leave_jobs();
}

#[actix_web::test]
async fn an_empty_list_is_no_answer_however_often_it_comes() {
    for (list, fault) in [
        ("list_shares", Fault::EmptyList),
        ("list_users", Fault::EmptyList),
        ("reads", Fault::WithoutShares),
        ("list_shares", Fault::WithoutShares),
    ] {
        let (app, admin, _) = with_members(3).await;
        let before = picture(&admin).await;
        let what = format!("{list} {fault:?}");
        app.plex.fault(fault.on(list));
        for _ in 0..3 {
            let sync = app.sync(&admin).await;
            assert_eq!(picture(&admin).await, before, "{what}: {sync}");
            assert!(sync["problem"].is_string() || sync["problems"].as_i64() > Some(0), "{what}: {sync}");
            assert_eq!(sync["left"], 0, "{what}: {sync}");
            app.minutes_pass(15);
        }
        app.plex.clear_faults();
        let sync = app.sync(&admin).await;
        assert_eq!((&sync["state"], &sync["unchanged"]), (&json!("done"), &json!(3)), "{what}: {sync}");
        assert!(sync["needs_confirmation"].is_null());
    }
}

#[actix_web::test]
async fn half_a_list_that_holds_together_removes_nobody() {
    let (app, admin, _) = with_members(10).await;
    let before = picture(&admin).await;
    app.plex.fault(Fault::ShortList.on("list_users"));
    app.plex.fault(Fault::ShortList.on("list_shares"));
    for _ in 0..3 {
        let sync = app.sync(&admin).await;
        assert_eq!(picture(&admin).await, before, "{sync}");
        app.minutes_pass(15);
    }
    app.plex.clear_faults();
    assert_eq!(app.sync(&admin).await["unchanged"], 10);
}

#[actix_web::test]
async fn three_of_three_are_missing() {
    let (app, admin, members) = with_members(3).await;
    let before = picture(&admin).await;
    members.iter().for_each(|member| app.plex.leave(*member));
    for _ in 0..3 {
        let sync = app.sync(&admin).await;
        assert_eq!(sync["state"], "needs_confirmation", "{sync}");
        assert_eq!(sync["needs_confirmation"]["total"], 3, "{sync}");
        assert!(
            sync["detail"].as_str().is_some_and(|detail| detail.contains("nobody was removed")),
            "{sync}"
        );
        assert_eq!(picture(&admin).await, before);
        app.minutes_pass(15);
    }
}

#[actix_web::test]
async fn fifteen_in_a_hundred_fewer_at_each_of_six_syncs() {
    let (app, admin, members) = with_members(20).await;
    let before = picture(&admin).await;
    for leaving in members.chunks(3).take(6) {
        leaving.iter().for_each(|member| app.plex.leave(*member));
        let sync = app.sync(&admin).await;
        assert_eq!(picture(&admin).await, before, "{sync}");
        app.minutes_pass(60);
    }
    let sync = app.sync(&admin).await;
    assert_eq!(
        (&sync["state"], &sync["problem"]),
        (&json!("needs_confirmation"), &json!("too_many")),
        "{sync}"
    );
    assert_eq!(sync["needs_confirmation"]["total"], 18, "{sync}");
}

#[actix_web::test]
async fn libraries_of_fifteen_in_a_hundred_more_at_each_of_six_syncs() {
    let (app, admin, members) = with_members(20).await;
    let before = picture(&admin).await;
    for (look, losing) in members.chunks(3).take(6).enumerate() {
        losing.iter().for_each(|member| app.plex.set_titles(*member, &["Kids"]));
        let sync = app.sync(&admin).await;
        let now = picture(&admin).await;
        let changed = before.iter().zip(&now).filter(|(before, now)| before != now).count();
        // The first three are within the budget of a day; nobody is once more than four would lose something.
        assert_eq!(changed, 3, "{sync}");
        assert_eq!(sync["problem"], if look == 0 { Value::Null } else { json!("too_many") }, "{sync}");
        app.minutes_pass(60);
    }
    app.minutes_pass(19 * 60);
    let sync = app.sync(&admin).await;
    assert_eq!(sync["problem"], "too_many", "a day later they are still too many: {sync}");
}

#[actix_web::test]
async fn libraries_that_everybody_seems_to_lose_are_not_taken_from_anybody() {
    let (app, admin, members) = with_members(5).await;
    let before = picture(&admin).await;
    members.iter().for_each(|member| app.plex.set_titles(*member, &["Kids"]));
    let sync = app.sync(&admin).await;
    assert_eq!(picture(&admin).await, before, "{sync}");
    assert_eq!((&sync["problem"], &sync["problems"]), (&json!("too_many"), &json!(5)), "{sync}");
    members.iter().for_each(|member| app.plex.set_titles(*member, &["Movies", "Kids"]));
    assert_eq!(app.sync(&admin).await["unchanged"], 5, "and all is as it was");
}
