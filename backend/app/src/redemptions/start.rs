//! Opening a link: the first step, which spends nothing.

use pum_domain::invite::check_usable;
use pum_domain::redemption::{RedemptionReason, RedemptionState};
use pum_store::{Reads, redemptions};

use super::view::{View, view};
use crate::ctx::Ctx;
use crate::error::AppResult;
use crate::guests::{self, Guest};
use crate::invites::find_by_code;
use crate::login::Visitor;
use crate::secret::Secret;
use crate::{random, throttle};

/// A redemption that has begun, or goes on.
#[derive(Debug)]
pub struct Started {
    /// What the page shows.
    pub view: View,
    /// The secret for the browser's cookie, if it is new here.
    pub secret: Option<Secret>,
}

/// Begins a redemption in this browser, or finds the one that it has begun.
pub async fn start(ctx: &Ctx, guest: Option<Guest>, code: &str, from: &Visitor) -> AppResult<Started> {
    throttle::take(ctx, throttle::PUBLIC_STARTS, &from.group).await?;
    let invite = find_by_code(ctx, code, &from.group).await?;
    let tx = ctx.db().begin().await?;
    if let Some(guest) = &guest
        && let Some(own) = redemptions::of_guest(&tx, guest.id, Some(invite.id)).await?
        && goes_on(own.state, own.reason)
    {
        redemptions::make_current(&tx, guest.id, own.id).await?;
        redemptions::see_terms(&tx, own.id, invite.version).await?;
        let own = redemptions::get(&tx, own.id).await?;
        tx.commit().await?;
        return Ok(Started { view: view(ctx, Some(guest), own).await?, secret: None });
    }
    check_usable(&invite.limits(), tx.now().await?).map_err(super::gone)?;
    let (guest, secret) = match guest {
        Some(guest) => (guest, None),
        None => {
            let (guest, secret) = guests::enter(&tx).await?;
            (guest, Some(secret))
        }
    };
    let id = random::id();
    redemptions::start(&tx, id, invite.id, invite.version, guest.id, Some(&from.address.to_string())).await?;
    let redemption = redemptions::get(&tx, id).await?;
    tx.commit().await?;
    Ok(Started { view: view(ctx, Some(&guest), redemption).await?, secret })
}

/// A redemption that failed before anything was agreed to, or was replaced, makes room for a new one.
fn goes_on(state: RedemptionState, reason: Option<RedemptionReason>) -> bool {
    match state {
        RedemptionState::Failed => reason.is_some_and(RedemptionReason::invitee_may_retry),
        RedemptionState::AlreadyMember => false,
        _ => true,
    }
}
