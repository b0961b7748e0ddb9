//! The owner's token between their sign-in and the choice of a server. It never leaves our side: it
//! waits sealed, for the admin who signed in, for an hour at most.

use pum_domain::AdminId;
use pum_domain::instant::HOUR;
use pum_plex::Token;
use pum_store::{Reads, Tx, meta};
use serde::{Deserialize, Serialize};

use crate::ctx::Ctx;
use crate::error::{AppError, AppResult};
use crate::secret::{Place, Secret};
use crate::sign_in::PlexSignIn;
use crate::sign_out;

const FACT: &str = "connection.owner_token";
const PLACE: Place<'static> = Place { table: "meta", column: "value", row: FACT };
/// How long it waits, in milliseconds.
const LIFETIME: i64 = HOUR;

#[derive(Serialize, Deserialize)]
struct Stored {
    admin_id: AdminId,
    token_sealed: String,
    client_identifier: String,
    kept_at: i64,
}

/// The owner's token, waiting.
pub(super) struct Waiting {
    pub(super) token: Token,
    client_identifier: String,
    admin_id: AdminId,
    kept_at: i64,
}

/// Keeps the token of a sign-in. One that was waiting is signed out.
pub(super) async fn keep(ctx: &Ctx, tx: &Tx, admin_id: AdminId, signed_in: &PlexSignIn) -> AppResult<()> {
    discard(ctx, tx).await?;
    let stored = Stored {
        admin_id,
        token_sealed: ctx.keys().seal(PLACE, &Secret::new(signed_in.token.expose())),
        client_identifier: signed_in.client_identifier.clone(),
        kept_at: tx.now().await?.millis(),
    };
    let text =
        serde_json::to_string(&stored).map_err(|error| AppError::internal("keeping a token", error))?;
    Ok(meta::set(tx, FACT, &text).await?)
}

/// The token that waits for this admin.
pub(super) async fn waiting(ctx: &Ctx, db: &impl Reads, admin_id: AdminId) -> AppResult<Option<Waiting>> {
    let now = db.now().await?;
    let waiting = read(ctx, db).await?;
    Ok(waiting.filter(|one| one.admin_id == admin_id && now.millis() - one.kept_at < LIFETIME))
}

/// Forgets the waiting token without signing it out: it has found its place.
pub(super) async fn release(tx: &Tx) -> AppResult<()> {
    meta::remove(tx, FACT).await?;
    Ok(())
}

async fn discard(ctx: &Ctx, tx: &Tx) -> AppResult<()> {
    if let Some(old) = read(ctx, tx).await? {
        sign_out::enqueue(tx, ctx.keys(), &old.token, &old.client_identifier).await?;
    }
    release(tx).await
}

/// Signs a token out that nobody has come back for. Part of the housekeeping.
pub async fn drop_stale(ctx: &Ctx) -> AppResult<()> {
    let reader = ctx.reader();
    let now = reader.now().await?;
    let stale = read(ctx, &reader).await?.is_some_and(|one| now.millis() - one.kept_at >= LIFETIME);
    if !stale {
        return Ok(());
    }
    let tx = ctx.db().begin().await?;
    discard(ctx, &tx).await?;
    Ok(tx.commit().await?)
}

async fn read(ctx: &Ctx, db: &impl Reads) -> AppResult<Option<Waiting>> {
    let Some(text) = meta::get(db, FACT).await? else { return Ok(None) };
    let Ok(stored) = serde_json::from_str::<Stored>(&text) else { return Ok(None) };
    let Ok(token) = ctx.keys().open(PLACE, &stored.token_sealed) else { return Ok(None) };
    Ok(Some(Waiting {
        token: Token::new(token.expose()),
        client_identifier: stored.client_identifier,
        admin_id: stored.admin_id,
        kept_at: stored.kept_at,
    }))
}
