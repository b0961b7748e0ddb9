//! What has been played, as a file.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use pum_app::{AppResult, stream_history};
use pum_domain::page::PageRequest;

use super::dto::PlayedDto;
use super::list::PlayedFilter;
use crate::error::ApiResult;
use crate::export::{self, ExportParams, Exported, FormatParam};
use crate::state::Web;

impl Exported for PlayedDto {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "started_at",
        "ended_at",
        "end_reason",
        "user_id",
        "username",
        "viewer_name",
        "kind",
        "title",
        "show_title",
        "season_title",
        "season_number",
        "episode_number",
        "year",
        "library",
        "player",
        "player_title",
        "platform",
        "device",
        "address",
        "location",
        "source_quality",
        "stream_quality",
        "decision",
        "transcode_reason",
        "watched_seconds",
        "paused_seconds",
        "duration_seconds",
        "source",
    ];

    fn cells(&self) -> Vec<String> {
        fn text(value: Option<&(impl ToString + ?Sized)>) -> String {
            value.map(ToString::to_string).unwrap_or_default()
        }
        let user = self.user.as_ref();
        vec![
            self.id.clone(),
            self.started_at.clone(),
            text(self.ended_at.as_ref()),
            text(self.end_reason.as_ref()),
            text(user.map(|user| &user.id)),
            text(user.map(|user| &user.username)),
            self.viewer_name.clone(),
            self.kind.to_string(),
            self.title.clone(),
            text(self.show_title.as_ref()),
            text(self.season_title.as_ref()),
            text(self.season_number.as_ref()),
            text(self.episode_number.as_ref()),
            text(self.year.as_ref()),
            text(self.library.as_ref().and_then(|library| library.title.as_ref())),
            self.player_name.clone(),
            text(self.player.title.as_ref()),
            text(self.player.platform.as_ref()),
            text(self.player.device.as_ref()),
            text(self.address.as_ref()),
            text(self.location.as_ref()),
            text(self.quality.source.as_ref()),
            text(self.quality.stream.as_ref()),
            text(self.decision.as_ref()),
            text(self.transcode_reason.as_ref()),
            text(self.watched_seconds.as_ref()),
            text(self.paused_seconds.as_ref()),
            text(self.duration_seconds.as_ref()),
            self.source.to_string(),
        ]
    }
}

/// Export what has been played
///
/// Everything that fits the filters of `listStreamHistory`, the latest first, as a file. Cells that a spreadsheet
/// would take for a formula begin with an apostrophe.
#[utoipa::path(
    operation_id = "exportStreamHistory",
    tag = "Streams",
    extensions(("x-permission" = json!("stream_history.view"))),
    params(FormatParam, PlayedFilter),
    responses((status = 200, description = "The file.", content(
        (String = "text/csv", example = json!("id,started_at,ended_at\r\n1207,2026-11-22T16:01:09.000Z,2026-11-22T17:00:09.000Z\r\n")),
        (Vec<PlayedDto> = "application/json"),
    ))),
)]
#[get("/stream-history/export")]
pub async fn export_stream_history(
    web: Data<Web>,
    query: ExportParams<PlayedFilter>,
) -> ApiResult<HttpResponse> {
    let ExportParams { format, filter } = query;
    let wanted = filter.parse()?;
    let (ctx, base_path) = (web.ctx().clone(), web.base_path());
    export::answer(&web, "stream-history", format, move |cursor| {
        let (ctx, wanted, base_path) = (ctx.clone(), wanted.clone(), base_path.clone());
        async move {
            let request = PageRequest { limit: export::PAGE, cursor, descending: true };
            let (played, next) = stream_history::walk(&ctx, &wanted, &request).await?;
            let rows = played.into_iter().map(|one| PlayedDto::of(one, &base_path));
            AppResult::Ok((rows.collect::<Vec<_>>(), next))
        }
    })
    .await
}
