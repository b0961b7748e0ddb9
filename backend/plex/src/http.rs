//! Sending one request and reading one answer, within a deadline and a cap.

use std::{error::Error, sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use reqwest::{
    Client, Response, StatusCode,
    header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue},
    redirect,
};
use tokio::time::{Instant, timeout_at};

use crate::{
    address::GuardedNames,
    classify::{Question, is_html, judge, refusal},
    error::{ConnectTrouble, PlexError},
    gate::{Entry, Gate, Lane},
    identity::ClientIdentity,
    request::Request,
    tree::Node,
};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Error bodies matter for one line of text.
const ERROR_CAP: usize = 64 * 1024;

/// The one HTTP client of the process, with our identity.
#[derive(Debug, Clone)]
pub(crate) struct Http {
    client: Client,
    pub identity: Arc<ClientIdentity>,
}

/// A 2xx answer.
#[derive(Debug)]
pub(crate) struct Answer {
    status: StatusCode,
    pub body: BytesMut,
}

impl Answer {
    /// The body as a tree, or `Garbage` about `what`.
    pub(crate) fn tree(&self, what: &'static str) -> Result<Node, PlexError> {
        Node::read(&self.body).ok_or(PlexError::Garbage { what })
    }

    /// The body as a tree, if there is one; writes often answer with nothing.
    pub(crate) fn tree_if_any(&self) -> Option<Node> {
        Node::read(&self.body)
    }
}

/// A 2xx answer whose body is read as it comes, for as long as it comes.
#[derive(Debug)]
pub(crate) struct Flow {
    response: Response,
}

impl Flow {
    /// What it says it is; empty when it does not say.
    pub(crate) fn content_type(&self) -> &str {
        let value = self.response.headers().get(CONTENT_TYPE);
        value.and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The next piece. May be dropped while waiting, nothing is lost.
    ///
    /// # Errors
    /// `ConnectionLost` at the end, whoever made it.
    pub(crate) async fn next(&mut self) -> Result<Bytes, PlexError> {
        let lost = PlexError::ConnectionLost { request_may_have_been_done: false };
        self.response.chunk().await.map_err(|error| broken(&error))?.ok_or(lost)
    }
}

struct Raw {
    status: StatusCode,
    headers: HeaderMap,
    body: BytesMut,
}

impl Http {
    /// # Errors
    /// `Connect(Tls)` if the system's certificates cannot be loaded.
    pub(crate) fn new(identity: ClientIdentity) -> Result<Self, PlexError> {
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .connect_timeout(CONNECT_TIMEOUT)
            // Shorter than most servers keep a connection, so a write seldom meets a closing one.
            .pool_idle_timeout(Duration::from_secs(20))
            // A connection that has died silently is found out by itself, not by the next twenty calls.
            .tcp_keepalive(Duration::from_secs(30))
            .dns_resolver(GuardedNames)
            .user_agent(format!("{}/{}", identity.product, identity.version))
            .build()
            .map_err(|_| PlexError::Connect(ConnectTrouble::Tls))?;
        Ok(Self { client, identity: Arc::new(identity) })
    }

    /// Sends through the gate. The deadline covers the wait for a turn as well.
    pub(crate) async fn send(
        &self,
        gate: &Gate,
        lane: Lane,
        deadline: Instant,
        request: Request<'_>,
    ) -> Result<Answer, PlexError> {
        let started = Instant::now();
        let route = request.route;
        let outcome = self.send_in_turn(gate, lane, deadline, request).await;
        let elapsed_ms = started.elapsed().as_millis();
        match &outcome {
            Ok(answer) => {
                let status = answer.status.as_u16();
                tracing::debug!(route, lane = ?lane, status, elapsed_ms, "asked Plex");
            }
            Err(error) => {
                tracing::debug!(route, lane = ?lane, elapsed_ms, error = error.code(), "asked Plex in vain")
            }
        }
        outcome
    }

    async fn send_in_turn(
        &self,
        gate: &Gate,
        lane: Lane,
        deadline: Instant,
        request: Request<'_>,
    ) -> Result<Answer, PlexError> {
        let (writes, acts, cap) = (request.writes(), request.acts, request.cap);
        let question = Question::from(&request);
        let entry = gate.enter(lane, deadline).await?;
        let raw = match timeout_at(deadline, self.exchange(request, cap)).await {
            Ok(Ok(raw)) => raw,
            Ok(Err(error)) => return Err(unanswered(entry, error, writes)),
            Err(_) => {
                entry.failed();
                return Err(PlexError::Timeout { request_may_have_been_done: writes });
            }
        };
        if raw.status.is_success() {
            entry.answered();
            // What only acts has no answer to be read: servers say it in whatever way.
            if !acts && is_html(&raw.headers, &raw.body) {
                return Err(PlexError::Garbage { what: "data, not a web page" });
            }
            return Ok(Answer { status: raw.status, body: raw.body });
        }
        Err(refused(entry, judge(question, raw.status, &raw.headers, &raw.body)))
    }

