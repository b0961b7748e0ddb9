//! What a browser is served, and with which headers.

use std::path::Path;

use pum_domain::settings::SettingKey;
use pum_testkit::TestApp;
use pum_testkit::test_app::Wishes;

fn front_end(folder: &Path) -> Wishes {
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("index.html", "<base href=\"%PUM_BASE%\"><p>admin");
    write("invite.html", "<base href=\"%PUM_BASE%\"><p>invite");
    write("assets/app-1a2b.js", "plain");
    write("assets/app-1a2b.js.br", "brotli");
    write("assets/app-1a2b.js.gz", "gzip");
    write("theme.js", "theme");
    write(".vite/manifest.json", "{}");
    let mut wishes = Wishes::default();
    wishes.api.web_dir = Some(folder.to_owned());
    wishes.api.connect_origins = vec!["https://plex.tv".to_owned()];
    wishes
}

#[tokio::test]
async fn two_pages_and_their_assets() {
    let folder = tempfile::tempdir().unwrap();
    let app = TestApp::start_with(front_end(folder.path())).await;
    let browser = app.browser();
    for (path, shown) in
        [("/", "admin"), ("/users", "admin"), ("/users/abc", "admin"), ("/invite/AbC", "invite")]
    {
        let page = browser.get(path).await;
        assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"), "{path}");
        assert_eq!(page.text, format!("<base href=\"/\"><p>{shown}"), "{path}");
    }
    let script = browser.get("/assets/app-1a2b.js").await;
    assert_eq!(
        (script.text.as_str(), script.header("content-type")),
        ("plain", "text/javascript; charset=utf-8")
    );
    assert_eq!(script.header("cache-control"), "public, max-age=31536000, immutable");
    for (accepted, encoding, body) in [
        ("gzip, br", "br", "brotli"),
        ("gzip", "gzip", "gzip"),
        ("br;q=0, gzip", "gzip", "gzip"),
        ("identity", "identity", "plain"),
    ] {
        let script = app.browser().with_header("accept-encoding", accepted).get("/assets/app-1a2b.js").await;
        assert_eq!((script.header("content-encoding"), script.text.as_str()), (encoding, body), "{accepted}");
        assert_eq!(script.header("vary"), "accept-encoding");
    }
    let again =
        app.browser().with_header("if-none-match", script.header("etag")).get("/assets/app-1a2b.js").await;
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    assert_eq!(browser.get("/theme.js").await.header("cache-control"), "no-cache");
    assert_eq!(browser.get("/assets/gone.js").await.status, 404);
    for hidden in ["/.vite/manifest.json", "/favicon.ico", "/metrics", "/index.html.bak"] {
        browser.get(hidden).await.expect_problem(404, "not_found");
    }
    browser.post("/users", serde_json::json!({})).await.expect_problem(405, "method_not_allowed");
}

#[tokio::test]
async fn under_a_sub_path() {
    let folder = tempfile::tempdir().unwrap();
    let mut wishes = front_end(folder.path());
    wishes.app.environment.insert(SettingKey::AppBaseUrl, "https://example.org/pum".to_owned());
    let app = TestApp::start_with(wishes).await;
    let browser = app.browser();
    for path in ["/pum/", "/pum/users", "/users", "/pum"] {
        assert_eq!(browser.get(path).await.text, "<base href=\"/pum/\"><p>admin", "{path}");
    }
    assert_eq!(browser.get("/pum/assets/app-1a2b.js").await.text, "plain");
    browser.get("/pum/api/v1/events").await.expect_problem(401, "not_signed_in");
    let docs = browser.get("/pum/api/docs").await;
    assert!(docs.text.contains("src=\"/pum/api/docs/docs.js\""), "{}", docs.text);
}

#[tokio::test]
async fn without_a_front_end_the_page_says_what_to_do() {
    let app = TestApp::start().await;
    let page = app.browser().get("/").await;
    assert_eq!(page.status, 503);
    assert!(page.text.contains("PUM_WEB_DIR"), "{}", page.text);
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let folder = tempfile::tempdir().unwrap();
    let app = TestApp::start_with(front_end(folder.path())).await;
    let browser = app.browser();
    for path in [
        "/",
        "/invite/abc",
        "/api/v1/events",
        "/api/v1/nothing",
        "/assets/app-1a2b.js",
        "/healthz",
        "/api/docs",
    ] {
        let answer = browser.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none';"), "{path}: {policy}");
        assert!(policy.contains("connect-src 'self' https://plex.tv;"), "{path}: {policy}");
        assert!(
            policy.contains("frame-ancestors 'none'; base-uri 'self'; form-action 'self'"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert_ne!(answer.header("x-request-id"), "", "{path}");
        let is_invite = path.starts_with("/invite");
        assert_eq!(answer.header("x-robots-tag") == "noindex", is_invite, "{path}");
        let is_private = is_invite || path.starts_with("/api/v1");
        assert_eq!(answer.header("cache-control") == "no-store", is_private || path == "/healthz", "{path}");
    }
    let problem = browser.get("/api/v1/nothing").await;
    assert_eq!(problem.json["request_id"], problem.header("x-request-id"));
}

#[tokio::test]
async fn the_contract_and_its_page() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let document = browser.get("/api/openapi.json").await.expect(200);
    assert_eq!(document, crate::contract::document());
    let page = browser.get("/api/docs").await;
    assert!(page.text.contains("api/docs/docs.js"));
    let (script, style) = (browser.get("/api/docs/docs.js").await, browser.get("/api/docs/docs.css").await);
    assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    for text in [&page.text, &script.text, &style.text] {
        assert!(!text.contains("http://") && !text.contains("https://"), "an asset from elsewhere");
    }
    assert!(!script.text.contains("innerHTML"));
}

#[tokio::test]
async fn json_is_compressed_and_streams_are_not() {
    let app = TestApp::start().await;
    let zipping = app.sign_in_as_admin().await.with_header("accept-encoding", "gzip");
    let document = zipping.open(reqwest::Method::GET, "/api/openapi.json", None).await;
    assert_eq!(document.headers()["content-encoding"], "gzip");
    let stream = zipping.open(reqwest::Method::GET, "/api/v1/events", None).await;
    assert_eq!(stream.headers()["content-encoding"], "identity");
}

#[tokio::test]
async fn health_and_readiness() {
    let app = TestApp::start().await;
    assert_eq!(app.browser().get("/healthz").await.expect(200)["status"], "ok");
    let ready = app.browser().get("/readyz").await.expect(200);
    assert_eq!((ready["database"].as_bool(), ready["worker"].as_bool()), (Some(true), Some(false)));
    pum_app::health::worker_is_here(&app.ctx, "w1", pum_app::clock::now()).await.unwrap();
    assert_eq!(app.browser().get("/readyz").await.expect(200)["worker"], true);
    for path in ["/healthz", "/readyz"] {
        let head = app.browser().send(reqwest::Method::HEAD, path, None).await;
        assert_eq!((head.status, head.text.as_str()), (200, ""), "{path}");
    }
}

#[tokio::test]
async fn the_database_gone_is_not_ready_and_not_a_500() {
    let app = TestApp::start().await;
    app.may_leave_jobs();
    let browser = app.sign_in_as_admin().await;
    app.ctx.db().close().await.unwrap();
    let ready = app.browser().get("/readyz").await;
    assert_eq!(ready.status, 503, "{}", ready.text);
    assert_eq!(app.browser().get("/healthz").await.status, 200);
    browser.get("/api/v1/events").await.expect_problem(503, "unavailable");
}
