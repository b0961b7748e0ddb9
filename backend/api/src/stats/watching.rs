//! How much is watched on the server, by whom and when.

use actix_web::get;
use actix_web::web::{Data, Json};
use pum_app::watch_figures::{self, ServerFigures};
use pum_domain::Instant;
use pum_store::play_imports::PlayImport;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::user::SumDto;
use crate::error::{ApiError, ApiResult};
use crate::extract::Params;
use crate::state::Web;
use crate::stream_history::StreamUser;

/// The periods that may be asked for, in days.
const PERIODS: [u32; 3] = [7, 30, 90];

/// Over how long.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WatchStatsParams {
    /// Over how many days, today included: 7, 30 or 90; 30 unless said.
    #[param(default = 30)]
    days: Option<u32>,
}

/// Plays that began on one day.
#[derive(Debug, Serialize, ToSchema)]
pub struct DayStats {
    /// The day, in the server's time zone.
    #[schema(format = Date)]
    pub date: String,
    /// Of movies.
    pub movies: i64,
    /// Of episodes.
    pub episodes: i64,
    /// Of music.
    pub tracks: i64,
    /// Of anything else: photos, trailers, live television.
    pub other: i64,
}

/// One hour of the week.
#[derive(Debug, Serialize, ToSchema)]
pub struct HourStats {
    /// The day of the week, 1 for Monday to 7 for Sunday.
    pub weekday: u8,
    /// The hour in the server's time zone, 0 to 23.
    pub hour: u8,
    /// How many streams began in it.
    pub plays: i64,
    /// How long was watched in it, in seconds.
    pub watch_seconds: i64,
}

/// Somebody who watched much.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActiveStats {
    /// The user; `null` for somebody whom PUM does not know.
    pub user: Option<StreamUser>,
    /// Their name, as far as it is known.
    pub viewer_name: String,
    /// How many streams they began.
    pub plays: i64,
    /// How long they watched, in seconds.
    pub watch_seconds: i64,
}

/// People who got access on one day.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewUsersOfDay {
    /// The day, in the server's time zone.
    #[schema(format = Date)]
    pub date: String,
    /// How many.
    pub count: i64,
}

/// How far the reading of the server's own play history has come. It lists only what was played to the end
/// or nearly, and is read for the times in which PUM was not watching.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlayImportProgress {
    /// Whether there is more to read just now.
    pub reading: bool,
    /// How many plays came from it so far.
    pub imported: i64,
    /// Rows of the pass that is under way, where the server says how many.
    pub rows_total: Option<i64>,
    /// Of these, still to be read.
    pub rows_left: Option<i64>,
    /// When it was last read.
    #[schema(format = DateTime)]
    pub read_at: Option<String>,
    /// What keeps it from going on; it is tried again by itself.
    pub problem: Option<String>,
}

impl From<PlayImport> for PlayImportProgress {
    fn from(import: PlayImport) -> Self {
        Self {
            reading: import.pass.is_some(),
            imported: import.imported,
            rows_total: import.pass.and_then(|pass| pass.total),
            rows_left: import.pass.and_then(|pass| pass.left),
            read_at: import.read_at.map(Instant::to_rfc3339),
            problem: import.problem,
        }
    }
}

