//! Signing in with Plex on the public page: who is it, and may they come in?

use std::time::Duration;

use pum_domain::ProblemCode;
use pum_domain::instant::HOUR;
use pum_domain::redemption::{Entry, INVITEE_TOKEN_LIFETIME, RedemptionReason, RedemptionState};
use pum_domain::sign_in::SignInPurpose;
use pum_domain::user::UserState;
use pum_plex::{Lane, PinRequest};
use pum_store::redemptions::{Ending, LinkedAccount, Redemption};
use pum_store::{Reads, Tx, invites, plex_server as server_store, redemptions, users};

use super::view::{View, find, view};
use super::{ask_the_host, entry_of, not_found, out_of_step};
use crate::ctx::Ctx;
use crate::error::{AppError, AppResult};
use crate::guests::{self, Guest};
use crate::secret::Secret;
use crate::sign_in::{self, PlexAccount, PlexSignIn, StartSignIn};
use crate::{invitee_token, plex_server};

/// How long somebody who waits for a page waits to learn whether they are in the Home.
const HOME_PATIENCE: Duration = Duration::from_secs(3);
/// How long Plex's refusal of more people is taken for granted, in milliseconds.
const SHARE_LIMIT_MEMORY: i64 = HOUR;

/// A linked account, and the browser's new secret.
#[derive(Debug)]
pub struct Linked {
    /// What the page shows.
    pub view: View,
    /// The secret for the browser's cookie from now on.
    pub secret: Secret,
}

/// Begins a sign-in for the browser's redemption.
pub async fn start_plex(
    ctx: &Ctx,
    guest: Option<&Guest>,
    code: Option<&str>,
    origin: &str,
) -> AppResult<PinRequest> {
    let redemption = unaccepted(ctx, guest, code).await?;
    let guest = guest.ok_or_else(not_found)?;
    let invite = invites::get(&ctx.reader(), redemption.invite_id).await?;
    let return_path = format!("/invite/{}", invite.code);
    sign_in::start(
        ctx,
        StartSignIn {
            purpose: SignInPurpose::Redemption,
            browser: &guest.browser,
            subject_id: Some(redemption.id.uuid()),
            origin,
            return_path: &return_path,
            next: None,
        },
    )
    .await
}

/// Takes the PIN that the browser made, and says where to send it.
pub async fn attach_plex(ctx: &Ctx, guest: Option<&Guest>, pin_id: i64, code: &str) -> AppResult<String> {
    let guest = guest.ok_or_else(not_found)?;
    sign_in::attach(ctx, SignInPurpose::Redemption, &guest.browser, pin_id, code).await
}

/// Learns who signed in, and judges whether this link is for them.
pub async fn complete_plex(ctx: &Ctx, guest: Option<&Guest>, code: Option<&str>) -> AppResult<Linked> {
    let redemption = unaccepted(ctx, guest, code).await?;
    let guest = guest.ok_or_else(not_found)?;
    let subject = Some(redemption.id.uuid());
    let signed_in = sign_in::complete(ctx, SignInPurpose::Redemption, &guest.browser, subject).await?;
    let in_home = is_in_home(ctx, &signed_in.account).await;

    let tx = ctx.db().begin().await?;
    signed_in.spend(&tx).await?;
    // An account that was linked before gives way; its token is not needed any more.
    let redemption = redemptions::get(&tx, redemption.id).await?;
    if redemption.accepted_at.is_some() {
        return Err(out_of_step("This invite has been accepted already."));
    }
    invitee_token::sign_out(&tx, ctx, &redemption).await?;
    let secret = guests::rotate(&tx, guest.id).await?;
    match judge(&tx, &redemption, &signed_in.account, in_home).await? {
        Verdict::Welcome => keep(&tx, ctx, &redemption, &signed_in).await?,
        Verdict::Joins(other) => {
            redemptions::forget_token(&tx, redemption.id).await?;
            let reason = Some(RedemptionReason::Replaced);
            redemptions::end(
                &tx,
                redemption.id,
                Ending { state: RedemptionState::Failed, reason, keep_seat: false },
            )
            .await?;
            redemptions::make_current(&tx, guest.id, other.id).await?;
            signed_in.drop_token(ctx, &tx).await?;
        }
        Verdict::Refused(error) => {
            // The page may try again with another account; the old cookie stays good for it.
            tx.rollback().await?;
            let tx = ctx.db().begin().await?;
            signed_in.spend(&tx).await?;
            signed_in.drop_token(ctx, &tx).await?;
            tx.commit().await?;
            return Err(error);
        }
    }
    tx.commit().await?;
    let redemption = redemptions::of_guest(&ctx.reader(), guest.id, Some(redemption.invite_id)).await?;
    let view = view(ctx, None, redemption.ok_or_else(not_found)?).await?;
    Ok(Linked { view, secret })
}

