//! What the server's own play history tells. Such a row says that somebody played something to the end,
//! or nearly; for how long it does not say.

use std::collections::{BTreeSet, HashSet};

use pum_domain::stream::{StreamEnd, StreamSource, StreamState};
use pum_domain::{Instant, PlexId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Select, Set};

use super::figures::Figures;
use super::open::{set_item, set_player};
use super::{Item, LONG, Player, Viewer, clip, search_text};
use crate::db::sealed::Connected;
use crate::entity::streams::{self, Column as C};
use crate::{Reads, StoreResult, Tx};

/// A row of the server's play history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The server it was played on.
    pub machine_identifier: String,
    /// The server's key of the row.
    pub history_key: String,
    /// Who watched.
    pub viewer: Viewer,
    /// What.
    pub item: Item,
    /// With what, as far as it is known.
    pub player: Player,
    /// When.
    pub viewed_at: Instant,
}

/// Writes down rows of the server's history, and says how many are new: those that are there already
/// change nothing.
pub async fn import(tx: &Tx, rows: &[Imported]) -> StoreResult<u64> {
    let mut inserted = 0;
    for some in rows.chunks(200) {
        let mut there = known_keys(tx, some).await?;
        let users = super::viewers::users_of(tx, some.iter().filter_map(|row| row.viewer.account_id)).await?;
        let mut figures = Figures::default();
        let mut fresh = Vec::with_capacity(some.len());
        for row in some {
            let key = key_of(row);
            if !there.insert(key.clone()) {
                continue;
            }
            let account = row.viewer.account_id.map(|id| id.0);
            let at = row.viewed_at.millis();
            let mut new = streams::ActiveModel {
                machine_identifier: Set(clip(&row.machine_identifier, 64)),
                source: Set(StreamSource::Imported.to_string()),
                viewer_account_id: Set(account),
                viewer_name: Set(clip(&row.viewer.name, LONG)),
                user_id: Set(account.and_then(|id| users.get(&id).copied())),
                history_key: Set(Some(key)),
                state: Set(StreamState::Ended.to_string()),
                started_at: Set(at),
                seen_at: Set(at),
                ended_at: Set(Some(at)),
                end_reason: Set(Some(StreamEnd::Finished.to_string())),
                watched_ms: Set(0),
                paused_ms: Set(0),
                watched_in: Set(String::new()),
                four_k_looks: Set(0),
                search: Set(search_text(&row.viewer.name, &row.item)),
                ..Default::default()
            };
            set_item(&mut new, &row.item);
            set_player(&mut new, &row.player);
            fresh.push(new);
            figures.play(account, &row.player.name(), row.item.kind.as_str(), row.viewed_at);
        }
        if fresh.is_empty() {
            continue;
        }
        inserted += fresh.len() as u64;
        streams::Entity::insert_many(fresh).exec_without_returning(tx.connection()).await?;
        figures.add(tx).await?;
    }
    Ok(inserted)
}

/// A play that PUM saw itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenPlay {
    /// Who watched.
    pub account_id: PlexId,
    /// What.
    pub rating_key: String,
    /// The first look at it.
    pub from: Instant,
    /// The last one.
    pub to: Instant,
    /// How long the item is.
    pub length_ms: Option<i64>,
}

/// The plays of these accounts that PUM saw itself and that began between the two.
pub async fn seen_plays(
    db: &impl Reads,
    machine_identifier: &str,
    accounts: impl IntoIterator<Item = PlexId>,
    from: Instant,
    to: Instant,
) -> StoreResult<Vec<SeenPlay>> {
    let accounts: BTreeSet<i64> = accounts.into_iter().map(|account| account.0).collect();
    let accounts: Vec<i64> = accounts.into_iter().collect();
    let mut seen = Vec::new();
    for some in accounts.chunks(500) {
        let rows: Vec<(i64, String, i64, i64, Option<i64>)> =
            seen_by(machine_identifier, some, from, to).into_tuple().all(db.connection()).await?;
        seen.extend(rows.into_iter().map(|(account, rating_key, from, to, length_ms)| SeenPlay {
            account_id: PlexId(account),
            rating_key,
            from: Instant(from),
            to: Instant(to),
            length_ms,
        }));
    }
    Ok(seen)
}

pub(super) fn seen_by(
    machine_identifier: &str,
    accounts: &[i64],
    from: Instant,
    to: Instant,
) -> Select<streams::Entity> {
    streams::Entity::find()
        .select_only()
        .columns([C::ViewerAccountId, C::RatingKey, C::StartedAt, C::SeenAt, C::DurationMs])
        .filter(C::ViewerAccountId.is_in(accounts.iter().copied()))
        .filter(C::StartedAt.between(from.millis(), to.millis()))
        .filter(C::MachineIdentifier.eq(machine_identifier))
        .filter(C::Source.eq(StreamSource::Watched.as_str()))
        .filter(C::RatingKey.is_not_null())
}

/// The server counts its rows from one, so its own name belongs to the key.
fn key_of(row: &Imported) -> String {
    clip(&format!("{}/{}", row.machine_identifier, row.history_key), 191)
}

async fn known_keys(tx: &Tx, rows: &[Imported]) -> StoreResult<HashSet<String>> {
    let keys: Vec<String> = with_keys(rows.iter().map(key_of)).into_tuple().all(tx.connection()).await?;
    Ok(keys.into_iter().collect())
}

pub(super) fn with_keys(keys: impl Iterator<Item = String>) -> Select<streams::Entity> {
    streams::Entity::find().select_only().column(C::HistoryKey).filter(C::HistoryKey.is_in(keys))
}
