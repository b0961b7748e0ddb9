//! The test's levers for what is played on the first server, and its questions about it.

use super::handle::FakePlex;
use super::world::{PastPlay, PlaySession, World};

impl FakePlex {
    fn aurora<T>(&self, act: impl FnOnce(&mut World, &str) -> T) -> T {
        let server = self.server(0);
        self.world(|world| act(world, server.machine_identifier()))
    }

    /// Somebody begins to play; returns the session's key.
    pub fn play(&self, session: PlaySession) -> u64 {
        self.aurora(|world, server| world.begin_session(server, session))
    }

    /// Changes a session in any way.
    ///
    /// # Panics
    /// When there is none with this key: a mistake in the test.
    pub fn change_play(&self, key: u64, change: impl FnOnce(&mut PlaySession)) {
        assert!(self.aurora(|world, server| world.change_session(server, key, change)), "no session {key}");
    }

    /// Stands still.
    pub fn pause(&self, key: u64) {
        self.change_play(key, |session| session.state = "paused".into());
    }

    /// Goes on.
    pub fn resume(&self, key: u64) {
        self.change_play(key, |session| session.state = "playing".into());
    }

    /// Waits for data.
    pub fn buffer(&self, key: u64) {
        self.change_play(key, |session| session.state = "buffering".into());
    }

    /// Jumps to a place in the item.
    pub fn seek(&self, key: u64, to_ms: u64) {
        self.change_play(key, |session| session.view_offset_ms = to_ms);
    }

    /// Is transcoded to this height from now on, or no longer.
    pub fn transcode(&self, key: u64, height: Option<u64>) {
        self.change_play(key, |session| session.transcode_height = height);
    }

    /// The next item begins in the same session.
    ///
    /// # Panics
    /// When there is none with this key: a mistake in the test.
    pub fn next_item(&self, key: u64) {
        assert!(self.aurora(|world, server| world.next_item(server, key)), "no session {key}");
    }

    /// Stops playing.
    ///
    /// # Panics
    /// When there is none with this key: a mistake in the test.
    pub fn end_play(&self, key: u64) {
        assert!(self.aurora(|world, server| world.end_session(server, key)), "no session {key}");
    }

    /// The server is started again; see [`World::restart_server`].
    pub fn restart_server(&self, players_reconnect: bool) {
        self.aurora(|world, server| world.restart_server(server, players_reconnect));
    }

    /// What is playing.
    pub fn sessions(&self) -> Vec<PlaySession> {
        self.aurora(|world, server| world.servers.get(server).map_or_else(Vec::new, |s| s.sessions.clone()))
    }

    /// The server's own history.
    pub fn history(&self) -> Vec<PastPlay> {
        self.aurora(|world, server| world.servers.get(server).map_or_else(Vec::new, |s| s.history.clone()))
    }

    /// Adds rows to the server's own history.
    pub fn add_history(&self, rows: impl IntoIterator<Item = PastPlay>) {
        self.aurora(|world, server| world.add_history(server, rows));
    }

    /// Gives an account a Plex Pass, or takes it away.
    pub fn set_plex_pass(&self, account: u64, has_it: bool) {
        self.world(|world| {
            world.accounts.entry(account).and_modify(|account| account.plex_pass = has_it);
        });
    }

    /// Ends the connections of those who listen for notifications.
    pub fn cut_listeners(&self) {
        self.world(|world| world.cut_listeners += 1);
    }

    /// How many listen for notifications.
    pub fn listeners(&self) -> usize {
        self.engine_listeners()
    }
}
