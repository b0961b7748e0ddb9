//! One span per request. It names the route's template, never the path: paths hold invite codes.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::{Error, HttpMessage};
use tracing::Span;
use tracing::field::Empty;
use tracing_actix_web::{RequestId, RootSpanBuilder};

use crate::client_addr::ClientAddr;

/// What the log says about a request.
pub struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let id = request.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default();
        let method = request.method().as_str();
        tracing::info_span!(
            "request",
            request_id = id,
            // A method may be any token a client makes up.
            method = if method.len() > 16 { "OTHER" } else { method },
            route = request.match_pattern().as_deref().unwrap_or("-"),
            client = %ClientAddr::of(request.request()),
            status = Empty,
        )
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        let status = match outcome {
            Ok(response) => response.status(),
            Err(error) => error.as_response_error().status_code(),
        };
        span.record("status", status.as_u16());
        tracing::debug!(parent: &span, "answered");
    }
}
