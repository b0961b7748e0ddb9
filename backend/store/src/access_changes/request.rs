//! Asking for a change, or planning one; older ones give way.

use pum_domain::access::{ChangeCause, ChangeState, WantedAccess};
use pum_domain::user::Becomes;
use pum_domain::{ChangeId, Instant, RedemptionId, UserId};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, Set};

use super::{Change, latest_of};
use crate::db::sealed::Connected;
use crate::entity::access_changes::{self as changes, Column as C};
use crate::{Reads, StoreError, StoreResult, Tx};

/// A change to be asked for.
#[derive(Debug, Clone)]
pub struct NewChange {
    /// Its id.
    pub id: ChangeId,
    /// Whose access.
    pub user_id: UserId,
    /// What should be true.
    pub wanted: WantedAccess,
    /// What brings it about.
    pub cause: ChangeCause,
    /// The redemption it serves.
    pub redemption_id: Option<RedemptionId>,
    /// What becomes of the person, where it takes everything away.
    pub becomes: Option<Becomes>,
    /// Whether the friendship ends with it.
    pub end_friendship: bool,
}

/// Asks for a change, in the place of every older one that is still asked for.
pub async fn request(tx: &Tx, change: &NewChange) -> StoreResult<()> {
    supersede(tx, change.user_id).await?;
    insert(tx, change, ChangeState::Requested, None).await
}

/// Writes down a change that begins later. Nothing of it counts until [`start`].
pub async fn plan(tx: &Tx, change: &NewChange, not_before: Instant) -> StoreResult<()> {
    insert(tx, change, ChangeState::Planned, Some(not_before)).await
}

/// A planned change begins: it is asked for from now on, in the place of every older one. False: it was
/// taken back, or has begun.
pub async fn start(tx: &Tx, change: &Change) -> StoreResult<bool> {
    let now = tx.now().await?.millis();
    let started = changes::Entity::update_many()
        .col_expr(C::State, Expr::value(ChangeState::Requested.as_str()))
        .col_expr(C::RequestedAt, Expr::value(now))
        .filter(C::Id.eq(change.id.uuid()))
        .filter(C::State.eq(ChangeState::Planned.as_str()))
        .exec(tx.connection())
        .await?;
    if started.rows_affected != 1 {
        return Ok(false);
    }
    supersede_but(tx, change.user_id, Some(change.id)).await?;
    Ok(true)
}

/// Takes a planned change back. False: it has begun, or there is none.
pub async fn cancel_planned(tx: &Tx, user: UserId) -> StoreResult<bool> {
    let now = tx.now().await?;
    let cancelled = changes::Entity::update_many()
        .col_expr(C::State, Expr::value(ChangeState::Cancelled.as_str()))
        .col_expr(C::FinishedAt, Expr::value(now.millis()))
        .filter(C::UserId.eq(user.uuid()))
        .filter(C::State.eq(ChangeState::Planned.as_str()))
        .exec(tx.connection())
        .await?;
    Ok(cancelled.rows_affected > 0)
}

/// Nothing is asked for any more for this person: what was, is taken back.
pub async fn supersede(tx: &Tx, user: UserId) -> StoreResult<()> {
    supersede_but(tx, user, None).await
}

/// The latest change of this person will not be tried again if it has failed: they are gone. False: it had not.
pub async fn give_up(tx: &Tx, user: UserId) -> StoreResult<bool> {
    let Some(latest) = latest_of(tx, user).await? else { return Ok(false) };
    let given_up = changes::Entity::update_many()
        .col_expr(C::State, Expr::value(ChangeState::Superseded.as_str()))
        .col_expr(C::Version, Expr::col(C::Version).add(1))
        .filter(C::Id.eq(latest.id.uuid()))
        .filter(C::State.eq(ChangeState::Failed.as_str()))
        .exec(tx.connection())
        .await?;
    Ok(given_up.rows_affected == 1)
}

async fn supersede_but(tx: &Tx, user: UserId, but: Option<ChangeId>) -> StoreResult<()> {
    let now = tx.now().await?.millis();
    let mut update = changes::Entity::update_many()
        .col_expr(C::State, Expr::value(ChangeState::Superseded.as_str()))
        .col_expr(C::FinishedAt, Expr::value(now))
        .filter(C::UserId.eq(user.uuid()))
        .filter(C::State.eq(ChangeState::Requested.as_str()));
    if let Some(id) = but {
        update = update.filter(C::Id.ne(id.uuid()));
    }
    update.exec(tx.connection()).await?;
    Ok(())
}

async fn insert(
    tx: &Tx,
    change: &NewChange,
    state: ChangeState,
    not_before: Option<Instant>,
) -> StoreResult<()> {
    let now = tx.now().await?.millis();
    let wanted = serde_json::to_string(&change.wanted)
        .map_err(|error| StoreError::Other { detail: format!("writing a change: {error}") })?;
    changes::ActiveModel {
        id: Set(change.id.uuid()),
        user_id: Set(change.user_id.uuid()),
        state: Set(state.to_string()),
        wanted: Set(wanted),
        cause: Set(change.cause.to_string()),
        redemption_id: Set(change.redemption_id.map(RedemptionId::uuid)),
        attempts: Set(0),
        requested_at: Set(now),
        unconfirmed_reads: Set(0),
        version: Set(1),
        becomes: Set(change.becomes.map(|becomes| becomes.state().to_string())),
        removed_reason: Set(change.becomes.and_then(Becomes::reason).map(|reason| reason.to_string())),
        end_friendship: Set(Some(change.end_friendship)),
        not_before: Set(not_before.map(Instant::millis)),
        ..Default::default()
    }
    .insert(tx.connection())
    .await?;
    Ok(())
}
