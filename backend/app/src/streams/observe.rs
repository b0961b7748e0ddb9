//! A good look at what is playing, written down: one transaction, whatever the number of streams.

use std::collections::{HashMap, HashSet};

use pum_domain::event::HintKind;
use pum_domain::instant::MINUTE;
use pum_domain::stream::continuity::{Fate, Open, PlayKey, Shown, is_finished, sort};
use pum_domain::stream::four_k::{self, Verdict, Viewed};
use pum_domain::stream::quality::Quality;
use pum_domain::stream::watch_time::{Between, Look, spent};
use pum_domain::stream::{StreamEnd, StreamState, WatchState};
use pum_domain::{Instant, PlexId, StreamId};
use pum_store::streams::{self, Advance, Ending, NewStream, OpenStream};
use pum_store::users::{self, FourK};
use pum_store::watching::{self, Lease};
use pum_store::{Reads, Tx, hints};

use super::memory::Memory;
use super::session::{Session, key_of};
use super::stop::{self, Stop};
use super::{LEASE, LONGEST_GAP_IN_LOOKS};
use crate::ctx::Ctx;
use crate::error::AppResult;
use crate::purge;

/// A stream that is still there so long after it was stopped has not been: some players take no notice.
const STOP_TAKES: i64 = MINUTE;

/// A good look.
pub(crate) struct Looked<'a> {
    /// The server that was looked at.
    pub(crate) machine_identifier: &'a str,
    /// Its owner.
    pub(crate) owner: PlexId,
    /// What it showed.
    pub(crate) sessions: Vec<Session>,
    /// When, by a clock that nobody sets.
    pub(crate) running: i64,
    /// The usual time between two looks, in milliseconds.
    pub(crate) interval: i64,
    /// How the server is watched.
    pub(crate) state: WatchState,
}

/// Writes a look down. False: somebody else has taken over, and nothing was written.
pub(crate) async fn observe(
    ctx: &Ctx,
    lease: Lease,
    memory: &mut Memory,
    looked: Looked<'_>,
) -> AppResult<bool> {
    let tx = ctx.db().begin().await?;
    if !watching::hold(&tx, lease, LEASE).await? {
        tx.rollback().await?;
        return Ok(false);
    }
    let now = tx.now().await?;
    let machine = looked.machine_identifier;
    let (open, elsewhere): (Vec<_>, Vec<_>) =
        streams::open_ones(&tx).await?.into_iter().partition(|stream| stream.machine_identifier == machine);
    let lost: Vec<_> = elsewhere.iter().map(lost).collect();
    let lost = streams::end(&tx, &lost).await?;
    let scene = Scene { ctx, tx: &tx, memory, looked: &looked, open: &open, now };
    let written = scene.write().await?;
    watching::note(&tx, lease, looked.state, None, Some((machine, now))).await?;
    streams::note_watched(&tx, machine, now, looked.interval * LONGEST_GAP_IN_LOOKS).await?;
    if written.tells || !lost.is_empty() {
        hints::leave(&tx, HintKind::Streams, None).await?;
    }
    tx.commit().await?;
    remember(memory, &looked, &written);
    Ok(true)
}

/// The server of this one was replaced: nobody will ever see it end.
fn lost(stream: &OpenStream) -> Ending {
    Ending { id: stream.id, at: stream.seen_at.max(stream.started_at), reason: StreamEnd::Lost }
}

/// What became of a look, for the memory.
#[derive(Default)]
struct Written {
    shown: Vec<StreamId>,
    missing: Vec<StreamId>,
    four_k: Vec<StreamId>,
    tells: bool,
}

fn remember(memory: &mut Memory, looked: &Looked<'_>, written: &Written) {
    let open: HashSet<&StreamId> = written.shown.iter().chain(&written.missing).collect();
    memory.keep_only(|id| open.contains(id));
    for id in &written.shown {
        memory.shown.insert(*id, looked.running);
        memory.missed.remove(id);
    }
    for id in &written.missing {
        memory.missed.entry(*id).or_insert(looked.running);
    }
    memory.four_k.extend(written.four_k.iter().map(|id| (*id, looked.running)));
    let known = looked
        .sessions
        .iter()
        .map(|session| (session.key.session.clone(), (session.state, session.item.rating_key.clone())));
    memory.looked(looked.running, known.collect());
}

struct Scene<'a> {
    ctx: &'a Ctx,
    tx: &'a Tx,
    memory: &'a Memory,
    looked: &'a Looked<'a>,
    open: &'a [OpenStream],
    now: Instant,
}

