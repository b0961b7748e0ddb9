//! From wanted libraries to the section ids that plex.tv knows today.

use std::collections::BTreeSet;

use pum_domain::access::{NothingLeftToShare, Sections, Target, WantedAccess};
use pum_domain::invite::LibraryChoice;
use pum_plex::{PlexError, PlexTv};
use pum_store::libraries as store;

use crate::ctx::Ctx;
use crate::error::AppError;
use crate::libraries::{self, RefreshError};
use crate::outcome::BLOCKED_BY_PLEX_IDENTITY;
use crate::plex_server::{Connected, NotReady};

/// Why there is no target.
#[derive(Debug)]
pub(super) enum Unresolved {
    /// Every chosen library is gone, by plex.tv's word and the server's.
    NothingLeft,
    /// Plex did not say.
    Plex(PlexError),
    /// Another server or owner answers: waits for an admin.
    Blocked(&'static str),
    /// Our own trouble.
    App(AppError),
}

impl From<NothingLeftToShare> for Unresolved {
    fn from(_: NothingLeftToShare) -> Self {
        Self::NothingLeft
    }
}

impl From<RefreshError> for Unresolved {
    fn from(error: RefreshError) -> Self {
        match error {
            RefreshError::Plex(error) => Self::Plex(error),
            RefreshError::Identity => Self::Blocked(BLOCKED_BY_PLEX_IDENTITY),
            RefreshError::NotConnected => Self::App(NotReady::NotConnected.into()),
            RefreshError::App(error) => Self::App(error),
        }
    }
}

const UNLIKE: &str = "the same libraries at plex.tv and the server";

/// What to make true at Plex. A library counts as gone only when plex.tv and the server agree in two
/// complete reads, ten minutes apart; until then the change waits. The rest is shared then.
pub(super) async fn resolve(
    ctx: &Ctx,
    plex: &PlexTv,
    server: &Connected,
    wanted: &WantedAccess,
) -> Result<Target, Unresolved> {
    let WantedAccess::Granted { libraries, allow_downloads } = wanted else { return Ok(Target::Nothing) };
    let allow_downloads = *allow_downloads;
    let sections =
        plex.sections(&server.token, &server.machine_identifier).await.map_err(Unresolved::Plex)?;
    let existing: BTreeSet<i64> = sections.iter().map(|section| section.id.0).collect();
    if existing.is_empty() {
        // A healthy server has been seen to list nothing for a while: no answer, least of all "everything".
        return Err(Unresolved::Plex(PlexError::Garbage { what: "a list of libraries with anything in it" }));
    }
    let chosen = match libraries {
        LibraryChoice::All => {
            if lacks_known(ctx, server, &existing).await? {
                libraries::refresh(ctx).await?;
                if lacks_known(ctx, server, &existing).await? {
                    // "Everything" would be less than before: the list is too short, or the server has yet to agree.
                    return Err(Unresolved::Plex(PlexError::Garbage { what: UNLIKE }));
                }
            }
            return Ok(Target::Granted { sections: Sections::all(existing)?, allow_downloads });
        }
        LibraryChoice::Some(ids) => ids,
    };
    let known = store::by_ids(&ctx.reader(), chosen).await.map_err(|error| Unresolved::App(error.into()))?;
    let mut ids: BTreeSet<i64> = known.iter().filter_map(|library| library.section_id).collect();
    if ids.len() < chosen.len() || !ids.is_subset(&existing) {
        libraries::refresh(ctx).await?;
        let known =
            store::by_ids(&ctx.reader(), chosen).await.map_err(|error| Unresolved::App(error.into()))?;
        let left = || known.iter().filter(|library| library.vanished_at.is_none());
        ids = left().filter_map(|library| library.section_id).collect();
        if left().count() > ids.len() || !ids.is_subset(&existing) {
            // plex.tv and the server do not agree (yet).
            return Err(Unresolved::Plex(PlexError::Garbage { what: UNLIKE }));
        }
    }
    Ok(Target::Granted { sections: Sections::some(&ids, &existing)?, allow_downloads })
}

/// Whether plex.tv does not list a library that is known and has not vanished.
async fn lacks_known(ctx: &Ctx, server: &Connected, existing: &BTreeSet<i64>) -> Result<bool, Unresolved> {
    let known = store::of_server(&ctx.reader(), &server.machine_identifier).await;
    let known = known.map_err(|error| Unresolved::App(error.into()))?;
    let mut left = known.iter().filter(|library| library.vanished_at.is_none());
    Ok(left.any(|library| library.section_id.is_some_and(|id| !existing.contains(&id))))
}
