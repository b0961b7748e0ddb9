//! Streams: what is playing, what has been played, and what is counted about it.
//!
//! The figures (`figures.rs`) change in the transaction that writes a stream, and no other way, so they
//! never have to be counted anew. A play counts from its first look, in the quarter hour in which it
//! began; watched time in those in which it was watched.

mod advance;
mod delete;
mod figures;
mod import;
mod list;
mod now;
mod open;
mod plans;
mod spans;
mod stats;
mod viewers;

use pum_domain::stream::quarters::WatchedIn;
use pum_domain::stream::{StreamDecision, StreamEnd, StreamKind, StreamLocation, StreamSource, StreamState};
use pum_domain::text::name_key;
use pum_domain::{Instant, PlexId, StreamId, UserId};
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{ColumnTrait, EntityTrait};

use crate::db::parse;
use crate::entity::streams;
use crate::{Reads, StoreError, StoreResult};

pub use advance::{Advance, advance};
pub use delete::{Deleted, Forgotten, delete, forget, forget_addresses};
pub use import::{Imported, SeenPlay, import, seen_plays};
pub use list::{Filter, explain, list, walk};
pub use now::{Going, going, list_open};
pub use open::{Ending, NewStream, OpenStream, begin, end, note_stop, open_ones, rekey};
pub use plans::explain_watching;
pub use spans::{Span, note_watched, watched_spans, watching_since};
pub use stats::{
    Active, PlayerFigures, QuarterFigures, Sum, count_open, explain_figures, joined_since, most_active,
    players_of, server_quarters, sum_of,
};
pub use viewers::join_viewers;

/// Who watches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Viewer {
    /// Their account at plex.tv; `None` where the server names nobody. The owner, whom the server calls
    /// number 1, goes by their own.
    pub account_id: Option<PlexId>,
    /// The name the server gives.
    pub name: String,
}

/// What is watched. Names are clean already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What sort of thing.
    pub kind: StreamKind,
    /// The server's key of the item.
    pub rating_key: Option<String>,
    /// Its title.
    pub title: String,
    /// The season's or the album's.
    pub parent_title: Option<String>,
    /// The show's or the artist's.
    pub grandparent_title: Option<String>,
    /// The season's number.
    pub season_number: Option<i32>,
    /// The episode's number, or the track's.
    pub episode_number: Option<i32>,
    /// When it came out.
    pub year: Option<i32>,
    /// The library's key on the server.
    pub library_key: Option<i64>,
    /// The library's title.
    pub library_title: Option<String>,
    /// Where the server keeps the picture: a path.
    pub thumb: Option<String>,
    /// How long it is.
    pub duration_ms: Option<i64>,
}

/// With what somebody watches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Player {
    /// The device's name.
    pub title: Option<String>,
    /// The program.
    pub product: Option<String>,
    /// The system it runs on.
    pub platform: Option<String>,
    /// The kind of device.
    pub device: Option<String>,
}

impl Player {
    /// The name by which plays are counted and filtered: the program, or what else is known; empty when
    /// nothing is.
    pub fn name(&self) -> String {
        let known = [&self.product, &self.platform, &self.device, &self.title];
        let name = known.into_iter().flatten().find(|name| !name.trim().is_empty());
        name.map(|name| clip(name, 191)).unwrap_or_default()
    }
}

/// How it is sent: everything that may change while a stream goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivery {
    /// What a stop is addressed to; some players have none.
    pub session_id: Option<String>,
    /// Where it goes.
    pub address: Option<String>,
    /// Whether that is near.
    pub location: Option<StreamLocation>,
    /// What the server does to it; unknown for imported ones.
    pub decision: Option<StreamDecision>,
    /// Why it is converted.
    pub transcode_reason: Option<String>,
    /// The picture as it is stored: `4k`, `1080p`, …
    pub source_quality: Option<String>,
    /// The picture as it is sent.
    pub stream_quality: Option<String>,
    /// Kilobits a second.
    pub bandwidth_kbps: Option<i64>,
    /// What else the card shows, as JSON.
    pub details: Option<String>,
}

