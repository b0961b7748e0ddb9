//! The one who looks. The server's own hints wake a look at once; without them, and besides, it is looked at
//! every `stream_poll_seconds`. A server that does not answer is left alone for longer and longer.
//!
//! One worker at a time has the right to look (a lease in the database); the others ask for it every few
//! seconds, and have it once it has run out.

use std::time::Duration;

use futures::future::BoxFuture;
use pum_domain::event::HintKind;
use pum_domain::instant::{HOUR, MINUTE, SECOND};
use pum_domain::settings::SettingKey;
use pum_domain::stream::WatchState;
use pum_domain::stream::continuity::MISSING_FOR;
use pum_plex::{Notifications, PlexError};
use pum_store::hints;
use pum_store::watching::{self, Lease};

use super::LEASE;
use super::look::{Originals, look};
use super::memory::Memory;
use super::observe::{Looked, observe};
use crate::clock_guard::running;
use crate::ctx::Ctx;
use crate::error::AppResult;
use crate::plex_server::{Connected, NotReady, connected_server, verify_identity};
use crate::random::jittered;

/// How often the right to look is prolonged, and how often others ask for it, in milliseconds.
const RENEW_EVERY: i64 = 8 * SECOND;
const ASK_EVERY: i64 = 5 * SECOND;
/// So long after it was prolonged the right cannot have run out, also while the server is being asked.
const SURE_FOR: i64 = LEASE / 2;
/// At least so long between two looks, however many hints come.
const SHORTEST_PAUSE: i64 = 2 * SECOND;
/// After a first failure; doubled with each.
const FIRST_PAUSE: i64 = 5 * SECOND;
/// The longest pause after failures, unless looks are rarer still.
const LONGEST_PAUSE: i64 = 2 * MINUTE;
/// A stream that a look has missed is looked for once more after this time.
const LOOK_AGAIN: i64 = MISSING_FOR + SECOND;
/// Between two tries to listen to a server that does not let us.
const LISTEN_AGAIN: i64 = 5 * SECOND;
const LISTEN_SELDOM: i64 = 15 * MINUTE;
/// How long a look waits for a server that is to begin telling: some say nothing before their first ping.
const PATIENCE: Duration = Duration::from_secs(1);
/// And how long it may take altogether: two such pings.
const BEGINNING: Duration = Duration::from_secs(20);
/// How often the server is asked what the owner's account may do.
const ASK_FEATURES_EVERY: i64 = HOUR;
/// A turn comes this often at least, so that a changed setting counts soon.
const TURN: Duration = Duration::from_secs(1);

/// Looks at what is playing, while it has the right to.
pub struct Watcher {
    ctx: Ctx,
    name: String,
    lease: Option<Lease>,
    /// The server that was looked at last; what is kept in mind is about it.
    machine_identifier: String,
    /// When the lease was last prolonged, or asked for.
    asked_at: Option<i64>,
    memory: Memory,
    originals: Originals,
    notifications: Option<Notifications>,
    /// The server was asked to tell, and has not begun yet.
    opening: Option<BoxFuture<'static, Result<Notifications, PlexError>>>,
    listen_at: i64,
    listen_failures: u32,
    /// The last try, and whether it failed, how often in a row.
    tried_at: Option<i64>,
    failures: u32,
    pause_after_failure: i64,
    /// Somebody should look at this moment already.
    soon: Option<i64>,
    features_at: i64,
    /// What was last written down about how it goes, apart from looks.
    said: Option<&'static str>,
}

impl Watcher {
    /// One that has no right to look yet; `name` is at most 64 characters.
    pub fn new(ctx: Ctx, name: String) -> Self {
        let now = running(&ctx);
        Self {
            ctx,
            name,
            lease: None,
            machine_identifier: String::new(),
            asked_at: None,
            memory: Memory::default(),
            originals: Originals::default(),
            notifications: None,
            opening: None,
            listen_at: now,
            listen_failures: 0,
            tried_at: None,
            failures: 0,
            pause_after_failure: 0,
            soon: None,
            features_at: now,
            said: None,
        }
    }

    /// Does what is due, and says how long to wait for the next turn, unless [`Watcher::heard`] comes back
    /// first. Trouble is noted, not returned: the next turn tries again.
    pub async fn turn(&mut self) -> Duration {
        if let Err(error) = self.try_turn().await {
            // The database is away or full; others say so often enough.
            tracing::debug!(%error, "cannot watch just now");
            return TURN;
        }
        if self.lease.is_none() {
            return TURN;
        }
        let wait = self.due().saturating_sub(running(&self.ctx)).max(0);
        Duration::from_millis(wait.unsigned_abs()).min(TURN)
    }

