//! Keeps an eye on what is playing: the loop around `pum-app`'s watcher, which decides everything.

use std::time::Duration;

use pum_app::Ctx;
use pum_app::streams::Watcher;
use tokio_util::sync::CancellationToken;

/// How long giving the right to watch back may take; otherwise it runs out by itself.
const TIME_TO_LEAVE: Duration = Duration::from_secs(2);

/// Watches until `stop`. A look that is under way then is dropped: what is playing goes on, and the next
/// one sees it.
pub(crate) async fn keep_watch(ctx: &Ctx, name: &str, stop: &CancellationToken) {
    let mut watcher = Watcher::new(ctx.clone(), name.to_owned());
    loop {
        let pause = tokio::select! {
            () = stop.cancelled() => break,
            pause = watcher.turn() => pause,
        };
        tokio::select! {
            () = stop.cancelled() => break,
            () = tokio::time::sleep(pause) => {}
            () = watcher.heard() => {}
        }
    }
    let _ = tokio::time::timeout(TIME_TO_LEAVE, watcher.leave()).await;
}
