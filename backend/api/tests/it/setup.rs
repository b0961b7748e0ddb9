//! From an empty database to a working installation.

use pum_app::hooks::Hooks;
use pum_app::secret::{Keys, Secret};
use pum_app::setup::{self, Offered};
use pum_app::{AppOptions, Ctx, keys_check};
use pum_domain::job::JobKind;
use pum_testkit::fake_plex::Fault;
use pum_testkit::test_app::{SECRET_KEY, Wishes};
use pum_testkit::{Browser, TestApp};
use serde_json::{Value, json};

use crate::dance::{dance, events};

const PASSWORD: &str = "a quiet marigold";

pub async fn setup_code(app: &TestApp) -> String {
    match setup::code(&app.ctx).await.unwrap() {
        Offered::Code(code) => code.expose().to_owned(),
        Offered::AdminExists => panic!("there is an admin already"),
    }
}

pub async fn first_admin(app: &TestApp) -> Browser {
    let browser = app.browser();
    let code = setup_code(app).await;
    let body = json!({ "setup_code": code, "username": "Olivia", "password": PASSWORD });
    let answer = browser.post("/api/v1/setup/admin", body).await.expect(201);
    assert_eq!(answer["admin"]["username"], "Olivia");
    browser
}

fn typed(app: &TestApp, token: &str) -> Value {
    json!({ "url": app.plex.server(0).url(), "token": token })
}

async fn next_step(browser: &Browser) -> Value {
    browser.get("/api/v1/setup").await.expect(200)["next_step"].clone()
}

#[tokio::test]
async fn an_admin_sets_pum_up_with_a_password_and_a_typed_server() {
    let app = TestApp::start().await;
    let stranger = app.browser();
    let state = stranger.get("/api/v1/setup").await.expect(200);
    assert_eq!((&state["complete"], &state["next_step"]), (&json!(false), &json!("admin")));

    let browser = first_admin(&app).await;
    assert_eq!(next_step(&browser).await, "plex");
    let session = browser.get("/api/v1/session").await.expect(200);
    assert_eq!(session["admin"]["is_primary"], true);
    browser.post("/api/v1/setup/finish", json!({})).await.expect_problem(409, "setup_step_missing");

    let body = typed(&app, app.plex.owner_token());
    let tested = browser.post("/api/v1/setup/plex/test", body.clone()).await.expect(200);
    assert_eq!(tested["ok"], true, "{tested}");
    assert_eq!((&tested["server"]["name"], &tested["account"]), (&json!("Aurora"), &json!("olivia")));
    // By name and number, for pages in another language.
    let counted = &tested["checks"][4];
    assert_eq!((&counted["code"], &counted["count"]), (&json!("libraries_found"), &json!(3)));
    let names: Vec<_> =
        tested["checks"].as_array().unwrap().iter().map(|check| check["name"].clone()).collect();
    let expected =
        ["identity", "token_kind", "account", "owner", "libraries", "section_ids", "share_list", "pending"];
    assert_eq!(names, expected);

    let saved = browser.put("/api/v1/setup/plex", body).await.expect(200);
    assert_eq!((&saved["owner"], &saved["auth_state"]), (&json!("olivia"), &json!("ok")));
    assert_eq!(next_step(&browser).await, "app");
    let wrong = browser.put("/api/v1/setup/app", json!({ "base_url": "pum" })).await;
    assert_eq!(wrong.expect_problem(422, "validation_failed")["errors"][0]["pointer"], "/base_url");
    browser.put("/api/v1/setup/app", json!({ "base_url": app.address() })).await.expect(200);
    assert_eq!(next_step(&browser).await, "finish");
    assert_eq!(browser.post("/api/v1/setup/finish", json!({})).await.expect(202)["complete"], true);

    assert_eq!(
        app.run_jobs().await,
        [JobKind::RefreshLibraries, JobKind::SyncUsers, JobKind::ImportPlayHistory]
    );
    assert_eq!(next_step(&stranger).await, Value::Null);
    browser
        .put("/api/v1/setup/app", json!({ "base_url": app.address() }))
        .await
        .expect_problem(409, "setup_complete");
    for (kind, times) in [("setup.completed", 1), ("admin.created", 1), ("server.connected", 1)] {
        assert_eq!(events(&app, kind).await, times, "{kind}");
    }
}

