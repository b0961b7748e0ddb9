//! Two small servers in Plex's place, and a client that talks to them.

use std::time::Duration;

use pum_plex::{ClientIdentity, Endpoints, Limits, MediaServers, PlexTv, Token};
use serde_json::Value;
use wiremock::{
    Mock, MockServer, Request, ResponseTemplate,
    matchers::{method, path},
};

pub const MACHINE: &str = "f00dcafe0000000000000000000000000000beef";
pub const PAGE_404: &str =
    "<!DOCTYPE html><html><head><title>404</title></head><body>Not here.</body></html>";

pub struct Plex {
    /// Stands for plex.tv.
    pub accounts: MockServer,
    /// Stands for clients.plex.tv.
    pub clients: MockServer,
    pub tv: PlexTv,
}

pub fn identity() -> ClientIdentity {
    ClientIdentity {
        client_identifier: "installation-id".into(),
        product: "PUM".into(),
        version: "0.1.0".into(),
        platform: "Linux".into(),
        device_name: "Attic box".into(),
    }
}

/// Quick enough not to be felt; the pace has its own tests.
pub fn quick() -> Limits {
    Limits { requests_per_second: 10_000.0, burst: 1_000, ..Limits::default() }
}

pub async fn plex() -> Plex {
    plex_with(quick()).await
}

pub async fn plex_with(limits: Limits) -> Plex {
    let (accounts, clients) = (MockServer::start().await, MockServer::start().await);
    let endpoints = Endpoints {
        plex_tv: accounts.uri().parse().unwrap(),
        clients: clients.uri().parse().unwrap(),
        auth: "https://app.plex.tv/auth".parse().unwrap(),
    };
    let tv = PlexTv::new(endpoints, identity(), limits).unwrap();
    Plex { accounts, clients, tv }
}

pub fn media_servers() -> MediaServers {
    MediaServers::new(identity(), quick()).unwrap()
}

pub fn owner() -> Token {
    Token::new("ownerTokenAbc1234567")
}

pub fn ok(body: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_string(body)
}

pub fn page_404() -> ResponseTemplate {
    ResponseTemplate::new(404).set_body_raw(PAGE_404, "text/html; charset=utf-8")
}

pub fn not_found() -> ResponseTemplate {
    ResponseTemplate::new(404)
        .set_body_string(r#"{"errors":[{"code":1002,"message":"Not Found","status":404}]}"#)
}

pub fn retired() -> ResponseTemplate {
    let body = r#"<Response code="410" status="This endpoint was deprecated and removed"/>"#;
    ResponseTemplate::new(410).set_body_string(body)
}

pub fn late() -> ResponseTemplate {
    ResponseTemplate::new(200).set_delay(Duration::from_secs(60))
}

pub async fn answer(server: &MockServer, verb: &str, at: &str, with: ResponseTemplate) {
    Mock::given(method(verb)).and(path(at)).respond_with(with).mount(server).await;
}

/// What a server was asked, as `VERB /path?query`.
pub async fn asked(server: &MockServer) -> Vec<String> {
    requests(server).await.iter().map(line).collect()
}

pub async fn requests(server: &MockServer) -> Vec<Request> {
    server.received_requests().await.unwrap()
}

pub fn line(request: &Request) -> String {
    let query = request.url.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{} {}{query}", request.method, request.url.path())
}

/// The body of the last request.
pub async fn last_body(server: &MockServer) -> Value {
    serde_json::from_slice(&requests(server).await.last().unwrap().body).unwrap()
}
