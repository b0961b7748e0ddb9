//! Carrying a change out: read, plan, one step, read again.
//!
//! Whatever happens in between (the process dies, Plex loses an answer, another change comes), the
//! next run reads first and goes on from what is there.

use std::time::Duration;

use pum_domain::ChangeId;
use pum_domain::access::{ChangeCause, ChangeState, Observed, Step, Target, WantedAccess, plan};
use pum_domain::redemption::{RedemptionReason, RedemptionState};
use pum_domain::user::UserState;
use pum_plex::{Lane, PlexError, PlexTv};
use pum_store::access_changes::{self, Change, HadShare};
use pum_store::users::{self, Lease, User};
use pum_store::{Reads, StoreError, Tx, redemptions};

use super::call::InviteeToken;
use super::observe::{Seen, Whom, observe};
use super::record::Failure;
use super::resolve::{Unresolved, resolve};
use super::{LEASE, WRITE_DEADLINE};
use crate::ctx::Ctx;
use crate::error::{AppError, AppResult};
use crate::invitee_token;
use crate::jobs::Trouble;
use crate::outcome::{BLOCKED_BY_PLEX_AUTH, JobInfo, Outcome};
use crate::plex_server::{self, Connected};

/// More steps than any way from nothing to a finished share has.
const MOST_STEPS: usize = 12;
/// So many reads that do not show our latest write count as one try.
const PATIENT_READS: i32 = 20;
/// From this one on, people are told that Plex is behind.
const TOLD_AFTER: i32 = 3;

/// A change being carried out under the person's lease.
pub(super) struct Applying<'a> {
    pub ctx: &'a Ctx,
    pub server: Connected,
    pub plex: PlexTv,
    pub change: Change,
    pub user: User,
    pub lease: Lease,
}

