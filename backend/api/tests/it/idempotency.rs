//! A request that is sent twice acts once.

use std::time::Duration;

use pum_app::Actor;
use pum_app::idempotency::{Begun, FirstAnswer, Keyed, begin};
use pum_testkit::TestApp;

async fn ask(app: &TestApp, actor: &Actor, key: &str, body: &str) -> Result<Begun, String> {
    let request = Keyed { key, actor, route: "createInvite", body_hash: body };
    begin(&app.ctx, request).await.map_err(|error| error.code.to_string())
}

async fn answer(app: &TestApp, first: &FirstAnswer) {
    let tx = app.ctx.db().begin().await.unwrap();
    first.keep(&tx, 201, r#"{"id":"1"}"#).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn the_first_answer_is_given_again_for_a_day() {
    let app = TestApp::start().await;
    let actor = Actor::admin(pum_app::random::id(), "anna", "127.0.0.1");
    let Ok(Begun::First(first)) = ask(&app, &actor, "k", "body").await else { panic!("it came first") };
    assert_eq!(ask(&app, &actor, "k", "body").await.unwrap_err(), "idempotency_in_progress");
    answer(&app, &first).await;

    let again = ask(&app, &actor, "k", "body").await;
    assert!(matches!(&again, Ok(Begun::Again(201, body)) if body == r#"{"id":"1"}"#), "{again:?}");
    assert_eq!(ask(&app, &actor, "k", "another body").await.unwrap_err(), "idempotency_key_reused");
    assert!(matches!(ask(&app, &actor, "another key", "body").await, Ok(Begun::First(_))));
    let other = Actor::admin(pum_app::random::id(), "bert", "127.0.0.1");
    assert!(matches!(ask(&app, &other, "k", "body").await, Ok(Begun::First(_))), "somebody else's key");

    app.ctx.db().let_time_pass(Duration::from_secs(25 * 3600));
    assert!(matches!(ask(&app, &actor, "k", "body").await, Ok(Begun::First(_))), "a day later");
}

#[tokio::test]
async fn a_request_that_failed_or_died_may_come_again() {
    let app = TestApp::start().await;
    let actor = Actor::admin(pum_app::random::id(), "anna", "127.0.0.1");
    let Ok(Begun::First(first)) = ask(&app, &actor, "refused", "body").await else { panic!("it came first") };
    first.give_up(&app.ctx).await.unwrap();
    assert!(matches!(ask(&app, &actor, "refused", "corrected body").await, Ok(Begun::First(_))));

    assert!(matches!(ask(&app, &actor, "died", "body").await, Ok(Begun::First(_))));
    app.ctx.db().let_time_pass(Duration::from_secs(30));
    assert!(ask(&app, &actor, "died", "body").await.is_err());
    app.ctx.db().let_time_pass(Duration::from_secs(60));
    assert!(matches!(ask(&app, &actor, "died", "body").await, Ok(Begun::First(_))));
}
