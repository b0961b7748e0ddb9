//! Watching an invitation that the person has to accept by themselves.
//!
//! Whose invitation is gone, or was never accepted, is removed by the sync: it knows when a list is no
//! answer, and what is beyond the brake it lists for an admin. The watch only asks for it in time. A fixed
//! end of access that passes meanwhile was agreed upon.

use std::time::Duration;

use pum_domain::access::{ChangeCause, ChangeState, Observed, READS_LAG, WantedAccess};
use pum_domain::instant::{DAY, HOUR, MINUTE, SECOND};
use pum_domain::job::Lane;
use pum_domain::sync::{BETWEEN_LOOKS, Invited};
use pum_domain::user::UserState;
use pum_domain::{Instant, UserId};
use pum_plex::PlexError;
use pum_store::access_changes::{self, Change};
use pum_store::users::User;
use pum_store::{Reads, Tx, redemptions, users};

use super::observe::{Whom, observe};
use super::request::{Request, request};
use crate::actor::Actor;
use crate::clock_guard;
use crate::ctx::Ctx;
use crate::jobs::Trouble;
use crate::outcome::{BLOCKED_BY_PLEX_AUTH, Outcome};
use crate::{plex_server, sync};

/// Until the next look at somebody whom two syncs have left where they are: an admin is asked by then.
const HELD: i64 = HOUR;

/// Until the next look where Plex had trouble in passing.
const AGAIN: i64 = 5 * MINUTE;

/// Looks once. Goes on until the person has joined, the invitation is gone, or its time is over.
pub(crate) async fn watch(ctx: &Ctx, user_id: UserId) -> Result<Outcome, Trouble> {
    let user = users::get(&ctx.reader(), user_id).await?;
    let Some(change) = access_changes::latest_of(&ctx.reader(), user_id).await? else {
        return Ok(Outcome::Done);
    };
    // Whatever else has been asked for meanwhile is looked after by its own job.
    if user.state != UserState::Pending || change.state != ChangeState::Applied {
        return Ok(Outcome::Done);
    }
    let server = plex_server::connected_server(ctx).await?;
    let plex = ctx.plex().in_lane(pum_plex::Lane::Automatic);
    let read_at = ctx.reader().now().await?;
    let whom = Whom::of(&ctx.reader(), &user).await?;
    let seen = match observe(&plex, &server, &whom).await {
        Ok(seen) => seen,
        Err(PlexError::Unauthorized) => {
            plex_server::note_auth_lost(ctx, &server).await?;
            return Ok(Outcome::Blocked { on: BLOCKED_BY_PLEX_AUTH });
        }
        Err(error) => return Ok(in_trouble(&error)),
    };
    let watched = Watched { ctx, user: &user, change: &change, read_at };
    match &seen.observed {
        Observed::Share(share) if share.accepted => watched.joined().await,
        Observed::Share(_) => watched.waits().await,
        Observed::Nothing => watched.is_not_shown().await,
    }
}

/// Somebody who is invited, and when Plex was asked about them.
struct Watched<'a> {
    ctx: &'a Ctx,
    user: &'a User,
    change: &'a Change,
    read_at: Instant,
}

