//! Guests: the browser that walks through an invite. It holds an opaque secret of 256 bits; only its
//! hash is stored, and it changes when somebody signs in.

use pum_domain::GuestId;
use pum_domain::instant::MINUTE;
use pum_domain::redemption::GUEST_IDLE;
use pum_store::{Reads, Tx, guests};

use crate::ctx::Ctx;
use crate::error::AppResult;
use crate::random;
use crate::secret::{Secret, hash_opaque};
use crate::sign_in::BrowserKey;

/// How exact "last seen" is, in milliseconds: a write for every poll would be a waste.
const TOUCH_EVERY: i64 = 10 * MINUTE;

/// A browser that has proven to be known.
#[derive(Debug, Clone)]
pub struct Guest {
    /// Which one.
    pub id: GuestId,
    /// What its sign-ins are tied to.
    pub(crate) browser: BrowserKey,
}

/// The browser that holds this secret, unless it has been away for too long.
pub async fn find(ctx: &Ctx, secret: &Secret) -> AppResult<Option<Guest>> {
    let hash = hash_opaque(secret.expose());
    let reader = ctx.reader();
    let now = reader.now().await?;
    let Some(seen) = guests::find(&reader, &hash, now.plus(-GUEST_IDLE)).await? else { return Ok(None) };
    if now.since(seen.at) > TOUCH_EVERY
        && let Err(error) = touch(ctx, seen.id).await
    {
        // A full disk must not keep anybody from reading.
        tracing::warn!(%error, "the use of an invite page could not be noted");
    }
    Ok(Some(Guest { id: seen.id, browser: BrowserKey::of_hash(&hash) }))
}

async fn touch(ctx: &Ctx, id: GuestId) -> AppResult<()> {
    let tx = ctx.db().begin().await?;
    guests::touch(&tx, id).await?;
    Ok(tx.commit().await?)
}

/// Enters a browser that has just come, with the secret for its cookie.
pub(crate) async fn enter(tx: &Tx) -> AppResult<(Guest, Secret)> {
    let secret = Secret::new(random::secret());
    let hash = hash_opaque(secret.expose());
    let id = random::id();
    guests::create(tx, id, &hash).await?;
    Ok((Guest { id, browser: BrowserKey::of_hash(&hash) }, secret))
}

/// A new secret for the browser's cookie; the old one ends with the transaction.
pub(crate) async fn rotate(tx: &Tx, guest: GuestId) -> AppResult<Secret> {
    let secret = Secret::new(random::secret());
    guests::rotate(tx, guest, &hash_opaque(secret.expose())).await?;
    Ok(secret)
}
