//! Pictures that were fetched from elsewhere, so that browsers only ever ask us.

use pum_domain::{Instant, UserId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};

use crate::db::sealed::Connected;
use crate::entity::{pictures, users};
use crate::{Reads, StoreError, StoreResult, Tx};

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// What its bytes are.
    pub content_type: String,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// When it was fetched.
    pub fetched_at: Instant,
}

/// The picture under this key.
pub async fn find(db: &impl Reads, key: &str) -> StoreResult<Option<Picture>> {
    let row = pictures::Entity::find_by_id(key.to_owned()).one(db.connection()).await?;
    Ok(row.map(|row| Picture {
        content_type: row.content_type,
        bytes: row.bytes,
        fetched_at: Instant(row.fetched_at),
    }))
}

/// Where Plex says that a user's picture is. Nothing when there is none.
pub async fn address_of_user(db: &impl Reads, id: UserId) -> StoreResult<Option<String>> {
    let found: Option<Option<String>> = users::Entity::find_by_id(id.uuid())
        .select_only()
        .column(users::Column::Thumb)
        .into_tuple()
        .one(db.connection())
        .await?;
    found.ok_or(StoreError::NotFound { what: "user" })
}

/// Keeps a picture, in place of an older one. `key` is at most 128 characters.
pub async fn keep(tx: &Tx, key: &str, content_type: &str, bytes: Vec<u8>, source: &str) -> StoreResult<()> {
    let now = tx.now().await?;
    let row = pictures::ActiveModel {
        key: Set(key.to_owned()),
        content_type: Set(content_type.to_owned()),
        bytes: Set(bytes),
        fetched_at: Set(now.millis()),
        source: Set(source.to_owned()),
    };
    let again = OnConflict::column(pictures::Column::Key)
        .update_columns([pictures::Column::ContentType, pictures::Column::Bytes, pictures::Column::FetchedAt])
        .to_owned();
    pictures::Entity::insert(row).on_conflict(again).exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// Deletes pictures fetched before `before`, and says how many.
pub async fn prune(tx: &Tx, before: Instant) -> StoreResult<u64> {
    let old = pictures::Column::FetchedAt.lt(before.millis());
    Ok(pictures::Entity::delete_many().filter(old).exec(tx.connection()).await?.rows_affected)
}
