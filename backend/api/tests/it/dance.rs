//! The sign-in with Plex as a browser goes through it.

use pum_testkit::{Browser, TestApp};
use serde_json::{Value, json};

/// A PIN that somebody's browser has made at Plex.
#[derive(Clone)]
pub struct Pin {
    pub id: i64,
    pub code: String,
}

impl Pin {
    pub fn body(&self) -> Value {
        json!({ "pin_id": self.id.to_string(), "code": self.code })
    }
}

/// Sends the request that PUM's answer describes, as a page would.
pub async fn make_pin(start: &Value) -> Pin {
    let request = &start["pin_request"];
    assert_eq!(request["method"], "POST");
    let url = request["url"].as_str().expect("an address");
    let mut post = reqwest::Client::builder().no_proxy().build().expect("a client").post(url);
    for (name, value) in request["headers"].as_object().expect("headers") {
        post = post.header(name, value.as_str().expect("text"));
    }
    let pin: Value = post.send().await.expect("an answer").json().await.expect("a PIN");
    Pin { id: pin["id"].as_i64().expect("an id"), code: pin["code"].as_str().expect("a code").to_owned() }
}

/// Begins at `path` and hands the PIN over; the person has not agreed yet.
pub async fn begin(browser: &Browser, path: &str, body: Value) -> Pin {
    let start = browser.post(path, body).await.expect(201);
    let pin = make_pin(&start).await;
    let attached = browser.post(&format!("{path}/pin"), pin.body()).await.expect(200);
    let url = attached["sign_in_url"].as_str().expect("an address");
    assert!(url.contains(&pin.code), "{url}");
    pin
}

/// The whole way, with the given account; returns the last answer.
pub async fn dance(
    app: &TestApp,
    browser: &Browser,
    path: &str,
    body: Value,
    account: u64,
) -> pum_testkit::Answer {
    let pin = begin(browser, path, body).await;
    app.plex.sign_in(&pin.code, account);
    browser.post(&format!("{path}/complete"), json!({})).await
}

/// How many history events of a type there are.
pub async fn events(app: &TestApp, kind: &str) -> usize {
    let question = format!("SELECT type AS found FROM history_events WHERE type = '{kind}'");
    pum_testkit::db::rows(app.db.url(), &question).await.len()
}
