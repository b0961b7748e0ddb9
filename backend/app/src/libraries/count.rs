//! Counts what the libraries hold.

use pum_plex::PlexError;
use pum_store::libraries as store;

use super::RefreshError;
use crate::ctx::Ctx;
use crate::plex_server;

/// Asks the server for the size of each library. One that does not say keeps its old count.
pub async fn count_items(ctx: &Ctx) -> Result<(), RefreshError> {
    let server = plex_server::connected_server(ctx).await?;
    let media_server = plex_server::verify_identity(ctx, &server).await?;
    let libraries = store::of_server(&ctx.reader(), &server.machine_identifier).await?;
    for library in libraries.iter().filter(|library| library.vanished_at.is_none()) {
        let items = match media_server.item_count(&server.token, &library.key.to_string()).await {
            Ok(items) => i64::try_from(items).unwrap_or(i64::MAX),
            // Deleted since, or not counted by this kind of server: the next reading will tell.
            Err(PlexError::ItemMissing | PlexError::Garbage { .. }) => continue,
            Err(PlexError::Unauthorized) => {
                return Err(plex_server::refused_by_server(ctx, &server).await.into());
            }
            Err(error) => return Err(error.into()),
        };
        if library.item_count != Some(items) {
            let tx = ctx.db().begin().await?;
            store::note_count(&tx, library.id, items).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}
