//! Signing in to the dashboard, with a password or with Plex, and out again.
//!
//! A wrong name takes as long as a wrong password. Tries are counted before they are judged, so that
//! many at once are not judged as one, and forgotten when they were good. Plex signs in by the account's
//! number alone, and only whom an admin has linked before: it never makes an admin.

use std::net::IpAddr;

use pum_domain::event::EventType;
use pum_domain::password::MAX_CHARS;
use pum_domain::sign_in::SignInPurpose;
use pum_domain::text::name_key;
use pum_domain::{AdminId, ProblemCode};
use pum_plex::PinRequest;
use pum_store::admins::{self as store, Admin};
use pum_store::{Tx, history};

use crate::actor::Actor;
use crate::admins::subject;
use crate::ctx::Ctx;
use crate::error::{AppError, AppResult};
use crate::secret::Secret;
use crate::sign_in::{self, BrowserKey, StartSignIn};
use crate::throttle::{self, Limit, PUBLIC_STARTS, SIGN_INS_BY_ACCOUNT, SIGN_INS_BY_ADDRESS};

/// The page that begins a sign-in with Plex, and to which Plex returns.
const PAGE: &str = "/sign-in";
/// The browser and account of a good sign-in, remembered for a while: whoever guesses elsewhere must
/// not keep the owner of the account waiting.
const FAMILIAR: Limit = Limit { name: "sign_in_familiar", most: 1, window: 30 * pum_domain::instant::DAY };

/// Where a request comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    /// The address, for the history.
    pub address: IpAddr,
    /// The address or its network, for counting tries.
    pub group: String,
}

impl Visitor {
    fn actor(&self) -> Actor {
        Actor::stranger(&self.address.to_string())
    }

    fn as_admin(&self, admin: &Admin) -> Actor {
        Actor::admin(admin.id, &admin.username, &self.address.to_string())
    }
}

/// Checks name and password.
pub async fn with_password(
    ctx: &Ctx,
    visitor: &Visitor,
    username: &str,
    password: &Secret,
) -> AppResult<Admin> {
    let account = name_key(username);
    let familiar = format!("{account} from {}", visitor.group);
    throttle::take(ctx, SIGN_INS_BY_ADDRESS, &visitor.group).await?;
    if throttle::check(ctx, FAMILIAR, &familiar).await.is_ok() {
        throttle::take(ctx, SIGN_INS_BY_ACCOUNT, &account).await?;
    }
    let admin = store::by_username(&ctx.reader(), username).await?;
    let stored = admin.as_ref().and_then(|admin| admin.password_hash.clone());
    // A longer one cannot be anybody's, and hashing it would only cost.
    let right =
        password.expose().chars().count() <= MAX_CHARS && ctx.passwords().verify(password, stored).await?;
    let Some(admin) = admin.as_ref().filter(|_| right) else {
        note_failure(ctx, visitor, admin.as_ref(), "wrong_password").await?;
        let detail = "The user name or the password is wrong.";
        return Err(AppError::refused(ProblemCode::BadCredentials, detail));
    };
    let tx = ctx.db().begin().await?;
    note_success(&tx, visitor, admin, "password").await?;
    tx.commit().await?;
    throttle::forget(ctx, SIGN_INS_BY_ADDRESS, &visitor.group).await?;
    throttle::forget(ctx, SIGN_INS_BY_ACCOUNT, &account).await?;
    throttle::count(ctx, FAMILIAR, &familiar).await?;
    Ok(admin.clone())
}

/// Begins a sign-in with Plex.
pub async fn start_plex(
    ctx: &Ctx,
    visitor: &Visitor,
    browser: &BrowserKey,
    origin: &str,
) -> AppResult<PinRequest> {
    throttle::take(ctx, PUBLIC_STARTS, &visitor.group).await?;
    let purpose = SignInPurpose::Login;
    let new = StartSignIn { purpose, browser, subject_id: None, origin, return_path: PAGE, next: None };
    sign_in::start(ctx, new).await
}

/// Takes the PIN of a sign-in with Plex.
pub async fn attach_plex(ctx: &Ctx, browser: &BrowserKey, pin_id: i64, code: &str) -> AppResult<String> {
    sign_in::attach(ctx, SignInPurpose::Login, browser, pin_id, code).await
}

/// Signs in whoever is linked to the Plex account. The token is only good for telling which that is.
pub async fn with_plex(ctx: &Ctx, visitor: &Visitor, browser: &BrowserKey) -> AppResult<Admin> {
    let signed_in = sign_in::complete(ctx, SignInPurpose::Login, browser, None).await?;
    let tx = ctx.db().begin().await?;
    signed_in.spend(&tx).await?;
    signed_in.drop_token(ctx, &tx).await?;
    let admin = store::by_plex_id(&tx, signed_in.account.id).await?;
    let Some(admin) = admin else {
        let mut event = visitor.actor().event(EventType::AdminSignInFailed);
        event.reason = Some("plex_account_not_linked".to_owned());
        history::append(&tx, event).await?;
        tx.commit().await?;
        let detail = "This Plex account signs nobody in here. Sign in with your password, then link it under My account.";
        return Err(AppError::refused(ProblemCode::PlexAccountNotLinked, detail));
    };
    note_success(&tx, visitor, &admin, "plex").await?;
    tx.commit().await?;
    Ok(admin)
}

/// Notes that an admin has signed out.
pub async fn note_sign_out(ctx: &Ctx, actor: &Actor, admin: AdminId, username: &str) -> AppResult<()> {
    let tx = ctx.db().begin().await?;
    let mut event = actor.event(EventType::AdminSignedOut);
    event.subject = subject(admin, username);
    history::append(&tx, event).await?;
    Ok(tx.commit().await?)
}

pub(crate) async fn note_success(tx: &Tx, visitor: &Visitor, admin: &Admin, how: &str) -> AppResult<()> {
    store::note_sign_in(tx, admin.id).await?;
    let mut event = visitor.as_admin(admin).event(EventType::AdminSignedIn);
    event.subject = subject(admin.id, &admin.username);
    event.reason = Some(how.to_owned());
    history::append(tx, event).await?;
    Ok(())
}

/// What was typed stays out of it unless it is a known name: people type passwords into the wrong field.
async fn note_failure(ctx: &Ctx, visitor: &Visitor, admin: Option<&Admin>, why: &str) -> AppResult<()> {
    let tx = ctx.db().begin().await?;
    let mut event = visitor.actor().event(EventType::AdminSignInFailed);
    event.subject = admin.and_then(|admin| subject(admin.id, &admin.username));
    event.reason = Some(why.to_owned());
    history::append(&tx, event).await?;
    Ok(tx.commit().await?)
}
