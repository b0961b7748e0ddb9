//! Signing in with Plex, and every way to abuse it.

use std::time::Duration;

use pum_domain::PlexId;
use pum_domain::job::JobKind;
use pum_store::admins::PlexLink;
use pum_testkit::{Browser, TestApp};
use serde_json::{Value, json};

use crate::dance::{begin, dance, events, make_pin};

const LOGIN: &str = "/api/v1/session/plex";
const LINK: &str = "/api/v1/account/plex";

struct Story {
    app: TestApp,
    /// The Plex account that signs the admin in.
    anna: u64,
}

async fn story() -> Story {
    let app = TestApp::start().await;
    let anna = app.plex.add_account("anna");
    let link =
        PlexLink { plex_id: PlexId(i64::try_from(anna).unwrap()), username: "anna".to_owned(), thumb: None };
    app.make_admin("anna", &[], |admin| {
        admin.is_primary = true;
        admin.plex = Some(link);
    })
    .await;
    Story { app, anna }
}

async fn complete(browser: &Browser, path: &str) -> pum_testkit::Answer {
    browser.post(&format!("{path}/complete"), json!({})).await
}

async fn nobody_is_signed_in(browser: &Browser) {
    browser.get("/api/v1/session").await.expect_problem(401, "not_signed_in");
}

#[tokio::test]
async fn a_linked_account_signs_its_admin_in_and_its_token_is_signed_out() {
    let Story { app, anna } = story().await;
    let browser = app.browser();
    let pin = begin(&browser, LOGIN, json!({})).await;
    complete(&browser, LOGIN).await.expect_problem(409, "plex_sign_in_pending");
    app.plex.sign_in(&pin.code, anna);
    let answer = complete(&browser, LOGIN).await.expect(200);
    assert_eq!(answer["admin"]["username"], "anna");
    assert_eq!(browser.get("/api/v1/session").await.expect(200), answer);
    assert_eq!(app.run_jobs().await, [JobKind::SignOutPlexToken]);
    let left = app.plex.world(|world| world.tokens.values().filter(|grant| grant.account == anna).count());
    assert_eq!(left, 0, "the token is signed out at Plex");
    assert_eq!(events(&app, "admin.signed_in").await, 1);
}

#[tokio::test]
async fn the_sign_in_page_returns_to_the_page_that_began() {
    let Story { app, .. } = story().await;
    let origin = "http://pum.example.org:8080";
    let browser = app.browser().with_header("origin", origin);
    let start = browser.post(LOGIN, json!({})).await.expect(201);
    let pin = make_pin(&start).await;
    let attached = browser.post(&format!("{LOGIN}/pin"), pin.body()).await.expect(200);
    let url = attached["sign_in_url"].as_str().unwrap();
    assert!(url.contains("forwardUrl=http%3A%2F%2Fpum.example.org%3A8080%2Fsign-in"), "{url}");
    // A page that asks twice gets the same answer, also with the number as Plex sent it.
    let again = json!({ "pin_id": pin.id, "code": pin.code });
    assert_eq!(browser.post(&format!("{LOGIN}/pin"), again).await.expect(200), attached);
}

#[tokio::test]
async fn an_account_that_nobody_linked_signs_nobody_in() {
    let Story { app, .. } = story().await;
    // The same name as the admin's does not help.
    let impostor = app.plex.add_account("olivia-2");
    app.plex.world(|world| world.accounts.get_mut(&impostor).unwrap().username = "anna".to_owned());
    let browser = app.browser();
    let answer = dance(&app, &browser, LOGIN, json!({}), impostor).await;
    answer.expect_problem(403, "plex_account_not_linked");
    nobody_is_signed_in(&browser).await;
    let admins = pum_testkit::db::rows(app.db.url(), "SELECT username AS found FROM admins").await;
    assert_eq!(admins, ["anna"]);
    assert_eq!(app.run_jobs().await, [JobKind::SignOutPlexToken]);
}

