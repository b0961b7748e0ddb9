//! `Idempotency-Key`: a request that is sent twice acts once and is answered alike.
//!
//! The use case keeps the answer in its own transaction, so a process that dies half-way has either
//! done the work and kept the answer, or neither.

use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use pum_app::Actor;
use pum_app::idempotency::{Begun, FirstAnswer, Keyed, begin};
use pum_domain::ProblemCode;

use crate::error::{ApiError, ApiResult};
use crate::state::Web;

/// The header.
pub const HEADER: &str = "idempotency-key";
const LONGEST: usize = 255;

/// Hash of the body as it came, left in the request by [`crate::extract::Body`] when there is a key.
#[derive(Debug, Clone)]
pub(crate) struct BodyHash(pub String);

/// Runs `act` unless the same request was answered before; then that answer is given.
///
/// `act` judges the request, too: what is true of it today need not have been so when it came first. It is
/// handed the [`FirstAnswer`] when the request has a key. It passes it to the use case, which
/// calls [`FirstAnswer::keep`] in its transaction, with the very body that the handler will send.
pub async fn once<F>(req: &HttpRequest, actor: &Actor, route: &'static str, act: F) -> ApiResult<HttpResponse>
where
    F: AsyncFnOnce(Option<&FirstAnswer>) -> ApiResult<HttpResponse>,
{
    let Some(key) = key(req)? else { return act(None).await };
    let body_hash = req.extensions().get::<BodyHash>().map(|hash| hash.0.clone()).unwrap_or_default();
    let ctx = Web::of(req).ctx();
    match begin(ctx, Keyed { key: &key, actor, route, body_hash: &body_hash }).await? {
        Begun::Again(status, body) => {
            let status = actix_web::http::StatusCode::from_u16(status)
                .map_err(|error| ApiError::internal("reading a kept answer", error))?;
            Ok(HttpResponse::build(status).content_type("application/json").body(body))
        }
        Begun::First(first) => match act(Some(&first)).await {
            Ok(answer) => Ok(answer),
            Err(error) => {
                if let Err(trouble) = first.give_up(ctx).await {
                    tracing::warn!(error = %trouble, "a refused request could not be forgotten");
                }
                Err(error)
            }
        },
    }
}

/// The key that a request carries.
fn key(req: &HttpRequest) -> ApiResult<Option<String>> {
    let Some(value) = req.headers().get(HEADER) else { return Ok(None) };
    let key = value.to_str().unwrap_or_default().trim();
    if key.is_empty() || key.len() > LONGEST {
        let detail = "Idempotency-Key must be 1 to 255 plain characters, new for each new request.";
        return Err(ApiError::new(ProblemCode::MalformedRequest, detail));
    }
    Ok(Some(key.to_owned()))
}
