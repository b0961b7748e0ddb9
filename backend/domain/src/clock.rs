//! Whether a clock has jumped: what takes access away by it stops then, since an expiry may be due
//! years too soon.

use crate::Instant;
use crate::catalogue;
use crate::instant::{MINUTE, SECOND};

/// The database's clock may be so far off what a process has lived through, in milliseconds.
const JUMP: i64 = 10 * MINUTE;
/// The database's clock and the machine's may differ by so much, in milliseconds.
const SKEW: i64 = 60 * SECOND;

catalogue! {
    /// What is wrong with the clock.
    pub enum Doubt {
        /// It has gone further than time has.
        JumpedAhead = "jumped_ahead",
        /// It has gone back.
        JumpedBack = "jumped_back",
        /// The database's differs from the machine's.
        Skewed = "skewed",
    }
}

/// The clocks of one moment, as one process sees them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The database's, by which everything is judged.
    pub database: Instant,
    /// The machine's.
    pub machine: Instant,
    /// For how long the process has been running, by a clock that cannot be set, in milliseconds.
    pub running: i64,
}

/// Holds a reading against an earlier one of the same process.
pub fn judge(before: &Reading, now: &Reading) -> Option<Doubt> {
    let lived = now.running.saturating_sub(before.running);
    let gone = now.database.since(before.database);
    if gone.saturating_sub(lived) > JUMP {
        return Some(Doubt::JumpedAhead);
    }
    if lived.saturating_sub(gone) > JUMP {
        return Some(Doubt::JumpedBack);
    }
    (now.database.since(now.machine).saturating_abs() > SKEW).then_some(Doubt::Skewed)
}

/// Holds the database's clock against the latest moment that any process has seen on it.
pub fn judge_start(seen: Instant, database: Instant) -> Option<Doubt> {
    (seen.since(database) > JUMP).then_some(Doubt::JumpedBack)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instant::HOUR;

    #[test]
    fn a_jump_is_a_clock_that_goes_otherwise_than_time() {
        let at = |database: i64, machine: i64, running: i64| Reading {
            database: Instant(database),
            machine: Instant(machine),
            running,
        };
        let before = at(0, 0, 0);
        let cases = [
            ("a quiet day", at(24 * HOUR, 24 * HOUR, 24 * HOUR), None),
            ("a little fast", at(HOUR + 9 * MINUTE, HOUR + 9 * MINUTE, HOUR), None),
            ("ahead", at(HOUR + 11 * MINUTE, HOUR + 11 * MINUTE, HOUR), Some(Doubt::JumpedAhead)),
            ("back", at(-11 * MINUTE, -11 * MINUTE, 0), Some(Doubt::JumpedBack)),
            ("standing still", at(0, 0, HOUR), Some(Doubt::JumpedBack)),
            ("a minute apart", at(HOUR, HOUR + 60 * SECOND, HOUR), None),
            ("more than that", at(HOUR, HOUR + 61 * SECOND, HOUR), Some(Doubt::Skewed)),
        ];
        for (what, now, expected) in cases {
            assert_eq!(judge(&before, &now), expected, "{what}");
        }
        assert_eq!(judge_start(Instant(HOUR), Instant(0)), Some(Doubt::JumpedBack));
        assert_eq!(judge_start(Instant(0), Instant(HOUR)), None, "the machine was off for long");
    }
}
