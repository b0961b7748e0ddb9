//! Members who open a link: it neither turns round what the host has begun, nor changes what they have.

use std::time::Duration;

use pum_testkit::fake_plex::Fault;
use pum_testkit::{Browser, Invitee, TestApp};
use serde_json::{Value, json};

use crate::users::{Member, events, let_undo_pass, member};

async fn host() -> (TestApp, Browser) {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    (app, admin)
}

async fn link(app: &TestApp, admin: &Browser, titles: &[&str]) -> String {
    let ids = app.library_ids(admin, titles).await;
    app.invite(admin, json!({ "libraries": { "mode": "some", "ids": ids } })).await
}

/// An end of their access begins, in one way or another.
async fn begins(app: &TestApp, admin: &Browser, member: &Member, how: &str) {
    match how {
        "suspended" => {
            admin.post(&member.at("/suspend"), Value::Null).await.expect(202);
        }
        "removed" => {
            admin.delete(&member.at("")).await.expect(202);
        }
        _ => {
            let end = app.ctx.db().now().await.expect("now").plus(10_000).to_rfc3339();
            admin.patch(&member.at(""), json!({ "access_expires_at": end })).await.expect(200);
        }
    }
}

#[actix_web::test]
async fn an_end_of_access_that_plex_delays_is_not_undone_by_a_link() {
    for (how, state) in [("suspended", "suspended"), ("removed", "removed"), ("expired", "removed")] {
        let (app, admin) = host().await;
        let priya = member(&app, &admin, "priya", &["Movies"]).await;
        let code = link(&app, &admin, &["Movies", "Kids"]).await;
        let early = app.invitee_with(priya.account);
        let ready = early.arrive(&app, &code).await;
        let down = app.plex.fault(Fault::status(503).on("remove_share"));
        begins(&app, &admin, &priya, how).await;
        if how == "removed" {
            early.accept(&ready).await.expect_problem(403, "ask_the_host");
        }
        let_undo_pass(&app);
        app.run_jobs().await;
        let going = priya.look(&admin).await;
        assert_eq!(
            (&going["state"], &going["pending_change"]["becomes"]),
            (&json!("active"), &json!(state)),
            "{how}: {going}"
        );
        // Whether they signed in before or only now.
        early.accept(&ready).await.expect_problem(403, "ask_the_host");
        let late = app.invitee_with(priya.account);
        late.open(&code).await.expect(201);
        late.sign_in(&app).await;
        late.complete().await.expect_problem(403, "ask_the_host");
        assert_eq!(priya.look(&admin).await["pending_change"]["becomes"], state, "{how}: it goes on");
        app.plex.lift(down);
        app.ctx.db().let_time_pass(Duration::from_secs(120));
        app.run_jobs().await;
        assert_eq!((priya.state(&admin).await.as_str(), priya.titles(&app)), (state, vec![]), "{how}");
        assert_eq!(app.uses(&admin, &code).await, 0, "{how}");
        app.may_leave_jobs();
    }
}

#[actix_web::test]
async fn an_edit_that_plex_delays_goes_on_when_they_open_a_link() {
    let (app, admin) = host().await;
    let priya = member(&app, &admin, "priya", &["Movies", "Kids"]).await;
    let code = link(&app, &admin, &["Movies", "Kids"]).await;
    let down = app.plex.fault(Fault::status(503).on("update_share"));
    let kids = app.library_ids(&admin, &["Kids"]).await;
    admin.patch(&priya.at(""), json!({ "libraries": { "mode": "some", "ids": kids } })).await.expect(202);
    app.run_jobs().await;
    let again = app.invitee_with(priya.account);
    let ready = again.arrive(&app, &code).await;
    again.accept(&ready).await.expect(202);
    again.accept(&ready).await.expect(202);
    assert_eq!(again.state().await, "already_member");
    assert_eq!(app.uses(&admin, &code).await, 0);
    assert_eq!(priya.look(&admin).await["libraries"]["ids"], json!(kids));
    app.plex.lift(down);
    app.ctx.db().let_time_pass(Duration::from_secs(120));
    app.run_jobs().await;
    let user = priya.look(&admin).await;
    assert_eq!((&user["pending_change"], priya.titles(&app)), (&Value::Null, vec!["Kids".to_owned()]));
    assert_eq!(events(&admin, "redemption.completed").await, 2);
    app.may_leave_jobs();
}

/// Their redemption of a link to Movies alone, in another browser.
async fn opens(app: &TestApp, admin: &Browser, member: &Member) -> (Invitee, Value, String) {
    let code = link(app, admin, &["Movies"]).await;
    let again = app.invitee_with(member.account);
    let ready = again.arrive(app, &code).await;
    (again, ready, code)
}

#[actix_web::test]
async fn what_a_member_has_is_theirs_whatever_a_link_offers() {
    // Whether they came in a moment or a day ago.
    for minutes in [0, 24 * 60] {
        let (app, admin) = host().await;
        admin.patch("/api/v1/settings", json!({ "drift_policy": "reapply" })).await.expect(200);
        let priya = member(&app, &admin, "priya", &["Movies", "Kids"]).await;
        app.minutes_pass(minutes);
        let before = priya.look(&admin).await;
        let (again, ready, code) = opens(&app, &admin, &priya).await;
        let down = app.plex.fault(Fault::status(503).on("reads"));
        again.accept(&ready).await.expect(202);
        app.run_jobs().await;
        let meanwhile = priya.look(&admin).await;
        assert_eq!(meanwhile["libraries"], before["libraries"], "{minutes}: nothing else is wanted yet");
        app.plex.lift(down);
        app.ctx.db().let_time_pass(Duration::from_secs(120));
        app.run_jobs().await;
        assert_eq!(again.state().await, "already_member", "{minutes}");
        assert_eq!(app.uses(&admin, &code).await, 0);
        app.minutes_pass(15);
        app.sync(&admin).await;
        app.run_jobs().await;
        let after = priya.look(&admin).await;
        assert_eq!((&after["libraries"], &after["drift"]), (&before["libraries"], &Value::Null), "{after}");
        assert_eq!(priya.titles(&app), ["Movies", "Kids"], "{minutes}");
        assert!(app.plex.writes_about(priya.account).is_empty(), "{minutes}");
        app.may_leave_jobs();
    }
}

#[actix_web::test]
async fn a_member_whom_plex_has_lost_comes_in_by_the_link() {
    let (app, admin) = host().await;
    let priya = member(&app, &admin, "priya", &["Movies", "Kids"]).await;
    app.minutes_pass(24 * 60);
    app.plex.leave(priya.account);
    let (again, ready, code) = opens(&app, &admin, &priya).await;
    again.accept(&ready).await.expect(202);
    app.run_jobs().await;
    assert_eq!((again.state().await.as_str(), app.uses(&admin, &code).await), ("done", 1));
    assert_eq!(priya.titles(&app), ["Movies"]);
    let movies = app.library_ids(&admin, &["Movies"]).await;
    let user = priya.look(&admin).await;
    assert_eq!((&user["state"], &user["libraries"]["ids"]), (&json!("active"), &json!(movies)), "{user}");
    app.may_leave_jobs();
}
