//! Requests that nobody means well with: a documented problem, never a 500.

use pum_testkit::TestApp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Sends bytes as they are and reads status and body.
async fn raw(app: &TestApp, request: &[u8]) -> (u16, String) {
    let address = app.address().trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    // The server may close with a reset once it has answered.
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, answer)
}

async fn get(app: &TestApp, target: &str) -> (u16, String) {
    let request = format!("GET {target} HTTP/1.1\r\nHost: pum\r\nConnection: close\r\n\r\n");
    raw(app, request.as_bytes()).await
}

#[tokio::test]
async fn addresses_that_are_none() {
    let app = TestApp::start().await;
    let long = format!("/api/v1/{}", "a".repeat(10_000));
    let cases = [
        ("/api/v1/nothing", 404, "not_found"),
        ("/api", 404, "not_found"),
        ("/api/", 404, "not_found"),
        ("/api/v2/setup", 404, "not_found"),
        ("/api/v1/../../../etc/passwd", 404, "not_found"),
        ("/api/v1/%2e%2e%2f%2e%2e%2fetc%2fpasswd", 404, "not_found"),
        ("/api/v1/%ff%fe", 404, "not_found"),
        ("/api/v1/%zz", 404, "not_found"),
        ("/api/v1/x%00y", 400, "malformed_request"),
        ("/api/v1/events?q=%00", 400, "malformed_request"),
        (long.as_str(), 404, "not_found"),
    ];
    for (target, status, code) in cases {
        let (found, answer) = get(&app, target).await;
        let shown = target.get(..80).unwrap_or(target);
        assert_eq!(found, status, "{shown}: {answer}");
        assert!(answer.contains(&format!(r#""code":"{code}""#)), "{shown}: {answer}");
        assert!(answer.contains("application/problem+json"), "{shown}: {answer}");
    }
}

#[tokio::test]
async fn methods_that_are_none() {
    let app = TestApp::start().await;
    for method in ["DELETE", "PUT", "TRACE", "BREW"] {
        let request = format!(
            "{method} /api/v1/events HTTP/1.1\r\nHost: pum\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\n\r\n"
        );
        let (status, answer) = raw(&app, request.as_bytes()).await;
        assert_eq!(status, 405, "{answer}");
        assert!(answer.to_ascii_lowercase().contains("\r\nallow: get"), "{answer}");
        assert!(answer.contains(r#""code":"method_not_allowed""#), "{answer}");
    }
}

#[tokio::test]
async fn preflights_get_no_leave() {
    let app = TestApp::start().await;
    let request = b"OPTIONS /api/v1/events HTTP/1.1\r\nHost: pum\r\nOrigin: https://evil.example\r\n\
        Access-Control-Request-Method: POST\r\nConnection: close\r\n\r\n";
    let (status, answer) = raw(&app, request).await;
    assert_eq!(status, 405, "{answer}");
    assert!(!answer.to_ascii_lowercase().contains("access-control"), "{answer}");
}

#[tokio::test]
async fn files_outside_the_web_folder_stay_there() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("secret.txt"), "hush").unwrap();
    let web = folder.path().join("dist");
    std::fs::create_dir(&web).unwrap();
    std::fs::write(web.join("index.html"), "<base href=\"%PUM_BASE%\">").unwrap();
    let mut wishes = pum_testkit::test_app::Wishes::default();
    wishes.api.web_dir = Some(web);
    let app = TestApp::start_with(wishes).await;
    for target in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "//secret.txt",
        "/assets/../../secret.txt",
    ] {
        let (_, answer) = get(&app, target).await;
        assert!(!answer.contains("hush"), "{target}: {answer}");
    }
}
