//! What may be concluded from what was read: that a read lags, that it was refused, that a row is a leftover.

use pum_domain::access::{
    Call, CallEnd, LooseRow, Observed, READS_LAG, Step, Target, WantedAccess, Written, trust_read,
};
use pum_plex::PlexError;
use pum_store::access_changes::{self, Attempt, HadShare};
use pum_store::{Reads, StoreResult};

use super::apply::{Applying, End};
use super::call::{InviteeToken, end_of, writes, written_by};
use super::observe::{Seen, Whom, observe};
use crate::outcome::BLOCKED_BY_PLEX_AUTH;
use crate::plex_server::{self, NotReady};

impl Applying<'_> {
    /// What Plex shows for the person right now.
    pub(super) async fn observe(&self) -> Result<Seen, End> {
        let whom = Whom::of(&self.ctx.reader(), &self.user).await?;
        match observe(&self.plex, &self.server, &whom).await {
            Ok(seen) => Ok(seen),
            Err(error) => Err(self.read_error(error).await),
        }
    }

    /// Whether downloads are allowed, where the share does not tell: by the list of the owner's people, or else by
    /// what this very change has set, which is all that can be known then.
    pub(super) async fn learn_downloads(&self, seen: &mut Seen) -> Result<(), End> {
        let Observed::Share(share) = &mut seen.observed else { return Ok(()) };
        if !share.accepted || share.allow_downloads.is_some() {
            return Ok(());
        }
        share.allow_downloads = self.standing().await?.settings.and_then(|settings| settings.allow_downloads);
        if share.allow_downloads.is_none() {
            let attempts = access_changes::attempts_of(&self.ctx.reader(), self.change.id).await?;
            let done = attempts.iter().filter(|attempt| end_of(attempt) == CallEnd::Done);
            share.allow_downloads = done.filter_map(written_by).find_map(|written| match written {
                Written::UpdateDownloads { allow } => Some(allow),
                Written::Invite => Some(self.wants_downloads()),
                _ => None,
            });
        }
        Ok(())
    }

    const fn wants_downloads(&self) -> bool {
        matches!(self.change.wanted, WantedAccess::Granted { allow_downloads: true, .. })
    }

    /// Plex's reads lag behind its writes: what does not show ours is read again first.
    pub(super) async fn believe(&self, seen: &Seen, step: Step, target: &Target) -> Result<(), End> {
        let calls = self.recent_calls(writes(step, target).as_ref()).await?;
        trust_read(&seen.observed, &calls).map_err(End::unconfirmed)
    }

    /// Whether a read proves that Plex gives the person nothing.
    pub(super) async fn proves_nothing(&self, seen: &Seen) -> StoreResult<bool> {
        let calls = self.recent_calls(None).await?;
        Ok(seen.observed == Observed::Nothing && trust_read(&seen.observed, &calls).is_ok())
    }

    /// Our calls for the person that a read may lag behind, the latest first.
    async fn recent_calls(&self, planned: Option<&Written>) -> StoreResult<Vec<Call>> {
        let reader = self.ctx.reader();
        let now = reader.now().await?;
        let mut calls = Vec::new();
        for attempt in access_changes::attempts_since(&reader, self.user.id, now.plus(-READS_LAG)).await? {
            let Some(written) = written_by(&attempt) else { continue };
            let end = match end_of(&attempt) {
                CallEnd::Missing if self.misses(&written).await?.len() > 1 => CallEnd::MissingTwice,
                end => end,
            };
            let repeats = planned == Some(&written);
            calls.push(Call { written, end, age: now.since(attempt.started_at), repeats });
        }
        Ok(calls)
    }

    /// The latest calls of this change that made this very write and were told that it is not there.
    pub(super) async fn misses(&self, written: &Written) -> StoreResult<Vec<Attempt>> {
        let attempts = access_changes::attempts_of(&self.ctx.reader(), self.change.id).await?;
        let is_miss = |attempt: &Attempt| {
            end_of(attempt) == CallEnd::Missing && written_by(attempt).as_ref() == Some(written)
        };
        Ok(attempts.into_iter().take_while(is_miss).collect())
    }

    /// A read that was refused fails no change: it waits for whoever can mend that, or for better times.
    pub(super) async fn read_error(&self, error: PlexError) -> End {
        match error {
            PlexError::Unauthorized => End::Blocked(BLOCKED_BY_PLEX_AUTH),
            // What plex.tv says of a server that somebody else owns.
            PlexError::Forbidden | PlexError::ItemMissing => {
                match plex_server::refuse_another_owner(self.ctx, &self.plex, &self.server).await {
                    Ok(()) => End::Plex(error),
                    Err(NotReady::Unanswered(PlexError::Unauthorized)) => End::Blocked(BLOCKED_BY_PLEX_AUTH),
                    Err(NotReady::Unanswered(error)) => End::Plex(error),
                    Err(reason) => match reason.blocked_on() {
                        Some(on) => End::Blocked(on),
                        None => End::App(reason.into()),
                    },
                }
            }
            error => End::Plex(error),
        }
    }

    /// The step, unless it builds on a row that a withdrawn invitation has left behind: then that goes first.
    pub(super) async fn past_leftovers(
        &self,
        step: Step,
        target: &Target,
        seen: &Seen,
        invitee: Option<&InviteeToken>,
    ) -> Result<Step, End> {
        if !seen.is_loose || *target == Target::Nothing {
            return Ok(step);
        }
        let row = self.loose_row().await?;
        if !row.is_suspect() {
            return Ok(step);
        }
        if let Some(invitee) = invitee
            && self.received(invitee).await?.is_some()
        {
            return Ok(step);
        }
        row.next_look().map_or(Ok(Step::RemoveShare), |pause| Err(End::unconfirmed(pause)))
    }

    async fn loose_row(&self) -> Result<LooseRow, End> {
        let reader = self.ctx.reader();
        let attempts = access_changes::attempts_of(&reader, self.change.id).await?;
        let latest = access_changes::latest_attempt_for(&reader, self.user.id).await?;
        let now = reader.now().await?;
        let has_acted = |written| matches!(written, Written::Invite | Written::Remove);
        Ok(LooseRow {
            was_there: self.change.had_share == Some(HadShare::Invitation),
            acted: attempts.iter().filter_map(written_by).any(has_acted),
            since_write: latest.map(|attempt| now.since(attempt.started_at)),
            looks: self.change.unconfirmed_reads,
        })
    }
}
