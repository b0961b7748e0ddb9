//! What is played moves: sessions begin, stand still, go on and end, and what was seen to the end is kept.
//!
//! Positions move with the world's clock alone, so a story decides how much was watched; only a world whose
//! configuration says so lives by the wall's.

use super::World;
use super::session::{PastPlay, PlaySession};

/// What the server tells those who listen.
#[derive(Debug, Clone)]
pub struct Note {
    pub machine_identifier: String,
    pub session_key: u64,
    pub rating_key: u64,
    pub player_id: String,
    pub state: String,
    pub view_offset_ms: u64,
}

impl World {
    /// Somebody begins to play; returns the session's key, 0 when there is no such server.
    pub fn begin_session(&mut self, machine_identifier: &str, mut session: PlaySession) -> u64 {
        let Some(server) = self.servers.get_mut(machine_identifier) else { return 0 };
        if session.session_key == 0 {
            session.session_key = server.sessions.iter().map(|s| s.session_key).max().unwrap_or(0) + 1;
            session.session_key = session.session_key.max(server.last_session_key + 1);
        }
        server.last_session_key = server.last_session_key.max(session.session_key);
        let key = session.session_key;
        if session.session_id.as_deref() == Some("") {
            session.session_id = Some(format!("session{}x{key}", server.starts));
        }
        if session.player_id.is_empty() {
            session.player_id = format!("player-{key}");
        }
        server.sessions.push(session);
        self.tell(machine_identifier, key, None);
        key
    }

    /// Changes a session; those who listen are told. False when there is none with this key.
    pub fn change_session(
        &mut self,
        machine_identifier: &str,
        key: u64,
        change: impl FnOnce(&mut PlaySession),
    ) -> bool {
        let Some(session) = self.session(machine_identifier, key) else { return false };
        change(session);
        self.tell(machine_identifier, key, None);
        true
    }

    /// The next item begins in the same session. False when there is none with this key.
    pub fn next_item(&mut self, machine_identifier: &str, key: u64) -> bool {
        let now = self.now();
        let Some(session) = self.session(machine_identifier, key) else { return false };
        let over = session.clone();
        *session = session.next();
        self.keep(machine_identifier, &over, now);
        self.tell(machine_identifier, key, None);
        true
    }

    /// A session ends. False when there is none with this key.
    pub fn end_session(&mut self, machine_identifier: &str, key: u64) -> bool {
        self.tell(machine_identifier, key, Some("stopped"));
        let now = self.now();
        self.drop_session(machine_identifier, key, now)
    }

    /// The owner stops a session by its id. It may be listed for some time yet; some players do not care.
    pub fn stop_session(&mut self, machine_identifier: &str, session_id: &str) -> bool {
        let (now, lingers) = (self.now(), self.config.stopped_lingers_ms);
        let Some(server) = self.servers.get_mut(machine_identifier) else { return false };
        let stopped = server.sessions.iter_mut().find(|s| s.session_id.as_deref() == Some(session_id));
        let Some(session) = stopped else { return false };
        if session.ignores_stop {
            return true;
        }
        let key = session.session_key;
        if lingers > 0 {
            session.listed_until.get_or_insert(now + lingers);
            return true;
        }
        self.end_session(machine_identifier, key)
    }

    /// The server starts anew: keys begin at 1 again. Players that reconnect go on where they were, under
    /// new keys and ids; the others are gone.
    pub fn restart_server(&mut self, machine_identifier: &str, players_reconnect: bool) {
        let Some(server) = self.servers.get_mut(machine_identifier) else { return };
        let sessions = std::mem::take(&mut server.sessions);
        server.last_session_key = 0;
        server.starts += 1;
        self.cut_listeners += 1;
        if !players_reconnect {
            return;
        }
        // In another order, so that a key may well mean somebody else now.
        for session in sessions.into_iter().rev() {
            let session_id = session.session_id.as_ref().map(|_| String::new());
            self.begin_session(machine_identifier, PlaySession { session_key: 0, session_id, ..session });
        }
    }

