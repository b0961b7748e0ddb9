//! One request's way through the fake: find the route, let faults strike, do the work, keep the record.

use super::call::{Call, Listener, Request};
use super::chance::Stopwatch;
use super::faults::{Fault, Faults, Strike};
use super::listening::{Ear, Heard, Listening, slot};
use super::log::CallRecord;
use super::refusal::{Family, Refusal, html};
use super::reply::{Body, Reply};
use super::routes::{self, Route};
use super::scenario::Scenario;
use super::world::{Relations, World};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, broadcast, watch};

/// How many older states are kept for lagging reads.
const PAST_STATES: usize = 500;

/// How many notes a slow listener may fall behind.
const UNHEARD: usize = 4096;

/// Everything behind the lock.
pub struct State {
    pub world: World,
    pub faults: Faults,
    pub calls: Vec<CallRecord>,
    pub watch: Stopwatch,
    pub scenario: Scenario,
    /// How many calls there have been, also those that were forgotten.
    issued: u64,
    /// Told whenever a call begins, has worked, or ends.
    pub moved: watch::Sender<()>,
    /// What those who listen to a media server are told.
    pub heard: broadcast::Sender<Heard>,
    /// The fake is gone: a connection that outlives it for a moment gets no answer any more.
    pub closed: bool,
    /// How often their connections had been cut when they were last told.
    cuts_told: u64,
    /// How people were related, and from when.
    past: VecDeque<(i64, Relations)>,
}

/// The state as the servers and the test share it.
#[derive(Clone)]
pub struct Shared(Arc<Mutex<State>>);

/// What goes back over the connection.
pub enum Outcome {
    Answer {
        status: u16,
        headers: Vec<(&'static str, String)>,
        content_type: &'static str,
        bytes: Vec<u8>,
        cut: bool,
    },
    /// The connection ends without a word.
    Dropped,
    /// An answer that goes on.
    Listening(Listening),
}

/// What the faults that struck add up to.
#[derive(Default)]
struct Plan {
    wait_before_ms: u64,
    wait_after_ms: u64,
    hold_before: Option<Arc<Semaphore>>,
    hold_after: Option<Arc<Semaphore>>,
    /// The answer that stands in for working.
    instead: Option<Reply>,
    drop_before: bool,
    after: Option<Fault>,
    shorten: Option<Shortened>,
    view: Option<Relations>,
}

/// How a list is shortened.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shortened {
    Empty,
    /// Half of it, and `size` still says all.
    Torn,
    /// Half of it, and `size` says so.
    Half,
}

impl Shared {
    /// A fresh state.
    pub fn new(world: World, scenario: Scenario) -> Self {
        let state = State {
            world,
            faults: Faults::default(),
            calls: Vec::new(),
            watch: Stopwatch::start(),
            scenario,
            issued: 0,
            moved: watch::Sender::new(()),
            heard: broadcast::Sender::new(UNHEARD),
            closed: false,
            cuts_told: 0,
            past: VecDeque::new(),
        };
        Self(Arc::new(Mutex::new(state)))
    }

    /// The state. A test that panicked while holding it does not poison the others.
    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers one request.
    pub async fn answer(&self, request: Request) -> Outcome {
        if self.lock().closed {
            return Outcome::Dropped;
        }
        let (route, params) = routes::find(request.listener, &request.method, &request.path);
        let preflight = request.method == "OPTIONS" && open_to_browsers(request.listener);
        let op = if preflight { "preflight" } else { route.op };
        let (seq, plan) = self.lock().begin(&request, route, op, &params);
        if preflight {
            return self.finish(seq, &request, allow_everything(&request), false);
        }
        pause(plan.wait_before_ms).await;
        hold(plan.hold_before).await;
        if plan.drop_before {
            self.lock().end(seq, None);
            return Outcome::Dropped;
        }
        if let Some(reply) = plan.instead {
            return self.finish(seq, &request, reply, false);
        }
        // Before the work is recorded: a test that has seen the record may change the world at once.
        let listening = Ear::of(route.op).map(|ear| self.lock().listening(ear, &request));
        let mut reply = self.lock().work(&request, route, params, plan.view, seq);
        if let (Some(listening), 200) = (listening, reply.status) {
            return Outcome::Listening(listening);
        }
        if let Some(how) = plan.shorten {
            reply.shorten(if how == Shortened::Empty { |_| 0 } else { |n| n / 2 }, how == Shortened::Torn);
        }
        pause(plan.wait_after_ms).await;
        hold(plan.hold_after).await;
        match plan.after {
            Some(Fault::LostAnswer) => {
                self.lock().end(seq, None);
                Outcome::Dropped
            }
            Some(Fault::WorkThenStatus { status }) => {
                self.finish(seq, &request, failure(status, route.family), false)
            }
            Some(Fault::Garbage) => {
                let garbage = Reply::new(200, Body::Html("\u{1}\u{2}%%% not what you wanted <<<{{{".into()));
                self.finish(seq, &request, garbage, false)
            }
            Some(Fault::Truncate) => self.finish(seq, &request, reply, true),
            _ => self.finish(seq, &request, reply, false),
        }
    }

