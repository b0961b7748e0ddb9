//! What the owner has set for somebody at Plex stays as it is, whatever a change of ours does to it on the way.

use std::time::Duration;

use pum_testkit::fake_plex::{Fault, Rule};
use pum_testkit::{Browser, TestApp};
use serde_json::{Value, json};

use super::{Member, member};

/// Somebody who sees films for everybody only, and whose libraries are changed by the newer way, which sends
/// settings along.
async fn filtered() -> (TestApp, Browser, Member) {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    set(
        &app,
        &priya,
        &json!({ "filterMovies": "contentRating=G", "filterPhotos": "label=Kids", "allowTuners": 2 }),
    );
    app.plex.fault(Fault::Gone.on("update_share_v1"));
    (app, admin, priya)
}

fn set(app: &TestApp, priya: &Member, fields: &Value) {
    let owner = app.plex.owner();
    let fields = fields.as_object().expect("fields");
    app.plex.world(|world| world.change_settings(owner, &priya.account.to_string(), fields));
}

fn filters(app: &TestApp, priya: &Member) -> (String, String, u8) {
    let owner = app.plex.owner();
    let now = app.plex.world(|world| world.settings_for(owner, &priya.account.to_string()));
    (now.filter_movies, now.filter_photos, now.allow_tuners)
}

fn as_before() -> (String, String, u8) {
    ("contentRating=G".to_owned(), "label=Kids".to_owned(), 2)
}

/// Does what is due; when Plex has done `write`, the filter for films is gone there.
async fn loses_a_filter_by(app: &TestApp, priya: &Member, write: &str) {
    tokio::join!(app.run_jobs(), loses_a_filter_meanwhile(app, priya, write));
}

/// When Plex has done `write`, which somebody else sees to, the filter for films is gone there.
async fn loses_a_filter_meanwhile(app: &TestApp, priya: &Member, write: &str) {
    let held = app.plex.fault(Fault::HoldAnswer.on(write).times(1));
    app.plex.worked(write, 1).await;
    set(app, priya, &json!({ "filterMovies": "" }));
    app.plex.lift(held);
}

async fn is_done(app: &TestApp, admin: &Browser, priya: &Member) {
    app.until_in_time("it is done", || async { priya.look(admin).await["pending_change"] == Value::Null })
        .await;
}

async fn wants_kids(app: &TestApp, admin: &Browser, priya: &Member) {
    let kids = app.library_ids(admin, &["Kids"]).await;
    let edit = json!({ "libraries": { "mode": "some", "ids": kids } });
    admin.patch(&priya.at(""), edit).await.expect(202);
}

#[actix_web::test]
async fn a_filter_that_an_update_has_cost_is_given_back() {
    for told_by_shares in [true, false] {
        let (app, admin, priya) = filtered().await;
        app.plex.world(|world| world.config.filters_in_share_list = told_by_shares);
        wants_kids(&app, &admin, &priya).await;
        loses_a_filter_by(&app, &priya, "update_share_v2").await;
        assert_eq!((filters(&app, &priya), priya.titles(&app)), (as_before(), vec!["Kids".to_owned()]));
        assert_eq!(app.plex.calls_of("update_sharing").len(), 1, "{:?}", app.plex.writes());
        let user = priya.look(&admin).await;
        assert_eq!(
            (&user["pending_change"], &user["allow_downloads"]),
            (&Value::Null, &json!(false)),
            "{user}"
        );
        app.may_leave_jobs();
    }
}

#[actix_web::test]
async fn a_filter_is_there_again_after_a_resume() {
    let (app, admin, priya) = filtered().await;
    admin.post(&priya.at("/suspend"), Value::Null).await.expect(202);
    app.run_jobs().await;
    assert!(priya.titles(&app).is_empty());
    app.plex.clear_calls();
    admin.post(&priya.at("/resume"), Value::Null).await.expect(202);
    loses_a_filter_by(&app, &priya, "create_share").await;
    assert_eq!((filters(&app, &priya), priya.titles(&app)), (as_before(), vec!["Movies".to_owned()]));
    assert_eq!(priya.state(&admin).await, "active");
    app.may_leave_jobs();
}

