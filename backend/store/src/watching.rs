//! Who looks at what is playing, and how that goes: one worker at a time. Each taking gets a new number,
//! and whoever lost it finds their number outdated when they write.

use pum_domain::Instant;
use pum_domain::stream::WatchState;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set, UpdateMany};

use crate::db::parse;
use crate::db::sealed::Connected;
use crate::entity::watching::{self, Column as C};
use crate::{Reads, StoreResult, Tx};

/// There is one row.
const ROW: i32 = 1;

/// How watching goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watching {
    /// As whoever looks has last said.
    pub state: WatchState,
    /// Why it is stopped, in a stable word.
    pub reason: Option<String>,
    /// The server that is looked at.
    pub machine_identifier: Option<String>,
    /// The last look that succeeded.
    pub seen_at: Option<Instant>,
    /// Whether the owner's account may stop streams, as far as known.
    pub may_stop: Option<bool>,
    /// Somebody looks until then, unless they prolong it.
    pub held_until: Instant,
}

/// The right to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    generation: i64,
}

/// How watching goes; `None` before anybody has begun.
pub async fn get(db: &impl Reads) -> StoreResult<Option<Watching>> {
    let row = watching::Entity::find_by_id(ROW).one(db.connection()).await?;
    row.map(from_row).transpose()
}

/// Takes the right to look for `duration_ms`, unless somebody else has it. One that reaches further than
/// twice that was given before the clock went back, and counts as run out.
pub async fn take(tx: &Tx, owner: &str, duration_ms: i64) -> StoreResult<Option<Lease>> {
    let first = watching::ActiveModel {
        id: Set(ROW),
        lease_owner: Set(None),
        lease_generation: Set(0),
        lease_until: Set(0),
        state: Set(WatchState::Stopped.to_string()),
        reason: Set(None),
        machine_identifier: Set(None),
        seen_at: Set(None),
        may_stop: Set(None),
    };
    if watching::Entity::find_by_id(ROW).one(tx.connection()).await?.is_none() {
        let keep = OnConflict::column(C::Id).value(C::Id, Expr::col((watching::Entity, C::Id))).to_owned();
        watching::Entity::insert(first).on_conflict(keep).exec_without_returning(tx.connection()).await?;
    }
    let now = tx.now().await?;
    let free = C::LeaseOwner
        .is_null()
        .or(C::LeaseUntil.lte(now.millis()))
        .or(C::LeaseUntil.gt(now.plus(duration_ms.saturating_mul(2)).millis()));
    let taken = watching::Entity::update_many()
        .col_expr(C::LeaseOwner, Expr::value(owner))
        .col_expr(C::LeaseUntil, Expr::value(now.plus(duration_ms).millis()))
        .col_expr(C::LeaseGeneration, Expr::col(C::LeaseGeneration).add(1))
        .filter(C::Id.eq(ROW))
        .filter(free)
        .exec(tx.connection())
        .await?;
    if taken.rows_affected == 0 {
        return Ok(None);
    }
    let row = watching::Entity::find_by_id(ROW).one(tx.connection()).await?;
    Ok(row.map(|row| Lease { generation: row.lease_generation }))
}

/// Prolongs the right to look. False: somebody else has it by now, so nothing more may be written.
pub async fn hold(tx: &Tx, lease: Lease, duration_ms: i64) -> StoreResult<bool> {
    let until = tx.now().await?.plus(duration_ms);
    let held = held(lease).col_expr(C::LeaseUntil, Expr::value(until.millis())).exec(tx.connection()).await?;
    Ok(held.rows_affected == 1)
}

/// Gives the right to look back, so that another worker need not wait.
pub async fn release(tx: &Tx, lease: Lease) -> StoreResult<()> {
    held(lease)
        .col_expr(C::LeaseOwner, Expr::value(None::<String>))
        .col_expr(C::LeaseUntil, Expr::value(0_i64))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Says how watching goes. `seen` is a look that has just succeeded, with the server that was looked at.
pub async fn note(
    tx: &Tx,
    lease: Lease,
    state: WatchState,
    reason: Option<&str>,
    seen: Option<(&str, Instant)>,
) -> StoreResult<()> {
    let mut update =
        held(lease).col_expr(C::State, Expr::value(state.as_str())).col_expr(C::Reason, Expr::value(reason));
    if let Some((machine_identifier, at)) = seen {
        update = update
            .col_expr(C::MachineIdentifier, Expr::value(machine_identifier))
            .col_expr(C::SeenAt, Expr::value(at.millis()));
    }
    update.exec(tx.connection()).await?;
    Ok(())
}

/// Notes whether the owner's account may stop streams. False: that was known.
pub async fn note_may_stop(tx: &Tx, may_stop: Option<bool>) -> StoreResult<bool> {
    let differs = match may_stop {
        Some(may) => C::MayStop.is_null().or(C::MayStop.ne(may)),
        None => C::MayStop.is_not_null(),
    };
    let done = watching::Entity::update_many()
        .col_expr(C::MayStop, Expr::value(may_stop))
        .filter(C::Id.eq(ROW))
        .filter(differs)
        .exec(tx.connection())
        .await?;
    Ok(done.rows_affected == 1)
}

fn held(lease: Lease) -> UpdateMany<watching::Entity> {
    watching::Entity::update_many()
        .filter(C::Id.eq(ROW))
        .filter(C::LeaseGeneration.eq(lease.generation))
        .filter(C::LeaseOwner.is_not_null())
}

fn from_row(row: watching::Model) -> StoreResult<Watching> {
    Ok(Watching {
        state: parse("watching.state", &row.state)?,
        reason: row.reason,
        machine_identifier: row.machine_identifier,
        seen_at: row.seen_at.map(Instant),
        may_stop: row.may_stop,
        held_until: Instant(row.lease_until),
    })
}
