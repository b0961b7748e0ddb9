//! What the server's own play history tells. Such a row says that somebody played something to the end,
//! or nearly; for how long it does not say.

use std::collections::HashSet;

use pum_domain::Instant;
use pum_domain::stream::{StreamEnd, StreamSource, StreamState};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};

use super::figures::Figures;
use super::open::{set_item, set_player};
use super::{Item, LONG, Player, Viewer, clip, search_text};
use crate::db::sealed::Connected;
use crate::entity::streams::{self, Column as C};
use crate::{StoreResult, Tx};

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

/// The server counts its rows from one, so its own name belongs to the key.
fn key_of(row: &Imported) -> String {
    clip(&format!("{}/{}", row.machine_identifier, row.history_key), 191)
}

async fn known_keys(tx: &Tx, rows: &[Imported]) -> StoreResult<HashSet<String>> {
    let keys: Vec<String> = streams::Entity::find()
        .select_only()
        .column(C::HistoryKey)
        .filter(C::HistoryKey.is_in(rows.iter().map(key_of)))
        .into_tuple()
        .all(tx.connection())
        .await?;
    Ok(keys.into_iter().collect())
}
