//! Changes that are not over, or failed with none to replace them; and those applied of late.

use std::collections::HashMap;

use pum_domain::access::ChangeState;
use pum_domain::page::{Page, PageRequest};
use pum_domain::{Instant, UserId};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use super::{Change, is_latest};
use crate::entity::access_changes::{self as changes, Column as C};
use crate::page::{self, Keyset, Place};
use crate::{Reads, StoreResult};

/// Failed changes that no later one has replaced, newest first, at most `limit`.
pub async fn failed(db: &impl Reads, limit: u64) -> StoreResult<Vec<Change>> {
    let rows = changes::Entity::find()
        .filter(C::State.eq(ChangeState::Failed.as_str()))
        .filter(is_latest())
        .order_by_desc(C::FinishedAt)
        .limit(limit)
        .all(db.connection())
        .await?;
    rows.into_iter().map(Change::from_row).collect()
}

/// The changes of these users that are planned, asked for, or failed and were not replaced by a later
/// one. What is planned for a user comes after what is under way.
pub async fn open_of(db: &impl Reads, users: &[UserId]) -> StoreResult<Vec<Change>> {
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let open = C::State.is_in([ChangeState::Requested.as_str(), ChangeState::Failed.as_str()]);
    let rows = changes::Entity::find()
        .filter(C::UserId.is_in(users.iter().map(|id| id.uuid())))
        .filter(C::State.eq(ChangeState::Planned.as_str()).or(open.and(is_latest())))
        .all(db.connection())
        .await?;
    let mut open: Vec<Change> = rows.into_iter().map(Change::from_row).collect::<StoreResult<_>>()?;
    open.sort_by_key(|change| change.state == ChangeState::Planned);
    Ok(open)
}

/// Which open changes to list. Everything that is set must fit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OpenFilter {
    /// In this state; only asked-for and failed changes are open.
    pub state: Option<ChangeState>,
    /// Of this user.
    pub user_id: Option<UserId>,
}

/// Lists the changes that are asked for, or failed and were not replaced by a later one, by the time
/// they were asked for.
pub async fn list_open(
    db: &impl Reads,
    filter: &OpenFilter,
    request: &PageRequest,
) -> StoreResult<Page<Change>> {
    page::read(db, select_open(filter), by_request(), request).await?.try_map(Change::from_row)
}

/// How the database would go about [`list_open`].
pub async fn explain_open(
    db: &impl Reads,
    filter: &OpenFilter,
    request: &PageRequest,
) -> StoreResult<Vec<String>> {
    page::explain(db.connection(), select_open(filter), by_request(), request).await
}

fn select_open(filter: &OpenFilter) -> Select<changes::Entity> {
    let open = [ChangeState::Requested, ChangeState::Failed];
    let states = open.into_iter().filter(|state| filter.state.is_none_or(|asked| asked == *state));
    let mut select =
        changes::Entity::find().filter(C::State.is_in(states.map(ChangeState::as_str))).filter(is_latest());
    if let Some(user) = filter.user_id {
        select = select.filter(C::UserId.eq(user.uuid()));
    }
    select
}

fn by_request() -> Keyset<changes::Model> {
    Keyset {
        name: "requested",
        by: Expr::col(C::RequestedAt),
        id: Expr::col(C::Id),
        place: |row: &changes::Model| (Place::Number(row.requested_at), Place::Id(row.id)),
        kinds: (Place::Number(0), Place::Id(Uuid::nil())),
    }
}

/// Whose latest change was applied since `since`, and when.
pub async fn applied_since(db: &impl Reads, since: Instant) -> StoreResult<HashMap<UserId, Instant>> {
    let rows: Vec<(Uuid, Option<i64>)> = changes::Entity::find()
        .select_only()
        .column(C::UserId)
        .column(C::FinishedAt)
        .filter(C::State.eq(ChangeState::Applied.as_str()))
        .filter(C::FinishedAt.gte(since.millis()))
        .filter(is_latest())
        .into_tuple()
        .all(db.connection())
        .await?;
    Ok(rows.into_iter().filter_map(|(user, at)| Some((UserId(user), Instant(at?)))).collect())
}
