//! One request as a handler sees it: who asks, with which parameters, about whom.

use super::refusal::Refusal;
use super::world::{Scope, World};
use actix_web::web::Bytes;
use serde_json::{Map, Value};

/// Which of the fakes' addresses a request came in at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listener {
    /// plex.tv.
    PlexTv,
    /// clients.plex.tv: the same world, v2 only.
    Clients,
    /// app.plex.tv, the sign-in page.
    Auth,
    /// The media server's address with this number.
    Pms(usize),
}

impl Listener {
    /// The name in the call log: `plex.tv`, `clients.plex.tv`, `app.plex.tv`, `pms:0`.
    pub fn name(self) -> String {
        match self {
            Self::PlexTv => "plex.tv".into(),
            Self::Clients => "clients.plex.tv".into(),
            Self::Auth => "app.plex.tv".into(),
            Self::Pms(slot) => format!("pms:{slot}"),
        }
    }
}

/// A request, read completely.
#[derive(Debug, Clone)]
pub struct Request {
    pub listener: Listener,
    pub method: String,
    /// Without the query, as sent.
    pub path: String,
    pub query: Vec<(String, String)>,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
}

impl Request {
    /// A header, or the query parameter of the same name, as Plex allows for `X-Plex-*`.
    pub fn header(&self, name: &str) -> Option<&str> {
        let by_header = self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        by_header
            .or_else(|| self.query.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)))
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// Whether the caller asked for JSON.
    pub fn accepts_json(&self) -> bool {
        self.headers.iter().any(|(n, v)| n == "accept" && v.to_ascii_lowercase().contains("json"))
    }

    /// The body as a JSON object; empty when it is none.
    pub fn json(&self) -> Map<String, Value> {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The body's form fields.
    pub fn form(&self) -> Vec<(String, String)> {
        url::form_urlencoded::parse(&self.body).into_owned().collect()
    }

    /// A parameter from the query, a form body, or a JSON body, in this order.
    pub fn param(&self, name: &str) -> Option<String> {
        if let Some((_, value)) = self.query.iter().find(|(n, _)| n == name) {
            return Some(value.clone());
        }
        match self.json().get(name) {
            Some(Value::String(text)) => return Some(text.clone()),
            Some(Value::Null) | None => {}
            Some(other) => return Some(other.to_string()),
        }
        self.form().into_iter().find(|(n, _)| n == name).map(|(_, value)| value)
    }

    /// Whether a parameter is present and says yes.
    pub fn flag(&self, name: &str) -> bool {
        self.param(name).is_some_and(|v| matches!(v.to_ascii_lowercase().as_str(), "1" | "true"))
    }
}

/// A request at work on the world.
pub struct Call<'a> {
    pub world: &'a mut World,
    pub request: &'a Request,
    /// Values of the route template's `{...}` parts, decoded.
    pub params: Vec<String>,
    /// Whom a sharing call is about: an account id or an address. For the log.
    pub about: Option<String>,
}

impl Call<'_> {
    /// The template's nth value as text.
    pub fn text(&self, nth: usize) -> String {
        self.params.get(nth).cloned().unwrap_or_default()
    }

    /// The template's nth value as a number.
    ///
    /// # Errors
    /// Anything that is no number is simply not found.
    pub fn number(&self, nth: usize) -> Result<u64, Refusal> {
        self.text(nth).parse().map_err(|_| Refusal::NotFound)
    }

    /// The account behind an account token.
    ///
    /// # Errors
    /// Without a token, with a dead one, or with one that is only good for a server.
    pub fn account(&self) -> Result<u64, Refusal> {
        self.request
            .header("x-plex-token")
            .and_then(|token| self.world.tokens.get(token))
            .filter(|grant| grant.scope == Scope::Account)
            .map(|grant| grant.account)
            .ok_or(if self.world.config.dead_token_422 && !self.request.path.starts_with("/api/v2") {
                Refusal::InvalidToken
            } else {
                Refusal::NotAuthenticated
            })
    }

    /// The client identifier that v2 insists on.
    ///
    /// # Errors
    /// When it is missing.
    pub fn client_identifier(&self) -> Result<String, Refusal> {
        self.request.header("x-plex-client-identifier").map(str::to_owned).ok_or(Refusal::NoClientIdentifier)
    }
}
