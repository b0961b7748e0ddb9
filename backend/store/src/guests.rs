//! Guests: browsers on the public page, known by the hash of an opaque secret in their cookie.

use pum_domain::{GuestId, Instant};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};

use crate::db::sealed::Connected;
use crate::entity::guests::{self, Column as C};
use crate::{Reads, StoreResult, Tx};

/// A browser and when it was last seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Which one.
    pub id: GuestId,
    /// When it last came, to within a few minutes.
    pub at: Instant,
}

/// Enters a new browser.
pub async fn create(tx: &Tx, id: GuestId, secret_hash: &str) -> StoreResult<()> {
    let now = tx.now().await?.millis();
    let row = guests::ActiveModel {
        id: Set(id.uuid()),
        secret_hash: Set(secret_hash.to_owned()),
        created_at: Set(now),
        last_seen_at: Set(now),
        current_redemption_id: Set(None),
    };
    row.insert(tx.connection()).await?;
    Ok(())
}

/// The browser with this secret, unless it has not been seen since `idle_since`.
pub async fn find(db: &impl Reads, secret_hash: &str, idle_since: Instant) -> StoreResult<Option<Seen>> {
    let row = guests::Entity::find()
        .filter(C::SecretHash.eq(secret_hash))
        .filter(C::LastSeenAt.gt(idle_since.millis()))
        .one(db.connection())
        .await?;
    Ok(row.map(|row| Seen { id: row.id.into(), at: Instant(row.last_seen_at) }))
}

/// The browser has come.
pub async fn touch(tx: &Tx, id: GuestId) -> StoreResult<()> {
    let now = tx.now().await?;
    guests::Entity::update_many()
        .col_expr(C::LastSeenAt, Expr::value(now.millis()))
        .filter(C::Id.eq(id.uuid()))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Gives the browser another secret; the old one is worth nothing from now on.
pub async fn rotate(tx: &Tx, id: GuestId, secret_hash: &str) -> StoreResult<()> {
    let now = tx.now().await?;
    guests::Entity::update_many()
        .col_expr(C::SecretHash, Expr::value(secret_hash))
        .col_expr(C::LastSeenAt, Expr::value(now.millis()))
        .filter(C::Id.eq(id.uuid()))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Forgets browsers that have not come since `before`, at most so many. Their redemptions stay.
pub async fn prune(tx: &Tx, before: Instant, most: u64) -> StoreResult<u64> {
    let old: Vec<uuid::Uuid> = guests::Entity::find()
        .select_only()
        .column(C::Id)
        .filter(C::LastSeenAt.lt(before.millis()))
        .limit(most)
        .into_tuple()
        .all(tx.connection())
        .await?;
    if old.is_empty() {
        return Ok(0);
    }
    Ok(guests::Entity::delete_many().filter(C::Id.is_in(old)).exec(tx.connection()).await?.rows_affected)
}
