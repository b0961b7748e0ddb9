//! Counting tries, so that guessing gets slow: so many within a window, which begins with the first.

use pum_domain::Instant;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};

use crate::db::sealed::Connected;
use crate::entity::throttles::{self, Column as C};
use crate::{Reads, StoreResult, Tx};

/// What has been counted under a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// Tries in the present window.
    pub count: i32,
    /// When the window began; now when nothing is counted yet.
    pub since: Instant,
}

/// What is counted under a key (at most 128 bytes) in a window of so many milliseconds.
pub async fn look(db: &impl Reads, key: &str, window_ms: i64) -> StoreResult<Count> {
    let now = db.now().await?;
    let row = throttles::Entity::find_by_id(key).one(db.connection()).await?;
    Ok(match row {
        Some(row) if row.window_started_at > now.plus(-window_ms).millis() => {
            Count { count: row.count, since: Instant(row.window_started_at) }
        }
        _ => Count { count: 0, since: now },
    })
}

/// Counts one more, in a new window when the old one is over, and returns the count with it.
pub async fn count(tx: &Tx, key: &str, window_ms: i64) -> StoreResult<Count> {
    let now = tx.now().await?;
    let fresh = throttles::ActiveModel {
        key: Set(key.to_owned()),
        window_started_at: Set(now.millis()),
        count: Set(0),
    };
    // Also takes the row's lock where rows have one, so that two tries are never counted as one.
    let touch = OnConflict::column(C::Key)
        .value(C::Count, Expr::col((throttles::Entity, C::Count)).add(0))
        .to_owned();
    throttles::Entity::insert(fresh).on_conflict(touch).exec_without_returning(tx.connection()).await?;
    throttles::Entity::update_many()
        .col_expr(C::Count, Expr::value(0))
        .col_expr(C::WindowStartedAt, Expr::value(now.millis()))
        .filter(C::Key.eq(key))
        .filter(C::WindowStartedAt.lte(now.plus(-window_ms).millis()))
        .exec(tx.connection())
        .await?;
    throttles::Entity::update_many()
        .col_expr(C::Count, Expr::col(C::Count).add(1))
        .filter(C::Key.eq(key))
        .exec(tx.connection())
        .await?;
    look(tx, key, window_ms).await
}

/// Forgets what was counted under a key.
pub async fn forget(tx: &Tx, key: &str) -> StoreResult<()> {
    throttles::Entity::delete_by_id(key).exec(tx.connection()).await?;
    Ok(())
}

/// Deletes up to `most` counts whose window began before `before`, and says how many.
pub async fn prune(tx: &Tx, before: Instant, most: u64) -> StoreResult<u64> {
    let keys: Vec<String> = throttles::Entity::find()
        .select_only()
        .column(C::Key)
        .filter(C::WindowStartedAt.lt(before.millis()))
        .limit(most)
        .into_tuple()
        .all(tx.connection())
        .await?;
    if keys.is_empty() {
        return Ok(0);
    }
    let deleted = throttles::Entity::delete_many().filter(C::Key.is_in(keys)).exec(tx.connection()).await?;
    Ok(deleted.rows_affected)
}
