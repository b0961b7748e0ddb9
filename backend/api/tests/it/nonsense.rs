//! Every operation is fed nonsense wherever it takes something. What comes back is a documented
//! problem or an honest answer; never a 500, and never a page of a framework.

use pum_testkit::{Answer, Browser, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

use crate::contract::{document, operations};

fn in_paths() -> Vec<String> {
    let texts = [
        "..%2f..%2fetc%2fpasswd",
        "%ff%fe",
        "%e2%80%ae",
        "%3Cimg%20onerror%3D1%3E",
        "%25%27%22--",
        "0",
        "null",
    ];
    let long = ["9".repeat(40), "a".repeat(10_000)];
    texts.iter().map(ToString::to_string).chain(long).collect()
}

fn in_queries() -> Vec<String> {
    let texts = [
        "",
        "%ff",
        "-1",
        "0",
        "%25_%5C",
        "%7B%7D",
        "1e999",
        "%E2%80%AE",
        "2026-13-45T99:99:99Z",
        "999999-01-01T00:00:00Z",
    ];
    let long = ["9".repeat(40), "a".repeat(5_000)];
    texts.iter().map(ToString::to_string).chain(long).collect()
}

fn in_bodies() -> Vec<Value> {
    let long = "x".repeat(20_000);
    vec![
        Value::Null,
        json!([]),
        json!({}),
        json!(true),
        json!(-1),
        json!(i64::MAX),
        json!(1e308),
        json!(""),
        json!(long),
        json!("a\u{0}b"),
        json!("\u{202e}<img onerror=1>"),
        json!("=cmd|' /C calc'!A0"),
        json!("\u{1b}[31m"),
        json!("2026-02-30T25:61:61Z"),
        json!([[[[[[]]]]]]),
        json!({"mode": "some", "ids": [null, 1, "x"]}),
    ]
}

struct Operation {
    name: String,
    method: Method,
    path: String,
    queries: Vec<String>,
    example: Option<Value>,
    takes_no_body: bool,
}

fn every_operation() -> Vec<Operation> {
    let document = document();
    let all = operations(&document).into_iter().filter(|(path, _, _)| path != "/api/v1/events");
    let all = all.map(|(path, method, operation)| {
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let queries = parameters.iter().filter(|one| one["in"] == "query");
        let content = &operation["requestBody"]["content"]["application/json"];
        let example = match content {
            Value::Null => None,
            content => Some(example_of(&document, content)),
        };
        Operation {
            name: operation["operationId"].as_str().unwrap_or_default().to_owned(),
            method: method.parse().expect("a method"),
            path,
            queries: queries.filter_map(|one| one["name"].as_str().map(str::to_owned)).collect(),
            example,
            takes_no_body: operation["requestBody"]["required"] == false,
        }
    });
    all.collect()
}

fn example_of(document: &Value, content: &Value) -> Value {
    let schema = match content["schema"]["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).cloned().unwrap_or_default(),
        None => content["schema"].clone(),
    };
    [&content["example"], &schema["example"]]
        .into_iter()
        .find(|value| value.is_object())
        .cloned()
        .unwrap_or(json!({}))
}

#[track_caller]
fn judge(what: &str, answer: &Answer) {
    let shown: String = what.chars().take(160).collect();
    let text: String = answer.text.chars().take(400).collect();
    assert!(answer.status != 500 && answer.status != 0, "{shown}: {} {text}", answer.status);
    if answer.status >= 400 {
        assert_eq!(answer.header("content-type"), "application/problem+json", "{shown}: {text}");
        assert_eq!(answer.json["status"], answer.status, "{shown}: {text}");
        assert!(answer.json["detail"].as_str().is_some_and(|detail| detail.len() < 2_000), "{shown}: {text}");
    }
}

/// One admin's browser; signs in again when an operation has ended its session.
struct Caller<'a> {
    app: &'a TestApp,
    browser: Browser,
}

impl Caller<'_> {
    async fn call(&mut self, what: &str, method: &Method, path: &str, body: Option<Value>) {
        let answer = self.browser.send(method.clone(), path, body).await;
        judge(what, &answer);
        if answer.status == 401 || answer.header("set-cookie").contains("pum_session=") {
            self.browser = self.app.sign_in_as_admin().await;
        }
    }
}

async fn caller(app: &TestApp) -> Caller<'_> {
    app.may_leave_jobs();
    Caller { app, browser: app.sign_in_as_admin().await }
}

