//! Making one step at Plex: the attempt row first, then the call, then how it ended.

use std::time::Duration;

use pum_domain::access::{CallEnd, Observed, Sections, Step, Target, Written};
use pum_domain::redemption::RedemptionState;
use pum_plex::{
    Invitee, Libraries, NewShare, PlexError, PlexTv, PlexUserId, SectionId, Share, ShareId, SharingSettings,
    Token,
};
use pum_store::access_changes::{self, Attempt};
use pum_store::{hints, redemptions, users};
use tokio::time::Instant;

use super::apply::{Applying, End};
use super::kept::{Kept, Note};
use super::observe::Seen;
use super::{LEASE, MARGIN, WRITE_DEADLINE};
use crate::outcome::BLOCKED_BY_PLEX_AUTH;
use crate::plex_server;

/// The invitee's own token, and the name under which they signed in.
pub(super) struct InviteeToken {
    pub token: Token,
    pub client_identifier: String,
}

/// How a call ended, in the words of the attempt row.
const DONE: &str = "done";
pub(super) const NOT_DONE: &str = "not_done";
const UNAVAILABLE: &str = "unavailable";
const UNKNOWN: &str = "unknown";
const MISSING: &str = "missing";

/// What the row says about a call; one without an end was cut short.
pub(super) fn end_of(attempt: &Attempt) -> CallEnd {
    match attempt.outcome.as_deref() {
        Some(DONE) => CallEnd::Done,
        Some(NOT_DONE) => CallEnd::NotDone,
        Some(UNAVAILABLE) => CallEnd::Unavailable,
        Some(MISSING) => CallEnd::Missing,
        _ => CallEnd::Unknown,
    }
}

/// What the row says was written.
pub(super) fn written_by(attempt: &Attempt) -> Option<Written> {
    serde_json::from_str(attempt.detail.as_deref()?).ok()
}

/// What a step writes.
pub(super) fn writes(step: Step, target: &Target) -> Option<Written> {
    Some(match step {
        Step::Nothing => return None,
        Step::Invite => Written::Invite,
        Step::Accept => Written::Accept,
        Step::RemoveShare | Step::CancelInvitation => Written::Remove,
        Step::UpdateLibraries => {
            let sections = sections(target)?;
            let all = matches!(sections, Sections::All(_));
            Written::UpdateLibraries { sections: sections.ids().clone(), all }
        }
        Step::UpdateDownloads => Written::UpdateDownloads { allow: allow_downloads(target) },
        Step::GiveBackSettings => Written::GiveBackSettings,
        Step::EndFriendship => Written::EndFriendship,
    })
}

fn sections(target: &Target) -> Option<&Sections> {
    match target {
        Target::Granted { sections, .. } => Some(sections),
        Target::Nothing => None,
    }
}

fn allow_downloads(target: &Target) -> bool {
    matches!(target, Target::Granted { allow_downloads: true, .. })
}

/// What was read for a call.
#[derive(Default)]
struct Ready<'a> {
    /// The share to act on.
    share: Option<Share>,
    /// The settings of a new share, or those to give back.
    settings: SharingSettings,
    /// How Plex calls the person now, where it lists them.
    name: Option<String>,
    /// What was set before, where the call sends settings along.
    kept: Option<Kept>,
    /// The invitation to accept, and who does.
    invitation: Option<(&'a InviteeToken, ShareId)>,
}

/// A way of changing settings repeats the libraries: where everything is wanted and shared, that is every section
/// of today. The wish for everything stays, and what comes later is added as it is to any other list.
fn repeat_everything(ready: &mut Ready<'_>, target: &Target) {
    if let (Some(share), Some(Sections::All(every))) = (&mut ready.share, sections(target))
        && share.all_libraries
    {
        share.section_ids = every.iter().copied().map(SectionId).collect();
    }
}

/// Acts as the person themselves, under the name of their sign-in.
fn theirs(plex: &PlexTv, invitee: &InviteeToken) -> PlexTv {
    plex.in_lane(pum_plex::Lane::Interactive).acting_as(&invitee.client_identifier)
}

