//! Reads the libraries and counts what they hold.

use std::time::Duration;

use pum_domain::event::HintKind;
use pum_plex::PlexError;
use pum_store::{hints, plex_server};

use super::Trouble;
use crate::ctx::Ctx;
use crate::error::AppResult;
use crate::libraries::{self, RefreshError};
use crate::outcome::Outcome;
use crate::plex_server::NotReady;

pub(super) async fn run(ctx: &Ctx) -> Result<Outcome, Trouble> {
    let before = server(ctx).await?;
    match read(ctx).await {
        Ok(()) => {}
        // Nothing to read from: connecting a server asks for this again.
        Err(RefreshError::NotConnected) => return Ok(Outcome::Done),
        Err(RefreshError::Plex(PlexError::Unauthorized)) => return Err(NotReady::AuthLost.into()),
        Err(RefreshError::Plex(error)) => return Err(error.into()),
        Err(RefreshError::Identity) => return Err(NotReady::OtherServer.into()),
        Err(RefreshError::App(error)) => return Err(error.into()),
    }
    if server(ctx).await? != before {
        // Whoever replaced the server found this job open, and counts on it for the new one.
        return Ok(Outcome::wait(Duration::ZERO, "the server was replaced meanwhile"));
    }
    Ok(Outcome::Done)
}

async fn read(ctx: &Ctx) -> Result<(), RefreshError> {
    libraries::refresh(ctx).await?;
    libraries::count_items(ctx).await?;
    // Even when nothing else has changed: pages show how old the reading is, and what was counted.
    let tx = ctx.db().begin().await?;
    hints::leave(&tx, HintKind::Server, None).await?;
    Ok(tx.commit().await?)
}

async fn server(ctx: &Ctx) -> AppResult<Option<String>> {
    Ok(plex_server::get(&ctx.reader()).await?.map(|server| server.machine_identifier))
}
