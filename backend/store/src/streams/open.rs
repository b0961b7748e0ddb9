//! Streams while they go on: one poll is one transaction, whatever the number of streams, with few
//! statements.

use std::collections::{BTreeMap, HashMap};

use pum_domain::stream::quarters::WatchedIn;
use pum_domain::stream::{StreamEnd, StreamSource, StreamState};
use pum_domain::{Instant, PlexId, StreamId};
use sea_orm::sea_query::{Expr, LockType, OnConflict};
use sea_orm::{
    ColumnTrait, DbBackend, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Select, Set,
};

use super::figures::Figures;
use super::{Delivery, Item, LONG, Player, Viewer, clip, clip_some, is_open, maybe, search_text, watched_in};
use crate::db::parse;
use crate::db::sealed::Connected;
use crate::entity::streams::{self, Column as C};
use crate::{StoreError, StoreResult, Tx};

/// A stream that was not there at the last look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStream {
    /// The server it plays on.
    pub machine_identifier: String,
    /// The server's key of the session.
    pub session_key: String,
    /// What tells the player from others.
    pub player_id: Option<String>,
    /// Who watches.
    pub viewer: Viewer,
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
    /// How far into the item it is.
    pub position_ms: Option<i64>,
    /// 1 when a 4K picture is being converted.
    pub four_k_looks: i32,
}

/// The end of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// Which.
    pub id: StreamId,
    /// When it ended.
    pub at: Instant,
    /// Why.
    pub reason: StreamEnd,
}

/// A stream that goes on, as far as another look has to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenStream {
    /// Its number.
    pub id: StreamId,
    /// The server it plays on.
    pub machine_identifier: String,
    /// The account that watches, as in [`Viewer`].
    pub account_id: Option<PlexId>,
    /// The server's key of the session.
    pub session_key: Option<String>,
    /// What tells the player from others.
    pub player_id: Option<String>,
    /// The server's key of the item.
    pub rating_key: Option<String>,
    /// The item's title.
    pub title: String,
    /// How long the item is.
    pub duration_ms: Option<i64>,
    /// What it does.
    pub state: StreamState,
    /// How it is sent.
    pub delivery: Delivery,
    /// When it was first seen.
    pub started_at: Instant,
    /// When it was last seen.
    pub seen_at: Instant,
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
    /// Of what kind the item is, as it is counted.
    pub(super) kind: String,
    /// The player, as it is counted.
    pub(super) player: String,
    /// Which quarter hours how much was watched in.
    pub(super) watched_in: WatchedIn,
}

/// The streams that go on, on whatever server, the longest first. Nobody else writes them until `tx` has ended.
pub async fn open_ones(tx: &Tx) -> StoreResult<Vec<OpenStream>> {
    let mut open = held(tx, all_open()).await?;
    open.sort_unstable_by_key(|stream| (stream.started_at, stream.id));
    Ok(open)
}

pub(super) fn all_open() -> Select<streams::Entity> {
    // Not in order: the database would rather walk along an index that has it than sort the few there are.
    streams::Entity::find()
        .select_only()
        .columns([C::Id, C::MachineIdentifier, C::ViewerAccountId, C::SessionKey, C::PlayerId, C::RatingKey])
        .columns([C::Title, C::DurationMs, C::State, C::StartedAt, C::SeenAt, C::PositionMs, C::WatchedMs])
        .columns([C::PausedMs, C::FourKLooks, C::StopRequestedAt, C::Kind, C::Player, C::WatchedIn])
        .columns([C::SessionId, C::Address, C::Location, C::Decision, C::TranscodeReason, C::SourceQuality])
        .columns([C::StreamQuality, C::BandwidthKbps, C::Details])
        .filter(is_open())
}

