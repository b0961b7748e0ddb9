//! Facts about this installation that nobody edits: who we are to Plex, how far the wizard has come.

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{EntityTrait, Set};

use crate::db::sealed::Connected;
use crate::entity::meta;
use crate::{Reads, StoreError, StoreResult, Tx};

/// The fact with this key, at most 64 bytes long.
pub async fn get(db: &impl Reads, key: &str) -> StoreResult<Option<String>> {
    let row = meta::Entity::find_by_id(key).one(db.connection()).await?;
    Ok(row.map(|row| row.value))
}

/// Writes a fact, over an older one.
pub async fn set(tx: &Tx, key: &str, value: &str) -> StoreResult<()> {
    let row = meta::ActiveModel { key: Set(key.to_owned()), value: Set(value.to_owned()) };
    let overwrite = OnConflict::column(meta::Column::Key).update_column(meta::Column::Value).to_owned();
    meta::Entity::insert(row).on_conflict(overwrite).exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// Writes a fact unless it is there already, and returns the one that holds. Two processes that
/// start at the same time end up with the same one.
pub async fn get_or_set(tx: &Tx, key: &str, value: &str) -> StoreResult<String> {
    let row = meta::ActiveModel { key: Set(key.to_owned()), value: Set(value.to_owned()) };
    // Keeping what is there by writing it once more works on all three databases.
    let keep = OnConflict::column(meta::Column::Key)
        .value(meta::Column::Value, Expr::col((meta::Entity, meta::Column::Value)))
        .to_owned();
    meta::Entity::insert(row).on_conflict(keep).exec_without_returning(tx.connection()).await?;
    get(tx, key).await?.ok_or(StoreError::NotFound { what: "fact" })
}

/// Forgets a fact. `false` when it was not there.
pub async fn remove(tx: &Tx, key: &str) -> StoreResult<bool> {
    let done = meta::Entity::delete_by_id(key).exec(tx.connection()).await?;
    Ok(done.rows_affected == 1)
}
