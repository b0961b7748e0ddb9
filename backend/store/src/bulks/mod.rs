//! Changes of many users at once. The list of people is frozen when a bulk begins, one row each. A
//! row says how the person's part was begun or refused; how it went on at Plex is told by its access
//! change, and is not written down a second time.

mod items;

use pum_domain::bulk::{BulkAction, BulkState};
use pum_domain::{BulkId, Instant, UserId};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use serde_json::Value;
use uuid::Uuid;

use crate::db::sealed::Connected;
use crate::entity::bulk_items;
use crate::entity::bulks::{self, Column as C};
use crate::{Reads, StoreError, StoreResult, Tx};

pub use items::{Begun, Item, again, counts, items, settle, waiting};

/// Rows in one statement.
const ROWS: usize = 500;

/// A bulk as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Bulk {
    /// Its id.
    pub id: BulkId,
    /// What is done to each.
    pub action: BulkAction,
    /// Who asked for it, as a document.
    pub actor: Value,
    /// How many people it is about.
    pub total: i64,
    /// When it began.
    pub created_at: Instant,
    /// When somebody stopped it.
    pub stopped_at: Option<Instant>,
    /// When the last of them was over.
    pub finished_at: Option<Instant>,
}

impl Bulk {
    /// Where the whole stands.
    pub const fn state(&self) -> BulkState {
        match (self.stopped_at, self.finished_at) {
            (Some(_), _) => BulkState::Stopped,
            (None, Some(_)) => BulkState::Finished,
            (None, None) => BulkState::Running,
        }
    }

    fn from_row(row: bulks::Model) -> StoreResult<Self> {
        let unreadable = |column: &'static str| StoreError::corrupt(format!("{column} cannot be read"));
        Ok(Self {
            id: row.id.into(),
            action: serde_json::from_str(&row.action).map_err(|_| unreadable("bulks.action"))?,
            actor: serde_json::from_str(&row.actor).map_err(|_| unreadable("bulks.actor"))?,
            total: i64::from(row.total),
            created_at: Instant(row.created_at),
            stopped_at: row.stopped_at.map(Instant),
            finished_at: row.finished_at.map(Instant),
        })
    }
}

/// Begins a bulk over these people, in this order.
pub async fn create(
    tx: &Tx,
    id: BulkId,
    action: &BulkAction,
    actor: &Value,
    people: &[(UserId, String)],
) -> StoreResult<()> {
    let text = serde_json::to_string(action)
        .map_err(|error| StoreError::Other { detail: format!("writing a bulk: {error}") })?;
    bulks::ActiveModel {
        id: Set(id.uuid()),
        kind: Set(action.kind().to_string()),
        action: Set(text),
        actor: Set(actor.to_string()),
        total: Set(i32::try_from(people.len()).unwrap_or(i32::MAX)),
        created_at: Set(tx.now().await?.millis()),
        stopped_at: Set(None),
        finished_at: Set(None),
    }
    .insert(tx.connection())
    .await?;
    let mut position = 0;
    for part in people.chunks(ROWS) {
        let rows: Vec<_> = part
            .iter()
            .map(|(user, name)| {
                position += 1;
                bulk_items::ActiveModel {
                    bulk_id: Set(id.uuid()),
                    position: Set(position),
                    user_id: Set(user.uuid()),
                    username: Set(name.clone()),
                    state: Set(items::WAITING.to_owned()),
                    reason: Set(None),
                    detail: Set(None),
                    change_id: Set(None),
                }
            })
            .collect();
        bulk_items::Entity::insert_many(rows).exec_without_returning(tx.connection()).await?;
    }
    Ok(())
}

/// The bulk with this id.
pub async fn get(db: &impl Reads, id: BulkId) -> StoreResult<Bulk> {
    let row = bulks::Entity::find_by_id(id.uuid()).one(db.connection()).await?;
    Bulk::from_row(row.ok_or(StoreError::NotFound { what: "bulk" })?)
}

/// Nothing more is begun. False: it was over or stopped already.
pub async fn stop(tx: &Tx, id: BulkId) -> StoreResult<bool> {
    let now = tx.now().await?;
    let stopped = bulks::Entity::update_many()
        .col_expr(C::StoppedAt, Expr::value(now.millis()))
        .filter(C::Id.eq(id.uuid()))
        .filter(C::StoppedAt.is_null())
        .filter(C::FinishedAt.is_null())
        .exec(tx.connection())
        .await?;
    Ok(stopped.rows_affected == 1)
}

/// Everybody's part is over. False: that was known.
pub async fn finish(tx: &Tx, id: BulkId) -> StoreResult<bool> {
    let now = tx.now().await?;
    let finished = bulks::Entity::update_many()
        .col_expr(C::FinishedAt, Expr::value(now.millis()))
        .filter(C::Id.eq(id.uuid()))
        .filter(C::StoppedAt.is_null())
        .filter(C::FinishedAt.is_null())
        .exec(tx.connection())
        .await?;
    Ok(finished.rows_affected == 1)
}

/// It goes on, because the failed ones are tried again.
pub async fn go_on(tx: &Tx, id: BulkId) -> StoreResult<()> {
    bulks::Entity::update_many()
        .col_expr(C::StoppedAt, Expr::value(None::<i64>))
        .col_expr(C::FinishedAt, Expr::value(None::<i64>))
        .filter(C::Id.eq(id.uuid()))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Deletes up to `most` bulks that were over before `before`, and says how many.
pub async fn prune(tx: &Tx, before: Instant, most: u64) -> StoreResult<u64> {
    let over = C::FinishedAt.lt(before.millis()).or(C::StoppedAt.lt(before.millis()));
    let ids: Vec<Uuid> = bulks::Entity::find()
        .select_only()
        .column(C::Id)
        .filter(over)
        .limit(most)
        .into_tuple()
        .all(tx.connection())
        .await?;
    if ids.is_empty() {
        return Ok(0);
    }
    let gone = bulks::Entity::delete_many().filter(C::Id.is_in(ids)).exec(tx.connection()).await?;
    Ok(gone.rows_affected)
}
