//! The invitee's own Plex token: kept sealed with the redemption for as long as it is needed to
//! accept the invitation for them, then forgotten here and signed out at Plex.

use pum_domain::{Instant, RedemptionId};
use pum_plex::Token;
use pum_store::Tx;
use pum_store::redemptions::Redemption;
use serde::{Deserialize, Serialize};

use crate::ctx::Ctx;
use crate::error::{AppError, AppResult};
use crate::secret::{Place, Secret};
use crate::sign_out;

#[derive(Serialize, Deserialize)]
struct Kept {
    token: String,
    client_identifier: String,
}

fn place(row: &str) -> Place<'_> {
    Place { table: "redemptions", column: "token_sealed", row }
}

/// Seals a token for its redemption, with the name under which the person signed in.
pub(crate) fn seal(ctx: &Ctx, id: RedemptionId, token: &Token, client_identifier: &str) -> AppResult<String> {
    let kept = Kept { token: token.expose().to_owned(), client_identifier: client_identifier.to_owned() };
    let text = serde_json::to_string(&kept).map_err(|error| AppError::internal("sealing a token", error))?;
    Ok(ctx.keys().seal(place(&id.to_string()), &Secret::new(text)))
}

/// The token, unless it is gone, out of date or cannot be opened.
pub(crate) fn open(ctx: &Ctx, redemption: &Redemption, now: Instant) -> Option<(Token, String)> {
    if redemption.token_expires_at.is_some_and(|end| end <= now) {
        return None;
    }
    let sealed = redemption.token_sealed.as_deref()?;
    let text = ctx.keys().open(place(&redemption.id.to_string()), sealed).ok()?;
    let kept: Kept = serde_json::from_str(text.expose()).ok()?;
    Some((Token::new(kept.token), kept.client_identifier))
}

/// Has the token signed out at Plex once `tx` is committed. The caller forgets it in the same
/// transaction.
pub(crate) async fn sign_out(tx: &Tx, ctx: &Ctx, redemption: &Redemption) -> AppResult<()> {
    match open(ctx, redemption, Instant(0)) {
        Some((token, client_identifier)) => {
            sign_out::enqueue(tx, ctx.keys(), &token, &client_identifier).await
        }
        None => Ok(()),
    }
}
