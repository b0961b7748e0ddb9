//! For whom 4K pictures may be converted.

use std::collections::HashMap;

use pum_domain::{PlexId, UserId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::entity::users::{Column as C, Entity};
use crate::{Reads, StoreResult};

/// What is set for one viewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FourK {
    /// Who they are.
    pub user_id: UserId,
    /// Whether 4K pictures may be converted for them.
    pub allowed: bool,
}

/// What is set for the users with these accounts at Plex.
pub async fn four_k_of(db: &impl Reads, accounts: &[PlexId]) -> StoreResult<HashMap<PlexId, FourK>> {
    let rows: Vec<(Option<i64>, Uuid, bool)> = Entity::find()
        .select_only()
        .columns([C::PlexId, C::Id, C::Allow4kTranscode])
        .filter(C::PlexId.is_in(accounts.iter().map(|account| account.0)))
        .into_tuple()
        .all(db.connection())
        .await?;
    let found = rows.into_iter().filter_map(|(account, id, allowed)| {
        Some((PlexId(account?), FourK { user_id: UserId(id), allowed }))
    });
    Ok(found.collect())
}
