//! Somebody who talks to the fakes over bare HTTP, so that nothing of PUM's own client is trusted here.

use pum_testkit::fake_plex::FakePlex;
use reqwest::{Method, RequestBuilder, Response, StatusCode, redirect};
use serde_json::{Value, json};

/// A person with a token and a client identifier.
#[derive(Clone)]
pub struct Person {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
    client: Option<String>,
}

impl Person {
    /// The owner of the first server.
    pub fn owner(plex: &FakePlex) -> Self {
        Self::with(plex, plex.owner_token())
    }

    /// An account, with a fresh token.
    pub fn of(plex: &FakePlex, account: u64) -> Self {
        Self::with(plex, &plex.token_of(account))
    }

    /// Somebody without a token.
    pub fn nobody(plex: &FakePlex) -> Self {
        Self { token: None, ..Self::with(plex, "") }
    }

    /// Somebody with this token.
    pub fn with(plex: &FakePlex, token: &str) -> Self {
        let http = reqwest::Client::builder().redirect(redirect::Policy::none()).build();
        Self {
            http: http.expect("an HTTP client"),
            base: plex.plex_tv_url().to_owned(),
            token: Some(token.to_owned()),
            client: Some("client-one".to_owned()),
        }
    }

    /// The same person at another address.
    pub fn at(&self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self.clone() }
    }

    /// The same person with another client identifier, or none.
    pub fn client(&self, client: Option<&str>) -> Self {
        Self { client: client.map(str::to_owned), ..self.clone() }
    }

    /// A request that asks for JSON.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        request = request.header("accept", "application/json");
        if let Some(token) = &self.token {
            request = request.header("x-plex-token", token);
        }
        if let Some(client) = &self.client {
            request = request.header("x-plex-client-identifier", client);
        }
        request
    }

    /// Sends and returns the answer.
    pub async fn send(&self, method: Method, path: &str) -> Response {
        self.request(method, path).send().await.expect("an answer")
    }

    /// GET: the answer's status and text.
    pub async fn text(&self, path: &str) -> (StatusCode, String) {
        let answer = self.send(Method::GET, path).await;
        (answer.status(), answer.text().await.expect("a body"))
    }

    /// GET: the answer's status and JSON.
    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        let (status, text) = self.text(path).await;
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    /// Any method with a JSON body: the answer's status and text.
    pub async fn call(&self, method: Method, path: &str, body: Value) -> (StatusCode, String) {
        let answer = self.request(method, path).json(&body).send().await.expect("an answer");
        (answer.status(), answer.text().await.expect("a body"))
    }

    /// Shares the first server by v1.
    pub async fn share_v1(&self, plex: &FakePlex, who: &str, sections: &[u64]) -> (StatusCode, String) {
        let mid = plex.server(0).machine_identifier().to_owned();
        let body = json!({
            "server_id": mid,
            "shared_server": { "library_section_ids": sections, "invited_email": who },
            "sharing_settings": { "allowSync": "1" },
        });
        self.call(Method::POST, &format!("/api/servers/{mid}/shared_servers"), body).await
    }

    /// Shares the first server by v2.
    pub async fn share_v2(&self, plex: &FakePlex, who: &str, sections: &[u64]) -> (StatusCode, String) {
        let body = json!({
            "machineIdentifier": plex.server(0).machine_identifier(),
            "invitedEmail": who, "librarySectionIds": sections, "settings": { "allowSync": true },
        });
        self.call(Method::POST, "/api/v2/shared_servers", body).await
    }
}

/// The section ids of libraries on the first server, by title.
pub fn sections(plex: &FakePlex, titles: &[&str]) -> Vec<u64> {
    let mid = plex.server(0).machine_identifier().to_owned();
    plex.world(|world| {
        let libraries = &world.servers[&mid].libraries;
        libraries.iter().filter(|l| titles.contains(&l.title.as_str())).map(|l| l.section_id).collect()
    })
}