pub(super) async fn held(tx: &Tx, which: Select<streams::Entity>) -> StoreResult<Vec<OpenStream>> {
    let rows: Vec<Row> = which.lock(LockType::Update).into_model().all(tx.connection()).await?;
    rows.into_iter().map(Row::read).collect()
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    machine_identifier: String,
    viewer_account_id: Option<i64>,
    session_key: Option<String>,
    player_id: Option<String>,
    rating_key: Option<String>,
    title: String,
    duration_ms: Option<i64>,
    state: String,
    started_at: i64,
    seen_at: i64,
    position_ms: Option<i64>,
    watched_ms: i64,
    paused_ms: i64,
    four_k_looks: i32,
    stop_requested_at: Option<i64>,
    kind: String,
    player: String,
    watched_in: String,
    session_id: Option<String>,
    address: Option<String>,
    location: Option<String>,
    decision: Option<String>,
    transcode_reason: Option<String>,
    source_quality: Option<String>,
    stream_quality: Option<String>,
    bandwidth_kbps: Option<i64>,
    details: Option<String>,
}

impl Row {
    fn read(self) -> StoreResult<OpenStream> {
        Ok(OpenStream {
            id: StreamId(self.id),
            machine_identifier: self.machine_identifier,
            account_id: self.viewer_account_id.map(PlexId),
            session_key: self.session_key,
            player_id: self.player_id,
            rating_key: self.rating_key,
            title: self.title,
            duration_ms: self.duration_ms,
            state: parse("streams.state", &self.state)?,
            delivery: Delivery {
                session_id: self.session_id,
                address: self.address,
                location: maybe("streams.location", self.location.as_deref())?,
                decision: maybe("streams.decision", self.decision.as_deref())?,
                transcode_reason: self.transcode_reason,
                source_quality: self.source_quality,
                stream_quality: self.stream_quality,
                bandwidth_kbps: self.bandwidth_kbps,
                details: self.details,
            },
            started_at: Instant(self.started_at),
            seen_at: Instant(self.seen_at),
            position_ms: self.position_ms,
            watched_ms: self.watched_ms,
            paused_ms: self.paused_ms,
            four_k_looks: self.four_k_looks,
            stop_requested_at: self.stop_requested_at.map(Instant),
            kind: self.kind,
            player: self.player,
            watched_in: watched_in(&self.watched_in, self.started_at)?,
        })
    }
}

/// Writes down streams that have begun, in the same order. `None`: it is there already, since another
/// watcher has seen it begin.
pub async fn begin(tx: &Tx, begun: &[NewStream]) -> StoreResult<Vec<Option<StreamId>>> {
    let keys: Vec<String> = begun.iter().map(open_key_of).collect();
    let mut taken = ids_of(tx, &keys).await?;
    let users = super::viewers::users_of(tx, begun.iter().filter_map(|one| one.viewer.account_id)).await?;
    let mut figures = Figures::default();
    let mut ids = Vec::with_capacity(begun.len());
    for (one, key) in begun.iter().zip(&keys) {
        if taken.contains_key(key) {
            ids.push(None);
            continue;
        }
        let account = one.viewer.account_id.map(|id| id.0);
        let user_id = account.and_then(|id| users.get(&id).copied());
        let inserted = insert_unless_taken(tx, row_of(one, key, user_id)).await?;
        ids.push(inserted);
        if let Some(id) = inserted {
            taken.insert(key.clone(), id.0);
            figures.play(account, &one.player.name(), one.item.kind.as_str(), one.started_at);
        }
    }
    figures.add(tx).await?;
    Ok(ids)
}

