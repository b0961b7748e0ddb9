//! Sessions of signed-in admins: how long they last, and how they end.

use pum_domain::instant::{DAY, MINUTE};
use pum_domain::{AdminId, Instant, Permission};
use pum_store::{Reads, sessions};
use serde::{Deserialize, Serialize};

use crate::{AppResult, Ctx};

/// A session ends after this long without a request, in milliseconds.
pub const IDLE_LIMIT: i64 = 7 * DAY;
/// A session ends after this long in any case, in milliseconds.
pub const ABSOLUTE_LIMIT: i64 = 30 * DAY;
/// Use is noted this often at most, in milliseconds: reading a page must not mean writing.
const NOTE_USE_EVERY: i64 = MINUTE;
/// The longest browser name that is kept, in characters.
const USER_AGENT_CHARS: usize = 200;

/// A session about to begin.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// SHA-256 of its key.
    pub key_hash: String,
    /// Whose it is.
    pub admin_id: AdminId,
    /// From where they signed in.
    pub address: String,
    /// With which browser.
    pub user_agent: String,
}

/// The admin behind a request, as they are now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrentSession {
    /// SHA-256 of the session's key: names the session, opens nothing.
    pub key_hash: String,
    /// Who it is.
    pub admin_id: AdminId,
    /// Their name.
    pub username: String,
    /// Whether they pass every check.
    pub is_primary: bool,
    /// Whether they must choose a new password before anything else.
    pub must_change_password: bool,
    /// What they may do.
    pub permissions: Vec<Permission>,
    /// From where they signed in.
    pub address: String,
    /// With which browser.
    pub user_agent: String,
    /// Whether its use should be noted again.
    pub note_use: bool,
}

/// The session with this key, if it still counts. This does not prolong it.
pub async fn find(ctx: &Ctx, key_hash: &str) -> AppResult<Option<CurrentSession>> {
    let reader = ctx.reader();
    let Some(session) = sessions::find(&reader, key_hash).await? else { return Ok(None) };
    let now = reader.now().await?;
    if now >= session.idle_expires_at || now >= session.absolute_expires_at {
        return Ok(None);
    }
    Ok(Some(CurrentSession {
        key_hash: session.key_hash,
        admin_id: session.admin_id,
        username: session.username,
        is_primary: session.is_primary,
        must_change_password: session.must_change_password,
        permissions: session.permissions,
        address: session.address,
        user_agent: session.user_agent,
        note_use: now.since(session.last_seen_at) >= NOTE_USE_EVERY,
    }))
}

/// Begins a session.
pub async fn open(ctx: &Ctx, session: &NewSession) -> AppResult<()> {
    let tx = ctx.db().begin().await?;
    let now = tx.now().await?;
    let row = sessions::NewSession {
        key_hash: session.key_hash.clone(),
        admin_id: session.admin_id,
        idle_expires_at: now.plus(IDLE_LIMIT),
        absolute_expires_at: now.plus(ABSOLUTE_LIMIT),
        address: session.address.clone(),
        user_agent: session.user_agent.chars().take(USER_AGENT_CHARS).collect(),
    };
    sessions::insert(&tx, row).await?;
    Ok(tx.commit().await?)
}

/// Notes that a session is in use; `false` when it has gone.
pub async fn touch(ctx: &Ctx, key_hash: &str) -> AppResult<bool> {
    let tx = ctx.db().begin().await?;
    let now: Instant = tx.now().await?;
    let is_there = sessions::touch(&tx, key_hash, now, now.plus(IDLE_LIMIT)).await?;
    tx.commit().await?;
    Ok(is_there)
}

/// Ends a session; `false` when it had gone.
pub async fn close(ctx: &Ctx, key_hash: &str) -> AppResult<bool> {
    let tx = ctx.db().begin().await?;
    let was_there = sessions::delete(&tx, key_hash).await?;
    tx.commit().await?;
    Ok(was_there)
}