/// Why the steps end before Plex shows what is wanted.
#[derive(Debug)]
pub(super) enum End {
    /// Another worker has the person now.
    LeaseLost,
    /// Another change has taken this one's place.
    Superseded,
    /// Plex does not show our latest write yet.
    Unconfirmed(Duration),
    /// Passing trouble.
    Plex(PlexError),
    /// Waits for an admin.
    Blocked(&'static str),
    /// The invitee's token no longer works: they will have to accept by themselves.
    InviteeTokenDead,
    /// The invitee's list does not show the invitation (yet).
    NothingToAccept,
    /// Plex does not let us accept for the invitee (now).
    CannotAccept(PlexError),
    /// Plex allows no more people.
    ShareLimit,
    /// Plex does not know the account.
    AccountUnknown,
    /// A member of the owner's Home needs no share.
    HomeMember,
    /// None of the chosen libraries is left.
    NothingLeft,
    /// These settings of the owner's for the person are not as they were, and cannot be given back.
    SettingsNotKept(Vec<&'static str>),
    /// Plex said no, for good.
    Refused(PlexError),
    /// Our own trouble.
    App(AppError),
}

impl From<StoreError> for End {
    fn from(error: StoreError) -> Self {
        Self::App(error.into())
    }
}

impl From<AppError> for End {
    fn from(error: AppError) -> Self {
        Self::App(error)
    }
}

impl End {
    /// Waits so many milliseconds, then reads again.
    pub(super) fn unconfirmed(pause: i64) -> Self {
        Self::Unconfirmed(Duration::from_millis(pause.unsigned_abs()))
    }
}

/// Carries out the change, or as much of it as can be done now.
pub(crate) async fn apply(ctx: &Ctx, id: ChangeId, info: &JobInfo) -> Result<Outcome, Trouble> {
    let change = match access_changes::get(&ctx.reader(), id).await {
        Ok(change) => change,
        Err(StoreError::NotFound { .. }) => return Ok(Outcome::Done),
        Err(error) => return Err(error.into()),
    };
    let change = match change.state {
        ChangeState::Requested => change,
        ChangeState::Planned => match begin(ctx, &change).await? {
            Some(begun) => begun,
            None => return Ok(Outcome::Done),
        },
        _ => return Ok(Outcome::Done),
    };
    let server = match plex_server::connected_server(ctx).await {
        Ok(server) => server,
        Err(reason) => {
            let waits_for = match reason.blocked_on() {
                Some(BLOCKED_BY_PLEX_AUTH) => RedemptionReason::PlexAuth,
                Some(_) => RedemptionReason::PlexIdentity,
                None => RedemptionReason::PlexUnavailable,
            };
            super::record::waiting(ctx, &change, Some(waits_for), change.unconfirmed_reads).await?;
            return Err(reason.into());
        }
    };
    let owner = format!("job:{}", info.id);
    let tx = ctx.db().begin().await?;
    let taken = match users::take(&tx, change.user_id, &owner, LEASE).await? {
        Ok(taken) => taken,
        Err(held) => {
            let left = held.until.since(tx.now().await?).clamp(200, 1_000);
            return Ok(later(left, "another change of this person is under way"));
        }
    };
    let user = users::get(&tx, change.user_id).await?;
    tx.commit().await?;
    ctx.hooks().at("apply.claimed").await;
    let plex = ctx.plex().in_lane(lane_of(change.cause));
    let mut applying = Applying { ctx, server, plex, change, user, lease: taken.lease };
    if taken.lapsed {
        outlast_former_holder(ctx).await?;
    }
    let ended = applying.converge().await;
    let outcome = match ended {
        Ok(()) => Ok(Outcome::Done),
        Err(end) => applying.conclude(end, info).await,
    };
    release(ctx, taken.lease).await?;
    outcome
}

/// The time to take a planned change back is over.
async fn begin(ctx: &Ctx, change: &Change) -> Result<Option<Change>, Trouble> {
    let tx = ctx.db().begin().await?;
    let begun = super::request::begin_planned(&tx, change).await?;
    let change = access_changes::get(&tx, change.id).await?;
    tx.commit().await?;
    Ok(begun.then_some(change))
}

/// A write of the worker that had the lease before may still be on its way to Plex.
async fn outlast_former_holder(ctx: &Ctx) -> Result<(), Trouble> {
    let reader = ctx.reader();
    let over = reader.now().await?.plus(WRITE_DEADLINE);
    loop {
        let left = over.since(reader.now().await?);
        if left <= 0 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(left.min(250).unsigned_abs())).await;
    }
}

async fn release(ctx: &Ctx, lease: Lease) -> Result<(), Trouble> {
    let tx = ctx.db().begin().await?;
    users::release(&tx, lease).await?;
    Ok(tx.commit().await?)
}

/// The job is dead: nobody will try again by itself.
pub(crate) async fn died(ctx: &Ctx, tx: &Tx, id: ChangeId, why: &str) -> AppResult<()> {
    let change = access_changes::get(tx, id).await?;
    let failure = Failure { reason: RedemptionReason::GaveUp, detail: why.to_owned(), seat_is_free: false };
    super::record::fail(tx, ctx, &change, None, &failure).await
}

/// How urgent the calls are.
const fn lane_of(cause: ChangeCause) -> Lane {
    match cause {
        // What is due goes before whatever somebody edits; its jobs are few at a time.
        ChangeCause::Redemption | ChangeCause::Expiry => Lane::Interactive,
        ChangeCause::Admin => Lane::Manual,
        ChangeCause::InvitationGone | ChangeCause::Drift | ChangeCause::LibraryAdded | ChangeCause::Purge => {
            Lane::Automatic
        }
    }
}

pub(super) fn later(millis: i64, why: &str) -> Outcome {
    Outcome::wait(Duration::from_millis(millis.unsigned_abs()), why)
}

impl Applying<'_> {
    async fn converge(&mut self) -> Result<(), End> {
        for _ in 0..MOST_STEPS {
            self.keep_lease().await?;
            let read_at = self.ctx.reader().now().await?;
            let mut seen = self.observe().await?;
            self.ctx.hooks().at("apply.read").await;
            self.note_pre_read(&seen).await?;
            if self.is_a_member_already(&seen).await? {
                return Ok(super::record::already_member(self, &seen, read_at).await?);
            }
            if self.user.state == UserState::Active && self.change.cause == ChangeCause::Redemption {
                self.let_in().await?;
            }
            let target = self.target().await?;
            let invitee = self.invitee_token().await?;
            if target != Target::Nothing {
                self.learn_downloads(&mut seen).await?;
            }
            let step = plan(&target, &seen.observed, invitee.is_some());
            self.believe(&seen, step, &target).await?;
            if target == Target::Nothing {
                let standing = self.standing().await?;
                standing.refuse_home()?;
                if step == Step::Nothing {
                    self.believe_absence(&standing).await?;
                    if !self.change.end_friendship || self.friendship_is_over(&standing).await? {
                        return Ok(super::record::revoked(self, read_at).await?);
                    }
                    self.make(Step::EndFriendship, &target, &seen, None).await?;
                    continue;
                }
            }
            let step = self.past_leftovers(step, &target, &seen, invitee.as_ref()).await?;
            if step == Step::Nothing {
                if matches!(&seen.observed, Observed::Share(share) if !share.accepted) {
                    return Ok(super::record::invited(self, &seen, read_at).await?);
                }
                if !self.has_to_give_back(&seen).await? {
                    return Ok(super::record::granted(self, &seen, read_at).await?);
                }
                self.make(Step::GiveBackSettings, &target, &seen, None).await?;
                continue;
            }
            self.make(step, &target, &seen, invitee.as_ref()).await?;
        }
        Err(End::Plex(PlexError::Garbage { what: "the same picture twice" }))
    }

