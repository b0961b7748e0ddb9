//! The jobs page: what the clock asks for, what has failed, and trying again.

use std::collections::BTreeMap;
use std::time::Duration;

use pum_app::access::{Request, request};
use pum_app::outcome::BLOCKED_BY_PLEX_AUTH;
use pum_app::{Actor, schedules};
use pum_domain::access::{ChangeCause, ChangeState, WantedAccess};
use pum_domain::invite::LibraryChoice;
use pum_domain::job::{JobKind, JobState, Lane};
use pum_domain::settings::SettingKey;
use pum_domain::{ChangeId, Permission, UserId};
use pum_store::jobs::{self, Known, NewJob};
use pum_store::{Reads, access_changes};
use pum_testkit::TestApp;
use serde_json::{Value, json};

use crate::dance::events;
use crate::users::enrol;

const JOBS: &str = "/api/v1/jobs";
const RUN: &str = "/api/v1/jobs/schedules/housekeeping/run";

fn ids(page: &Value) -> Vec<&str> {
    page["items"].as_array().expect("items").iter().filter_map(|item| item["id"].as_str()).collect()
}

fn schedule<'p>(page: &'p Value, name: &str) -> &'p Value {
    page["items"].as_array().expect("items").iter().find(|item| item["name"] == name).expect("the schedule")
}

/// A job of this kind that has died of `reason`.
async fn dead(app: &TestApp, job: NewJob, reason: &str) -> i64 {
    let known = [Known { kind: job.kind, version: 1 }];
    let tx = app.ctx.db().begin().await.unwrap();
    let (id, lane) = (jobs::enqueue(&tx, NewJob { unique: None, ..job.clone() }).await.unwrap().id, job.lane);
    let claimed = jobs::claim(&tx, lane, &known, "w", 1, 60_000).await.unwrap().remove(0);
    assert_eq!(claimed.job.id, id);
    assert!(jobs::dead(&tx, claimed.job.fence(), reason).await.unwrap());
    tx.commit().await.unwrap();
    id
}

/// A change that has failed because its job died.
async fn failed_change(app: &TestApp, user: UserId) -> (ChangeId, i64) {
    let wanted = WantedAccess::Granted { libraries: LibraryChoice::All, allow_downloads: false };
    let (lane, cause) = (Lane::Manual, ChangeCause::Admin);
    let tx = app.ctx.db().begin().await.unwrap();
    let wish = Request { user_id: user, wanted: &wanted, cause, redemption_id: None, lane };
    let change = request(&tx, wish).await.unwrap();
    let known = [Known { kind: JobKind::ApplyAccessChange, version: 1 }];
    let claimed = jobs::claim(&tx, lane, &known, "w", 1, 60_000).await.unwrap().remove(0);
    jobs::dead(&tx, claimed.job.fence(), "gave up").await.unwrap();
    access_changes::finish(&tx, change, ChangeState::Failed, Some("gave_up"), None).await.unwrap();
    tx.commit().await.unwrap();
    (change, claimed.job.id)
}

