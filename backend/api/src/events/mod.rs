//! Live events: hints from the database, told to every page that listens.
//!
//! One task per process tails the hints, and only while somebody listens. What a listener hears is
//! filtered by what their admin may see; whether they may still listen is asked before each hint,
//! every 30 seconds, and at once when a session of this process ends.

mod get;
mod stream;

pub use get::*;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use pum_domain::event::HintKind;
use pum_store::Reader;
use pum_store::hints::{Hint, Tail};
use tokio::sync::{broadcast, watch};
use tokio_util::sync::CancellationToken;

/// Streams that one session may have open.
pub const MAX_PER_SESSION: usize = 5;
/// The first write after the other end has gone is answered by a refusal, and the second fails by it.
const KNOCKS: usize = 8;
const BETWEEN_KNOCKS: Duration = Duration::from_millis(100);
const BACKLOG: usize = 256;
const LOOK_EVERY: Duration = Duration::from_millis(200);
const AFTER_TROUBLE: Duration = Duration::from_secs(5);

/// The hub of one process.
pub struct Events(Arc<Hub>);

struct Hub {
    reader: Reader,
    shutdown: CancellationToken,
    runtime: tokio::runtime::Handle,
    listeners: Mutex<Listeners>,
    recheck: watch::Sender<u64>,
}

#[derive(Default)]
struct Listeners {
    tail: Option<(broadcast::Sender<Arc<Hint>>, watch::Receiver<bool>)>,
    per_session: HashMap<String, OfSession>,
}

/// The streams of one session.
#[derive(Default)]
struct OfSession {
    open: usize,
    /// Makes each of them write, which is how one whose page has gone is found out.
    knock: watch::Sender<()>,
}

impl Events {
    /// Needs the runtime that outlives the requests.
    pub fn new(reader: Reader, shutdown: CancellationToken) -> Self {
        Self(Arc::new(Hub {
            reader,
            shutdown,
            runtime: tokio::runtime::Handle::current(),
            listeners: Mutex::default(),
            recheck: watch::Sender::new(0),
        }))
    }

    /// Makes every listener prove at once that their session still counts.
    pub fn recheck(&self) {
        self.0.recheck.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Opens a stream for a session, unless it has too many. Those of pages that were left a moment ago
    /// are still counted, so they get a moment to be found out.
    async fn listen(&self, session: &str) -> Option<Listener> {
        for _ in 0..KNOCKS {
            if let Some(listener) = self.listen_now(session) {
                return Some(listener);
            }
            if let Some(all) = self.0.listeners().per_session.get(session) {
                all.knock.send_replace(());
            }
            tokio::time::sleep(BETWEEN_KNOCKS).await;
        }
        self.listen_now(session)
    }

    fn listen_now(&self, session: &str) -> Option<Listener> {
        let mut listeners = self.0.listeners();
        let all = listeners.per_session.entry(session.to_owned()).or_default();
        if all.open >= MAX_PER_SESSION {
            return None;
        }
        all.open += 1;
        let knock = all.knock.subscribe();
        let (hints, begun) = match &listeners.tail {
            Some((sender, begun)) => (sender.subscribe(), begun.clone()),
            None => {
                let (sender, hints) = broadcast::channel(BACKLOG);
                let (has_begun, begun) = watch::channel(false);
                listeners.tail = Some((sender.clone(), begun.clone()));
                self.0.runtime.spawn(tail(self.0.clone(), sender, has_begun));
                (hints, begun)
            }
        };
        let session = session.to_owned();
        let (recheck, hub) = (self.0.recheck.subscribe(), self.0.clone());
        Some(Listener { hints, begun, recheck, knock, session, hub })
    }
}

impl Hub {
    fn listeners(&self) -> std::sync::MutexGuard<'_, Listeners> {
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One open stream.
struct Listener {
    hints: broadcast::Receiver<Arc<Hint>>,
    begun: watch::Receiver<bool>,
    recheck: watch::Receiver<u64>,
    knock: watch::Receiver<()>,
    session: String,
    hub: Arc<Hub>,
}

impl Listener {
    /// Comes back once no further hint can be missed.
    async fn is_in_place(&mut self) {
        // When the tail has ended instead, the hints say so.
        let _ = self.begun.wait_for(|begun| *begun).await;
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut listeners = self.hub.listeners();
        if let Some(all) = listeners.per_session.get_mut(&self.session) {
            all.open -= 1;
            if all.open == 0 {
                listeners.per_session.remove(&self.session);
            }
        }
    }
}

/// Follows the hints until nobody listens any more.
async fn tail(hub: Arc<Hub>, sender: broadcast::Sender<Arc<Hint>>, has_begun: watch::Sender<bool>) {
    let mut tail: Option<Tail> = None;
    loop {
        let pause = match look(&hub.reader, &mut tail, &sender).await {
            Ok(()) => {
                has_begun.send_replace(true);
                LOOK_EVERY
            }
            Err(error) => {
                tracing::warn!(%error, "live events cannot be read");
                AFTER_TROUBLE
            }
        };
        tokio::select! {
            () = hub.shutdown.cancelled() => break,
            () = tokio::time::sleep(pause) => {}
        }
        let mut listeners = hub.listeners();
        if sender.receiver_count() == 0 {
            listeners.tail = None;
            break;
        }
    }
}

async fn look(
    reader: &Reader,
    tail: &mut Option<Tail>,
    sender: &broadcast::Sender<Arc<Hint>>,
) -> pum_store::StoreResult<()> {
    let Some(tail) = tail else {
        *tail = Some(Tail::begin(reader).await?);
        return Ok(());
    };
    for hint in tail.read(reader).await? {
        // Nobody left to hear it is no trouble.
        let _ = sender.send(Arc::new(hint));
    }
    Ok(())
}

/// Every kind of hint, for a listener who has missed some.
fn every_kind() -> impl Iterator<Item = HintKind> {
    HintKind::ALL.iter().copied()
}
