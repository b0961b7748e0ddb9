//! The proof that an unsafe request comes from our own pages.
//!
//! Browsers say so with `Sec-Fetch-Site: same-origin`; older ones with an `Origin` equal to ours.
//! Without either there is no proof. Only a bearer token, which no browser adds by itself, needs none.

use actix_web::HttpRequest;
use actix_web::http::Method;
use actix_web::http::header::{HeaderMap, ORIGIN};
use pum_domain::ProblemCode;
use url::Url;

use crate::client_addr::SeenAs;
use crate::error::{ApiError, ApiResult};
use crate::state::Web;

/// Lets safe methods and proven requests pass.
pub fn check(req: &HttpRequest) -> ApiResult<()> {
    if matches!(*req.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let base_url = Web::of(req).base_url();
    if is_proven(req.headers(), &SeenAs::of(req), base_url.as_ref()) {
        return Ok(());
    }
    Err(ApiError::new(
        ProblemCode::SameOriginRequired,
        "This request must come from PUM's own pages. If you see this in PUM itself, set the app address \
         (APP_BASE_URL) to the address in your browser; scripts use a bearer token.",
    ))
}

/// The origin of the page that sent a request which has passed [`check`]: the place to which Plex
/// returns the browser.
pub fn page_origin(req: &HttpRequest) -> Option<String> {
    let origin = req.headers().get(ORIGIN).and_then(|origin| origin.to_str().ok()).and_then(normal_origin);
    origin.or_else(|| {
        let seen = SeenAs::of(req);
        normal_origin(&format!("{}://{}", seen.scheme, seen.host?))
    })
}

fn is_proven(headers: &HeaderMap, seen: &SeenAs, base_url: Option<&Url>) -> bool {
    let mut sites = headers.get_all("sec-fetch-site");
    if let Some(site) = sites.next() {
        return site.as_bytes() == b"same-origin" && sites.next().is_none();
    }
    let mut origins = headers.get_all(ORIGIN);
    let (Some(origin), None) = (origins.next(), origins.next()) else { return false };
    let Some(origin) = origin.to_str().ok().and_then(normal_origin) else { return false };
    let as_seen = seen.host.as_deref().and_then(|host| normal_origin(&format!("{}://{host}", seen.scheme)));
    let as_configured = base_url.map(|url| url.origin().ascii_serialization());
    as_seen.as_ref() == Some(&origin) || as_configured.as_ref() == Some(&origin)
}

/// Scheme, host and port in one spelling; `None` for `null` and anything with more in it.
fn normal_origin(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let plain = url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    let origin = url.origin();
    (plain && origin.is_tuple() && matches!(url.scheme(), "http" | "https"))
        .then(|| origin.ascii_serialization())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn the_matrix() {
        let base: Url = "https://pum.example.org/sub".parse().expect("an address");
        let seen = SeenAs { scheme: "http".to_owned(), host: Some("192.168.1.5:5699".to_owned()) };
        let cases: [(&[(&str, &str)], bool); 15] = [
            (&[], false),
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "none")], false),
            (&[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "cross-site"), ("origin", "https://pum.example.org")], false),
            (&[("origin", "https://pum.example.org")], true),
            (&[("origin", "https://pum.example.org:443")], true),
            (&[("origin", "http://pum.example.org")], false),
            (&[("origin", "https://pum.example.org.evil.example")], false),
            (&[("origin", "http://192.168.1.5:5699")], true),
            (&[("origin", "http://192.168.1.5")], false),
            (&[("origin", "null")], false),
            (&[("origin", "https://pum.example.org"), ("origin", "https://evil.example")], false),
        ];
        for (lines, expected) in cases {
            let mut headers = HeaderMap::new();
            for (name, value) in lines {
                let name: HeaderName = name.parse().expect("a header name");
                headers.append(name, HeaderValue::from_static(value));
            }
            assert_eq!(is_proven(&headers, &seen, Some(&base)), expected, "{lines:?}");
        }
    }
}