#[tokio::test]
async fn an_owner_sets_pum_up_with_plex_and_picks_a_server() {
    let app = TestApp::start().await;
    let owner = app.plex.owner();
    let browser = app.browser();
    let code = json!({ "setup_code": setup_code(&app).await });
    let answer = dance(&app, &browser, "/api/v1/setup/admin/plex", code, owner).await.expect(200);
    assert_eq!(answer["admin"]["username"], "olivia");
    assert_eq!(answer["admin"]["has_password"], false);
    browser.get("/api/v1/setup/plex/servers").await.expect_problem(409, "plex_token_required");

    let signed_in = dance(&app, &browser, "/api/v1/setup/plex/sign-in", json!({}), owner).await.expect(200);
    assert_eq!(signed_in, json!({ "username": "olivia" }));
    let servers = browser.get("/api/v1/setup/plex/servers").await.expect(200);
    let server = &servers["items"][0];
    assert_eq!((&server["name"], &server["owned"]), (&json!("Aurora"), &json!(true)), "{servers}");
    assert_eq!(server["addresses"][0]["reachable"], true, "{servers}");
    assert!(!servers.to_string().contains("oken"), "no token leaves our side: {servers}");

    let elsewhere =
        json!({ "machine_identifier": server["machine_identifier"], "uri": "http://127.0.0.1:9" });
    let wrong = browser.put("/api/v1/setup/plex", elsewhere).await.expect_problem(422, "validation_failed");
    assert_eq!(wrong["errors"][0]["pointer"], "/uri");
    let choice = json!({
        "machine_identifier": server["machine_identifier"], "uri": server["addresses"][0]["uri"],
    });
    browser.put("/api/v1/setup/plex", choice).await.expect(200);
    // The token has moved to its place: only the one of the first sign-in is signed out.
    assert_eq!(app.run_jobs().await, [JobKind::SignOutPlexToken]);
    browser.get("/api/v1/setup/plex/servers").await.expect_problem(409, "plex_token_required");
    let tested = browser.post("/api/v1/settings/plex/test", json!({})).await.expect(200);
    assert_eq!(tested["ok"], true, "{tested}");
}

#[tokio::test]
async fn a_stranger_needs_the_code_and_gets_ten_tries() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let code = setup_code(&app).await;
    let claim = |code: &str| json!({ "setup_code": code, "username": "mallory", "password": PASSWORD });
    for _ in 0..10 {
        let answer = browser.post("/api/v1/setup/admin", claim("k3hs8f-2ndk49-aj5mzp-1qw7xu-vb")).await;
        answer.expect_problem(403, "setup_code_wrong");
    }
    let refused = browser.post("/api/v1/setup/admin", claim(&code)).await;
    assert_ne!(refused.header("retry-after"), "");
    refused.expect_problem(429, "too_many_requests");
    let start = json!({ "setup_code": code });
    browser.post("/api/v1/setup/admin/plex", start).await.expect_problem(429, "too_many_requests");
    assert_eq!(events(&app, "setup.code_refused").await, 10);

    app.ctx.db().let_time_pass(std::time::Duration::from_secs(3601));
    // Copied from a log: spaces, capitals and missing dashes do not matter.
    let copied = format!(" {} ", code.replace('-', "").to_uppercase());
    browser.post("/api/v1/setup/admin", claim(&copied)).await.expect(201);
    // From now on it is dead, for everybody.
    app.browser().post("/api/v1/setup/admin", claim(&code)).await.expect_problem(409, "setup_complete");
    assert!(matches!(setup::code(&app.ctx).await.unwrap(), Offered::AdminExists));
}

