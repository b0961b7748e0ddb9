//! Looks whether the Plex server is there, is the right one, and still takes the owner's token.

use pum_domain::event::HintKind;
use pum_domain::instant::MINUTE;
use pum_domain::server::{AuthState, IdentityState};
use pum_domain::text::clean_name;
use pum_plex::PlexError;
use pum_store::plex_server::{self as store, PlexServer, Seen};
use pum_store::{Reads, hints, jobs};

use super::Trouble;
use crate::ctx::Ctx;
use crate::outcome::{BLOCKED_BY_PLEX_AUTH, BLOCKED_BY_PLEX_IDENTITY, Outcome};
use crate::plex_server::{self, Connected, NotReady};

/// How old plex.tv's last answer may get before it is asked for one, in milliseconds.
const ACCOUNT_AGE: i64 = 5 * MINUTE;

pub(super) async fn run(ctx: &Ctx) -> Result<Outcome, Trouble> {
    let Some((server, connected)) = plex_server::load(ctx, &ctx.reader()).await? else {
        return Ok(Outcome::Done);
    };
    let seen = look(ctx, &server, &connected).await?;
    let tx = ctx.db().begin().await?;
    let changed = server.reachable != seen.reachable
        || server.problem != seen.problem
        || seen.name.as_ref().is_some_and(|name| *name != server.name)
        || seen.version.as_ref().is_some_and(|version| *version != server.version);
    store::note_seen(&tx, &seen).await?;
    if changed {
        hints::leave(&tx, HintKind::Server, None).await?;
    }
    tx.commit().await?;
    check_account(ctx, &server, &connected).await?;
    release_forgotten(ctx).await?;
    Ok(Outcome::Done)
}

/// A job that found something wrong may have gone to wait just after that was mended, and after
/// everybody else was let go: while all is well, nobody has anything to wait for.
async fn release_forgotten(ctx: &Ctx) -> Result<(), Trouble> {
    let tx = ctx.db().begin().await?;
    let all_is_well = store::get(&tx).await?.is_some_and(|server| {
        server.identity_state == IdentityState::Ok && server.auth_state == AuthState::Ok
    });
    if all_is_well {
        for reason in [BLOCKED_BY_PLEX_AUTH, BLOCKED_BY_PLEX_IDENTITY] {
            jobs::release_blocked(&tx, reason).await?;
        }
    }
    Ok(tx.commit().await?)
}

/// Trouble with the server is what this job is there to record, so it is no reason to try again.
async fn look(ctx: &Ctx, server: &PlexServer, connected: &Connected) -> Result<Seen, Trouble> {
    let failed =
        |problem: String| Seen { reachable: false, name: None, version: None, problem: Some(problem) };
    let media_server = match plex_server::verify_identity(ctx, connected).await {
        Ok(media_server) => media_server,
        Err(NotReady::Unanswered(error)) => return Ok(failed(error.code().to_owned())),
        Err(NotReady::Failed(error)) => return Err(error.into()),
        Err(_) => {
            let problem = IdentityState::OtherServer.as_str().to_owned();
            return Ok(Seen { reachable: true, ..failed(problem) });
        }
    };
    let nothing = Seen { reachable: true, name: None, version: None, problem: None };
    if server.auth_state != AuthState::Ok {
        return Ok(nothing);
    }
    match media_server.root(&connected.token).await {
        Ok(root) => {
            let name = clean_name(&root.friendly_name);
            Ok(Seen { name: Some(name).filter(|name| !name.is_empty()), version: root.version, ..nothing })
        }
        Err(PlexError::Unauthorized) => match plex_server::refused_by_server(ctx, connected).await {
            NotReady::Unanswered(error) => Ok(Seen { problem: Some(error.code().to_owned()), ..nothing }),
            NotReady::Failed(error) => Err(error.into()),
            _ => Ok(nothing),
        },
        Err(error) => Ok(Seen { problem: Some(error.code().to_owned()), ..nothing }),
    }
}

async fn check_account(ctx: &Ctx, server: &PlexServer, connected: &Connected) -> Result<(), Trouble> {
    let now = ctx.reader().now().await?;
    let fresh = server.plex_tv_answered_at.is_some_and(|at| now.since(at) < ACCOUNT_AGE);
    if fresh || server.auth_state != AuthState::Ok {
        return Ok(());
    }
    match ctx.plex().servers(&connected.token).await {
        Ok(servers) => {
            plex_server::note_auth_restored(ctx, connected).await?;
            let ours = servers.iter().find(|one| one.machine_identifier == connected.machine_identifier);
            // A list without the server says nothing: plex.tv forgets servers that are off for long.
            match ours.map(|ours| ours.owned) {
                Some(true) => plex_server::note_mended(ctx, IdentityState::OtherOwner).await?,
                Some(false) => plex_server::note_trouble(ctx, IdentityState::OtherOwner, None).await?,
                None => {}
            }
            Ok(())
        }
        Err(PlexError::Unauthorized) => Ok(plex_server::note_auth_lost(ctx, connected).await?),
        Err(error) => {
            tracing::debug!(%error, "plex.tv did not say whether the token is good");
            Ok(())
        }
    }
}
