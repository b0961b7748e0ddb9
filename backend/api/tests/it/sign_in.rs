//! Passwords: signing in, slowing guessers down, changing them, and what that ends.

use std::time::Duration;

use pum_app::admins;
use pum_app::secret::Secret;
use pum_testkit::{Browser, TestApp};
use serde_json::{Value, json};

use crate::dance::events;
use crate::setup::first_admin;

const SESSION: &str = "/api/v1/session";
const RIGHT: &str = "a quiet marigold";

fn credentials(username: &str, password: &str) -> Value {
    json!({ "username": username, "password": password })
}

async fn sign_in(app: &TestApp, password: &str) -> Browser {
    let browser = app.browser();
    browser.post(SESSION, credentials("olivia", password)).await.expect(201);
    browser
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_look_the_same() {
    let app = TestApp::start().await;
    first_admin(&app).await;
    let browser = app.browser();
    let wrong = browser
        .post(SESSION, credentials("olivia", "another flower"))
        .await
        .expect_problem(401, "bad_credentials");
    let unknown = browser
        .post(SESSION, credentials("nobody", "another flower"))
        .await
        .expect_problem(401, "bad_credentials");
    assert_eq!(wrong["detail"], unknown["detail"]);
    browser
        .post(SESSION, credentials("olivia", &"x".repeat(5000)))
        .await
        .expect_problem(401, "bad_credentials");
    assert_eq!(events(&app, "admin.sign_in_failed").await, 3);
    // What was typed as an unknown name may be a password, and is kept nowhere.
    let kept = pum_testkit::db::rows(app.db.url(), "SELECT search AS found FROM history_events").await;
    assert!(kept.iter().all(|text| !text.contains("nobody") && !text.contains("flower")), "{kept:?}");
    // The case of a name does not matter.
    let answer = browser.post(SESSION, credentials("OLIVIA", RIGHT)).await;
    assert!(answer.header("set-cookie").contains("HttpOnly"), "{}", answer.header("set-cookie"));
    assert_eq!(answer.expect(201)["admin"]["username"], "Olivia");
    assert_eq!(browser.get(SESSION).await.expect(200)["admin"]["username"], "Olivia");
}

#[tokio::test]
async fn guessers_wait_and_nobody_is_locked_out() {
    let app = TestApp::start().await;
    first_admin(&app).await;
    let browser = app.browser();
    for _ in 0..20 {
        browser
            .post(SESSION, credentials("olivia", "another flower"))
            .await
            .expect_problem(401, "bad_credentials");
    }
    let refused = browser.post(SESSION, credentials("olivia", RIGHT)).await;
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=600).contains(&wait), "{wait}");
    refused.expect_problem(429, "too_many_requests");
    app.ctx.db().let_time_pass(Duration::from_secs(wait));
    sign_in(&app, RIGHT).await;
}

#[tokio::test]
async fn signing_in_again_ends_the_browsers_former_session() {
    let app = TestApp::start().await;
    let browser = first_admin(&app).await;
    browser.post(SESSION, credentials("olivia", RIGHT)).await.expect(201);
    let rows = pum_testkit::db::rows(app.db.url(), "SELECT key_hash AS found FROM sessions").await;
    assert_eq!(rows.len(), 1);
}

#[tokio::test]
async fn signing_out_beats_a_request_under_way() {
    let app = TestApp::start().await;
    let browser = first_admin(&app).await;
    let stale = browser.clone();
    browser.delete(SESSION).await.expect(204);
    browser.get(SESSION).await.expect_problem(401, "not_signed_in");
    let change = json!({ "current_password": RIGHT, "new_password": "a louder marigold" });
    let answer = stale.put("/api/v1/account/password", change).await;
    assert!(!answer.header("set-cookie").contains("pum_session=ey"), "{}", answer.header("set-cookie"));
    answer.expect_problem(401, "not_signed_in");
    assert_eq!(events(&app, "admin.signed_out").await, 1);
}

