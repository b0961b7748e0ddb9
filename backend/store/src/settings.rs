//! What admins have set. Keys are text here: a newer version may know more of them.

use pum_domain::{AdminId, Instant};
use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, Set};

use crate::db::sealed::Connected;
use crate::entity::settings::{self, Column as C};
use crate::{Reads, StoreResult, Tx};

/// A setting as an admin saved it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// Its key.
    pub key: String,
    /// Its value, in the stored form.
    pub value: String,
    /// When it was saved.
    pub updated_at: Instant,
    /// Who saved it; `None` from the command line.
    pub updated_by: Option<AdminId>,
}

/// Everything that is saved.
pub async fn all(db: &impl Reads) -> StoreResult<Vec<Saved>> {
    let rows = settings::Entity::find().all(db.connection()).await?;
    Ok(rows.into_iter().map(from_row).collect())
}

/// One saved setting.
pub async fn get(db: &impl Reads, key: &str) -> StoreResult<Option<Saved>> {
    let row = settings::Entity::find_by_id(key).one(db.connection()).await?;
    Ok(row.map(from_row))
}

/// Saves a value, over an older one.
pub async fn save(tx: &Tx, key: &str, value: &str, by: Option<AdminId>) -> StoreResult<()> {
    let row = settings::ActiveModel {
        key: Set(key.to_owned()),
        value: Set(value.to_owned()),
        updated_at: Set(tx.now().await?.millis()),
        updated_by: Set(by.map(AdminId::uuid)),
    };
    let overwrite =
        OnConflict::column(C::Key).update_columns([C::Value, C::UpdatedAt, C::UpdatedBy]).to_owned();
    settings::Entity::insert(row).on_conflict(overwrite).exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// Takes a saved value away. `false` when there was none.
pub async fn remove(tx: &Tx, key: &str) -> StoreResult<bool> {
    let done = settings::Entity::delete_by_id(key).exec(tx.connection()).await?;
    Ok(done.rows_affected == 1)
}

fn from_row(row: settings::Model) -> Saved {
    Saved {
        key: row.key,
        value: row.value,
        updated_at: Instant(row.updated_at),
        updated_by: row.updated_by.map(AdminId),
    }
}
