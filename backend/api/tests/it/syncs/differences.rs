//! Plex shows something else than was wanted: adopted, asked about, or mended.

use pum_store::Reads as _;
use pum_testkit::{Browser, TestApp};
use serde_json::{Value, json};

/// Mia, who has what was wanted for her.
async fn mia(policy: &str) -> (TestApp, Browser, u64) {
    let app = TestApp::start().await;
    let mia = app.plex.add_member("mia", &["Movies", "TV Shows"]);
    app.plex.add_member("sam", &["Movies"]);
    let admin = app.set_up().await;
    admin.patch("/api/v1/settings", json!({ "drift_policy": policy })).await.expect(200);
    (app, admin, mia)
}

async fn shown(app: &TestApp, admin: &Browser) -> (Value, Vec<String>) {
    let user = app.user(admin, "mia").await;
    let page = admin.get("/api/v1/libraries?limit=200").await.expect(200);
    let ids = user["libraries"]["ids"].as_array().cloned().unwrap_or_default();
    let rows = page["items"].as_array().unwrap().iter();
    let titles = rows
        .filter(|row| ids.contains(&row["id"]))
        .filter_map(|row| row["title"].as_str().map(str::to_owned));
    (user.clone(), titles.collect())
}

fn titles(app: &TestApp, account: u64) -> Vec<String> {
    app.plex.shares_of(account).first().map(|share| app.plex.titles(share)).unwrap_or_default()
}

async fn settle(app: &TestApp, admin: &Browser, action: &str) {
    let id = app.user(admin, "mia").await["id"].as_str().unwrap().to_owned();
    let answer = admin.post(&format!("/api/v1/users/{id}/drift"), json!({ "action": action })).await;
    let (status, change) = match action {
        "reapply" => (202, json!("requested")),
        _ => (200, Value::Null),
    };
    let user = answer.expect(status);
    assert_eq!((&user["username"], &user["pending_change"]["state"]), (&json!("mia"), &change), "{user}");
    app.run_jobs().await;
}

#[actix_web::test]
async fn what_was_changed_at_plex_is_adopted() {
    let (app, admin, account) = mia("adopt").await;
    for wanted in [vec!["Movies"], vec!["Movies", "Kids"], vec!["TV Shows"]] {
        app.plex.set_titles(account, &wanted);
        let sync = app.sync(&admin).await;
        assert_eq!((&sync["updated"], &sync["unchanged"]), (&json!(1), &json!(1)), "{sync}");
        let (user, titles) = shown(&app, &admin).await;
        assert_eq!(titles, wanted, "{user}");
        assert_eq!(user["drift"], Value::Null);
    }
    app.plex.set_titles(account, &[]);
    app.sync(&admin).await;
    assert_eq!(shown(&app, &admin).await.0["libraries"], json!({ "mode": "all" }));
    let told = admin.get("/api/v1/history?type=user.access_adopted").await.expect(200);
    assert_eq!(told["total"], 4, "{told}");
    assert!(told["items"][0]["before"].is_object() && told["items"][0]["after"].is_object(), "{told}");
    assert!(app.plex.writes().is_empty());
}

