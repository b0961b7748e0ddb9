//! When somebody was quiet in the past: one walk along an index over all that was ever streamed.

use pum_domain::purge::rehearsal::Quiet;
use pum_domain::{Instant, UserId};
use sea_orm::{
    ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, QueryOrder, QuerySelect, Select, Statement,
};
use uuid::Uuid;

use crate::entity::streams::{self, Column as C};
use crate::page;
use crate::{Reads, StoreResult};

/// A time in which somebody streamed nothing, until they did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Silence {
    /// Who.
    pub user_id: UserId,
    /// The end of the stream before; `None`: there is none.
    pub from: Option<Instant>,
    /// The beginning of the next one.
    pub until: Instant,
}

impl Silence {
    /// The same, where it begins at `first` when there was no stream before.
    pub fn quiet(&self, first: Option<Instant>) -> Option<Quiet> {
        let from = self.from.or(first).filter(|from| *from < self.until)?;
        Some(Quiet { from, until: Some(self.until) })
    }
}

#[derive(FromQueryResult)]
struct Row {
    user_id: Uuid,
    from_at: Option<i64>,
    until_at: i64,
}

/// Every time of at least `least` milliseconds in which somebody streamed nothing before they did again
/// after `since`, and the time before each one's first stream; of each person in their order.
pub async fn silences(db: &impl Reads, least: i64, since: Instant) -> StoreResult<Vec<Silence>> {
    let statement = statement(db.connection().get_database_backend(), least, since);
    let rows = Row::find_by_statement(statement).all(db.connection()).await?;
    let silence = |row: Row| Silence {
        user_id: UserId(row.user_id),
        from: row.from_at.map(Instant),
        until: Instant(row.until_at),
    };
    Ok(rows.into_iter().map(silence).collect())
}

/// How the database would go about [`silences`].
pub async fn explain_silences(db: &impl Reads, least: i64, since: Instant) -> StoreResult<Vec<String>> {
    let statement = statement(db.connection().get_database_backend(), least, since);
    page::explain_statement(db.connection(), statement).await
}

/// All columns are those of one index, in its order: the rows themselves are not looked at.
fn statement(backend: DbBackend, least: i64, since: Instant) -> Statement {
    // Numbers that PUM has made itself, so they may stand in the text.
    let since = since.millis();
    let sql = format!(
        "SELECT user_id, from_at, until_at FROM (SELECT user_id, started_at AS until_at, \
         LAG(COALESCE(ended_at, started_at)) OVER (PARTITION BY user_id ORDER BY started_at, id) AS from_at \
         FROM streams WHERE user_id IS NOT NULL) AS silences WHERE until_at > {since} \
         AND (from_at IS NULL OR until_at - from_at >= {least}) ORDER BY user_id, until_at"
    );
    Statement::from_string(backend, sql)
}

/// When the oldest stream began that is stored.
pub async fn oldest_stream(db: &impl Reads) -> StoreResult<Option<Instant>> {
    let oldest: Option<i64> = oldest().into_tuple().one(db.connection()).await?;
    Ok(oldest.map(Instant))
}

pub(super) fn oldest() -> Select<streams::Entity> {
    streams::Entity::find()
        .select_only()
        .column(C::StartedAt)
        .order_by_asc(C::StartedAt)
        .order_by_asc(C::Id)
        .limit(1)
}
