//! When each schedule last ticked, so that a tick is taken once however many workers there are, and
//! one that was missed is noticed.

use pum_domain::Instant;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use crate::db::sealed::Connected;
use crate::entity::job_schedules::{self as schedules, Column as C};
use crate::jobs::{self, Enqueued, NewJob};
use crate::{Reads, StoreResult, Tx};

/// The latest tick that was taken.
pub async fn last_tick(db: &impl Reads, name: &str) -> StoreResult<Option<Instant>> {
    let row = schedules::Entity::find_by_id(name.to_owned()).one(db.connection()).await?;
    Ok(row.map(|row| Instant(row.last_tick_at)))
}

/// Takes the tick of the schedule `name` (at most 64 characters) at `at` and enqueues `job` for it,
/// unless somebody has taken this tick or a later one: then `None`.
///
/// The job's unique key says whether one of an earlier tick that is still open stands for this one.
pub async fn tick(tx: &Tx, name: &str, at: Instant, job: NewJob) -> StoreResult<Option<Enqueued>> {
    if !pass(tx, name, at).await? {
        return Ok(None);
    }
    let enqueued = jobs::enqueue(tx, job).await?;
    schedules::Entity::update_many()
        .col_expr(C::LastJobId, Expr::value(enqueued.id))
        .filter(C::Name.eq(name))
        .exec(tx.connection())
        .await?;
    Ok(Some(enqueued))
}

/// Takes a tick for which nothing is to be done. False: somebody has taken it, or a later one.
pub async fn pass(tx: &Tx, name: &str, at: Instant) -> StoreResult<bool> {
    begin(tx, name, Instant(i64::MIN)).await?;
    let taken = schedules::Entity::update_many()
        .col_expr(C::LastTickAt, Expr::value(at.millis()))
        .filter(C::Name.eq(name))
        .filter(C::LastTickAt.lt(at.millis()))
        .exec(tx.connection())
        .await?;
    Ok(taken.rows_affected > 0)
}

/// Notes that the schedule begins at `at`, without a tick; one that has begun is left alone.
pub async fn begin(tx: &Tx, name: &str, at: Instant) -> StoreResult<()> {
    let row = schedules::ActiveModel {
        name: Set(name.to_owned()),
        last_tick_at: Set(at.millis()),
        last_job_id: Set(0),
    };
    // Updating the key to itself is doing nothing, on all three databases.
    let nothing = OnConflict::column(C::Name).update_column(C::Name).to_owned();
    schedules::Entity::insert(row).on_conflict(nothing).exec_without_returning(tx.connection()).await?;
    Ok(())
}
