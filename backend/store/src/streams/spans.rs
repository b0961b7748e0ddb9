//! The times during which PUM was looking. Who was not seen while nobody looked was not idle.

use pum_domain::Instant;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select, Set};

use crate::db::sealed::Connected;
use crate::entity::watch_spans::{self, Column as C};
use crate::{Reads, StoreResult, Tx};

/// A time during which PUM was looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first look.
    pub from: Instant,
    /// The last one, so far.
    pub to: Instant,
}

/// A look succeeded. It prolongs the latest span, unless that ended more than `max_gap` milliseconds ago, or
/// the clock has gone back to before it began: then another begins.
pub async fn note_watched(tx: &Tx, machine_identifier: &str, at: Instant, max_gap: i64) -> StoreResult<()> {
    let latest = watch_spans::Entity::find()
        .filter(C::MachineIdentifier.eq(machine_identifier))
        .order_by_desc(C::ToAt)
        .order_by_desc(C::Id)
        .one(tx.connection())
        .await?;
    if let Some(span) = latest
        && at.millis() >= span.from_at
        && at.millis() <= span.to_at.saturating_add(max_gap)
    {
        watch_spans::Entity::update_many()
            .col_expr(C::ToAt, Expr::value(at.millis().max(span.to_at)))
            .filter(C::Id.eq(span.id))
            .filter(C::ToAt.lt(at.millis()))
            .exec(tx.connection())
            .await?;
        return Ok(());
    }
    let row = watch_spans::ActiveModel {
        machine_identifier: Set(machine_identifier.to_owned()),
        from_at: Set(at.millis()),
        to_at: Set(at.millis()),
        ..Default::default()
    };
    watch_spans::Entity::insert(row).exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// The spans that reach into the time from `from` to `to`, as they were (not cut), by their beginning.
pub async fn watched_spans(
    db: &impl Reads,
    machine_identifier: &str,
    from: Instant,
    to: Instant,
) -> StoreResult<Vec<Span>> {
    let reaching = spans_reaching(machine_identifier, from, to);
    let rows: Vec<(i64, i64)> = reaching.into_tuple().all(db.connection()).await?;
    Ok(rows.into_iter().map(|(from, to)| Span { from: Instant(from), to: Instant(to) }).collect())
}

pub(super) fn spans_reaching(
    machine_identifier: &str,
    from: Instant,
    to: Instant,
) -> Select<watch_spans::Entity> {
    watch_spans::Entity::find()
        .select_only()
        .columns([C::FromAt, C::ToAt])
        .filter(C::MachineIdentifier.eq(machine_identifier))
        .filter(C::ToAt.gte(from.millis()))
        .filter(C::FromAt.lte(to.millis()))
        .order_by_asc(C::FromAt)
}

/// Since when PUM has been looking, gaps or not; `None` before the first look.
pub async fn watching_since(db: &impl Reads, machine_identifier: &str) -> StoreResult<Option<Instant>> {
    let first: Option<Option<i64>> = watch_spans::Entity::find()
        .select_only()
        .column_as(C::FromAt.min(), "first")
        .filter(C::MachineIdentifier.eq(machine_identifier))
        .into_tuple()
        .one(db.connection())
        .await?;
    Ok(first.flatten().map(Instant))
}
