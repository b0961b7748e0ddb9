//! Wakes the lanes of this process when there is something to do: a job that another process put
//! there, one whose time has come, one whose worker has gone.

use std::time::Duration;

use pum_domain::Instant;
use pum_store::jobs::{self, Known};
use pum_store::{Changes, Db, Reads, StoreResult};
use tokio_util::sync::CancellationToken;

/// How soon a job of another process is seen.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// How long to leave a database alone that could not be asked.
const PAUSE_AFTER_ERROR: Duration = Duration::from_secs(2);

/// Looks and wakes until `stop`.
pub(crate) async fn keep_watch(db: &Db, known: &[Known], stop: &CancellationToken) {
    let mut watch = Watch { db, known, changes: None, next: None };
    loop {
        let pause = match watch.look().await {
            Ok(()) => LOOK_EVERY,
            Err(error) => {
                tracing::warn!(%error, "cannot look for jobs of other processes");
                watch.changes = None;
                PAUSE_AFTER_ERROR
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

struct Watch<'a> {
    db: &'a Db,
    known: &'a [Known],
    changes: Option<Changes>,
    /// The earliest moment at which anything is due, as of the last change.
    next: Option<Instant>,
}

impl Watch<'_> {
    async fn look(&mut self) -> StoreResult<()> {
        let changes = match &mut self.changes {
            Some(changes) => changes,
            none => none.insert(self.db.changes().await?),
        };
        let reader = self.db.reader();
        let changed = changes.any().await?;
        if !changed {
            match self.next {
                Some(next) if next <= reader.now().await? => {}
                _ => return Ok(()),
            }
        }
        let due = jobs::next_due(&reader, self.known).await?;
        self.next = due.iter().map(|(_, at)| *at).min();
        if self.next.is_none() {
            return Ok(());
        }
        let now = reader.now().await?;
        for (lane, at) in due {
            if at <= now {
                self.db.wake(lane);
            }
        }
        Ok(())
    }
}
