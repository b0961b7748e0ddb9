//! Quarter hours: what is counted about watching is counted for each, in UTC, so that days and hours
//! of any time zone can be put together from them later.
//!
//! Every zone that is in use is away from UTC by whole quarter hours.

use std::collections::BTreeMap;

use crate::Instant;
use crate::instant::{DAY, MINUTE};

/// A quarter of an hour, in milliseconds.
pub const QUARTER: i64 = 15 * MINUTE;

/// The lengths, in days, of the longer spells for which watching is counted as well, the shortest first.
/// Each begins at a multiple of its length since 1970, so a longer one begins where a shorter one does.
pub const SPELLS: [i32; 3] = [1, 6, 36];

/// The quarter hour, or another spell of so many milliseconds, to which a moment belongs: when it began.
pub const fn spell_of(at: Instant, length: i64) -> Instant {
    Instant(at.0.div_euclid(length) * length)
}

/// The quarter hour to which a moment belongs: when it began.
pub const fn quarter_of(at: Instant) -> Instant {
    spell_of(at, QUARTER)
}

/// In which quarter hours one stream was watched, in milliseconds each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WatchedIn(BTreeMap<i64, i64>);

impl WatchedIn {
    /// Adds so many milliseconds that were watched without a break until `until`, and says what that
    /// adds to which quarter hour.
    pub fn add(&mut self, until: Instant, watched_ms: i64) -> Vec<(Instant, i64)> {
        let shares = spread(until, watched_ms);
        for (quarter, ms) in &shares {
            *self.0.entry(quarter.0).or_default() += ms;
        }
        shares
    }

    /// Each quarter hour with its milliseconds.
    pub fn shares(&self) -> impl Iterator<Item = (Instant, i64)> {
        self.0.iter().map(|(quarter, ms)| (Instant(*quarter), *ms))
    }

    /// As it is stored: the quarter hours counted from that in which the stream began.
    pub fn to_text(&self, started_at: Instant) -> String {
        let first = quarter_of(started_at).0;
        let parts = self.0.iter().map(|(quarter, ms)| format!("{}:{ms}", (quarter - first) / QUARTER));
        parts.collect::<Vec<_>>().join(" ")
    }

    /// From how it is stored; `None` when that makes no sense.
    pub fn from_text(text: &str, started_at: Instant) -> Option<Self> {
        let first = quarter_of(started_at).0;
        let shares = text.split_whitespace().map(|part| {
            let (place, ms) = part.split_once(':')?;
            let offset = place.parse::<i64>().ok()?.checked_mul(QUARTER)?;
            Some((first.checked_add(offset)?, ms.parse().ok()?))
        });
        shares.collect::<Option<BTreeMap<i64, i64>>>().map(Self)
    }
}

/// Splits what was watched without a break until `until` among the quarter hours. Somebody who was
/// watched over for longer than a day at once had a clock that jumped: then all of it counts at the end.
fn spread(until: Instant, watched_ms: i64) -> Vec<(Instant, i64)> {
    if watched_ms <= 0 {
        return Vec::new();
    }
    if watched_ms > DAY {
        return vec![(quarter_of(until), watched_ms)];
    }
    let mut shares = Vec::new();
    let mut from = until.plus(-watched_ms);
    while from < until {
        let quarter = quarter_of(from);
        let end = quarter.plus(QUARTER).min(until);
        shares.push((quarter, end.since(from)));
        from = end;
    }
    shares
}

/// Spells that together make up all the time from `from` (the beginning of a quarter hour) until and
/// including now, as long as they may be: lengths in milliseconds, with the first and the last beginning.
/// Nothing is counted in the future, so a spell that is not over yet counts as far as it has come.
pub fn spells_since(from: Instant, now: Instant) -> Vec<(i64, Instant, Instant)> {
    let lengths = std::iter::once(QUARTER).chain(SPELLS.iter().map(|days| i64::from(*days) * DAY));
    let lengths: Vec<i64> = lengths.collect();
    let mut pieces = Vec::new();
    let mut at = from;
    for (position, length) in lengths.iter().enumerate() {
        let Some(longer) = lengths.get(position + 1) else {
            pieces.push((*length, at, spell_of(now, *length)));
            break;
        };
        let begins = spell_of(at, *longer);
        let next = if begins == at { at } else { begins.plus(*longer) };
        if next > now {
            pieces.push((*length, at, spell_of(now, *length)));
            break;
        }
        if at < next {
            pieces.push((*length, at, next.plus(-length)));
        }
        at = next;
    }
    pieces.retain(|(_, first, last)| first <= last);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_watched_counts_where_it_was_watched() {
        let quarter = Instant(1_700_000_100_000);
        assert_eq!(quarter_of(quarter), quarter);
        let cases = [
            // until, milliseconds, shares
            (60_000, 60_000, vec![(0, 60_000)]),
            (0, 60_000, vec![(-1, 60_000)]),
            (20_000, 60_000, vec![(-1, 40_000), (0, 20_000)]),
            (QUARTER + 1, QUARTER + 2, vec![(-1, 1), (0, QUARTER), (1, 1)]),
            (5_000, 0, vec![]),
            (5_000, -1, vec![]),
            (5_000, DAY + 1, vec![(0, DAY + 1)]),
        ];
        for (until, watched, expected) in cases {
            let shares: Vec<(i64, i64)> = WatchedIn::default()
                .add(quarter.plus(until), watched)
                .into_iter()
                .map(|(at, ms)| (at.since(quarter) / QUARTER, ms))
                .collect();
            assert_eq!(shares, expected, "{watched} ms until {until}");
        }
    }

    #[test]
    fn shares_are_read_back_as_they_were_stored() {
        let started = Instant(1_700_000_399_000);
        let mut watched = WatchedIn::default();
        for minute in 1..40 {
            watched.add(started.plus(minute * MINUTE), MINUTE);
        }
        let text = watched.to_text(started);
        assert_eq!(WatchedIn::from_text(&text, started), Some(watched.clone()), "{text}");
        assert_eq!(watched.shares().map(|(_, ms)| ms).sum::<i64>(), 39 * MINUTE);
        for broken in ["1", "x:1", "1:", "9223372036854775807:1"] {
            assert_eq!(WatchedIn::from_text(broken, started), None, "{broken}");
        }
    }

    #[test]
    fn spells_make_up_the_whole_time_without_overlap() {
        let now = Instant(1_763_850_000_000);
        for quarters_back in (0..96 * 120).step_by(37) {
            let from = quarter_of(now).plus(-quarters_back * QUARTER);
            let mut at = from;
            let pieces = spells_since(from, now);
            for (length, first, last) in &pieces {
                assert_eq!(*first, at, "{quarters_back} quarters back");
                assert_eq!(spell_of(*first, *length), *first);
                assert!(first <= last && last.since(*first) % length == 0);
                at = last.plus(*length);
            }
            assert!(at > now, "{quarters_back} quarters back: up to now");
            let many = pieces.iter().map(|(length, first, last)| last.since(*first) / length + 1);
            assert!(many.sum::<i64>() <= 96 + 6 + 6 + 5, "{quarters_back} quarters back: few spells");
        }
    }
}
