//! Accepting: the seat, the person and the access change, in one transaction.

use pum_domain::access::{ChangeCause, ChangeState, WantedAccess};
use pum_domain::event::{EventType, HintKind};
use pum_domain::invite::check_usable;
use pum_domain::job::Lane;
use pum_domain::redemption::{Entry, RedemptionReason, RedemptionState};
use pum_domain::user::UserState;
use pum_domain::{PlexId, ProblemCode, RedemptionId, UserId};
use pum_store::invites::Invite;
use pum_store::redemptions::{Ending, LinkedAccount, Redemption};
use pum_store::users::{Enrolment, User};
use pum_store::{Reads, StoreError, Tx, access_changes, hints, history, invites, redemptions, users};
use serde_json::json;

use super::view::{View, find, view};
use super::{ask_the_host, entry_of, not_found, out_of_step};
use crate::access::{self, Request};
use crate::actor::Actor;
use crate::ctx::Ctx;
use crate::error::{AppError, AppResult};
use crate::guests::Guest;
use crate::random;

/// So often an accept is tried again when another transaction was in its way.
const TRIES: usize = 5;

/// Takes the seat. Pressing twice, or in two tabs, is the same as pressing once.
pub async fn accept(
    ctx: &Ctx,
    guest: Option<&Guest>,
    id: RedemptionId,
    invite_version: i64,
    who: &Actor,
) -> AppResult<View> {
    let mut tries = 0;
    let redemption = loop {
        tries += 1;
        match once(ctx, guest, id, invite_version, who).await {
            // Another transaction was in the way, or entered the same person first.
            Err(error) if in_the_way(error.code) && tries < TRIES => {}
            other => break other?,
        }
    };
    view(ctx, guest, redemption).await
}

const fn in_the_way(code: ProblemCode) -> bool {
    matches!(code, ProblemCode::Unavailable | ProblemCode::Conflict)
}

async fn once(
    ctx: &Ctx,
    guest: Option<&Guest>,
    id: RedemptionId,
    invite_version: i64,
    who: &Actor,
) -> AppResult<Redemption> {
    let tx = ctx.db().begin().await?;
    let redemption = own(&tx, guest, id).await?;
    let is_over = redemption.state == RedemptionState::AlreadyMember;
    if is_over || (redemption.accepted_at.is_some() && redemption.state != RedemptionState::Ready) {
        return Ok(redemption);
    }
    let account = match (redemption.state, &redemption.account) {
        (RedemptionState::Ready, Some(account)) => account.clone(),
        (RedemptionState::Failed, _) => {
            let detail = "This person is on the way in another tab or by another link. Load the page again.";
            return Err(AppError::conflict(ProblemCode::RedemptionReplaced, detail));
        }
        _ => return Err(out_of_step("Sign in with Plex first.")),
    };
    let before = known(&tx, account.plex_id).await?;
    if let Some(user) = &before {
        match entry_of(&tx, user).await? {
            // Since they signed in.
            Entry::AskTheHost => return Err(ask_the_host()),
            Entry::Member => return stay(ctx, tx, redemption, user.id).await,
            Entry::Open => {}
        }
    }
    let invite = invites::get(&tx, redemption.invite_id).await?;
    if !invites::take(&tx, invite.id, invite_version).await? {
        let invite = invites::get(&tx, redemption.invite_id).await?;
        check_usable(&invite.limits(), tx.now().await?).map_err(AppError::from)?;
        redemptions::see_terms(&tx, redemption.id, invite.version).await?;
        tx.commit().await?;
        let detail =
            "The host has changed this invite meanwhile. Look at what it offers now, then accept again.";
        return Err(AppError::conflict(ProblemCode::InviteChanged, detail));
    }
    let user_id = enrol(&tx, &invite, &account, who, before.as_ref()).await?;
    let terms = invite.terms();
    let wanted =
        WantedAccess::Granted { libraries: terms.libraries.clone(), allow_downloads: terms.allow_downloads };
    let request = Request {
        user_id,
        wanted: &wanted,
        cause: ChangeCause::Redemption,
        redemption_id: Some(redemption.id),
        lane: Lane::Interactive,
    };
    let change = access::request(&tx, request).await?;
    match redemptions::seat(&tx, &redemption, account.plex_id, user_id, change, &terms).await {
        Err(StoreError::Conflict { .. }) => return join(ctx, tx, guest, &redemption, &account).await,
        other => other?,
    }
    let mut event = who.event(EventType::RedemptionAccepted);
    event.user_id = Some(user_id);
    event.invite_id = Some(invite.id);
    event.subject = Some(history::Subject {
        kind: "redemption".to_owned(),
        id: Some(redemption.id.to_string()),
        name: Some(account.username.clone()),
    });
    event.after = Some(json!({ "terms": terms }));
    history::append(&tx, event).await?;
    hints::leave(&tx, HintKind::Invites, Some(&invite.id.to_string())).await?;
    hints::leave(&tx, HintKind::Users, Some(&user_id.to_string())).await?;
    let redemption = redemptions::get(&tx, redemption.id).await?;
    ctx.hooks().at("accept.before_commit").await;
    tx.commit().await?;
    ctx.hooks().at("accept.committed").await;
    Ok(redemption)
}