    fn finish(&self, seq: u64, request: &Request, reply: Reply, cut: bool) -> Outcome {
        let (content_type, bytes) = reply.render(request.accepts_json());
        let mut headers = reply.headers;
        if open_to_browsers(request.listener) {
            headers.push(("access-control-allow-origin", "*".into()));
        }
        self.lock().end(seq, Some(reply.status));
        Outcome::Answer { status: reply.status, headers, content_type, bytes, cut }
    }
}

impl State {
    /// Starts the record of a call and asks the faults about it.
    fn begin(
        &mut self,
        request: &Request,
        route: &'static Route,
        op: &'static str,
        params: &[String],
    ) -> (u64, Plan) {
        let template = if op == "preflight" { "" } else { route.template };
        let write = route.write && op != "preflight";
        self.issued += 1;
        let seq = self.issued;
        let mut record = CallRecord::begin(seq, request, op, template, write, self.watch.elapsed_us());
        record.account = request
            .header("x-plex-token")
            .and_then(|token| self.world.tokens.get(token))
            .map(|grant| grant.account);
        let haystack = format!("{} {}", request.path, record.body);
        let struck = if op == "preflight" {
            Vec::new()
        } else {
            self.faults.strike(route, request.listener, record.account, &haystack)
        };
        let plan = self.plan(struck, route.family);
        if write && (plan.instead.is_some() || plan.drop_before) {
            // Nothing will be done, but the log should say about whom: try it on a copy.
            let mut copy = self.world.clone();
            let mut call = Call { world: &mut copy, request, params: params.to_vec(), about: None };
            let _ = (route.handler)(&mut call);
            record.about = call.about;
        }
        self.calls.push(record);
        self.moved.send_replace(());
        (seq, plan)
    }

    fn plan(&self, struck: Vec<Strike>, family: Family) -> Plan {
        let mut plan = Plan::default();
        for Strike { fault, snapshot, gate } in struck {
            match fault {
                Fault::Status { status, retry_after } => {
                    let mut reply = failure(status, family);
                    if let Some(seconds) = retry_after {
                        reply = reply.with_header("retry-after", seconds.to_string());
                    }
                    plan.instead.get_or_insert(reply);
                }
                Fault::Delay { ms } => plan.wait_before_ms += ms,
                Fault::DelayAnswer { ms } => plan.wait_after_ms += ms,
                Fault::Hold => plan.hold_before = Some(gate),
                Fault::HoldAnswer => plan.hold_after = Some(gate),
                Fault::Drop => plan.drop_before = true,
                Fault::Html => {
                    let page = "<!doctype html><html><body><h1>Welcome to our network</h1></body></html>";
                    plan.instead.get_or_insert(Reply::new(200, Body::Html(page.into())));
                }
                Fault::EmptyList => plan.shorten = Some(Shortened::Empty),
                Fault::HalfList => plan.shorten = Some(Shortened::Torn),
                Fault::ShortList => plan.shorten = Some(Shortened::Half),
                Fault::WithoutShares => plan.view = Some(self.without_shares()),
                Fault::Gone => {
                    plan.instead.get_or_insert(Refusal::Retired.into_reply(family));
                }
                Fault::Unrouted => {
                    plan.instead.get_or_insert(Refusal::Unrouted.into_reply(family));
                }
                Fault::Redirect { to } => {
                    plan.instead.get_or_insert(Reply::new(302, Body::Empty).with_header("location", to));
                }
                Fault::Lag { ms } => plan.view = self.as_it_was(self.world.now() - ms),
                Fault::Frozen => plan.view = snapshot,
                after @ (Fault::WorkThenStatus { .. }
                | Fault::LostAnswer
                | Fault::Truncate
                | Fault::Garbage) => {
                    plan.after.get_or_insert(after);
                }
            }
        }
        plan
    }

    /// The relations without any share of the servers that answer here.
    fn without_shares(&self) -> Relations {
        let mut relations = self.world.relations.clone();
        let here: Vec<_> = self.world.slots.iter().flatten().collect();
        relations.shares.retain(|_, share| !here.contains(&&share.machine_identifier));
        relations
    }

