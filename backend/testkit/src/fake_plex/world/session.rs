//! A session of somebody playing something, and a row of what is kept of it.

use serde::{Deserialize, Serialize};

/// Somebody playing something. The owner's `user` is their plex.tv id; the wire says 1.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct PlaySession {
    /// 0 takes the next free one when it begins.
    pub session_key: u64,
    /// Absent for players that cannot be stopped.
    pub session_id: Option<String>,
    pub user: u64,
    /// `movie`, `episode`, `track`, `photo` or `clip`.
    pub kind: String,
    /// `trailer` of a clip.
    pub subtype: Option<String>,
    /// Television as it is broadcast.
    pub live: bool,
    pub title: String,
    pub parent_title: Option<String>,
    pub grandparent_title: Option<String>,
    pub index: Option<u64>,
    pub parent_index: Option<u64>,
    pub year: Option<u64>,
    /// 0 for what is in no library.
    pub library_key: u64,
    /// 0 for what has none.
    pub rating_key: u64,
    /// 0 for what has no end.
    pub duration_ms: u64,
    pub view_offset_ms: u64,
    /// `playing`, `paused` or `buffering`.
    pub state: String,
    pub player: String,
    /// The player's own id; made of the session key when empty.
    pub player_id: String,
    pub product: String,
    pub platform: String,
    pub device: String,
    pub address: String,
    /// `lan`, `wan` or `cellular`.
    pub location: String,
    pub bandwidth_kbps: u64,
    /// Height of the source in lines: 1080, 2160.
    pub source_height: u64,
    pub source_video_codec: String,
    pub source_audio_codec: String,
    /// Height of what is sent when video is transcoded; absent for direct play.
    pub transcode_height: Option<u64>,
    /// Repacked without converting anything: a direct stream.
    pub repacked: bool,
    /// The codec of the chosen subtitles.
    pub subtitle: Option<String>,
    /// The subtitles are burnt into the picture, which takes a transcode.
    pub burns_subtitles: bool,
    /// Transcoded by the graphics card.
    pub hardware: bool,
    pub throttled: bool,
    /// At its end the next one begins in the same session.
    pub autoplay: bool,
    /// The player goes on after it was told to stop.
    pub ignores_stop: bool,
    /// The list shows the file as well while something else is made of it.
    pub lists_original: bool,
    /// Tells hardly more than that something is playing.
    pub bare: bool,
    /// Until when it is still listed after it was stopped, by the world's clock.
    pub listed_until: Option<i64>,
}

impl Default for PlaySession {
    /// A film in full HD, from a living room somewhere on the internet, by nobody.
    fn default() -> Self {
        Self {
            session_key: 0,
            session_id: None,
            user: 0,
            kind: "movie".into(),
            subtype: None,
            live: false,
            title: "Tidewater".into(),
            parent_title: None,
            grandparent_title: None,
            index: None,
            parent_index: None,
            year: Some(2019),
            library_key: 1,
            rating_key: 100_001,
            duration_ms: 5_400_000,
            view_offset_ms: 0,
            state: "playing".into(),
            player: "Living room".into(),
            player_id: String::new(),
            product: "Plex for Android (TV)".into(),
            platform: "Android".into(),
            device: "Shield".into(),
            address: "203.0.113.20".into(),
            location: "wan".into(),
            bandwidth_kbps: 8_000,
            source_height: 1080,
            source_video_codec: "h264".into(),
            source_audio_codec: "aac".into(),
            transcode_height: None,
            repacked: false,
            subtitle: None,
            burns_subtitles: false,
            hardware: false,
            throttled: false,
            autoplay: false,
            ignores_stop: false,
            lists_original: false,
            bare: false,
            listed_until: None,
        }
    }
}

impl PlaySession {
    /// A film.
    pub fn movie(user: u64, title: &str) -> Self {
        Self { session_id: Some(String::new()), user, title: title.to_owned(), ..Self::default() }
    }

