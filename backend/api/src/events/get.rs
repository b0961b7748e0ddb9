//! `GET /events`.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE};
use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use pum_domain::ProblemCode;
use serde::Serialize;
use std::time::Duration;
use utoipa::ToSchema;

use super::{MAX_PER_SESSION, stream};
use crate::auth::SignedIn;
use crate::error::{ApiError, ApiResult};
use crate::name_schema;
use crate::state::Web;

name_schema!(
    /// What may change.
    HintKindName,
    pum_domain::event::HintKind
);

/// What has changed; fetch it to see how.
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "the stream writes it by hand; this documents it")]
pub struct EventDto {
    /// The kind of thing.
    #[serde(rename = "type")]
    #[schema(value_type = HintKindName)]
    kind: String,
    /// Which one, or `null` for the whole list.
    id: Option<String>,
}

/// Listen to what changes
///
/// A stream of server-sent events. Each says what kind of thing has changed and which one; it holds no
/// data. Kinds that the admin may not see are left out. At most five streams per session.
#[utoipa::path(
    operation_id = "getEvents",
    tag = "Events",
    extensions(("x-permission" = json!("signed_in"))),
    responses(
        (status = 200, description = "The stream.", body = EventDto, content_type = "text/event-stream",
            example = json!("data: {\"type\":\"users\",\"id\":null}\n\n")),
        (status = 403, description = "`password_change_required`: Choose a new password first."),
        (status = 429, description = "`too_many_requests`: This session has five streams open already."),
    )
)]
#[get("/events")]
pub async fn get_events(signed_in: SignedIn, web: Data<Web>) -> ApiResult<HttpResponse> {
    signed_in.require_own_password()?;
    let listener = web.events().listen(&signed_in.key_hash).await.ok_or_else(|| {
        let detail = format!("This session has {MAX_PER_SESSION} event streams open already; close one.");
        ApiError::new(ProblemCode::TooManyRequests, detail).retry_after(Duration::from_secs(30))
    })?;
    let stream = stream::of(web.clone(), listener, (*signed_in).clone());
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/event-stream"))
        .insert_header((CACHE_CONTROL, "no-store"))
        // Said outright, so that nothing compresses the stream and holds events back.
        .insert_header((CONTENT_ENCODING, "identity"))
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(stream))
}
