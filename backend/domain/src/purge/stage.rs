//! The purge by the clock goes by stages: a warning, a wait, and only then the removal. Streaming again
//! cancels it at any time.

use super::{Outcome, Reason, Verdict, Watch};
use crate::instant::{DAY, HOUR};
use crate::{Instant, catalogue};

/// A run that comes a little earlier in the day than the one that warned, or a look that was missed
/// here and there, costs nobody a day.
const SLACK: i64 = HOUR;

catalogue! {
    /// Where somebody stands on the way out.
    pub enum Stage {
        Warned = "warned",
    }
}

catalogue! {
    /// What has carried a notice to somebody.
    pub enum Carrier {
        /// Nothing yet: PUM shows it with the user.
        Shown = "shown",
    }
}

/// Somebody who has been warned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Warned {
    /// When.
    pub at: Instant,
    /// When they are to be removed, unless they stream again; later if nobody looks meanwhile.
    pub remove_at: Instant,
    /// What has carried the warning to them.
    pub notice: Option<Carrier>,
}

catalogue! {
    /// Whether the clock purges.
    pub enum Mode {
        /// It does not; nobody stays warned.
        Off = "off",
        /// Nobody is warned or removed for now; who is warned stays so.
        Paused = "paused",
        On = "on",
    }
}

/// The next step with somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// None.
    Nothing,
    /// They are warned.
    Warn,
    /// They are warned, and their time is not over before this moment.
    Wait(Instant),
    /// They are removed.
    Remove,
    /// They are kept for this reason: the warning no longer counts.
    Cancel(Reason),
}

/// What comes next for somebody who was or was not warned. Of the days between warning and removal only
/// those count on which PUM was looking.
pub fn next(verdict: &Verdict, warned: Option<Warned>, wait_days: u32, watch: &Watch, now: Instant) -> Step {
    match (verdict.outcome, warned) {
        (Outcome::Keep, None) => Step::Nothing,
        (Outcome::Keep, Some(_)) if verdict.reason.is_doubt() => Step::Nothing,
        (Outcome::Keep, Some(_)) => Step::Cancel(verdict.reason),
        (Outcome::Purge, None) => Step::Warn,
        (Outcome::Purge, Some(warned)) => {
            let left = i64::from(wait_days) * DAY - watch.watched(warned.at, now);
            if left <= SLACK { Step::Remove } else { Step::Wait(now.plus(left)) }
        }
    }
}

/// When somebody who is warned now is to be removed.
pub fn remove_at(now: Instant, wait_days: u32) -> Instant {
    now.plus(i64::from(wait_days) * DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_a_wait_and_only_then_the_removal() {
        let purge = Verdict { outcome: Outcome::Purge, reason: Reason::Idle, idle_days: 100 };
        let keep = |reason| Verdict { outcome: Outcome::Keep, reason, idle_days: 0 };
        let day = |day: i64| Instant(day * DAY);
        let whole = Watch::new([(day(0), day(200))]);
        let gap = Watch::new([(day(0), day(104)), (day(110), day(200))]);
        let warned = Some(Warned { at: day(100), remove_at: day(114), notice: None });
        let cases = [
            ("idle", purge, None, &whole, day(100), Step::Warn),
            ("just warned", purge, warned, &whole, day(100), Step::Wait(day(114))),
            ("half-way", purge, warned, &whole, day(107), Step::Wait(day(114))),
            ("a little early", purge, warned, &whole, day(114).plus(-HOUR), Step::Remove),
            ("over", purge, warned, &whole, day(115), Step::Remove),
            ("nobody looked for six days", purge, warned, &gap, day(115), Step::Wait(day(120))),
            ("those days do not count", purge, warned, &gap, day(120), Step::Remove),
            (
                "streamed again",
                keep(Reason::StreamedRecently),
                warned,
                &whole,
                day(115),
                Step::Cancel(Reason::StreamedRecently),
            ),
            (
                "whitelisted",
                keep(Reason::Whitelisted),
                warned,
                &whole,
                day(115),
                Step::Cancel(Reason::Whitelisted),
            ),
            ("no answer", keep(Reason::ServerUnreachable), warned, &whole, day(115), Step::Nothing),
            ("never warned", keep(Reason::Home), None, &whole, day(115), Step::Nothing),
        ];
        for (what, verdict, warned, watch, now, expected) in cases {
            assert_eq!(next(&verdict, warned, 14, watch, now), expected, "{what}");
        }
        assert_eq!(remove_at(day(100), 14), day(114));
    }
}
