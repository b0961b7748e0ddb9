//! What the page shows of a redemption.

use pum_domain::redemption::{Progress, RedemptionState, StepView, steps};
use pum_domain::sign_in::SignInPurpose;
use pum_domain::{Instant, InviteId};
use pum_store::redemptions::Redemption;
use pum_store::{invites, redemptions, users};

use super::not_found;
use crate::ctx::Ctx;
use crate::error::AppResult;
use crate::guests::Guest;
use crate::invites::{Promise, promise};
use crate::sign_in;

pub use crate::sign_in::SignInProgress;

/// A redemption as its own browser may see it.
#[derive(Debug, Clone)]
pub struct View {
    /// The redemption.
    pub redemption: Redemption,
    /// The code of the link it belongs to.
    pub code: String,
    /// What was agreed to, once it was: the link itself may say nothing by then.
    pub accepted: Option<Promise>,
    /// What is done, going on and to come.
    pub steps: Vec<StepView>,
    /// Whether the invitee may try again.
    pub may_retry: bool,
    /// How far signing in with Plex has come.
    pub plex_sign_in: SignInProgress,
    /// When access ends, once there is access.
    pub access_expires_at: Option<Instant>,
}

/// The browser's redemption: of the named link, or the latest one.
pub async fn current(ctx: &Ctx, guest: Option<&Guest>, code: Option<&str>) -> AppResult<View> {
    let redemption = find(ctx, guest, code).await?;
    view(ctx, guest, redemption).await
}

/// Finds the browser's redemption.
pub(super) async fn find(ctx: &Ctx, guest: Option<&Guest>, code: Option<&str>) -> AppResult<Redemption> {
    let guest = guest.ok_or_else(not_found)?;
    let invite = match code {
        Some(code) => Some(invite_of(ctx, code).await?),
        None => None,
    };
    redemptions::of_guest(&ctx.reader(), guest.id, invite).await?.ok_or_else(not_found)
}

/// A deleted invite still leads to one's own redemption.
async fn invite_of(ctx: &Ctx, code: &str) -> AppResult<InviteId> {
    let code = pum_domain::code::InviteCode::parse(code).map_err(|_| not_found())?;
    let invite = invites::by_code_key(&ctx.reader(), &code.key()).await?.ok_or_else(not_found)?;
    Ok(invite.id)
}

/// Draws a redemption for its browser.
pub(super) async fn view(ctx: &Ctx, guest: Option<&Guest>, redemption: Redemption) -> AppResult<View> {
    let reader = ctx.reader();
    let invite = invites::get(&reader, redemption.invite_id).await?;
    let accepted = match &redemption.terms {
        Some(terms) => Some(promise(ctx, terms).await?),
        None => None,
    };
    let progress = Progress {
        state: redemption.state,
        reason: redemption.reason,
        plex_linked: redemption.account.is_some(),
        accepted: redemption.accepted_at.is_some(),
        invited: redemption.invited_at.is_some(),
    };
    let may_retry = redemption.state == RedemptionState::Failed
        && redemption.change_id.is_some()
        && redemption.reason.is_some_and(|reason| reason.invitee_may_retry());
    let plex_sign_in = match guest {
        Some(guest) if redemption.accepted_at.is_none() => {
            sign_in::progress(ctx, SignInPurpose::Redemption, &guest.browser, Some(redemption.id.uuid()))
                .await?
        }
        _ => SignInProgress::None,
    };
    let access_expires_at = match redemption.user_id {
        Some(user) if redemption.state == RedemptionState::Done => {
            users::get(&reader, user).await?.access_expires_at
        }
        _ => None,
    };
    Ok(View {
        code: invite.code,
        accepted,
        steps: steps(&progress),
        may_retry,
        plex_sign_in,
        access_expires_at,
        redemption,
    })
}
