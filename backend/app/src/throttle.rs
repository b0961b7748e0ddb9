//! Slowing down whoever guesses: so many tries within a window, counted in the database.
//!
//! A throttle delays and never locks out: once the window is over, everything is as before. What counts
//! as a try is the caller's choice: for passwords and codes only the failures.

use std::time::Duration;

use pum_domain::Instant;
use pum_domain::instant::{HOUR, MINUTE};
use pum_store::{Reads, throttles};

use crate::{AppError, AppResult, Ctx};

/// How many tries within which time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Names what is limited; part of the key in the database.
    pub name: &'static str,
    /// Tries within a window.
    pub most: i32,
    /// The window, in milliseconds.
    pub window: i64,
}

/// Unknown invite codes, by address.
pub const UNKNOWN_CODES: Limit = Limit { name: "unknown_code", most: 20, window: 10 * MINUTE };
/// Wrong setup codes, all together.
pub const SETUP_CODES: Limit = Limit { name: "setup_code", most: 10, window: HOUR };
/// Failed sign-ins, by address.
pub const SIGN_INS_BY_ADDRESS: Limit = Limit { name: "sign_in_address", most: 20, window: 10 * MINUTE };
/// Failed sign-ins, by account, from wherever. High enough that a stranger cannot keep the owner out
/// for long with it.
pub const SIGN_INS_BY_ACCOUNT: Limit = Limit { name: "sign_in_account", most: 50, window: 10 * MINUTE };
/// Everything an invitee's browser starts, by address: sixty guests may share one.
pub const PUBLIC_STARTS: Limit = Limit { name: "public_start", most: 600, window: 10 * MINUTE };

/// Refuses when `who` has used up their tries.
pub async fn check(ctx: &Ctx, limit: Limit, who: &str) -> AppResult<()> {
    let reader = ctx.reader();
    let counted = throttles::look(&reader, &key(limit, who), limit.window).await?;
    if counted.count < limit.most {
        return Ok(());
    }
    Err(refused(limit, counted.since, reader.now().await?))
}

/// Counts a try.
pub async fn count(ctx: &Ctx, limit: Limit, who: &str) -> AppResult<()> {
    let tx = ctx.db().begin().await?;
    throttles::count(&tx, &key(limit, who), limit.window).await?;
    Ok(tx.commit().await?)
}

/// Counts a try, and refuses when it was one too many. Of many at the same time none slips through.
pub async fn take(ctx: &Ctx, limit: Limit, who: &str) -> AppResult<()> {
    let tx = ctx.db().begin().await?;
    let counted = throttles::count(&tx, &key(limit, who), limit.window).await?;
    let now = tx.now().await?;
    tx.commit().await?;
    match counted.count <= limit.most {
        true => Ok(()),
        false => Err(refused(limit, counted.since, now)),
    }
}

fn refused(limit: Limit, since: Instant, now: Instant) -> AppError {
    let left = since.plus(limit.window).since(now).max(1);
    AppError::throttled(Duration::from_millis(left.unsigned_abs()))
}

/// Forgets the tries of `who`, after they have got it right.
pub async fn forget(ctx: &Ctx, limit: Limit, who: &str) -> AppResult<()> {
    let tx = ctx.db().begin().await?;
    throttles::forget(&tx, &key(limit, who)).await?;
    Ok(tx.commit().await?)
}

/// The key in the database: at most 128 characters, whatever `who` is.
fn key(limit: Limit, who: &str) -> String {
    const LONGEST: usize = 80;
    match who.len() <= LONGEST && who.is_ascii() {
        true => format!("{}:{who}", limit.name),
        false => format!("{}:#{}", limit.name, crate::secret::hash_opaque(who)),
    }
}
