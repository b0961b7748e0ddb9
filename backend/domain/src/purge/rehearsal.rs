//! Terms that are tried on the past: who would have been removed, and who of them came back.

use super::Watch;
use crate::Instant;
use crate::instant::DAY;

/// Somebody who watches again within so many days after their removal was removed too early.
pub const CAME_BACK_DAYS: i64 = 30;

/// A time in which nothing was heard of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    /// Since when.
    pub from: Instant,
    /// Until they streamed (again); `None`: so far.
    pub until: Option<Instant>,
}

/// Somebody who would have been removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Removed {
    /// When.
    pub at: Instant,
    /// After how many idle days.
    pub idle_days: i64,
    /// When they streamed again, if that was within [`CAME_BACK_DAYS`].
    pub came_back_at: Option<Instant>,
}

impl Removed {
    /// After how many days they came back, counted up.
    pub fn came_back_within_days(&self) -> Option<i64> {
        self.came_back_at.map(|at| (at.since(self.at) + DAY - 1) / DAY)
    }
}

/// Tries `days` of idleness on one person's quiet times, in their order, since `begin`.
pub fn rehearse(quiets: &[Quiet], days: i64, watch: &Watch, begin: Instant, now: Instant) -> Option<Removed> {
    quiets.iter().find_map(|quiet| {
        let at = watch.moment_after(quiet.from, days * DAY)?.max(begin);
        if at > now || quiet.until.is_some_and(|until| until <= at) {
            return None;
        }
        Some(Removed {
            at,
            idle_days: watch.watched(quiet.from, at) / DAY,
            came_back_at: quiet.until.filter(|until| until.since(at) <= CAME_BACK_DAYS * DAY),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_removal_counts_and_whoever_comes_back_soon_is_told() {
        let day = |day: i64| Instant(day * DAY);
        let quiet = |from: i64, until: Option<i64>| Quiet { from: day(from), until: until.map(day) };
        let whole = Watch::new([(day(0), day(400))]);
        let late = Watch::new([(day(300), day(400))]);
        let gap = Watch::new([(day(0), day(120)), (day(150), day(400))]);
        let removed = |at: i64, idle_days: i64, came_back: Option<i64>| {
            Some(Removed { at: day(at), idle_days, came_back_at: came_back.map(day) })
        };
        let cases = [
            ("always watching", vec![quiet(50, Some(100)), quiet(100, Some(189))], &whole, None),
            ("back after a week", vec![quiet(100, Some(197))], &whole, removed(190, 90, Some(197))),
            ("back after long", vec![quiet(100, Some(250))], &whole, removed(190, 90, None)),
            ("still quiet", vec![quiet(300, None)], &whole, removed(390, 90, None)),
            ("not quiet for long enough", vec![quiet(311, None)], &whole, None),
            ("at the moment itself", vec![quiet(100, Some(190))], &whole, None),
            ("quiet before anybody looked", vec![quiet(-500, Some(60))], &whole, None),
            ("quiet already when it begins", vec![quiet(0, Some(60))], &whole, None),
            ("only then PUM began to look", vec![quiet(0, None)], &late, removed(390, 90, None)),
            ("nobody looked for a month", vec![quiet(100, Some(221))], &gap, removed(220, 90, Some(221))),
            ("twice", vec![quiet(50, Some(141)), quiet(200, None)], &whole, removed(140, 90, Some(141))),
        ];
        for (what, quiets, watch, expected) in cases {
            assert_eq!(rehearse(&quiets, 90, watch, day(35), day(400)), expected, "{what}");
        }
        let early = rehearse(&[quiet(0, Some(160))], 90, &whole, day(150), day(400));
        assert_eq!(early, removed(150, 150, Some(160)), "on the first day of what is looked at");
        assert_eq!(early.and_then(|one| one.came_back_within_days()), Some(10));
    }
}
