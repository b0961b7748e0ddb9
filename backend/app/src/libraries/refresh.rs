//! Reads the libraries from the server and from plex.tv, and writes down what has changed.

use pum_domain::LibraryId;
use pum_domain::event::{EventType, HintKind};
use pum_domain::library::{Comparison, PlexTvLibrary, ServerLibrary, compare};
use pum_domain::text::clean_name;
use pum_plex::PlexError;
use pum_store::history::Subject;
use pum_store::libraries::{self as store, Library};
use pum_store::{Reads, Tx, hints, history, plex_server as server_store};

use crate::actor::Actor;
use crate::ctx::Ctx;
use crate::error::{AppError, AppResult};
use crate::plex_server::{self, Connected, NotReady};
use crate::random;

/// What a reading of the libraries has changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Refreshed {
    /// Libraries that are there.
    pub present: usize,
    /// Of these, seen for the first time.
    pub added: usize,
    /// Of these, held to be gone before.
    pub returned: usize,
    /// Libraries that are gone since.
    pub vanished: usize,
}

/// Why the libraries could not be read. Nothing has been changed then.
#[derive(Debug)]
pub enum RefreshError {
    /// Plex said no, or nothing; `Unauthorized` when the owner's token is dead.
    Plex(PlexError),
    /// Another server answers at the address, or somebody else owns it.
    Identity,
    /// No server is connected.
    NotConnected,
    /// Our own trouble.
    App(AppError),
}

impl From<PlexError> for RefreshError {
    fn from(error: PlexError) -> Self {
        Self::Plex(error)
    }
}

impl From<AppError> for RefreshError {
    fn from(error: AppError) -> Self {
        Self::App(error)
    }
}

impl From<pum_store::StoreError> for RefreshError {
    fn from(error: pum_store::StoreError) -> Self {
        Self::App(error.into())
    }
}

impl From<NotReady> for RefreshError {
    fn from(reason: NotReady) -> Self {
        match reason {
            NotReady::NotConnected => Self::NotConnected,
            NotReady::AuthLost => Self::Plex(PlexError::Unauthorized),
            NotReady::OtherServer => Self::Identity,
            NotReady::Unanswered(error) => Self::Plex(error),
            NotReady::Failed(error) => Self::App(error),
        }
    }
}

/// Reads both lists and writes down the difference. The server says who it is before it is sent the
/// token. An empty or unreadable list changes nothing, and neither does what only one of the two says.
pub async fn refresh(ctx: &Ctx) -> Result<Refreshed, RefreshError> {
    let server = plex_server::connected_server(ctx).await?;
    let media_server = plex_server::verify_identity(ctx, &server).await?;
    let read_at = ctx.reader().now().await?;
    let on_server = match media_server.libraries(&server.token).await {
        Err(PlexError::Unauthorized) => {
            return Err(plex_server::refused_by_server(ctx, &server).await.into());
        }
        on_server => on_server?,
    };
    let on_server = on_server.into_iter().map(listed).collect::<Result<Vec<_>, _>>()?;
    let on_plex_tv = match ctx.plex().sections(&server.token, &server.machine_identifier).await {
        Err(PlexError::Unauthorized) => {
            plex_server::note_auth_lost(ctx, &server).await?;
            return Err(NotReady::AuthLost.into());
        }
        on_plex_tv => on_plex_tv?,
    };
    // A key that is no number belongs to nothing that the server lists.
    let on_plex_tv: Vec<_> = on_plex_tv
        .iter()
        .filter_map(|section| {
            Some(PlexTvLibrary { section_id: section.id.0, key: section.key.parse().ok()? })
        })
        .collect();

    let tx = ctx.db().begin().await?;
    // Holds the server's row until the commit: two readings are compared one after the other.
    server_store::note_plex_tv_answered(&tx).await?;
    let known = store::of_server(&tx, &server.machine_identifier).await?;
    if known.iter().any(|library| library.refreshed_at > read_at) {
        // Somebody has read later than we and was quicker.
        tx.commit().await?;
        let present = known.iter().filter(|library| library.vanished_at.is_none()).count();
        return Ok(Refreshed { present, ..Refreshed::default() });
    }
    let remembered: Vec<_> = known.iter().map(Library::known).collect();
    let found = compare(&remembered, &on_server, &on_plex_tv, read_at)
        .map_err(|_| PlexError::Garbage { what: "a list of libraries" })?;
    let refreshed = record(&tx, &server, &known, &found, read_at).await?;
    tx.commit().await?;
    Ok(refreshed)
}

fn listed(library: pum_plex::Library) -> Result<ServerLibrary, PlexError> {
    let key = library.key.parse().map_err(|_| PlexError::Garbage { what: "a library's number" })?;
    if library.uuid.len() > 128 || library.kind.len() > 32 {
        return Err(PlexError::Garbage { what: "a library" });
    }
    let title = Some(clean_name(&library.title)).filter(|title| !title.is_empty());
    Ok(ServerLibrary {
        uuid: library.uuid,
        key,
        title: title.unwrap_or_else(|| format!("#{key}")),
        kind: library.kind,
    })
}

async fn record(
    tx: &Tx,
    server: &Connected,
    known: &[Library],
    found: &Comparison,
    read_at: pum_domain::Instant,
) -> AppResult<Refreshed> {
    let mut refreshed = Refreshed { present: found.present.len(), ..Refreshed::default() };
    let mut changed = false;
    for present in &found.present {
        let id = present.known.unwrap_or_else(random::id);
        let library = &present.library;
        store::note_present(tx, &server.machine_identifier, id, library, present.section_id, read_at).await?;
        let before = known.iter().find(|known| known.id == id);
        changed |= before.is_none_or(|known| {
            (&known.title, &known.kind, known.key) != (&library.title, &library.kind, library.key)
        });
        if before.is_none() {
            refreshed.added += 1;
            note(tx, EventType::LibraryAdded, id, &library.title).await?;
        }
        if present.returned {
            refreshed.returned += 1;
            note(tx, EventType::LibraryReturned, id, &library.title).await?;
        }
    }
    for id in &found.missing {
        store::note_missing(tx, *id, read_at).await?;
    }
    for library in known.iter().filter(|known| found.vanished.contains(&known.id)) {
        refreshed.vanished += 1;
        store::note_vanished(tx, library.id, read_at).await?;
        note(tx, EventType::LibraryVanished, library.id, &library.title).await?;
    }
    if changed || refreshed.returned + refreshed.vanished > 0 {
        hints::leave(tx, HintKind::Server, None).await?;
    }
    Ok(refreshed)
}

async fn note(tx: &Tx, event: EventType, id: LibraryId, title: &str) -> AppResult<()> {
    let mut event = Actor::system().event(event);
    let name = Some(title.to_owned());
    event.subject = Some(Subject { kind: "library".to_owned(), id: Some(id.to_string()), name });
    history::append(tx, event).await?;
    Ok(())
}