    /// Prolongs the lease, and sees that the change is still wanted.
    async fn keep_lease(&self) -> Result<(), End> {
        let tx = self.ctx.db().begin().await?;
        if !users::renew(&tx, self.lease, LEASE).await? {
            return Err(End::LeaseLost);
        }
        let change = access_changes::get(&tx, self.change.id).await?;
        tx.commit().await?;
        if change.state == ChangeState::Requested { Ok(()) } else { Err(End::Superseded) }
    }

    /// What was there before our first write decides later whether a share is ours.
    async fn note_pre_read(&mut self, seen: &Seen) -> Result<(), End> {
        if self.change.had_share.is_some() {
            return Ok(());
        }
        let had = match &seen.observed {
            Observed::Nothing => HadShare::Nothing,
            Observed::Share(share) if share.accepted => HadShare::Share,
            Observed::Share(_) => HadShare::Invitation,
        };
        let tx = self.ctx.db().begin().await?;
        access_changes::note_pre_read(&tx, self.change.id, had).await?;
        tx.commit().await?;
        self.change.had_share = Some(had);
        Ok(())
    }

    /// Somebody who comes through a link and had access before PUM wrote anything for them.
    async fn is_a_member_already(&self, seen: &Seen) -> Result<bool, End> {
        let accepted = matches!(&seen.observed, Observed::Share(share) if share.accepted);
        if self.change.redemption_id.is_none() || self.change.had_share != Some(HadShare::Share) || !accepted
        {
            return Ok(false);
        }
        if self.user.state == UserState::Active {
            // However young our latest write for them is: it gave them what they have. What an admin has asked for
            // since they came by the link goes on.
            return Ok(self.change.cause == ChangeCause::Redemption);
        }
        if let Some(id) = self.change.redemption_id
            && redemptions::get(&self.ctx.reader(), id).await?.state == RedemptionState::Invited
        {
            // The share is our own invitation, accepted whenever the person got round to it.
            return Ok(false);
        }
        let latest = access_changes::latest_attempt_for(&self.ctx.reader(), self.user.id).await?;
        let now = self.ctx.reader().now().await?;
        // A share that a write of ours has just made or taken away is no old membership.
        Ok(latest.is_none_or(|attempt| now.since(attempt.started_at) >= pum_domain::access::READS_LAG))
    }

    async fn let_in(&self) -> Result<(), End> {
        let tx = self.ctx.db().begin().await?;
        let may = super::request::let_in(&tx, &self.change).await?;
        tx.commit().await?;
        if may { Ok(()) } else { Err(End::Superseded) }
    }

    async fn target(&self) -> Result<Target, End> {
        match resolve(self.ctx, &self.plex, &self.server, &self.change.wanted).await {
            Ok(target) => Ok(target),
            Err(Unresolved::NothingLeft) => Err(End::NothingLeft),
            Err(Unresolved::Plex(error)) => Err(self.read_error(error).await),
            Err(Unresolved::Blocked(on)) => Err(End::Blocked(on)),
            Err(Unresolved::App(error)) => Err(End::App(error)),
        }
    }

    async fn invitee_token(&self) -> Result<Option<InviteeToken>, End> {
        let Some(id) = self.change.redemption_id else { return Ok(None) };
        let redemption = redemptions::get(&self.ctx.reader(), id).await?;
        let now = self.ctx.reader().now().await?;
        Ok(invitee_token::open(self.ctx, &redemption, now)
            .map(|(token, client_identifier)| InviteeToken { token, client_identifier }))
    }