async fn own(tx: &Tx, guest: Option<&Guest>, id: RedemptionId) -> AppResult<Redemption> {
    let guest = guest.ok_or_else(not_found)?;
    let redemption = redemptions::get(tx, id).await.map_err(|_| not_found())?;
    if redemption.guest_id == Some(guest.id) {
        return Ok(redemption);
    }
    // A redemption that was begun elsewhere, and joined by signing in with the same account.
    let current = redemptions::of_guest(tx, guest.id, None).await?;
    current.filter(|current| current.id == id).ok_or_else(not_found)
}

/// The person, if PUM knows them. Nobody asks for a change of theirs until `tx` ends.
async fn known(tx: &Tx, plex_id: PlexId) -> AppResult<Option<User>> {
    let Some(user) = users::by_plex_id(tx, plex_id).await? else { return Ok(None) };
    users::lock(tx, user.id).await?;
    Ok(Some(users::get(tx, user.id).await?))
}

/// They have access, and an admin's change of it is under way: that goes on, and no seat is spent.
async fn stay(ctx: &Ctx, tx: Tx, redemption: Redemption, user: UserId) -> AppResult<Redemption> {
    let theirs = Redemption { user_id: Some(user), ..redemption };
    let member = Ending { state: RedemptionState::AlreadyMember, reason: None, keep_seat: false };
    access::end_redemption(&tx, ctx, &theirs, member).await?;
    let redemption = redemptions::get(&tx, theirs.id).await?;
    tx.commit().await?;
    Ok(redemption)
}

async fn enrol(
    tx: &Tx,
    invite: &Invite,
    account: &LinkedAccount,
    who: &Actor,
    before: Option<&User>,
) -> AppResult<UserId> {
    // Somebody who has access keeps state and term until the job knows better.
    if let Some(user) = before.filter(|user| user.state == UserState::Active) {
        return Ok(user.id);
    }
    let person = Enrolment {
        new_id: random::id(),
        plex_id: account.plex_id,
        plex_uuid: None,
        username: account.username.clone(),
        email: account.email.clone(),
        thumb: account.thumb.clone(),
        invited_by: invite.id,
        membership_days: invite.membership_days,
        grant_purge_whitelist: invite.grant_purge_whitelist,
        grant_bot_whitelist: invite.grant_bot_whitelist,
    };
    let (user_id, is_new) = users::enrol(tx, &person).await?;
    let mut event = who.event(if is_new { EventType::UserEnrolled } else { EventType::UserReturned });
    event.user_id = Some(user_id);
    event.invite_id = Some(invite.id);
    event.subject = Some(history::Subject {
        kind: "user".to_owned(),
        id: Some(user_id.to_string()),
        name: Some(person.username),
    });
    history::append(tx, event).await?;
    Ok(user_id)
}

/// Another redemption of the same person was quicker: this browser is shown that one.
async fn join(
    ctx: &Ctx,
    tx: Tx,
    guest: Option<&Guest>,
    redemption: &Redemption,
    account: &LinkedAccount,
) -> AppResult<Redemption> {
    tx.rollback().await?;
    let tx = ctx.db().begin().await?;
    let first = match redemptions::under_way(&tx, account.plex_id).await? {
        Some(first) => Some(first),
        None => redemptions::seated(&tx, redemption.invite_id, account.plex_id).await?,
    };
    let Some(first) = first else {
        let detail = "Somebody was quicker just now. Try again.";
        return Err(AppError::conflict(ProblemCode::Unavailable, detail));
    };
    crate::invitee_token::sign_out(&tx, ctx, redemption).await?;
    let reason = Some(RedemptionReason::Replaced);
    let ending = Ending { state: RedemptionState::Failed, reason, keep_seat: false };
    redemptions::end(&tx, redemption.id, ending).await?;
    if let Some(guest) = guest {
        redemptions::make_current(&tx, guest.id, first.id).await?;
    }
    tx.commit().await?;
    Ok(first)
}

/// The invitee tries a failed redemption once more.
pub async fn retry(ctx: &Ctx, guest: Option<&Guest>, code: Option<&str>, who: &Actor) -> AppResult<View> {
    let redemption = find(ctx, guest, code).await?;
    let may = redemption.reason.is_some_and(RedemptionReason::invitee_may_retry);
    let change = match redemption.change_id {
        Some(change) if may && redemption.state == RedemptionState::Failed => change,
        _ => return Err(out_of_step("There is nothing to try again here.")),
    };
    let failed = access_changes::get(&ctx.reader(), change).await?.state == ChangeState::Failed;
    if failed {
        match access::retry(ctx, change, who).await {
            // Since it failed.
            Err(refused) if refused.code == ProblemCode::UserBlocked => return Err(ask_the_host()),
            other => other?,
        };
    }
    let redemption = redemptions::get(&ctx.reader(), redemption.id).await?;
    view(ctx, guest, redemption).await
}
