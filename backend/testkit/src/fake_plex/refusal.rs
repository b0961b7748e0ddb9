//! Every "no" the fakes can say, and the shape each part of Plex gives it.

use super::markup::El;
use super::reply::{Body, Reply};
use serde_json::json;

/// Which dialect a route speaks, above all for errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// plex.tv `/api/...`: always XML.
    V1,
    /// plex.tv `/api/v2/...`: XML or JSON; wants a client identifier.
    V2,
    /// The media server.
    Pms,
    /// Pages and pictures for a browser.
    Page,
}

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    NoClientIdentifier,
    NotAuthenticated,
    /// A dead token where v1 is set to answer 422.
    InvalidToken,
    NotFound,
    PinNotFound,
    Malformed(String),
    NotAllowed(String),
    AlreadySharing(String),
    ShareLimit,
    RateLimited,
    Retired,
    /// No such route: an HTML page.
    Unrouted,
    WrongMethod,
}

impl Refusal {
    fn status(&self, family: Family) -> u16 {
        match self {
            Self::NoClientIdentifier | Self::Malformed(_) => 400,
            Self::NotAuthenticated => 401,
            Self::NotAllowed(_) => 403,
            Self::NotFound | Self::PinNotFound | Self::Unrouted => 404,
            Self::WrongMethod => 405,
            Self::Retired => 410,
            Self::InvalidToken => 422,
            Self::AlreadySharing(_) | Self::ShareLimit if family == Family::V1 => 400,
            Self::AlreadySharing(_) | Self::ShareLimit => 422,
            Self::RateLimited => 429,
        }
    }

    /// plex.tv's own error number.
    fn code(&self) -> u16 {
        match self {
            Self::NoClientIdentifier => 1000,
            Self::NotAuthenticated | Self::InvalidToken => 1001,
            Self::NotFound | Self::Unrouted | Self::Retired => 1002,
            Self::RateLimited => 1003,
            Self::Malformed(_) => 1004,
            Self::WrongMethod => 1005,
            Self::ShareLimit => 1008,
            Self::AlreadySharing(_) => 1014,
            Self::PinNotFound => 1020,
            Self::NotAllowed(_) => 1043,
        }
    }

    fn message(&self) -> String {
        match self {
            Self::NoClientIdentifier => "X-Plex-Client-Identifier is missing".into(),
            Self::NotAuthenticated => "User could not be authenticated".into(),
            Self::InvalidToken => "Invalid token".into(),
            Self::NotFound | Self::Unrouted => "Not found".into(),
            Self::PinNotFound => "Code not found or expired".into(),
            Self::Malformed(why) | Self::NotAllowed(why) => why.clone(),
            Self::AlreadySharing(name) => {
                format!("You're already sharing this server with {name}. Please edit your existing share.")
            }
            Self::ShareLimit => "You have reached the maximum number of users you can share with.".into(),
            Self::RateLimited => "API rate limit exceeded".into(),
            Self::Retired => "This endpoint was deprecated and removed".into(),
            Self::WrongMethod => "Method not allowed".into(),
        }
    }

    /// The refusal as an answer of that family. v1 has three shapes, as the real one does.
    pub fn into_reply(self, family: Family) -> Reply {
        let status = self.status(family);
        let message = self.message();
        let body = match family {
            _ if self == Self::Unrouted => Body::Html(html(status, "Not Found")),
            Family::Pms | Family::Page => Body::Html(html(status, reason(status))),
            Family::V1 | Family::V2 if self == Self::Retired => Body::V1(response(status, &message)),
            Family::V1 => match self {
                Self::NotFound | Self::NotAuthenticated | Self::InvalidToken | Self::PinNotFound => {
                    Body::V1(El::new("errors").kid(El::new("error").text(message)))
                }
                _ => Body::V1(response(status, &message)),
            },
            Family::V2 => {
                let code = self.code();
                Body::V2 {
                    root: "errors",
                    value: json!([{ "code": code, "message": message, "status": status }]),
                    wrap: true,
                }
            }
        };
        Reply::new(status, body)
    }
}

fn response(status: u16, message: &str) -> El {
    El::new("Response").attr("code", status.to_string()).attr("status", message)
}

/// The small page that the media server answers errors with.
pub fn html(status: u16, reason: &str) -> String {
    format!("<html><head><title>{reason}</title></head><body><h1>{status} {reason}</h1></body></html>")
}

/// The usual words for a status.
pub fn reason(status: u16) -> &'static str {
    actix_web::http::StatusCode::from_u16(status).ok().and_then(|s| s.canonical_reason()).unwrap_or("Error")
}
