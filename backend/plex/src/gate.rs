//! The gate in front of a host: is it worth asking at all (circuit), and whose turn is it (bucket).

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use crate::{
    bucket::Bucket,
    circuit::{Circuit, Pass},
    error::PlexError,
};

/// How urgent a call is. Each lane has its reserved share, so none starves another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lane {
    /// Somebody is looking at a page: sign-in, account, accepting an invitation.
    Interactive,
    /// A job that a person has asked for.
    Manual,
    /// Everything that happens by itself: sync, expiry, bulk.
    #[default]
    Automatic,
}

impl Lane {
    pub(crate) const fn index(self) -> usize {
        match self {
            Self::Interactive => 0,
            Self::Manual => 1,
            Self::Automatic => 2,
        }
    }
}

/// How fast to ask, and when to stop asking.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Steady rate, for all lanes together.
    pub requests_per_second: f64,
    /// How many may go at once after a quiet time.
    pub burst: u32,
    /// Failures in a row (5xx, timeouts, no connection) that open the circuit.
    pub failures_to_open: u32,
    /// The first rest of an open circuit; doubles with each failed probe.
    pub first_rest: Duration,
    /// The longest rest.
    pub longest_rest: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            requests_per_second: 8.0,
            burst: 10,
            failures_to_open: 5,
            first_rest: Duration::from_secs(5),
            longest_rest: Duration::from_secs(60),
        }
    }
}

/// One host's gate. Hosts of one service share a bucket, never a circuit.
#[derive(Debug, Clone)]
pub(crate) struct Gate {
    circuit: Arc<Circuit>,
    bucket: Arc<Bucket>,
}

impl Gate {
    pub(crate) fn new(host: &str, limits: Limits) -> Self {
        Self { circuit: Arc::new(Circuit::new(host, limits)), bucket: Arc::new(Bucket::new(limits)) }
    }

    /// Another host of the same service: its own circuit, the same bucket.
    pub(crate) fn sibling(&self, host: &str, limits: Limits) -> Self {
        Self { circuit: Arc::new(Circuit::new(host, limits)), bucket: Arc::clone(&self.bucket) }
    }

    /// Waits for a turn, at most until `deadline`.
    ///
    /// # Errors
    /// `CircuitOpen` at once while the host rests; `RateLimited` at once if Plex's pause outlasts the
    /// deadline; `Timeout` (nothing done) if the turn does not come in time.
    pub(crate) async fn enter(&self, lane: Lane, deadline: Instant) -> Result<Entry, PlexError> {
        self.circuit.check()?;
        self.bucket.acquire(lane, deadline).await?;
        // The circuit may have opened while we waited; the turn then goes to somebody else.
        match self.circuit.enter() {
            Ok(pass) => Ok(Entry { pass, bucket: Arc::clone(&self.bucket) }),
            Err(error) => {
                self.bucket.give_back();
                Err(error)
            }
        }
    }

    /// True while nobody but the registry holds this gate.
    pub(crate) fn is_idle(&self) -> bool {
        Arc::strong_count(&self.circuit) == 1
    }
}

/// Leave to make one call. Say how it went; dropped without a word it counts as neither good nor bad.
#[derive(Debug)]
pub(crate) struct Entry {
    pass: Pass,
    bucket: Arc<Bucket>,
}

impl Entry {
    /// The host answered, whatever it said.
    pub(crate) fn answered(self) {
        self.bucket.calm();
        self.pass.succeeded();
    }

    /// The host is in trouble.
    pub(crate) fn failed(self) {
        self.pass.failed();
    }

    /// The host wants a pause; returns how long it will be.
    pub(crate) fn slowed(self, retry_after: Option<Duration>) -> Duration {
        self.pass.succeeded();
        self.bucket.pause(retry_after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(5)
    }

    #[tokio::test(start_paused = true)]
    async fn siblings_share_the_pace_but_not_the_circuit() {
        let limits = Limits { failures_to_open: 1, burst: 3, requests_per_second: 0.01, ..Limits::default() };
        let gate = Gate::new("plex.test", limits);
        let sibling = gate.sibling("clients.plex.test", limits);
        gate.enter(Lane::Interactive, soon()).await.unwrap().failed();
        assert!(matches!(gate.enter(Lane::Interactive, soon()).await, Err(PlexError::CircuitOpen { .. })));
        sibling.enter(Lane::Interactive, soon()).await.unwrap().answered();
        sibling.enter(Lane::Interactive, soon()).await.unwrap().answered();
        let empty = sibling.enter(Lane::Interactive, soon()).await.unwrap_err();
        assert_eq!(empty, PlexError::Timeout { request_may_have_been_done: false });
    }

    #[tokio::test(start_paused = true)]
    async fn a_circuit_that_opens_meanwhile_gives_the_turn_to_another_host() {
        let limits = Limits { failures_to_open: 1, burst: 1, requests_per_second: 1.0, ..Limits::default() };
        let gate = Gate::new("plex.test", limits);
        let sibling = gate.sibling("clients.plex.test", limits);
        let early = gate.enter(Lane::Interactive, soon()).await.unwrap();
        let waiting = tokio::spawn({
            let gate = gate.clone();
            async move { gate.enter(Lane::Interactive, soon()).await.map(drop) }
        });
        tokio::task::yield_now().await;
        early.failed();
        assert!(matches!(waiting.await.unwrap(), Err(PlexError::CircuitOpen { .. })));
        let start = Instant::now();
        sibling.enter(Lane::Interactive, soon()).await.unwrap().answered();
        assert_eq!(start.elapsed(), Duration::ZERO);
    }
}
