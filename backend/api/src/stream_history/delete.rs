//! Deleting from the stream history.

use actix_web::post;
use actix_web::web::{Data, Json};
use pum_app::stream_history;
use pum_domain::StreamId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::SignedIn;
use crate::client_addr::ClientAddr;
use crate::error::{ApiError, ApiResult};
use crate::extract::Body;
use crate::state::Web;

/// Which streams to delete.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"ids": ["1207", "1208"]}))]
pub struct DeleteStreamHistory {
    /// Their numbers, at most 200.
    #[schema(min_items = 1, max_items = 200)]
    pub ids: Vec<String>,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"deleted": 2}))]
pub struct StreamHistoryDeleted {
    /// How many are gone. Those that go on, and those that were gone before, are not counted.
    pub deleted: usize,
}

/// Delete from what has been played
///
/// They are taken out of every figure as well. When somebody last streamed stays as it is: nobody is removed as
/// inactive for what was deleted.
#[utoipa::path(
    operation_id = "deleteStreamHistory",
    tag = "Streams",
    extensions(("x-permission" = json!("stream_history.delete"))),
    request_body = DeleteStreamHistory,
    responses((status = 200, description = "They are gone.", body = StreamHistoryDeleted)),
)]
#[post("/stream-history/delete")]
pub async fn delete_stream_history(
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
    body: Body<DeleteStreamHistory>,
) -> ApiResult<Json<StreamHistoryDeleted>> {
    let parse = |(at, id): (usize, &String)| {
        let wrong = |_| ApiError::field(format!("/ids/{at}"), "invalid", "this is no number of a stream");
        id.parse::<StreamId>().map_err(wrong)
    };
    let ids = body.0.ids.iter().take(stream_history::MOST_AT_ONCE + 1).enumerate().map(parse);
    let ids = ids.collect::<ApiResult<Vec<StreamId>>>()?;
    let deleted = stream_history::delete(web.ctx(), &admin.actor(address), &ids).await?;
    Ok(Json(StreamHistoryDeleted { deleted }))
}