    /// An episode; the next one plays by itself.
    pub fn episode(user: u64, show: &str, season: u64, number: u64) -> Self {
        Self {
            kind: "episode".into(),
            title: format!("Episode {number}"),
            parent_title: Some(format!("Season {season}")),
            grandparent_title: Some(show.to_owned()),
            parent_index: Some(season),
            index: Some(number),
            library_key: 2,
            rating_key: 200_000 + season * 100 + number,
            duration_ms: 2_700_000,
            autoplay: true,
            ..Self::movie(user, "")
        }
    }

    /// A song. Such players give no session id.
    pub fn track(user: u64, artist: &str, title: &str) -> Self {
        Self {
            kind: "track".into(),
            parent_title: Some("An Album".into()),
            grandparent_title: Some(artist.to_owned()),
            index: Some(1),
            rating_key: 500_001,
            duration_ms: 240_000,
            player: "Phone".into(),
            product: "Plexamp".into(),
            platform: "iOS".into(),
            source_height: 0,
            source_audio_codec: "flac".into(),
            session_id: None,
            ..Self::movie(user, title)
        }
    }

    /// A picture of an album.
    pub fn photo(user: u64, title: &str) -> Self {
        Self {
            kind: "photo".into(),
            parent_title: Some("Holidays".into()),
            rating_key: 700_001,
            duration_ms: 0,
            source_video_codec: "jpeg".into(),
            ..Self::movie(user, title)
        }
    }

    /// A channel: no library and no end.
    pub fn live(user: u64, title: &str) -> Self {
        Self {
            kind: "episode".into(),
            live: true,
            grandparent_title: Some("News".into()),
            library_key: 0,
            rating_key: 0,
            duration_ms: 0,
            source_video_codec: "mpeg2video".into(),
            source_audio_codec: "ac3".into(),
            transcode_height: Some(720),
            ..Self::movie(user, title)
        }
    }

    /// A trailer before the film, in no library.
    pub fn trailer(user: u64, title: &str) -> Self {
        Self {
            kind: "clip".into(),
            subtype: Some("trailer".into()),
            library_key: 0,
            rating_key: 900_001,
            duration_ms: 120_000,
            ..Self::movie(user, title)
        }
    }

    /// Whether something is converted or repacked on the way.
    pub fn is_converted(&self) -> bool {
        self.transcode_height.is_some() || self.repacked || self.burns_subtitles
    }

    /// Seen to the end or nearly so, as the server judges it.
    fn is_finished(&self) -> bool {
        self.duration_ms > 0 && self.view_offset_ms * 10 >= self.duration_ms * 9
    }

    pub(super) fn is_kept(&self) -> bool {
        self.is_finished() && !self.live && !matches!(self.kind.as_str(), "photo" | "clip")
    }

    /// What plays by itself afterwards.
    pub(super) fn next(&self) -> Self {
        let index = self.index.map(|index| index + 1);
        let title = match index {
            Some(index) if self.kind == "episode" => format!("Episode {index}"),
            _ => self.title.clone(),
        };
        Self { title, index, rating_key: self.rating_key + 1, view_offset_ms: 0, ..self.clone() }
    }
}

/// A row of the server's own history.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct PastPlay {
    /// 0 takes the next free one.
    pub id: u64,
    pub user: u64,
    pub kind: String,
    pub title: String,
    pub parent_title: Option<String>,
    pub grandparent_title: Option<String>,
    pub index: Option<u64>,
    pub parent_index: Option<u64>,
    pub library_key: u64,
    /// 0 once the item was deleted.
    pub rating_key: u64,
    /// Milliseconds since 1970.
    pub viewed_at: i64,
    pub device_id: u64,
}

impl Default for PastPlay {
    fn default() -> Self {
        Self {
            id: 0,
            user: 0,
            kind: "movie".into(),
            title: "Tidewater".into(),
            parent_title: None,
            grandparent_title: None,
            index: None,
            parent_index: None,
            library_key: 1,
            rating_key: 100_001,
            viewed_at: 0,
            device_id: 7,
        }
    }
}
