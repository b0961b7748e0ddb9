//! Looks every few minutes whether Plex takes the owner's token again.

use std::time::Duration;

use pum_domain::server::AuthState;
use pum_plex::PlexError;

use super::Trouble;
use crate::ctx::Ctx;
use crate::outcome::Outcome;
use crate::plex_server::{self, PROBE_PAUSE};

pub(super) async fn run(ctx: &Ctx) -> Result<Outcome, Trouble> {
    let Some((server, connected)) = plex_server::load(ctx, &ctx.reader()).await? else {
        return Ok(Outcome::Done);
    };
    if server.auth_state == AuthState::Ok {
        return Ok(Outcome::Done);
    }
    let why = match ctx.plex().account(&connected.token).await {
        Ok(_) => {
            plex_server::note_auth_restored(ctx, &connected).await?;
            return Ok(Outcome::Done);
        }
        Err(PlexError::Unauthorized) => "Plex still refuses the owner's token".to_owned(),
        Err(error) => format!("{}: {error}", error.code()),
    };
    Ok(Outcome::wait(Duration::from_millis(PROBE_PAUSE.unsigned_abs()), &why))
}
