//! What the owner does by hand at Plex to somebody's invitation: it counts, and PUM does not undo it.

use pum_testkit::fake_plex::Fault;
use pum_testkit::{Browser, Invitee, TestApp};
use serde_json::{Value, json};

use crate::users::{Member, invited, member};

/// Priya, who came by a link long ago, beside others.
async fn long_a_member() -> (TestApp, Browser, Member) {
    let app = TestApp::start().await;
    app.plex.add_member("sam", &["Movies"]);
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    weeks_pass(&app).await;
    let admin = app.sign_in_as_admin().await;
    (app, admin, priya)
}

/// Longer than an invitation may wait.
async fn weeks_pass(app: &TestApp) {
    app.minutes_pass(20 * 24 * 60);
    app.run_jobs().await;
}

/// The owner invites them once more, by hand; they have yet to accept.
fn invite_by_hand(app: &TestApp, account: u64) {
    app.plex.leave(account);
    app.plex.share(account, &["Movies"], false);
}

async fn still_waits(app: &TestApp, admin: &Browser, who: &Member, what: &str) {
    for _ in 0..3 {
        let sync = app.sync(admin).await;
        app.run_jobs().await;
        let user = who.look(admin).await;
        assert_eq!(user["state"], "pending", "{what}: {user} {sync}");
        assert_eq!(app.plex.shares_of(who.account).len(), 1, "{what}");
        app.minutes_pass(15);
    }
    assert!(app.plex.writes().is_empty(), "{what}: {:?}", app.plex.writes());
    let share = app.plex.shares_of(who.account)[0].id;
    app.plex.world(|world| world.accept_share(who.account, share)).expect("they accept");
    app.sync(admin).await;
    assert_eq!(who.state(admin).await, "active", "{what}");
}

#[actix_web::test]
async fn an_invitation_in_place_of_a_share_waits_for_an_answer() {
    let (app, admin, priya) = long_a_member().await;
    app.plex.clear_calls();
    invite_by_hand(&app, priya.account);
    still_waits(&app, &admin, &priya, "replaced").await;
    app.may_leave_jobs();
}

#[actix_web::test]
async fn who_has_left_and_is_invited_again_may_answer() {
    let (app, admin, priya) = long_a_member().await;
    app.plex.leave(priya.account);
    app.sync(&admin).await;
    app.minutes_pass(11);
    app.sync(&admin).await;
    assert_eq!(priya.state(&admin).await, "removed");
    app.plex.clear_calls();
    invite_by_hand(&app, priya.account);
    still_waits(&app, &admin, &priya, "returned").await;
    app.may_leave_jobs();
}

#[actix_web::test]
async fn whom_an_admin_lets_wait_is_not_withdrawn() {
    let (app, admin, priya) = long_a_member().await;
    admin.post(&priya.at("/suspend"), Value::Null).await.expect(202);
    app.run_jobs().await;
    assert_eq!(priya.state(&admin).await, "suspended");
    weeks_pass(&app).await;
    let admin = app.sign_in_as_admin().await;
    app.plex.clear_calls();
    invite_by_hand(&app, priya.account);
    app.sync(&admin).await;
    admin.post(&priya.at("/drift"), json!({ "action": "accept" })).await.expect(200);
    still_waits(&app, &admin, &priya, "accepted").await;
    app.may_leave_jobs();
}

#[actix_web::test]
async fn an_end_that_has_passed_does_not_withdraw_what_an_admin_accepts() {
    let (app, admin, priya) = long_a_member().await;
    let end = app.ctx.db().now().await.unwrap().plus(30_000).to_rfc3339();
    admin.patch(&priya.at(""), json!({ "access_expires_at": end })).await.expect(200);
    app.minutes_pass(1);
    app.run_jobs().await;
    assert_eq!(priya.state(&admin).await, "removed");
    app.minutes_pass(15);
    app.run_jobs().await;
    app.plex.clear_calls();
    invite_by_hand(&app, priya.account);
    app.sync(&admin).await;
    admin.post(&priya.at("/drift"), json!({ "action": "accept" })).await.expect(200);
    for _ in 0..2 {
        app.minutes_pass(1);
        admin.post("/api/v1/jobs/schedules/judge_expiries/run", Value::Null).await.expect(202);
        app.run_jobs().await;
    }
    let user = priya.look(&admin).await;
    assert_eq!((&user["state"], &user["access_expires_at"]), (&json!("pending"), &Value::Null), "{user}");
    still_waits(&app, &admin, &priya, "expired").await;
    app.may_leave_jobs();
}

/// Priya has an invitation of PUM's that waits; others are members.
async fn waits_for_answer(policy: &str) -> (TestApp, Browser, (Member, Invitee, String)) {
    let app = TestApp::start().await;
    app.plex.add_member("sam", &["Movies"]);
    let admin = app.set_up().await;
    admin.patch("/api/v1/settings", json!({ "drift_policy": policy })).await.expect(200);
    let priya = invited(&app, &admin, "priya").await;
    app.minutes_pass(15);
    app.run_jobs().await;
    app.plex.clear_calls();
    app.may_leave_jobs();
    (app, admin, priya)
}

