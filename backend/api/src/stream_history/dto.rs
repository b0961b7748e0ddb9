//! A stream that has ended, as the API shows it.

use pum_app::stream_history::Played;
use pum_domain::instant::SECOND;
use pum_domain::stream::{StreamDecision, StreamEnd, StreamKind, StreamLocation, StreamSource};
use pum_domain::{Instant, UserId};
use pum_store::streams::{Delivery, Player};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{name_schema, pictures};

name_schema!(
    /// What is watched.
    StreamKindName,
    StreamKind
);
name_schema!(
    /// From where somebody watches.
    LocationName,
    StreamLocation
);
name_schema!(
    /// What the server does to a stream.
    StreamDecisionName,
    StreamDecision
);
name_schema!(
    /// Why a stream ended.
    StreamEndName,
    StreamEnd
);
name_schema!(
    /// How PUM knows of a stream.
    StreamSourceName,
    StreamSource
);

/// The user who watches.
#[derive(Debug, Serialize, ToSchema)]
pub struct StreamUser {
    /// PUM's id.
    pub id: String,
    /// The name at Plex.
    pub username: String,
    /// The path of their picture, on our own origin.
    pub thumb: String,
}

impl StreamUser {
    /// As the API shows it.
    pub fn of(id: UserId, username: String, base_path: &str) -> Self {
        Self { thumb: pictures::path_of_user(base_path, id), id: id.to_string(), username }
    }
}

/// The library that something is from.
#[derive(Debug, Serialize, ToSchema)]
pub struct StreamLibrary {
    /// PUM's id; `null` for one that it does not know.
    pub id: Option<String>,
    /// Its title, as it was then.
    pub title: Option<String>,
}

/// With what somebody watches.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Player)]
pub struct PlayerDto {
    /// What its owner calls it.
    pub title: Option<String>,
    /// The program.
    pub product: Option<String>,
    /// The system.
    pub platform: Option<String>,
    /// The machine.
    pub device: Option<String>,
}

impl From<Player> for PlayerDto {
    fn from(player: Player) -> Self {
        let Player { title, product, platform, device } = player;
        Self { title, product, platform, device }
    }
}

/// How sharp the picture is: `4k`, `1080p`, `720p`, `480p`, `sd`; `null` where it is not known.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StreamQuality)]
pub struct QualityDto {
    /// As stored.
    pub source: Option<String>,
    /// As sent.
    pub stream: Option<String>,
}

impl QualityDto {
    /// As the API shows it.
    pub fn of(delivery: &Delivery) -> Self {
        Self { source: delivery.source_quality.clone(), stream: delivery.stream_quality.clone() }
    }
}

/// A stream that has ended. Durations are whole seconds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlayedStream, example = json!({
    "id": "1207",
    "user": {"id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a13", "username": "priya",
        "thumb": "/api/v1/pictures/users/0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a13"},
    "viewer_name": "priya", "kind": "episode", "title": "Pilot", "show_title": "A Series",
    "season_title": "Season 1", "season_number": 1, "episode_number": 1, "year": 2019,
    "library": {"id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a10", "title": "Series"},
    "thumb": "/api/v1/pictures/streams/1207",
    "player": {"title": "Living room", "product": "Plex for Android (TV)", "platform": "Android", "device": "TV"},
    "player_name": "Plex for Android (TV)",
    "address": "203.0.113.9", "location": "wan", "quality": {"source": "4k", "stream": "1080p"},
    "decision": "transcode", "transcode_reason": "quality", "started_at": "2026-11-22T16:01:09.000Z",
    "ended_at": "2026-11-22T17:00:09.000Z", "end_reason": "finished", "watched_seconds": 3400,
    "paused_seconds": 130, "duration_seconds": 3600, "source": "watched"
}))]
pub struct PlayedDto {
    /// Its number.
    pub id: String,
    /// The user who watched; `null` for somebody whom PUM does not know.
    pub user: Option<StreamUser>,
    /// The name the server gave them.
    pub viewer_name: String,
    /// What was watched.
    #[schema(value_type = StreamKindName)]
    pub kind: StreamKind,
    /// Its title.
    pub title: String,
    /// The show's or the artist's.
    pub show_title: Option<String>,
    /// The season's or the album's.
    pub season_title: Option<String>,
    /// The season's number.
    pub season_number: Option<i32>,
    /// The episode's number, or the track's.
    pub episode_number: Option<i32>,
    /// When it came out.
    pub year: Option<i32>,
    /// The library that it is from.
    pub library: Option<StreamLibrary>,
    /// The path of its poster, on our own origin.
    pub thumb: Option<String>,
    /// With what it was watched.
    pub player: PlayerDto,
    /// The name by which the filter `player` knows that; empty where nothing is known.
    pub player_name: String,
    /// The player's network address, until it is forgotten.
    pub address: Option<String>,
    /// Whether that was near.
    #[schema(value_type = Option<LocationName>)]
    pub location: Option<StreamLocation>,
    /// How sharp the picture was.
    pub quality: QualityDto,
    /// What the server did to it; `null` for imported ones.
    #[schema(value_type = Option<StreamDecisionName>)]
    pub decision: Option<StreamDecision>,
    /// Why it did not go out as it is.
    pub transcode_reason: Option<String>,
    /// When it was first seen; for imported ones, when it was played to the end.
    #[schema(format = DateTime)]
    pub started_at: String,
    /// When it ended.
    #[schema(format = DateTime)]
    pub ended_at: Option<String>,
    /// Why it ended.
    #[schema(value_type = Option<StreamEndName>)]
    pub end_reason: Option<StreamEnd>,
    /// How long somebody really watched: no pauses, no seeks, no waiting. `null` for imported ones, of which the
    /// server does not tell.
    pub watched_seconds: Option<i64>,
    /// How long it was paused; `null` for imported ones.
    pub paused_seconds: Option<i64>,
    /// How long the item is.
    pub duration_seconds: Option<i64>,
    /// How PUM knows of it.
    #[schema(value_type = StreamSourceName)]
    pub source: StreamSource,
}

impl PlayedDto {
    /// As the API shows it.
    pub fn of(played: Played, base_path: &str) -> Self {
        let Played { stream, username, library } = played;
        let item = stream.item;
        let library = (library.is_some() || item.library_title.is_some())
            .then(|| StreamLibrary { id: library.map(|id| id.to_string()), title: item.library_title });
        let measured = |ms: i64| (stream.source == StreamSource::Watched).then_some(ms / SECOND);
        let user = stream.user_id.zip(username);
        Self {
            id: stream.id.to_string(),
            user: user.map(|(id, name)| StreamUser::of(id, name, base_path)),
            viewer_name: stream.viewer.name,
            kind: item.kind,
            title: item.title,
            show_title: item.grandparent_title,
            season_title: item.parent_title,
            season_number: item.season_number,
            episode_number: item.episode_number,
            year: item.year,
            library,
            thumb: item.thumb.map(|_| pictures::path_of_stream(base_path, stream.id)),
            player_name: stream.player.name(),
            player: stream.player.into(),
            quality: QualityDto::of(&stream.delivery),
            address: stream.delivery.address,
            location: stream.delivery.location,
            decision: stream.delivery.decision,
            transcode_reason: stream.delivery.transcode_reason,
            started_at: stream.started_at.to_rfc3339(),
            ended_at: stream.ended_at.map(Instant::to_rfc3339),
            end_reason: stream.end_reason,
            watched_seconds: measured(stream.watched_ms),
            paused_seconds: measured(stream.paused_ms),
            duration_seconds: item.duration_ms.map(|ms| ms / SECOND),
            source: stream.source,
        }
    }
}
