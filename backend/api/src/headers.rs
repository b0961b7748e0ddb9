//! The headers that every answer carries.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use actix_web::middleware::Next;
use tracing_actix_web::RequestId;

use actix_web::HttpMessage;

use crate::state::Web;

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// Adds them. A handler that has set `Cache-Control` itself keeps it.
pub async fn add<B: MessageBody>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let policy = Web::of(req.request()).content_security_policy();
    let request_id = req.extensions().get::<RequestId>().map(ToString::to_string);
    let is_api = is_below(req.path(), "/api");
    let is_invite = is_below(req.path(), "/invite");
    let add = |headers: &mut HeaderMap| {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        let opener = HeaderName::from_static("cross-origin-opener-policy");
        headers.insert(opener, HeaderValue::from_static("same-origin"));
        if is_invite {
            headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
            headers.insert(CACHE_CONTROL, NO_STORE);
        } else if is_api && !headers.contains_key(CACHE_CONTROL) {
            headers.insert(CACHE_CONTROL, NO_STORE);
        }
        if let Some(id) = request_id.and_then(|id| HeaderValue::from_str(&id).ok()) {
            headers.insert(HeaderName::from_static("x-request-id"), id);
        }
    };
    match next.call(req).await {
        Ok(mut response) => {
            add(response.headers_mut());
            Ok(response)
        }
        Err(error) => {
            let mut response = error.error_response();
            add(response.headers_mut());
            Err(InternalError::from_response(error, response).into())
        }
    }
}

/// The policy of every page. `connect` lists the places besides our own that a page may call: the
/// browser makes the Plex PIN itself.
pub fn content_security_policy(connect: &[String]) -> HeaderValue {
    let connect: String = connect.iter().map(|origin| format!(" {origin}")).collect();
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; \
         manifest-src 'self'; connect-src 'self'{connect}; frame-ancestors 'none'; base-uri 'self'; \
         form-action 'self'"
    );
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

fn is_below(path: &str, root: &str) -> bool {
    path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
