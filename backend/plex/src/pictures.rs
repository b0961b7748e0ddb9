//! Pictures. Those of accounts are fetched without any token, from Plex and the few places it points at;
//! those of items take the owner's, so only what the server itself keeps of its libraries is asked for.

use bytes::Bytes;
use tokio::time::timeout;
use url::Url;

use crate::client::{PlexTv, READ_DEADLINE};
use crate::error::PlexError;
use crate::media_server::MediaServer;
use crate::request::Request;
use crate::routes::Route;
use crate::token::Token;

/// The server makes pictures smaller, so that a page of posters is no page of photographs.
const SIZED: Route = "GET /photo/:/transcode";
/// As it lies there, for servers that do not.
const WHOLE: Route = "GET /library/metadata/{item}/{picture}/{version}";

/// The largest picture that is taken, in bytes.
pub const PICTURE_LIMIT: usize = 1024 * 1024;

/// Hosts that pictures come from, themselves and what is below them.
const HOSTS: [&str; 3] = ["plex.tv", "gravatar.com", "plex.direct"];

/// A picture whose bytes say what they are.
#[derive(Debug, Clone)]
pub struct Picture {
    /// `image/png`, `image/jpeg` or `image/webp`.
    pub content_type: &'static str,
    /// The bytes.
    pub bytes: Bytes,
}

impl PlexTv {
    /// Fetches the picture at an address that Plex gave us.
    ///
    /// # Errors
    /// `AddressRefused` for a host that pictures do not come from, `TooLarge` beyond 1 MiB, `Garbage` for
    /// what is neither png, jpeg nor webp, and the usual ones.
    pub async fn picture(&self, address: &str) -> Result<Picture, PlexError> {
        let url = self.picture_address(address)?;
        let fetched = timeout(READ_DEADLINE, self.inner.http.fetch(url, PICTURE_LIMIT)).await;
        let bytes = fetched.map_err(|_| PlexError::Timeout { request_may_have_been_done: false })??.freeze();
        let content_type = sniff(&bytes).ok_or(PlexError::Garbage { what: "a png, jpeg or webp picture" })?;
        Ok(Picture { content_type, bytes })
    }

    fn picture_address(&self, address: &str) -> Result<Url, PlexError> {
        let refused = PlexError::AddressRefused { reason: "not an address that pictures come from" };
        let Ok(url) = Url::parse(address) else { return Err(refused) };
        crate::address::check(&url)?;
        if url.origin() == self.inner.endpoints.plex_tv.origin() {
            return Ok(url);
        }
        let host = url.host_str().unwrap_or_default();
        let known = HOSTS.iter().any(|allowed| {
            host.strip_suffix(allowed).is_some_and(|below| below.is_empty() || below.ends_with('.'))
        });
        if known && url.scheme() == "https" && url.port().is_none() { Ok(url) } else { Err(refused) }
    }
}

impl MediaServer {
    /// The picture of an item, by the path that the server gave for it, no larger than so many pixels.
    ///
    /// # Errors
    /// `AddressRefused` for what is no path of a library's picture, `ItemMissing` if there is none, `Garbage` for
    /// what is neither png, jpeg nor webp, and the usual ones.
    pub async fn item_picture(
        &self,
        token: &Token,
        path: &str,
        width: u32,
        height: u32,
    ) -> Result<Picture, PlexError> {
        if !is_item_picture(path) {
            return Err(PlexError::AddressRefused { reason: "not the path of an item's picture" });
        }
        let (width, height) = (width.to_string(), height.to_string());
        let size =
            [("width", width.as_str()), ("height", height.as_str()), ("minSize", "1"), ("upscale", "0")];
        let sized = self.request(SIZED, &[])?.query(&size).query(&[("url", path)]);
        match self.image(token, sized).await {
            Err(PlexError::ItemMissing | PlexError::RouteGone) => {
                let parts: Vec<&str> = path.split('/').skip(3).collect();
                self.image(token, self.request(WHOLE, &parts)?).await
            }
            picture => picture,
        }
    }

