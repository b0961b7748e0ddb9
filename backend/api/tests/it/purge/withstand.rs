//! What must not remove anybody, and what must not remove anybody twice.

use std::time::Duration;

use pum_app::hooks::Hooks;
use pum_app::outcome::{JobInfo, Outcome};
use pum_app::secret::{Keys, Secret};
use pum_app::streams::enqueue_import;
use pum_app::{Ctx, jobs};
use pum_domain::instant::DAY;
use pum_domain::job::{JobKind, Lane};
use pum_testkit::fake_plex::Fault;
use pum_testkit::test_app::SECRET_KEY;
use serde_json::json;

use super::*;
use crate::dance::events;

/// Everybody is idle, and warned for long enough: a sound night would remove them all.
async fn ripe(count: usize) -> (TestApp, Browser, Vec<Person>) {
    let (app, admin, all) = idle_people(count).await;
    turn_on(&admin, json!({})).await;
    night(&app, &admin).await;
    assert_eq!(warned(&admin, &all).await, count);
    days_pass(&app, 15).await;
    (app, admin, all)
}

/// By the clock and by hand nobody goes, for this reason; somebody who is not warned yet is not warned.
async fn nobody_goes(app: &TestApp, admin: &Browser, all: &[Person], why: &str) {
    let begun = ask(admin, &all.iter().collect::<Vec<_>>()).await;
    assert_eq!(begun["accepted"], 0, "{why}: {begun}");
    assert!(refused(&begun, all).iter().all(|(_, reason)| reason == why), "{why}: {begun}");
    let page = admin.post(PREVIEW, terms(json!({}))).await.expect(200);
    assert_eq!((&page["keeps_everybody"], &page["purge_count"]), (&json!(why), &json!(0)), "{why}: {page}");
    night(app, admin).await;
    look(app, admin).await;
    assert_eq!((gone(admin, all).await, warned(admin, all).await), (0, all.len()), "{why}");
    assert_eq!(
        (events(app, "user.purged").await, events(app, "user.purge_cancelled").await),
        (0, 0),
        "{why}"
    );
    assert!(app.plex.writes().is_empty(), "{why}");
}

#[actix_web::test]
async fn nobody_goes_while_the_history_is_being_imported() {
    let (app, admin, all) = ripe(2).await;
    run(app.db.url(), "DELETE FROM play_imports").await;
    // It cannot be read just now, and is tried again.
    let down = app.plex.fault(Fault::status(503).on("pms_history"));
    let tx = app.ctx.db().begin().await.expect("begin");
    assert!(enqueue_import(&tx, Lane::Automatic).await.expect("enqueue"));
    tx.commit().await.expect("commit");
    app.run_jobs().await;
    nobody_goes(&app, &admin, &all, "import_under_way").await;
    app.plex.lift(down);
    app.minutes_pass(5);
    app.run_jobs().await;
    night(&app, &admin).await;
    assert_eq!(gone(&admin, &all).await, 2, "afterwards they do");
    app.may_leave_jobs();
}

#[actix_web::test]
async fn nobody_goes_while_plex_is_down() {
    let (app, admin, all) = ripe(2).await;
    // At first only whoever asks knows.
    let down = app.plex.fault(Fault::status(503).on("pms_sessions"));
    let begun = ask(&admin, &[&all[0]]).await;
    assert_eq!(begun["accepted"], 1);
    let items = see_through(&app, &admin, &begun).await;
    assert_eq!(items["items"][0]["reason"], "server_unreachable", "{items}");
    night(&app, &admin).await;
    assert_eq!((gone(&admin, &all).await, warned(&admin, &all).await), (0, 2));
    run(app.db.url(), "UPDATE plex_server SET reachable = FALSE").await;
    nobody_goes(&app, &admin, &all, "server_unreachable").await;
    app.plex.lift(down);
    run(app.db.url(), "UPDATE plex_server SET reachable = TRUE").await;
    night(&app, &admin).await;
    assert_eq!(gone(&admin, &all).await, 2, "afterwards they do");
    app.may_leave_jobs();
}

