//! Asking the server what is playing. Nothing is written here.

use std::collections::HashMap;

use futures::StreamExt;
use futures::stream;
use pum_plex::{Media, MediaServer, NowPlaying, PlexError};

use super::session::{self, Session};
use crate::ctx::Ctx;
use crate::plex_server::{Connected, NotReady, refused_by_server, verify_identity};

/// So many files are looked up at once.
const AT_ONCE: usize = 4;
/// And so many in one look; the rest in the next.
const MOST_IN_A_LOOK: usize = 24;

/// Files that are being converted, as they lie on the server: the list of sessions describes what is sent.
#[derive(Debug, Default)]
pub(crate) struct Originals(HashMap<String, Vec<Media>>);

impl Originals {
    /// Looks up what is not known yet, and forgets what nobody converts any more. What cannot be had
    /// now is tried again at the next look.
    async fn bring_up_to_date(
        &mut self,
        server: &MediaServer,
        connected: &Connected,
        playing: &[NowPlaying],
    ) {
        let mut wanted: Vec<&String> = playing
            .iter()
            .filter(|one| session::hides_its_source(one))
            .filter_map(|one| one.rating_key.as_ref())
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        self.0.retain(|key, _| wanted.binary_search(&key).is_ok());
        wanted.retain(|key| !self.0.contains_key(*key));
        let found = stream::iter(wanted.into_iter().take(MOST_IN_A_LOOK))
            .map(|key| async move { (key.clone(), server.item_media(&connected.token, key).await) })
            .buffer_unordered(AT_ONCE)
            .collect::<Vec<_>>()
            .await;
        for (key, answer) in found {
            match answer {
                Ok(versions) => {
                    self.0.insert(key, versions);
                }
                Err(error) => {
                    tracing::debug!(%error, "a file that is being converted could not be looked up")
                }
            }
        }
    }

    /// The version that is being converted: the one that the list names, or the only one.
    fn of(&self, playing: &NowPlaying) -> Option<&Media> {
        let versions = self.0.get(playing.rating_key.as_deref()?)?;
        let id = playing.media.as_ref().and_then(|media| media.id);
        let named = versions.iter().find(|version| version.id.is_some() && version.id == id);
        match versions.as_slice() {
            [only] => Some(only),
            _ => named,
        }
    }
}

/// Asks the server. Who answers is looked at first: the token goes to the pinned server only.
pub(crate) async fn look(
    ctx: &Ctx,
    server: &Connected,
    originals: &mut Originals,
) -> Result<Vec<Session>, NotReady> {
    let media_server = verify_identity(ctx, server).await?;
    let playing = match media_server.now_playing(&server.token).await {
        Err(PlexError::Unauthorized) => return Err(refused_by_server(ctx, server).await),
        answer => answer.map_err(NotReady::Unanswered)?,
    };
    originals.bring_up_to_date(&media_server, server, &playing).await;
    let sessions =
        playing.iter().filter_map(|one| session::read(one, server.owner_plex_id, originals.of(one)));
    Ok(sessions.collect())
}