impl Applying<'_> {
    /// Makes the step. `Ok` means: read again and see.
    pub(super) async fn make(
        &self,
        step: Step,
        target: &Target,
        seen: &Seen,
        invitee: Option<&InviteeToken>,
    ) -> Result<(), End> {
        let Some(written) = writes(step, target) else { return Ok(()) };
        // The share that an older list shows has no number; the newer one will have it after a while.
        let acts_on_share = matches!(
            step,
            Step::UpdateLibraries | Step::UpdateDownloads | Step::GiveBackSettings | Step::RemoveShare
        );
        if acts_on_share && seen.share.is_none() {
            return Err(End::Plex(PlexError::Garbage { what: "a share with its number" }));
        }
        let misses = self.misses(&written).await?;
        let plex = match &misses[..] {
            [] => self.plex.clone(),
            // It is still shown, or still wanted: perhaps it was the wrong way of asking.
            [_] => self.plex.by_the_other_way(),
            [latest, ..] => return Err(self.missing_for_good(step, latest.id).await?),
        };
        let plex = plex.within(Duration::from_millis(WRITE_DEADLINE.unsigned_abs()));
        let ready = self.prepare(&plex, step, target, seen, invitee).await?;
        let begun = Instant::now();
        let attempt = self.begin(step, &Note { written, kept: ready.kept.clone() }).await?;
        self.ctx.hooks().at("apply.attempt_committed").await;
        // A process that was stopped meanwhile may have lost the lease: then nothing is sent.
        let left = Duration::from_millis((LEASE - WRITE_DEADLINE - MARGIN).unsigned_abs());
        if begun.elapsed() > left {
            self.record(attempt, NOT_DONE).await?;
            return Err(End::LeaseLost);
        }
        let result = match self.send(&plex, step, target, seen, &ready).await {
            // There is no other way any more, so the first answer stands.
            Err(PlexError::RouteGone | PlexError::NoWayLeft) if !misses.is_empty() => {
                Err(PlexError::ItemMissing)
            }
            result => result,
        };
        self.ctx.hooks().at("apply.called").await;
        self.record(attempt, end_text(step, &result)).await?;
        self.ctx.hooks().at("apply.outcome_recorded").await;
        self.judge(step, result).await
    }

    /// What the call needs to know, read before its attempt begins: no read stands between that and the write.
    async fn prepare<'a>(
        &self,
        plex: &PlexTv,
        step: Step,
        target: &Target,
        seen: &Seen,
        invitee: Option<&'a InviteeToken>,
    ) -> Result<Ready<'a>, End> {
        let mut ready = Ready { share: seen.share.clone(), ..Ready::default() };
        match (step, invitee) {
            (Step::Invite, _) => {
                // Settings belong to the pair of owner and person, not to a share: what is set for somebody
                // stays as it is. Also the moment to learn about the Home.
                let standing = self.standing().await?;
                standing.refuse_home()?;
                ready.name = standing.name.clone();
                ready.kept = standing.settings.clone().map(Kept::of_person);
                let kept = standing.settings.unwrap_or_default();
                ready.settings = SharingSettings { allow_downloads: Some(allow_downloads(target)), ..kept };
            }
            (Step::UpdateLibraries | Step::UpdateDownloads, _) => {
                repeat_everything(&mut ready, target);
                if let Some(share) = &mut ready.share
                    && plex.sends_settings(share, step == Step::UpdateDownloads)
                {
                    // The row of a share need not tell all that is set.
                    let kept = Kept::new(share.settings.clone(), self.standing().await?.settings);
                    share.settings = kept.all();
                    ready.kept = Some(kept);
                }
            }
            (Step::GiveBackSettings, _) => {
                repeat_everything(&mut ready, target);
                let kept = self.kept().await?.map(|kept| kept.all()).unwrap_or_default();
                ready.settings = SharingSettings { allow_downloads: Some(allow_downloads(target)), ..kept };
            }
            (Step::Accept, Some(invitee)) => {
                let invitation = self.received(invitee).await?.ok_or(End::NothingToAccept)?;
                ready.invitation = Some((invitee, invitation));
            }
            _ => {}
        }
        Ok(ready)
    }

    /// The invitation as the person sees it; it may take a second or two to reach them.
    pub(super) async fn received(&self, invitee: &InviteeToken) -> Result<Option<ShareId>, End> {
        let theirs = theirs(&self.plex, invitee);
        let owner = PlexUserId(self.server.owner_plex_id.0);
        for pause in [500, 1_000, 2_000, 0] {
            let waiting = match theirs.received_invitations(&invitee.token).await {
                Ok(waiting) => waiting,
                Err(PlexError::Unauthorized | PlexError::Forbidden) => return Err(End::InviteeTokenDead),
                Err(error) => return Err(End::CannotAccept(error)),
            };
            let ours = waiting.into_iter().find(|one| one.is_of(owner, &self.server.machine_identifier));
            if let Some(ours) = ours {
                return Ok(Some(ours.share_id));
            }
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
        Ok(None)
    }

    /// Neither way of asking knows it. Says so in the attempt, so that another try begins anew.
    async fn missing_for_good(&self, step: Step, latest: i64) -> Result<End, End> {
        self.record(latest, NOT_DONE).await?;
        Ok(match step {
            Step::Invite => End::AccountUnknown,
            _ => End::Refused(PlexError::ItemMissing),
        })
    }

    async fn begin(&self, step: Step, note: &Note) -> Result<i64, End> {
        let detail = serde_json::to_string(note).ok();
        let tx = self.ctx.db().begin().await?;
        if !users::renew(&tx, self.lease, LEASE).await? {
            return Err(End::LeaseLost);
        }
        let change = access_changes::get(&tx, self.change.id).await?;
        if change.state != self.change.state {
            return Err(End::Superseded);
        }
        let attempt =
            access_changes::begin_attempt(&tx, self.change.id, self.lease.generation, name(step), detail)
                .await?;
        tx.commit().await?;
        Ok(attempt)
    }

    pub(super) async fn record(&self, attempt: i64, outcome: &str) -> Result<(), End> {
        let tx = self.ctx.db().begin().await?;
        access_changes::end_attempt(&tx, attempt, outcome).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn send(
        &self,
        plex: &PlexTv,
        step: Step,
        target: &Target,
        seen: &Seen,
        ready: &Ready<'_>,
    ) -> Result<(), PlexError> {
        let token = &self.server.token;
        let ids = || sections(target).map(|all| all.ids().iter().copied().map(SectionId).collect::<Vec<_>>());
        match (step, &ready.share, &seen.invitation) {
            (Step::Nothing, ..) => Ok(()),
            (Step::EndFriendship, ..) => match self.user.plex_id {
                Some(id) => match plex.end_friendship(token, PlexUserId(id.0)).await {
                    // Nothing is there (any more): that is what was wanted.
                    Err(PlexError::ItemMissing) => Ok(()),
                    other => other,
                },
                None => Ok(()),
            },
            (Step::Invite, ..) => {
                let share = NewShare {
                    machine_identifier: self.server.machine_identifier.clone(),
                    invitee: Invitee {
                        plex_user_id: self.user.plex_id.map(|id| PlexUserId(id.0)),
                        // A username that was noted long ago may be somebody else's by now.
                        name_or_email: (ready.name.as_ref().or(self.user.email.as_ref()))
                            .or(Some(&self.user.username))
                            .cloned(),
                    },
                    libraries: match sections(target) {
                        Some(Sections::All(_)) => Libraries::All,
                        _ => Libraries::Only(ids().unwrap_or_default()),
                    },
                    settings: ready.settings.clone(),
                };
                plex.create_share(token, &share).await.map(|_| ())
            }
            (Step::UpdateLibraries, Some(share), _) => {
                plex.update_libraries(token, share, &ids().unwrap_or_default()).await
            }
            (Step::UpdateDownloads, Some(share), _) => {
                plex.update_downloads(token, share, allow_downloads(target)).await
            }
            (Step::GiveBackSettings, Some(share), _) => {
                plex.give_back_settings(token, share, &ready.settings).await
            }
            (Step::RemoveShare, Some(share), _) => {
                plex.remove_share(token, &self.server.machine_identifier, share.id).await
            }
            (Step::CancelInvitation, _, Some(invitation)) => plex.cancel_invitation(token, invitation).await,
            (Step::CancelInvitation, Some(share), None) => {
                plex.remove_share(token, &self.server.machine_identifier, share.id).await
            }
            (Step::Accept, ..) => match &ready.invitation {
                Some((invitee, id)) => theirs(plex, invitee).accept_invitation(&invitee.token, *id).await,
                None => Ok(()),
            },
            (
                Step::UpdateLibraries | Step::UpdateDownloads | Step::GiveBackSettings | Step::RemoveShare,
                None,
                _,
            )
            | (Step::CancelInvitation, None, None) => Err(PlexError::Incomplete("no share to act on")),
        }
    }

    async fn judge(&self, step: Step, result: Result<(), PlexError>) -> Result<(), End> {
        let Err(error) = result else {
            if step == Step::Invite {
                self.note_invited().await?;
            }
            return Ok(());
        };
        match (step, &error) {
            (Step::Accept, PlexError::Unauthorized | PlexError::Forbidden) => Err(End::InviteeTokenDead),
            (Step::Accept, PlexError::ItemMissing) => Err(End::NothingToAccept),
            // Perhaps they were quicker, by Plex's own e-mail.
            (Step::Accept, PlexError::Refused { .. }) => match self.observe().await?.observed {
                Observed::Share(share) if share.accepted => Ok(()),
                _ => Err(End::CannotAccept(error)),
            },
            (Step::Accept, PlexError::RouteGone | PlexError::Unavailable { .. }) => {
                Err(End::CannotAccept(error))
            }
            (Step::Accept, error) if error.is_passing() && !error.may_have_been_done() => {
                Err(End::CannotAccept(error.clone()))
            }
            // The next read tells; the next call takes the other way.
            (_, PlexError::RouteGone | PlexError::AlreadySharing) => Ok(()),
            (_, PlexError::Unauthorized) => {
                plex_server::note_auth_lost(self.ctx, &self.server).await?;
                Err(End::Blocked(BLOCKED_BY_PLEX_AUTH))
            }
            (Step::Invite, PlexError::ItemMissing) => match &self.misses(&Written::Invite).await?[..] {
                [latest, _, ..] => Err(self.missing_for_good(step, latest.id).await?),
                // Perhaps it was the wrong way of asking.
                _ => Ok(()),
            },
            // Gone, or done already, or the wrong way of asking: reading tells.
            (_, PlexError::ItemMissing) => Ok(()),
            // "There is one already" has been said in many words: what is there is gone on from.
            (Step::Invite, PlexError::Refused { .. }) => match self.observe().await?.observed {
                Observed::Share(_) => Ok(()),
                Observed::Nothing => Err(End::Refused(error)),
            },
            (_, PlexError::ShareLimit) => Err(End::ShareLimit),
            // The work may be done: reading tells at once, and a repetition waits until it is sure.
            (_, error) if error.may_have_been_done() && !matches!(error, PlexError::Unavailable { .. }) => {
                Ok(())
            }
            (_, error) if error.is_passing() => Err(End::Plex(error.clone())),
            _ => Err(End::Refused(error)),
        }
    }

    /// The page shows the invitation while it is being accepted.
    async fn note_invited(&self) -> Result<(), End> {
        let Some(id) = self.change.redemption_id else { return Ok(()) };
        let tx = self.ctx.db().begin().await?;
        if redemptions::advance(&tx, id, RedemptionState::Invited, None).await? {
            hints::leave(&tx, pum_domain::event::HintKind::Invites, None).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

const fn end_text(step: Step, result: &Result<(), PlexError>) -> &'static str {
    match result {
        // There is one way of accepting.
        Err(PlexError::ItemMissing) if !matches!(step, Step::Accept) => MISSING,
        Ok(()) => DONE,
        Err(PlexError::Unavailable { .. }) => UNAVAILABLE,
        // A share that no read shows yet, or a stale row: reading goes on, and repeating has to wait.
        Err(PlexError::AlreadySharing) => UNKNOWN,
        // Permissions have been seen to change although the answer was 404; elsewhere it means no.
        Err(error)
            if error.may_have_been_done()
                && !matches!(error, PlexError::ItemMissing | PlexError::RouteGone) =>
        {
            UNKNOWN
        }
        Err(_) => NOT_DONE,
    }
}

const fn name(step: Step) -> &'static str {
    match step {
        Step::Nothing => "nothing",
        Step::Invite => "invite",
        Step::UpdateLibraries => "update_libraries",
        Step::UpdateDownloads => "update_downloads",
        Step::GiveBackSettings => "give_back_settings",
        Step::Accept => "accept",
        Step::RemoveShare => "remove_share",
        Step::CancelInvitation => "cancel_invitation",
        Step::EndFriendship => "end_friendship",
    }
}
