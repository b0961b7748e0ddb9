//! Writing down how a change ended, with everything that hangs on it: the person, the redemption,
//! the seat, the invitee's token, the history. One transaction each, and none twice: a change ends
//! only while it is still asked for.

use pum_domain::access::{ChangeCause, ChangeState, Observed, ShareSeen, WantedAccess};
use pum_domain::event::{EventType, HintKind};
use pum_domain::instant::{DAY, MINUTE};
use pum_domain::invite::LibraryChoice;
use pum_domain::job::{JobKind, Lane};
use pum_domain::redemption::{RedemptionReason, RedemptionState};
use pum_domain::settings::SettingKey;
use pum_domain::user::{Becomes, RemovedReason, UserState};
use pum_domain::{Instant, RedemptionId, UserId};
use pum_store::access_changes::{self, Change, HadShare};
use pum_store::history::NewEvent;
use pum_store::jobs::{self, NewJob, Unique};
use pum_store::redemptions::{Ending, Redemption};
use pum_store::users::{Observation, User};
use pum_store::{Reads, Tx, hints, history, invites, libraries, plex_server, redemptions, users};
use serde_json::json;

use super::apply::Applying;
use super::observe::Seen;
use crate::actor::Actor;
use crate::ctx::Ctx;
use crate::error::AppResult;
use crate::invitee_token;
use crate::sync::enqueue_rereads;

/// Why a change failed for good.
pub(super) struct Failure {
    /// The stable reason.
    pub reason: RedemptionReason,
    /// A sentence for the admin.
    pub detail: String,
    /// Whether a read has proven that Plex gave nothing for the seat.
    pub seat_is_free: bool,
}

/// Plex shows the access that was wanted.
pub(super) async fn granted(applying: &Applying<'_>, seen: &Seen, read_at: Instant) -> AppResult<()> {
    let Applying { ctx, change, user, .. } = applying;
    let tx = ctx.db().begin().await?;
    ctx.hooks().at("apply.recording").await;
    if !users::renew(&tx, applying.lease, super::LEASE).await?
        || !access_changes::finish(&tx, change.id, ChangeState::Applied, None, None).await?
    {
        return Ok(());
    }
    users::observe(&tx, user.id, &observation(seen, read_at)).await?;
    if plex_server::set_share_limit_reached(&tx, false).await? {
        hints::leave(&tx, HintKind::Server, None).await?;
    }
    // Edits while Plex was being asked count.
    let user = users::get(&tx, user.id).await?;
    let joins = user.state != UserState::Active;
    let mut after = json!({ "access": change.wanted });
    if joins {
        let now = tx.now().await?;
        let days = user.membership_days.map(|days| now.plus(i64::from(days) * DAY));
        // Whoever comes back from a suspension or a removal has been a member since they first joined.
        let joined_at = match change.cause {
            ChangeCause::Redemption => now,
            _ => user.joined_at.unwrap_or(now),
        };
        let expires_at = days.or(user.access_expires_at);
        users::note_membership(&tx, user.id, joined_at, expires_at).await?;
        users::set_state(&tx, user.id, UserState::Active, None).await?;
        users::note_friendship(&tx, user.id, true, None).await?;
        after["access_expires_at"] = json!(expires_at.map(Instant::to_rfc3339));
        after["version"] = json!(users::get(&tx, user.id).await?.version);
    }
    let what = if joins { EventType::UserAccessGranted } else { EventType::UserAccessChanged };
    let mut event = about(&tx, what, change).await?;
    event.after = Some(after);
    history::append(&tx, event).await?;
    if let Some(redemption) = redemption_of(&tx, change).await? {
        let ending = match had_access(change, &user) {
            true => MEMBER,
            false => Ending { state: RedemptionState::Done, reason: None, keep_seat: true },
        };
        end(&tx, ctx, &redemption, ending).await?;
    }
    enqueue_rereads(&tx).await?;
    leave_hints(&tx, change).await?;
    tx.commit().await?;
    ctx.hooks().at("apply.recorded").await;
    tracing::info!(user.id = %user.id, change.id = %change.id, "access granted");
    Ok(())
}

/// How a redemption ends for somebody who needs no seat.
const MEMBER: Ending = Ending { state: RedemptionState::AlreadyMember, reason: None, keep_seat: false };

/// Whether the person had access before the change wrote anything.
fn had_access(change: &Change, user: &User) -> bool {
    user.state == UserState::Active && change.had_share == Some(HadShare::Share)
}