    /// Sends through the gate a request whose answer does not end. The deadline covers everything up to the
    /// answer's beginning.
    pub(crate) async fn open(
        &self,
        gate: &Gate,
        lane: Lane,
        deadline: Instant,
        request: Request<'_>,
    ) -> Result<Flow, PlexError> {
        let (route, question) = (request.route, Question::from(&request));
        let entry = gate.enter(lane, deadline).await?;
        let opening = async {
            let response = self.begin(request).await?;
            if response.status().is_success() {
                return Ok(Ok(Flow { response }));
            }
            read(response, ERROR_CAP).await.map(Err)
        };
        let outcome = match timeout_at(deadline, opening).await {
            Ok(Ok(Ok(flow))) => {
                entry.answered();
                Ok(flow)
            }
            Ok(Ok(Err(raw))) => Err(refused(entry, judge(question, raw.status, &raw.headers, &raw.body))),
            Ok(Err(error)) => Err(unanswered(entry, error, false)),
            Err(_) => {
                entry.failed();
                Err(PlexError::Timeout { request_may_have_been_done: false })
            }
        };
        match &outcome {
            Ok(_) => tracing::debug!(route, "Plex has begun to tell"),
            Err(error) => tracing::debug!(route, error = error.code(), "asked Plex in vain"),
        }
        outcome
    }

    /// Fetches bytes from anywhere, telling no more of us than our name: no token, no identifier.
    pub(crate) async fn fetch(&self, url: url::Url, cap: usize) -> Result<BytesMut, PlexError> {
        let response = self.client.get(url).header(ACCEPT, "image/*").send().await;
        let raw = read(response.map_err(|error| broken(&error))?, cap).await?;
        match raw.status {
            status if status.is_success() => Ok(raw.body),
            status if status.is_redirection() => Err(PlexError::Redirected),
            StatusCode::NOT_FOUND | StatusCode::GONE => Err(PlexError::ItemMissing),
            status if status.is_server_error() => {
                Err(PlexError::Unavailable { status: status.as_u16(), retry_after: None })
            }
            status => Err(refusal(status, String::new())),
        }
    }

    async fn exchange(&self, request: Request<'_>, cap: usize) -> Result<Raw, PlexError> {
        read(self.begin(request).await?, cap).await
    }

    async fn begin(&self, request: Request<'_>) -> Result<Response, PlexError> {
        let identifier = request.client_identifier.unwrap_or(&self.identity.client_identifier);
        let mut headers = self.identity.headers(identifier);
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(token) = request.token {
            // A token that is no header value can be no token of Plex's.
            let mut value = HeaderValue::from_str(token.expose()).map_err(|_| PlexError::Unauthorized)?;
            value.set_sensitive(true);
            headers.insert("x-plex-token", value);
        }
        for (name, value) in &request.headers {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(*name, value);
            }
        }
        let mut builder = self.client.request(request.method, request.url).headers(headers);
        if let Some(body) = &request.json {
            builder = builder.json(body);
        }
        builder.send().await.map_err(|error| broken(&error))
    }
}

/// No answer came: what that says of the host, and of the request.
fn unanswered(entry: Entry, error: PlexError, writes: bool) -> PlexError {
    match error {
        PlexError::ConnectionLost { .. } => {
            entry.failed();
            PlexError::ConnectionLost { request_may_have_been_done: writes }
        }
        PlexError::Connect(_) => {
            entry.failed();
            error
        }
        // Nothing about the host: a body beyond the cap, a token that cannot be sent.
        _ => error,
    }
}

/// The host said no: what that says of it.
fn refused(entry: Entry, error: PlexError) -> PlexError {
    match error {
        PlexError::Unavailable { .. } => entry.failed(),
        PlexError::RateLimited { retry_after } => {
            return PlexError::RateLimited { retry_after: Some(entry.slowed(retry_after)) };
        }
        _ => entry.answered(),
    }
    error
}

async fn read(mut response: Response, cap: usize) -> Result<Raw, PlexError> {
    let (status, headers) = (response.status(), response.headers().clone());
    let too_large = PlexError::TooLarge { limit: cap };
    let is_error = !status.is_success();
    if !is_error && response.content_length().is_some_and(|length| length > cap as u64) {
        return Err(too_large);
    }
    let mut body = BytesMut::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break,
            // The status has said it all; the rest of an error page is not worth losing that.
            Err(_) if is_error => break,
            Err(error) => return Err(broken(&error)),
        }
        if is_error && body.len() > ERROR_CAP {
            body.truncate(ERROR_CAP);
            break;
        }
        if body.len() > cap {
            return Err(too_large);
        }
    }
    Ok(Raw { status, headers, body })
}

/// Which way the connection failed. The library's own text names the address, so it is only looked at.
fn broken(error: &reqwest::Error) -> PlexError {
    if !error.is_connect() {
        return PlexError::ConnectionLost { request_may_have_been_done: false };
    }
    if error.is_timeout() {
        return PlexError::Connect(ConnectTrouble::TimedOut);
    }
    let mut chain = String::new();
    let mut cause = error.source();
    while let Some(inner) = cause {
        chain.push_str(&inner.to_string().to_lowercase());
        chain.push(' ');
        cause = inner.source();
    }
    let trouble = if error.is_dns() || chain.contains("dns error") {
        ConnectTrouble::Name
    } else if chain.contains("certificate") || chain.contains("tls") || chain.contains("corrupt message") {
        ConnectTrouble::Tls
    } else if chain.contains("refused") {
        ConnectTrouble::Refused
    } else {
        ConnectTrouble::Other
    };
    PlexError::Connect(trouble)
}
