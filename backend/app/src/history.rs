//! Clearing the history: by an admin, by age. What is cleared, and how much, is an event of its own;
//! reading the history is the store's.

use pum_domain::Instant;
use pum_domain::event::{ClearUpTo, EventType, HintKind, YOUNGEST_CLEARED, clear_up_to};
use pum_domain::job::{JobKind, Lane};
use pum_store::history::{self as store, Clearing, Subject};
use pum_store::jobs::{self, NewJob};
use pum_store::{Reads, Tx, hints, meta};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Actor, AppError, AppResult, Ctx};

/// The oldest age somebody may ask for, in days.
const OLDEST: u32 = 36_500;
/// Rows in one transaction; more than so many are left to a job.
const BATCH: u64 = 500;

/// What became of a wish to clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cleared {
    /// So many events are gone.
    Now(u64),
    /// There are many: this job clears them.
    Later(i64),
}

/// What a job clears, and for whom.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Wish {
    older_than_days: u32,
    ordinary: Instant,
    security: Instant,
    types: Vec<EventType>,
    actor: Actor,
}

impl Wish {
    pub(crate) fn of(older_than_days: u32, types: &[EventType], actor: &Actor, now: Instant) -> Self {
        let ClearUpTo { ordinary, security } = clear_up_to(older_than_days, now);
        Self { older_than_days, ordinary, security, types: types.to_vec(), actor: actor.clone() }
    }

    fn clearing(&self) -> Clearing {
        let up_to = ClearUpTo { ordinary: self.ordinary, security: self.security };
        Clearing { up_to, types: self.types.clone() }
    }
}

/// Clears events older than so many days, of these types or of all; security events are kept for a
/// year whatever is asked for. Few are cleared at once, many by a job.
pub async fn clear(
    ctx: &Ctx,
    actor: &Actor,
    older_than_days: u32,
    types: &[EventType],
) -> AppResult<Cleared> {
    if !(YOUNGEST_CLEARED..=OLDEST).contains(&older_than_days) {
        let detail = format!("give a number of days from {YOUNGEST_CLEARED} to {OLDEST}");
        return Err(AppError::field("/older_than_days", "out_of_range", detail));
    }
    let tx = ctx.db().begin().await?;
    let wish = Wish::of(older_than_days, types, actor, tx.now().await?);
    let clearing = wish.clearing();
    if store::count_to_clear(&tx, &clearing, BATCH + 1).await? > BATCH {
        let payload =
            serde_json::to_value(&wish).map_err(|error| AppError::internal("writing a job", error))?;
        let job = jobs::enqueue(&tx, NewJob::new(JobKind::ClearHistory, Lane::Manual, payload)).await?;
        hints::leave(&tx, HintKind::Jobs, Some(&job.id.to_string())).await?;
        tx.commit().await?;
        return Ok(Cleared::Later(job.id));
    }
    let batch = store::clear(&tx, &clearing, Instant(i64::MIN), BATCH + 1).await?;
    note(&tx, &wish, batch.cleared).await?;
    tx.commit().await?;
    Ok(Cleared::Now(batch.cleared))
}

/// How far a job has come, in the transaction that took it there: a job that is killed goes on.
#[derive(Serialize, Deserialize)]
struct Progress {
    cleared: u64,
    next: Instant,
}

/// Clears in short transactions, and says so at the end with the whole count. `name` tells the runs
/// apart that are under way.
pub(crate) async fn clear_in_batches(ctx: &Ctx, name: &str, wish: &Wish) -> AppResult<()> {
    let clearing = wish.clearing();
    let key = format!("clearing:{name}");
    loop {
        let tx = ctx.db().begin().await?;
        let so_far = meta::get(&tx, &key).await?.and_then(|text| serde_json::from_str(&text).ok());
        let Progress { cleared, next } = so_far.unwrap_or(Progress { cleared: 0, next: Instant(i64::MIN) });
        let batch = store::clear(&tx, &clearing, next, BATCH).await?;
        let cleared = cleared + batch.cleared;
        let Some(next) = batch.next else {
            meta::remove(&tx, &key).await?;
            note(&tx, wish, cleared).await?;
            return Ok(tx.commit().await?);
        };
        let text = serde_json::to_string(&Progress { cleared, next })
            .map_err(|error| AppError::internal("counting what is cleared", error))?;
        meta::set(&tx, &key, &text).await?;
        tx.commit().await?;
        ctx.hooks().at("clear.batch").await;
    }
}

async fn note(tx: &Tx, wish: &Wish, cleared: u64) -> AppResult<()> {
    if cleared == 0 {
        return Ok(());
    }
    let mut event = wish.actor.event(EventType::HistoryCleared);
    event.subject = Some(Subject { kind: "history".to_owned(), id: None, name: None });
    event.after = Some(json!({
        "cleared": cleared,
        "older_than_days": wish.older_than_days,
        "types": wish.types,
    }));
    store::append(tx, event).await?;
    Ok(())
}