    async fn conclude(&self, end: End, info: &JobInfo) -> Result<Outcome, Trouble> {
        match end {
            End::Superseded => Ok(Outcome::Done),
            End::LeaseLost => Ok(later(1_000, "another worker has taken over")),
            End::Unconfirmed(pause) => self.unconfirmed(pause).await,
            End::Blocked(on) => {
                if on == BLOCKED_BY_PLEX_AUTH {
                    plex_server::note_auth_lost(self.ctx, &self.server).await?;
                }
                let reason = match on {
                    BLOCKED_BY_PLEX_AUTH => RedemptionReason::PlexAuth,
                    _ => RedemptionReason::PlexIdentity,
                };
                self.waits(reason).await?;
                Ok(Outcome::Blocked { on })
            }
            End::InviteeTokenDead => self.without_token().await,
            End::NothingToAccept => self.nothing_to_accept().await,
            End::CannotAccept(error) => self.cannot_accept(&error, info).await,
            End::ShareLimit => {
                self.note_share_limit().await?;
                self.fail(RedemptionReason::PlexShareLimit, "Plex allows no more people on this server").await
            }
            End::AccountUnknown => {
                self.fail(RedemptionReason::AccountUnknown, "Plex does not know this account").await
            }
            End::HomeMember => {
                let detail = match self.change.wanted {
                    WantedAccess::Granted { .. } => "a member of the Home has access without a share",
                    WantedAccess::Nothing => {
                        "a member of the owner's Home, or a managed account, keeps access: take them out of the Home in Plex first"
                    }
                };
                self.fail(RedemptionReason::HomeMember, detail).await
            }
            End::NothingLeft => {
                self.fail(RedemptionReason::LibrariesGone, "none of the chosen libraries exists any more")
                    .await
            }
            End::SettingsNotKept(changed) => {
                let detail = format!(
                    "Plex no longer shows what was set for this person ({}). PUM has set it again, and it does not \
                     hold. Set it at Plex, then try again.",
                    changed.join(", ")
                );
                self.fail(RedemptionReason::SettingsNotKept, &detail).await
            }
            End::Refused(error) => self.fail(RedemptionReason::PlexRefused, &error.to_string()).await,
            End::Plex(error) => {
                if info.is_last() && error.retry_after().is_none() {
                    return self.fail(RedemptionReason::GaveUp, &error.to_string()).await;
                }
                self.waits(RedemptionReason::PlexUnavailable).await?;
                Ok(Outcome::retry(info, &error))
            }
            End::App(error) => Err(error.into()),
        }
    }

    async fn waits(&self, reason: RedemptionReason) -> AppResult<()> {
        super::record::waiting(self.ctx, &self.change, Some(reason), self.change.unconfirmed_reads).await
    }

    /// One more read that did not show what it should. Where that lasts, people are told what they wait for.
    pub(super) async fn count_read(&self) -> AppResult<i32> {
        let reads = self.change.unconfirmed_reads + 1;
        let reason = (reads >= TOLD_AFTER).then_some(RedemptionReason::PlexBehind);
        super::record::waiting(self.ctx, &self.change, reason, reads).await?;
        Ok(reads)
    }

    /// Reading again costs no try, within reason: a row that never shows must not be waited for for ever.
    async fn unconfirmed(&self, pause: Duration) -> Result<Outcome, Trouble> {
        let reads = self.count_read().await?;
        let error = "Plex does not show our latest step yet".to_owned();
        Ok(Outcome::Again { after: pause, error, spends_attempt: reads % PATIENT_READS == 0 })
    }

    async fn fail(&self, reason: RedemptionReason, detail: &str) -> Result<Outcome, Trouble> {
        // A seat goes back only where a read proves that Plex has given nothing for it.
        let whom = Whom::of(&self.ctx.reader(), &self.user).await?;
        let seen = observe(&self.plex, &self.server, &whom).await.ok();
        let seat_is_free = match &seen {
            Some(seen) => self.proves_nothing(seen).await?,
            None => false,
        };
        let failure = Failure { reason, detail: detail.to_owned(), seat_is_free };
        super::record::failed(self.ctx, &self.change, seen.as_ref(), &failure).await?;
        Ok(Outcome::Done)
    }

    async fn note_share_limit(&self) -> Result<(), Trouble> {
        let tx = self.ctx.db().begin().await?;
        pum_store::plex_server::set_share_limit_reached(&tx, true).await?;
        Ok(tx.commit().await?)
    }
}