fn row_of(one: &NewStream, key: &str, user_id: Option<uuid::Uuid>) -> streams::ActiveModel {
    let mut row = streams::ActiveModel {
        machine_identifier: Set(clip(&one.machine_identifier, 64)),
        source: Set(StreamSource::Watched.to_string()),
        viewer_account_id: Set(one.viewer.account_id.map(|id| id.0)),
        viewer_name: Set(clip(&one.viewer.name, LONG)),
        user_id: Set(user_id),
        open_key: Set(Some(key.to_owned())),
        session_key: Set(Some(clip(&one.session_key, LONG))),
        player_id: Set(clip_some(one.player_id.as_deref(), LONG)),
        state: Set(one.state.to_string()),
        started_at: Set(one.started_at.millis()),
        seen_at: Set(one.started_at.millis()),
        position_ms: Set(one.position_ms),
        watched_ms: Set(0),
        paused_ms: Set(0),
        watched_in: Set(String::new()),
        four_k_looks: Set(one.four_k_looks),
        search: Set(search_text(&one.viewer.name, &one.item)),
        ..Default::default()
    };
    set_item(&mut row, &one.item);
    set_player(&mut row, &one.player);
    set_delivery(&mut row, &one.delivery);
    row
}

pub(super) fn set_item(row: &mut streams::ActiveModel, item: &Item) {
    row.kind = Set(item.kind.to_string());
    row.rating_key = Set(clip_some(item.rating_key.as_deref(), LONG));
    row.title = Set(clip(&item.title, LONG));
    row.parent_title = Set(clip_some(item.parent_title.as_deref(), LONG));
    row.grandparent_title = Set(clip_some(item.grandparent_title.as_deref(), LONG));
    row.season_number = Set(item.season_number);
    row.episode_number = Set(item.episode_number);
    row.year = Set(item.year);
    row.library_key = Set(item.library_key);
    row.library_title = Set(clip_some(item.library_title.as_deref(), LONG));
    row.thumb = Set(clip_some(item.thumb.as_deref(), LONG));
    row.duration_ms = Set(item.duration_ms);
}

pub(super) fn set_player(row: &mut streams::ActiveModel, player: &Player) {
    row.player = Set(player.name());
    row.player_title = Set(clip_some(player.title.as_deref(), LONG));
    row.product = Set(clip_some(player.product.as_deref(), LONG));
    row.platform = Set(clip_some(player.platform.as_deref(), LONG));
    row.device = Set(clip_some(player.device.as_deref(), LONG));
}

fn set_delivery(row: &mut streams::ActiveModel, delivery: &Delivery) {
    row.session_id = Set(clip_some(delivery.session_id.as_deref(), LONG));
    row.address = Set(clip_some(delivery.address.as_deref(), LONG));
    row.location = Set(delivery.location.map(|location| location.to_string()));
    row.decision = Set(delivery.decision.map(|decision| decision.to_string()));
    row.transcode_reason = Set(clip_some(delivery.transcode_reason.as_deref(), LONG));
    row.source_quality = Set(clip_some(delivery.source_quality.as_deref(), 32));
    row.stream_quality = Set(clip_some(delivery.stream_quality.as_deref(), 32));
    row.bandwidth_kbps = Set(delivery.bandwidth_kbps);
    row.details = Set(delivery.details.clone());
}

/// What makes a playback one: the session, the item, the account, the player, and the server.
fn open_key_of(one: &NewStream) -> String {
    let player = one.player_id.as_deref().unwrap_or_default();
    let item = one.item.rating_key.as_deref().unwrap_or_default();
    open_key(&one.session_key, item, one.viewer.account_id, player, &one.machine_identifier)
}

fn open_key(session: &str, item: &str, account: Option<PlexId>, player: &str, machine: &str) -> String {
    let account = account.map(|id| id.to_string()).unwrap_or_default();
    clip(&format!("{session}/{item}/{account}/{player}/{machine}"), 255)
}

