//! The server's own play history: which of its rows tell something that nobody saw.
//!
//! The server writes a row when something was played to its end or nearly so. What PUM watched itself it
//! knows better, so only rows from times without a look count, and of these not the ones whose play was
//! seen before the look broke off.

use crate::Instant;
use crate::instant::{HOUR, MINUTE};

/// Without a look for so long nobody is watching, and the time since the last one is a gap.
const ABANDONED: i64 = 15 * MINUTE;
/// The server's clock and ours may differ by so much, and its rows may be late by as much.
pub const LATE: i64 = 2 * MINUTE;
/// How long something may go on after it was last seen when its length is not known.
const LONGEST_REST: i64 = 4 * HOUR;

/// A time during which PUM was looking: its first look and its last.
pub type Span = (Instant, Instant);

/// A play that PUM saw, of the same viewer and item as a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// The first look at it.
    pub from: Instant,
    /// The last one.
    pub to: Instant,
    /// How long the item is, in milliseconds.
    pub length: Option<i64>,
}

/// Up to when it is known for good whether anybody was looking: while PUM watches, its last look.
pub fn settled(last_look: Option<Instant>, now: Instant) -> Instant {
    match last_look {
        Some(look) if now.since(look) < ABANDONED => look.min(now),
        _ => now.plus(-LATE),
    }
}

/// Whether there is any moment between the two at which nobody was looking.
pub fn has_gap(from: Instant, to: Instant, spans: &[Span]) -> bool {
    let mut spans = spans.to_vec();
    spans.sort_unstable();
    let mut covered = from;
    for (begin, end) in spans {
        if begin > covered {
            break;
        }
        covered = covered.max(end);
    }
    covered < to
}

/// Whether a row from `at` tells something new: nobody was looking then, and none of the plays seen was it.
pub fn is_news(at: Instant, spans: &[Span], seen: &[Seen]) -> bool {
    let watched = spans.iter().any(|(from, to)| *from <= at && at <= *to);
    let was_it = |play: &Seen| {
        let rest = play.length.unwrap_or(LONGEST_REST).max(0);
        play.from.plus(-LATE) <= at && at <= play.to.plus(rest.saturating_add(LATE))
    };
    !watched && !seen.iter().any(was_it)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Instant {
        Instant(1_700_000_000_000).plus(minutes * MINUTE)
    }

    #[test]
    fn while_pum_looks_the_last_look_settles_and_otherwise_the_clock() {
        let now = at(600);
        for (what, look, expected) in [
            ("never looked", None, now.plus(-LATE)),
            ("just now", Some(at(599)), at(599)),
            ("a while ago", Some(at(590)), at(590)),
            ("nobody looks any more", Some(at(580)), now.plus(-LATE)),
            ("the clock went back", Some(at(700)), now),
        ] {
            assert_eq!(settled(look, now), expected, "{what}");
        }
    }

    #[test]
    fn gaps_are_before_between_and_after_looks() {
        let spans = [(at(30), at(60)), (at(0), at(30)), (at(90), at(120))];
        for (what, from, to, expected) in [
            ("all of it watched", 0, 60, false),
            ("within", 10, 20, false),
            ("between two", 10, 100, true),
            ("before the first", -5, 20, true),
            ("after the last", 100, 130, true),
            ("up to the last look", 95, 120, false),
            ("nothing between", 200, 200, false),
        ] {
            assert_eq!(has_gap(at(from), at(to), &spans), expected, "{what}");
        }
        assert!(has_gap(at(0), at(1), &[]));
    }

    #[test]
    fn a_row_is_news_when_nobody_looked_and_the_play_was_not_seen() {
        let spans = [(at(0), at(60)), (at(120), at(180))];
        let film = |from: i64, to: i64| Seen { from: at(from), to: at(to), length: Some(90 * MINUTE) };
        let unknown = Seen { length: None, ..film(50, 60) };
        for (what, minute, seen, expected) in [
            ("while PUM looked", 30, vec![], false),
            ("at the very last look", 60, vec![], false),
            ("in the gap", 90, vec![], true),
            ("before the first look", -10, vec![], true),
            ("begun before the gap", 90, vec![film(50, 60)], false),
            ("begun so long before that it cannot be", 170 + 60, vec![film(20, 60)], true),
            ("seen again only afterwards", 90, vec![film(125, 180)], true),
            ("of unknown length", 60 + 230, vec![unknown], false),
            ("a moment before the first look at it", -1, vec![film(0, 5)], false),
        ] {
            assert_eq!(is_news(at(minute), &spans, &seen), expected, "{what}");
        }
    }
}
