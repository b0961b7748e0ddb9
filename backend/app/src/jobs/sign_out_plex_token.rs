//! Ends a sign-in at Plex whose token is no longer needed.

use pum_plex::PlexError;
use serde_json::Value;

use super::Trouble;
use crate::ctx::Ctx;
use crate::outcome::Outcome;
use crate::sign_out;

pub(super) async fn run(ctx: &Ctx, payload: &Value) -> Result<Outcome, Trouble> {
    // Sealed with a key that is gone, the token cannot be used by anybody any more.
    let Some((token, client_identifier)) = sign_out::open(ctx.keys(), payload) else {
        return Ok(Outcome::Done);
    };
    match ctx.plex().acting_as(&client_identifier).sign_out(&token).await {
        Ok(()) | Err(PlexError::ItemMissing | PlexError::Forbidden) => Ok(Outcome::Done),
        Err(error) => Err(error.into()),
    }
}