    async fn image(&self, token: &Token, request: Request<'_>) -> Result<Picture, PlexError> {
        let request = request.header("accept", "image/*").server_item();
        let bytes = self.send(request.token(token)).await?.body.freeze();
        let content_type = sniff(&bytes).ok_or(PlexError::Garbage { what: "a png, jpeg or webp picture" })?;
        Ok(Picture { content_type, bytes })
    }
}

/// Whether a path names a picture that the server keeps of something in a library. The server would fetch any
/// address it is given, and answer any path with the owner's rights: nothing else may be asked for.
fn is_item_picture(path: &str) -> bool {
    let plain = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'/' | b'-' | b'_' | b'.');
    path.strip_prefix("/library/metadata/").is_some_and(|rest| {
        rest.starts_with(|first: char| first.is_ascii_alphanumeric())
            && rest.len() <= 200
            && rest.bytes().all(plain)
            && rest.split('/').count() == 3
            && rest.split('/').all(|part| !part.is_empty() && !part.starts_with('.'))
    })
}

/// What the bytes are, whatever their sender calls them.
fn sniff(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ClientIdentity, Endpoints, Limits};

    #[test]
    fn pictures_come_from_known_places_only() {
        let identity = ClientIdentity {
            client_identifier: "c".to_owned(),
            product: "PUM".to_owned(),
            version: "0".to_owned(),
            platform: "test".to_owned(),
            device_name: "PUM".to_owned(),
        };
        let plex = PlexTv::new(Endpoints::default(), identity, Limits::default()).expect("a client");
        let cases = [
            ("https://plex.tv/users/1/avatar?c=1", true),
            ("https://assets.plex.tv/a.png", true),
            ("https://secure.gravatar.com/avatar/1", true),
            ("http://secure.gravatar.com/avatar/1", false),
            ("https://plex.tv.evil.example/a.png", false),
            ("https://evilplex.tv/a.png", false),
            ("https://plex.tv:8443/a.png", false),
            ("https://user@plex.tv/a.png", false),
            ("https://169.254.169.254/latest", false),
            ("file:///etc/passwd", false),
            ("/users/1/avatar", false),
        ];
        for (address, allowed) in cases {
            assert_eq!(plex.picture_address(address).is_ok(), allowed, "{address}");
        }
    }

    #[test]
    fn only_pictures_of_items_are_asked_for_with_the_token() {
        let cases = [
            ("/library/metadata/12/thumb/1700000000", true),
            ("/library/metadata/12/composite/1700000000", true),
            ("/library/metadata/12", false),
            ("/library/metadata/12/thumb/1?url=http://evil.example", false),
            ("/library/metadata/../../identity/1", false),
            ("/library/metadata/12/thumb/..", false),
            ("/library/metadata/12/%2e%2e/1", false),
            ("/library/metadata//thumb/1", false),
            ("/library/parts/1/2/file.mkv", false),
            ("/status/sessions", false),
            ("http://evil.example/library/metadata/12/thumb/1", false),
            ("//evil.example/library/metadata/12/thumb/1", false),
            ("", false),
        ];
        for (path, allowed) in cases {
            assert_eq!(is_item_picture(path), allowed, "{path}");
        }
    }

    #[test]
    fn bytes_say_what_they_are() {
        assert_eq!(sniff(b"\x89PNG\r\n\x1a\nrest"), Some("image/png"));
        assert_eq!(sniff(b"\xff\xd8\xff\xe0rest"), Some("image/jpeg"));
        assert_eq!(sniff(b"RIFF\0\0\0\0WEBPVP8 "), Some("image/webp"));
        assert_eq!(sniff(b"<svg onload=alert(1)>"), None);
        assert_eq!(sniff(b"GIF89a"), None);
        assert_eq!(sniff(b""), None);
    }
}
