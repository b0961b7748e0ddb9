//! What has been played, the latest first.

use actix_web::get;
use actix_web::web::{Data, Json};
use pum_app::stream_history::{self, Wanted};
use pum_domain::stream::StreamKind;
use pum_domain::{LibraryId, UserId};
use pum_store::streams::Filter;
use serde::Deserialize;
use utoipa::IntoParams;

use super::dto::{PlayedDto, StreamKindName};
use crate::dto::{PageDto, parse_moment, search};
use crate::error::ApiResult;
use crate::extract::{ListParams, Order, PageParams};
use crate::name_schema;
use crate::state::Web;

pum_domain::catalogue! {
    /// By what the stream history may be sorted.
    pub enum PlayedSort { Started = "started" }
}

name_schema!(
    /// By what the stream history may be sorted.
    PlayedSortName,
    PlayedSort
);

/// Which streams. Everything that is given must fit.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct PlayedFilter {
    /// Only those of this user.
    user_id: Option<String>,
    /// Only those from this library.
    library_id: Option<String>,
    /// Only those on the player of this name: `player_name` of a stream, `player` of the statistics.
    player: Option<String>,
    /// Only those of this kind.
    #[param(value_type = Option<StreamKindName>)]
    kind: Option<StreamKind>,
    /// Text in a title or in the viewer's name, at most 200 characters.
    q: Option<String>,
    /// Begun at this moment or later.
    #[param(format = DateTime)]
    from: Option<String>,
    /// Begun before this moment.
    #[param(format = DateTime)]
    to: Option<String>,
}

impl PlayedFilter {
    /// What is asked of the history. An id that cannot be one belongs to nobody: nothing fits.
    pub(super) fn parse(self) -> ApiResult<Wanted> {
        let moment =
            |pointer, text: Option<String>| text.map(|text| parse_moment(pointer, &text)).transpose();
        let nil = uuid::Uuid::nil();
        Ok(Wanted {
            library: self.library_id.map(|id| id.parse().unwrap_or(LibraryId(nil))),
            filter: Filter {
                user_id: self.user_id.map(|id| id.parse().unwrap_or(UserId(nil))),
                library_key: None,
                player: self.player,
                kind: self.kind,
                q: search("/q", self.q)?,
                from: moment("/from", self.from)?,
                to: moment("/to", self.to)?,
            },
        })
    }
}

/// List what has been played
///
/// Streams that have ended, the latest first; what goes on is in `listStreams`. Those with the source `imported`
/// come from the server's own play history, which names only what was played to the end, or nearly.
#[utoipa::path(
    operation_id = "listStreamHistory",
    tag = "Streams",
    extensions(("x-permission" = json!("stream_history.view"))),
    params(
        PageParams,
        PlayedFilter,
        ("sort" = inline(Option<PlayedSortName>), Query, description = "What to sort by: `started`."),
    ),
    responses((status = 200, description = "A page of streams.", body = PageDto<PlayedDto>)),
)]
#[get("/stream-history")]
pub async fn list_stream_history(
    web: Data<Web>,
    query: ListParams<PlayedFilter, PlayedSort>,
) -> ApiResult<Json<PageDto<PlayedDto>>> {
    let request = query.page(Order::Descending);
    let page = stream_history::list(web.ctx(), &query.filter.parse()?, &request).await?;
    let base_path = web.base_path();
    Ok(Json(PageDto::of(page, |played| PlayedDto::of(played, &base_path))))
}
