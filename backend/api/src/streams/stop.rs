//! Stopping a stream.

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use pum_app::streams;
use pum_domain::StreamId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::dto::StreamDto;
use crate::auth::SignedIn;
use crate::client_addr::ClientAddr;
use crate::error::ApiResult;
use crate::extract::{Id, OptionalBody};
use crate::state::Web;

/// What the viewer is told.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"message": "The server is going down for maintenance."}))]
pub struct StopStream {
    /// What the viewer reads, up to 200 characters; a usual sentence unless said.
    #[serde(default)]
    #[schema(max_length = 200)]
    message: Option<String>,
}

/// Stop a stream
///
/// By a job: the stream ends once the server no longer lists it, and `stop_requested_at` is taken back where the
/// player takes no notice within a minute. Asking twice is asking once.
#[utoipa::path(
    operation_id = "stopStream",
    tag = "Streams",
    extensions(("x-permission" = json!("streams.stop"))),
    params(("id" = String, Path, description = "The stream.")),
    request_body(content = StopStream, extensions(("x-optional" = json!(true)))),
    responses(
        (status = 202, description = "It is being stopped.", body = StreamDto),
        (status = 409, description = "`stream_ended`: It has ended already. Also `plex_pass_missing` where the owner's account may not stop streams, and `no_session_id` where the player gives none to stop it by."),
    ),
)]
#[post("/streams/{id}/stop")]
pub async fn stop_stream(
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
    id: Id<StreamId>,
    body: OptionalBody<StopStream>,
) -> ApiResult<HttpResponse> {
    let message = body.0.message.as_deref();
    streams::request_stop(web.ctx(), &admin.actor(address), id.0, message).await?;
    let view = streams::show(web.ctx(), id.0).await?;
    Ok(HttpResponse::Accepted().json(StreamDto::of(view, &web.base_path())))
}
