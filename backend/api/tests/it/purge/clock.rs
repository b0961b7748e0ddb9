//! The purge by the clock: a warning, a wait, and only then the removal.

use pum_app::schedules;
use pum_domain::job::JobKind;
use serde_json::{Value, json};

use super::*;
use crate::dance::events;

#[actix_web::test]
async fn a_warning_a_wait_and_only_then_the_removal() {
    let (app, admin, all) = idle_people(4).await;
    turn_on(&admin, json!({ "purge_most_per_run": "2" })).await;
    for (at, person) in all.iter().enumerate() {
        last_seen(&app, person, Some(200 - i64::try_from(at).unwrap())).await;
    }
    night(&app, &admin).await;
    assert_eq!((warned(&admin, &all).await, gone(&admin, &all).await), (2, 0), "two at most");
    let first = user(&admin, &all[0]).await;
    let stage = &first["purge_stage"];
    assert_eq!((&stage["stage"], &stage["notice"]), (&json!("warned"), &json!("shown")), "{stage}");
    assert!(user(&admin, &all[2]).await["purge_stage"].is_null(), "the quietest first");
    let told = admin.get("/api/v1/history?type=user.purge_warned").await.expect(200);
    assert_eq!(
        (&told["total"], &told["items"][0]["actor"]["kind"]),
        (&json!(2), &json!("schedule")),
        "{told}"
    );

    days_pass(&app, 1).await;
    night(&app, &admin).await;
    assert_eq!((warned(&admin, &all).await, gone(&admin, &all).await), (4, 0));

    // One streams again: within minutes nothing is left of the warning.
    streams(&app, &all[1]).await;
    look(&app, &admin).await;
    assert!(user(&admin, &all[1]).await["purge_stage"].is_null());
    let told = admin.get("/api/v1/history?type=user.purge_cancelled").await.expect(200);
    assert_eq!((&told["total"], &told["items"][0]["reason"]), (&json!(1), &json!("streaming")), "{told}");

    days_pass(&app, 12).await;
    night(&app, &admin).await;
    assert_eq!(gone(&admin, &all).await, 0, "thirteen days are not fourteen");
    days_pass(&app, 1).await;
    night(&app, &admin).await;
    assert_eq!(states(&admin, &all).await, ["removed", "active", "active", "active"].map(str::to_owned));
    let shown = user(&admin, &all[0]).await;
    assert_eq!(
        (&shown["removed_reason"], &shown["purge_stage"]),
        (&json!("purged"), &Value::Null),
        "{shown}"
    );
    assert!(app.plex.shares_of(all[0].account).is_empty());

    // Paused, nobody goes; and whoever is whitelisted meanwhile stays.
    turn_on(&admin, json!({ "purge_schedule": "paused" })).await;
    days_pass(&app, 1).await;
    night(&app, &admin).await;
    assert_eq!((warned(&admin, &all).await, gone(&admin, &all).await), (2, 1));
    admin
        .patch(&format!("/api/v1/users/{}", all[2].id), json!({ "purge_whitelisted": true }))
        .await
        .expect(200);
    turn_on(&admin, json!({})).await;
    night(&app, &admin).await;
    assert_eq!(states(&admin, &all).await, ["removed", "active", "active", "removed"].map(str::to_owned));
    assert_eq!((events(&app, "user.purged").await, events(&app, "user.purge_cancelled").await), (2, 2));
    app.may_leave_jobs();
}

#[actix_web::test]
async fn whoever_is_seen_streaming_is_no_longer_warned_at_that_look() {
    let (app, admin, all) = idle_people(3).await;
    turn_on(&admin, json!({})).await;
    night(&app, &admin).await;
    assert_eq!(warned(&admin, &all).await, 3);
    plays_at_the_server(&app, &all[1]);
    let mut watcher = app.watcher();
    watcher.turn().await;
    assert!(user(&admin, &all[1]).await["purge_stage"].is_null());
    assert_eq!(warned(&admin, &all).await, 2, "the others wait on");
    let told = admin.get("/api/v1/history?type=user.purge_cancelled").await.expect(200);
    assert_eq!((&told["total"], &told["items"][0]["reason"]), (&json!(1), &json!("streaming")), "{told}");
    app.may_leave_jobs();
}