impl Scene<'_> {
    async fn write(&self) -> AppResult<Written> {
        let plays: Vec<_> = self.open.iter().map(|stream| self.open_play(stream)).collect();
        let shown: Vec<_> = self.looked.sessions.iter().map(shown).collect();
        let sorted = sort(&plays, &shown);
        let rules = self.four_k_rules().await?;
        let by_id: HashMap<StreamId, &OpenStream> =
            self.open.iter().map(|stream| (stream.id, stream)).collect();

        let over = sorted.over.iter().filter_map(|id| by_id.get(id)).map(|stream| self.ending(stream));
        let ended = streams::end(self.tx, &over.collect::<Vec<_>>()).await?;
        let mut written = Written { missing: sorted.missing, ..Written::default() };
        let (mut advances, mut begun, mut to_stop) = (Vec::new(), Vec::new(), Vec::new());
        for (session, fate) in self.looked.sessions.iter().zip(&sorted.shown) {
            match fate {
                Fate::Again => {}
                Fate::Begins => begun.push((session, rules.judge(self, session, None))),
                Fate::Continues(id) => {
                    let Some(stream) = by_id.get(id).copied() else { continue };
                    let (verdict, looks) = rules.judge(self, session, Some(stream));
                    if stream.session_key.as_deref().unwrap_or_default() != session.key.session {
                        streams::rekey(self.tx, *id, &session.key.session).await?;
                    }
                    if looks > stream.four_k_looks {
                        written.four_k.push(*id);
                    }
                    to_stop.extend(Stop::of(verdict, looks).map(|stop| (stream, stop)));
                    self.mind_the_deaf(stream).await?;
                    advances.push(self.advance(stream, session, looks));
                    written.shown.push(*id);
                }
            }
        }
        let news: Vec<_> = begun.iter().map(|(session, (_, looks))| self.begin(session, *looks)).collect();
        let ids = streams::begin(self.tx, &news).await?;
        purge::streams_again(self.tx, begun.iter().filter_map(|(session, _)| session.viewer.account_id))
            .await?;
        for ((session, (_, looks)), id) in begun.iter().zip(ids) {
            // None: another watcher has written it down, and goes on with it.
            let Some(id) = id else { continue };
            written.shown.push(id);
            if *looks > 0 {
                written.four_k.push(id);
            }
            advances.extend(self.head_start(id, session, *looks));
        }
        streams::advance(self.tx, self.open, &advances).await?;
        for (stream, stop) in to_stop {
            stop::by_rule(self.ctx, self.tx, &streams::get(self.tx, stream.id).await?, stop).await?;
        }
        written.tells = !ended.is_empty() || !written.shown.is_empty();
        Ok(written)
    }

    fn open_play(&self, stream: &OpenStream) -> Open<StreamId> {
        Open {
            id: stream.id,
            key: key_of(stream),
            unseen_for: self.unseen_for(stream),
            position: stream.position_ms,
            missing_for: self.memory.since_missed(stream.id, self.looked.running),
            told_stopped: self.memory.told_stopped(stream),
        }
    }

    /// Since a look showed it. The database's clock may be set; it is asked only for what another watcher saw.
    fn unseen_for(&self, stream: &OpenStream) -> i64 {
        let lived = self.memory.since_shown(stream.id, self.looked.running);
        lived.unwrap_or_else(|| self.now.since(stream.seen_at)).max(0)
    }

    fn advance(&self, stream: &OpenStream, session: &Session, four_k_looks: i32) -> Advance {
        let lived = stream.seen_at.since(stream.started_at);
        let between = Between {
            elapsed: self.unseen_for(stream),
            behind: lived.saturating_sub(stream.watched_ms).saturating_sub(stream.paused_ms),
            believed: self.looked.interval * LONGEST_GAP_IN_LOOKS,
        };
        let before = Look { state: stream.state, position: stream.position_ms };
        let now = Look { state: session.state, position: session.position_ms };
        let spent = spent(before, now, between);
        Advance {
            id: stream.id,
            at: self.now,
            state: session.state,
            position_ms: session.position_ms,
            watched_ms_more: spent.watched,
            paused_ms_more: spent.paused,
            four_k_looks,
            delivery: Some(&session.delivery).filter(|now| **now != stream.delivery).cloned(),
        }
    }

    fn begin(&self, session: &Session, four_k_looks: i32) -> NewStream {
        NewStream {
            machine_identifier: self.looked.machine_identifier.to_owned(),
            session_key: session.key.session.clone(),
            player_id: Some(session.key.player.clone()).filter(|player| !player.is_empty()),
            viewer: session.viewer.clone(),
            state: session.state,
            item: session.item.clone(),
            player: session.player.clone(),
            delivery: session.delivery.clone(),
            started_at: self.now,
            position_ms: session.position_ms,
            four_k_looks,
        }
    }

    /// What was not there at the last look has begun since; as far as it is from its beginning it was watched
    /// meanwhile, unless it was resumed in its middle.
    fn head_start(&self, id: StreamId, session: &Session, four_k_looks: i32) -> Option<Advance> {
        let since = self.looked.running.saturating_sub(self.memory.looked?);
        let position = session.position_ms.filter(|position| (1..=since).contains(position))?;
        Some(Advance {
            id,
            at: self.now,
            state: session.state,
            position_ms: Some(position),
            watched_ms_more: position,
            paused_ms_more: 0,
            four_k_looks,
            delivery: None,
        })
    }

    fn ending(&self, stream: &OpenStream) -> Ending {
        let unseen_for = self.unseen_for(stream);
        let followed = self.looked.sessions.iter().any(|session| {
            session.key.session == stream.session_key.as_deref().unwrap_or_default()
                && !session.key.session.is_empty()
        });
        // Where the next thing has begun in its place it went on meanwhile.
        let gone_on = if followed && stream.state == StreamState::Playing { unseen_for } else { 0 };
        let position = stream.position_ms.map(|position| position.saturating_add(gone_on));
        let reason = if stream.stop_requested_at.is_some() {
            match stream.four_k_looks {
                0 | 1 => StreamEnd::StoppedByAdmin,
                _ => StreamEnd::StoppedByRule,
            }
        } else if is_finished(position, stream.duration_ms) {
            StreamEnd::Finished
        } else if unseen_for > self.looked.interval.saturating_mul(LONGEST_GAP_IN_LOOKS) {
            StreamEnd::Lost
        } else {
            StreamEnd::Stopped
        };
        Ending { id: stream.id, at: stream.seen_at.max(stream.started_at), reason }
    }

    /// Takes back a stop that the player took no notice of, so that it can be tried again. The rule tries once.
    async fn mind_the_deaf(&self, stream: &OpenStream) -> AppResult<()> {
        let Some(asked_at) = stream.stop_requested_at else { return Ok(()) };
        let late = self.now.since(asked_at) >= STOP_TAKES;
        let was_late = stream.seen_at.since(asked_at) >= STOP_TAKES;
        if late && !was_late {
            stop::failed(self.tx, &streams::get(self.tx, stream.id).await?, "ignored").await?;
        }
        if late && stream.four_k_looks < 2 {
            streams::note_stop(self.tx, stream.id, None, None).await?;
        }
        Ok(())
    }

    /// What the rule needs to know of the viewers it may concern; most looks concern nobody.
    async fn four_k_rules(&self) -> AppResult<Rules> {
        let concerned = self.looked.sessions.iter().filter(|session| {
            session.converts_video
                && session.source == Some(Quality::FourK)
                && session.viewer.account_id != Some(self.looked.owner)
        });
        let accounts: Vec<PlexId> = concerned.filter_map(|session| session.viewer.account_id).collect();
        if accounts.is_empty() {
            return Ok(Rules::default());
        }
        let viewers = users::four_k_of(self.tx, &accounts).await?;
        let may_stop = watching::get(self.tx).await?.and_then(|watching| watching.may_stop);
        Ok(Rules { viewers, may_stop })
    }
}

#[derive(Default)]
struct Rules {
    viewers: HashMap<PlexId, FourK>,
    may_stop: Option<bool>,
}

impl Rules {
    fn judge(&self, scene: &Scene<'_>, session: &Session, stream: Option<&OpenStream>) -> (Verdict, i32) {
        let viewer = session.viewer.account_id.and_then(|id| self.viewers.get(&id));
        let running = scene.looked.running;
        four_k::judge(&Viewed {
            // Whom PUM does not know, no setting forbids anything.
            allowed: viewer.is_none_or(|viewer| viewer.allowed),
            is_owner: session.viewer.account_id == Some(scene.looked.owner),
            source: session.source,
            converts_video: session.converts_video,
            looks: stream.map_or(0, |stream| stream.four_k_looks),
            since_last: stream.map_or(i64::MAX, |stream| scene.memory.since_four_k(stream.id, running)),
            stop_requested: stream.is_some_and(|stream| stream.stop_requested_at.is_some()),
            session_id: session.delivery.session_id.as_deref(),
            may_stop: self.may_stop,
        })
    }
}

fn shown(session: &Session) -> Shown {
    Shown { key: PlayKey::clone(&session.key), position: session.position_ms }
}
