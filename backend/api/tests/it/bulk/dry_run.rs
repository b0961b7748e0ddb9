//! What would happen is what happens.

use std::time::Duration;

use pum_domain::Permission;
use pum_domain::user::{RemovedReason, UserState};
use pum_store::{Reads as _, users};
use pum_testkit::TestApp;
use serde_json::{Value, json};

use super::{BULK, Person, begin, counts, ids, library, people, see_through};
use crate::dance::events;

/// Anna and Bert can be changed; Cleo is in the Home, Dora is gone, Emil is suspended.
async fn everybody(app: &TestApp) -> Vec<Person> {
    let all = people(app, ["anna", "bert", "cleo", "dora", "emil"].map(str::to_owned)).await;
    let tx = app.ctx.db().begin().await.unwrap();
    users::note_home(&tx, all[2].id, true, false).await.unwrap();
    users::set_state(&tx, all[3].id, UserState::Removed, Some(RemovedReason::LeftPlex)).await.unwrap();
    tx.commit().await.unwrap();
    all
}

fn verdicts(page: &Value) -> Vec<(&str, &str, &str)> {
    let items = page["items"].as_array().unwrap().iter();
    let mut told: Vec<_> = items
        .map(|item| {
            let text = |value: &'_ Value| value.as_str().unwrap_or_default().to_owned();
            (text(&item["user"]["username"]), text(&item["verdict"]), text(&item["reason"]))
        })
        .collect();
    told.sort();
    told.leak()
        .iter()
        .map(|(name, verdict, reason)| (name.as_str(), verdict.as_str(), reason.as_str()))
        .collect()
}

#[tokio::test]
async fn each_action_says_what_it_would_do_and_whom_it_leaves_out() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let all = everybody(&app).await;
    admin.post(&format!("/api/v1/users/{}/suspend", all[4].id), Value::Null).await.expect(202);
    app.run_jobs().await;
    let kids = json!({"mode": "some", "ids": [library(&app, "Kids").await.to_string()]});
    let movies = json!({"mode": "some", "ids": [library(&app, "Movies").await.to_string()]});
    let (home, gone) = ("home_keeps_access", "user_removed");
    let cases = [
        (
            json!({"action": "set_libraries", "libraries": kids}),
            "changes",
            ["changes", home, gone, "changes"],
        ),
        (
            json!({"action": "set_libraries", "libraries": movies}),
            "unchanged",
            ["unchanged", home, gone, "unchanged"],
        ),
        (
            json!({"action": "add_libraries", "libraries": kids}),
            "changes",
            ["changes", home, gone, "changes"],
        ),
        (
            json!({"action": "remove_libraries", "libraries": movies}),
            "library_unknown",
            ["library_unknown", home, gone, "library_unknown"],
        ),
        (
            json!({"action": "set_downloads", "allow_downloads": true}),
            "changes",
            ["changes", home, gone, "changes"],
        ),
        (
            json!({"action": "set_expiry", "extend_days": 30}),
            "unchanged",
            ["unchanged", home, gone, "unchanged"],
        ),
        (
            json!({"action": "set_expiry", "access_expires_on": "2999-01-01"}),
            "changes",
            ["changes", home, gone, "changes"],
        ),
        (json!({"action": "set_purge_whitelisted", "purge_whitelisted": true}), "changes", ["changes"; 4]),
        (json!({"action": "add_tags", "tags": ["family"]}), "changes", ["changes"; 4]),
        (json!({"action": "remove_tags", "tags": ["family"]}), "unchanged", ["unchanged"; 4]),
        (json!({"action": "suspend"}), "changes", ["changes", home, gone, "unchanged"]),
        (json!({"action": "resume"}), "conflict", ["conflict", "conflict", gone, "changes"]),
        (json!({"action": "remove"}), "changes", ["changes", home, gone, "changes"]),
    ];
    for (mut body, anna, [bert, cleo, dora, emil]) in cases {
        body["ids"] = json!(ids(&all));
        body["dry_run"] = json!(true);
        let page = admin.post(BULK, body.clone()).await.expect(200);
        let told: Vec<&str> = verdicts(&page)
            .into_iter()
            .map(|(_, verdict, reason)| if verdict == "refused" { reason } else { verdict })
            .collect();
        assert_eq!(told, [anna, bert, cleo, dora, emil], "{body}");
    }
    assert_eq!(app.run_jobs().await, [], "nothing was changed");
    assert_eq!((events(&app, "user.updated").await, events(&app, "bulk.started").await), (0, 0));
    assert!(app.plex.writes_about(all[0].account).is_empty());
}

