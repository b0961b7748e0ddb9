//! What can go wrong with a call to Plex, each kind kept apart because each asks for something else.
//!
//! No text here ever holds a token, an address with a query, or a body that a service sent.

use std::time::Duration;

/// Why no connection came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectTrouble {
    /// The host name is unknown.
    Name,
    /// Nobody listens there.
    Refused,
    /// The certificate or the encryption was not acceptable.
    Tls,
    /// No answer to the attempt in time.
    TimedOut,
    /// Anything else.
    Other,
}

/// A failed call to Plex.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlexError {
    /// The token is missing, dead, or not valid at this host (401; also 422 "Invalid token").
    #[error("Plex does not accept the token")]
    Unauthorized,
    /// The account may not do this: not the owner, a restricted user, no Plex Pass.
    #[error("Plex does not allow this account to do that")]
    Forbidden,
    /// The thing asked about is not there, as an answer of the service itself.
    #[error("Plex does not know it (any more)")]
    ItemMissing,
    /// The route itself is retired. After a write: read what is there, then call again, which takes another way.
    #[error("Plex has retired this way of asking")]
    RouteGone,
    /// As `RouteGone`, and every other way of doing it is retired as well: nothing was done, and calling again at
    /// once would only repeat it.
    #[error("Plex has retired every way of doing this")]
    NoWayLeft,
    /// The media server does not take the owner's token, though plex.tv does: trouble of that server alone.
    #[error("the server does not accept the owner's token, though plex.tv does")]
    ServerRefusesToken,
    /// The server is already shared with this person, or they are already invited.
    #[error("already sharing with this person")]
    AlreadySharing,
    /// Plex's limit of people a server may be shared with is reached.
    #[error("Plex's limit of shares is reached")]
    ShareLimit,
    /// Any other refusal.
    #[error("Plex refused the request ({status}): {message}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Plex's own reason, shortened and cleaned; what the status means when it gave none.
        message: String,
    },
    /// Too many requests; everything to that host pauses.
    #[error("Plex asks us to slow down")]
    RateLimited {
        /// How long the pause lasts.
        retry_after: Option<Duration>,
    },
    /// The service has trouble of its own (5xx).
    #[error("Plex is not available ({status})")]
    Unavailable {
        /// The HTTP status.
        status: u16,
        /// When to come back, if it said so.
        retry_after: Option<Duration>,
    },
    /// The deadline passed, while waiting for a turn or for the answer.
    #[error("Plex did not answer in time")]
    Timeout {
        /// True if a write was already on its way.
        request_may_have_been_done: bool,
    },
    /// No connection; nothing was sent.
    #[error("cannot connect to Plex ({0:?})")]
    Connect(ConnectTrouble),
    /// The connection broke off before the whole answer was there.
    #[error("the connection to Plex broke off")]
    ConnectionLost {
        /// True if a write was already on its way.
        request_may_have_been_done: bool,
    },
    /// The host answered with a redirect, which is never followed.
    #[error("the address answers with a redirect")]
    Redirected,
    /// The answer is larger than any true one.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// The cap, in bytes.
        limit: usize,
    },
    /// An answer that cannot be read, or does not hold together (cut off, fewer rows than it says).
    #[error("cannot make sense of Plex's answer: {what}")]
    Garbage {
        /// What was expected.
        what: &'static str,
    },
    /// A list of no libraries would mean *all of them* to Plex: refused before anything is sent.
    #[error("refused to send an empty list of libraries")]
    EmptyLibrariesRefused,
    /// The host has been failing; nothing is sent until it has had a rest.
    #[error("Plex has been failing, waiting before the next try")]
    CircuitOpen {
        /// When to try again.
        retry_in: Duration,
    },
    /// The address may not be called: user name in it, not http(s), or a link-local or metadata address.
    #[error("this address may not be called: {reason}")]
    AddressRefused {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The call lacks something, such as any name of the person to invite.
    #[error("the call is incomplete: {0}")]
    Incomplete(&'static str),
}

impl PlexError {
    /// A stable name for logs, history and answers.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unauthorized => "plex_unauthorized",
            Self::Forbidden => "plex_forbidden",
            Self::ItemMissing => "plex_item_missing",
            Self::RouteGone => "plex_route_gone",
            Self::NoWayLeft => "plex_no_way_left",
            Self::ServerRefusesToken => "plex_server_refuses_token",
            Self::AlreadySharing => "plex_already_sharing",
            Self::ShareLimit => "plex_share_limit",
            Self::Refused { .. } => "plex_refused",
            Self::RateLimited { .. } => "plex_rate_limited",
            Self::Unavailable { .. } => "plex_unavailable",
            Self::Timeout { .. } => "plex_timeout",
            Self::Connect(_) => "plex_connect",
            Self::ConnectionLost { .. } => "plex_connection_lost",
            Self::Redirected => "plex_redirected",
            Self::TooLarge { .. } => "plex_too_large",
            Self::Garbage { .. } => "plex_garbage",
            Self::EmptyLibrariesRefused => "plex_empty_libraries_refused",
            Self::CircuitOpen { .. } => "plex_circuit_open",
            Self::AddressRefused { .. } => "plex_address_refused",
            Self::Incomplete(_) => "plex_call_incomplete",
        }
    }

    /// True if the same call may well succeed later without anybody doing something about it.
    /// `Unauthorized` is not: it waits for a new token.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        match self {
            Self::RouteGone
            | Self::NoWayLeft
            | Self::ServerRefusesToken
            | Self::RateLimited { .. }
            | Self::Unavailable { .. }
            | Self::Timeout { .. }
            | Self::Connect(_)
            | Self::ConnectionLost { .. }
            | Self::Redirected
            | Self::Garbage { .. }
            | Self::CircuitOpen { .. } => true,
            Self::Unauthorized
            | Self::Forbidden
            | Self::ItemMissing
            | Self::AlreadySharing
            | Self::ShareLimit
            | Self::Refused { .. }
            | Self::TooLarge { .. }
            | Self::EmptyLibrariesRefused
            | Self::AddressRefused { .. }
            | Self::Incomplete(_) => false,
        }
    }

    /// True if, after a write, only reading can tell whether it was done.
    #[must_use]
    pub const fn may_have_been_done(&self) -> bool {
        match self {
            Self::Timeout { request_may_have_been_done }
            | Self::ConnectionLost { request_may_have_been_done } => *request_may_have_been_done,
            // A permission change has been seen to work although its route said 404, and a server in
            // trouble may have done the work before it stumbled over the answer.
            Self::ItemMissing
            | Self::RouteGone
            | Self::Unavailable { .. }
            | Self::Garbage { .. }
            | Self::TooLarge { .. } => true,
            _ => false,
        }
    }

    /// How long Plex, or our own circuit, asks us to wait.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after } | Self::Unavailable { retry_after, .. } => *retry_after,
            Self::CircuitOpen { retry_in } => Some(*retry_in),
            _ => None,
        }
    }
}
