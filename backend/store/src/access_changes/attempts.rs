//! Calls at Plex that change something: one row each, written before the call.

use pum_domain::{ChangeId, Instant, UserId};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select, Set,
};

use crate::db::sealed::Connected;
use crate::entity::access_changes::{self as changes, Column as C};
use crate::entity::plex_attempts as attempts;
use crate::{Reads, StoreResult, Tx};

/// One write at Plex: begun before the call, ended after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Ascending.
    pub id: i64,
    /// What was called.
    pub operation: String,
    /// When it began.
    pub started_at: Instant,
    /// How it ended; `None` if nobody lived to tell.
    pub outcome: Option<String>,
    /// What was sent, for judging a later read.
    pub detail: Option<String>,
}

impl Attempt {
    fn from_row(row: attempts::Model) -> Self {
        Self {
            id: row.id,
            operation: row.operation,
            started_at: Instant(row.started_at),
            outcome: row.outcome,
            detail: row.detail,
        }
    }
}

/// Writes down that a call is about to be made. No row, no call.
pub async fn begin_attempt(
    tx: &Tx,
    id: ChangeId,
    lease_generation: i64,
    operation: &str,
    detail: Option<String>,
) -> StoreResult<i64> {
    let now = tx.now().await?.millis();
    let row = attempts::ActiveModel {
        change_id: Set(id.uuid()),
        lease_generation: Set(lease_generation),
        operation: Set(operation.to_owned()),
        started_at: Set(now),
        detail: Set(detail),
        ..Default::default()
    }
    .insert(tx.connection())
    .await?;
    changes::Entity::update_many()
        .col_expr(C::WroteAt, Expr::value(now))
        .col_expr(C::Attempts, Expr::col(C::Attempts).add(1))
        .filter(C::Id.eq(id.uuid()))
        .exec(tx.connection())
        .await?;
    Ok(row.id)
}

/// Writes down how a call ended.
pub async fn end_attempt(tx: &Tx, attempt: i64, outcome: &str) -> StoreResult<()> {
    let now = tx.now().await?;
    attempts::Entity::update_many()
        .col_expr(attempts::Column::FinishedAt, Expr::value(now.millis()))
        .col_expr(attempts::Column::Outcome, Expr::value(outcome))
        .filter(attempts::Column::Id.eq(attempt))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// The latest call at Plex for this person, whatever change it was for.
pub async fn latest_attempt_for(db: &impl Reads, user: UserId) -> StoreResult<Option<Attempt>> {
    let row = of_user(user).order_by_desc(attempts::Column::Id).one(db.connection()).await?;
    Ok(row.map(Attempt::from_row))
}

fn of_user(user: UserId) -> Select<attempts::Entity> {
    let theirs =
        changes::Entity::find().select_only().column(C::Id).filter(C::UserId.eq(user.uuid())).into_query();
    attempts::Entity::find().filter(attempts::Column::ChangeId.in_subquery(theirs))
}

/// The calls at Plex for this person since a moment, whatever change they were for, the latest first.
pub async fn attempts_since(db: &impl Reads, user: UserId, since: Instant) -> StoreResult<Vec<Attempt>> {
    let rows = of_user(user)
        .filter(attempts::Column::StartedAt.gte(since.millis()))
        .order_by_desc(attempts::Column::Id)
        .all(db.connection())
        .await?;
    Ok(rows.into_iter().map(Attempt::from_row).collect())
}

/// The calls that were made for this change, the latest first.
pub async fn attempts_of(db: &impl Reads, id: ChangeId) -> StoreResult<Vec<Attempt>> {
    let rows = attempts::Entity::find()
        .filter(attempts::Column::ChangeId.eq(id.uuid()))
        .order_by_desc(attempts::Column::Id)
        .all(db.connection())
        .await?;
    Ok(rows.into_iter().map(Attempt::from_row).collect())
}