    /// Adds rows to a server's own history.
    pub fn add_history(&mut self, machine_identifier: &str, rows: impl IntoIterator<Item = PastPlay>) {
        let Some(server) = self.servers.get_mut(machine_identifier) else { return };
        for mut row in rows {
            if row.id == 0 {
                row.id = server.history.last().map_or(0, |last| last.id) + 1;
            }
            server.history.push(row);
        }
    }

    /// Lets time pass for everything that plays.
    pub(super) fn play_on(&mut self, by_ms: i64) {
        let by = u64::try_from(by_ms).unwrap_or(0);
        let sessions: Vec<(String, u64)> = self
            .servers
            .values()
            .flat_map(|s| s.sessions.iter().map(|one| (s.machine_identifier.clone(), one.session_key)))
            .collect();
        for (server, key) in sessions {
            self.play_session_on(&server, key, by);
        }
        self.forget_stopped();
    }

    /// Catches up with the wall's clock where the world lives by it, and lets go of what was stopped.
    pub fn catch_up(&mut self) {
        let now = self.now();
        let since = self.caught_up_at.replace(now).unwrap_or(now);
        if self.config.plays_by_the_wall {
            self.play_on(now - since);
        } else {
            self.forget_stopped();
        }
    }

    fn play_session_on(&mut self, server: &str, key: u64, mut left: u64) {
        let now = self.now();
        loop {
            let Some(session) = self.session(server, key) else { return };
            if session.state != "playing" || session.listed_until.is_some() {
                return;
            }
            let to_the_end = session.duration_ms.saturating_sub(session.view_offset_ms);
            if session.duration_ms == 0 || left < to_the_end {
                session.view_offset_ms += left;
                self.tell(server, key, None);
                return;
            }
            session.view_offset_ms = session.duration_ms;
            left -= to_the_end;
            let finished_at = now - i64::try_from(left).unwrap_or(0);
            if !session.autoplay {
                self.tell(server, key, Some("stopped"));
                self.drop_session(server, key, finished_at);
                return;
            }
            let over = session.clone();
            *session = session.next();
            self.keep(server, &over, finished_at);
        }
    }

    fn forget_stopped(&mut self) {
        let now = self.now();
        let over: Vec<(String, u64)> = self
            .servers
            .values()
            .flat_map(|s| s.sessions.iter().map(|one| (s.machine_identifier.clone(), one)))
            .filter(|(_, one)| one.listed_until.is_some_and(|until| until <= now))
            .map(|(server, one)| (server, one.session_key))
            .collect();
        for (server, key) in over {
            self.end_session(&server, key);
        }
    }

    fn session(&mut self, server: &str, key: u64) -> Option<&mut PlaySession> {
        self.servers.get_mut(server)?.sessions.iter_mut().find(|s| s.session_key == key)
    }

    fn drop_session(&mut self, server: &str, key: u64, at: i64) -> bool {
        let Some(sessions) = self.servers.get_mut(server).map(|s| &mut s.sessions) else { return false };
        let Some(place) = sessions.iter().position(|s| s.session_key == key) else { return false };
        let over = sessions.remove(place);
        self.keep(server, &over, at);
        true
    }

    /// The server remembers what was seen to its end or nearly so, and nothing else.
    fn keep(&mut self, server: &str, over: &PlaySession, at: i64) {
        if !over.is_kept() {
            return;
        }
        let row = PastPlay {
            id: 0,
            user: over.user,
            kind: over.kind.clone(),
            title: over.title.clone(),
            parent_title: over.parent_title.clone(),
            grandparent_title: over.grandparent_title.clone(),
            index: over.index,
            parent_index: over.parent_index,
            library_key: over.library_key,
            rating_key: over.rating_key,
            viewed_at: at,
            device_id: 7,
        };
        self.add_history(server, [row]);
    }

    fn tell(&mut self, server: &str, key: u64, state: Option<&str>) {
        let Some(session) = self.session(server, key) else { return };
        let note = Note {
            machine_identifier: server.to_owned(),
            session_key: key,
            rating_key: session.rating_key,
            player_id: session.player_id.clone(),
            state: state.unwrap_or(&session.state).to_owned(),
            view_offset_ms: session.view_offset_ms,
        };
        for _ in 0..self.config.notify_times {
            self.notes.push(note.clone());
        }
    }
}