#[tokio::test]
async fn of_two_who_have_the_code_one_becomes_the_first_admin() {
    let app = TestApp::start().await;
    let code = setup_code(&app).await;
    let claims = ["anna", "bert"].map(|name| {
        let body = json!({ "setup_code": code, "username": name, "password": PASSWORD });
        let browser = app.browser();
        async move { browser.post("/api/v1/setup/admin", body).await.status }
    });
    let mut answers = futures::future::join_all(claims).await;
    answers.sort_unstable();
    assert_eq!(answers, [201, 409]);
    let admins = pum_testkit::db::rows(app.db.url(), "SELECT username AS found FROM admins").await;
    assert_eq!(admins.len(), 1);
}

#[tokio::test]
async fn a_preset_code_and_server_come_from_the_environment() {
    let options = AppOptions {
        setup_code: Some(Secret::new("correct horse battery")),
        plex_token: Some(Secret::new("token-of-the-environment")),
        plex_url: "http://127.0.0.1:9".parse().ok(),
        ..AppOptions::default()
    };
    let app = TestApp::start_with(Wishes { app: options, ..Wishes::default() }).await;
    let browser = app.browser();
    let body = json!({ "setup_code": "correct horse battery", "username": "olivia", "password": PASSWORD });
    browser.post("/api/v1/setup/admin", body).await.expect(201);
    let state = browser.get("/api/v1/setup").await.expect(200);
    assert_eq!(
        state["presets"],
        json!({ "base_url": null, "plex_url": "http://127.0.0.1:9", "plex_token": true })
    );
    assert_eq!(app.browser().get("/api/v1/setup").await.expect(200)["presets"], Value::Null);
    // The preset token goes with the preset address and no other.
    let elsewhere = json!({ "url": app.plex.server(0).url() });
    let refused = browser.put("/api/v1/setup/plex", elsewhere).await.expect_problem(422, "validation_failed");
    assert_eq!(refused["errors"][0]["pointer"], "/token");
    browser.put("/api/v1/setup/plex", json!({})).await.expect_problem(502, "plex_unreachable");
}

#[tokio::test]
async fn weak_passwords_are_refused_by_their_field() {
    let app = TestApp::start().await;
    let code = setup_code(&app).await;
    let cases = [
        ("short", "too_short"),
        ("password1234", "common"),
        ("olivia2026!!", ""),
        ("olivia202600", "like_username"),
    ];
    for (password, expected) in cases.into_iter().filter(|(_, expected)| !expected.is_empty()) {
        let body = json!({ "setup_code": code, "username": "olivia", "password": password });
        let problem =
            app.browser().post("/api/v1/setup/admin", body).await.expect_problem(422, "weak_password");
        assert_eq!(
            problem["errors"][0],
            json!({
                "pointer": "/password", "code": expected, "detail": problem["errors"][0]["detail"],
            })
        );
    }
}

#[tokio::test]
async fn the_test_says_which_token_was_pasted() {
    let app = TestApp::start().await;
    let browser = first_admin(&app).await;
    let (owner, machine) = (app.plex.owner(), app.plex.server(0).machine_identifier().to_owned());
    let guest = app.plex.add_account("gustav");
    app.plex.befriend_owner(guest);
    app.plex.share(guest, &["Movies"], true);
    let stranger = app.plex.add_account("stella");
    let cases = [
        (app.plex.owner_token().to_owned(), true, "The token of the owner's account, olivia."),
        (
            app.plex.world(|world| world.server_token(&machine, owner)),
            false,
            "This token opens this server alone.",
        ),
        (
            app.plex.token_of(guest),
            false,
            "The token of somebody else's account: gustav does not own this server.",
        ),
        (
            app.plex.token_of(stranger),
            false,
            "The token of somebody else's account: stella does not own this server.",
        ),
        ("nonsense".to_owned(), false, "Neither plex.tv nor the server takes this token."),
    ];
    for (token, ok, expected) in cases {
        let tested = browser.post("/api/v1/setup/plex/test", typed(&app, &token)).await.expect(200);
        assert_eq!(tested["ok"], ok, "{tested}");
        let kind = &tested["checks"][1];
        assert_eq!((&kind["name"], &kind["ok"]), (&json!("token_kind"), &json!(ok)), "{tested}");
        assert!(kind["detail"].as_str().unwrap().starts_with(expected), "{tested}");
        let saved = browser.put("/api/v1/setup/plex", typed(&app, &token)).await;
        assert_eq!(saved.status == 200, ok, "{}", saved.text);
        assert!(!saved.text.contains(&token));
    }
    let nowhere = json!({ "url": "http://127.0.0.1:9", "token": app.plex.owner_token() });
    let tested = browser.post("/api/v1/setup/plex/test", nowhere).await.expect(200);
    assert_eq!(tested["checks"][0]["detail"], "Nothing listens at this address and port.");
    for url in ["http://169.254.169.254/", "ftp://example.org", "http://user:pw@example.org", "nonsense"] {
        let body = json!({ "url": url, "token": "x" });
        let answer = browser.put("/api/v1/setup/plex", body).await.expect_problem(422, "validation_failed");
        assert_eq!(answer["errors"][0]["pointer"], "/url", "{url}");
    }
}

