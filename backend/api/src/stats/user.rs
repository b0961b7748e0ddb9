//! How much a user watches.

use actix_web::get;
use actix_web::web::{Data, Json};
use pum_app::watch_figures::{self, UserFigures};
use pum_domain::instant::SECOND;
use pum_domain::{Instant, UserId};
use pum_store::streams::Sum;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::ApiResult;
use crate::extract::Id;
use crate::state::Web;

/// How much was watched.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WatchSum)]
pub struct SumDto {
    /// How many streams began.
    pub plays: i64,
    /// How long somebody really watched, in seconds. What was imported from the server's own history counts as a
    /// play without any.
    pub watch_seconds: i64,
}

impl From<Sum> for SumDto {
    fn from(sum: Sum) -> Self {
        Self { plays: sum.plays, watch_seconds: sum.watched_ms / SECOND }
    }
}

/// How much was watched with a player.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlayerStats {
    /// Its name; empty where nothing is known.
    pub player: String,
    /// How many streams began.
    pub plays: i64,
    /// How long somebody really watched, in seconds.
    pub watch_seconds: i64,
}

/// How much a user watches.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "day": {"plays": 1, "watch_seconds": 3400}, "week": {"plays": 5, "watch_seconds": 14400},
    "month": {"plays": 21, "watch_seconds": 70200}, "all": {"plays": 340, "watch_seconds": 1203000},
    "players": [{"player": "Plex for Android (TV)", "plays": 300, "watch_seconds": 1100000}],
    "last_streamed_at": "2026-11-22T16:01:09.000Z", "watching_since": "2026-01-04T10:00:00.000Z"
}))]
pub struct UserStats {
    /// In the last 24 hours. A play counts where it began, to the quarter of an hour.
    pub day: SumDto,
    /// In the last 7 days.
    pub week: SumDto,
    /// In the last 30 days.
    pub month: SumDto,
    /// Ever.
    pub all: SumDto,
    /// With what, the most used first, at most 50.
    pub players: Vec<PlayerStats>,
    /// When they last streamed.
    #[schema(format = DateTime)]
    pub last_streamed_at: Option<String>,
    /// Since when PUM has been watching; `null` before it began.
    #[schema(format = DateTime)]
    pub watching_since: Option<String>,
}

impl From<UserFigures> for UserStats {
    fn from(figures: UserFigures) -> Self {
        let players = figures.players.into_iter().map(|one| {
            let SumDto { plays, watch_seconds } = one.sum.into();
            PlayerStats { player: one.player, plays, watch_seconds }
        });
        Self {
            day: figures.day.into(),
            week: figures.week.into(),
            month: figures.month.into(),
            all: figures.all.into(),
            players: players.collect(),
            last_streamed_at: figures.last_streamed_at.map(Instant::to_rfc3339),
            watching_since: figures.watching_since.map(Instant::to_rfc3339),
        }
    }
}

/// Show how much a user watches
#[utoipa::path(
    operation_id = "getUserStats",
    tag = "Users",
    extensions(("x-permission" = json!("users.view"))),
    params(("id" = String, Path, description = "The user.")),
    responses((status = 200, description = "How much they watch.", body = UserStats)),
)]
#[get("/users/{id}/stats")]
pub async fn get_user_stats(web: Data<Web>, id: Id<UserId>) -> ApiResult<Json<UserStats>> {
    Ok(Json(watch_figures::of_user(web.ctx(), id.0).await?.into()))
}
