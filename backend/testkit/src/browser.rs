//! A browser for stories: keeps cookies, proves its origin as browsers do, reads JSON.

use reqwest::cookie::CookieStore;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

const SEC_FETCH_SITE: &str = "sec-fetch-site";

/// One browser with its cookies.
#[derive(Clone)]
pub struct Browser {
    base: String,
    client: reqwest::Client,
    jar: Arc<reqwest::cookie::Jar>,
    extra: HeaderMap,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub text: String,
    /// The body as JSON, or null.
    pub json: Value,
}

impl Answer {
    /// The `code` of a problem, or nothing.
    pub fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }

    /// A header as text, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body, if the status is the one expected.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.json
    }

    /// Asserts status and code of a problem.
    #[track_caller]
    pub fn expect_problem(self, status: u16, code: &str) -> Value {
        assert_eq!((self.status, self.code()), (status, code), "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.json["status"], status);
        self.json
    }
}

impl Browser {
    /// A browser with no cookies, at PUM's address.
    pub fn new(base: &str) -> Self {
        let jar = Arc::new(reqwest::cookie::Jar::default());
        let client = reqwest::Client::builder()
            .cookie_provider(jar.clone())
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(60))
            .no_proxy()
            .no_gzip()
            // A story may rest for longer than the server keeps an idle connection.
            .pool_max_idle_per_host(0)
            // Everything is on this machine; reading the system's certificates for each browser takes long.
            .tls_certs_only(std::iter::empty::<reqwest::Certificate>())
            .build()
            .expect("a client");
        Self { base: base.to_owned(), client, jar, extra: HeaderMap::new() }
    }

    /// The same with a cookie.
    pub fn with_cookie(self, name: &str, value: &str) -> Self {
        let url: Url = self.base.parse().expect("an address");
        self.jar.add_cookie_str(&format!("{name}={value}; Path=/"), &url);
        self
    }

    /// The value of a cookie that it has been given.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let url: Url = self.base.parse().expect("an address");
        let all = self.jar.cookies(&url)?;
        let pairs = all.to_str().ok()?.split("; ").filter_map(|pair| pair.split_once('='));
        pairs.into_iter().find(|(found, _)| *found == name).map(|(_, value)| value.to_owned())
    }

    /// The same, sending another header each time. `sec-fetch-site` replaces the browser's own.
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().expect("a header name");
        self.extra.append(name, HeaderValue::from_str(value).expect("a header value"));
        self
    }

    /// The same without the proof of its origin.
    pub fn without_proof(self) -> Self {
        self.with_header(SEC_FETCH_SITE, "")
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    /// `POST` with JSON.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    /// `PUT` with JSON.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    /// `PATCH` with JSON.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, Some(body)).await
    }

    /// `DELETE`.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    /// Any request.
    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let response = self.open(method, path, body).await;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.expect("a body");
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer { status, headers, text, json }
    }

    /// Any request, its body not read yet: for streams.
    pub async fn open(&self, method: Method, path: &str, body: Option<Value>) -> reqwest::Response {
        let mut request = self.request(method, path);
        if let Some(body) = body {
            request = request.json(&body);
        }
        request.send().await.expect("an answer")
    }

    /// A request as this browser begins it, for bodies that no browser would send.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if !self.extra.contains_key(SEC_FETCH_SITE) {
            request = request.header(SEC_FETCH_SITE, "same-origin");
        }
        for (name, value) in &self.extra {
            if name != SEC_FETCH_SITE || !value.is_empty() {
                request = request.header(name, value);
            }
        }
        request
    }
}