#[actix_web::test]
async fn an_admin_is_asked_and_accepts_or_applies_again() {
    let (app, admin, account) = mia("ask").await;
    app.plex.set_titles(account, &["Movies", "TV Shows", "Kids"]);
    let sync = app.sync(&admin).await;
    assert_eq!(app.found(&admin, &sync).await, [("problem".into(), "mia".into(), "widened".into())]);
    let (user, titles_now) = shown(&app, &admin).await;
    assert_eq!(titles_now, ["Movies", "TV Shows"], "what is wanted stays");
    assert_eq!(
        user["now"]["libraries"]["ids"].as_array().map(Vec::len),
        Some(3),
        "and what is now is shown: {user}"
    );
    assert_eq!(user["drift"]["kind"], "widened");
    let stats = admin.get("/api/v1/stats").await.expect(200);
    assert!(stats["attention"].to_string().contains("access_drifted"), "{stats}");
    app.sync(&admin).await;
    let told = admin.get("/api/v1/history?type=user.access_drifted").await.expect(200);
    assert_eq!(told["total"], 1, "told once: {told}");

    settle(&app, &admin, "reapply").await;
    assert_eq!(titles(&app, account), ["Movies", "TV Shows"]);
    let (user, _) = shown(&app, &admin).await;
    assert_eq!(user["drift"], Value::Null, "{user}");

    app.minutes_pass(15);
    app.run_jobs().await;
    app.plex.set_titles(account, &["Movies"]);
    app.sync(&admin).await;
    assert_eq!(shown(&app, &admin).await.0["drift"]["kind"], "narrowed");
    settle(&app, &admin, "accept").await;
    assert_eq!(shown(&app, &admin).await.1, ["Movies"]);
    assert_eq!(titles(&app, account), ["Movies"]);
    let id = app.user(&admin, "mia").await["id"].as_str().unwrap().to_owned();
    let drift = format!("/api/v1/users/{id}/drift");
    admin.post(&drift, json!({ "action": "accept" })).await.expect_problem(409, "no_drift");
    admin.post(&drift, json!({ "action": "shrug" })).await.expect_problem(422, "validation_failed");
}

#[actix_web::test]
async fn what_is_wanted_is_applied_again() {
    let (app, admin, account) = mia("reapply").await;
    app.plex.set_titles(account, &["Kids"]);
    app.sync(&admin).await;
    app.run_jobs().await;
    assert_eq!(titles(&app, account), ["Movies", "TV Shows"]);
    app.minutes_pass(15);
    app.run_jobs().await;
    app.plex.unshare(account);
    app.sync(&admin).await;
    app.run_jobs().await;
    assert!(titles(&app, account).is_empty(), "one look is not enough");
    app.minutes_pass(11);
    app.sync(&admin).await;
    app.run_jobs().await;
    assert_eq!(titles(&app, account), ["Movies", "TV Shows"], "shared again");
}

/// Everything is taken away from Mia, in one way or another; where she stands then.
async fn take_away(app: &TestApp, admin: &Browser, how: &str) -> &'static str {
    let id = app.user(admin, "mia").await["id"].as_str().unwrap().to_owned();
    let here = format!("/api/v1/users/{id}");
    let state = match how {
        "suspended" => {
            admin.post(&format!("{here}/suspend"), Value::Null).await.expect(202);
            "suspended"
        }
        "removed" => {
            admin.delete(&here).await.expect(202);
            "removed"
        }
        _ => {
            let end = app.ctx.reader().now().await.unwrap().plus(30_000).to_rfc3339();
            admin.patch(&here, json!({ "access_expires_at": end })).await.expect(200);
            "removed"
        }
    };
    app.ctx.db().let_time_pass(std::time::Duration::from_secs(31));
    app.run_jobs().await;
    assert_eq!(app.user(admin, "mia").await["state"], state, "{how}");
    state
}

#[actix_web::test]
async fn access_that_comes_back_after_a_revoke_is_never_adopted() {
    let policies = ["adopt", "ask", "reapply"];
    for (how, policy) in
        ["suspended", "removed", "expired"].iter().flat_map(|how| policies.map(|one| (how, one)))
    {
        let what = format!("{how}, {policy}");
        let (app, admin, account) = mia(policy).await;
        let state = take_away(&app, &admin, how).await;
        assert!(titles(&app, account).is_empty(), "{what}");
        // A write that was on its way for long arrives, or somebody restores it by hand.
        app.minutes_pass(3);
        app.plex.share(account, &["Movies", "TV Shows"], true);
        let sync = app.sync(&admin).await;
        app.run_jobs().await;
        let user = app.user(&admin, "mia").await;
        assert_eq!(user["state"], state, "{what}: {user}");
        if policy == "reapply" {
            assert!(titles(&app, account).is_empty(), "{what}: taken away again");
            assert_eq!(user["drift"], Value::Null, "{what}: {user}");
        } else {
            assert_eq!(user["drift"]["kind"], "returned", "{what}: {user} {sync}");
            assert_eq!(titles(&app, account), ["Movies", "TV Shows"], "{what}: nothing is done unasked");
            settle(&app, &admin, "accept").await;
            let user = app.user(&admin, "mia").await;
            assert_eq!((&user["state"], &user["drift"]), (&json!("active"), &Value::Null), "{what}: {user}");
        }
        app.may_leave_jobs();
    }
}