    /// The relations at a moment; the oldest known when the moment is older than that.
    fn as_it_was(&self, moment: i64) -> Option<Relations> {
        let known = self.past.iter().rev().find(|(since, _)| *since <= moment);
        known.or(self.past.front()).map(|(_, relations)| relations.clone())
    }

    /// Passes on what those who listen have yet to be told.
    pub fn pass_on(&mut self) {
        for note in std::mem::take(&mut self.world.notes) {
            let _ = self.heard.send(Heard::Note(note));
        }
        if self.cuts_told != self.world.cut_listeners {
            self.cuts_told = self.world.cut_listeners;
            let _ = self.heard.send(Heard::Cut);
        }
    }

    fn listening(&self, ear: Ear, request: &Request) -> Listening {
        let filters = request.param("filters");
        let mid = slot(request.listener).and_then(|slot| self.world.slots.get(slot)?.clone());
        Listening {
            ear,
            heard: self.heard.subscribe(),
            wants_playing: filters.is_none_or(|filters| filters.split(',').any(|one| one == "playing")),
            ping: Some(self.world.config.ping_ms).filter(|ms| *ms > 0).map(Duration::from_millis),
            begins_with_ping: self.world.config.listening_begins_with_ping,
            machine_identifier: mid.unwrap_or_default(),
        }
    }

    /// Remembers the relations of this moment, if some rule will want to see them later.
    pub fn remember(&mut self) {
        if self.faults.any_lag() {
            self.past.push_back((self.world.now(), self.world.relations.clone()));
            if self.past.len() > PAST_STATES {
                self.past.pop_front();
            }
        }
    }

    /// Forgets calls, faults and older states.
    pub fn forget(&mut self) {
        self.faults.clear();
        self.calls.clear();
        self.past.clear();
    }

    fn work(
        &mut self,
        request: &Request,
        route: &'static Route,
        params: Vec<String>,
        view: Option<Relations>,
        seq: u64,
    ) -> Reply {
        if self.world.config.retired.contains(route.op) {
            return Refusal::Retired.into_reply(route.family);
        }
        self.world.catch_up();
        let lagging = view.is_some();
        let present = view.map(|past| std::mem::replace(&mut self.world.relations, past));
        let mut call = Call { world: &mut self.world, request, params, about: None };
        let answer = (route.handler)(&mut call);
        let about = call.about;
        if let Some(present) = present {
            self.world.relations = present;
        }
        if !lagging {
            self.remember();
        }
        self.pass_on();
        if let Some(record) = self.record(seq) {
            record.about = about;
            record.worked = answer.is_ok();
        }
        self.moved.send_replace(());
        answer.unwrap_or_else(|refusal| refusal.into_reply(route.family))
    }

    /// The record of a call; none when a test has cleared the log in the meantime.
    fn record(&mut self, seq: u64) -> Option<&mut CallRecord> {
        self.calls.iter_mut().rev().find(|call| call.seq == seq)
    }

    fn end(&mut self, seq: u64, status: Option<u16>) {
        let now = self.watch.elapsed_us();
        if let Some(record) = self.record(seq) {
            record.status = status;
            record.ended_us = Some(now);
        }
        self.moved.send_replace(());
    }
}

/// An answer with a bare status, in the shape that the family gives it.
fn failure(status: u16, family: Family) -> Reply {
    match (status, family) {
        (401, _) => Refusal::NotAuthenticated.into_reply(family),
        (404, _) => Refusal::NotFound.into_reply(family),
        (429, _) => Refusal::RateLimited.into_reply(family),
        _ => Reply::new(status, Body::Html(html(status, super::refusal::reason(status)))),
    }
}

/// Waits until the rule behind the gate is lifted.
async fn hold(gate: Option<Arc<Semaphore>>) {
    if let Some(gate) = gate {
        // There are no permits: this ends when the gate closes, with an error that says so.
        let _ = gate.acquire().await;
    }
}

async fn pause(ms: u64) {
    if ms > 0 {
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }
}

/// plex.tv and clients.plex.tv let pages of any origin call them.
fn open_to_browsers(listener: Listener) -> bool {
    matches!(listener, Listener::PlexTv | Listener::Clients)
}

/// The answer to a browser's preflight: plex.tv lets any page call it.
fn allow_everything(request: &Request) -> Reply {
    let asked = request.header("access-control-request-headers").unwrap_or("*").to_owned();
    Reply::new(204, Body::Empty)
        .with_header("access-control-allow-methods", "GET, HEAD, POST, PUT, DELETE, OPTIONS")
        .with_header("access-control-allow-headers", asked)
        .with_header("access-control-max-age", "600")
}
