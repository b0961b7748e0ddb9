//! Which processes are at work: each notes every few seconds that it is there.

use pum_domain::Instant;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};

use crate::db::sealed::Connected;
use crate::entity::services;
use crate::{Reads, StoreResult, Tx};

/// A process that has said it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Names the process.
    pub name: String,
    /// `worker` or `bot`.
    pub kind: String,
    /// When it started.
    pub started_at: Instant,
    /// When it last said so.
    pub last_seen_at: Instant,
    /// What else it says of itself.
    pub detail: String,
}

/// Says that a process is there. `name` and `kind` are at most 64 characters.
pub async fn beat(tx: &Tx, name: &str, kind: &str, started_at: Instant, detail: &str) -> StoreResult<()> {
    let now = tx.now().await?;
    let row = services::ActiveModel {
        name: Set(name.to_owned()),
        kind: Set(kind.to_owned()),
        started_at: Set(started_at.millis()),
        last_seen_at: Set(now.millis()),
        detail: Set(detail.to_owned()),
    };
    let again = OnConflict::column(services::Column::Name)
        .update_columns([services::Column::LastSeenAt, services::Column::Detail])
        .to_owned();
    services::Entity::insert(row).on_conflict(again).exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// Says that a process has ended.
pub async fn leave(tx: &Tx, name: &str) -> StoreResult<()> {
    services::Entity::delete_by_id(name.to_owned()).exec(tx.connection()).await?;
    Ok(())
}

/// The processes of a kind, the one seen last first; at most 50.
pub async fn of_kind(db: &impl Reads, kind: &str) -> StoreResult<Vec<Service>> {
    let rows = services::Entity::find()
        .filter(services::Column::Kind.eq(kind))
        .order_by_desc(services::Column::LastSeenAt)
        .limit(50)
        .all(db.connection())
        .await?;
    let services = rows.into_iter().map(|row| Service {
        name: row.name,
        kind: row.kind,
        started_at: Instant(row.started_at),
        last_seen_at: Instant(row.last_seen_at),
        detail: row.detail,
    });
    Ok(services.collect())
}

/// Forgets processes not seen since `before`, and says how many.
pub async fn prune(tx: &Tx, before: Instant) -> StoreResult<u64> {
    let gone = services::Column::LastSeenAt.lt(before.millis());
    Ok(services::Entity::delete_many().filter(gone).exec(tx.connection()).await?.rows_affected)
}
