//! Beginning a bulk, stopping it, trying its failed ones again, and how far it has come.

use std::collections::HashMap;

use pum_domain::bulk::{BulkAction, ItemState};
use pum_domain::event::{EventType, HintKind};
use pum_domain::job::{JobKind, Lane};
use pum_domain::user::TIME_TO_UNDO;
use pum_domain::{BulkId, ProblemCode};
use pum_store::bulks::{self as store, Bulk};
use pum_store::history::Subject;
use pum_store::jobs::{self, NewJob};
use pum_store::{Reads, Tx, hints, history};
use serde_json::{Value, json};

use super::run::key;
use super::wish::{Wish, people};
use crate::error::{AppError, AppResult};
use crate::idempotency::FirstAnswer;
use crate::{Actor, Ctx, random};

/// Writes the answer that a repeated request gets.
pub type AnswerOf<'a> = &'a dyn Fn(&Bulk) -> AppResult<String>;

/// Begins a bulk: whom it is about is fixed now. The answer to a request that carries a key is kept
/// with it. Removals begin a little later, so that stopping it undoes everything.
pub async fn start(
    ctx: &Ctx,
    actor: &Actor,
    wish: &Wish,
    first: Option<(&FirstAnswer, AnswerOf<'_>)>,
) -> AppResult<Bulk> {
    const ACCEPTED: u16 = 202;
    let tx = ctx.db().begin().await?;
    let bulk = start_in(&tx, actor, wish).await?;
    if let Some((first, answer)) = first {
        first.keep(&tx, ACCEPTED, &answer(&bulk)?).await?;
    }
    tx.commit().await?;
    Ok(bulk)
}

/// [`start`] in a transaction of the caller's.
pub async fn start_in(tx: &Tx, actor: &Actor, wish: &Wish) -> AppResult<Bulk> {
    let id: BulkId = random::id();
    let people = people(tx, &wish.who).await?;
    if people.is_empty() {
        let detail = "nobody fits these filters (any more); look at the list of users, and choose others";
        return Err(AppError::field("/filter", "nobody_fits", detail));
    }
    let document =
        serde_json::to_value(actor).map_err(|error| AppError::internal("writing a bulk", error))?;
    store::create(tx, id, &wish.action, &document, &people).await?;
    let mut event = actor.event(EventType::BulkStarted);
    event.after = Some(json!({ "action": wish.action, "people": people.len() }));
    note(tx, id, &wish.action, event).await?;
    enqueue(tx, id, wish.action.removes()).await?;
    Ok(store::get(tx, id).await?)
}

async fn enqueue(tx: &Tx, id: BulkId, later: bool) -> AppResult<()> {
    let mut job = NewJob::new(JobKind::RunBulk, Lane::Manual, json!({ "bulk_id": id }));
    job.unique = Some(key(id));
    if later {
        job.run_at = Some(tx.now().await?.plus(TIME_TO_UNDO));
    }
    jobs::enqueue(tx, job).await?;
    Ok(())
}

pub(super) async fn note(
    tx: &Tx,
    id: BulkId,
    action: &BulkAction,
    mut event: history::NewEvent,
) -> AppResult<()> {
    let (id, name) = (id.to_string(), action.kind().to_string());
    event.subject = Some(Subject { kind: "bulk".to_owned(), id: Some(id.clone()), name: Some(name) });
    history::append(tx, event).await?;
    Ok(hints::leave(tx, HintKind::Changes, Some(&id)).await?)
}

/// How far a bulk has come; states without anybody are left out.
pub async fn progress(db: &impl Reads, id: BulkId) -> AppResult<(Bulk, HashMap<ItemState, i64>)> {
    let bulk = store::get(db, id).await?;
    let counts = store::counts(db, &bulk).await?;
    Ok((bulk, counts))
}

/// Nobody else's part is begun; those not begun stay as they were. Once it is over, or stopped, this
/// changes nothing.
pub async fn stop(ctx: &Ctx, actor: &Actor, id: BulkId) -> AppResult<(Bulk, HashMap<ItemState, i64>)> {
    let tx = ctx.db().begin().await?;
    let bulk = store::get(&tx, id).await?;
    if store::stop(&tx, id).await? {
        let mut event = actor.event(EventType::BulkStopped);
        event.after = Some(told(&store::counts(&tx, &store::get(&tx, id).await?).await?));
        note(&tx, id, &bulk.action, event).await?;
    }
    let answer = progress(&tx, id).await?;
    tx.commit().await?;
    Ok(answer)
}

/// Tries the failed ones again, and only those.
pub async fn retry(ctx: &Ctx, actor: &Actor, id: BulkId) -> AppResult<(Bulk, HashMap<ItemState, i64>)> {
    let tx = ctx.db().begin().await?;
    let bulk = store::get(&tx, id).await?;
    if bulk.stopped_at.is_some() {
        let detail = "This was stopped. Begin a new one for those who are left.";
        return Err(AppError::conflict(ProblemCode::Conflict, detail));
    }
    let failed = store::again(&tx, id).await?;
    if failed > 0 {
        store::go_on(&tx, id).await?;
        let mut event = actor.event(EventType::BulkRetried);
        event.after = Some(json!({ "people": failed }));
        note(&tx, id, &bulk.action, event).await?;
        enqueue(&tx, id, false).await?;
    }
    let answer = progress(&tx, id).await?;
    tx.commit().await?;
    Ok(answer)
}

pub(super) fn told(counts: &HashMap<ItemState, i64>) -> Value {
    let of = |state: &ItemState| Some((state.to_string(), json!(counts.get(state)?)));
    Value::Object(ItemState::ALL.iter().filter_map(of).collect())
}
