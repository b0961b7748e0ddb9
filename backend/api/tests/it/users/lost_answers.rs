//! An answer of Plex is lost, and the next call tells nothing: what the first may have done is not forgotten, so
//! that no list from before it decides anything.

use std::time::Duration;

use pum_testkit::fake_plex::Fault;
use pum_testkit::{Browser, Invitee, TestApp};
use serde_json::{Value, json};

use super::{Member, id_of, let_undo_pass, member, writes};

/// Longer than what may be repeated waits, and shorter than lists lag.
const A_MOMENT: Duration = Duration::from_secs(25);

async fn all_is_quiet(app: &TestApp, admin: &Browser, who: &Member) {
    app.until_in_time("all is quiet", || async {
        app.run_jobs().await;
        who.look(admin).await["pending_change"].is_null()
    })
    .await;
}

#[actix_web::test]
async fn a_share_that_may_be_gone_is_not_taken_for_given_back() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    let lags = app.plex.fault(Fault::Frozen.on("reads"));
    app.plex.fault(Fault::LostAnswer.on("remove_share").times(1));
    admin.post(&priya.at("/suspend"), Value::Null).await.expect(202);
    app.run_jobs().await;
    assert!(priya.titles(&app).is_empty(), "Plex has done it, and the answer was lost");
    // Plex does not know what the same call is about now.
    app.ctx.db().let_time_pass(A_MOMENT);
    app.run_jobs().await;
    assert_eq!(writes(&app).len(), 2, "{:?}", writes(&app));

    admin.post(&priya.at("/resume"), Value::Null).await.expect(202);
    app.run_jobs().await;
    let waits = priya.look(&admin).await;
    assert_eq!(waits["pending_change"]["state"], "requested", "a list from before proves nothing: {waits}");
    app.plex.lift(lags);
    all_is_quiet(&app, &admin, &priya).await;
    assert_eq!(
        (priya.state(&admin).await.as_str(), priya.titles(&app)),
        ("active", vec!["Movies".to_owned()])
    );
}

/// Somebody whose invitation was made, though neither PUM's call nor Plex's lists tell so, and whose next call Plex
/// answers with this status.
async fn invited_unawares(status: u16) -> (TestApp, Browser, Member, Invitee, String) {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let code = app.invite(&admin, json!({ "libraries": { "mode": "all" }, "max_uses": 1 })).await;
    let sam = app.invitee("sam");
    sam.join(&app, &code).await;
    app.plex.fault(Fault::Frozen.on("reads"));
    app.plex.fault(Fault::LostAnswer.on("create_share").times(1));
    app.plex.fault(Fault::status(status).on("create_share").after(1));
    app.run_jobs().await;
    assert_eq!(app.plex.shares_of(sam.account).len(), 1, "Plex has done it, and the answer was lost");
    app.ctx.db().let_time_pass(A_MOMENT);
    app.run_jobs().await;
    assert_eq!(app.plex.calls_of("create_share").len(), 2);
    let member = Member { id: id_of(&admin, "sam").await, account: sam.account };
    app.may_leave_jobs();
    (app, admin, member, sam, code)
}

#[actix_web::test]
async fn an_invitation_that_may_have_been_made_is_withdrawn() {
    let (app, admin, sam, _, code) = invited_unawares(429).await;
    admin.delete(&sam.at("")).await.expect(202);
    let_undo_pass(&app);
    app.run_jobs().await;
    let waits = sam.look(&admin).await;
    assert_eq!(waits["state"], "pending", "a list from before proves nothing: {waits}");
    assert_eq!(app.uses(&admin, &code).await, 1);
    app.plex.clear_faults();
    all_is_quiet(&app, &admin, &sam).await;
    assert!(app.plex.shares_of(sam.account).is_empty());
    assert_eq!((sam.state(&admin).await.as_str(), app.uses(&admin, &code).await), ("removed", 0));
}

#[actix_web::test]
async fn its_seat_is_not_free() {
    let (app, admin, _, sam, code) = invited_unawares(422).await;
    let end = sam.redemption().await;
    assert_eq!((&end["state"], &end["reason"]), (&json!("failed"), &json!("plex_refused")), "{end}");
    assert_eq!(app.uses(&admin, &code).await, 1, "nothing proves that Plex has given nothing for it");
}