    /// Comes back when the server has told something that is worth a look. May be dropped while waiting.
    pub async fn heard(&mut self) {
        if let Some(opening) = &mut self.opening {
            let outcome = opening.await;
            self.opened(outcome);
        }
        let Some(notifications) = &mut self.notifications else { return std::future::pending().await };
        loop {
            match notifications.next().await {
                Ok(hint) => {
                    if self.memory.hear(hint) {
                        break;
                    }
                }
                Err(error) => {
                    tracing::debug!(%error, "the server has stopped telling");
                    self.notifications = None;
                    self.listen_at = running(&self.ctx) + LISTEN_AGAIN;
                    return;
                }
            }
        }
        let now = running(&self.ctx);
        let earliest = self.tried_at.map_or(now, |at| now.max(at + SHORTEST_PAUSE));
        self.soon = Some(self.soon.map_or(earliest, |soon| soon.min(earliest)));
    }

    /// Gives the right to look back.
    pub async fn leave(mut self) {
        let Some(lease) = self.lease.take() else { return };
        let given_back = async {
            let tx = self.ctx.db().begin().await?;
            watching::release(&tx, lease).await?;
            tx.commit().await
        };
        if let Err(error) = given_back.await {
            tracing::debug!(%error, "the right to watch runs out by itself");
        }
    }

    async fn try_turn(&mut self) -> AppResult<()> {
        let due = running(&self.ctx) >= self.due();
        if !self.hold(due).await? || running(&self.ctx) < self.due() {
            return Ok(());
        }
        self.soon = None;
        self.tried_at = Some(running(&self.ctx));
        let server = match connected_server(&self.ctx).await {
            Ok(server) => server,
            Err(reason) => return self.cannot(reason).await,
        };
        self.turn_to(&server);
        self.listen(&server).await;
        match self.ask(&server).await {
            Ok(sessions) => self.write(&server, sessions).await,
            Err(reason) => self.cannot(reason).await,
        }
    }

    /// Whether this is the one who looks. Without a server there is nothing to look at, and nobody does. A look
    /// that is due prolongs the right itself, in the transaction that writes it down.
    async fn hold(&mut self, due: bool) -> AppResult<bool> {
        let now = running(&self.ctx);
        let pause = match self.lease {
            Some(_) if due => SURE_FOR,
            Some(_) => RENEW_EVERY,
            None => ASK_EVERY,
        };
        if self.asked_at.is_some_and(|at| now.saturating_sub(at) < pause) {
            return Ok(self.lease.is_some());
        }
        self.asked_at = Some(now);
        if let Some(lease) = self.lease {
            if prolong(&self.ctx, lease).await? {
                return Ok(true);
            }
            tracing::info!("another worker watches what is playing");
            self.lose();
            return Ok(false);
        }
        if pum_store::plex_server::get(&self.ctx.reader()).await?.is_none() {
            return Ok(false);
        }
        let tx = self.ctx.db().begin().await?;
        let taken = watching::take(&tx, &self.name, LEASE).await?;
        tx.commit().await?;
        if taken.is_some() {
            tracing::info!("this worker watches what is playing");
            (self.memory, self.said, self.tried_at, self.failures) = (Memory::default(), None, None, 0);
        }
        self.lease = taken;
        Ok(taken.is_some())
    }

    /// What is known of another server says nothing of this one.
    fn turn_to(&mut self, server: &Connected) {
        if self.machine_identifier == server.machine_identifier {
            return;
        }
        self.machine_identifier.clone_from(&server.machine_identifier);
        (self.memory, self.originals) = (Memory::default(), Originals::default());
        (self.notifications, self.opening, self.listen_at) = (None, None, running(&self.ctx));
    }

    fn lose(&mut self) {
        (self.lease, self.notifications, self.opening) = (None, None, None);
    }

    /// When to look next.
    fn due(&self) -> i64 {
        let Some(tried_at) = self.tried_at else { return i64::MIN };
        let usual = match self.failures {
            0 => self.interval(),
            _ => self.pause_after_failure,
        };
        let usual = tried_at.saturating_add(usual);
        self.soon.filter(|_| self.failures == 0).map_or(usual, |soon| soon.min(usual))
    }

    /// The usual time between two looks, as it is set now, in milliseconds.
    fn interval(&self) -> i64 {
        let seconds = self.ctx.setting(SettingKey::StreamPollSeconds).and_then(|text| text.parse().ok());
        seconds.unwrap_or(60_i64) * SECOND
    }

    /// Asks the server, while the right to look is kept.
    async fn ask(&mut self, server: &Connected) -> Result<Vec<super::session::Session>, NotReady> {
        let Some(lease) = self.lease else { return Ok(Vec::new()) };
        let (ctx, originals) = (self.ctx.clone(), &mut self.originals);
        let mut asking = std::pin::pin!(look(&ctx, server, originals));
        loop {
            tokio::select! {
                answer = &mut asking => return answer,
                () = tokio::time::sleep(Duration::from_millis(RENEW_EVERY.unsigned_abs())) => {
                    // Who has lost it finds that out when writing.
                    prolong(&ctx, lease).await?;
                }
            }
        }
    }