/// The invitation rests at Plex until the person accepts it: the change is done, the redemption waits.
pub(super) async fn invited(applying: &Applying<'_>, seen: &Seen, read_at: Instant) -> AppResult<()> {
    let Applying { ctx, change, user, .. } = applying;
    let tx = ctx.db().begin().await?;
    if !users::renew(&tx, applying.lease, super::LEASE).await?
        || !access_changes::finish(&tx, change.id, ChangeState::Applied, None, None).await?
    {
        return Ok(());
    }
    users::observe(&tx, user.id, &observation(seen, read_at)).await?;
    users::set_state(&tx, user.id, UserState::Pending, None).await?;
    let now = tx.now().await?;
    if let Some(redemption) = redemption_of(&tx, change).await? {
        redemptions::advance(
            &tx,
            redemption.id,
            RedemptionState::Invited,
            Some(RedemptionReason::AcceptByEmail),
        )
        .await?;
        let days: i64 =
            ctx.setting(SettingKey::PendingInvitationDays).and_then(|days| days.parse().ok()).unwrap_or(14);
        redemptions::wait_until(&tx, redemption.id, now.plus(days * DAY)).await?;
    }
    let mut watch = NewJob::new(JobKind::WatchInvitation, Lane::Automatic, json!({ "user_id": user.id }));
    watch.unique = Some(watch_key(user.id));
    watch.subject_id = Some(user.id.to_string());
    watch.run_at = Some(now.plus(MINUTE));
    jobs::enqueue(&tx, watch).await?;
    leave_hints(&tx, change).await?;
    Ok(tx.commit().await?)
}

/// The key under which one job watches a person's invitation.
pub(crate) fn watch_key(user: UserId) -> Unique {
    Unique::WhileOpen(format!("watch:{user}"))
}

/// Nothing of this server is shared with the person any more.
pub(super) async fn revoked(applying: &Applying<'_>, read_at: Instant) -> AppResult<()> {
    let Applying { ctx, change, user, .. } = applying;
    let tx = ctx.db().begin().await?;
    ctx.hooks().at("apply.revoking").await;
    if !users::renew(&tx, applying.lease, super::LEASE).await?
        || !access_changes::finish(&tx, change.id, ChangeState::Applied, None, None).await?
    {
        return Ok(());
    }
    users::observe(&tx, user.id, &observation(&Seen::NOTHING, read_at)).await?;
    plex_server::set_share_limit_reached(&tx, false).await?;
    history::append(&tx, about(&tx, EventType::UserAccessRevoked, change).await?).await?;
    if change.cause == ChangeCause::InvitationGone {
        remove_invited(&tx, ctx, change).await?;
    } else if let Some(becomes) = change.becomes {
        take_leave(&tx, ctx, change, user, becomes).await?;
    }
    enqueue_rereads(&tx).await?;
    leave_hints(&tx, change).await?;
    tx.commit().await?;
    ctx.hooks().at("apply.revoked").await;
    tracing::info!(user.id = %user.id, change.id = %change.id, "access revoked");
    Ok(())
}

/// Nothing is shared any more: the person becomes what was asked for, and a way in that was under way ends.
async fn take_leave(tx: &Tx, ctx: &Ctx, change: &Change, user: &User, becomes: Becomes) -> AppResult<()> {
    users::set_state(tx, user.id, becomes.state(), becomes.reason()).await?;
    if let Some(reason) = becomes.reason() {
        let mut event = about(tx, EventType::UserRemoved, change).await?;
        event.reason = Some(reason.to_string());
        if change.end_friendship {
            event.after = Some(json!({ "friendship": "ended" }));
        }
        history::append(tx, event).await?;
    }
    let under_way = match user.plex_id {
        Some(id) => redemptions::under_way(tx, id).await?,
        None => None,
    };
    if let Some(redemption) = under_way.filter(|redemption| redemption.user_id == Some(user.id)) {
        let reason = Some(RedemptionReason::InvitationGone);
        end(tx, ctx, &redemption, Ending { state: RedemptionState::Failed, reason, keep_seat: false })
            .await?;
    }
    Ok(())
}

/// Nobody accepted, or the invitation was declined or withdrawn: the person is a tombstone, the seat free.
pub(crate) async fn remove_invited(tx: &Tx, ctx: &Ctx, change: &Change) -> AppResult<()> {
    users::set_state(tx, change.user_id, UserState::Removed, Some(RemovedReason::InvitationGone)).await?;
    let mut event = about(tx, EventType::UserRemoved, change).await?;
    event.reason = Some(RemovedReason::InvitationGone.to_string());
    history::append(tx, event).await?;
    if let Some(redemption) = redemption_of(tx, change).await? {
        let reason = Some(RedemptionReason::InvitationGone);
        end(tx, ctx, &redemption, Ending { state: RedemptionState::Failed, reason, keep_seat: false })
            .await?;
    }
    Ok(())
}

