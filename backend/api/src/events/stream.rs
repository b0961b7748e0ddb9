//! The bytes of one event stream.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Data;
use bytes::Bytes;
use futures::Stream;
use pum_app::sessions::{self, CurrentSession};
use pum_domain::Permission;
use pum_domain::event::HintKind;
use pum_store::hints::Hint;
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval};

use super::{Listener, every_kind};
use crate::state::Web;

const KEEP_ALIVE: Duration = Duration::from_secs(15);
const ALIVE: Bytes = Bytes::from_static(b": alive\n\n");
const REAUTHORISE: Duration = Duration::from_secs(30);
/// A look this recent still counts when the next hint is sent.
const FRESH_ENOUGH: Duration = Duration::from_secs(1);

struct Open {
    web: Data<Web>,
    listener: Listener,
    who: CurrentSession,
    looked_at: Instant,
    keep_alive: Interval,
    reauthorise: Interval,
    waiting: VecDeque<Bytes>,
    is_in_place: bool,
}

/// The stream for one listener. It ends at shutdown and when the session does.
pub(super) fn of(
    web: Data<Web>,
    listener: Listener,
    who: CurrentSession,
) -> impl Stream<Item = Result<Bytes, std::convert::Infallible>> {
    let open = Open {
        web,
        listener,
        who,
        looked_at: Instant::now(),
        keep_alive: ticking(KEEP_ALIVE),
        reauthorise: ticking(REAUTHORISE),
        waiting: VecDeque::new(),
        is_in_place: false,
    };
    futures::stream::unfold(open, |mut open| async move {
        let bytes = open.next().await?;
        Some((Ok(bytes), open))
    })
}

fn ticking(every: Duration) -> Interval {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.reset();
    ticks
}

impl Open {
    async fn next(&mut self) -> Option<Bytes> {
        if !self.is_in_place {
            tokio::select! {
                () = self.web.shutdown().cancelled() => return None,
                () = self.listener.is_in_place() => self.is_in_place = true,
            }
            // Whoever has these bytes misses nothing that changes from now on.
            return Some(Bytes::from_static(b"retry: 3000\n: listening\n\n"));
        }
        loop {
            if let Some(bytes) = self.waiting.pop_front() {
                return Some(bytes);
            }
            tokio::select! {
                () = self.web.shutdown().cancelled() => return None,
                _ = self.listener.recheck.changed() => self.look_again().await?,
                _ = self.reauthorise.tick() => self.look_again().await?,
                _ = self.keep_alive.tick() => self.waiting.push_back(ALIVE),
                Ok(()) = self.listener.knock.changed() => self.waiting.push_back(ALIVE),
                hint = self.listener.hints.recv() => self.tell(hint).await?,
            }
        }
    }

    async fn tell(&mut self, hint: Result<Arc<Hint>, RecvError>) -> Option<()> {
        if self.looked_at.elapsed() > FRESH_ENOUGH {
            self.look_again().await?;
        }
        match hint {
            Ok(hint) => self.queue(hint.kind, hint.subject_id.as_deref()),
            Err(RecvError::Lagged(_)) => every_kind().for_each(|kind| self.queue(kind, None)),
            Err(RecvError::Closed) => return None,
        }
        Some(())
    }

    fn queue(&mut self, kind: HintKind, id: Option<&str>) {
        let allowed = self.who.is_primary
            || permission_for(kind).is_none_or(|permission| self.who.permissions.contains(&permission));
        if allowed {
            let event = json!({ "type": kind.as_str(), "id": id });
            self.waiting.push_back(Bytes::from(format!("data: {event}\n\n")));
        }
    }

    /// Looks whether the session still counts; it is not kept alive by this.
    async fn look_again(&mut self) -> Option<()> {
        match sessions::find(self.web.ctx(), &self.listener.session).await {
            Ok(Some(who)) if !who.must_change_password => {
                self.who = who;
                self.looked_at = Instant::now();
                Some(())
            }
            Ok(_) => None,
            Err(error) => {
                tracing::warn!(%error, "a listener cannot be checked; ending its stream");
                None
            }
        }
    }
}

/// What one must be allowed to see to hear of it.
fn permission_for(kind: HintKind) -> Option<Permission> {
    match kind {
        HintKind::Users | HintKind::Changes | HintKind::Sync => Some(Permission::UsersView),
        HintKind::Invites => Some(Permission::InvitesView),
        HintKind::Streams => Some(Permission::StreamsView),
        HintKind::Jobs => Some(Permission::JobsView),
        HintKind::Server => None,
    }
}
