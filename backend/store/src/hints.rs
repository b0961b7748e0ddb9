//! Hints: "users have changed", written in the same transaction as the change, and tailed while a
//! page listens. They carry no data, only what to fetch again.

use std::collections::VecDeque;

use pum_domain::Instant;
use pum_domain::event::HintKind;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};

use crate::db::parse;
use crate::db::sealed::Connected;
use crate::entity::hints;
use crate::{Reads, StoreResult, Tx};

/// How many ids back each look goes: transactions may commit in another order than they began.
const OVERLAP: i64 = 256;
/// How many hints one look takes at most.
const BATCH: u64 = 1024;

/// One hint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// Ascending, but not gapless.
    pub id: i64,
    /// What has changed.
    pub kind: HintKind,
    /// Which one, where it is one.
    pub subject_id: Option<String>,
    /// When.
    pub at: Instant,
}

/// Leaves a hint, seen by listeners once the transaction is committed.
pub async fn leave(tx: &Tx, kind: HintKind, subject_id: Option<&str>) -> StoreResult<()> {
    let now = tx.now().await?;
    let row = hints::ActiveModel {
        kind: Set(kind.as_str().to_owned()),
        subject_id: Set(subject_id.map(str::to_owned)),
        at: Set(now.millis()),
        ..Default::default()
    };
    hints::Entity::insert(row).exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// Follows the hints from some moment on.
#[derive(Debug, Clone)]
pub struct Tail {
    last: i64,
    seen: VecDeque<i64>,
}

impl Tail {
    /// Begins now: hints that are already there are not reported.
    pub async fn begin(db: &impl Reads) -> StoreResult<Self> {
        let newest = ids_back(db).await?;
        Ok(Self { last: newest.first().copied().unwrap_or(0), seen: newest.into() })
    }

    /// The hints that have come since, in the order of their ids. A hint is reported once, also
    /// when its transaction committed after a later one's.
    pub async fn read(&mut self, db: &impl Reads) -> StoreResult<Vec<Hint>> {
        let rows = hints::Entity::find()
            .filter(hints::Column::Id.gt(self.last.saturating_sub(OVERLAP)))
            .order_by_asc(hints::Column::Id)
            .limit(BATCH)
            .all(db.connection())
            .await?;
        let mut fresh = Vec::new();
        for row in rows {
            if self.seen.contains(&row.id) {
                continue;
            }
            self.seen.push_back(row.id);
            self.last = self.last.max(row.id);
            // A kind of a newer version means nothing to this one's listeners.
            if let Ok(kind) = parse("hints.kind", &row.kind) {
                fresh.push(Hint { id: row.id, kind, subject_id: row.subject_id, at: Instant(row.at) });
            }
        }
        let horizon = self.last.saturating_sub(OVERLAP);
        self.seen.retain(|id| *id > horizon);
        Ok(fresh)
    }
}

async fn ids_back(db: &impl Reads) -> StoreResult<Vec<i64>> {
    Ok(hints::Entity::find()
        .select_only()
        .column(hints::Column::Id)
        .order_by_desc(hints::Column::Id)
        .limit(OVERLAP.unsigned_abs())
        .into_tuple()
        .all(db.connection())
        .await?)
}

/// Deletes hints left before `before`, and says how many.
pub async fn prune(tx: &Tx, before: Instant) -> StoreResult<u64> {
    let done = hints::Entity::delete_many()
        .filter(hints::Column::At.lt(before.millis()))
        .exec(tx.connection())
        .await?;
    Ok(done.rows_affected)
}
