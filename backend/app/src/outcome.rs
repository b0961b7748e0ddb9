//! How a run of a job ends, as the queue records it before the job's lease runs out.

use std::time::Duration;

use pum_plex::PlexError;

use crate::random;

/// What jobs wait for while the owner's token is dead.
pub const BLOCKED_BY_PLEX_AUTH: &str = "plex_auth";
/// What jobs wait for while another server or owner answers.
pub const BLOCKED_BY_PLEX_IDENTITY: &str = "plex_identity";

/// What a job is told about its run.
#[derive(Debug, Clone, Copy)]
pub struct JobInfo {
    /// The job.
    pub id: i64,
    /// Which try this is, from 1.
    pub attempt: i32,
    /// Tries it has.
    pub max_attempts: i32,
}

impl JobInfo {
    /// Whether there is no try after this one.
    pub const fn is_last(&self) -> bool {
        self.attempt >= self.max_attempts
    }
}

/// How a run ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The work is done, or there was nothing to do.
    Done,
    /// Run again later.
    Again {
        /// The pause before it.
        after: Duration,
        /// What went wrong, or what is waited for; no secrets.
        error: String,
        /// Whether this run counts as a try.
        spends_attempt: bool,
    },
    /// Wait until somebody releases all that wait for this.
    Blocked {
        /// [`BLOCKED_BY_PLEX_AUTH`] or [`BLOCKED_BY_PLEX_IDENTITY`].
        on: &'static str,
    },
    /// It will not work; the reason is for an admin.
    Dead {
        /// Why, no secrets.
        reason: String,
    },
}

impl Outcome {
    /// Waits for something that is no failure.
    pub fn wait(after: Duration, what: &str) -> Self {
        Self::Again { after, error: what.to_owned(), spends_attempt: false }
    }

    /// Tries again after a pause that grows with the tries and varies by chance, or after the pause
    /// that the other side asked for.
    pub fn retry(info: &JobInfo, error: &PlexError) -> Self {
        let own = backoff(info.attempt);
        let after = error.retry_after().map_or(own, |asked| asked.max(Duration::from_millis(100)));
        let spends_attempt = !matches!(error, PlexError::CircuitOpen { .. } | PlexError::RateLimited { .. });
        Self::Again { after, error: error.to_string(), spends_attempt }
    }
}

/// The pause before the next try: 1, 2, 4 … seconds up to 15 minutes, a quarter more or less.
pub fn backoff(attempt: i32) -> Duration {
    let doublings = attempt.clamp(1, 11) - 1;
    let base = (1_000_i64 << doublings).min(15 * 60_000);
    Duration::from_millis(random::jittered(base).unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end_at_a_quarter_of_an_hour() {
        assert!((750..=1250).contains(&backoff(1).as_millis()));
        assert!((3000..=5000).contains(&backoff(3).as_millis()));
        assert!((675_000..=1_125_000).contains(&backoff(60).as_millis()));
    }

    #[test]
    fn a_pause_that_plex_asks_for_is_kept_and_costs_no_try() {
        let info = JobInfo { id: 1, attempt: 9, max_attempts: 20 };
        let limited = PlexError::RateLimited { retry_after: Some(Duration::from_secs(2)) };
        assert_eq!(
            Outcome::retry(&info, &limited),
            Outcome::Again {
                after: Duration::from_secs(2),
                error: limited.to_string(),
                spends_attempt: false
            }
        );
    }
}