fn accept(app: &TestApp, account: u64) {
    let share = app.plex.shares_of(account)[0].id;
    app.plex.world(|world| world.accept_share(account, share)).expect("they accept");
}

#[actix_web::test]
async fn an_invitation_that_was_narrowed_by_hand_stays_so_once_it_is_accepted() {
    for first in ["sync", "watch"] {
        let (app, admin, (priya, invitee, code)) = waits_for_answer("adopt").await;
        app.plex.set_titles(priya.account, &["Kids"]);
        app.sync(&admin).await;
        assert_eq!(priya.look(&admin).await["libraries"]["mode"], "some", "{first}: adopted");
        app.minutes_pass(15);
        accept(&app, priya.account);
        if first == "sync" {
            // Not the watch: its next look is not due yet.
            app.sync(&admin).await;
        }
        for _ in 0..3 {
            app.minutes_pass(11);
            app.run_jobs().await;
        }
        assert_eq!(invitee.state().await, "done", "{first}");
        assert_eq!(priya.titles(&app), ["Kids"], "{first}");
        let user = priya.look(&admin).await;
        assert_eq!(
            (&user["libraries"]["mode"], &user["drift"]),
            (&json!("some"), &Value::Null),
            "{first}: {user}"
        );
        assert_eq!(app.uses(&admin, &code).await, 1, "{first}");
        assert!(app.plex.calls_of("update_share").is_empty(), "{first}");
    }
}

#[actix_web::test]
async fn a_link_is_redeemed_though_the_waiting_invitation_was_mended() {
    for (policy, by_admin) in [("reapply", false), ("ask", true)] {
        let (app, admin, (priya, invitee, code)) = waits_for_answer(policy).await;
        app.plex.set_titles(priya.account, &["Kids"]);
        app.sync(&admin).await;
        if by_admin {
            admin.post(&priya.at("/drift"), json!({ "action": "reapply" })).await.expect(202);
        }
        app.run_jobs().await;
        assert_eq!(priya.titles(&app).len(), 3, "{policy}: mended");
        app.minutes_pass(15);
        accept(&app, priya.account);
        app.sync(&admin).await;
        app.run_jobs().await;
        assert_eq!(priya.state(&admin).await, "active", "{policy}");
        assert_eq!(invitee.state().await, "done", "{policy}");
        assert_eq!(app.uses(&admin, &code).await, 1, "{policy}");
    }
}

#[actix_web::test]
async fn a_new_library_for_who_has_yet_to_accept_leaves_their_link_as_it_is() {
    let (app, admin, (priya, invitee, code)) = waits_for_answer("adopt").await;
    // Everything, told to Plex as a list.
    app.plex.set_titles(priya.account, &["Movies", "TV Shows", "Kids"]);
    app.sync(&admin).await;
    let mid = app.plex.server(0).machine_identifier().to_owned();
    app.plex.world(|world| world.add_library(&mid, "Concerts", "movie", 4));
    app.sync(&admin).await;
    app.run_jobs().await;
    assert_eq!(priya.titles(&app).len(), 4);
    app.minutes_pass(15);
    accept(&app, priya.account);
    app.sync(&admin).await;
    app.run_jobs().await;
    assert_eq!((priya.state(&admin).await, invitee.state().await), ("active".to_owned(), "done".to_owned()));
    assert_eq!(app.uses(&admin, &code).await, 1);
}

#[actix_web::test]
async fn an_edit_of_who_waits_takes_no_living_invitation_away() {
    let (app, admin, (priya, invitee, code)) = waits_for_answer("adopt").await;
    app.minutes_pass(15);
    let kids = app.library_ids(&admin, &["Kids"]).await;
    app.plex.fault(Fault::EmptyList.on("list_pending"));
    let edit = json!({ "libraries": { "mode": "some", "ids": kids } });
    admin.patch(&priya.at(""), edit).await.expect(202);
    for _ in 0..10 {
        app.run_jobs().await;
        app.minutes_pass(1);
    }
    assert!(app.plex.calls_of("remove_share").is_empty(), "{:?}", app.plex.writes());
    assert!(app.plex.calls_of("create_share").is_empty(), "{:?}", app.plex.writes());
    assert_eq!(priya.titles(&app), ["Kids"]);
    accept(&app, priya.account);
    app.minutes_pass(11);
    app.run_jobs().await;
    assert_eq!((priya.state(&admin).await, invitee.state().await), ("active".to_owned(), "done".to_owned()));
    assert_eq!(app.uses(&admin, &code).await, 1);
}

#[actix_web::test]
async fn who_is_removed_while_a_list_is_empty_keeps_no_invitation() {
    let (app, admin, (priya, ..)) = waits_for_answer("adopt").await;
    app.plex.world(|world| world.config.pending_rows_in_share_list = false);
    app.plex.fault(Fault::EmptyList.on("list_pending"));
    admin.delete(&priya.at("")).await.expect(202);
    for _ in 0..8 {
        app.minutes_pass(1);
        app.run_jobs().await;
    }
    assert_eq!(priya.state(&admin).await, "removed");
    assert!(app.plex.shares_of(priya.account).is_empty(), "withdrawn, not only forgotten");
}
