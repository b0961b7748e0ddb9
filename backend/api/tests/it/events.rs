//! Live events, as a page hears them.

use pum_domain::Permission;
use pum_domain::event::HintKind;
use pum_testkit::{Browser, TestApp};
use reqwest::{Method, Response};

const EVENTS: &str = "/api/v1/events";

async fn listen(browser: &Browser) -> Response {
    let mut response = browser.open(Method::GET, EVENTS, None).await;
    assert_eq!(response.status(), 200);
    // The first bytes come when the listener is in its place.
    let first = response.chunk().await.unwrap().expect("a first chunk");
    assert!(first.starts_with(b"retry:"), "{first:?}");
    response
}

async fn leave(app: &TestApp, kind: HintKind, id: Option<&str>) {
    let tx = app.ctx.db().begin().await.unwrap();
    pum_store::hints::leave(&tx, kind, id).await.unwrap();
    tx.commit().await.unwrap();
}

/// The next event, comments left out; nothing when the stream has ended.
async fn next(response: &mut Response) -> Option<String> {
    loop {
        let chunk = response.chunk().await.ok()??;
        let text = String::from_utf8(chunk.to_vec()).unwrap();
        if let Some(line) = text.lines().find_map(|line| line.strip_prefix("data: ")) {
            return Some(line.to_owned());
        }
    }
}

#[tokio::test]
async fn a_page_hears_what_its_admin_may_see() {
    let app = TestApp::start().await;
    let mut all = listen(&app.sign_in_as_admin().await).await;
    let mut invites = listen(&app.sign_in_with(&[Permission::InvitesView]).await).await;
    assert_eq!(all.headers()["content-type"], "text/event-stream");
    // The tail begins with the first listener; what it then sees, it tells.
    leave(&app, HintKind::Users, Some("u1")).await;
    leave(&app, HintKind::Invites, Some("i1")).await;
    loop {
        let heard = next(&mut invites).await.expect("an open stream");
        assert!(!heard.contains("users"), "{heard}");
        if heard.contains("invites") {
            assert_eq!(heard, r#"{"id":"i1","type":"invites"}"#);
            break;
        }
    }
    assert_eq!(next(&mut all).await.as_deref(), Some(r#"{"id":"u1","type":"users"}"#));
    assert_eq!(next(&mut all).await.as_deref(), Some(r#"{"id":"i1","type":"invites"}"#));
}

#[tokio::test]
async fn a_sixth_stream_is_one_too_many() {
    let app = TestApp::start().await;
    let browser = app.sign_in_as_admin().await;
    let mut open = Vec::new();
    for _ in 0..5 {
        open.push(listen(&browser).await);
    }
    let refused = browser.get(EVENTS).await;
    assert_ne!(refused.header("retry-after"), "");
    refused.expect_problem(429, "too_many_requests");
    listen(&app.sign_in_as_admin().await).await;
}

#[tokio::test]
async fn pages_that_were_left_are_not_counted_for_long() {
    let app = TestApp::start().await;
    let browser = app.sign_in_as_admin().await;
    for _ in 0..12 {
        // Left at once, as by somebody who reloads and clicks along quickly.
        drop(listen(&browser).await);
    }
    listen(&browser).await;
}

#[tokio::test]
async fn a_revoked_session_hears_nothing_more() {
    let app = TestApp::start().await;
    let admin = app.make_admin("anna", &[], |admin| admin.is_primary = true).await;
    let mut stream = listen(&app.sign_in_as(admin).await).await;
    let tx = app.ctx.db().begin().await.unwrap();
    pum_store::sessions::delete_of(&tx, admin, None).await.unwrap();
    tx.commit().await.unwrap();
    // As if another process had ended it: the next hints make this one look, a second later at most.
    while let Some(heard) = {
        leave(&app, HintKind::Server, None).await;
        next(&mut stream).await
    } {
        assert!(heard.contains("server"), "{heard}");
    }
}

#[tokio::test]
async fn streams_end_with_the_process() {
    let app = TestApp::start().await;
    let mut stream = listen(&app.sign_in_as_admin().await).await;
    drop(app);
    while next(&mut stream).await.is_some() {}
}
