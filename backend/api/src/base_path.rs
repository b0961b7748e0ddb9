//! Serving under a sub-path: `APP_BASE_URL=https://example.org/pum` makes `/pum/api/…` be `/api/…`.
//!
//! A proxy may strip the sub-path or pass it on; both arrive at the same routes.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Uri;
use actix_web::http::uri::PathAndQuery;
use actix_web::middleware::Next;

use crate::state::Web;

/// Takes the sub-path and one closing slash off.
pub async fn strip<B: MessageBody>(
    mut req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let base = Web::of(req.request()).base_path();
    if let Some(path) = shorter(req.path(), &base) {
        let query = req.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
        if let Ok(uri) = format!("{path}{query}").parse::<PathAndQuery>().map(Uri::from) {
            req.match_info_mut().get_mut().update(&uri);
            req.head_mut().uri = uri;
        }
    }
    next.call(req).await
}

/// The path within PUM, if it differs. `base` ends with a slash.
fn shorter(path: &str, base: &str) -> Option<String> {
    let bare = base.trim_end_matches('/');
    let mut inside = match path.strip_prefix(bare) {
        Some("") => "/",
        Some(rest) if rest.starts_with('/') => rest,
        _ => path,
    };
    if inside.starts_with("/api/") && inside.len() > 1 {
        inside = inside.strip_suffix('/').unwrap_or(inside);
    }
    (inside != path).then(|| inside.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sub_paths_and_closing_slashes() {
        let cases = [
            ("/api/v1/setup", "/", None),
            ("/api/v1/setup/", "/", Some("/api/v1/setup")),
            ("/pum/api/v1/setup", "/pum/", Some("/api/v1/setup")),
            ("/pum", "/pum/", Some("/")),
            ("/pum/", "/pum/", Some("/")),
            ("/pumpkin", "/pum/", None),
            ("/api/v1/setup", "/pum/", None),
            ("/pum/invite/abc", "/pum/", Some("/invite/abc")),
        ];
        for (path, base, expected) in cases {
            assert_eq!(shorter(path, base).as_deref(), expected, "{path} under {base}");
        }
    }
}
