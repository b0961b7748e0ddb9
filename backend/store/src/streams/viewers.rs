//! Viewers and users: whoever streams before PUM knows them is joined to their user later, with
//! everything that was counted meanwhile.

use std::collections::{BTreeMap, HashMap};

use pum_domain::{PlexId, UserId};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Select};
use uuid::Uuid;

use super::figures::refresh_users;
use crate::db::sealed::Connected;
use crate::entity::streams::{self, Column as C};
use crate::entity::users;
use crate::{StoreResult, Tx};

/// Which users have these accounts.
pub(super) async fn users_of(
    tx: &Tx,
    accounts: impl Iterator<Item = PlexId>,
) -> StoreResult<HashMap<i64, Uuid>> {
    let mut accounts: Vec<i64> = accounts.map(|id| id.0).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let mut found = HashMap::new();
    for some in accounts.chunks(500) {
        let rows: Vec<(i64, Uuid)> = users::Entity::find()
            .select_only()
            .column(users::Column::PlexId)
            .column(users::Column::Id)
            .filter(users::Column::PlexId.is_in(some.iter().copied()))
            .into_tuple()
            .all(tx.connection())
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// Gives users the streams of their accounts from before they were users.
pub async fn join_viewers(tx: &Tx, people: impl IntoIterator<Item = (PlexId, UserId)>) -> StoreResult<()> {
    let people: BTreeMap<i64, Uuid> =
        people.into_iter().map(|(account, user)| (account.0, user.uuid())).collect();
    let accounts: Vec<i64> = people.keys().copied().collect();
    for some in accounts.chunks(500) {
        let waiting: Vec<(i64, i64)> = waiting_for(some).into_tuple().all(tx.connection()).await?;
        for (account, _) in &waiting {
            streams::Entity::update_many()
                .col_expr(C::UserId, Expr::value(people.get(account).copied()))
                .filter(C::ViewerAccountId.eq(*account))
                .filter(C::UserId.is_null())
                .exec(tx.connection())
                .await?;
        }
        let joined: Vec<i64> = waiting.iter().map(|(account, _)| *account).collect();
        refresh_users(tx, &joined, &waiting.into_iter().collect()).await?;
    }
    Ok(())
}

/// Which of these accounts have streams that belong to nobody, and when the last of them was seen.
pub(super) fn waiting_for(accounts: &[i64]) -> Select<streams::Entity> {
    streams::Entity::find()
        .select_only()
        .column(C::ViewerAccountId)
        .column_as(C::SeenAt.max(), "seen_at")
        .filter(C::ViewerAccountId.is_in(accounts.iter().copied()))
        .filter(C::UserId.is_null())
        .group_by(C::ViewerAccountId)
}
