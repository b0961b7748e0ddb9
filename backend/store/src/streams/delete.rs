//! Taking streams out of the history: by hand, then they no longer count; or because they have had
//! their time, then what was counted stays.

use pum_domain::stream::StreamState;
use pum_domain::{Instant, StreamId, UserId};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::figures::Figures;
use super::watched_in;
use crate::db::sealed::Connected;
use crate::entity::streams::{self, Column as C};
use crate::entity::watch_quarters;
use crate::{StoreResult, Tx};

/// A stream that is no longer in the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deleted {
    /// Which.
    pub id: StreamId,
    /// Whose.
    pub user_id: Option<UserId>,
    /// What was watched.
    pub title: String,
    /// When it began.
    pub started_at: Instant,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    viewer_account_id: Option<i64>,
    user_id: Option<Uuid>,
    title: String,
    player: String,
    kind: String,
    started_at: i64,
    watched_in: String,
}

/// Deletes those of these streams that have ended, and takes them out of every figure. When their viewer
/// last streamed stays: nobody becomes idle by it.
pub async fn delete(tx: &Tx, ids: &[StreamId]) -> StoreResult<Vec<Deleted>> {
    let rows: Vec<Row> = streams::Entity::find()
        .select_only()
        .columns([C::Id, C::ViewerAccountId, C::UserId, C::Title])
        .columns([C::Player, C::Kind, C::StartedAt, C::WatchedIn])
        .filter(C::Id.is_in(ids.iter().map(|id| id.0)))
        .filter(C::State.eq(StreamState::Ended.as_str()))
        .order_by_asc(C::Id)
        .lock(LockType::Update)
        .into_model()
        .all(tx.connection())
        .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut figures = Figures::default();
    for row in &rows {
        let shares = watched_in(&row.watched_in, row.started_at)?;
        let started = Instant(row.started_at);
        figures.take_out(row.viewer_account_id, &row.player, &row.kind, started, shares.shares());
    }
    streams::Entity::delete_many()
        .filter(C::Id.is_in(rows.iter().map(|row| row.id)))
        .exec(tx.connection())
        .await?;
    figures.add(tx).await?;
    let deleted = rows.into_iter().map(|row| Deleted {
        id: StreamId(row.id),
        user_id: row.user_id.map(UserId),
        title: row.title,
        started_at: Instant(row.started_at),
    });
    Ok(deleted.collect())
}

/// One batch of what had its time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Streams that are gone.
    pub streams: u64,
    /// Whether anything is left.
    pub more: bool,
}

/// Forgets up to `most` streams that began before `before`, and as much of what was counted for each viewer
/// and quarter hour. What was counted for longer spells, for all time and for the server stays.
pub async fn forget(tx: &Tx, before: Instant, most: u64) -> StoreResult<Forgotten> {
    let ids: Vec<i64> = streams::Entity::find()
        .select_only()
        .column(C::Id)
        .filter(C::StartedAt.lt(before.millis()))
        .filter(C::EndedAt.is_not_null())
        .order_by_asc(C::StartedAt)
        .limit(most)
        .into_tuple()
        .all(tx.connection())
        .await?;
    let full = ids.len() as u64 >= most;
    let streams = match ids.is_empty() {
        true => 0,
        false => {
            let gone = streams::Entity::delete_many().filter(C::Id.is_in(ids)).exec(tx.connection()).await?;
            gone.rows_affected
        }
    };
    use watch_quarters::Column as Q;
    let beyond: Option<i64> = watch_quarters::Entity::find()
        .select_only()
        .column(Q::QuarterAt)
        .filter(Q::QuarterAt.lt(before.millis()))
        .order_by_asc(Q::QuarterAt)
        .offset(most)
        .limit(1)
        .into_tuple()
        .one(tx.connection())
        .await?;
    // Whole quarter hours go, those up to the first that is too much.
    let up_to = beyond.map_or(before.millis(), |quarter| quarter + 1);
    watch_quarters::Entity::delete_many().filter(Q::QuarterAt.lt(up_to)).exec(tx.connection()).await?;
    Ok(Forgotten { streams, more: full || beyond.is_some() })
}

/// Forgets the addresses of up to `most` streams that began at or after `from` and before `before`, the
/// earliest first. Where the next batch begins; `None` when none is left.
pub async fn forget_addresses(
    tx: &Tx,
    from: Instant,
    before: Instant,
    most: u64,
) -> StoreResult<Option<Instant>> {
    let rows: Vec<(i64, i64)> = streams::Entity::find()
        .select_only()
        .columns([C::Id, C::StartedAt])
        .filter(C::StartedAt.gte(from.millis()))
        .filter(C::StartedAt.lt(before.millis()))
        .filter(C::Address.is_not_null())
        .order_by_asc(C::StartedAt)
        .limit(most)
        .into_tuple()
        .all(tx.connection())
        .await?;
    let next = rows.last().map(|(_, at)| Instant(*at)).filter(|_| rows.len() as u64 >= most);
    if !rows.is_empty() {
        streams::Entity::update_many()
            .col_expr(C::Address, Expr::value(None::<String>))
            .filter(C::Id.is_in(rows.into_iter().map(|(id, _)| id)))
            .exec(tx.connection())
            .await?;
    }
    Ok(next)
}