/// How much is watched.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "time_zone": "Europe/Berlin", "from": "2026-11-15T23:00:00.000Z", "to": "2026-11-22T16:05:05.000Z",
    "days": [{"date": "2026-11-22", "movies": 4, "episodes": 12, "tracks": 0, "other": 1}],
    "heatmap": [{"weekday": 7, "hour": 20, "plays": 9, "watch_seconds": 31000}],
    "most_active": [{
        "user": {"id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a13", "username": "priya",
            "thumb": "/api/v1/pictures/users/0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a13"},
        "viewer_name": "priya", "plays": 21, "watch_seconds": 70200
    }],
    "new_users": [{"date": "2026-11-22", "count": 1}], "watching_since": "2026-01-04T10:00:00.000Z",
    "imported_since": "2023-05-01T19:12:00.000Z",
    "import": {
        "reading": false, "imported": 4210, "rows_total": null, "rows_left": null,
        "read_at": "2026-11-22T15:36:50.000Z", "problem": null
    }
}))]
pub struct WatchStats {
    /// The zone in which days and hours are told.
    pub time_zone: String,
    /// When the first day began.
    #[schema(format = DateTime)]
    pub from: String,
    /// Until when: now.
    #[schema(format = DateTime)]
    pub to: String,
    /// Plays on each day, the earliest first.
    pub days: Vec<DayStats>,
    /// Every hour of the week, added up over the period.
    pub heatmap: Vec<HourStats>,
    /// Who watched most, the most first, at most ten.
    pub most_active: Vec<ActiveStats>,
    /// How many people got access on each day.
    pub new_users: Vec<NewUsersOfDay>,
    /// Since when PUM has been watching; `null` before it began.
    #[schema(format = DateTime)]
    pub watching_since: Option<String>,
    /// Since when the server's own play history tells who watched; `null` before all of it was read.
    #[schema(format = DateTime)]
    pub imported_since: Option<String>,
    /// How far the reading of that history has come; `null` before it began.
    pub import: Option<PlayImportProgress>,
}

impl WatchStats {
    fn of(figures: ServerFigures, base_path: &str) -> Self {
        let days = figures.days.into_iter().map(|day| DayStats {
            date: day.date.to_string(),
            movies: day.movies,
            episodes: day.episodes,
            tracks: day.tracks,
            other: day.other,
        });
        let slots = (1..=7).flat_map(|weekday| (0..24).map(move |hour| (weekday, hour)));
        let heatmap = slots.zip(figures.week).map(|((weekday, hour), sum)| {
            let SumDto { plays, watch_seconds } = sum.into();
            HourStats { weekday, hour, plays, watch_seconds }
        });
        let most_active = figures.most_active.into_iter().map(|active| {
            let SumDto { plays, watch_seconds } = active.sum.into();
            let user = active.user_id.map(|id| StreamUser::of(id, active.name.clone(), base_path));
            ActiveStats { user, viewer_name: active.name, plays, watch_seconds }
        });
        let new_users = figures
            .new_users
            .into_iter()
            .map(|(date, count)| NewUsersOfDay { date: date.to_string(), count });
        let imported_since = figures.import.as_ref().and_then(PlayImport::imported_since);
        Self {
            time_zone: figures.zone.name().to_owned(),
            from: figures.from.to_rfc3339(),
            to: figures.to.to_rfc3339(),
            days: days.collect(),
            heatmap: heatmap.collect(),
            most_active: most_active.collect(),
            new_users: new_users.collect(),
            watching_since: figures.watching_since.map(Instant::to_rfc3339),
            imported_since: imported_since.map(Instant::to_rfc3339),
            import: figures.import.map(PlayImportProgress::from),
        }
    }
}

/// Show how much is watched
///
/// Plays by day and kind, when people watch, who watches most and who is new, for charts. Days and hours are those
/// of the setting `time_zone`; changing it changes the charts at once.
#[utoipa::path(
    operation_id = "getWatchStats",
    tag = "Dashboard",
    extensions(("x-permission" = json!("stream_history.view"))),
    params(WatchStatsParams),
    responses((status = 200, description = "How much is watched.", body = WatchStats)),
)]
#[get("/stats/watching")]
pub async fn get_watch_stats(web: Data<Web>, query: Params<WatchStatsParams>) -> ApiResult<Json<WatchStats>> {
    let days = query.0.days.unwrap_or(30);
    if !PERIODS.contains(&days) {
        return Err(ApiError::field("/days", "out_of_range", "must be 7, 30 or 90"));
    }
    let figures = watch_figures::of_server(web.ctx(), days).await?;
    Ok(Json(WatchStats::of(figures, &web.base_path())))
}
