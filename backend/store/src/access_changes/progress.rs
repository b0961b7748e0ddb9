//! How a change comes along: what was there before, what it waits for, how it ends.

use pum_domain::access::ChangeState;
use pum_domain::{ChangeId, UserId};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{HadShare, REPLACED, get, latest_of};
use crate::db::sealed::Connected;
use crate::entity::access_changes::{self as changes, Column as C};
use crate::{Reads, StoreError, StoreResult, Tx};

/// Remembers what was there before the first write. Said once; later calls change nothing.
pub async fn note_pre_read(tx: &Tx, id: ChangeId, had: HadShare) -> StoreResult<()> {
    let text = serde_json::to_string(&had)
        .map_err(|error| StoreError::Other { detail: format!("writing a pre-read: {error}") })?;
    changes::Entity::update_many()
        .col_expr(C::HadShare, Expr::value(text))
        .filter(C::Id.eq(id.uuid()))
        .filter(C::HadShare.is_null())
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Remembers why the change waits, and how often a read has not shown our latest write.
pub async fn note_waiting(
    tx: &Tx,
    id: ChangeId,
    reason: Option<&str>,
    unconfirmed_reads: i32,
) -> StoreResult<()> {
    changes::Entity::update_many()
        .col_expr(C::Reason, Expr::value(reason))
        .col_expr(C::UnconfirmedReads, Expr::value(unconfirmed_reads))
        .filter(C::Id.eq(id.uuid()))
        .filter(C::State.eq(ChangeState::Requested.as_str()))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Ends a change that is still asked for. False: it was over already, or replaced.
pub async fn finish(
    tx: &Tx,
    id: ChangeId,
    state: ChangeState,
    reason: Option<&str>,
    detail: Option<&str>,
) -> StoreResult<bool> {
    let now = tx.now().await?;
    let ended = changes::Entity::update_many()
        .col_expr(C::State, Expr::value(state.as_str()))
        .col_expr(C::Reason, Expr::value(reason))
        .col_expr(C::Detail, Expr::value(detail))
        .col_expr(C::FinishedAt, Expr::value(now.millis()))
        .col_expr(C::Version, Expr::col(C::Version).add(1))
        .filter(C::Id.eq(id.uuid()))
        .filter(C::State.eq(ChangeState::Requested.as_str()))
        .exec(tx.connection())
        .await?;
    Ok(ended.rows_affected == 1)
}

/// What a person's latest change brought about at Plex is no longer there: another invitation waits in its place,
/// which somebody has made by hand. It has a time of its own.
pub async fn note_replaced(tx: &Tx, user: UserId) -> StoreResult<()> {
    let Some(latest) = latest_of(tx, user).await? else { return Ok(()) };
    changes::Entity::update_many()
        .col_expr(C::Reason, Expr::value(REPLACED))
        .filter(C::Id.eq(latest.id.uuid()))
        .filter(C::State.eq(ChangeState::Applied.as_str()))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Puts a failed change back to asked for. False: it had not failed, or a later one has come. The person is locked,
/// so that none comes meanwhile.
pub async fn reopen(tx: &Tx, id: ChangeId) -> StoreResult<bool> {
    let change = get(tx, id).await?;
    if latest_of(tx, change.user_id).await?.is_some_and(|latest| latest.id != id) {
        return Ok(false);
    }
    let reopened = changes::Entity::update_many()
        .col_expr(C::State, Expr::value(ChangeState::Requested.as_str()))
        .col_expr(C::Reason, Expr::value(None::<String>))
        .col_expr(C::Detail, Expr::value(None::<String>))
        .col_expr(C::FinishedAt, Expr::value(None::<i64>))
        .col_expr(C::UnconfirmedReads, Expr::value(0))
        .col_expr(C::Version, Expr::col(C::Version).add(1))
        .filter(C::Id.eq(id.uuid()))
        .filter(C::State.eq(ChangeState::Failed.as_str()))
        .exec(tx.connection())
        .await?;
    Ok(reopened.rows_affected == 1)
}
