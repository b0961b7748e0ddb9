//! Trying a failed change once more.

use pum_domain::event::{EventType, HintKind};
use pum_domain::invite::{InviteUnusable, check_usable};
use pum_domain::job::{JobKind, Lane};
use pum_domain::redemption::RedemptionState;
use pum_domain::{ChangeId, ProblemCode};
use pum_store::access_changes::{self, Change};
use pum_store::redemptions::Redemption;
use pum_store::{Reads, StoreError, Tx, hints, history, invites, jobs, redemptions, users};
use serde_json::json;

use super::request::{enqueue, key};
use crate::actor::Actor;
use crate::ctx::Ctx;
use crate::error::{AppError, AppResult, ErrorKind};
use crate::users::is_blocked;

/// So many failed changes are tried again by one request; the rest by the next.
const MOST_AT_ONCE: u64 = 500;

/// Tries a failed change again, for an admin or an invitee. The seat is taken again where it had
/// been given back; the terms are the ones that were accepted.
pub async fn retry(ctx: &Ctx, id: ChangeId, actor: &Actor) -> AppResult<Change> {
    let tx = ctx.db().begin().await?;
    let change = reopen(&tx, id, actor).await?;
    enqueue_again(&tx, &change, Lane::Interactive).await?;
    tx.commit().await?;
    Ok(change)
}

/// What became of a wish to try all failed changes again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retried {
    /// Put under way again.
    pub retried: usize,
    /// Cannot be tried again, such as one whose invite is used up meanwhile.
    pub refused: usize,
}

/// Tries every failed change again that no later one has replaced, each in a transaction of its own.
pub async fn retry_all(ctx: &Ctx, actor: &Actor) -> AppResult<Retried> {
    let mut told = Retried::default();
    for Change { id, .. } in access_changes::failed(&ctx.reader(), MOST_AT_ONCE).await? {
        let tx = ctx.db().begin().await?;
        match reopen(&tx, id, actor).await {
            Ok(change) => {
                enqueue_again(&tx, &change, Lane::Manual).await?;
                tx.commit().await?;
                told.retried += 1;
            }
            Err(error) if error.kind == ErrorKind::Internal => return Err(error),
            Err(_) => {
                tx.rollback().await?;
                told.refused += 1;
            }
        }
    }
    Ok(told)
}

/// Puts a failed change back to asked for; the job that carries it out is for the caller.
pub(crate) async fn reopen(tx: &Tx, id: ChangeId, actor: &Actor) -> AppResult<Change> {
    let change = access_changes::get(tx, id).await?;
    if !ask_again(tx, &change).await? {
        let detail = "Only the latest change of a person can be tried again, and only when it has failed.";
        return Err(AppError::conflict(ProblemCode::Conflict, detail));
    }
    let mut event = actor.event(EventType::UserAccessRetried);
    if let Some(redemption) = failed_redemption(tx, &change).await? {
        if users::get(tx, change.user_id).await?.blocked {
            return Err(is_blocked());
        }
        seat_again(tx, &redemption, &change).await?;
        event = actor.event(EventType::RedemptionRetried);
        event.invite_id = Some(redemption.invite_id);
        let name = redemption.account.as_ref().map(|account| account.username.clone());
        event.subject = Some(super::record::subject(redemption.id, name));
    }
    event.user_id = Some(change.user_id);
    history::append(tx, event).await?;
    Ok(access_changes::get(tx, id).await?)
}

/// Puts a failed change back to asked for, and keeps later ones away until `tx` ends. False: one has come, or it has
/// not failed.
async fn ask_again(tx: &Tx, change: &Change) -> AppResult<bool> {
    users::lock(tx, change.user_id).await?;
    if !access_changes::reopen(tx, change.id).await? {
        return Ok(false);
    }
    let later = super::request::is_decided_later(tx, change.user_id, change.cause).await?;
    if !later && users::get(tx, change.user_id).await?.wanted != change.wanted {
        // When it was refused, what they had was wanted again.
        users::want(tx, change.user_id, &change.wanted).await?;
    }
    hints::leave(tx, HintKind::Changes, Some(&change.id.to_string())).await?;
    hints::leave(tx, HintKind::Users, Some(&change.user_id.to_string())).await?;
    Ok(true)
}

/// The redemption that came to nothing with the change. One of somebody who needed no seat has ended well.
async fn failed_redemption(tx: &Tx, change: &Change) -> AppResult<Option<Redemption>> {
    let Some(id) = change.redemption_id else { return Ok(None) };
    let redemption = redemptions::get(tx, id).await?;
    Ok((redemption.state == RedemptionState::Failed).then_some(redemption))
}

/// The job that died over the change, or a new one.
pub(crate) async fn enqueue_again(tx: &Tx, change: &Change, lane: Lane) -> AppResult<()> {
    let user = change.user_id.to_string();
    let dead = jobs::dead_about(tx, JobKind::ApplyAccessChange, &user).await?;
    let of_this = json!(change.id);
    match dead.into_iter().find(|job| job.payload["change_id"] == of_this) {
        Some(job) => {
            jobs::retry(tx, job.id, Some(&key(change.id))).await?;
        }
        None => enqueue(tx, change.id, change.user_id, lane, None).await?,
    }
    Ok(())
}

/// Tries a failed change again because its time has come, without anybody having asked. False: a later one
/// has come.
pub async fn retry_in(tx: &Tx, change: &Change) -> AppResult<bool> {
    if !ask_again(tx, change).await? {
        return Ok(false);
    }
    enqueue(tx, change.id, change.user_id, Lane::Manual, None).await?;
    Ok(true)
}

/// Puts a failed redemption under way again.
pub async fn seat_again(tx: &Tx, redemption: &Redemption, change: &Change) -> AppResult<()> {
    let (Some(account), Some(terms)) = (&redemption.account, &redemption.terms) else {
        return Err(AppError::conflict(ProblemCode::RedemptionOutOfStep, "Nothing has been accepted yet."));
    };
    if !redemption.has_seat {
        let invite = invites::get(tx, redemption.invite_id).await?;
        // Limits count, edits do not: the person goes on with what they accepted.
        if !invites::take(tx, invite.id, invite.version).await? {
            let unusable =
                check_usable(&invite.limits(), tx.now().await?).err().unwrap_or(InviteUnusable::UsedUp);
            return Err(unusable.into());
        }
    }
    let seated = redemptions::seat(tx, redemption, account.plex_id, change.user_id, change.id, terms).await;
    match seated {
        Err(StoreError::Conflict { .. }) => {
            let detail = "This person is on the way through another link already.";
            Err(AppError::conflict(ProblemCode::RedemptionElsewhere, detail))
        }
        other => Ok(other?),
    }
}