/// The person had access before PUM wrote anything: no seat is spent, nothing is changed at Plex.
pub(super) async fn already_member(applying: &Applying<'_>, seen: &Seen, read_at: Instant) -> AppResult<()> {
    let Applying { ctx, change, user, .. } = applying;
    let tx = ctx.db().begin().await?;
    let word = Some(MEMBER.state.as_str());
    if !users::renew(&tx, applying.lease, super::LEASE).await?
        || !access_changes::finish(&tx, change.id, ChangeState::Applied, word, None).await?
    {
        return Ok(());
    }
    users::observe(&tx, user.id, &observation(seen, read_at)).await?;
    // Edits while Plex was being asked count.
    let user = users::get(&tx, user.id).await?;
    if user.state != UserState::Active {
        // What is wanted for a member is for their host to say.
        users::want(&tx, user.id, &as_shown(&tx, &applying.server.machine_identifier, seen).await?).await?;
    }
    let now = tx.now().await?;
    users::note_membership(&tx, user.id, user.joined_at.unwrap_or(now), user.access_expires_at).await?;
    users::set_state(&tx, user.id, UserState::Active, None).await?;
    if let Some(redemption) = redemption_of(&tx, change).await? {
        end(&tx, ctx, &redemption, MEMBER).await?;
    }
    leave_hints(&tx, change).await?;
    Ok(tx.commit().await?)
}

/// What Plex shows, in PUM's libraries.
async fn as_shown(tx: &Tx, machine_identifier: &str, seen: &Seen) -> AppResult<WantedAccess> {
    let Observed::Share(share) = &seen.observed else { return Ok(WantedAccess::Nothing) };
    let allow_downloads = share.allow_downloads.unwrap_or(false);
    if share.all_libraries {
        return Ok(WantedAccess::Granted { libraries: LibraryChoice::All, allow_downloads });
    }
    let known = libraries::of_server(tx, machine_identifier).await?;
    let shown = |section: Option<i64>| section.is_some_and(|id| share.sections.contains(&id));
    let ids: Vec<_> = known.into_iter().filter(|one| shown(one.section_id)).map(|one| one.id).collect();
    if ids.is_empty() {
        return Ok(WantedAccess::Nothing);
    }
    Ok(WantedAccess::Granted { libraries: LibraryChoice::Some(ids), allow_downloads })
}

/// The change failed for good.
pub(super) async fn failed(
    ctx: &Ctx,
    change: &Change,
    seen: Option<&Seen>,
    failure: &Failure,
) -> AppResult<()> {
    let tx = ctx.db().begin().await?;
    fail(&tx, ctx, change, seen, failure).await?;
    tx.commit().await?;
    tracing::warn!(user.id = %change.user_id, change.id = %change.id, reason = %failure.reason, "access change failed");
    Ok(())
}

/// Writes a failure down. The person stays as they are, with the failed change for an admin to try
/// again; the redemption ends with its reason.
pub(super) async fn fail(
    tx: &Tx,
    ctx: &Ctx,
    change: &Change,
    seen: Option<&Seen>,
    failure: &Failure,
) -> AppResult<()> {
    let reason = failure.reason;
    let detail = Some(failure.detail.as_str());
    if !access_changes::finish(tx, change.id, ChangeState::Failed, Some(reason.as_str()), detail).await? {
        return Ok(());
    }
    if let Some(seen) = seen {
        let now = tx.now().await?;
        users::observe(tx, change.user_id, &observation(seen, now)).await?;
    }
    if reason == RedemptionReason::HomeMember && change.becomes.is_some() {
        // Refused, not postponed: what they had is what is wanted again. Whoever is suspended has nothing.
        let user = users::get(tx, change.user_id).await?;
        if let Some(kept) = user.kept.filter(|_| user.state != UserState::Suspended) {
            users::want(tx, change.user_id, &kept).await?;
        }
    }
    let mut event = about(tx, EventType::UserAccessFailed, change).await?;
    event.reason = Some(reason.to_string());
    event.after = Some(json!({ "detail": failure.detail }));
    history::append(tx, event).await?;
    if let Some(redemption) = redemption_of(tx, change).await? {
        let ending = match had_access(change, &users::get(tx, change.user_id).await?) {
            true => MEMBER,
            false => Ending {
                state: RedemptionState::Failed,
                reason: Some(reason),
                keep_seat: !failure.seat_is_free,
            },
        };
        end(tx, ctx, &redemption, ending).await?;
    }
    leave_hints(tx, change).await?;
    hints::leave(tx, HintKind::Jobs, None).await?;
    Ok(())
}

