//! What the log says of a request: the route's template and the reference, never what was asked for.

use std::io::Write;
use std::process::Command;
use std::sync::{Arc, Mutex};

use pum_testkit::TestApp;
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Pages(Arc<Mutex<Vec<u8>>>);

impl Write for Pages {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Pages {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// A log is its whole process's, and tests may run side by side in one: this one runs alone.
#[test]
fn the_log_knows_templates_and_no_secrets() {
    let alone = ["--exact", "logging::what_the_log_says", "--ignored", "--nocapture"];
    let run = Command::new(std::env::current_exe().unwrap()).args(alone).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success() && said.contains("1 passed"), "{said}");
}

#[tokio::test]
#[ignore = "another test runs it as a process of its own"]
async fn what_the_log_says() {
    let log = Pages::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_writer(log.clone());
    subscriber.with_ansi(false).init();
    let app = TestApp::start().await;
    app.may_leave_jobs();
    let browser = app.sign_in_as_admin().await;
    let answer = browser.get("/api/v1/public/invites/codeplanted4711").await;
    answer.expect_problem(404, "not_found");
    browser.get("/api/v1/invites?q=queryplanted4711").await;
    browser.get("/invite/pathplanted4711").await;
    let credentials = serde_json::json!({"username": "userplanted4711", "password": "passplanted4711"});
    browser.post("/api/v1/session", credentials).await;
    browser.clone().with_header("authorization", "Bearer tokenplanted4711").get("/api/v1/invites").await;

    browser.get("/api/v1/invites?limit=hat").await.expect_problem(422, "validation_failed");
    app.browser().get("/api/v1/libraries").await.expect_problem(401, "not_signed_in");

    let written = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(written.contains("/api/v1/public/invites/{code}"), "{written}");
    // A refusal is no news: one calm line, without the error's insides.
    for (route, status) in [("/api/v1/invites", 422), ("/api/v1/libraries", 401)] {
        let (route, status) = (format!("route=\"{route}\""), format!("status={status}"));
        let lines: Vec<&str> =
            written.lines().filter(|line| line.contains(&route) && line.contains(&status)).collect();
        assert_eq!(lines.len(), 1, "{lines:?} of {written}");
        assert!(lines[0].contains("DEBUG") && !lines[0].contains("ApiError"), "{lines:?}");
    }
    let loud: Vec<&str> =
        written.lines().filter(|line| line.contains(" WARN ") || line.contains(" ERROR ")).collect();
    assert!(loud.is_empty(), "{loud:?}");
    for planted in ["codeplanted", "queryplanted", "pathplanted", "passplanted", "tokenplanted"] {
        assert!(!written.contains(planted), "{planted} in: {written}");
    }
}
