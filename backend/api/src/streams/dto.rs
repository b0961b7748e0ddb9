//! A stream as the API shows it.

use pum_app::streams::{Details, NowView, Part, Running, StreamView, Summary, WatchingView};
use pum_domain::Instant;
use pum_domain::instant::SECOND;
use pum_domain::stream::conversion::PartDecision;
use pum_domain::stream::stopping::CannotStop;
use pum_domain::stream::{StreamDecision, StreamKind, StreamLocation, StreamState, WatchState};
use serde::Serialize;
use utoipa::ToSchema;

use crate::dto::PageDto;
use crate::stream_history::{
    LocationName, PlayerDto, QualityDto, StreamDecisionName, StreamKindName, StreamLibrary, StreamUser,
};
use crate::{name_schema, pictures};

pum_domain::catalogue! {
    /// By what the list of streams may be sorted.
    pub enum StreamSort {
        Started = "started",
    }
}

name_schema!(
    /// By what the list of streams may be sorted.
    StreamSortName,
    StreamSort
);
name_schema!(
    /// What a stream does.
    StreamStateName,
    StreamState
);
name_schema!(
    /// What happens to one part of a stream.
    PartDecisionName,
    PartDecision
);
name_schema!(
    /// Why a stream cannot be stopped.
    CannotStopName,
    CannotStop
);
name_schema!(
    /// Whether PUM knows what is playing just now.
    WatchStateName,
    WatchState
);

/// What is playing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Streams)]
pub struct StreamsDto {
    /// The rows, in order.
    pub items: Vec<StreamDto>,
    /// Where the next page begins; `null` on the last.
    pub next_cursor: Option<String>,
    /// Streams that go on, counted up to 10,001.
    #[schema(example = 1)]
    pub total: i64,
    /// Whether counting has stopped: there are `total` at least.
    pub total_is_minimum: bool,
    /// All of them, added up.
    pub summary: StreamSummary,
    /// How watching goes.
    pub watching: WatchingDto,
}

impl StreamsDto {
    /// As the API shows it.
    pub fn of(now: NowView, base_path: &str) -> Self {
        let PageDto { items, next_cursor, total, total_is_minimum } =
            PageDto::of(now.page, |view| StreamDto::of(view, base_path));
        Self {
            items,
            next_cursor,
            total,
            total_is_minimum,
            summary: now.summary.into(),
            watching: now.watching.into(),
        }
    }
}

/// Streams, added up.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "count": 1, "playing": 1, "paused": 0, "direct_play": 0, "direct_stream": 0, "transcode": 1,
    "bandwidth_kbps": 8200, "lan_kbps": 0, "wan_kbps": 8200
}))]
pub struct StreamSummary {
    /// How many go on.
    pub count: i64,
    /// Of which play, or wait for data.
    pub playing: i64,
    /// Of which are paused.
    pub paused: i64,
    /// Played as they are.
    pub direct_play: i64,
    /// Only packed anew.
    pub direct_stream: i64,
    /// Converted.
    pub transcode: i64,
    /// Kilobits a second that are reserved for them.
    pub bandwidth_kbps: i64,
    /// Of which within the server's own network.
    pub lan_kbps: i64,
    /// Of which out of it.
    pub wan_kbps: i64,
}

impl From<Summary> for StreamSummary {
    fn from(summary: Summary) -> Self {
        let Summary { count, playing, paused, direct_play, direct_stream, transcode, .. } = summary;
        let Summary { bandwidth_kbps, lan_kbps, wan_kbps, .. } = summary;
        Self {
            count,
            playing,
            paused,
            direct_play,
            direct_stream,
            transcode,
            bandwidth_kbps,
            lan_kbps,
            wan_kbps,
        }
    }
}