#[tokio::test]
async fn a_new_password_ends_ones_other_sessions() {
    let app = TestApp::start().await;
    let browser = first_admin(&app).await;
    let elsewhere = sign_in(&app, RIGHT).await;
    let path = "/api/v1/account/password";
    let wrong = json!({ "current_password": "another flower", "new_password": "a louder marigold" });
    let problem = browser.put(path, wrong).await.expect_problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["pointer"], "/current_password");
    let none = json!({ "new_password": "a louder marigold" });
    browser.put(path, none).await.expect_problem(422, "validation_failed");
    let weak = json!({ "current_password": RIGHT, "new_password": "password1234" });
    browser.put(path, weak).await.expect_problem(422, "weak_password");
    elsewhere.get(SESSION).await.expect(200);

    let change = json!({ "current_password": RIGHT, "new_password": "a louder marigold" });
    browser.put(path, change).await.expect(204);
    browser.get(SESSION).await.expect(200);
    elsewhere.get(SESSION).await.expect_problem(401, "not_signed_in");
    app.browser().post(SESSION, credentials("olivia", RIGHT)).await.expect_problem(401, "bad_credentials");
    sign_in(&app, "a louder marigold").await;
    assert_eq!(events(&app, "admin.password_changed").await, 1);
}

#[tokio::test]
async fn a_reset_password_has_to_be_changed_first() {
    let app = TestApp::start().await;
    let before = first_admin(&app).await;
    admins::reset_password(&app.ctx, "olivia", &Secret::new("for the time being")).await.unwrap();
    before.get(SESSION).await.expect_problem(401, "not_signed_in");
    let browser = sign_in(&app, "for the time being").await;
    assert_eq!(browser.get(SESSION).await.expect(200)["admin"]["must_change_password"], true);
    browser.get("/api/v1/settings").await.expect_problem(403, "password_change_required");
    browser.post("/api/v1/account/plex", json!({})).await.expect_problem(403, "password_change_required");
    let change = json!({ "current_password": "for the time being", "new_password": "a louder marigold" });
    browser.put("/api/v1/account/password", change).await.expect(204);
    browser.get("/api/v1/settings").await.expect(200);
}

#[tokio::test]
async fn an_admin_sees_and_ends_their_sessions() {
    let app = TestApp::start().await;
    let browser = first_admin(&app).await;
    let others = [sign_in(&app, RIGHT).await, sign_in(&app, RIGHT).await];
    let stranger = app.sign_in_with(&[]).await;
    let rows = |answer: Value| answer["items"].as_array().unwrap().clone();
    let mine = rows(browser.get("/api/v1/account/sessions").await.expect(200));
    assert_eq!(mine.len(), 3);
    assert_eq!(mine.iter().filter(|row| row["current"] == true).count(), 1);

    let current = rows(others[0].get("/api/v1/account/sessions").await.expect(200));
    let id = current.iter().find(|row| row["current"] == true).unwrap()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/account/sessions/{id}");
    stranger.delete(&path).await.expect_problem(404, "not_found");
    browser.delete(&path).await.expect(204);
    others[0].get(SESSION).await.expect_problem(401, "not_signed_in");
    others[1].get(SESSION).await.expect(200);
    browser.delete("/api/v1/account/sessions").await.expect(204);
    others[1].get(SESSION).await.expect_problem(401, "not_signed_in");
    browser.get(SESSION).await.expect(200);
    stranger.get(SESSION).await.expect(200);
}

#[tokio::test]
async fn an_admin_chooses_a_language() {
    let app = TestApp::start().await;
    let browser = first_admin(&app).await;
    let path = "/api/v1/account";
    assert_eq!(browser.patch(path, json!({ "language": "de" })).await.expect(200)["admin"]["language"], "de");
    browser.patch(path, json!({ "language": "xx" })).await.expect_problem(422, "validation_failed");
    assert_eq!(browser.patch(path, json!({})).await.expect(200)["admin"]["language"], "de");
    assert_eq!(
        browser.patch(path, json!({ "language": null })).await.expect(200)["admin"]["language"],
        Value::Null
    );
}
