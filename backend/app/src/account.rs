//! One's own admin account: password, Plex link, sessions, language.

use pum_domain::event::EventType;
use pum_domain::sign_in::SignInPurpose;
use pum_domain::{AdminId, Instant, ProblemCode};
use pum_plex::PinRequest;
use pum_store::admins::{self as store, Admin, PlexLink};
use pum_store::sessions::Session;
use pum_store::{Reads, Tx, history, sessions};

use crate::actor::Actor;
use crate::admins::{hash_new_password, subject, taken};
use crate::ctx::Ctx;
use crate::error::{AppError, AppResult};
use crate::secret::Secret;
use crate::sessions::CurrentSession;
use crate::sign_in::{self, BrowserKey, StartSignIn};
use crate::throttle::{self, SIGN_INS_BY_ACCOUNT};

/// The page that begins to link Plex, and to which Plex returns.
const PAGE: &str = "/account";

/// Whoever is signed in, as they are now.
pub async fn get(ctx: &Ctx, id: AdminId) -> AppResult<Admin> {
    store::get(&ctx.reader(), id).await?.ok_or_else(|| AppError::not_found("admin"))
}

/// Changes one's password. Every other session ends; the caller renews this one's key.
pub async fn change_password(
    ctx: &Ctx,
    actor: &Actor,
    session: &CurrentSession,
    current: Option<&Secret>,
    new: &Secret,
) -> AppResult<()> {
    let admin = get(ctx, session.admin_id).await?;
    let guesses = format!("change {}", admin.id);
    if admin.password_hash.is_some() {
        throttle::take(ctx, SIGN_INS_BY_ACCOUNT, &guesses).await?;
        let given = current.ok_or_else(|| AppError::field("/current_password", "required", "is required"))?;
        if !ctx.passwords().verify(given, admin.password_hash.clone()).await? {
            return Err(AppError::field("/current_password", "wrong", "this is not your present password"));
        }
        if equal_passwords(given, new) {
            return Err(AppError::field(
                "/new_password",
                "unchanged",
                "choose another password than the present one",
            ));
        }
    }
    let hash = hash_new_password(ctx, "/new_password", new, &admin.username).await?;
    let tx = ctx.db().begin().await?;
    store::set_password(&tx, admin.id, &hash, false).await?;
    sessions::delete_of(&tx, admin.id, Some(&session.key_hash)).await?;
    note(&tx, actor, EventType::AdminPasswordChanged, &admin).await?;
    tx.commit().await?;
    throttle::forget(ctx, SIGN_INS_BY_ACCOUNT, &guesses).await
}

fn equal_passwords(one: &Secret, other: &Secret) -> bool {
    crate::secret::equal(one.expose(), other.expose())
}

/// Begins to link a Plex account.
pub async fn start_link(ctx: &Ctx, session: &CurrentSession, origin: &str) -> AppResult<PinRequest> {
    let browser = BrowserKey::of_hash(&session.key_hash);
    sign_in::start(
        ctx,
        StartSignIn {
            purpose: SignInPurpose::LinkAdmin,
            browser: &browser,
            subject_id: Some(session.admin_id.uuid()),
            origin,
            return_path: PAGE,
            next: None,
        },
    )
    .await
}

/// Takes the PIN.
pub async fn attach_link(ctx: &Ctx, session: &CurrentSession, pin_id: i64, code: &str) -> AppResult<String> {
    let browser = BrowserKey::of_hash(&session.key_hash);
    sign_in::attach(ctx, SignInPurpose::LinkAdmin, &browser, pin_id, code).await
}

