//! The first step: whoever has the setup code becomes the first admin, with a password or with Plex.

use pum_domain::sign_in::SignInPurpose;
use pum_plex::PinRequest;
use pum_store::admins::{Admin, PlexLink};
use pum_store::{Tx, admins as store, meta};

use super::code::{admin_exists, check};
use crate::admins::{self, Ways};
use crate::ctx::Ctx;
use crate::error::AppResult;
use crate::login::{self, Visitor};
use crate::random;
use crate::secret::Secret;
use crate::sign_in::{self, BrowserKey, StartSignIn};
use crate::throttle::{self, PUBLIC_STARTS};

/// The wizard's page, to which Plex returns.
pub(crate) const PAGE: &str = "/setup";
/// Names the one who is first; of two at the same time only one can write it.
const FIRST: &str = "setup.first_admin";

/// The first admin, with a password.
pub async fn create_first_admin(
    ctx: &Ctx,
    visitor: &Visitor,
    setup_code: &str,
    username: &str,
    password: &Secret,
) -> AppResult<Admin> {
    check(ctx, visitor, setup_code).await?;
    let username = admins::check_username(username)?;
    let hash = admins::hash_new_password(ctx, "/password", password, &username).await?;
    add_first(ctx, visitor, &username, Ways::Password { hash, must_change: false }, None).await
}

/// Begins to make somebody with a Plex account the first admin.
pub async fn start_plex(
    ctx: &Ctx,
    visitor: &Visitor,
    setup_code: &str,
    browser: &BrowserKey,
    origin: &str,
) -> AppResult<PinRequest> {
    check(ctx, visitor, setup_code).await?;
    throttle::take(ctx, PUBLIC_STARTS, &visitor.group).await?;
    let purpose = SignInPurpose::SetupAdmin;
    let new = StartSignIn { purpose, browser, subject_id: None, origin, return_path: PAGE, next: None };
    sign_in::start(ctx, new).await
}

/// Takes the PIN.
pub async fn attach_plex(ctx: &Ctx, browser: &BrowserKey, pin_id: i64, code: &str) -> AppResult<String> {
    sign_in::attach(ctx, SignInPurpose::SetupAdmin, browser, pin_id, code).await
}

/// The first admin, with the Plex account that has signed in.
pub async fn complete_plex(ctx: &Ctx, visitor: &Visitor, browser: &BrowserKey) -> AppResult<Admin> {
    let signed_in = sign_in::complete(ctx, SignInPurpose::SetupAdmin, browser, None).await?;
    let account = &signed_in.account;
    let username = match account.username.is_empty() {
        true => "admin".to_owned(),
        false => account.username.chars().take(60).collect(),
    };
    let link =
        PlexLink { plex_id: account.id, username: account.username.clone(), thumb: account.thumb.clone() };
    add_first(ctx, visitor, &username, Ways::Plex(link), Some(&signed_in)).await
}

async fn add_first(
    ctx: &Ctx,
    visitor: &Visitor,
    username: &str,
    ways: Ways,
    signed_in: Option<&sign_in::PlexSignIn>,
) -> AppResult<Admin> {
    let how = if signed_in.is_some() { "plex" } else { "password" };
    let tx = ctx.db().begin().await?;
    if let Some(signed_in) = signed_in {
        signed_in.spend(&tx).await?;
        signed_in.drop_token(ctx, &tx).await?;
    }
    if let Err(refusal) = be_first(&tx).await {
        // The token goes all the same.
        tx.commit().await?;
        return Err(refusal);
    }
    let admin = admins::add(&tx, &super::actor_at(visitor), username, ways).await?;
    login::note_success(&tx, visitor, &admin, how).await?;
    tx.commit().await?;
    Ok(admin)
}

async fn be_first(tx: &Tx) -> AppResult<()> {
    let mine = random::identifier();
    let first = meta::get_or_set(tx, FIRST, &mine).await?;
    if store::count(tx).await? > 0 {
        return Err(admin_exists());
    }
    if first != mine {
        // Left behind by somebody who is not there any more.
        meta::set(tx, FIRST, &mine).await?;
    }
    Ok(())
}