#[actix_web::test]
async fn nobody_goes_while_nobody_is_looking() {
    let (app, admin, all) = ripe(2).await;
    app.minutes_pass(16);
    nobody_goes(&app, &admin, &all, "watch_stale").await;
    app.may_leave_jobs();
}

#[actix_web::test]
async fn nobody_goes_by_a_clock_that_stands_before_the_watch() {
    let (app, admin, all) = ripe(2).await;
    let before = now(&app).await;
    run(
        app.db.url(),
        &format!("UPDATE watch_spans SET from_at = {0}, to_at = {0}", before.plus(DAY).millis()),
    )
    .await;
    nobody_goes(&app, &admin, &all, "clock_before_watch").await;
    watched(&app, &[(400, 0)]).await;
    // A clock that is set is not trusted, whatever it shows.
    app.ctx.db().let_clock_jump(-30 * DAY);
    night(&app, &admin).await;
    nobody_goes(&app, &admin, &all, "clock_doubted").await;
    app.may_leave_jobs();
}

/// PUM as another process has it, on the same database.
async fn another_worker(app: &TestApp) -> Ctx {
    let keys = Keys::derive(&Secret::new(SECRET_KEY));
    let db = app.db.another_process().await;
    db.let_time_pass(Duration::from_millis(u64::try_from(app.ctx.db().time_passed()).unwrap()));
    Ctx::open(db, keys, app.ctx.options().clone(), Hooks::default()).await.expect("open PUM")
}

async fn runs(ctx: &Ctx, job: i64) -> Outcome {
    let info = JobInfo { id: job, attempt: 1, max_attempts: 5 };
    jobs::run(ctx, JobKind::PurgeInactive, &json!({}), &info).await
}

#[actix_web::test]
async fn two_workers_at_once_have_one_effect() {
    let (app, admin, all) = idle_people(20).await;
    turn_on(&admin, json!({ "purge_most_per_run": "3" })).await;
    let other = another_worker(&app).await;
    let (one, two) = tokio::join!(runs(&app.ctx, 900), runs(&other, 900));
    assert_eq!((one, two), (Outcome::Done, Outcome::Done));
    app.run_jobs().await;
    assert_eq!((warned(&admin, &all).await, events(&app, "user.purge_warned").await), (3, 3));

    days_pass(&app, 14).await;
    let other = another_worker(&app).await;
    let (one, two) = tokio::join!(runs(&app.ctx, 901), runs(&other, 901));
    assert_eq!((one, two), (Outcome::Done, Outcome::Done));
    app.run_jobs().await;
    assert_eq!((gone(&admin, &all).await, events(&app, "user.purged").await), (3, 3));
    assert_eq!(events(&app, "removals.held").await, 0, "whoever came second has nothing to ask");
    let noted = pum_testkit::db::rows(app.db.url(), "SELECT source AS found FROM automatic_removals").await;
    assert_eq!(noted, ["purge", "purge", "purge"], "the brake has counted each once");
    assert_eq!(app.plex.writes().len(), 3, "{:?}", app.plex.writes());
    app.may_leave_jobs();
}

#[actix_web::test]
async fn a_run_that_dies_half_way_goes_on_where_it_stood() {
    let (hooks, reached) = Hooks::freeze_at("purge.removed");
    let (app, admin, all) = idle_people(20).await;
    turn_on(&admin, json!({ "purge_most_per_run": "3" })).await;
    night(&app, &admin).await;
    days_pass(&app, 14).await;
    let keys = Keys::derive(&Secret::new(SECRET_KEY));
    let db = app.db.another_process().await;
    db.let_time_pass(Duration::from_millis(u64::try_from(app.ctx.db().time_passed()).unwrap()));
    let dying = Ctx::open(db, keys, app.ctx.options().clone(), hooks).await.expect("open PUM");
    tokio::select! {
        outcome = runs(&dying, 902) => panic!("it ended: {outcome:?}"),
        () = reached.notified() => {}
    }
    assert_eq!(events(&app, "user.purged").await, 1);
    assert_eq!(runs(&app.ctx, 902).await, Outcome::Done);
    app.run_jobs().await;
    assert_eq!(
        (gone(&admin, &all).await, events(&app, "user.purged").await),
        (3, 3),
        "three in a run, not four"
    );
    app.may_leave_jobs();
}