async fn ids_of(tx: &Tx, keys: &[String]) -> StoreResult<HashMap<String, i64>> {
    let mut found = HashMap::new();
    for some in keys.chunks(500) {
        let rows: Vec<(String, i64)> = streams::Entity::find()
            .select_only()
            .column(C::OpenKey)
            .column(C::Id)
            .filter(C::OpenKey.is_in(some))
            .into_tuple()
            .all(tx.connection())
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// Inserts unless another watcher took the key meanwhile. As for jobs: PostgreSQL would give the whole
/// transaction up at a clash, MySQL has no clause for it.
async fn insert_unless_taken(tx: &Tx, row: streams::ActiveModel) -> StoreResult<Option<StreamId>> {
    let insert = streams::Entity::insert(row);
    if tx.backend() == DbBackend::MySql {
        return match insert.exec(tx.connection()).await.map_err(StoreError::from) {
            Ok(done) => Ok(Some(StreamId(done.last_insert_id))),
            Err(StoreError::Conflict { .. }) => Ok(None),
            Err(error) => Err(error),
        };
    }
    let nothing = OnConflict::column(C::OpenKey).do_nothing().to_owned();
    match insert.on_conflict(nothing).exec(tx.connection()).await {
        Ok(done) => Ok(Some(StreamId(done.last_insert_id))),
        Err(sea_orm::DbErr::RecordNotInserted) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Ends streams, and says which of them: those that had ended already are left out.
pub async fn end(tx: &Tx, endings: &[Ending]) -> StoreResult<Vec<StreamId>> {
    let mut alike: BTreeMap<(Instant, StreamEnd), Vec<i64>> = BTreeMap::new();
    for ending in endings {
        alike.entry((ending.at, ending.reason)).or_default().push(ending.id.0);
    }
    let mut ended = Vec::with_capacity(endings.len());
    for ((at, reason), ids) in alike {
        let going_on: Vec<i64> = streams::Entity::find()
            .select_only()
            .column(C::Id)
            .filter(C::Id.is_in(ids))
            .filter(C::OpenKey.is_not_null())
            .order_by_asc(C::Id)
            .lock(LockType::Update)
            .into_tuple()
            .all(tx.connection())
            .await?;
        if going_on.is_empty() {
            continue;
        }
        streams::Entity::update_many()
            .col_expr(C::State, Expr::value(StreamState::Ended.as_str()))
            .col_expr(C::OpenKey, Expr::value(None::<String>))
            .col_expr(C::EndedAt, Expr::value(at.millis()))
            .col_expr(C::EndReason, Expr::value(reason.as_str()))
            .filter(C::Id.is_in(going_on.iter().copied()))
            .exec(tx.connection())
            .await?;
        ended.extend(going_on.into_iter().map(StreamId));
    }
    Ok(ended)
}

/// The stream goes on under another key of the session: the server has started anew meanwhile. False: it
/// has ended, or another stream has that key.
pub async fn rekey(tx: &Tx, id: StreamId, session_key: &str) -> StoreResult<bool> {
    let stream = super::get(tx, id).await?;
    let item = stream.item.rating_key.as_deref().unwrap_or_default();
    let player = stream.player_id.as_deref().unwrap_or_default();
    let key = open_key(session_key, item, stream.viewer.account_id, player, &stream.machine_identifier);
    match ids_of(tx, std::slice::from_ref(&key)).await?.get(&key) {
        Some(holder) if *holder != id.0 => return Ok(false),
        _ => {}
    }
    let done = streams::Entity::update_many()
        .col_expr(C::OpenKey, Expr::value(key))
        .col_expr(C::SessionKey, Expr::value(clip(session_key, LONG)))
        .filter(C::Id.eq(id.0))
        .filter(C::OpenKey.is_not_null())
        .exec(tx.connection())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Notes that the stream is to be stopped, with what the viewer is told; `None` takes that back. False: it
/// has ended.
pub async fn note_stop(
    tx: &Tx,
    id: StreamId,
    at: Option<Instant>,
    message: Option<&str>,
) -> StoreResult<bool> {
    let done = streams::Entity::update_many()
        .col_expr(C::StopRequestedAt, Expr::value(at.map(Instant::millis)))
        .col_expr(C::StopMessage, Expr::value(clip_some(message, LONG)))
        .filter(C::Id.eq(id.0))
        .filter(C::OpenKey.is_not_null())
        .exec(tx.connection())
        .await?;
    Ok(done.rows_affected == 1)
}