#[tokio::test]
async fn another_browser_cannot_take_a_sign_in_over() {
    let Story { app, anna } = story().await;
    let (victim, thief) = (app.browser(), app.browser());
    let pin = begin(&victim, LOGIN, json!({})).await;
    app.plex.sign_in(&pin.code, anna);
    complete(&thief, LOGIN).await.expect_problem(403, "plex_sign_in_foreign");
    // Also not by handing over the victim's PIN as one's own.
    thief.post(LOGIN, json!({})).await.expect(201);
    thief.post(&format!("{LOGIN}/pin"), pin.body()).await.expect(200);
    complete(&thief, LOGIN).await.expect_problem(403, "plex_sign_in_foreign");
    nobody_is_signed_in(&thief).await;
    complete(&victim, LOGIN).await.expect(200);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_foreign_code_is_refused() {
    let Story { app, anna } = story().await;
    let browser = app.browser();
    let start = browser.post(LOGIN, json!({})).await.expect(201);
    let own = make_pin(&start).await;
    let other = make_pin(&app.browser().post(LOGIN, json!({})).await.expect(201)).await;
    app.plex.sign_in(&own.code, anna);
    // The own number with somebody else's code.
    let mixed = json!({ "pin_id": own.id.to_string(), "code": other.code });
    browser.post(&format!("{LOGIN}/pin"), mixed).await.expect(200);
    complete(&browser, LOGIN).await.expect_problem(403, "plex_sign_in_foreign");
    nobody_is_signed_in(&browser).await;
    // A sign-in takes one PIN.
    browser.post(&format!("{LOGIN}/pin"), own.body()).await.expect_problem(403, "plex_sign_in_foreign");
}

#[tokio::test]
async fn a_result_serves_its_own_purpose_only() {
    let Story { app, anna } = story().await;
    let browser = app.sign_in_with(&[]).await;
    let pin = begin(&browser, LINK, json!({})).await;
    app.plex.sign_in(&pin.code, anna);
    complete(&browser, LOGIN).await.expect_problem(403, "plex_sign_in_foreign");
    for (path, permission) in
        [("/api/v1/setup/plex/sign-in", "settings.plex"), ("/api/v1/settings/plex/sign-in", "settings.plex")]
    {
        assert_eq!(
            complete(&browser, path).await.expect_problem(403, "permission_denied")["permission"],
            permission
        );
    }
    let login = app.browser();
    let pin = begin(&login, LOGIN, json!({})).await;
    app.plex.sign_in(&pin.code, anna);
    complete(&login, "/api/v1/setup/admin/plex").await.expect_problem(403, "plex_sign_in_foreign");
}

#[tokio::test]
async fn a_sign_in_counts_once_and_for_ten_minutes() {
    let Story { app, anna } = story().await;
    let browser = app.browser();
    let pin = begin(&browser, LOGIN, json!({})).await;
    app.plex.sign_in(&pin.code, anna);
    complete(&browser, LOGIN).await.expect(200);
    complete(&browser, LOGIN).await.expect_problem(409, "plex_sign_in_expired");
    app.run_jobs().await;

    let late = app.browser();
    let pin = begin(&late, LOGIN, json!({})).await;
    app.plex.sign_in(&pin.code, anna);
    app.ctx.db().let_time_pass(Duration::from_secs(601));
    complete(&late, LOGIN).await.expect_problem(409, "plex_sign_in_expired");
    late.post(&format!("{LOGIN}/pin"), pin.body()).await.expect_problem(409, "plex_sign_in_expired");
    nobody_is_signed_in(&late).await;
}

#[tokio::test]
async fn two_requests_at_once_use_a_sign_in_once() {
    let Story { app, anna } = story().await;
    let browser = app.browser();
    let pin = begin(&browser, LOGIN, json!({})).await;
    app.plex.sign_in(&pin.code, anna);
    let (one, other) = tokio::join!(complete(&browser, LOGIN), complete(&browser, LOGIN));
    let mut answers = [one.status, other.status];
    answers.sort_unstable();
    assert_eq!(answers, [200, 409]);
    assert_eq!(app.run_jobs().await, [JobKind::SignOutPlexToken]);
}

#[tokio::test]
async fn nonsense_is_refused_by_its_field() {
    let Story { app, .. } = story().await;
    let browser = app.browser();
    browser
        .post(&format!("{LOGIN}/pin"), json!({ "pin_id": "1", "code": "abcd" }))
        .await
        .expect_problem(403, "plex_sign_in_foreign");
    browser.post(LOGIN, json!({})).await.expect(201);
    let cases: [(Value, &str); 6] = [
        (json!({ "pin_id": "-1", "code": "abcdefgh" }), "/pin_id"),
        (json!({ "pin_id": "x", "code": "abcdefgh" }), "/pin_id"),
        (json!({ "pin_id": 1.5, "code": "abcdefgh" }), "/pin_id"),
        (json!({ "pin_id": "1", "code": "a&forwardUrl=x" }), "/code"),
        (json!({ "pin_id": "1", "code": "x".repeat(65) }), "/code"),
        (json!({ "pin_id": "1", "code": "abcdefgh", "token": "x" }), "/token"),
    ];
    for (body, pointer) in cases {
        let problem = browser
            .post(&format!("{LOGIN}/pin"), body.clone())
            .await
            .expect_problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
    }
}

#[tokio::test]
async fn an_admin_links_and_unlinks_an_account() {
    let Story { app, anna } = story().await;
    let browser = app.sign_in_with(&[]).await;
    let taken = dance(&app, &browser, LINK, json!({}), anna).await;
    taken.expect_problem(409, "plex_account_taken");
    let bert = app.plex.add_account("bert");
    let linked = dance(&app, &browser, LINK, json!({}), bert).await.expect(200);
    assert_eq!(linked["admin"]["plex"]["username"], "bert");
    // It is now the only way in.
    browser.delete(LINK).await.expect_problem(409, "last_way_in");
    browser.put("/api/v1/account/password", json!({ "new_password": "a quiet marigold" })).await.expect(204);
    browser.delete(LINK).await.expect(204);
    assert_eq!(browser.get("/api/v1/session").await.expect(200)["admin"]["plex"], Value::Null);
    let refused = dance(&app, &app.browser(), LOGIN, json!({}), bert).await;
    refused.expect_problem(403, "plex_account_not_linked");
    app.run_jobs().await;
    assert_eq!(events(&app, "admin.plex_linked").await, 1);
    assert_eq!(events(&app, "admin.plex_unlinked").await, 1);
}

#[tokio::test]
async fn a_pin_that_lives_shorter_than_a_sign_in_ends_it() {
    let Story { app, anna } = story().await;
    app.plex.world(|world| world.config.pins_live_s = Some(120));
    let browser = app.browser();
    begin(&browser, LOGIN, json!({})).await;
    complete(&browser, LOGIN).await.expect_problem(409, "plex_sign_in_pending");
    app.minutes_pass(1);
    complete(&browser, LOGIN).await.expect_problem(409, "plex_sign_in_pending");
    app.minutes_pass(2);
    complete(&browser, LOGIN).await.expect_problem(409, "plex_sign_in_expired");
    // One that is used in time is as good as any.
    let pin = begin(&browser, LOGIN, json!({})).await;
    complete(&browser, LOGIN).await.expect_problem(409, "plex_sign_in_pending");
    app.plex.sign_in(&pin.code, anna);
    complete(&browser, LOGIN).await.expect(200);
    app.run_jobs().await;
}