impl Watched<'_> {
    /// For how long they have been invited.
    fn age(&self) -> i64 {
        self.read_at.since(self.change.finished_at.unwrap_or(self.read_at))
    }

    async fn joined(&self) -> Result<Outcome, Trouble> {
        let tx = self.ctx.db().begin().await?;
        if self.still_waits(&tx).await? {
            // With what was changed by hand while the invitation waited.
            let wanted = users::get(&tx, self.user.id).await?.wanted;
            self.ask(&tx, self.change.cause, &wanted).await?;
        }
        tx.commit().await?;
        Ok(Outcome::Done)
    }

    /// The invitation is there and nobody has accepted it.
    async fn waits(&self) -> Result<Outcome, Trouble> {
        let has_ended = self.user.access_expires_at.is_some_and(|end| end <= self.read_at);
        if has_ended && clock_guard::may_take_away(self.ctx).await? {
            return self.withdraw().await;
        }
        if self.is_over().await? {
            self.ask_for_a_sync().await?;
        }
        if users::profile(&self.ctx.reader(), self.user.id).await?.missing_since.is_some() {
            let tx = self.ctx.db().begin().await?;
            users::note_found(&tx, &[self.user.id]).await?;
            tx.commit().await?;
        }
        Ok(look_again(self.age()))
    }

    async fn is_over(&self) -> Result<bool, Trouble> {
        let Some(since) = self.change.finished_at.filter(|_| self.change.stands()) else { return Ok(false) };
        let until = match self.change.redemption_id {
            Some(id) => redemptions::get(&self.ctx.reader(), id).await?.pending_until,
            None => None,
        };
        let patience = sync::patience(self.ctx).await?;
        Ok(Invited { since, until }.is_over(self.read_at, patience))
    }

    async fn withdraw(&self) -> Result<Outcome, Trouble> {
        let tx = self.ctx.db().begin().await?;
        if self.still_waits(&tx).await? {
            self.ask(&tx, ChangeCause::InvitationGone, &WantedAccess::Nothing).await?;
        }
        tx.commit().await?;
        Ok(Outcome::Done)
    }

    /// Declined, withdrawn, or a list that lags: two syncs tell.
    async fn is_not_shown(&self) -> Result<Outcome, Trouble> {
        if self.age() < READS_LAG {
            return Ok(pause(READS_LAG, "Plex does not show the invitation yet"));
        }
        let missing_since = users::profile(&self.ctx.reader(), self.user.id).await?.missing_since;
        self.ask_for_a_sync().await?;
        if missing_since.is_some_and(|since| self.read_at.since(since) >= 2 * BETWEEN_LOOKS) {
            return Ok(pause(HELD, "an admin has to confirm that the invitation is gone"));
        }
        Ok(pause(BETWEEN_LOOKS + 5 * SECOND, "Plex does not show the invitation"))
    }

    async fn ask_for_a_sync(&self) -> Result<(), Trouble> {
        let tx = self.ctx.db().begin().await?;
        sync::ask(&tx, &Actor::system()).await?;
        Ok(tx.commit().await?)
    }

    /// Nobody has asked for anything else since Plex was asked. Keeps it so until the end of `tx`.
    async fn still_waits(&self, tx: &Tx) -> Result<bool, Trouble> {
        users::lock(tx, self.user.id).await?;
        let latest = access_changes::latest_of(tx, self.user.id).await?;
        Ok(latest.is_some_and(|latest| latest.id == self.change.id)
            && users::get(tx, self.user.id).await?.state == UserState::Pending)
    }

    async fn ask(&self, tx: &Tx, cause: ChangeCause, wanted: &WantedAccess) -> Result<(), Trouble> {
        let asked = Request {
            user_id: self.user.id,
            wanted,
            cause,
            redemption_id: self.change.redemption_id,
            lane: Lane::Manual,
        };
        request(tx, asked).await?;
        Ok(())
    }
}

/// Often in the first minutes, when the person is likely to be at it; then ever more seldom.
fn look_again(age: i64) -> Outcome {
    let after = match age {
        age if age < HOUR => MINUTE,
        age if age < DAY => 10 * MINUTE,
        _ => HOUR,
    };
    pause(after, "the person has not accepted yet")
}

/// An invitation waits for weeks, and whoever watches it as long: whatever Plex says meanwhile, there is another
/// look, and no try is spent on it.
fn in_trouble(error: &PlexError) -> Outcome {
    let after = if error.is_passing() { AGAIN } else { HOUR };
    let after = Duration::from_millis(after.unsigned_abs()).max(error.retry_after().unwrap_or_default());
    Outcome::wait(after, &error.to_string())
}

fn pause(millis: i64, why: &str) -> Outcome {
    Outcome::wait(Duration::from_millis(millis.unsigned_abs()), why)
}
