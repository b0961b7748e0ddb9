//! Every error that leaves PUM is a problem: ours get their request id here, the framework's own
//! (unknown address, wrong method, broken request) are translated.

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse, ResponseError};
use tracing_actix_web::RequestId;

use crate::error::ApiError;
use crate::problem::MEDIA_TYPE;

/// Writes the body of every error answer.
pub async fn write<B: MessageBody + 'static>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    let request_id = req.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default();
    let response = match next.call(req).await {
        Ok(response) => response,
        Err(error) => {
            let known = error.as_error::<ApiError>().cloned();
            let problem = known.unwrap_or_else(|| unknown(error.error_response().status(), &error));
            let body = render(request_id, &problem, problem.error_response());
            return Err(InternalError::from_response(problem, body).into());
        }
    };
    if !(response.status().is_client_error() || response.status().is_server_error()) {
        return Ok(response.map_into_left_body());
    }
    if is_problem(response.response().headers()) || is_ours(&response) {
        return Ok(response.map_into_left_body());
    }
    let known = response.response().extensions().get::<ApiError>().cloned();
    let error = known.unwrap_or_else(|| ApiError::from_status(response.status()));
    let (request, response) = response.into_parts();
    // Cookies and the like that the answer already carries stay on it.
    let mut kept = error.error_response();
    for (name, value) in response.headers() {
        if name != CONTENT_TYPE && name != CONTENT_LENGTH && !kept.headers().contains_key(name) {
            kept.headers_mut().append(name.clone(), value.clone());
        }
    }
    let body = render(request_id, &error, kept);
    Ok(ServiceResponse::new(request, body).map_into_right_body())
}

fn unknown(status: actix_web::http::StatusCode, error: &actix_web::Error) -> ApiError {
    match status.is_server_error() {
        true => ApiError::internal("answering", error),
        false => ApiError::from_status(status),
    }
}

/// An answer with a body of its own that no framework wrote, such as `/readyz` or a page.
fn is_ours<B>(response: &ServiceResponse<B>) -> bool {
    response.response().extensions().get::<OwnBody>().is_some()
}

/// Put into a response's extensions, keeps its body as it is although its status is an error's.
#[derive(Debug, Clone, Copy)]
pub struct OwnBody;

fn is_problem(headers: &actix_web::http::header::HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|media| media.as_bytes() == MEDIA_TYPE.as_bytes())
}

fn render(request_id: String, error: &ApiError, response: HttpResponse) -> HttpResponse {
    if error.status().is_server_error() {
        tracing::error!(code = %error.code(), cause = error.cause().unwrap_or(""), "request failed");
    } else if let Some(cause) = error.cause() {
        tracing::info!(code = %error.code(), cause, "request refused");
    }
    let body = serde_json::to_vec(&error.problem(request_id)).unwrap_or_default();
    let mut response = response.set_body(BoxBody::new(body));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    response
}
