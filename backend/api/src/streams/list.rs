//! What is playing now.

use actix_web::get;
use actix_web::web::{Data, Json};
use pum_app::streams;

use super::dto::{StreamSort, StreamSortName, StreamsDto};
use crate::error::ApiResult;
use crate::extract::{ListParams, NoFilter, Order, PageParams};
use crate::state::Web;

/// List what is playing
///
/// As the worker saw it when it last looked, at `watching.seen_at`; the server is not asked. `summary` adds up
/// all of it, whatever the page. Listen to the hint `streams` to know when to load it again.
#[utoipa::path(
    operation_id = "listStreams",
    tag = "Streams",
    extensions(("x-permission" = json!("streams.view"))),
    params(
        PageParams,
        ("sort" = inline(Option<StreamSortName>), Query, description = "What to sort by: `started`."),
    ),
    responses((status = 200, description = "What is playing.", body = StreamsDto)),
)]
#[get("/streams")]
pub async fn list_streams(
    web: Data<Web>,
    query: ListParams<NoFilter, StreamSort>,
) -> ApiResult<Json<StreamsDto>> {
    let now = streams::list(web.ctx(), &query.page(Order::Ascending)).await?;
    Ok(Json(StreamsDto::of(now, &web.base_path())))
}
