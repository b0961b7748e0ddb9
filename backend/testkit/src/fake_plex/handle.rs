//! The test's end of a running fake: addresses, levers, and questions about what happened.

use super::call::Listener;
use super::engine::{Shared as Engine, State};
use super::faults::Rule;
use super::log::{CallRecord, overlapping_writes};
use super::scenario::{OWNER_TOKEN, Scenario};
use super::serve;
use super::world::{Share, Urls, Who, World};
use actix_web::dev::ServerHandle;
use serde_json::Value;
use std::io;
use std::net::TcpListener;
use std::time::Duration;

/// How many media servers can have an address.
const SLOTS: usize = 3;

/// How long [`FakePlex::until`] waits.
const PATIENCE: Duration = Duration::from_secs(30);

/// Fixed ports; 0 picks a free one.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ports {
    pub plex_tv: u16,
    pub clients: u16,
    pub auth: u16,
    /// The first media server's; the others are always random.
    pub server: u16,
}

/// How to start a fake.
#[derive(Debug, Clone, Copy)]
pub struct Start {
    pub scenario: Scenario,
    pub ports: Ports,
}

/// A running fake. Stops when dropped.
pub struct FakePlex {
    engine: Engine,
    urls: Urls,
    server: ServerHandle,
    thread: Option<std::thread::JoinHandle<()>>,
}

/// One media server's address.
#[derive(Debug, Clone)]
pub struct FakeServer {
    url: String,
    machine_identifier: String,
}

impl FakeServer {
    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The server's machine identifier; empty while nothing answers at this address.
    pub fn machine_identifier(&self) -> &str {
        &self.machine_identifier
    }
}

impl FakePlex {
    /// Starts with an owner and one server with three libraries.
    ///
    /// # Panics
    /// When the loopback address cannot be listened on: no test can go on without it.
    #[expect(clippy::expect_used, reason = "a test cannot go on without its fake")]
    pub async fn start() -> Self {
        Self::start_with(Start { scenario: Scenario::Empty, ports: Ports::default() })
            .expect("a loopback port for the fake")
    }

    /// Starts with another world or on chosen ports.
    ///
    /// # Errors
    /// When a port is taken.
    pub fn start_with(start: Start) -> io::Result<Self> {
        let Start { scenario, ports } = start;
        let mut sockets = vec![
            (bind(ports.plex_tv)?, Listener::PlexTv),
            (bind(ports.clients)?, Listener::Clients),
            (bind(ports.auth)?, Listener::Auth),
            (bind(ports.server)?, Listener::Pms(0)),
        ];
        for slot in 1..SLOTS {
            sockets.push((bind(0)?, Listener::Pms(slot)));
        }
        let mut urls = Urls::default();
        for (socket, listener) in &sockets {
            let url = format!("http://{}", socket.local_addr()?);
            match listener {
                Listener::PlexTv => urls.plex_tv = url,
                Listener::Clients => urls.clients = url,
                Listener::Auth => urls.auth = format!("{url}/auth"),
                Listener::Pms(_) => urls.servers.push(url),
            }
        }
        let engine = Engine::new(scenario.world(urls.clone()), scenario);
        let (server, thread) = serve::start(engine.clone(), sockets)?;
        Ok(Self { engine, urls, server, thread: Some(thread) })
    }

    /// The address that stands for `https://plex.tv`, without a slash at the end.
    pub fn plex_tv_url(&self) -> &str {
        &self.urls.plex_tv
    }

    /// The address that stands for `https://clients.plex.tv`.
    pub fn clients_url(&self) -> &str {
        &self.urls.clients
    }

    /// The address that stands for `https://app.plex.tv/auth`.
    pub fn auth_url(&self) -> &str {
        &self.urls.auth
    }

    /// The nth media server address; 0 is "Aurora".
    ///
    /// # Panics
    /// When there is no such address.
    pub fn server(&self, nth: usize) -> FakeServer {
        let machine_identifier = self.world(|world| world.slots[nth].clone().unwrap_or_default());
        FakeServer { url: self.urls.servers[nth].clone(), machine_identifier }
    }

