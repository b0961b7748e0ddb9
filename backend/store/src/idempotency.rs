//! Requests that carry an `Idempotency-Key`, and their first answers.

use pum_domain::Instant;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use crate::db::sealed::Connected;
use crate::entity::idempotency;
use crate::{Reads, StoreError, StoreResult, Tx};

const RUNNING: &str = "running";
const DONE: &str = "done";

/// A request to remember.
#[derive(Debug, Clone)]
pub struct NewRequest {
    /// Hash of actor, route and key.
    pub key_hash: String,
    /// Who asks.
    pub actor: String,
    /// What for.
    pub route: String,
    /// Hash of the body.
    pub body_hash: String,
}

/// A request that came before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// Hash of the body it had.
    pub body_hash: String,
    /// Its answer, once there was one: status and body.
    pub answer: Option<(u16, String)>,
    /// When it came.
    pub created_at: Instant,
}

/// The request under this key, if one came.
pub async fn find(db: &impl Reads, key_hash: &str) -> StoreResult<Option<Earlier>> {
    let row = idempotency::Entity::find_by_id(key_hash.to_owned()).one(db.connection()).await?;
    let Some(row) = row else { return Ok(None) };
    let answer = match (row.state.as_str(), row.status, row.answer) {
        (DONE, Some(status), Some(body)) => {
            let status = u16::try_from(status);
            Some((status.map_err(|_| StoreError::corrupt("idempotency.status is no status"))?, body))
        }
        _ => None,
    };
    Ok(Some(Earlier { body_hash: row.body_hash, answer, created_at: Instant(row.created_at) }))
}

/// Remembers a request as running. A second one under the same key is a conflict on
/// `idempotency.key_hash`.
pub async fn begin(tx: &Tx, request: NewRequest) -> StoreResult<()> {
    let now = tx.now().await?.millis();
    let row = idempotency::ActiveModel {
        key_hash: Set(request.key_hash),
        actor: Set(request.actor),
        route: Set(request.route),
        body_hash: Set(request.body_hash),
        state: Set(RUNNING.to_owned()),
        status: Set(None),
        answer: Set(None),
        created_at: Set(now),
    };
    idempotency::Entity::insert(row).exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// Keeps the answer for the next time.
pub async fn finish(tx: &Tx, key_hash: &str, status: u16, answer: &str) -> StoreResult<()> {
    idempotency::Entity::update_many()
        .col_expr(idempotency::Column::State, Expr::value(DONE))
        .col_expr(idempotency::Column::Status, Expr::value(i32::from(status)))
        .col_expr(idempotency::Column::Answer, Expr::value(answer))
        .filter(idempotency::Column::KeyHash.eq(key_hash))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Forgets a request, so that it may be tried again.
pub async fn forget(tx: &Tx, key_hash: &str) -> StoreResult<()> {
    idempotency::Entity::delete_by_id(key_hash.to_owned()).exec(tx.connection()).await?;
    Ok(())
}

/// Deletes what came before `before`, and says how many.
pub async fn prune(tx: &Tx, before: Instant) -> StoreResult<u64> {
    let old = idempotency::Column::CreatedAt.lt(before.millis());
    Ok(idempotency::Entity::delete_many().filter(old).exec(tx.connection()).await?.rows_affected)
}
