//! Cookies and the sessions behind them.

use std::collections::HashMap;
use std::time::Duration;

use actix_session::storage::{SessionKey, SessionStore};
use actix_web::ResponseError;
use actix_web::web::Data;
use pum_api::error::ApiError;
use pum_api::session_store::{DbSessions, with_notes};
use pum_api::state::Web;
use tokio_util::sync::CancellationToken;

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

/// The store as the middleware uses it.
fn store(app: &TestApp) -> DbSessions {
    let web = Web::new(&pum_api::ApiConfig::default(), app.ctx.clone(), CancellationToken::new()).unwrap();
    DbSessions(Data::new(web))
}

async fn open(app: &TestApp, name: &str) -> (SessionKey, HashMap<String, String>) {
    let admin = app.make_admin(name, &[], |_| {}).await;
    let mut state = HashMap::from([("admin".to_owned(), format!("\"{admin}\""))]);
    let fresh = HashMap::from([("fresh".to_owned(), "true".to_owned())]);
    let sign_in: HashMap<_, _> = state.clone().into_iter().chain(fresh).collect();
    let sessions = store(app);
    let key = sessions.save(sign_in, &actix_web::cookie::time::Duration::DAY);
    let key = with_notes(async { Ok(key.await.unwrap()) }).await.unwrap();
    state.extend(sessions.load(&key).await.unwrap().unwrap());
    (key, state)
}

#[tokio::test]
async fn a_renewed_session_has_a_new_key_and_the_old_one_opens_nothing() {
    let app = TestApp::start().await;
    let (old, state) = open(&app, "anna").await;
    let sessions = store(&app);
    let new = with_notes(async {
        sessions.delete(&old).await.unwrap();
        Ok(sessions.save(state, &actix_web::cookie::time::Duration::DAY).await.unwrap())
    });
    let new = new.await.unwrap();
    assert_ne!(new.as_ref(), old.as_ref());
    assert!(sessions.load(&old).await.unwrap().is_none());
    assert!(sessions.load(&new).await.unwrap().is_some());
}

#[tokio::test]
async fn signing_out_beats_a_renewal_that_is_under_way() {
    let app = TestApp::start().await;
    let (key, state) = open(&app, "anna").await;
    let sessions = store(&app);
    // Signed out elsewhere, after the request had loaded its session.
    assert!(sessions::close(&app.ctx, &hash_opaque(key.as_ref())).await.unwrap());
    let renewed = with_notes(async {
        sessions.delete(&key).await.unwrap();
        let saved = sessions.save(state.clone(), &actix_web::cookie::time::Duration::DAY).await;
        saved.map_err(|_| actix_web::error::ErrorInternalServerError("as the middleware does"))
    });
    let error = renewed.await.unwrap_err();
    let problem = error.as_error::<ApiError>().expect("a problem of its own");
    assert_eq!(problem.status_code(), 401);
    let touched = with_notes(async {
        let touched = sessions.update(key, state, &actix_web::cookie::time::Duration::DAY).await;
        touched.map_err(|_| actix_web::error::ErrorInternalServerError("as the middleware does"))
    });
    assert_eq!(touched.await.unwrap_err().as_response_error().status_code(), 401);
    let rows = pum_testkit::db::rows(app.db.url(), "SELECT key_hash AS found FROM sessions").await;
    assert!(rows.is_empty());
}
