//! Requests that may be sent twice and must act once: the first answer is kept in the transaction
//! that does the work, and given again for a day.

use pum_domain::instant::{MINUTE, SECOND};
use pum_domain::{Instant, ProblemCode};
use pum_store::idempotency::{self, Earlier, NewRequest};
use pum_store::{Reads, Tx};

use crate::secret::hash_opaque;
use crate::{Actor, AppError, AppResult, Ctx};

/// How long the first answer is given again, in milliseconds.
pub const KEPT_FOR: i64 = pum_domain::instant::DAY;
/// A request still running after this long has died with its process, in milliseconds. It has done
/// nothing then, for its answer would be there.
const PATIENCE: i64 = MINUTE;

/// A request that carries a key.
#[derive(Debug, Clone)]
pub struct Keyed<'a> {
    /// The key that the client made up.
    pub key: &'a str,
    /// Who asks.
    pub actor: &'a Actor,
    /// The operation.
    pub route: &'static str,
    /// Hash of the body.
    pub body_hash: &'a str,
}

/// What to do with a request.
#[derive(Debug)]
pub enum Begun {
    /// Do the work, and keep its answer.
    First(FirstAnswer),
    /// It was done before: status and body.
    Again(u16, String),
}

/// The right to keep the answer of a request that came first.
#[derive(Debug)]
pub struct FirstAnswer {
    key_hash: String,
}

impl FirstAnswer {
    /// Keeps the answer together with what the request did.
    pub async fn keep(&self, tx: &Tx, status: u16, body: &str) -> AppResult<()> {
        Ok(idempotency::finish(tx, &self.key_hash, status, body).await?)
    }

    /// The request was refused and did nothing: it may come again.
    pub async fn give_up(&self, ctx: &Ctx) -> AppResult<()> {
        let tx = ctx.db().begin().await?;
        idempotency::forget(&tx, &self.key_hash).await?;
        Ok(tx.commit().await?)
    }
}

/// Looks whether the request came before, and notes that it runs if not.
pub async fn begin(ctx: &Ctx, request: Keyed<'_>) -> AppResult<Begun> {
    let who = format!("{}:{}", request.actor.kind, request.actor.id.as_deref().unwrap_or_default());
    let key_hash = hash_opaque(&format!("{who}\n{}\n{}", request.route, request.key));
    let tx = ctx.db().begin().await?;
    let now = tx.now().await?;
    if let Some(earlier) = idempotency::find(&tx, &key_hash).await? {
        if !is_over(&earlier, now) {
            tx.rollback().await?;
            return judge(earlier, request.body_hash);
        }
        idempotency::forget(&tx, &key_hash).await?;
    }
    let row = NewRequest {
        key_hash: key_hash.clone(),
        actor: who,
        route: request.route.to_owned(),
        body_hash: request.body_hash.to_owned(),
    };
    match idempotency::begin(&tx, row).await {
        Ok(()) => {}
        Err(pum_store::StoreError::Conflict { .. }) => {
            tx.rollback().await?;
            return Err(in_progress());
        }
        Err(error) => return Err(error.into()),
    }
    tx.commit().await?;
    Ok(Begun::First(FirstAnswer { key_hash }))
}

fn is_over(earlier: &Earlier, now: Instant) -> bool {
    let limit = if earlier.answer.is_some() { KEPT_FOR } else { PATIENCE };
    now.since(earlier.created_at) > limit
}

fn judge(earlier: Earlier, body_hash: &str) -> AppResult<Begun> {
    if earlier.body_hash != body_hash {
        return Err(AppError::refused(
            ProblemCode::IdempotencyKeyReused,
            "This Idempotency-Key was sent with another body before. Make a new key for a new request.",
        ));
    }
    match earlier.answer {
        Some((status, body)) => Ok(Begun::Again(status, body)),
        None => Err(in_progress()),
    }
}

fn in_progress() -> AppError {
    let mut error = AppError::conflict(
        ProblemCode::IdempotencyInProgress,
        "The same request is still under way. Wait a moment, then send it again.",
    );
    error.retry_after = Some(std::time::Duration::from_millis(SECOND.unsigned_abs()));
    error
}