#[tokio::test]
async fn it_tells_now_and_then_page_by_page_for_all_that_match() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let all = everybody(&app).await;
    let kids = library(&app, "Kids").await.to_string();
    let body = |cursor: &Value| {
        json!({
            "filter": {"state": "active", "home": false}, "action": "add_libraries", "dry_run": true, "limit": 2,
            "libraries": {"mode": "some", "ids": [kids]}, "cursor": cursor,
        })
    };
    let first = admin.post(BULK, body(&Value::Null)).await.expect(200);
    assert_eq!((&first["total"], first["items"].as_array().unwrap().len()), (&json!(3), 2));
    let change = &first["items"][0];
    assert_eq!(change["before"]["libraries"]["titles"], json!(["Movies"]));
    assert_eq!(change["after"]["libraries"]["ids"].as_array().unwrap().len(), 2);
    assert_eq!(change["after"].get("version"), None, "only what somebody would want to read");
    let second = admin.post(BULK, body(&first["next_cursor"])).await.expect(200);
    assert_eq!((second["items"].as_array().unwrap().len(), &second["next_cursor"]), (1, &Value::Null));
    admin.post(BULK, body(&json!("nonsense"))).await.expect_problem(400, "bad_cursor");
    drop(all);
}

#[tokio::test]
async fn what_was_shown_is_what_becomes_of_them() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let all = everybody(&app).await;
    let here =
        begin(&admin, json!({"ids": ids(&all), "action": "set_libraries", "libraries": {"mode": "all"}}))
            .await;
    see_through(&app, &admin, &here).await;
    assert_eq!(counts(&admin, &here).await, json!({"applied": 3, "refused": 2}));
    let refused = admin.get(&format!("{here}/items?state=refused")).await.expect(200);
    let mut told: Vec<_> =
        refused["items"].as_array().unwrap().iter().map(|item| item["reason"].as_str().unwrap()).collect();
    told.sort_unstable();
    assert_eq!((told, &refused["total"]), (vec!["home_keeps_access", "user_removed"], &json!(2)));
    assert!(refused["items"][0]["detail"].is_string());
    assert_eq!(super::titles(&app, all[0].account).len(), 3);
    assert_eq!(super::titles(&app, all[2].account), ["Movies"], "who is in the Home is left alone");

    let own = json!({"ids": ids(&all[..2]), "action": "add_tags", "tags": ["Family"]});
    let here = begin(&admin, own.clone()).await;
    see_through(&app, &admin, &here).await;
    assert_eq!(counts(&admin, &here).await, json!({"applied": 2}));
    let again = begin(&admin, own).await;
    see_through(&app, &admin, &again).await;
    assert_eq!(counts(&admin, &again).await, json!({"unchanged": 2}), "and no second event");
    assert_eq!(events(&app, "user.updated").await, 3 + 2);
    let anna = admin.get(&format!("/api/v1/users/{}", all[0].id)).await.expect(200);
    assert_eq!(anna["tags"], json!(["Family"]));
}

