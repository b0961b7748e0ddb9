//! Signing in with a PIN: the browser makes it, the person confirms it at Plex, we ask whether they did.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use serde::Serialize;
use url::{Url, form_urlencoded};

use crate::{
    client::{Host, PlexTv},
    error::PlexError,
    routes::Route,
    token::Token,
    tree::Node,
};

const CREATE: Route = "POST /api/v2/pins?strong=true";
const POLL: Route = "GET /api/v2/pins/{pin}";
const SIGN_OUT: Route = "DELETE /api/v2/users/signout";

/// What a browser sends to plex.tv to make a PIN, so that Plex sees the person's own device asking.
#[derive(Debug, Clone, Serialize)]
pub struct PinRequest {
    /// `POST`.
    pub method: String,
    /// The whole address.
    pub url: String,
    /// Names and values.
    pub headers: Vec<(String, String)>,
}

/// A PIN as Plex knows it.
#[derive(Debug, Clone)]
pub struct Pin {
    /// Its number, by which it is asked about.
    pub id: i64,
    /// Its code, which the sign-in page takes.
    pub code: String,
    /// The client identifier it was made with.
    pub client_identifier: Option<String>,
    /// When it was made.
    pub created_at: Option<DateTime<Utc>>,
    /// When it stops working.
    pub expires_at: Option<DateTime<Utc>>,
    /// The person's account token, once they have signed in.
    pub token: Option<Token>,
}

impl PlexTv {
    /// The request that makes a PIN, for a browser to send. Nothing is sent here.
    ///
    /// # Errors
    /// `Incomplete` if the base address cannot carry a path.
    pub fn pin_request(&self, client_identifier: &str) -> Result<PinRequest, PlexError> {
        let request = self.request(Host::PlexTv, CREATE, &[])?;
        let identity = self.inner.http.identity.pairs(client_identifier);
        let headers = std::iter::once(("Accept", "application/json".to_owned())).chain(identity);
        Ok(PinRequest {
            method: request.method.to_string(),
            url: request.url.to_string(),
            headers: headers.map(|(name, value)| (name.to_owned(), value)).collect(),
        })
    }

    /// The page to send the browser to. What it needs stands in the fragment, which no server sees.
    /// Plex then returns to `forward_url`, without adding anything to it.
    #[must_use]
    pub fn sign_in_url(&self, client_identifier: &str, code: &str, forward_url: Option<&Url>) -> String {
        let identity = &self.inner.http.identity;
        let mut fields = form_urlencoded::Serializer::new(String::new());
        fields.append_pair("clientID", client_identifier).append_pair("code", code);
        if let Some(url) = forward_url {
            fields.append_pair("forwardUrl", url.as_str());
        }
        fields
            .append_pair("context[device][product]", &identity.product)
            .append_pair("context[device][deviceName]", &identity.device_name)
            .append_pair("context[device][platform]", &identity.platform)
            .append_pair("context[device][version]", &identity.version);
        let mut page = self.inner.endpoints.auth.clone();
        page.set_fragment(None);
        let mut url = page.to_string();
        // A script reads the fragment, and scripts take a plus sign at its word.
        let _ = write!(url, "#?{}", fields.finish().replace('+', "%20"));
        url
    }

    /// Asks whether the person has signed in. `client_identifier` must be the one the PIN was made with.
    ///
    /// # Errors
    /// `ItemMissing` if the PIN is unknown or expired.
    pub async fn pin_status(&self, pin_id: i64, client_identifier: &str) -> Result<Pin, PlexError> {
        const WHAT: &str = "a PIN";
        let call = self.reading();
        let request = self.request(Host::PlexTv, POLL, &[&pin_id.to_string()])?;
        let answer = self.send(call, Host::PlexTv, request.client_identifier(client_identifier)).await?;
        let root = answer.tree(WHAT)?;
        read_pin(root.child(&["pin"]).unwrap_or(&root)).ok_or(PlexError::Garbage { what: WHAT })
    }

    /// Ends the sign-in that the token came from. A token that is dead already is as good.
    ///
    /// # Errors
    /// Anything but a refusal of the token.
    pub async fn sign_out(&self, token: &Token) -> Result<(), PlexError> {
        let call = self.writing();
        let request = self.request(Host::PlexTv, SIGN_OUT, &[])?;
        match self.send(call, Host::PlexTv, request.token(token)).await {
            Ok(_) | Err(PlexError::Unauthorized) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn read_pin(node: &Node) -> Option<Pin> {
    Some(Pin {
        id: node.id("id")?,
        code: node.string("code")?,
        client_identifier: node.string("clientIdentifier"),
        created_at: node.time("createdAt"),
        expires_at: node.time("expiresAt"),
        token: node.text("authToken").map(Token::new),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Option<Pin> {
        read_pin(&Node::read(body.as_bytes()).unwrap())
    }

    #[test]
    fn a_pin_reads_alike_in_both_spellings_before_and_after_signing_in() {
        let waiting =
            [include_str!("../fixtures/pin_waiting.json"), include_str!("../fixtures/pin_waiting.xml")];
        for body in waiting {
            let pin = read(body).unwrap();
            assert_eq!((pin.id, pin.code.as_str()), (308_667_304, "k3hs8f2ndk49aj5mzp1qw7xuv"));
            assert_eq!(pin.client_identifier.as_deref(), Some("9c1f0e4b7a2d4c55"));
            assert_eq!((pin.expires_at.unwrap() - pin.created_at.unwrap()).num_seconds(), 1800);
            assert!(pin.token.is_none());
        }
        let pin = read(include_str!("../fixtures/pin_signed_in.json")).unwrap();
        assert_eq!(pin.token.as_ref().map(Token::expose), Some("guestTokenXyz1234567"));
        assert!(!format!("{pin:?}").contains("guestToken"));
    }

    #[test]
    fn something_else_is_not_a_pin() {
        assert!(read("{}").is_none());
        assert!(read(r#"{"id":0,"code":"x"}"#).is_none());
    }
}