async fn unaccepted(ctx: &Ctx, guest: Option<&Guest>, code: Option<&str>) -> AppResult<Redemption> {
    let redemption = find(ctx, guest, code).await?;
    let open = matches!(
        redemption.state,
        RedemptionState::Open | RedemptionState::PlexLinked | RedemptionState::Ready
    );
    if open { Ok(redemption) } else { Err(out_of_step("This invite has been accepted already.")) }
}

async fn keep(tx: &Tx, ctx: &Ctx, redemption: &Redemption, signed_in: &PlexSignIn) -> AppResult<()> {
    let account = &signed_in.account;
    let linked = LinkedAccount {
        plex_id: account.id,
        username: account.username.clone(),
        email: account.email.clone(),
        email_confirmed: account.email_confirmed,
        thumb: account.thumb.clone(),
    };
    let sealed = invitee_token::seal(ctx, redemption.id, &signed_in.token, &signed_in.client_identifier)?;
    let until = tx.now().await?.plus(INVITEE_TOKEN_LIFETIME);
    redemptions::link(tx, redemption.id, RedemptionState::Ready, &linked, Some(&sealed), until).await?;
    Ok(())
}

enum Verdict {
    /// The person may accept.
    Welcome,
    /// The person is on the way already, in another tab or by another link.
    Joins(Box<Redemption>),
    /// This link is not for this account.
    Refused(AppError),
}

async fn judge(tx: &Tx, redemption: &Redemption, account: &PlexAccount, in_home: bool) -> AppResult<Verdict> {
    let refuse = |code, detail: &str| Ok(Verdict::Refused(AppError::refused(code, detail)));
    if account.restricted || account.guest {
        return refuse(
            ProblemCode::ManagedAccount,
            "Managed accounts cannot accept invites. Sign in with a Plex account of your own.",
        );
    }
    let server = server_store::get(tx).await?;
    if server.as_ref().is_some_and(|server| server.owner_plex_id == account.id) {
        return refuse(
            ProblemCode::OwnerAccount,
            "This account owns the server: it has access to everything already.",
        );
    }
    let user = users::by_plex_id(tx, account.id).await?;
    if in_home || user.as_ref().is_some_and(|user| user.home || user.restricted) {
        return refuse(
            ProblemCode::HomeMember,
            "This account is in the host's Plex Home and has access through it. No invite is needed.",
        );
    }
    if let Some(user) = &user
        && entry_of(tx, user).await? == Entry::AskTheHost
    {
        return Ok(Verdict::Refused(ask_the_host()));
    }
    let invite = invites::get(tx, redemption.invite_id).await?;
    if let Some(bound) = &invite.bound_email {
        // First, so that nobody finds out whose link it is by an address that is not theirs.
        if account.email_confirmed != Some(true) {
            return refuse(
                ProblemCode::PlexEmailUnconfirmed,
                "This invite is for one e-mail address, and Plex does not say that this account's address is confirmed. Confirm it at Plex, or ask the host for a link without an address.",
            );
        }
        if !account.email.as_ref().is_some_and(|email| email.eq_ignore_ascii_case(bound)) {
            return refuse(
                ProblemCode::NotForThisAccount,
                "This invite is for another Plex account. Sign in with the one whose confirmed address the host used.",
            );
        }
    }
    if let Some(other) = redemptions::under_way(tx, account.id).await?
        && other.id != redemption.id
    {
        return Ok(Verdict::Joins(Box::new(other)));
    }
    if let Some(earlier) = redemptions::seated(tx, invite.id, account.id).await?
        && earlier.id != redemption.id
    {
        let left = user.is_some_and(|user| user.state == UserState::Removed);
        if left && earlier.state == RedemptionState::Done {
            return refuse(
                ProblemCode::AlreadyRedeemed,
                "This account has used this invite before. Ask the host for a new one.",
            );
        }
        return Ok(Verdict::Joins(Box::new(earlier)));
    }
    let limit = server.and_then(|server| server.share_limit_reached_at);
    let now = tx.now().await?;
    if limit.is_some_and(|since| now.since(since) < SHARE_LIMIT_MEMORY) {
        return refuse(
            ProblemCode::PlexShareLimit,
            "The host's server has reached Plex's limit of people. Ask the host to make room.",
        );
    }
    Ok(Verdict::Welcome)
}

/// Asked while somebody waits, so only for a moment; the job looks again before it invites.
async fn is_in_home(ctx: &Ctx, account: &PlexAccount) -> bool {
    if !account.home {
        return false;
    }
    let Ok(server) = plex_server::connected_server(ctx).await else { return false };
    let plex = ctx.plex().in_lane(Lane::Interactive).within(HOME_PATIENCE);
    let members = plex.home_users(&server.token).await.unwrap_or_default();
    members.iter().any(|member| member.id.0 == account.id.0)
}