/// How watching goes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Watching, example = json!({"state": "live", "seen_at": "2026-11-22T16:05:09.000Z", "reason": null}))]
pub struct WatchingDto {
    /// `live` where the server tells of every change, `polling` where it is asked now and then, `stopped` where
    /// what is shown may be out of date.
    #[schema(value_type = WatchStateName)]
    pub state: WatchState,
    /// The last look that succeeded.
    #[schema(format = DateTime)]
    pub seen_at: Option<String>,
    /// Why it is stopped, in a stable word: `plex_not_connected`, `no_worker`, `plex_auth`, `plex_identity`, or
    /// what kept the server from answering.
    pub reason: Option<String>,
}

impl From<WatchingView> for WatchingDto {
    fn from(view: WatchingView) -> Self {
        Self { state: view.state, seen_at: view.seen_at.map(Instant::to_rfc3339), reason: view.reason }
    }
}

/// A part of a stream, and what happens to it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StreamPart)]
pub struct PartDto {
    /// The format as stored.
    pub from: Option<String>,
    /// The format as sent.
    pub to: Option<String>,
    /// What happens to it.
    #[schema(value_type = Option<PartDecisionName>)]
    pub decision: Option<PartDecision>,
    /// The language of sound and subtitles, in words.
    pub language: Option<String>,
    /// How many loudspeakers the sound is for, as sent.
    pub channels: Option<i64>,
    /// What players call it, such as `English (AC3 5.1)`.
    pub title: Option<String>,
}

impl From<Part> for PartDto {
    fn from(part: Part) -> Self {
        let Part { from, to, decision, language, channels, title } = part;
        Self { from, to, decision, language, channels, title }
    }
}

/// A conversion that is under way.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RunningTranscode)]
pub struct RunningDto {
    /// How many times faster than playing.
    pub speed: Option<f64>,
    /// Far enough ahead to rest.
    pub throttled: Option<bool>,
    /// What helps the processor, such as `vaapi`; `null` in software.
    pub hardware: Option<String>,
}

impl From<Running> for RunningDto {
    fn from(running: Running) -> Self {
        let speed = running.speed_tenths.and_then(|tenths| i32::try_from(tenths).ok());
        Self {
            speed: speed.map(|tenths| f64::from(tenths) / 10.0),
            throttled: running.throttled,
            hardware: running.hardware,
        }
    }
}