#[tokio::test]
async fn a_token_that_opens_the_server_as_a_guest_is_called_that() {
    let app = TestApp::start().await;
    let browser = first_admin(&app).await;
    let guest = app.plex.add_account("gustav");
    app.plex.befriend_owner(guest);
    app.plex.share(guest, &["Movies"], true);
    let token = app.plex.shares_of(guest)[0].access_token.clone();
    let test = async |token: &str| {
        let tested = browser.post("/api/v1/setup/plex/test", typed(&app, token)).await.expect(200);
        tested["checks"][1]["code"].as_str().expect("a finding").to_owned()
    };
    assert_eq!(test(&token).await, "guest_token");
    // Older servers tell a guest no more than a stranger.
    app.plex.fault(Fault::status(401).on("pms_accounts"));
    assert_eq!(test(&token).await, "guest_token");
    // Tokens of the newer kind are long.
    assert_eq!(test(&"x".repeat(2_048)).await, "dead_token");
    let endless = typed(&app, &"x".repeat(2_049));
    browser.post("/api/v1/setup/plex/test", endless).await.expect_problem(422, "validation_failed");
}

#[tokio::test]
async fn a_guest_and_a_dead_token_are_told_apart_when_saving() {
    let app = TestApp::start().await;
    let browser = first_admin(&app).await;
    let stranger = app.plex.add_account("stella");
    let token = app.plex.token_of(stranger);
    browser.put("/api/v1/setup/plex", typed(&app, &token)).await.expect_problem(422, "plex_not_owner");
    let dead = browser.put("/api/v1/setup/plex", typed(&app, "dead")).await;
    assert_eq!(dead.expect_problem(422, "plex_token_invalid")["errors"][0]["pointer"], "/token");
}

#[tokio::test]
async fn a_reset_wizard_keeps_admins_and_asks_for_one() {
    let app = TestApp::start().await;
    let browser = first_admin(&app).await;
    browser.put("/api/v1/setup/plex", typed(&app, app.plex.owner_token())).await.expect(200);
    let before = setup::reset(&app.ctx).await.unwrap();
    assert!(!before.complete);
    assert_eq!(next_step(&app.browser()).await, "plex");
    let body = typed(&app, app.plex.owner_token());
    app.browser().put("/api/v1/setup/plex", body.clone()).await.expect_problem(401, "not_signed_in");
    browser.put("/api/v1/setup/plex", body).await.expect(200);
}

#[tokio::test]
async fn another_secret_key_is_refused_with_the_remedy() {
    let app = TestApp::start().await;
    assert!(!keys_check::is_fresh(app.ctx.db()).await.unwrap());
    let other = Keys::derive(&Secret::new("another secret key than before"));
    let opened = Ctx::open(app.ctx.db().clone(), other, AppOptions::default(), Hooks::default()).await;
    let refusal = opened.expect_err("a refusal");
    assert!(refusal.detail.contains("secret.key"), "{refusal}");
    // The right one still opens it.
    let same = Keys::derive(&Secret::new(SECRET_KEY));
    let opened = Ctx::open(app.ctx.db().clone(), same, AppOptions::default(), Hooks::default()).await;
    assert!(opened.is_ok());
}
