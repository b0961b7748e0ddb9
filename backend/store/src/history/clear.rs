//! Forgetting what has had its time, in batches, so that nobody waits for it.

use pum_domain::Instant;
use pum_domain::event::{ActorKind, ClearUpTo, EventType, SECURITY_NOUNS};
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{from_row, search_text};
use crate::db::sealed::Connected;
use crate::entity::history_events::{self as events, Column as C};
use crate::{Reads, StoreResult, Tx};

/// What to clear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clearing {
    /// Only events before these moments.
    pub up_to: ClearUpTo,
    /// Only events of these types; empty means every type.
    pub types: Vec<EventType>,
}

/// How many events `clearing` would take, counted up to `most`.
pub async fn count_to_clear(db: &impl Reads, clearing: &Clearing, most: u64) -> StoreResult<u64> {
    let ids: Vec<i64> = events::Entity::find()
        .select_only()
        .column(C::Id)
        .filter(in_question(clearing))
        .limit(most)
        .into_tuple()
        .all(db.connection())
        .await?;
    Ok(ids.len() as u64)
}

/// One batch of a clearing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Batch {
    /// Events taken.
    pub cleared: u64,
    /// Where the next batch begins; `None` when nothing is left.
    pub next: Option<Instant>,
}

/// Deletes up to `most` events, the oldest first, of those at or after `from`.
pub async fn clear(tx: &Tx, clearing: &Clearing, from: Instant, most: u64) -> StoreResult<Batch> {
    let found: Vec<(i64, i64)> = events::Entity::find()
        .select_only()
        .columns([C::Id, C::At])
        .filter(in_question(clearing))
        .filter(C::At.gte(from.millis()))
        .order_by_asc(C::At)
        .limit(most)
        .into_tuple()
        .all(tx.connection())
        .await?;
    let full = found.len() as u64 >= most;
    let next = found.last().map(|(_, at)| Instant(*at)).filter(|_| full);
    let ids: Vec<i64> = found.into_iter().map(|(id, _)| id).collect();
    if ids.is_empty() {
        return Ok(Batch::default());
    }
    let gone = events::Entity::delete_many().filter(C::Id.is_in(ids)).exec(tx.connection()).await?;
    Ok(Batch { cleared: gone.rows_affected, next })
}

fn in_question(clearing: &Clearing) -> Condition {
    let ClearUpTo { ordinary, security } = clearing.up_to;
    // The first half alone lets the database begin at the right place of an index.
    let mut all = Condition::all()
        .add(C::At.lt(ordinary.millis()))
        .add(Condition::any().add(is_security().not()).add(C::At.lt(security.millis())));
    if !clearing.types.is_empty() {
        all = all.add(C::Type.is_in(clearing.types.iter().map(|event| event.as_str())));
    }
    all
}

/// By the noun, so that types which only a newer version knows are judged as well.
fn is_security() -> SimpleExpr {
    let first = Expr::col(C::Type).like("-");
    SECURITY_NOUNS.iter().fold(first, |any, noun| any.or(Expr::col(C::Type).like(format!("{noun}.%"))))
}

/// Forgets the addresses from which invitees came, in up to `most` events before `before`, and says
/// in how many.
pub async fn forget_addresses(tx: &Tx, before: Instant, most: u64) -> StoreResult<u64> {
    let rows = events::Entity::find()
        .filter(C::ActorKind.eq(ActorKind::Invitee.as_str()))
        .filter(C::At.lt(before.millis()))
        .filter(C::Address.is_not_null())
        .order_by_asc(C::At)
        .limit(most)
        .all(tx.connection())
        .await?;
    let found = rows.len() as u64;
    for row in rows {
        let mut event = from_row(row)?;
        event.address = None;
        events::Entity::update_many()
            .col_expr(C::Address, Expr::value(None::<String>))
            .col_expr(C::Search, Expr::value(search_text(&event)))
            .filter(C::Id.eq(event.id))
            .exec(tx.connection())
            .await?;
    }
    Ok(found)
}