    async fn write(&mut self, server: &Connected, sessions: Vec<super::session::Session>) -> AppResult<()> {
        let Some(lease) = self.lease else { return Ok(()) };
        let state = if self.notifications.is_some() { WatchState::Live } else { WatchState::Polling };
        let now = running(&self.ctx);
        let looked = Looked {
            machine_identifier: &server.machine_identifier,
            owner: server.owner_plex_id,
            sessions,
            running: now,
            interval: self.interval(),
            state,
        };
        if !observe(&self.ctx, lease, &mut self.memory, looked).await? {
            self.lose();
            return Ok(());
        }
        self.asked_at = Some(now);
        if self.failures > 0 {
            tracing::info!("the server answers again: watching goes on");
        }
        (self.failures, self.said) = (0, Some(state.as_str()));
        if !self.memory.missed.is_empty() {
            self.soon = Some(now + LOOK_AGAIN);
        }
        self.learn_features(server).await
    }

    /// Asks now and then whether streams can be stopped. No answer changes nothing.
    async fn learn_features(&mut self, server: &Connected) -> AppResult<()> {
        if running(&self.ctx) < self.features_at {
            return Ok(());
        }
        self.features_at = running(&self.ctx) + ASK_FEATURES_EVERY;
        let Ok(media_server) = verify_identity(&self.ctx, server).await else { return Ok(()) };
        let Ok(root) = media_server.root(&server.token).await else { return Ok(()) };
        let tx = self.ctx.db().begin().await?;
        if watching::note_may_stop(&tx, root.can_stop_streams()).await? {
            hints::leave(&tx, HintKind::Streams, None).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Listens, if that is due. Servers and proxies that offer no such thing are asked ever more seldom.
    async fn listen(&mut self, server: &Connected) {
        if self.notifications.is_some() {
            return;
        }
        if self.opening.is_none() {
            if running(&self.ctx) < self.listen_at {
                return;
            }
            let Ok(media_server) = verify_identity(&self.ctx, server).await else { return };
            let token = server.token.clone();
            let opening = async move { media_server.within(BEGINNING).notifications(&token).await };
            self.opening = Some(Box::pin(opening));
        }
        // What has not begun by then goes on beside.
        if let Some(opening) = &mut self.opening
            && let Ok(outcome) = tokio::time::timeout(PATIENCE, opening).await
        {
            self.opened(outcome);
        }
    }

    fn opened(&mut self, outcome: Result<Notifications, PlexError>) {
        self.opening = None;
        match outcome {
            Ok(notifications) => {
                self.notifications = Some(notifications);
                self.listen_failures = 0;
            }
            Err(error) => {
                tracing::debug!(%error, "the server does not tell what changes: it is asked instead");
                let pause = LISTEN_AGAIN << self.listen_failures.min(8);
                self.listen_at = running(&self.ctx) + jittered(pause.min(LISTEN_SELDOM));
                self.listen_failures = self.listen_failures.saturating_add(1);
            }
        }
    }

    /// A look came to nothing. One says nothing of what is playing; that nobody looks is said at the second.
    async fn cannot(&mut self, reason: NotReady) -> AppResult<()> {
        self.failures = self.failures.saturating_add(1);
        let longest = LONGEST_PAUSE.max(self.interval());
        let pause = FIRST_PAUSE << (self.failures - 1).min(10);
        self.pause_after_failure = jittered(pause.min(longest)).min(longest);
        let (word, at_once) = match &reason {
            NotReady::NotConnected => ("plex_not_connected", true),
            NotReady::AuthLost => (crate::outcome::BLOCKED_BY_PLEX_AUTH, true),
            NotReady::OtherServer => (crate::outcome::BLOCKED_BY_PLEX_IDENTITY, true),
            NotReady::Unanswered(error) => (error.code(), false),
            NotReady::Failed(_) => ("internal", false),
        };
        if self.failures == 1 {
            tracing::warn!(reason = word, "cannot see what is playing; trying again, ever more seldom");
        }
        if (at_once || self.failures > 1) && self.said != Some(word) {
            self.say(word).await?;
        }
        match reason {
            NotReady::Failed(error) => Err(error),
            _ => Ok(()),
        }
    }

    async fn say(&mut self, reason: &'static str) -> AppResult<()> {
        let Some(lease) = self.lease else { return Ok(()) };
        let tx = self.ctx.db().begin().await?;
        watching::note(&tx, lease, WatchState::Stopped, Some(reason), None).await?;
        hints::leave(&tx, HintKind::Streams, None).await?;
        tx.commit().await?;
        self.said = Some(reason);
        Ok(())
    }
}

async fn prolong(ctx: &Ctx, lease: Lease) -> AppResult<bool> {
    let tx = ctx.db().begin().await?;
    let held = watching::hold(&tx, lease, LEASE).await?;
    tx.commit().await?;
    Ok(held)
}