/// The page and the dashboard show what the change waits for, if that lasts.
pub(super) async fn waiting(
    ctx: &Ctx,
    change: &Change,
    reason: Option<RedemptionReason>,
    unconfirmed_reads: i32,
) -> AppResult<()> {
    let tx = ctx.db().begin().await?;
    let word = reason.map(RedemptionReason::as_str);
    access_changes::note_waiting(&tx, change.id, word, unconfirmed_reads).await?;
    let mut news = change.reason.as_deref() != word;
    if let (Some(id), Some(_)) = (change.redemption_id, reason) {
        let redemption = redemptions::get(&tx, id).await?;
        news |= redemptions::advance(&tx, id, redemption.state, reason).await?;
    }
    if news {
        leave_hints(&tx, change).await?;
    }
    Ok(tx.commit().await?)
}

async fn redemption_of(tx: &Tx, change: &Change) -> AppResult<Option<Redemption>> {
    let Some(id) = change.redemption_id else { return Ok(None) };
    let redemption = redemptions::get(tx, id).await?;
    Ok((!redemption.state.is_final()).then_some(redemption))
}

/// Ends a redemption: token forgotten and signed out, seat kept or given back, event written.
pub(crate) async fn end(tx: &Tx, ctx: &Ctx, redemption: &Redemption, ending: Ending) -> AppResult<()> {
    invitee_token::sign_out(tx, ctx, redemption).await?;
    if !redemptions::end(tx, redemption.id, ending).await? {
        return Ok(());
    }
    if redemption.has_seat && !ending.keep_seat {
        invites::give_back(tx, redemption.invite_id).await?;
    }
    let what = if ending.state == RedemptionState::Failed {
        EventType::RedemptionFailed
    } else {
        EventType::RedemptionCompleted
    };
    let mut event = Actor::system().event(what);
    event.user_id = redemption.user_id;
    event.invite_id = Some(redemption.invite_id);
    event.subject =
        Some(subject(redemption.id, redemption.account.as_ref().map(|account| account.username.clone())));
    event.reason = ending.reason.map(|reason| reason.to_string());
    event.after =
        Some(json!({ "state": ending.state, "seat_kept": redemption.has_seat && ending.keep_seat }));
    history::append(tx, event).await?;
    hints::leave(tx, HintKind::Invites, Some(&redemption.invite_id.to_string())).await?;
    Ok(())
}

/// A redemption, for the history.
pub(crate) fn subject(id: RedemptionId, name: Option<String>) -> history::Subject {
    history::Subject { kind: "redemption".to_owned(), id: Some(id.to_string()), name }
}

/// An event about a change; it bears the person's name as it is now.
async fn about(tx: &Tx, what: EventType, change: &Change) -> AppResult<NewEvent> {
    let name = Some(users::get(tx, change.user_id).await?.username);
    let mut event = Actor::system().event(what);
    event.user_id = Some(change.user_id);
    event.reason = Some(change.cause.to_string());
    event.subject =
        Some(history::Subject { kind: "change".to_owned(), id: Some(change.id.to_string()), name });
    Ok(event)
}

async fn leave_hints(tx: &Tx, change: &Change) -> AppResult<()> {
    hints::leave(tx, HintKind::Changes, Some(&change.id.to_string())).await?;
    hints::leave(tx, HintKind::Users, Some(&change.user_id.to_string())).await?;
    Ok(())
}

fn observation(seen: &Seen, at: Instant) -> Observation {
    match &seen.observed {
        Observed::Nothing => observation_of(None, at),
        Observed::Share(share) => observation_of(Some(share), at),
    }
}

/// What Plex showed at a moment, as it is stored.
pub(crate) fn observation_of(share: Option<&ShareSeen>, at: Instant) -> Observation {
    match share {
        None => Observation {
            mode: "none",
            sections: Vec::new(),
            downloads: None,
            share_id: None,
            pending: false,
            at,
        },
        Some(share) => Observation {
            mode: if share.all_libraries { "all" } else { "some" },
            sections: share.sections.iter().copied().collect(),
            downloads: share.allow_downloads,
            share_id: Some(share.share_id),
            pending: !share.accepted,
            at,
        },
    }
}