#[tokio::test]
async fn the_request_is_checked_field_by_field() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let anna = ids(&people(&app, ["anna".to_owned()]).await);
    let cases = [
        (json!({"action": "suspend"}), "/ids"),
        (json!({"ids": [], "action": "suspend"}), "/ids"),
        (json!({"ids": ["x"], "action": "suspend"}), "/ids/0"),
        (json!({"ids": anna, "filter": {}, "action": "suspend"}), "/filter"),
        (json!({"ids": anna}), "/action"),
        (json!({"ids": anna, "action": "dance"}), "/action"),
        (json!({"ids": anna, "action": "set_libraries"}), "/libraries"),
        (json!({"ids": anna, "action": "add_libraries", "libraries": {"mode": "all"}}), "/libraries/mode"),
        (json!({"ids": anna, "action": "set_downloads"}), "/allow_downloads"),
        (json!({"ids": anna, "action": "suspend", "allow_downloads": true}), "/allow_downloads"),
        (json!({"ids": anna, "action": "set_expiry"}), "/access_expires_at"),
        (json!({"ids": anna, "action": "set_expiry", "extend_days": 0}), "/extend_days"),
        (
            json!({"ids": anna, "action": "set_expiry", "access_expires_at": "2001-01-01T00:00:00Z"}),
            "/access_expires_at",
        ),
        (
            json!({"ids": anna, "action": "set_expiry", "access_expires_at": null, "extend_days": 3}),
            "/extend_days",
        ),
        (json!({"ids": anna, "action": "add_tags", "tags": []}), "/tags"),
        (json!({"ids": anna, "action": "add_tags", "tags": ["\u{202e}"]}), "/tags/0"),
        (json!({"ids": anna, "action": "suspend", "limit": 3}), "/limit"),
        (json!({"ids": anna, "action": "suspend", "dry_run": true, "limit": 0}), "/limit"),
        (json!({"filter": {"hat": 1}, "action": "suspend"}), "/filter/hat"),
        (json!({"filter": {"expiring_days": 5_000}, "action": "suspend"}), "/filter/expiring_days"),
        (json!({"filter": {"inactive_days": -1}, "action": "suspend"}), "/filter/inactive_days"),
        (json!({"filter": {"q": "x".repeat(201)}, "action": "suspend"}), "/filter/q"),
        (json!({"filter": {"q": "nobody is called that"}, "action": "suspend"}), "/filter"),
    ];
    for (body, pointer) in cases {
        let problem = admin.post(BULK, body.clone()).await.expect_problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
    }
    let nobody =
        json!({"ids": ["0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a13"], "action": "suspend", "dry_run": true});
    let page = admin.post(BULK, nobody).await.expect(200);
    assert_eq!(
        (&page["items"][0]["verdict"], &page["items"][0]["reason"]),
        (&json!("refused"), &json!("not_found"))
    );
    let editor = app.sign_in_with(&[Permission::UsersBulk, Permission::UsersEdit]).await;
    let refused = editor.post(BULK, json!({"ids": anna, "action": "remove"})).await;
    assert_eq!(refused.expect_problem(403, "permission_denied")["permission"], "users.remove");

    let nobody = json!({"filter": {"library": "typo"}, "action": "remove", "dry_run": true});
    let page = admin.post(BULK, nobody.clone()).await.expect(200);
    assert_eq!((&page["items"], &page["total"], &page["next_cursor"]), (&json!([]), &json!(0), &Value::Null));
    let mut meant = nobody;
    meant["dry_run"] = json!(false);
    let problem = admin.post(BULK, meant).await.expect_problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["pointer"], "/filter");
    assert_eq!(events(&app, "bulk.started").await, 0);

    let keyed = admin.clone().with_header("idempotency-key", "once");
    let body = json!({"ids": anna, "action": "set_bot_whitelisted", "bot_whitelisted": true});
    let first = keyed.post(BULK, body.clone()).await.expect(202);
    assert_eq!(keyed.post(BULK, body).await.expect(202), first);
    assert_eq!(events(&app, "bulk.started").await, 1);
    let other = json!({"ids": anna, "action": "suspend"});
    keyed.post(BULK, other).await.expect_problem(422, "idempotency_key_reused");
    app.ctx.db().let_time_pass(Duration::from_secs(1));
    app.run_jobs().await;
}

/// What was fine when it came first is answered as it was then, whatever has become of it since.
#[tokio::test]
async fn a_request_that_comes_again_is_not_judged_again() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let anna = ids(&people(&app, ["anna".to_owned()]).await);
    let kids = library(&app, "Kids").await.to_string();
    let soon = app.ctx.reader().now().await.unwrap().plus(60_000).to_rfc3339();
    let requests = [
        json!({"ids": anna, "action": "set_expiry", "access_expires_at": soon}),
        json!({"ids": anna, "action": "add_libraries", "libraries": {"mode": "some", "ids": [kids]}}),
        json!({"filter": {"tag": "family"}, "action": "remove_tags", "tags": ["family"]}),
    ];
    let tagged = json!({"tags": ["family"]});
    admin.patch(&format!("/api/v1/users/{}", anna[0]), tagged).await.expect(200);
    let mut answers = Vec::new();
    for (key, body) in requests.iter().enumerate() {
        let keyed = admin.clone().with_header("idempotency-key", &key.to_string());
        // Refused, it has done nothing: the key may be used for what was meant.
        keyed.post(BULK, json!({"ids": anna, "action": "add_tags", "tags": []})).await.expect(422);
        answers.push((keyed.clone(), body, keyed.post(BULK, body.clone()).await.expect(202)));
    }
    app.run_jobs().await;
    app.lose_library("Kids").await;
    app.minutes_pass(2);
    for (keyed, body, first) in answers {
        assert_eq!(keyed.post(BULK, body.clone()).await.expect(202), first, "{body}");
        for other in [
            json!({"ids": anna, "action": "set_expiry", "access_expires_at": "2001-01-01T00:00:00Z"}),
            json!({"ids": anna, "action": "suspend", "limit": 3}),
            json!({"ids": ["x"], "action": "suspend"}),
        ] {
            keyed.post(BULK, other).await.expect_problem(422, "idempotency_key_reused");
        }
    }
    assert_eq!(events(&app, "bulk.started").await, 3);
    app.may_leave_jobs();
}
