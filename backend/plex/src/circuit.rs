//! Stop asking a host that keeps failing; after a rest let one call through to see.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::{error::PlexError, gate::Limits, jitter};

/// What others are told while a probe is under way.
const PROBE_PATIENCE: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(crate) struct Circuit {
    host: String,
    limits: Limits,
    state: Mutex<State>,
}

#[derive(Debug, Clone, Copy)]
enum State {
    /// Calls pass; so many failed in a row.
    Closed { failures: u32 },
    /// Nobody passes until then; `rest` is the unjittered length of this rest.
    Resting { until: Instant, rest: Duration },
    /// One call has been let through to see.
    Probing { rest: Duration },
}

impl Circuit {
    pub(crate) fn new(host: &str, limits: Limits) -> Self {
        Self { host: host.to_owned(), limits, state: Mutex::new(State::Closed { failures: 0 }) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a call would be let through now.
    pub(crate) fn check(&self) -> Result<(), PlexError> {
        match *self.state() {
            State::Closed { .. } => Ok(()),
            State::Resting { until, .. } => match until.checked_duration_since(Instant::now()) {
                Some(left) if !left.is_zero() => Err(PlexError::CircuitOpen { retry_in: left }),
                _ => Ok(()),
            },
            State::Probing { .. } => Err(PlexError::CircuitOpen { retry_in: PROBE_PATIENCE }),
        }
    }

    /// Lets a call through, after a rest as the one probe.
    pub(crate) fn enter(self: &Arc<Self>) -> Result<Pass, PlexError> {
        self.check()?;
        let mut state = self.state();
        let probe = match *state {
            State::Closed { .. } => false,
            State::Resting { rest, .. } => {
                *state = State::Probing { rest };
                true
            }
            // Somebody else became the probe between the two looks.
            State::Probing { .. } => return Err(PlexError::CircuitOpen { retry_in: PROBE_PATIENCE }),
        };
        drop(state);
        Ok(Pass { circuit: Arc::clone(self), probe, told: false })
    }

    fn success(&self, probe: bool) {
        let mut state = self.state();
        match *state {
            State::Closed { .. } => *state = State::Closed { failures: 0 },
            State::Probing { .. } if probe => {
                *state = State::Closed { failures: 0 };
                tracing::info!(host = %self.host, "Plex answers again");
            }
            // A late answer from before the trouble proves nothing.
            State::Resting { .. } | State::Probing { .. } => {}
        }
    }

    fn failure(&self, probe: bool) {
        let mut state = self.state();
        let rest = match *state {
            State::Closed { failures } if failures + 1 < self.limits.failures_to_open => {
                *state = State::Closed { failures: failures + 1 };
                return;
            }
            State::Closed { .. } => self.limits.first_rest,
            State::Probing { rest } if probe => (rest * 2).min(self.limits.longest_rest),
            State::Resting { .. } | State::Probing { .. } => return,
        };
        let pause = jitter::around(rest);
        *state = State::Resting { until: Instant::now() + pause, rest };
        drop(state);
        tracing::warn!(host = %self.host, rest_ms = pause.as_millis(), "Plex keeps failing, not asking for a while");
    }

    /// The probe was given up without an outcome: the next call may be it.
    fn probe_abandoned(&self) {
        let mut state = self.state();
        if let State::Probing { rest } = *state {
            *state = State::Resting { until: Instant::now(), rest };
        }
    }
}

/// Leave to make one call.
#[derive(Debug)]
pub(crate) struct Pass {
    circuit: Arc<Circuit>,
    probe: bool,
    told: bool,
}

impl Pass {
    pub(crate) fn succeeded(mut self) {
        self.told = true;
        self.circuit.success(self.probe);
    }

    pub(crate) fn failed(mut self) {
        self.told = true;
        self.circuit.failure(self.probe);
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if self.probe && !self.told {
            self.circuit.probe_abandoned();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circuit() -> Arc<Circuit> {
        Arc::new(Circuit::new("plex.test", Limits { failures_to_open: 3, ..Limits::default() }))
    }

    fn fail(circuit: &Arc<Circuit>, times: u32) {
        for _ in 0..times {
            circuit.enter().unwrap().failed();
        }
    }

    fn rest_left(circuit: &Arc<Circuit>) -> Duration {
        circuit.enter().unwrap_err().retry_after().unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn only_failures_in_a_row_open_it() {
        let circuit = circuit();
        fail(&circuit, 2);
        circuit.enter().unwrap().succeeded();
        fail(&circuit, 2);
        circuit.enter().unwrap().failed();
        let left = rest_left(&circuit);
        assert!(left > Duration::from_secs(3) && left <= Duration::from_secs(6), "{left:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn after_the_rest_exactly_one_call_goes_to_see() {
        let circuit = circuit();
        fail(&circuit, 3);
        tokio::time::advance(Duration::from_secs(7)).await;
        let probe = circuit.enter().unwrap();
        assert_eq!(rest_left(&circuit), PROBE_PATIENCE);
        probe.succeeded();
        circuit.enter().unwrap().succeeded();
    }

    #[tokio::test(start_paused = true)]
    async fn a_failed_probe_doubles_the_rest_up_to_the_longest() {
        let circuit = circuit();
        fail(&circuit, 3);
        let mut longest = Duration::ZERO;
        for _ in 0..8 {
            let left = rest_left(&circuit);
            longest = longest.max(left);
            tokio::time::advance(left).await;
            circuit.enter().unwrap().failed();
        }
        assert!(longest > Duration::from_secs(40) && longest <= Duration::from_secs(72), "{longest:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn an_abandoned_probe_leaves_room_for_the_next() {
        let circuit = circuit();
        fail(&circuit, 3);
        tokio::time::advance(Duration::from_secs(7)).await;
        drop(circuit.enter().unwrap());
        circuit.enter().unwrap().succeeded();
        assert!(circuit.check().is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_late_answer_does_not_end_the_rest() {
        let circuit = circuit();
        let early = circuit.enter().unwrap();
        fail(&circuit, 3);
        early.succeeded();
        assert!(circuit.check().is_err());
    }
}
