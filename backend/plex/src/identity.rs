//! Where Plex is, and who we say we are when we call.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

/// The base addresses of Plex's services. Given by the environment only; tests point them at fakes.
#[derive(Debug, Clone)]
pub struct Endpoints {
    /// Accounts, friends and sharing: `https://plex.tv`.
    pub plex_tv: Url,
    /// The same newer interface under another name, used by Plex's own web client: `https://clients.plex.tv`.
    pub clients: Url,
    /// The page a browser is sent to for signing in: `https://app.plex.tv/auth`.
    pub auth: Url,
}

impl Default for Endpoints {
    fn default() -> Self {
        let url = |address: &str| Url::parse(address).expect("a constant address parses");
        Self {
            plex_tv: url("https://plex.tv"),
            clients: url("https://clients.plex.tv"),
            auth: url("https://app.plex.tv/auth"),
        }
    }
}

/// What Plex shows people under "authorised devices" and on the sign-in page.
#[derive(Debug, Clone)]
pub struct ClientIdentity {
    /// Made once per installation and kept: Plex ties tokens to it.
    pub client_identifier: String,
    /// The name on the sign-in page.
    pub product: String,
    /// Our version.
    pub version: String,
    /// What we run on, such as `Linux`.
    pub platform: String,
    /// What the admin calls this installation.
    pub device_name: String,
}

impl ClientIdentity {
    /// The identifying headers, in the order of Plex's documentation, as a browser or we would send them.
    pub(crate) fn pairs(&self, client_identifier: &str) -> Vec<(&'static str, String)> {
        vec![
            ("X-Plex-Client-Identifier", header_text(client_identifier)),
            ("X-Plex-Product", header_text(&self.product)),
            ("X-Plex-Version", header_text(&self.version)),
            ("X-Plex-Platform", header_text(&self.platform)),
            ("X-Plex-Device-Name", header_text(&self.device_name)),
        ]
    }

    /// The same as typed headers.
    pub(crate) fn headers(&self, client_identifier: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in self.pairs(client_identifier) {
            let name = HeaderName::from_bytes(name.as_bytes());
            if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(&value)) {
                headers.insert(name, value);
            }
        }
        headers
    }
}

/// Headers carry printable ASCII; an installation may well be called otherwise.
fn header_text(text: &str) -> String {
    let plain: String =
        text.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '?' }).collect();
    plain.trim().chars().take(128).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_line_breaks_or_umlauts_still_makes_valid_headers() {
        let identity = ClientIdentity {
            client_identifier: "abc".into(),
            product: "PUM".into(),
            version: "1.0".into(),
            platform: "Linux".into(),
            device_name: "Müllers\r\nX-Evil: 1".into(),
        };
        let headers = identity.headers("per-sign-in");
        assert_eq!(headers["x-plex-client-identifier"], "per-sign-in");
        assert_eq!(headers["x-plex-device-name"], "M?llers??X-Evil: 1");
        assert_eq!(headers.len(), 5);
    }
}
