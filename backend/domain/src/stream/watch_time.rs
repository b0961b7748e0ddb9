//! How long somebody really watched between two looks.
//!
//! The position in the item is the witness: it stands still in pauses and while the player waits for
//! data. It cannot have gone further than time has; what goes beyond is a seek.

use super::StreamState;
use crate::instant::SECOND;

/// Players report their position every ten seconds or so, and what a look finds is that much behind at
/// most. What one look misses for that reason the next one finds; in milliseconds.
pub const REPORT_LAG: i64 = 15 * SECOND;

/// A stream at one look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// What it did.
    pub state: StreamState,
    /// Where in the item, in milliseconds. Unknown for what is broadcast, and where the server does not say.
    pub position: Option<i64>,
}

/// What lies between two looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Between {
    /// Time gone by, in milliseconds, by a clock that nobody sets where there is one.
    pub elapsed: i64,
    /// What positions may be ahead of time by now because earlier ones lagged behind it, in milliseconds.
    pub behind: i64,
    /// The longest that is believed without a position to prove it, in milliseconds.
    pub believed: i64,
}

/// What may be concluded, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    /// Watching.
    pub watched: i64,
    /// In a pause.
    pub paused: i64,
}

/// How the time between two looks was spent. What the position does not prove was not watched, and whoever paused
/// at both looks has at best moved the position. Who plays at both and has moved it, ahead or back, has watched
/// meanwhile.
pub fn spent(before: Look, now: Look, between: Between) -> Spent {
    let elapsed = between.elapsed.max(0);
    let paused_at_both = before.state == StreamState::Paused && now.state == StreamState::Paused;
    if paused_at_both {
        return Spent { watched: 0, paused: elapsed };
    }
    let plays_at_both = before.state == StreamState::Playing && now.state == StreamState::Playing;
    let believed = elapsed.min(between.believed.max(0));
    let watched = match (before.position, now.position) {
        (Some(from), Some(to)) => {
            let gone = to.saturating_sub(from);
            let behind = between.behind.clamp(0, REPORT_LAG);
            if plays_at_both && gone < -REPORT_LAG {
                believed
            } else if gone <= elapsed.saturating_add(behind) {
                gone.max(0)
            } else {
                elapsed
            }
        }
        _ if plays_at_both => believed,
        _ => 0,
    };
    let paused_at_one = before.state == StreamState::Paused || now.state == StreamState::Paused;
    let paused = if paused_at_one { elapsed.saturating_sub(watched).max(0) } else { 0 };
    Spent { watched, paused }
}

#[cfg(test)]
mod tests {
    use super::StreamState::{Buffering, Paused, Playing};
    use super::*;
    use crate::instant::{HOUR, MINUTE};

    const AT: i64 = 20 * MINUTE;

    fn look(state: StreamState, position: i64) -> Look {
        Look { state, position: Some(position) }
    }

    #[test]
    fn the_position_says_what_was_watched() {
        let minute = Between { elapsed: MINUTE, behind: 0, believed: 3 * MINUTE };
        let cases = [
            ("playing on", Playing, Playing, MINUTE, MINUTE, (MINUTE, 0)),
            ("waiting for data", Playing, Buffering, 10 * SECOND, MINUTE, (10 * SECOND, 0)),
            ("waiting all the time", Buffering, Buffering, 0, MINUTE, (0, 0)),
            ("pausing", Playing, Paused, 20 * SECOND, MINUTE, (20 * SECOND, 40 * SECOND)),
            ("going on", Paused, Playing, 20 * SECOND, MINUTE, (20 * SECOND, 40 * SECOND)),
            ("a pause", Paused, Paused, 0, MINUTE, (0, MINUTE)),
            ("a seek in a pause", Paused, Paused, 30 * MINUTE, MINUTE, (0, MINUTE)),
            ("a seek ahead", Playing, Playing, 30 * MINUTE, MINUTE, (MINUTE, 0)),
            ("a seek back", Playing, Playing, -10 * MINUTE, MINUTE, (MINUTE, 0)),
            (
                "a seek back, and nobody looked for long",
                Playing,
                Playing,
                -10 * MINUTE,
                HOUR,
                (3 * MINUTE, 0),
            ),
            ("a seek back, and then a pause", Playing, Paused, -10 * MINUTE, MINUTE, (0, MINUTE)),
            ("a report that came late", Playing, Playing, -REPORT_LAG, MINUTE, (0, 0)),
            ("a small step back", Playing, Playing, 30 * SECOND, MINUTE, (30 * SECOND, 0)),
            ("nobody looked for ten minutes", Playing, Playing, 10 * MINUTE, 10 * MINUTE, (10 * MINUTE, 0)),
            ("paused in those", Playing, Paused, 4 * MINUTE, 10 * MINUTE, (4 * MINUTE, 6 * MINUTE)),
            ("the clock jumped ahead", Playing, Playing, MINUTE, HOUR + MINUTE, (MINUTE, 0)),
            ("the clock jumped back", Playing, Playing, MINUTE, MINUTE - HOUR, (0, 0)),
            ("at once again", Playing, Playing, 0, 0, (0, 0)),
            ("the server counts on for a moment", Playing, Playing, 5 * SECOND, 0, (0, 0)),
        ];
        for (what, before, now, moved, elapsed, (watched, paused)) in cases {
            let found = spent(look(before, AT), look(now, AT + moved), Between { elapsed, ..minute });
            assert_eq!(found, Spent { watched, paused }, "{what}");
        }
    }

    #[test]
    fn what_lagged_behind_is_made_up_for() {
        let between = |behind| Between { elapsed: MINUTE, behind, believed: 0 };
        let watched =
            |moved, behind| spent(look(Playing, AT), look(Playing, AT + moved), between(behind)).watched;
        assert_eq!(watched(69 * SECOND, 9 * SECOND), 69 * SECOND);
        assert_eq!(watched(69 * SECOND, 0), MINUTE, "nothing to make up for: a seek");
        assert_eq!(watched(5 * MINUTE, HOUR), MINUTE, "more than can have lagged: a seek");
        assert_eq!(watched(5 * MINUTE, -HOUR), MINUTE);
    }

    #[test]
    fn without_a_position_playing_is_believed_for_a_while() {
        let unknown = |state| Look { state, position: None };
        let between = |elapsed| Between { elapsed, behind: 0, believed: 3 * MINUTE };
        let cases = [
            ("television", Playing, Playing, MINUTE, (MINUTE, 0)),
            ("nobody looked for long", Playing, Playing, HOUR, (3 * MINUTE, 0)),
            ("held", Playing, Paused, MINUTE, (0, MINUTE)),
            ("waiting", Buffering, Playing, MINUTE, (0, 0)),
        ];
        for (what, before, now, elapsed, (watched, paused)) in cases {
            let found = spent(unknown(before), unknown(now), between(elapsed));
            assert_eq!(found, Spent { watched, paused }, "{what}");
        }
        let found = spent(look(Playing, AT), unknown(Playing), between(MINUTE));
        assert_eq!(found.watched, MINUTE, "a position that is missing once");
    }
}