#[tokio::test]
async fn a_schedule_is_run_now_and_a_run_under_way_is_joined() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    let page = admin.get(&format!("{JOBS}/schedules")).await.expect(200);
    assert_eq!(page["items"].as_array().unwrap().len(), schedules::SCHEDULES.len());
    let fresh = schedule(&page, "housekeeping");
    assert_eq!(
        (&fresh["last_run"], &fresh["running"], &fresh["enabled"]),
        (&Value::Null, &json!(false), &json!(true))
    );
    assert!(fresh["next_run_at"].is_string() && fresh["cron"].is_string());

    let first = admin.post(RUN, Value::Null).await.expect(202);
    let again = admin.post(RUN, Value::Null).await.expect(202);
    assert_eq!(
        (&first["id"], &first["state"], &first["schedule"]),
        (&again["id"], &json!("queued"), &json!("housekeeping"))
    );
    assert_eq!(events(&app, "job.run_requested").await, 1, "joining changes nothing");
    schedules::tick(
        &app.ctx,
        schedules::named("housekeeping").unwrap(),
        app.ctx.reader().now().await.unwrap(),
    )
    .await
    .unwrap();
    assert_eq!(app.run_jobs().await, [JobKind::Housekeeping], "the clock joins as well");

    let page = admin.get(&format!("{JOBS}/schedules")).await.expect(200);
    let ran = &schedule(&page, "housekeeping")["last_run"];
    assert_eq!((&ran["job_id"], &ran["result"], &ran["error"]), (&first["id"], &json!("done"), &Value::Null));
    assert!(ran["started_at"].is_string() && ran["duration_seconds"].is_i64());
    let done = admin.get(&format!("{JOBS}/{}", first["id"].as_str().unwrap())).await.expect(200);
    assert_eq!(
        (&done["state"], &done["attempts"], &done["retryable"]),
        (&json!("done"), &json!(1), &json!(false))
    );
    assert_ne!(admin.post(RUN, Value::Null).await.expect(202)["id"], first["id"], "a new run");
    admin.post(&format!("{JOBS}/schedules/midnight/run"), Value::Null).await.expect_problem(404, "not_found");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_run_that_waits_for_a_later_try_is_hurried() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    let id = admin.post(RUN, Value::Null).await.expect(202)["id"].clone();
    let tx = app.ctx.db().begin().await.unwrap();
    let known = [Known { kind: JobKind::Housekeeping, version: 1 }];
    let claimed = jobs::claim(&tx, Lane::Manual, &known, "w", 1, 60_000).await.unwrap().remove(0);
    let later = tx.now().await.unwrap().plus(600_000);
    assert!(jobs::again(&tx, claimed.job.fence(), later, "the disk was full", true).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(app.run_jobs().await, []);
    assert_eq!(admin.post(RUN, Value::Null).await.expect(202)["id"], id);
    assert_eq!(app.run_jobs().await, [JobKind::Housekeeping]);
}

#[tokio::test]
async fn a_setting_turns_a_schedule_off() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    admin.patch("/api/v1/settings", json!({"history_retention_days": "0"})).await.expect(200);
    let page = admin.get(&format!("{JOBS}/schedules")).await.expect(200);
    let off = schedule(&page, "forget_history");
    assert_eq!((&off["enabled"], &off["next_run_at"]), (&json!(false), &Value::Null));
    assert_eq!(off["off_at_zero"], "history_retention_days");
    let run = format!("{JOBS}/schedules/forget_history/run");
    admin.post(&run, Value::Null).await.expect_problem(409, "conflict");
    let line = schedules::named("forget_history").unwrap();
    schedules::tick(&app.ctx, line, app.ctx.reader().now().await.unwrap()).await.unwrap();
    assert_eq!(app.run_jobs().await, [], "nor does the clock start it");
    let back = BTreeMap::from([(SettingKey::HistoryRetentionDays, Some("30".to_owned()))]);
    pum_app::settings::update(&app.ctx, &Actor::system(), &back, None).await.unwrap();
    admin.post(&run, Value::Null).await.expect(202);
    assert_eq!(app.run_jobs().await, [JobKind::ForgetHistory]);
}

#[tokio::test]
async fn ticks_that_nobody_heard_are_made_up_for_by_one_run() {
    let app = TestApp::start().await;
    let line = schedules::named("housekeeping").unwrap();
    schedules::catch_up(&app.ctx, line).await.unwrap();
    assert_eq!(app.run_jobs().await, [], "a schedule that is new begins now");
    app.ctx.db().let_time_pass(Duration::from_secs(3 * 24 * 3600));
    let (one, two) = tokio::join!(schedules::catch_up(&app.ctx, line), schedules::catch_up(&app.ctx, line));
    one.unwrap();
    two.unwrap();
    assert_eq!(app.run_jobs().await, [JobKind::Housekeeping], "three days, two workers, one run");
    schedules::catch_up(&app.ctx, line).await.unwrap();
    assert_eq!(app.run_jobs().await, []);
}

