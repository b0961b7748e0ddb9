//! An admin does something while somebody is on their way in: it counts, and the way in comes to its own end.

use pum_testkit::fake_plex::Fault;
use pum_testkit::{Browser, Invitee, TestApp};
use serde_json::{Value, json};

use crate::users::{Member, invited, let_undo_pass, member};

async fn host() -> (TestApp, Browser) {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    (app, admin)
}

async fn until_quiet(app: &TestApp, admin: &Browser, who: &Member) {
    app.until_in_time("all is quiet", || async {
        app.run_jobs().await;
        who.look(admin).await["pending_change"].is_null()
    })
    .await;
}

/// They accept by themselves, and PUM comes to know.
async fn accepts(app: &TestApp, account: u64) {
    let share = app.plex.shares_of(account)[0].id;
    app.plex.world(|world| world.accept_share(account, share)).expect("they accept");
    app.minutes_pass(11);
    app.run_jobs().await;
}

/// A member in whose place a link to Movies alone has just been accepted; no job has run yet.
async fn comes_again(app: &TestApp, admin: &Browser, member: &Member) -> (Invitee, String) {
    let movies = app.library_ids(admin, &["Movies"]).await;
    let code = app.invite(admin, json!({ "libraries": { "mode": "some", "ids": movies } })).await;
    let again = app.invitee_with(member.account);
    let ready = again.arrive(app, &code).await;
    again.accept(&ready).await.expect(202);
    (again, code)
}

#[actix_web::test]
async fn an_edit_of_a_member_counts_and_their_link_spends_no_seat() {
    // Whether Plex takes the edit or not.
    for works in [true, false] {
        let (app, admin) = host().await;
        let priya = member(&app, &admin, "priya", &["Movies", "Kids"]).await;
        app.minutes_pass(24 * 60);
        let (again, code) = comes_again(&app, &admin, &priya).await;
        let kids = app.library_ids(&admin, &["Kids"]).await;
        let edit = json!({ "libraries": { "mode": "some", "ids": kids } });
        let edited = admin.patch(&priya.at(""), edit).await.expect(202);
        assert_eq!(edited["libraries"]["ids"], json!(kids), "{edited}");
        let refusal = app.plex.fault(Fault::status(403).on("update_share"));
        if works {
            app.plex.lift(refusal);
        }
        app.run_jobs().await;
        assert_eq!(again.state().await, "already_member", "{works}");
        assert_eq!(app.uses(&admin, &code).await, 0, "{works}");
        let user = priya.look(&admin).await;
        assert_eq!(user["libraries"]["ids"], json!(kids), "{works}: {user}");
        let has = if works { vec!["Kids"] } else { vec!["Movies", "Kids"] };
        assert_eq!(priya.titles(&app), has, "{works}");
        if works {
            continue;
        }
        // Tried again it is the edit of a member, as before.
        app.plex.lift(refusal);
        let change = user["pending_change"]["id"].as_str().expect("a failed change");
        admin.post(&format!("/api/v1/changes/{change}/retry"), json!({})).await.expect(202);
        app.run_jobs().await;
        assert_eq!(priya.titles(&app), ["Kids"]);
        assert_eq!((again.state().await.as_str(), app.uses(&admin, &code).await), ("already_member", 0));
    }
}

#[actix_web::test]
async fn a_withdrawal_that_is_taken_back_leaves_the_way_in_open() {
    let (app, admin) = host().await;
    let (sam, invitee, code) = invited(&app, &admin, "sam").await;
    let down = app.plex.fault(Fault::status(503).on("writes"));
    admin.delete(&sam.at("")).await.expect(202);
    let_undo_pass(&app);
    app.run_jobs().await;
    admin.post(&sam.at("/restore"), Value::Null).await.expect(202);
    app.plex.lift(down);
    until_quiet(&app, &admin, &sam).await;
    assert_eq!((sam.state(&admin).await.as_str(), invitee.state().await.as_str()), ("pending", "invited"));
    accepts(&app, sam.account).await;
    assert_eq!((sam.state(&admin).await.as_str(), invitee.state().await.as_str()), ("active", "done"));
    assert_eq!(app.uses(&admin, &code).await, 1);
    app.may_leave_jobs();
}

