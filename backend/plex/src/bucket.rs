//! Whose turn it is: a token bucket with three lanes.
//!
//! Interactive goes first. A lane that has been passed over often enough gets the next turn all the same,
//! so none starves; and the lower lanes leave the last tokens of a burst to those above them, so ten
//! thousand queued calls do not make a person wait.
//!
//! There is no task behind this: the first of each lane watches the clock, the others wait to be woken.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};

use crate::{
    error::PlexError,
    gate::{Lane, Limits},
    jitter,
};

const LANES: usize = 3;
/// How many turns of others a lane waits at most: a third of the turns is Manual's by right, a ninth Automatic's.
const PATIENCE: [u32; LANES] = [0, 2, 8];
/// Tokens a lane leaves to the lanes above it.
const LEFT_TO_OTHERS: [f64; LANES] = [0.0, 1.0, 2.0];
/// The longest pause that a `Retry-After` can ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

#[derive(Debug)]
pub(crate) struct Bucket {
    rate: f64,
    burst: f64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    tokens: f64,
    counted_at: Instant,
    paused_until: Option<Instant>,
    /// Refusals in a row that named no time.
    strikes: u32,
    next_number: u64,
    waiting: [BTreeMap<u64, Arc<Notify>>; LANES],
    passed_over: [u32; LANES],
}

enum Step {
    Go,
    /// Not first in line: somebody will wake us.
    Wait,
    /// First in line, but there is nothing to take before then.
    WaitUntil(Instant),
    Paused(Instant),
}

impl Bucket {
    pub(crate) fn new(limits: Limits) -> Self {
        let burst = f64::from(limits.burst.max(1));
        Self {
            rate: limits.requests_per_second.max(0.01),
            burst,
            state: Mutex::new(State {
                tokens: burst,
                counted_at: Instant::now(),
                paused_until: None,
                strikes: 0,
                next_number: 0,
                waiting: Default::default(),
                passed_over: [0; LANES],
            }),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a turn, at most until `deadline`.
    pub(crate) async fn acquire(&self, lane: Lane, deadline: Instant) -> Result<(), PlexError> {
        let ticket = self.queue_up(lane);
        loop {
            let until = match self.step(&ticket) {
                Step::Go => return Ok(()),
                Step::Paused(until) if until > deadline => {
                    return Err(PlexError::RateLimited { retry_after: Some(until - Instant::now()) });
                }
                Step::Paused(until) | Step::WaitUntil(until) => until.min(deadline),
                Step::Wait => deadline,
            };
            tokio::select! {
                () = ticket.woken.notified() => {}
                () = sleep_until(until) => {}
            }
            if Instant::now() >= deadline {
                return Err(PlexError::Timeout { request_may_have_been_done: false });
            }
        }
    }

    fn queue_up(&self, lane: Lane) -> Ticket<'_> {
        let mut state = self.state();
        let number = state.next_number;
        state.next_number += 1;
        let woken = Arc::new(Notify::new());
        state.waiting[lane.index()].insert(number, Arc::clone(&woken));
        Ticket { bucket: self, lane: lane.index(), number, woken }
    }

    fn step(&self, ticket: &Ticket<'_>) -> Step {
        let now = Instant::now();
        let mut state = self.state();
        if let Some(until) = state.paused_until {
            if now < until {
                return Step::Paused(until);
            }
            state.paused_until = None;
        }
        self.refill(&mut state, now);
        let is_first =
            state.waiting[ticket.lane].first_key_value().map(|(number, _)| *number) == Some(ticket.number);
        if !is_first || state.next_lane() != Some(ticket.lane) {
            return Step::Wait;
        }
        let needed = state.needed_by(ticket.lane).min(self.burst);
        if state.tokens < needed {
            let missing = Duration::from_secs_f64((needed - state.tokens) / self.rate);
            // A hair more, so that rounding does not wake us just too early, again and again.
            return Step::WaitUntil(now + missing + Duration::from_micros(50));
        }
        state.tokens -= 1.0;
        state.waiting[ticket.lane].remove(&ticket.number);
        state.count_turn(ticket.lane);
        state.wake_first_of_each_lane();
        Step::Go
    }

    fn refill(&self, state: &mut State, now: Instant) {
        let passed = now.saturating_duration_since(state.counted_at);
        state.tokens = (state.tokens + passed.as_secs_f64() * self.rate).min(self.burst);
        state.counted_at = state.counted_at.max(now);
    }

    /// A turn that was not used after all.
    pub(crate) fn give_back(&self) {
        let mut state = self.state();
        state.tokens = (state.tokens + 1.0).min(self.burst);
        state.wake_first_of_each_lane();
    }

    /// The host answered normally: the next refusal without a time starts small again.
    pub(crate) fn calm(&self) {
        self.state().strikes = 0;
    }

    /// Nobody goes until the host's pause is over, and then gently. Returns how long that is.
    pub(crate) fn pause(&self, retry_after: Option<Duration>) -> Duration {
        let now = Instant::now();
        let mut state = self.state();
        let pause = match retry_after {
            Some(asked) => asked.clamp(Duration::from_millis(100), LONGEST_PAUSE),
            // Several calls on their way run into the same refusal: that is one strike.
            None if state.paused_until.is_some_and(|until| until > now) => Duration::ZERO,
            None => {
                let doubled = Duration::from_secs(1 << state.strikes.min(6)).min(Duration::from_secs(60));
                state.strikes += 1;
                jitter::around(doubled)
            }
        };
        let until = state.paused_until.map_or(now + pause, |other| other.max(now + pause));
        state.paused_until = Some(until);
        // Nothing is saved up during the pause: coming back with a burst would earn the next refusal.
        state.tokens = 0.0;
        state.counted_at = until;
        for ticket in state.waiting.iter().flat_map(BTreeMap::values) {
            ticket.notify_one();
        }
        drop(state);
        let left = until - now;
        tracing::warn!(pause_ms = left.as_millis(), "Plex asks for a pause");
        left
    }
}

impl State {
    fn is_due(&self, lane: usize) -> bool {
        lane > 0 && !self.waiting[lane].is_empty() && self.passed_over[lane] >= PATIENCE[lane]
    }

    fn next_lane(&self) -> Option<usize> {
        (0..LANES)
            .find(|lane| self.is_due(*lane))
            .or_else(|| (0..LANES).find(|lane| !self.waiting[*lane].is_empty()))
    }

    fn needed_by(&self, lane: usize) -> f64 {
        if self.is_due(lane) { 1.0 } else { 1.0 + LEFT_TO_OTHERS[lane] }
    }

    fn count_turn(&mut self, taken_by: usize) {
        for lane in 0..LANES {
            let had_to_watch = lane != taken_by && !self.waiting[lane].is_empty();
            self.passed_over[lane] = if had_to_watch { self.passed_over[lane] + 1 } else { 0 };
        }
    }

    fn wake_first_of_each_lane(&self) {
        for lane in &self.waiting {
            if let Some((_, first)) = lane.first_key_value() {
                first.notify_one();
            }
        }
    }
}

/// A place in line; leaving it lets the next move up.
struct Ticket<'a> {
    bucket: &'a Bucket,
    lane: usize,
    number: u64,
    woken: Arc<Notify>,
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        let mut state = self.bucket.state();
        if state.waiting[self.lane].remove(&self.number).is_some() {
            if state.waiting[self.lane].is_empty() {
                state.passed_over[self.lane] = 0;
            }
            state.wake_first_of_each_lane();
        }
    }
}

#[cfg(test)]
mod tests;
