//! Whose turn it is at Plex: a sync that somebody waits for goes before what happens by itself.

use std::time::Duration;

use pum_app::Actor;
use pum_testkit::TestApp;
use pum_testkit::test_app::Wishes;
use serde_json::Value;

/// More calls than may go at once.
const CROWD: usize = 24;

/// While a crowd of calls stands in line that nobody waits for, a sync is asked for. How many of them it has
/// gone before.
async fn goes_before(app: &TestApp, ask: impl AsyncFn()) -> usize {
    app.plex.clear_calls();
    let crowd = app.stand_in_line(CROWD);
    tokio::time::sleep(Duration::from_millis(100)).await;
    ask().await;
    app.run_jobs().await;
    for one in crowd {
        one.await.expect("a task").expect("an answer");
    }
    let calls = app.plex.calls();
    let begun = calls.iter().position(|call| call.op == "list_users").expect("the sync's first call");
    calls.iter().skip(begun).filter(|call| call.op == "get_account").count()
}

#[actix_web::test]
async fn a_sync_that_somebody_waits_for_goes_first_and_one_by_the_clock_does_not() {
    let app = TestApp::start_with(Wishes { true_pace: true, ..Wishes::default() }).await;
    app.plex.add_member("mia", &["Movies"]);
    let admin = app.set_up().await;
    let pressed = goes_before(&app, async || {
        admin.post("/api/v1/users/sync", Value::Null).await.expect(202);
    })
    .await;
    assert!(pressed >= 5, "it went before {pressed}");
    let by_the_clock = goes_before(&app, async || {
        pum_app::sync::request(&app.ctx, &Actor::schedule()).await.expect("a sync");
    })
    .await;
    assert_eq!(by_the_clock, 0, "it waited for its turn");
    let syncs = admin.get("/api/v1/users/syncs").await.expect(200);
    assert_eq!(syncs["items"][0]["state"], "done", "{syncs}");
}