/// Links the account that has signed in. Every other session ends; the caller renews this one's key.
pub async fn complete_link(ctx: &Ctx, actor: &Actor, session: &CurrentSession) -> AppResult<Admin> {
    let browser = BrowserKey::of_hash(&session.key_hash);
    let subject_id = Some(session.admin_id.uuid());
    let signed_in = sign_in::complete(ctx, SignInPurpose::LinkAdmin, &browser, subject_id).await?;
    let account = &signed_in.account;
    let tx = ctx.db().begin().await?;
    signed_in.spend(&tx).await?;
    signed_in.drop_token(ctx, &tx).await?;
    if store::by_plex_id(&tx, account.id).await?.is_some_and(|other| other.id != session.admin_id) {
        // The token goes all the same.
        tx.commit().await?;
        let detail = "This Plex account signs in another admin already.";
        return Err(AppError::conflict(ProblemCode::PlexAccountTaken, detail));
    }
    let link =
        PlexLink { plex_id: account.id, username: account.username.clone(), thumb: account.thumb.clone() };
    store::set_plex(&tx, session.admin_id, Some(link)).await.map_err(taken)?;
    sessions::delete_of(&tx, session.admin_id, Some(&session.key_hash)).await?;
    let admin = store::get(&tx, session.admin_id).await?.ok_or_else(|| AppError::not_found("admin"))?;
    note(&tx, actor, EventType::AdminPlexLinked, &admin).await?;
    tx.commit().await?;
    Ok(admin)
}

/// Unlinks the Plex account, unless it is the only way in.
pub async fn unlink(ctx: &Ctx, actor: &Actor, session: &CurrentSession) -> AppResult<()> {
    let tx = ctx.db().begin().await?;
    let admin = store::get(&tx, session.admin_id).await?.ok_or_else(|| AppError::not_found("admin"))?;
    if admin.plex.is_none() {
        return Ok(tx.rollback().await?);
    }
    if admin.password_hash.is_none() {
        tx.rollback().await?;
        let detail = "Plex is your only way to sign in. Set a password first.";
        return Err(AppError::conflict(ProblemCode::LastWayIn, detail));
    }
    store::set_plex(&tx, admin.id, None).await?;
    sessions::delete_of(&tx, admin.id, Some(&session.key_hash)).await?;
    note(&tx, actor, EventType::AdminPlexUnlinked, &admin).await?;
    Ok(tx.commit().await?)
}

/// Chooses a language for oneself; `None` is the installation's.
pub async fn set_language(ctx: &Ctx, id: AdminId, language: Option<&str>) -> AppResult<Admin> {
    if let Some(language) = language {
        pum_domain::settings::SettingKey::Language
            .parse(language)
            .map_err(|bad| AppError::field("/language", "invalid", bad.0))?;
    }
    let tx = ctx.db().begin().await?;
    store::set_language(&tx, id, language).await?;
    let admin = store::get(&tx, id).await?.ok_or_else(|| AppError::not_found("admin"))?;
    tx.commit().await?;
    Ok(admin)
}

/// One's sessions, the most recently used first.
pub async fn list_sessions(ctx: &Ctx, id: AdminId) -> AppResult<Vec<Session>> {
    let reader = ctx.reader();
    let now: Instant = reader.now().await?;
    Ok(sessions::list_of(&reader, id, now).await?)
}

/// Ends one of one's sessions.
pub async fn end_session(ctx: &Ctx, actor: &Actor, id: AdminId, key_hash: &str) -> AppResult<()> {
    let tx = ctx.db().begin().await?;
    let theirs = sessions::find(&tx, key_hash).await?.filter(|session| session.admin_id == id);
    let Some(theirs) = theirs else {
        tx.rollback().await?;
        return Err(AppError::not_found("session"));
    };
    sessions::delete(&tx, key_hash).await?;
    let mut event = actor.event(EventType::AdminSignedOut);
    event.subject = subject(id, &theirs.username);
    event.reason = Some("ended_from_another_session".to_owned());
    history::append(&tx, event).await?;
    Ok(tx.commit().await?)
}

/// Ends all of one's sessions but the one to keep, and says how many.
pub async fn end_sessions(ctx: &Ctx, actor: &Actor, id: AdminId, keep: Option<&str>) -> AppResult<u64> {
    let tx = ctx.db().begin().await?;
    let admin = store::get(&tx, id).await?.ok_or_else(|| AppError::not_found("admin"))?;
    let ended = sessions::delete_of(&tx, id, keep).await?;
    if ended > 0 {
        let mut event = actor.event(EventType::AdminSignedOut);
        event.subject = subject(id, &admin.username);
        event.reason = Some("all_sessions".to_owned());
        history::append(&tx, event).await?;
    }
    tx.commit().await?;
    Ok(ended)
}

async fn note(tx: &Tx, actor: &Actor, event: EventType, admin: &Admin) -> AppResult<()> {
    let mut event = actor.event(event);
    event.subject = subject(admin.id, &admin.username);
    history::append(tx, event).await?;
    Ok(())
}