fn plain(path: &str) -> String {
    // Streams are numbered.
    let id = if path.starts_with("/api/v1/streams/") { "1" } else { "01890a5d-ac96-774b-bcce-b302099a8057" };
    path.replace("{id}", id).replace("{code}", "abcdefgh")
}

#[tokio::test]
async fn in_paths_and_queries() {
    let app = TestApp::start().await;
    let mut caller = caller(&app).await;
    for operation in every_operation() {
        let (start, end) = (operation.path.find('{'), operation.path.find('}'));
        if let (Some(start), Some(end)) = (start, end) {
            for nonsense in in_paths() {
                let path = format!("{}{nonsense}{}", &operation.path[..start], &operation.path[end + 1..]);
                let what = format!("{} {path}", operation.name);
                caller.call(&what, &operation.method, &plain(&path), operation.example.clone()).await;
            }
        }
        let names =
            operation.queries.iter().map(String::as_str).chain(["no_such_parameter", "limit", "cursor"]);
        for name in names.filter(|_| operation.method == Method::GET) {
            for nonsense in in_queries() {
                let path = format!("{}?{name}={nonsense}", plain(&operation.path));
                caller.call(&format!("{} {path}", operation.name), &operation.method, &path, None).await;
            }
        }
    }
}

#[tokio::test]
async fn in_bodies_one_field_at_a_time() {
    let app = TestApp::start().await;
    let mut caller = caller(&app).await;
    for operation in every_operation() {
        let Some(example) = &operation.example else { continue };
        let path = plain(&operation.path);
        let fields: Vec<String> =
            example.as_object().into_iter().flat_map(|fields| fields.keys().cloned()).collect();
        for field in fields {
            for nonsense in in_bodies() {
                let mut body = example.clone();
                body[&field] = nonsense.clone();
                let what = format!("{} {field}={nonsense}", operation.name);
                caller.call(&what, &operation.method, &path, Some(body)).await;
            }
        }
        for whole in in_bodies() {
            let what = format!("{} {whole}", operation.name);
            caller.call(&what, &operation.method, &path, Some(whole)).await;
        }
    }
}

#[tokio::test]
async fn an_unknown_field_is_pointed_at_everywhere() {
    let app = TestApp::start().await;
    for operation in every_operation() {
        let Some(example) = operation.example.filter(Value::is_object) else { continue };
        let mut body = example;
        body["no_such_field"] = json!(1);
        let browser = app.sign_in_as_admin().await;
        let answer = browser.send(operation.method.clone(), &plain(&operation.path), Some(body)).await;
        let problem = answer.expect_problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["pointer"], "/no_such_field", "{}: {problem}", operation.name);
    }
}

#[tokio::test]
async fn bodies_that_are_none() {
    let app = TestApp::start().await;
    app.may_leave_jobs();
    let browser = app.sign_in_as_admin().await;
    let large = format!("{{\"x\":\"{}\"}}", "x".repeat(1024 * 1024));
    let json = "application/json";
    let deep = format!("{{\"x\":{}", "[".repeat(100_000));
    let cases: [(&str, &[u8], u16, &str); 9] = [
        (json, b"", 400, "malformed_request"),
        (json, b"{", 400, "malformed_request"),
        (json, b"{\"x\":\"\xff\xfe\"}", 400, "malformed_request"),
        (json, deep.as_bytes(), 400, "malformed_request"),
        (json, b"[]", 422, "validation_failed"),
        (json, large.as_bytes(), 413, "body_too_large"),
        ("text/plain", b"{}", 415, "unsupported_media_type"),
        ("application/x-www-form-urlencoded", b"a=b", 415, "unsupported_media_type"),
        ("", b"{}", 415, "unsupported_media_type"),
    ];
    for operation in every_operation().into_iter().filter(|operation| operation.example.is_some()) {
        for (media, body, status, code) in cases {
            if body.is_empty() && operation.takes_no_body {
                continue;
            }
            let request = browser.request(operation.method.clone(), &plain(&operation.path));
            let request = if media.is_empty() { request } else { request.header("content-type", media) };
            let answer = request.body(body.to_vec()).send().await.expect("an answer");
            let found = (answer.status().as_u16(), answer.json::<Value>().await.unwrap_or_default());
            let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
            let at = format!("{} {media} {shown}: {}", operation.name, found.1);
            // Unknown fields may be noticed before the text breaks off.
            let deep_unknown = body.len() == deep.len() && found.0 == 422;
            assert!(deep_unknown || (found.0, found.1["code"].as_str()) == (status, Some(code)), "{at}");
        }
    }
}
