//! Making admins, and what their names and passwords have to be like.

use pum_domain::event::EventType;
use pum_domain::password::{self, WeakPassword};
use pum_domain::text::clean_name;
use pum_domain::{AdminId, Permission, ProblemCode};
use pum_store::admins::{self as store, Admin, NewAdmin, PlexLink};
use pum_store::history::{self, Subject};
use pum_store::{StoreError, Tx, sessions};
use serde_json::json;

use crate::actor::Actor;
use crate::ctx::Ctx;
use crate::error::{AppError, AppResult};
use crate::random;
use crate::secret::Secret;

/// The longest user name, in characters.
const LONGEST_NAME: usize = 60;

/// A user name in the form that is kept.
pub(crate) fn check_username(raw: &str) -> AppResult<String> {
    let name = clean_name(raw);
    match (1..=LONGEST_NAME).contains(&name.chars().count()) {
        true => Ok(name),
        false => Err(AppError::field("/username", "invalid", "use 1 to 60 characters")),
    }
}

/// The hash of a password that is good enough; `pointer` names its field.
pub(crate) async fn hash_new_password(
    ctx: &Ctx,
    pointer: &str,
    password: &Secret,
    username: &str,
) -> AppResult<String> {
    password::check(password.expose(), username).map_err(|weak| refuse_weak(pointer, weak))?;
    ctx.passwords().hash(password).await
}

fn refuse_weak(pointer: &str, weak: WeakPassword) -> AppError {
    let code = match weak {
        WeakPassword::TooShort => "too_short",
        WeakPassword::TooLong => "too_long",
        WeakPassword::Common => "common",
        WeakPassword::LikeUsername => "like_username",
    };
    AppError { code: ProblemCode::WeakPassword, ..AppError::field(pointer, code, weak.to_string()) }
}

/// The admin, for the history.
pub(crate) fn subject(id: AdminId, username: &str) -> Option<Subject> {
    Some(Subject { kind: "admin".to_owned(), id: Some(id.to_string()), name: Some(username.to_owned()) })
}

/// How an admin signs in.
pub(crate) enum Ways {
    /// With a password, by its hash.
    Password { hash: String, must_change: bool },
    /// With this Plex account.
    Plex(PlexLink),
}

/// Adds an admin with every permission, and the event of it. The very first one is the primary one.
pub(crate) async fn add(tx: &Tx, actor: &Actor, username: &str, ways: Ways) -> AppResult<Admin> {
    let first = store::count(tx).await? == 0;
    let (password_hash, must_change_password, plex) = match ways {
        Ways::Password { hash, must_change } => (Some(hash), must_change, None),
        Ways::Plex(link) => (None, false, Some(link)),
    };
    let new = NewAdmin {
        id: random::id(),
        username: username.to_owned(),
        password_hash,
        must_change_password,
        is_primary: first,
        permissions: Permission::ALL.to_vec(),
        plex,
    };
    let id = new.id;
    store::insert(tx, new).await.map_err(taken)?;
    let mut event = actor.event(EventType::AdminCreated);
    event.subject = subject(id, username);
    event.after = Some(json!({ "is_primary": first }));
    history::append(tx, event).await?;
    store::get(tx, id).await?.ok_or_else(|| AppError::not_found("admin"))
}

/// A clash of names or Plex accounts, in words.
pub(crate) fn taken(error: StoreError) -> AppError {
    if error.is_conflict_on("admins.username_key") {
        let detail = "An admin of this name exists already. Choose another name.";
        return AppError::conflict(ProblemCode::UsernameTaken, detail);
    }
    if error.is_conflict_on("admins.plex_id") {
        let detail = "This Plex account signs in another admin already.";
        return AppError::conflict(ProblemCode::PlexAccountTaken, detail);
    }
    error.into()
}

/// Adds an admin from the command line.
pub async fn create(ctx: &Ctx, username: &str, password: &Secret) -> AppResult<Admin> {
    let username = check_username(username)?;
    let hash = hash_new_password(ctx, "/password", password, &username).await?;
    let tx = ctx.db().begin().await?;
    let ways = Ways::Password { hash, must_change: false };
    let admin = add(&tx, &Actor::command_line(), &username, ways).await?;
    tx.commit().await?;
    Ok(admin)
}

/// Gives an admin a new password from the command line. They must choose their own at the next
/// sign-in; their sessions end.
pub async fn reset_password(ctx: &Ctx, username: &str, password: &Secret) -> AppResult<Admin> {
    let admin = store::by_username(&ctx.reader(), username).await?;
    let admin = admin.ok_or_else(|| AppError::not_found("admin"))?;
    let hash = hash_new_password(ctx, "/password", password, &admin.username).await?;
    let tx = ctx.db().begin().await?;
    store::set_password(&tx, admin.id, &hash, true).await?;
    sessions::delete_of(&tx, admin.id, None).await?;
    let mut event = Actor::command_line().event(EventType::AdminPasswordReset);
    event.subject = subject(admin.id, &admin.username);
    history::append(&tx, event).await?;
    tx.commit().await?;
    Ok(admin)
}

/// Every admin, oldest first.
pub async fn list(ctx: &Ctx) -> AppResult<Vec<Admin>> {
    Ok(store::all(&ctx.reader()).await?)
}