#[actix_web::test]
async fn a_library_that_pum_took_away_is_asked_about_when_it_is_back() {
    let (app, admin, account) = mia("adopt").await;
    let id = app.user(&admin, "mia").await["id"].as_str().unwrap().to_owned();
    let movies = app.library_ids(&admin, &["Movies"]).await;
    let wanted = json!({ "libraries": { "mode": "some", "ids": movies } });
    admin.patch(&format!("/api/v1/users/{id}"), wanted).await;
    app.run_jobs().await;
    assert_eq!(titles(&app, account), ["Movies"]);
    app.minutes_pass(15);
    app.run_jobs().await;
    app.plex.set_titles(account, &["Movies", "TV Shows"]);
    app.sync(&admin).await;
    let (user, now) = shown(&app, &admin).await;
    assert_eq!((&user["drift"]["kind"], now), (&json!("widened"), vec!["Movies".to_owned()]), "{user}");
    app.plex.set_titles(account, &["Movies", "Kids"]);
    app.sync(&admin).await;
    let (user, now) = shown(&app, &admin).await;
    assert_eq!((&user["drift"], now), (&Value::Null, vec!["Movies".to_owned(), "Kids".to_owned()]), "{user}");
    app.may_leave_jobs();
}

#[actix_web::test]
async fn a_change_that_is_under_way_is_never_overwritten() {
    let (app, admin, account) = mia("adopt").await;
    let id = app.user(&admin, "mia").await["id"].as_str().unwrap().to_owned();
    let kids = app.library_ids(&admin, &["Kids"]).await;
    let wanted = json!({ "libraries": { "mode": "some", "ids": kids } });
    admin.patch(&format!("/api/v1/users/{id}"), wanted).await;
    app.plex.set_titles(account, &["Movies"]);
    // The sync is asked for and runs before the change is carried out.
    let lists = pum_app::sync::request(&app.ctx, &pum_app::Actor::command_line()).await.unwrap();
    let payload = json!({ "sync_id": lists.id });
    let info = pum_app::outcome::JobInfo { id: 1, attempt: 1, max_attempts: 3 };
    pum_app::jobs::run(&app.ctx, pum_domain::job::JobKind::SyncUsers, &payload, &info).await;
    let sync = admin.get(&format!("/api/v1/users/syncs/{}", lists.id)).await.expect(200);
    assert_eq!(
        (&sync["state"], &sync["skipped"], &sync["updated"]),
        (&json!("done"), &json!(1), &json!(0)),
        "{sync}"
    );
    app.run_jobs().await;
    assert_eq!(titles(&app, account), ["Kids"]);
    assert_eq!(shown(&app, &admin).await.1, ["Kids"]);
}

#[actix_web::test]
async fn an_undone_change_is_seen_within_minutes_without_a_sync() {
    let (app, admin, account) = mia("reapply").await;
    let id = app.user(&admin, "mia").await["id"].as_str().unwrap().to_owned();
    let kids = app.library_ids(&admin, &["Kids"]).await;
    let wanted = json!({ "libraries": { "mode": "some", "ids": kids } });
    admin.patch(&format!("/api/v1/users/{id}"), wanted).await;
    app.run_jobs().await;
    assert_eq!(titles(&app, account), ["Kids"]);
    app.plex.set_titles(account, &["Movies", "TV Shows"]);
    app.minutes_pass(1);
    app.run_jobs().await;
    app.minutes_pass(10);
    app.run_jobs().await;
    app.minutes_pass(1);
    app.run_jobs().await;
    assert_eq!(titles(&app, account), ["Kids"], "the late write is undone");
}
