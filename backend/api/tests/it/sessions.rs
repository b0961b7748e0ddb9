//! Cookies and the sessions behind them.

use std::time::Duration;

use pum_app::secret::hash_opaque;
use pum_app::sessions;
use pum_testkit::TestApp;
use reqwest::Method;

/// An operation that any signed-in admin may call.
const PROBE: &str = "/api/v1/events";

async fn status(browser: &pum_testkit::Browser) -> u16 {
    browser.open(Method::GET, PROBE, None).await.status().as_u16()
}

#[tokio::test]
async fn strangers_leave_no_trace() {
    let app = TestApp::start().await;
    let answer = app.browser().get(PROBE).await;
    assert_eq!(answer.header("set-cookie"), "");
    answer.expect_problem(401, "not_signed_in");
    app.browser().get("/").await;
    let rows = pum_testkit::db::rows(app.db.url(), "SELECT key_hash AS found FROM sessions").await;
    assert!(rows.is_empty());
}

#[tokio::test]
async fn a_tampered_cookie_is_nobody() {
    let app = TestApp::start().await;
    let admin = app.make_admin("anna", &[], |admin| admin.is_primary = true).await;
    app.sign_in_as(admin).await;
    let key = "a key that no session has";
    let good = app.signed_cookie(key);
    let forged = [
        good.clone(),
        good.replacen(|c: char| c.is_ascii_alphanumeric(), "%", 1),
        key.to_owned(),
        String::new(),
        "%00%ff".to_owned(),
        "x".repeat(5000),
        format!("{good}{good}"),
    ];
    for value in forged {
        let browser = app.browser().with_cookie("pum_session", &value);
        let answer = browser.get(PROBE).await;
        assert_eq!(answer.header("set-cookie"), "", "{value}");
        answer.expect_problem(401, "not_signed_in");
    }
}

#[tokio::test]
async fn the_key_itself_is_not_stored() {
    let app = TestApp::start().await;
    let browser = app.sign_in_as_admin().await;
    assert_eq!(status(&browser).await, 200);
    let rows = pum_testkit::db::rows(app.db.url(), "SELECT key_hash AS found FROM sessions").await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].len(), 64);
}

#[tokio::test]
async fn sessions_end_when_idle_and_in_any_case() {
    const DAY: Duration = Duration::from_secs(24 * 3600);
    let app = TestApp::start().await;
    let admin = app.make_admin("anna", &[], |_| {}).await;
    let idle = app.sign_in_as(admin).await;
    app.ctx.db().let_time_pass(DAY * 6);
    assert_eq!(status(&idle).await, 200);
    app.ctx.db().let_time_pass(DAY * 2);
    // Listening does not keep a session alive; nothing else was done with it.
    assert_eq!(status(&idle).await, 401);

    let key = "busy";
    let busy = sessions::NewSession {
        key_hash: hash_opaque(key),
        admin_id: admin,
        address: String::new(),
        user_agent: String::new(),
    };
    sessions::open(&app.ctx, &busy).await.unwrap();
    for _ in 0..5 {
        app.ctx.db().let_time_pass(DAY * 5);
        assert!(sessions::touch(&app.ctx, &busy.key_hash).await.unwrap());
        assert!(sessions::find(&app.ctx, &busy.key_hash).await.unwrap().is_some());
    }
    app.ctx.db().let_time_pass(DAY * 6);
    assert!(sessions::find(&app.ctx, &busy.key_hash).await.unwrap().is_none());
}

#[tokio::test]
async fn a_closed_session_cannot_be_used_or_touched() {
    let app = TestApp::start().await;
    let admin = app.make_admin("anna", &[], |_| {}).await;
    let browser = app.sign_in_as(admin).await;
    let rows = pum_testkit::db::rows(app.db.url(), "SELECT key_hash AS found FROM sessions").await;
    assert!(sessions::close(&app.ctx, &rows[0]).await.unwrap());
    assert!(!sessions::touch(&app.ctx, &rows[0]).await.unwrap());
    assert!(!sessions::close(&app.ctx, &rows[0]).await.unwrap());
    assert_eq!(status(&browser).await, 401);
}
