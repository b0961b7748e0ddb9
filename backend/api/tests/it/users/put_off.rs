//! An end of access that is put off while it is being carried out: it does not come, and nothing else changes.

use std::time::Duration;

use pum_testkit::fake_plex::Fault;
use pum_testkit::{Browser, TestApp};
use serde_json::{Value, json};

use super::{Member, invited, member};

async fn ends_in(app: &TestApp, admin: &Browser, who: &Member, seconds: i64) {
    let end = app.ctx.db().now().await.unwrap().plus(seconds * 1_000).to_rfc3339();
    admin.patch(&who.at(""), json!({ "access_expires_at": end })).await.expect(200);
}

async fn all_is_quiet(app: &TestApp, admin: &Browser, who: &Member) {
    app.until_in_time("all is quiet", || async {
        app.run_jobs().await;
        who.look(admin).await["pending_change"].is_null()
    })
    .await;
}

#[actix_web::test]
async fn whoever_is_suspended_stays_suspended() {
    // Whether Plex is away, or has refused the removal for good.
    for status in [503, 403] {
        let app = TestApp::start().await;
        let admin = app.set_up().await;
        let sam = member(&app, &admin, "sam", &["Movies"]).await;
        admin.post(&sam.at("/suspend"), Value::Null).await.expect(202);
        app.run_jobs().await;
        ends_in(&app, &admin, &sam, 30).await;
        let trouble = app.plex.fault(Fault::status(status).on("list_shares"));
        app.ctx.db().let_time_pass(Duration::from_secs(31));
        app.run_jobs().await;
        assert_eq!(sam.look(&admin).await["pending_change"]["becomes"], "removed", "{status}");
        let turned = admin.patch(&sam.at(""), json!({ "access_expires_at": null })).await.expect(202);
        assert_eq!(
            (&turned["libraries"], &turned["kept"]["libraries"]["mode"]),
            (&Value::Null, &json!("some")),
            "{status}: {turned}"
        );
        app.plex.lift(trouble);
        all_is_quiet(&app, &admin, &sam).await;
        assert_eq!((sam.state(&admin).await.as_str(), sam.titles(&app)), ("suspended", vec![]), "{status}");
        // Given back by an admin, it is what they had.
        admin.post(&sam.at("/resume"), Value::Null).await.expect(202);
        app.run_jobs().await;
        assert_eq!(sam.titles(&app), ["Movies"], "{status}");
        what_was_given_up_does_nothing(&app).await;
    }
}

/// The jobs of changes in whose place others have come wait for their next try.
async fn what_was_given_up_does_nothing(app: &TestApp) {
    app.ctx.db().let_time_pass(Duration::from_secs(3_600));
    app.plex.clear_calls();
    app.run_jobs().await;
    assert!(app.plex.writes().is_empty(), "{:?}", app.plex.writes());
}

#[actix_web::test]
async fn whoever_was_to_be_suspended_becomes_so() {
    // Whether the end is put off, or the removal taken back.
    for put_off in [true, false] {
        let app = TestApp::start().await;
        let admin = app.set_up().await;
        let sam = member(&app, &admin, "sam", &["Movies"]).await;
        if put_off {
            ends_in(&app, &admin, &sam, 30).await;
        }
        let down = app.plex.fault(Fault::status(503).on("list_shares"));
        admin.post(&sam.at("/suspend"), Value::Null).await.expect(202);
        if put_off {
            app.ctx.db().let_time_pass(Duration::from_secs(31));
            app.run_jobs().await;
            assert_eq!(sam.look(&admin).await["pending_change"]["becomes"], "removed");
            admin.patch(&sam.at(""), json!({ "access_expires_at": null })).await.expect(202);
        } else {
            admin.delete(&sam.at("")).await.expect(202);
            super::let_undo_pass(&app);
            app.run_jobs().await;
            assert_eq!(sam.look(&admin).await["pending_change"]["becomes"], "removed");
            admin.post(&sam.at("/restore"), Value::Null).await.expect(202);
        }
        app.plex.lift(down);
        all_is_quiet(&app, &admin, &sam).await;
        let user = sam.look(&admin).await;
        assert_eq!((&user["state"], sam.titles(&app)), (&json!("suspended"), vec![]), "{put_off}: {user}");
        assert_eq!(user["kept"]["libraries"]["mode"], "some", "{put_off}: {user}");
        app.may_leave_jobs();
    }
}

/// An invitation whose end of access has passed, and is being withdrawn while Plex takes no writes. A near end is
/// judged at its moment; one that was far off by whoever watches the invitation.
async fn being_withdrawn(seconds: i64) -> (TestApp, Browser, Member, pum_testkit::Invitee, String) {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let (sam, invitee, code) = invited(&app, &admin, "sam").await;
    ends_in(&app, &admin, &sam, seconds).await;
    app.plex.fault(Fault::status(503).on("writes"));
    app.ctx.db().let_time_pass(Duration::from_secs(seconds.unsigned_abs() + 61));
    app.run_jobs().await;
    let going = sam.look(&admin).await;
    assert_eq!(
        (&going["state"], &going["pending_change"]["state"]),
        (&json!("pending"), &json!("requested")),
        "{going}"
    );
    app.may_leave_jobs();
    (app, admin, sam, invitee, code)
}

#[actix_web::test]
async fn an_invitation_waits_on() {
    for seconds in [30, 3_600] {
        let (app, admin, sam, invitee, code) = being_withdrawn(seconds).await;
        let later = app.ctx.db().now().await.unwrap().plus(30 * 24 * 3_600_000).to_rfc3339();
        admin.patch(&sam.at(""), json!({ "access_expires_at": later })).await.expect(202);
        app.plex.clear_faults();
        all_is_quiet(&app, &admin, &sam).await;
        assert_eq!(sam.state(&admin).await, "pending", "{seconds}");
        assert!(app.plex.calls_of("cancel_invite").iter().all(|call| !call.worked), "{seconds}");
        let share = app.plex.shares_of(sam.account)[0].id;
        app.plex.world(|world| world.accept_share(sam.account, share)).expect("they accept");
        app.until_in_time("they are in", || async {
            app.run_jobs().await;
            invitee.state().await == "done"
        })
        .await;
        assert_eq!(sam.state(&admin).await, "active", "{seconds}");
        assert_eq!(app.uses(&admin, &code).await, 1, "{seconds}");
    }
}

#[actix_web::test]
async fn a_removal_by_hand_goes_on() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let (sam, _, code) = invited(&app, &admin, "sam").await;
    ends_in(&app, &admin, &sam, 3_600).await;
    let down = app.plex.fault(Fault::status(503).on("writes"));
    admin.delete(&sam.at("")).await.expect(202);
    super::let_undo_pass(&app);
    app.run_jobs().await;
    admin.patch(&sam.at(""), json!({ "access_expires_at": null })).await.expect(200);
    app.plex.lift(down);
    all_is_quiet(&app, &admin, &sam).await;
    assert_eq!((sam.state(&admin).await.as_str(), app.uses(&admin, &code).await), ("removed", 0));
    app.may_leave_jobs();
}