#[actix_web::test]
async fn what_is_applied_again_while_an_invitation_waits_leaves_the_way_in_open() {
    for policy in ["reapply", "ask"] {
        let (app, admin) = host().await;
        admin.patch("/api/v1/settings", json!({ "drift_policy": policy })).await.expect(200);
        let (sam, invitee, code) = invited(&app, &admin, "sam").await;
        app.minutes_pass(3);
        app.plex.set_titles(sam.account, &["Movies"]);
        app.sync(&admin).await;
        if policy == "ask" {
            admin.post(&sam.at("/drift"), json!({ "action": "reapply" })).await.expect(202);
        }
        until_quiet(&app, &admin, &sam).await;
        assert_eq!(sam.titles(&app).len(), 3, "{policy}: it is applied again");
        accepts(&app, sam.account).await;
        assert_eq!((sam.state(&admin).await.as_str(), invitee.state().await.as_str()), ("active", "done"));
        assert_eq!(app.uses(&admin, &code).await, 1, "{policy}");
        app.may_leave_jobs();
    }
}

/// Lets a worker read Plex's list of shares, and an admin set the end of access before the answer comes.
async fn set_an_end_meanwhile(app: &TestApp, admin: &Browser, who: &str) -> String {
    let held = app.plex.fault(Fault::Hold.on("list_shares"));
    let worker = app.worker();
    app.until("Plex is asked", || async { app.plex.struck(held) > 0 }).await;
    let end = app.ctx.db().now().await.expect("now").plus(7 * 24 * 3_600_000).to_rfc3339();
    admin.patch(&format!("/api/v1/users/{who}"), json!({ "access_expires_at": end })).await.expect(200);
    app.plex.lift(held);
    app.until_in_time("they are in", || async {
        admin.get(&format!("/api/v1/users/{who}")).await.expect(200)["pending_change"].is_null()
    })
    .await;
    worker.stop().await;
    end
}

#[actix_web::test]
async fn an_end_that_is_set_meanwhile_holds() {
    let (app, admin) = host().await;
    let wishes = json!({ "libraries": { "mode": "all" }, "membership_days": 30 });
    let code = app.invite(&admin, wishes).await;
    let priya = app.invitee("priya");
    priya.join(&app, &code).await;
    let id = app.user(&admin, "priya").await["id"].as_str().expect("an id").to_owned();
    let end = set_an_end_meanwhile(&app, &admin, &id).await;
    assert_eq!(priya.state().await, "done");
    let user = app.user(&admin, "priya").await;
    assert_eq!(user["access_expires_at"], end, "the days of the link are not counted any more: {user}");

    // Somebody who has access already, and comes by a link again.
    let sam = member(&app, &admin, "sam", &["Movies"]).await;
    let (again, _) = comes_again(&app, &admin, &sam).await;
    let end = set_an_end_meanwhile(&app, &admin, &sam.id).await;
    assert_eq!(again.state().await, "already_member");
    assert_eq!(sam.look(&admin).await["access_expires_at"], end);
    app.may_leave_jobs();
}

#[actix_web::test]
async fn whoever_is_blocked_gets_in_by_no_second_try() {
    let (app, admin) = host().await;
    let code = app.invite(&admin, json!({ "libraries": { "mode": "all" }, "max_uses": 1 })).await;
    let sam = app.invitee("sam");
    sam.join(&app, &code).await;
    let refusal = app.plex.fault(Fault::status(422).on("create_share"));
    app.run_jobs().await;
    assert_eq!(sam.redemption().await["reason"], "plex_refused");
    app.plex.lift(refusal);
    let user = app.user(&admin, "sam").await;
    let here = format!("/api/v1/users/{}", user["id"].as_str().expect("an id"));
    admin.post(&format!("{here}/block"), Value::Null).await.expect(200);

    let try_again = "/api/v1/public/redemptions/current/retry";
    sam.browser.post(try_again, json!({})).await.expect_problem(403, "ask_the_host");
    // An admin unblocks them first, as before a restore.
    let change = user["pending_change"]["id"].as_str().expect("a failed change");
    let retry = format!("/api/v1/changes/{change}/retry");
    admin.post(&retry, json!({})).await.expect_problem(409, "user_blocked");
    let told = admin.post("/api/v1/changes/retry", json!({})).await.expect(202);
    assert_eq!((&told["retried"], &told["refused"]), (&json!(0), &json!(1)), "{told}");
    app.run_jobs().await;
    assert_eq!((sam.state().await.as_str(), app.uses(&admin, &code).await), ("failed", 0));
    assert!(app.plex.shares_of(sam.account).is_empty());

    admin.post(&format!("{here}/unblock"), Value::Null).await.expect(200);
    sam.browser.post(try_again, json!({})).await.expect(202);
    app.run_jobs().await;
    assert_eq!((app.plex.shares_of(sam.account).len(), app.uses(&admin, &code).await), (1, 1));
    app.may_leave_jobs();
}