/// A stream that goes on. Durations are whole seconds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Stream, example = json!({
    "id": "1207",
    "user": {"id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a13", "username": "priya",
        "thumb": "/api/v1/pictures/users/0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a13"},
    "viewer_name": "priya", "state": "playing", "kind": "episode", "title": "Pilot", "show_title": "A Series",
    "season_title": "Season 1", "season_number": 1, "episode_number": 1, "year": 2019,
    "library": {"id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a10", "title": "Series"},
    "thumb": "/api/v1/pictures/streams/1207",
    "player": {"title": "Living room", "product": "Plex for Android (TV)", "platform": "Android", "device": "TV"},
    "address": "203.0.113.9", "address_is_public": true, "location": "wan", "quality": {"source": "4k", "stream": "1080p"},
    "decision": "transcode", "transcode_reason": "quality",
    "video": {"from": "hevc", "to": "h264", "decision": "transcode", "language": null, "channels": null, "title": null},
    "audio": {"from": "eac3", "to": "aac", "decision": "transcode", "language": "English", "channels": 2, "title": "English (EAC3 5.1)"},
    "subtitle": null,
    "container": {"from": "mkv", "to": "mp4", "decision": "transcode", "language": null, "channels": null, "title": null},
    "transcode": {"speed": 4.2, "throttled": false, "hardware": "vaapi"}, "bandwidth_kbps": 8200,
    "started_at": "2026-11-22T16:01:09.000Z", "seen_at": "2026-11-22T16:05:09.000Z", "position_seconds": 240,
    "duration_seconds": 3600, "watched_seconds": 238, "can_stop": true, "cannot_stop_reason": null,
    "stop_requested_at": null
}))]
pub struct StreamDto {
    /// Its number.
    pub id: String,
    /// The user who watches; `null` for somebody whom PUM does not know.
    pub user: Option<StreamUser>,
    /// The name the server gives them.
    pub viewer_name: String,
    /// What it does.
    #[schema(value_type = StreamStateName)]
    pub state: StreamState,
    /// What is watched.
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
    /// With what somebody watches.
    pub player: PlayerDto,
    /// The player's network address.
    pub address: Option<String>,
    /// Whether `getStreamPlace` can be asked where that is: it is an address of the internet.
    pub address_is_public: bool,
    /// Whether that is near.
    #[schema(value_type = Option<LocationName>)]
    pub location: Option<StreamLocation>,
    /// How sharp the picture is.
    pub quality: QualityDto,
    /// What the server does to it.
    #[schema(value_type = Option<StreamDecisionName>)]
    pub decision: Option<StreamDecision>,
    /// Why it does not go out as it is: `subtitles`, `quality`, `video_codec`, `bandwidth`, `audio_codec`,
    /// `container`.
    pub transcode_reason: Option<String>,
    /// The picture.
    pub video: Option<PartDto>,
    /// The sound.
    pub audio: Option<PartDto>,
    /// The chosen subtitles.
    pub subtitle: Option<PartDto>,
    /// What it is packed in.
    pub container: Option<PartDto>,
    /// The conversion that is under way.
    pub transcode: Option<RunningDto>,
    /// Kilobits a second that are reserved for it.
    pub bandwidth_kbps: Option<i64>,
    /// When it was first seen.
    #[schema(format = DateTime)]
    pub started_at: String,
    /// When it was last seen.
    #[schema(format = DateTime)]
    pub seen_at: String,
    /// How far it was then.
    pub position_seconds: Option<i64>,
    /// How long the item is.
    pub duration_seconds: Option<i64>,
    /// How long somebody has really watched: no pauses, no seeks, no waiting.
    pub watched_seconds: i64,
    /// Whether it can be stopped.
    pub can_stop: bool,
    /// Why not.
    #[schema(value_type = Option<CannotStopName>)]
    pub cannot_stop_reason: Option<CannotStop>,
    /// Since when it is being stopped.
    #[schema(format = DateTime)]
    pub stop_requested_at: Option<String>,
}

impl StreamDto {
    /// As the API shows it.
    pub fn of(view: StreamView, base_path: &str) -> Self {
        let StreamView { stream, user, library, details, address_is_public, cannot_stop } = view;
        let Details { video, audio, subtitle, container, transcode } = details;
        let item = stream.item;
        let library = (library.is_some() || item.library_title.is_some())
            .then(|| StreamLibrary { id: library.map(|id| id.to_string()), title: item.library_title });
        Self {
            id: stream.id.to_string(),
            user: user.map(|user| StreamUser::of(user.id, user.username, base_path)),
            viewer_name: stream.viewer.name,
            state: stream.state,
            kind: item.kind,
            title: item.title,
            show_title: item.grandparent_title,
            season_title: item.parent_title,
            season_number: item.season_number,
            episode_number: item.episode_number,
            year: item.year,
            library,
            thumb: item.thumb.map(|_| pictures::path_of_stream(base_path, stream.id)),
            player: stream.player.into(),
            quality: QualityDto::of(&stream.delivery),
            address: stream.delivery.address,
            address_is_public,
            location: stream.delivery.location,
            decision: stream.delivery.decision,
            transcode_reason: stream.delivery.transcode_reason,
            video: video.map(PartDto::from),
            audio: audio.map(PartDto::from),
            subtitle: subtitle.map(PartDto::from),
            container: container.map(PartDto::from),
            transcode: transcode.map(RunningDto::from),
            bandwidth_kbps: stream.delivery.bandwidth_kbps,
            started_at: stream.started_at.to_rfc3339(),
            seen_at: stream.seen_at.to_rfc3339(),
            position_seconds: stream.position_ms.map(|ms| ms / SECOND),
            duration_seconds: item.duration_ms.map(|ms| ms / SECOND),
            watched_seconds: stream.watched_ms / SECOND,
            can_stop: cannot_stop.is_none(),
            cannot_stop_reason: cannot_stop,
            stop_requested_at: stream.stop_requested_at.map(Instant::to_rfc3339),
        }
    }
}