#[actix_web::test]
async fn a_filter_that_cannot_be_given_back_fails_the_change_until_somebody_tries_again() {
    let (app, admin, priya) = filtered().await;
    // Plex says yes, and nothing happens.
    let idle = app.plex.fault(Fault::status(204).on("update_sharing"));
    wants_kids(&app, &admin, &priya).await;
    loses_a_filter_by(&app, &priya, "update_share_v2").await;
    app.until_in_time("it has failed", || async {
        app.run_jobs().await;
        priya.look(&admin).await["pending_change"]["state"] == "failed"
    })
    .await;
    let failed = priya.look(&admin).await["pending_change"].take();
    assert_eq!(failed["reason"], "settings_not_kept", "{failed}");
    assert!(failed["detail"].as_str().is_some_and(|detail| detail.contains("filterMovies")), "{failed}");
    assert_eq!(app.plex.calls_of("update_sharing").len(), 1, "given back once");
    app.plex.lift(idle);
    let again = format!("/api/v1/changes/{}/retry", failed["id"].as_str().expect("an id"));
    admin.post(&again, json!({})).await.expect(202);
    app.run_jobs().await;
    assert_eq!((filters(&app, &priya), priya.titles(&app)), (as_before(), vec!["Kids".to_owned()]));
    assert_eq!(priya.look(&admin).await["pending_change"], Value::Null);
    app.may_leave_jobs();
}

/// Gives back a filter while Plex has its moods; how often it was asked to.
async fn gives_back_in_spite_of(mood: Rule) -> usize {
    let told = format!("{mood:?}");
    let (app, admin, priya) = filtered().await;
    app.plex.fault(mood);
    wants_kids(&app, &admin, &priya).await;
    let worker = app.worker();
    loses_a_filter_meanwhile(&app, &priya, "update_share_v2").await;
    is_done(&app, &admin, &priya).await;
    worker.stop().await;
    assert_eq!((filters(&app, &priya), priya.titles(&app)), (as_before(), vec!["Kids".to_owned()]), "{told}");
    assert!(app.plex.overlapping_writes().is_empty(), "{told}");
    app.may_leave_jobs();
    app.plex.calls_of("update_sharing").len()
}

#[actix_web::test]
async fn an_outage_while_a_filter_is_given_back_is_waited_out() {
    let rows = [
        (Fault::status(503).on("update_sharing").times(3), 4),
        (Fault::too_many(1).on("update_sharing").times(1), 2),
        (Fault::Drop.on("update_sharing").times(1), 2),
        // It was done, and reading shows so.
        (Fault::LostAnswer.on("update_sharing").times(1), 1),
        (Fault::WorkThenStatus { status: 500 }.on("update_sharing").times(1), 1),
    ];
    for (mood, calls) in rows {
        let told = format!("{mood:?}");
        assert_eq!(gives_back_in_spite_of(mood).await, calls, "{told}");
    }
}

#[actix_web::test]
async fn killed_before_and_after_plex_has_given_a_filter_back_it_is_there_in_the_end() {
    for (mood, when) in [(Fault::Hold, "before"), (Fault::HoldAnswer, "after")] {
        let (app, admin, priya) = filtered().await;
        let held = app.plex.fault(mood.on("update_sharing").times(1));
        wants_kids(&app, &admin, &priya).await;
        let doomed = app.worker();
        loses_a_filter_meanwhile(&app, &priya, "update_share_v2").await;
        app.until(when, || async { !app.plex.calls_of("update_sharing").is_empty() }).await;
        doomed.kill().await;
        app.plex.lift(held);

        app.ctx.db().let_time_pass(Duration::from_secs(61));
        let next = app.worker();
        is_done(&app, &admin, &priya).await;
        next.stop().await;
        assert_eq!(
            (filters(&app, &priya), priya.titles(&app)),
            (as_before(), vec!["Kids".to_owned()]),
            "{when}"
        );
        app.may_leave_jobs();
    }
}
