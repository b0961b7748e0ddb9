//! One worker at a time on one person. Whoever writes at Plex for somebody holds their lease; each
//! taking gets a new number, and a holder that lost the lease finds its number outdated.

use pum_domain::{Instant, UserId};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::db::sealed::Connected;
use crate::entity::users::{Column as C, Entity};
use crate::{Reads, StoreError, StoreResult, Tx};

/// The right to act on one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// The person.
    pub user_id: UserId,
    /// The number of this taking.
    pub generation: i64,
}

/// A lease, and how it came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// The lease.
    pub lease: Lease,
    /// The former holder never let go: a write of theirs may still be on its way.
    pub lapsed: bool,
}

/// Somebody else holds the lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Until when, unless it is renewed.
    pub until: Instant,
}

/// Takes the lease for `duration_ms`, unless somebody else holds it.
pub async fn take(
    tx: &Tx,
    user_id: UserId,
    owner: &str,
    duration_ms: i64,
) -> StoreResult<Result<Taken, Held>> {
    let now = tx.now().await?;
    let before: Option<(Option<String>, i64)> = Entity::find_by_id(user_id.uuid())
        .select_only()
        .column(C::LeaseOwner)
        .column(C::LeaseUntil)
        .into_tuple()
        .one(tx.connection())
        .await?;
    let (former, until) = before.ok_or(StoreError::NotFound { what: "user" })?;
    let free = C::LeaseOwner.is_null().or(C::LeaseUntil.lte(now.millis()));
    let taken = Entity::update_many()
        .col_expr(C::LeaseOwner, Expr::value(owner))
        .col_expr(C::LeaseUntil, Expr::value(now.plus(duration_ms).millis()))
        .col_expr(C::LeaseGeneration, Expr::col(C::LeaseGeneration).add(1))
        .filter(C::Id.eq(user_id.uuid()))
        .filter(free)
        .exec(tx.connection())
        .await?
        .rows_affected
        == 1;
    if !taken {
        return Ok(Err(Held { until: Instant(until) }));
    }
    let generation: Option<i64> = Entity::find_by_id(user_id.uuid())
        .select_only()
        .column(C::LeaseGeneration)
        .into_tuple()
        .one(tx.connection())
        .await?;
    let generation = generation.ok_or(StoreError::NotFound { what: "user" })?;
    Ok(Ok(Taken { lease: Lease { user_id, generation }, lapsed: former.is_some() }))
}

/// Prolongs the lease to `duration_ms` from now. False: it is somebody else's by now, do nothing.
pub async fn renew(tx: &Tx, lease: Lease, duration_ms: i64) -> StoreResult<bool> {
    let until = tx.now().await?.plus(duration_ms);
    let renewed =
        held(lease).col_expr(C::LeaseUntil, Expr::value(until.millis())).exec(tx.connection()).await?;
    Ok(renewed.rows_affected == 1)
}

/// Lets go. False: it was somebody else's already.
pub async fn release(tx: &Tx, lease: Lease) -> StoreResult<bool> {
    let released = held(lease)
        .col_expr(C::LeaseOwner, Expr::value(None::<String>))
        .col_expr(C::LeaseUntil, Expr::value(0_i64))
        .exec(tx.connection())
        .await?;
    Ok(released.rows_affected == 1)
}

fn held(lease: Lease) -> sea_orm::UpdateMany<Entity> {
    Entity::update_many()
        .filter(C::Id.eq(lease.user_id.uuid()))
        .filter(C::LeaseGeneration.eq(lease.generation))
        .filter(C::LeaseOwner.is_not_null())
}
