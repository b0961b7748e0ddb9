//! The shapes of the sign-in with Plex, the same for every purpose: *start* says which request makes
//! the PIN, *attach* takes it and says where to go, *complete* asks whether the person has agreed.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoResponses, ToSchema};

/// The request that a browser sends to Plex to make a PIN.
#[derive(Debug, Serialize, ToSchema)]
pub struct PinRequest {
    /// `POST`.
    #[schema(example = "POST")]
    pub method: String,
    /// The whole address.
    #[schema(example = "https://plex.tv/api/v2/pins?strong=true")]
    pub url: String,
    /// Every header it needs.
    pub headers: BTreeMap<String, String>,
}

/// A sign-in has begun.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"pin_request": {
    "method": "POST",
    "url": "https://plex.tv/api/v2/pins?strong=true",
    "headers": {"Accept": "application/json", "X-Plex-Client-Identifier": "4f0c9a1be27d4c55a3c1d0b8f7e6a5d4",
        "X-Plex-Product": "PUM"}
}}))]
pub struct PlexStart {
    /// What the browser sends next.
    pub pin_request: PinRequest,
}

impl PlexStart {
    /// From what the use case says.
    pub fn new(request: pum_app::sign_in::PinRequest) -> Self {
        Self {
            pin_request: PinRequest {
                method: request.method,
                url: request.url,
                headers: request.headers.into_iter().collect(),
            },
        }
    }
}

/// The PIN that the browser has made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"pin_id": "308667304", "code": "k3hs8f2ndk49aj5mzp1qw7xuv"}))]
pub struct PlexPin {
    /// The `id` that Plex answered with, as text or as a number.
    #[schema(value_type = String)]
    pub pin_id: PinId,
    /// The `code` that Plex answered with.
    pub code: String,
}

/// A PIN's number. Plex sends it as a number, our ids are texts: both are taken.
#[derive(Debug, Clone, Copy)]
pub struct PinId(pub i64);

impl<'de> Deserialize<'de> for PinId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Number(i64),
            Text(String),
        }
        let number = match Either::deserialize(deserializer) {
            Ok(Either::Number(number)) => Some(number),
            Ok(Either::Text(text)) => text.parse().ok(),
            Err(_) => None,
        };
        number.map(Self).ok_or_else(|| serde::de::Error::custom("must be the id that Plex answered with"))
    }
}

/// The PIN is known.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"sign_in_url": "https://app.plex.tv/auth#?clientID=4f0c9a1b&code=k3hs8f2n&forwardUrl=https%3A%2F%2Fpum.example.org%2Fsign-in"}))]
pub struct PlexAttached {
    /// Where the browser goes now; it comes back to the page that began.
    pub sign_in_url: String,
}

/// What keeps a PIN from being taken, whatever the sign-in is for.
#[derive(IntoResponses)]
pub enum PinRefused {
    /// `plex_sign_in_foreign`: Begun in another browser, or for something else.
    #[response(status = 403)]
    Foreign,
    /// `plex_sign_in_expired`: The sign-in is over.
    #[response(status = 409)]
    Expired,
}

/// Why a sign-in is not complete (yet), whatever it is for. Plex may keep silent as well: [`PlexSilent`].
#[derive(IntoResponses)]
pub enum NotComplete {
    /// `plex_sign_in_foreign`: Begun in another browser, or for something else.
    #[response(status = 403)]
    Foreign,
    /// `plex_sign_in_pending`: Plex has not confirmed it yet.
    #[response(status = 409)]
    Pending,
}

/// Plex does not say whether somebody has agreed.
#[derive(IntoResponses)]
pub enum PlexSilent {
    /// `plex_unreachable`: Plex cannot be reached.
    #[response(status = 502)]
    Unreachable,
    /// `plex_timeout`: Plex did not answer in time.
    #[response(status = 504)]
    Timeout,
}