#[tokio::test]
async fn jobs_are_listed_newest_first_and_filtered() {
    let app = TestApp::start().await;
    app.may_leave_jobs();
    let admin = app.sign_in_as_admin().await;
    let anna = {
        let tx = app.ctx.db().begin().await.unwrap();
        let anna = enrol(&tx, 1, "anna", None).await;
        tx.commit().await.unwrap();
        anna
    };
    let (change, of_change) = failed_change(&app, anna).await;
    let secret = json!({"token": "sealed-and-not-for-eyes"});
    let died = dead(&app, NewJob::new(JobKind::SignOutPlexToken, Lane::Automatic, secret), "no answer").await;
    let kept = admin.post(RUN, Value::Null).await.expect(202);
    let (of_change, died, kept) = (of_change.to_string(), died.to_string(), kept["id"].as_str().unwrap());
    let cases = [
        ("", vec![kept, &died, &of_change]),
        ("order=asc", vec![&of_change, &died, kept]),
        ("state=dead", vec![&died, &of_change]),
        ("state=queued", vec![kept]),
        ("kind=sign_out_plex_token", vec![&died]),
        ("schedule=housekeeping", vec![kept]),
        ("schedule=housekeeping&kind=housekeeping&state=queued", vec![kept]),
        ("schedule=housekeeping&kind=check_server", vec![]),
        ("schedule=midnight", vec![]),
    ];
    for (query, expected) in cases {
        let page = admin.get(&format!("{JOBS}?{query}")).await.expect(200);
        assert_eq!(ids(&page), expected, "{query}");
    }
    let page = admin.get(&format!("{JOBS}?limit=2")).await.expect(200);
    assert_eq!((ids(&page), &page["total"]), (vec![kept, &died], &json!(3)));
    let next = page["next_cursor"].as_str().expect("another page");
    assert_eq!(ids(&admin.get(&format!("{JOBS}?limit=2&cursor={next}")).await.expect(200)), [&of_change]);

    let answer = admin.get(&format!("{JOBS}/{died}")).await;
    assert!(!answer.text.contains("not-for-eyes"), "payloads are not shown: {}", answer.text);
    let shown = admin.get(&format!("{JOBS}/{of_change}")).await.expect(200);
    assert_eq!(shown["user"], json!({"id": anna.to_string(), "username": "anna"}));
    assert_eq!((&shown["change_id"], &shown["error"]), (&json!(change.to_string()), &json!("gave up")));
    let watcher = app.sign_in_with(&[Permission::JobsView]).await;
    let shown = watcher.get(&format!("{JOBS}/{of_change}")).await.expect(200);
    assert_eq!(
        shown["user"],
        json!({"id": anna.to_string(), "username": null}),
        "names are for who sees users"
    );
    admin.get(&format!("{JOBS}?state=lost")).await.expect_problem(422, "validation_failed");
    admin.get(&format!("{JOBS}/nothing")).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn a_dead_job_is_tried_again_once_however_often_somebody_asks() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    let id = dead(&app, NewJob::new(JobKind::CheckServer, Lane::Automatic, json!({})), "no answer").await;
    let attention = admin.get("/api/v1/stats").await.expect(200)["attention"].clone();
    assert_eq!((&attention[0]["kind"], &attention[0]["retryable"]), (&json!("job_dead"), &json!(true)));
    let retry = format!("{JOBS}/{id}/retry");
    for _ in 0..2 {
        let job = admin.post(&retry, Value::Null).await.expect(202);
        assert_eq!((&job["state"], &job["attempts"]), (&json!("queued"), &json!(0)));
    }
    assert_eq!(events(&app, "job.retried").await, 1);
    assert_eq!(
        admin.post("/api/v1/jobs/schedules/check_server/run", Value::Null).await.expect(202)["id"],
        id.to_string()
    );
    assert_eq!(app.run_jobs().await, [JobKind::CheckServer]);
    admin.post(&retry, Value::Null).await.expect_problem(409, "conflict");
    assert_eq!(admin.get("/api/v1/stats").await.expect(200)["attention"], json!([]));

    let id = dead(&app, NewJob::new(JobKind::CheckServer, Lane::Automatic, json!({})), "no answer").await;
    admin.post("/api/v1/jobs/schedules/check_server/run", Value::Null).await.expect(202);
    let joined = admin.post(&format!("{JOBS}/{id}/retry"), Value::Null).await.expect(202);
    assert_ne!(joined["id"], id.to_string(), "the same work is open already");
    app.run_jobs().await;
    assert_eq!(admin.get("/api/v1/stats").await.expect(200)["attention"], json!([]), "it has run well since");
}