/// One playback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    /// Its number.
    pub id: StreamId,
    /// The server it plays on.
    pub machine_identifier: String,
    /// How PUM knows of it.
    pub source: StreamSource,
    /// Who watches.
    pub viewer: Viewer,
    /// The user they are.
    pub user_id: Option<UserId>,
    /// The server's key of the session. It starts over with the server, and autoplay uses it again.
    pub session_key: Option<String>,
    /// What tells the player from others.
    pub player_id: Option<String>,
    /// What it does.
    pub state: StreamState,
    /// What is watched.
    pub item: Item,
    /// With what.
    pub player: Player,
    /// How it is sent.
    pub delivery: Delivery,
    /// When it was first seen.
    pub started_at: Instant,
    /// When it was last seen.
    pub seen_at: Instant,
    /// When it ended; `None` while it goes on.
    pub ended_at: Option<Instant>,
    /// Why it ended.
    pub end_reason: Option<StreamEnd>,
    /// How far into the item it is.
    pub position_ms: Option<i64>,
    /// How long somebody really watched, in milliseconds.
    pub watched_ms: i64,
    /// How long it was paused, in milliseconds.
    pub paused_ms: i64,
    /// In how many looks in a row a 4K picture was being converted.
    pub four_k_looks: i32,
    /// Since when it is to be stopped.
    pub stop_requested_at: Option<Instant>,
    /// What the viewer is told then.
    pub stop_message: Option<String>,
}

/// The stream with this number.
pub async fn get(db: &impl Reads, id: StreamId) -> StoreResult<Stream> {
    let row = streams::Entity::find_by_id(id.0).one(db.connection()).await?;
    from_row(row.ok_or(StoreError::NotFound { what: "stream" })?)
}

/// That a stream goes on. Said so that databases look into the index of the keys: of what must only be there some
/// suppose that it is nearly everything, and walk along all that was ever streamed.
pub(crate) fn is_open() -> SimpleExpr {
    streams::Column::OpenKey.gt("")
}

fn from_row(row: streams::Model) -> StoreResult<Stream> {
    Ok(Stream {
        id: StreamId(row.id),
        machine_identifier: row.machine_identifier,
        source: parse("streams.source", &row.source)?,
        viewer: Viewer { account_id: row.viewer_account_id.map(PlexId), name: row.viewer_name },
        user_id: row.user_id.map(UserId),
        session_key: row.session_key,
        player_id: row.player_id,
        state: parse("streams.state", &row.state)?,
        item: Item {
            kind: parse("streams.kind", &row.kind)?,
            rating_key: row.rating_key,
            title: row.title,
            parent_title: row.parent_title,
            grandparent_title: row.grandparent_title,
            season_number: row.season_number,
            episode_number: row.episode_number,
            year: row.year,
            library_key: row.library_key,
            library_title: row.library_title,
            thumb: row.thumb,
            duration_ms: row.duration_ms,
        },
        player: Player {
            title: row.player_title,
            product: row.product,
            platform: row.platform,
            device: row.device,
        },
        delivery: Delivery {
            session_id: row.session_id,
            address: row.address,
            location: maybe("streams.location", row.location.as_deref())?,
            decision: maybe("streams.decision", row.decision.as_deref())?,
            transcode_reason: row.transcode_reason,
            source_quality: row.source_quality,
            stream_quality: row.stream_quality,
            bandwidth_kbps: row.bandwidth_kbps,
            details: row.details,
        },
        started_at: Instant(row.started_at),
        seen_at: Instant(row.seen_at),
        ended_at: row.ended_at.map(Instant),
        end_reason: maybe("streams.end_reason", row.end_reason.as_deref())?,
        position_ms: row.position_ms,
        watched_ms: row.watched_ms,
        paused_ms: row.paused_ms,
        four_k_looks: row.four_k_looks,
        stop_requested_at: row.stop_requested_at.map(Instant),
        stop_message: row.stop_message,
    })
}

fn maybe<T: std::str::FromStr>(column: &'static str, text: Option<&str>) -> StoreResult<Option<T>> {
    text.map(|text| parse(column, text)).transpose()
}

fn watched_in(text: &str, started_at: i64) -> StoreResult<WatchedIn> {
    WatchedIn::from_text(text, Instant(started_at))
        .ok_or_else(|| StoreError::corrupt("streams.watched_in cannot be read"))
}

/// What a search looks through.
fn search_text(viewer: &str, item: &Item) -> String {
    let names = [Some(viewer), Some(item.title.as_str())];
    let above = [&item.parent_title, &item.grandparent_title];
    let names = names.into_iter().chain(above.map(|title| title.as_deref())).flatten();
    name_key(&names.collect::<Vec<_>>().join("\n"))
}

/// At most so many characters, and none that a database cannot hold.
fn clip(text: &str, most: usize) -> String {
    text.trim().chars().filter(|letter| *letter != '\0').take(most).collect()
}

/// The same for what may be absent.
fn clip_some(text: Option<&str>, most: usize) -> Option<String> {
    text.map(|text| clip(text, most)).filter(|text| !text.is_empty())
}

/// As many characters as a text that is not indexed keeps.
const LONG: usize = 500;
