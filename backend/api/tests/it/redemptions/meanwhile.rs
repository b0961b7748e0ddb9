//! An admin does something while somebody is on their way in: it counts, and the way in comes to its own end.

use pum_testkit::fake_plex::Fault;
use pum_testkit::{Browser, Invitee, TestApp};
use serde_json::{Value, json};

use crate::users::{Member, member};

async fn host() -> (TestApp, Browser) {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    (app, admin)
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