#[tokio::test]
async fn a_blocked_job_may_try_before_it_is_released() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    let id = admin.post(RUN, Value::Null).await.expect(202)["id"].as_str().unwrap().to_owned();
    let tx = app.ctx.db().begin().await.unwrap();
    let known = [Known { kind: JobKind::Housekeeping, version: 1 }];
    let claimed = jobs::claim(&tx, Lane::Manual, &known, "w", 1, 60_000).await.unwrap().remove(0);
    jobs::blocked(&tx, claimed.job.fence(), BLOCKED_BY_PLEX_AUTH, None).await.unwrap();
    tx.commit().await.unwrap();
    let shown = admin.get(&format!("{JOBS}/{id}")).await.expect(200);
    assert_eq!((&shown["state"], &shown["blocked_on"]), (&json!("blocked"), &json!("plex_auth")));
    admin.post(&format!("{JOBS}/{id}/retry"), Value::Null).await.expect(202);
    assert_eq!(app.run_jobs().await, [JobKind::Housekeeping]);
}

#[tokio::test]
async fn a_failed_change_is_retried_by_its_job_or_with_all_others() {
    let app = TestApp::start().await;
    app.may_leave_jobs();
    let admin = app.sign_in_as_admin().await;
    let tx = app.ctx.db().begin().await.unwrap();
    let (anna, bert) = (enrol(&tx, 1, "anna", None).await, enrol(&tx, 2, "bert", None).await);
    tx.commit().await.unwrap();
    let (by_job, job) = failed_change(&app, anna).await;
    let (by_all, other_job) = failed_change(&app, bert).await;
    let failed = async || admin.get("/api/v1/changes?state=failed").await.expect(200);
    let page = failed().await;
    assert_eq!(ids(&page), [by_all.to_string(), by_job.to_string()]);
    let first = &page["items"][0];
    assert_eq!((&first["user"]["username"], &first["reason"]), (&json!("bert"), &json!("gave_up")));

    let runner = app.sign_in_with(&[Permission::JobsRun]).await;
    let refused = runner
        .post(&format!("{JOBS}/{job}/retry"), Value::Null)
        .await
        .expect_problem(403, "permission_denied");
    assert_eq!(refused["permission"], "changes.retry");
    let retried = admin.post(&format!("{JOBS}/{job}/retry"), Value::Null).await.expect(202);
    assert_eq!((&retried["id"], &retried["state"]), (&json!(job.to_string()), &json!("queued")));
    assert_eq!(access_changes::get(&app.ctx.reader(), by_job).await.unwrap().state, ChangeState::Requested);
    assert_eq!(ids(&failed().await), [by_all.to_string()]);

    let all = admin.post("/api/v1/changes/retry", Value::Null).await.expect(202);
    assert_eq!(all, json!({"retried": 1, "refused": 0}));
    assert_eq!(
        admin.post("/api/v1/changes/retry", Value::Null).await.expect(202),
        json!({"retried": 0, "refused": 0})
    );
    assert_eq!(ids(&failed().await), Vec::<&str>::new());
    let revived = jobs::get(&app.ctx.reader(), other_job).await.unwrap();
    assert_eq!(revived.state, JobState::Queued, "the job that died is used again");
    assert_eq!(events(&app, "user.access_retried").await, 2);
    let open = admin.get(&format!("/api/v1/changes?user_id={anna}")).await.expect(200);
    assert_eq!((&open["items"][0]["state"], &open["total"]), (&json!("requested"), &json!(1)));
    assert_eq!(ids(&admin.get("/api/v1/changes?user_id=nobody").await.expect(200)), Vec::<&str>::new());
}
