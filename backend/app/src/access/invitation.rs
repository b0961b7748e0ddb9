//! Watching an invitation that the person has to accept by themselves.

use std::time::Duration;

use pum_domain::UserId;
use pum_domain::access::{ChangeCause, ChangeState, Observed, READS_LAG, WantedAccess};
use pum_domain::instant::{DAY, HOUR, MINUTE};
use pum_domain::job::Lane;
use pum_domain::settings::SettingKey;
use pum_domain::user::UserState;
use pum_store::access_changes::{self, Change};
use pum_store::{Reads, redemptions, users};

use super::observe::observe;
use super::record;
use super::request::{Request, request};
use crate::ctx::Ctx;
use crate::jobs::Trouble;
use crate::outcome::{BLOCKED_BY_PLEX_AUTH, JobInfo, Outcome};
use crate::{plex_server, settings};

/// Looks once. Goes on until the person has joined, the invitation is gone, or its time is over.
pub(crate) async fn watch(ctx: &Ctx, user_id: UserId, info: &JobInfo) -> Result<Outcome, Trouble> {
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
    let seen = match observe(&plex, &server, &user).await {
        Ok(seen) => seen,
        Err(pum_plex::PlexError::Unauthorized) => {
            plex_server::note_auth_lost(ctx, &server).await?;
            return Ok(Outcome::Blocked { on: BLOCKED_BY_PLEX_AUTH });
        }
        Err(error) => return Err(error.into()),
    };
    let now = ctx.reader().now().await?;
    let redemption = match change.redemption_id {
        Some(id) => Some(redemptions::get(&ctx.reader(), id).await?),
        None => None,
    };
    let age = now.since(change.finished_at.unwrap_or(now));
    match &seen.observed {
        Observed::Share(share) if share.accepted => ask(ctx, &change, change.cause, &change.wanted).await,
        Observed::Share(_) => {
            let days = settings::number(ctx, SettingKey::PendingInvitationDays).await?;
            let waits_until = redemption
                .and_then(|redemption| redemption.pending_until)
                .or_else(|| change.finished_at.map(|invited| invited.plus(days * DAY)));
            let over = waits_until.is_some_and(|end| end <= now)
                || user.access_expires_at.is_some_and(|end| end <= now);
            if over {
                return ask(ctx, &change, ChangeCause::InvitationGone, &WantedAccess::Nothing).await;
            }
            Ok(look_again(age))
        }
        // Declined, withdrawn, or a list that lags: believed when a second look agrees.
        Observed::Nothing if age < READS_LAG || info.attempt < 2 => Ok(Outcome::Again {
            after: Duration::from_millis(READS_LAG.unsigned_abs()),
            error: "Plex does not show the invitation".to_owned(),
            spends_attempt: true,
        }),
        Observed::Nothing => {
            let tx = ctx.db().begin().await?;
            record::remove_invited(&tx, ctx, &change).await?;
            tx.commit().await?;
            Ok(Outcome::Done)
        }
    }
}

async fn ask(
    ctx: &Ctx,
    change: &Change,
    cause: ChangeCause,
    wanted: &WantedAccess,
) -> Result<Outcome, Trouble> {
    let tx = ctx.db().begin().await?;
    let latest = access_changes::latest_of(&tx, change.user_id).await?;
    if latest.is_some_and(|latest| latest.id == change.id) {
        let asked = Request {
            user_id: change.user_id,
            wanted,
            cause,
            redemption_id: change.redemption_id,
            lane: Lane::Manual,
        };
        request(&tx, asked).await?;
    }
    tx.commit().await?;
    Ok(Outcome::Done)
}

/// Often in the first minutes, when the person is likely to be at it; then ever more seldom.
fn look_again(age: i64) -> Outcome {
    let pause = match age {
        age if age < HOUR => MINUTE,
        age if age < DAY => 10 * MINUTE,
        _ => HOUR,
    };
    Outcome::wait(Duration::from_millis(pause.unsigned_abs()), "the person has not accepted yet")
}