#[actix_web::test]
async fn days_on_which_nobody_looked_put_the_removal_off() {
    let (app, admin, all) = idle_people(1).await;
    turn_on(&admin, json!({})).await;
    night(&app, &admin).await;
    let planned = user(&admin, &all[0]).await["purge_stage"]["remove_at"].clone();
    // PUM looks for four days, is off for twenty, and looks again.
    days_pass(&app, 4).await;
    days_pass_unseen(&app, 20).await;
    watched(&app, &[(424, 20), (0, 0)]).await;
    night(&app, &admin).await;
    let shown = user(&admin, &all[0]).await;
    assert_eq!(shown["state"], "active");
    let put_off = &shown["purge_stage"]["remove_at"];
    assert!(put_off.as_str() > planned.as_str(), "{planned} {put_off}");
    days_pass_unseen(&app, 10).await;
    watched(&app, &[(434, 30), (10, 0)]).await;
    night(&app, &admin).await;
    assert_eq!(gone(&admin, &all).await, 1);
    app.may_leave_jobs();
}

/// The purge, when the clock has been heard again: how many runs there were.
async fn heard_again(app: &TestApp) -> usize {
    let purge = schedules::named("purge_inactive").expect("a schedule");
    for _ in 0..2 {
        schedules::catch_up(&app.ctx, purge).await.expect("the clock is heard");
    }
    app.run_jobs().await.into_iter().filter(|kind| *kind == JobKind::PurgeInactive).count()
}

#[actix_web::test]
async fn nights_without_a_worker_are_made_up_for_once_and_those_before_it_was_turned_on_never() {
    let (app, admin, all) = idle_people(3).await;
    assert_eq!(heard_again(&app).await, 0, "it begins");
    // A night in which it was off.
    days_pass(&app, 1).await;
    let purge = schedules::named("purge_inactive").expect("a schedule");
    schedules::tick(&app.ctx, purge, now(&app).await).await.expect("a tick");
    turn_on(&admin, json!({})).await;
    assert_eq!(
        (heard_again(&app).await, warned(&admin, &all).await),
        (0, 0),
        "turned on by day, not at night"
    );
    // Three in which no worker ran.
    days_pass(&app, 3).await;
    assert_eq!((heard_again(&app).await, warned(&admin, &all).await), (1, 3));
    app.may_leave_jobs();
}

#[actix_web::test]
async fn turned_off_nobody_stays_warned() {
    let (app, admin, all) = idle_people(2).await;
    turn_on(&admin, json!({})).await;
    night(&app, &admin).await;
    assert_eq!(warned(&admin, &all).await, 2);
    let standing = admin.get("/api/v1/purge/schedule").await.expect(200);
    assert_eq!((&standing["mode"], &standing["warned_count"]), (&json!("on"), &json!(2)), "{standing}");
    assert!(standing["next_run_at"].is_string() && standing["last_run_at"].is_string(), "{standing}");
    turn_on(&admin, json!({ "purge_schedule": "off" })).await;
    look(&app, &admin).await;
    assert_eq!(warned(&admin, &all).await, 0);
    let run = admin.post("/api/v1/jobs/schedules/purge_inactive/run", Value::Null).await;
    run.expect_problem(409, "conflict");
    let standing = admin.get("/api/v1/purge/schedule").await.expect(200);
    assert_eq!((&standing["mode"], &standing["next_run_at"]), (&json!("off"), &Value::Null), "{standing}");
}

#[actix_web::test]
async fn more_than_the_brake_allows_wait_for_an_admin() {
    let (app, admin, all) = idle_people(10).await;
    turn_on(&admin, json!({ "purge_most_per_run": "10" })).await;
    night(&app, &admin).await;
    days_pass(&app, 14).await;
    night(&app, &admin).await;
    assert_eq!(gone(&admin, &all).await, 0, "three of ten may go in a day, so nobody does");
    night(&app, &admin).await;
    assert_eq!(events(&app, "removals.held").await, 1, "the same list is the same question");
    let stats = admin.get("/api/v1/stats").await.expect(200);
    assert!(stats["attention"].to_string().contains("purge_held"), "{stats}");
    let standing = admin.get("/api/v1/purge/schedule").await.expect(200);
    let held = &standing["needs_confirmation"];
    assert_eq!((&held["total"], &held["budget"]), (&json!(10), &json!(3)), "{standing}");

    let confirm = "/api/v1/purge/confirm";
    let other = json!({ "list_id": "01890a5d-ac96-774b-bcce-b302099a8057" });
    admin.post(confirm, other).await.expect_problem(409, "removals_changed");
    let list = json!({ "list_id": held["list_id"] });
    streams(&app, &all[3]).await;
    let begun = admin.post(confirm, list.clone()).await.expect(202);
    assert_eq!(begun["accepted"], 10);
    admin.post(confirm, list).await.expect_problem(409, "removals_changed");
    see_through(&app, &admin, &begun).await;
    assert_eq!(gone(&admin, &all).await, 9);
    assert_eq!(user(&admin, &all[3]).await["state"], "active", "each is judged again");
    let standing = admin.get("/api/v1/purge/schedule").await.expect(200);
    assert_eq!(standing["needs_confirmation"], Value::Null);
    app.may_leave_jobs();
}