    /// Looks at or changes the world.
    pub fn world<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        self.state(|state| act(&mut state.world))
    }

    fn state<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.engine.lock();
        let result = act(&mut state);
        state.remember();
        state.pass_on();
        result
    }

    /// The owner's account id.
    pub fn owner(&self) -> u64 {
        self.world(|world| {
            world.slots[0].as_ref().and_then(|mid| world.servers.get(mid)).map_or(0, |s| s.owner)
        })
    }

    /// The owner's account token (revocable like any other).
    pub fn owner_token(&self) -> &'static str {
        OWNER_TOKEN
    }

    /// A new account; see [`World::add_account`].
    pub fn add_account(&self, username: &str) -> u64 {
        self.world(|world| world.add_account(username))
    }

    /// A fresh account token.
    pub fn token_of(&self, account: u64) -> String {
        self.world(|world| world.issue_token(account, None))
    }

    /// Kills every token of an account.
    pub fn revoke_tokens(&self, account: u64) {
        self.world(|world| world.revoke_tokens(account));
    }

    /// Makes an account the owner's friend.
    pub fn befriend_owner(&self, account: u64) {
        let owner = self.owner();
        self.world(|world| world.befriend(owner, account));
    }

    /// Shares the first server with somebody: these libraries by title, all when none is named.
    ///
    /// # Panics
    /// When plex.tv would refuse: a mistake in the test.
    #[expect(clippy::expect_used, reason = "a mistake in the test")]
    pub fn share(&self, account: u64, titles: &[&str], accepted: bool) -> u64 {
        let server = self.server(0);
        self.world(|world| {
            let id =
                world.share_titles(server.machine_identifier(), Who::Id(account), titles).expect("a share");
            if accepted {
                world.accept_share(account, id).expect("an acceptance");
            }
            id
        })
    }

    /// A new friend of the owner with an accepted share of the first server: these libraries by title, all
    /// when none is named.
    pub fn add_member(&self, username: &str, titles: &[&str]) -> u64 {
        let account = self.add_account(username);
        self.befriend_owner(account);
        self.share(account, titles, true);
        account
    }

    /// Somebody ends it all by themselves: shares, friendship, Home.
    pub fn leave(&self, account: u64) {
        let owner = self.owner();
        self.world(|world| world.leave(owner, account));
    }

    /// Ends somebody's share of the first server by the owner's own hand; the friendship stays.
    ///
    /// # Panics
    /// When there is none: a mistake in the test.
    pub fn unshare(&self, account: u64) {
        let server = self.server(0);
        assert!(self.world(|world| world.unshare(server.machine_identifier(), account)), "no share to end");
    }

    /// Sets the libraries of somebody's share of the first server by the owner's own hand; all when none is
    /// named.
    ///
    /// # Panics
    /// When there is no share, or no such library: a mistake in the test.
    pub fn set_titles(&self, account: u64, titles: &[&str]) {
        let server = self.server(0);
        let set = self.world(|world| world.set_titles(server.machine_identifier(), account, titles));
        assert!(set, "no share, or no such library");
    }

    /// Confirms a PIN on the sign-in page's behalf.
    ///
    /// # Panics
    /// When the code is unknown or expired: a mistake in the test.
    #[expect(clippy::expect_used, reason = "a mistake in the test")]
    pub fn sign_in(&self, code: &str, account: u64) {
        self.world(|world| world.sign_in(code, account)).expect("a living PIN");
    }

    /// Pushes plex.tv's clock forward.
    pub fn advance(&self, by: Duration) {
        self.world(|world| world.advance_ms(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)));
    }

    /// Puts a fault in force; returns its number.
    ///
    /// # Panics
    /// When the rule names an operation that does not exist: it would never strike.
    pub fn fault(&self, rule: Rule) -> u64 {
        if let Err(problem) = rule.check() {
            panic!("{problem}");
        }
        self.state(|state| {
            let State { faults, world, .. } = state;
            faults.add(rule, &world.relations)
        })
    }

    /// Lifts one fault.
    pub fn lift(&self, fault: u64) {
        self.state(|state| state.faults.remove(fault));
    }

    /// Lifts all faults.
    pub fn clear_faults(&self) {
        self.state(|state| state.faults.clear());
    }

    /// How often a fault has struck.
    pub fn struck(&self, fault: u64) -> u32 {
        self.state(|state| state.faults.list().iter().find(|a| a.id == fault).map_or(0, |a| a.struck))
    }

    pub(super) fn engine_listeners(&self) -> usize {
        self.state(|state| state.heard.receiver_count())
    }

    /// Every call so far, in the order of arrival.
    pub fn calls(&self) -> Vec<CallRecord> {
        self.state(|state| state.calls.clone())
    }

    /// The calls of one operation; without `_v1` or `_v2`, of both ways of doing it.
    pub fn calls_of(&self, op: &str) -> Vec<CallRecord> {
        let mut calls = self.calls();
        calls.retain(|c| {
            c.op == op || c.op.strip_suffix("_v1").or_else(|| c.op.strip_suffix("_v2")) == Some(op)
        });
        calls
    }

    /// The calls that were to change something.
    pub fn writes(&self) -> Vec<CallRecord> {
        let mut calls = self.calls();
        calls.retain(|c| c.write);
        calls
    }

    /// The writes about one person that did their work, in order of arrival.
    pub fn writes_about(&self, account: u64) -> Vec<CallRecord> {
        let about = account.to_string();
        let mut calls = self.writes();
        calls.retain(|c| c.worked && c.about.as_deref() == Some(&about));
        calls
    }

    /// Pairs of writes about the same person that were under way at the same moment.
    pub fn overlapping_writes(&self) -> Vec<(CallRecord, CallRecord)> {
        overlapping_writes(&self.calls())
    }

    /// Waits until the record of calls shows what the test is waiting for.
    ///
    /// # Panics
    /// When it has not within 30 s.
    #[expect(clippy::expect_used, reason = "a test cannot go on without it")]
    pub async fn until<T>(&self, look: impl Fn(&[CallRecord]) -> Option<T>) -> T {
        let mut moved = self.engine.lock().moved.subscribe();
        let search = async {
            loop {
                let found = look(&self.engine.lock().calls);
                if let Some(found) = found {
                    return found;
                }
                moved.changed().await.expect("the fake runs as long as its handle");
            }
        };
        tokio::time::timeout(PATIENCE, search).await.expect("the calls that the test waits for")
    }

    /// Waits until `n` calls of an operation have begun; returns the nth.
    ///
    /// # Panics
    /// When they have not within 30 s.
    pub async fn arrived(&self, op: &str, n: usize) -> CallRecord {
        self.until(|calls| calls.iter().filter(|call| call.is(op)).nth(n.saturating_sub(1)).cloned()).await
    }

    /// Waits until `n` calls of an operation have done their work (also when the answer was lost);
    /// returns the nth.
    ///
    /// # Panics
    /// When they have not within 30 s.
    pub async fn worked(&self, op: &str, n: usize) -> CallRecord {
        let wanted = |call: &&CallRecord| call.is(op) && call.worked;
        self.until(|calls| calls.iter().filter(wanted).nth(n.saturating_sub(1)).cloned()).await
    }

    /// Forgets the calls so far.
    pub fn clear_calls(&self) {
        self.state(|state| state.calls.clear());
    }

    /// All shares, accepted or not, without stale rows.
    pub fn shares(&self) -> Vec<Share> {
        self.world(|world| world.relations.shares.values().filter(|s| !s.stale).cloned().collect())
    }

    /// The shares given to one account.
    pub fn shares_of(&self, account: u64) -> Vec<Share> {
        let mut shares = self.shares();
        shares.retain(|s| s.invited == Some(account));
        shares
    }

    /// The titles of the libraries a share covers, in the server's order.
    pub fn titles(&self, share: &Share) -> Vec<String> {
        self.world(|world| {
            let server = world.servers.get(&share.machine_identifier);
            let libraries = server.into_iter().flat_map(|s| &s.libraries);
            libraries.filter(|l| share.covers(l.section_id)).map(|l| l.title.clone()).collect()
        })
    }

    /// What scripts need to know: addresses, owner, tokens, accounts.
    pub fn describe(&self) -> Value {
        self.state(|state| {
            let mut value = state.scenario.describe(&state.world);
            value["plex_tv_url"] = Value::from(self.urls.plex_tv.clone());
            value["clients_url"] = Value::from(self.urls.clients.clone());
            value["auth_url"] = Value::from(self.urls.auth.clone());
            value
        })
    }
}

impl Drop for FakePlex {
    fn drop(&mut self) {
        self.engine.lock().closed = true;
        // The command is sent at once; nobody needs to wait for the answer but the thread.
        drop(self.server.stop(false));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn bind(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind(("127.0.0.1", port))
}
