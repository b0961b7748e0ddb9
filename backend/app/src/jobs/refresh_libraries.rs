//! Reads the libraries and counts what they hold.

use pum_domain::event::HintKind;
use pum_store::hints;

use super::Trouble;
use crate::ctx::Ctx;
use crate::libraries::{self, RefreshError};
use crate::outcome::Outcome;
use crate::plex_server::NotReady;

pub(super) async fn run(ctx: &Ctx) -> Result<Outcome, Trouble> {
    match read(ctx).await {
        // Nothing to read from: connecting a server asks for this again.
        Ok(()) | Err(RefreshError::NotConnected) => Ok(Outcome::Done),
        Err(RefreshError::Plex(pum_plex::PlexError::Unauthorized)) => Err(NotReady::AuthLost.into()),
        Err(RefreshError::Plex(error)) => Err(error.into()),
        Err(RefreshError::Identity) => Err(NotReady::OtherServer.into()),
        Err(RefreshError::App(error)) => Err(error.into()),
    }
}

async fn read(ctx: &Ctx) -> Result<(), RefreshError> {
    libraries::refresh(ctx).await?;
    libraries::count_items(ctx).await?;
    // Even when nothing else has changed: pages show how old the reading is, and what was counted.
    let tx = ctx.db().begin().await?;
    hints::leave(&tx, HintKind::Server, None).await?;
    Ok(tx.commit().await?)
}
