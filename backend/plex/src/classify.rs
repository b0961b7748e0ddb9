//! What an answer's status and body mean.

use std::time::Duration;

use reqwest::{StatusCode, header::HeaderMap};

use crate::{
    error::PlexError,
    request::{Asks, Request},
    tree::Node,
};

/// The part of a request that an answer is judged by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question {
    pub asks: Asks,
    pub shares: bool,
}

impl From<&Request<'_>> for Question {
    fn from(request: &Request<'_>) -> Self {
        Self { asks: request.asks, shares: request.shares }
    }
}

/// The error that a non-2xx answer is.
pub(crate) fn judge(question: Question, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> PlexError {
    let said = Said::read(body);
    let code = status.as_u16();
    match code {
        300..=399 => PlexError::Redirected,
        401 => PlexError::Unauthorized,
        _ if said.code == Some(1001) => PlexError::Unauthorized,
        // Said in whatever shape, as other clients have found.
        422 if contains(body, b"invalid token") => PlexError::Unauthorized,
        400 | 403 | 422 if question.shares && said.is_about_the_limit() => PlexError::ShareLimit,
        400 | 409 | 422 if question.shares && said.is_about_sharing_already() => PlexError::AlreadySharing,
        403 => PlexError::Forbidden,
        410 => PlexError::RouteGone,
        404 => match question.asks {
            Asks::List => PlexError::RouteGone,
            Asks::Item if is_html(headers, body) => PlexError::RouteGone,
            Asks::Item | Asks::ServerItem => PlexError::ItemMissing,
        },
        408 => PlexError::Unavailable { status: code, retry_after: retry_after(headers) },
        429 => PlexError::RateLimited { retry_after: retry_after(headers) },
        500.. => PlexError::Unavailable { status: code, retry_after: retry_after(headers) },
        _ => refusal(status, said.shown()),
    }
}

/// A refusal, in words of Plex's or else in those of its status.
pub(crate) fn refusal(status: StatusCode, said: String) -> PlexError {
    let message = match said.is_empty() {
        true => status.canonical_reason().unwrap_or("no reason given").to_owned(),
        false => said,
    };
    PlexError::Refused { status: status.as_u16(), message }
}

/// Whether a body has these words, which are in lower case. Bodies of errors are capped where they are read.
fn contains(body: &[u8], words: &[u8]) -> bool {
    body.windows(words.len()).any(|window| window.eq_ignore_ascii_case(words))
}

/// What the root of a page may be, where the page has only been declared as one.
const HTML: [&str; 16] = [
    "html", "head", "title", "meta", "body", "h1", "h2", "h3", "p", "div", "span", "center", "pre", "b",
    "script", "style",
];

/// A web page where data was expected: an unrouted path, a login page of some network, a proxy's apology. Some
/// servers declare everything as a page: what can be read as data is data.
pub(crate) fn is_html(headers: &HeaderMap, body: &[u8]) -> bool {
    let start = body.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(body.len());
    let opening: Vec<u8> = body[start..].iter().take(9).map(u8::to_ascii_lowercase).collect();
    let declared = headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    opening.starts_with(b"<html")
        || opening == b"<!doctype"
        || (declared.starts_with("text/html") && !body.is_empty() && !is_data(body))
}

fn is_data(body: &[u8]) -> bool {
    Node::read(body).is_some_and(|root| !HTML.iter().any(|name| root.name.eq_ignore_ascii_case(name)))
}

/// Seconds, or a date compared with the sender's own clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("retry-after")?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds.min(86_400)));
    }
    let then = chrono::DateTime::parse_from_rfc2822(text).ok()?;
    let now = chrono::DateTime::parse_from_rfc2822(headers.get("date")?.to_str().ok()?).ok()?;
    (then - now).to_std().ok()
}

/// What an error body says, in any of Plex's shapes.
#[derive(Debug, Default)]
struct Said {
    code: Option<i64>,
    text: String,
}

impl Said {
    fn read(body: &[u8]) -> Self {
        let Some(root) = Node::read(body) else { return Self::default() };
        if root.name == "html" {
            return Self::default();
        }
        // {"errors":[{code,message}]}, <errors><error code message/></errors>, <errors><error>text</error></errors>,
        // <Response code status/>, {"error": "text"}.
        let error = root.child(&["errors", "error"]).unwrap_or(&root);
        let error = error.child(&["error"]).unwrap_or(error);
        let text = ["message", "error", "status"]
            .iter()
            .find_map(|name| error.text(name).filter(|text| text.parse::<i64>().is_err()))
            .unwrap_or(&error.text);
        Self { code: error.int("code"), text: text.to_owned() }
    }

    fn has(&self, words: &str) -> bool {
        self.text.to_lowercase().contains(words)
    }

    fn is_about_sharing_already(&self) -> bool {
        self.code == Some(1014)
            || [
                "already sharing",
                "already shared",
                "already invited",
                "already been invited",
                "already exists",
            ]
            .iter()
            .any(|words| self.has(words))
    }

    fn is_about_the_limit(&self) -> bool {
        let limit = self.has("limit") || self.has("maximum") || self.has("too many");
        let people = ["share", "sharing", "user", "friend", "invite"].iter().any(|word| self.has(word));
        limit && people && !self.has("rate limit")
    }

    /// Plex's reason, fit for a page: one line, short, no address or long secret-looking word in it.
    fn shown(&self) -> String {
        let plain: String =
            self.text.chars().map(|c| if c.is_control() || is_direction_mark(c) { ' ' } else { c }).collect();
        let words = plain.split_whitespace().map(|word| {
            let secretive =
                word.len() >= 16 && word.chars().filter(char::is_ascii_alphanumeric).count() >= 16;
            let address = word.contains("://") || word.to_lowercase().contains("token=");
            if secretive || address || word.contains('<') { "…" } else { word }
        });
        words.collect::<Vec<_>>().join(" ").chars().take(160).collect()
    }
}

const fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{061c}')
}

#[cfg(test)]
mod tests;
