//! Settings: database before environment before default.

use std::collections::BTreeMap;

use pum_app::AppOptions;
use pum_domain::Permission;
use pum_domain::settings::SettingKey;
use pum_testkit::TestApp;
use pum_testkit::test_app::Wishes;
use serde_json::{Value, json};

use crate::dance::events;

const SETTINGS: &str = "/api/v1/settings";

fn setting<'a>(page: &'a Value, key: &str) -> &'a Value {
    page["items"].as_array().unwrap().iter().find(|item| item["key"] == key).unwrap()
}

/// The keys of what is saved.
async fn stored(app: &TestApp) -> Vec<String> {
    let saved = pum_store::settings::all(&app.ctx.reader()).await.unwrap();
    saved.into_iter().map(|one| one.key).collect()
}

async fn with_environment() -> TestApp {
    let environment = BTreeMap::from([(SettingKey::AppName, "Aurora Cinema".to_owned())]);
    let options = AppOptions { environment, ..AppOptions::default() };
    TestApp::start_with(Wishes { app: options, ..Wishes::default() }).await
}

#[tokio::test]
async fn a_value_says_where_it_comes_from_and_what_it_overrides() {
    let app = with_environment().await;
    let browser = app.sign_in_as_admin().await;
    let page = browser.get(SETTINGS).await.expect(200);
    assert_eq!(
        setting(&page, "app_name"),
        &json!({
            "key": "app_name", "value": "Aurora Cinema", "source": "environment",
            "environment_value": "Aurora Cinema", "default_value": "PUM",
        })
    );
    assert_eq!(setting(&page, "language")["source"], "default");

    let page =
        browser.patch(SETTINGS, json!({ "app_name": "  Nightly  ", "language": "de" })).await.expect(200);
    let name = setting(&page, "app_name");
    assert_eq!((&name["value"], &name["source"]), (&json!("Nightly"), &json!("database")));
    assert_eq!(name["environment_value"], "Aurora Cinema");
    assert_eq!(app.ctx.setting(SettingKey::AppName).as_deref(), Some("Nightly"));
    assert_eq!(events(&app, "setting.changed").await, 2);

    // Saving what the environment says stores nothing; so does null.
    for value in [json!("Aurora Cinema"), Value::Null] {
        let page = browser.patch(SETTINGS, json!({ "app_name": value })).await.expect(200);
        assert_eq!(setting(&page, "app_name")["source"], "environment");
        let kept = stored(&app).await;
        assert_eq!(kept, ["language"]);
    }
    // Of these two only the first changed anything.
    assert_eq!(events(&app, "setting.changed").await, 3);
}

#[tokio::test]
async fn wrong_values_are_named_and_nothing_is_saved() {
    let app = with_environment().await;
    let browser = app.sign_in_as_admin().await;
    let body =
        json!({ "app_name": "Nightly", "time_zone": "Mars/Olympus", "app_base_url": "javascript:alert(1)" });
    let problem = browser.patch(SETTINGS, body).await.expect_problem(422, "validation_failed");
    let pointers: Vec<_> =
        problem["errors"].as_array().unwrap().iter().map(|e| e["pointer"].clone()).collect();
    assert_eq!(pointers, ["/app_base_url", "/time_zone"]);
    browser.patch(SETTINGS, json!({ "colour": "red" })).await.expect_problem(422, "validation_failed");
    let kept = stored(&app).await;
    assert!(kept.is_empty());
}

#[tokio::test]
async fn each_setting_has_its_permission() {
    let app = TestApp::start().await;
    let browser = app.sign_in_with(&[Permission::SettingsGeneral]).await;
    let page = browser.get(SETTINGS).await.expect(200);
    assert!(page["items"].as_array().unwrap().iter().all(|item| item["key"] != "pending_invitation_days"));
    let refused = browser.patch(SETTINGS, json!({ "pending_invitation_days": "7" })).await;
    assert_eq!(refused.expect_problem(403, "permission_denied")["permission"], "settings.access");
    browser.patch(SETTINGS, json!({ "app_name": "Nightly" })).await.expect(200);
    let mut each: Vec<Permission> = SettingKey::ALL.iter().map(|key| key.spec().permission).collect();
    each.dedup();
    for permission in each {
        let browser = app.sign_in_with(&[permission]).await;
        let page = browser.get(SETTINGS).await.expect(200);
        let shown = page["items"].as_array().unwrap().iter().map(|item| item["key"].clone());
        let own = SettingKey::ALL.iter().filter(|key| key.spec().permission == permission);
        assert_eq!(shown.collect::<Vec<_>>(), own.map(|key| json!(key)).collect::<Vec<_>>(), "{permission}");
        let key = SettingKey::ALL.iter().find(|key| key.spec().permission == permission).unwrap();
        browser.patch(SETTINGS, json!({ (key.as_str()): null })).await.expect(200);
        let foreign = SettingKey::ALL.iter().find(|key| key.spec().permission != permission).unwrap();
        let refused = browser.patch(SETTINGS, json!({ (foreign.as_str()): null })).await;
        refused.expect_problem(403, "permission_denied");
    }
}

#[tokio::test]
async fn a_stale_edit_names_what_changed_meanwhile() {
    let app = TestApp::start().await;
    let browser = app.sign_in_as_admin().await;
    let version = browser.get(SETTINGS).await.expect(200)["version"].as_i64().unwrap();
    let edit = browser.clone().with_header("if-match", &format!("\"{version}\""));
    edit.patch(SETTINGS, json!({ "app_name": "Nightly" })).await.expect(200);
    let refused =
        edit.patch(SETTINGS, json!({ "language": "de" })).await.expect_problem(409, "version_conflict");
    assert_eq!(refused["changed_fields"], json!(["app_name"]));
}

#[tokio::test]
async fn the_cookie_follows_the_app_address() {
    let app = TestApp::start().await;
    let browser = app.sign_in_as_admin().await;
    browser.patch(SETTINGS, json!({ "app_base_url": "https://pum.example.org" })).await.expect(200);
    let start = app.browser().post("/api/v1/session/plex", json!({})).await;
    let cookie = start.header("set-cookie").to_owned();
    start.expect(201);
    assert!(cookie.starts_with("__Host-pum_sign_in=") && cookie.contains("Secure"), "{cookie}");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
}
