//! The job of a bulk: begins a few people's parts at a time, and sees when everybody's is over.

use std::time::Duration;

use pum_domain::BulkId;
use pum_domain::bulk::{BulkAction, ItemState};
use pum_domain::event::{EventType, HintKind};
use pum_domain::job::Lane;
use pum_store::bulks::{self as store, Begun, Bulk, Item};
use pum_store::jobs::{self, Unique};
use pum_store::{StoreError, hints};

use super::act::{Acted, act};
use super::desk::{note, told};
use super::wish::is_refusal;
use crate::error::{AppError, AppResult, ErrorKind};
use crate::outcome::Outcome;
use crate::purge::World;
use crate::{Actor, Ctx, access};

/// So many jobs may be due in the lane before the next part is begun: enough to keep every worker
/// busy, few enough that stopping a bulk stops it.
const AHEAD: u64 = 20;
/// Until the queue has been worked off a little.
const PAUSE: Duration = Duration::from_millis(300);
/// Until changes that wait for a later try may have ended.
const LONG_PAUSE: Duration = Duration::from_secs(5);
/// Tries of one part that meets another transaction.
const TRIES: u32 = 3;

/// The key under which a bulk has one open job.
pub(crate) fn key(id: BulkId) -> Unique {
    Unique::WhileOpen(format!("bulk:{id}"))
}

/// Begins what there is room for, then comes back.
pub(crate) async fn run(ctx: &Ctx, id: BulkId) -> AppResult<Outcome> {
    let bulk = match store::get(&ctx.reader(), id).await {
        Ok(bulk) => bulk,
        Err(StoreError::NotFound { .. }) => return Ok(Outcome::Done),
        Err(error) => return Err(error.into()),
    };
    if bulk.stopped_at.is_some() || bulk.finished_at.is_some() {
        return Ok(Outcome::Done);
    }
    let actor: Actor = serde_json::from_value(bulk.actor.clone())
        .map_err(|error| AppError::internal("reading who asked for a bulk", error))?;
    let actor = Actor { part_of: Some(format!("bulk:{id}")), ..actor };
    loop {
        let reader = ctx.reader();
        // This job is one of them.
        let due = jobs::count_due(&reader, Lane::Manual, AHEAD + 1).await?.saturating_sub(1);
        let next = store::waiting(&reader, &bulk, AHEAD.saturating_sub(due)).await?;
        if next.is_empty() {
            return settle(ctx, &bulk, &actor, due).await;
        }
        let world = match bulk.action {
            BulkAction::Purge { .. } => Some(World::fresh(ctx).await?),
            _ => None,
        };
        for item in &next {
            if !begin(ctx, &bulk, &actor, item, world.as_ref()).await? {
                return Ok(Outcome::Done);
            }
        }
        let tx = ctx.db().begin().await?;
        hints::leave(&tx, HintKind::Changes, Some(&id.to_string())).await?;
        tx.commit().await?;
    }
}

/// Nothing can be begun just now: it is over, or the queue is full enough.
async fn settle(ctx: &Ctx, bulk: &Bulk, actor: &Actor, due: u64) -> AppResult<Outcome> {
    let tx = ctx.db().begin().await?;
    let counts = store::counts(&tx, bulk).await?;
    let left = |state| counts.get(&state).copied().unwrap_or(0);
    if left(ItemState::Waiting) > 0 || due > 0 {
        return Ok(Outcome::wait(PAUSE, "the changes begun so far come first"));
    }
    if left(ItemState::UnderWay) > 0 {
        return Ok(Outcome::wait(LONG_PAUSE, "some changes wait for a later try"));
    }
    if store::finish(&tx, bulk.id).await? {
        let mut event = actor.event(EventType::BulkFinished);
        event.reason = None;
        event.after = Some(told(&counts));
        note(&tx, bulk.id, &bulk.action, event).await?;
        tx.commit().await?;
    }
    Ok(Outcome::Done)
}

/// Begins one person's part. False: somebody has stopped the bulk.
async fn begin(ctx: &Ctx, bulk: &Bulk, actor: &Actor, item: &Item, world: Option<&World>) -> AppResult<bool> {
    let mut tries = 1;
    loop {
        match try_begin(ctx, bulk, actor, item, world).await {
            Err(error) if error.kind == ErrorKind::Internal && tries < TRIES => tries += 1,
            outcome => return outcome,
        }
    }
}

async fn try_begin(
    ctx: &Ctx,
    bulk: &Bulk,
    actor: &Actor,
    item: &Item,
    world: Option<&World>,
) -> AppResult<bool> {
    let tx = ctx.db().begin().await?;
    if store::get(&tx, bulk.id).await?.stopped_at.is_some() {
        return Ok(false);
    }
    let acted = match item.change_id {
        // Failed before: the same change once more.
        Some(change) => match access::reopen(&tx, change, actor).await {
            Ok(change) => {
                access::enqueue_again(&tx, &change, Lane::Manual).await?;
                Ok(Acted::Requested(change.id))
            }
            Err(error) => Err(error),
        },
        None => act(ctx, &tx, actor, item.user_id, &bulk.action, world).await,
    };
    let begun = match acted {
        Ok(Acted::Requested(change)) => Begun::Change(change),
        Ok(Acted::Applied) => Begun::Applied,
        Ok(Acted::Unchanged) => Begun::Unchanged,
        Ok(Acted::Kept(reason)) => {
            Begun::Refused { reason: reason.to_string(), detail: reason.sentence().to_owned() }
        }
        Err(error) if is_refusal(&error) => {
            tx.rollback().await?;
            let begun = Begun::Refused { reason: error.code.to_string(), detail: error.detail };
            let tx = ctx.db().begin().await?;
            store::settle(&tx, bulk.id, item.position, &begun).await?;
            tx.commit().await?;
            return Ok(true);
        }
        Err(error) => return Err(error),
    };
    // Whoever else runs this bulk has been here first: their part counts, and this one is taken back.
    if store::settle(&tx, bulk.id, item.position, &begun).await? {
        ctx.hooks().at("bulk.before_commit").await;
        tx.commit().await?;
        ctx.hooks().at("bulk.begun").await;
    } else {
        tx.rollback().await?;
    }
    Ok(true)
}
