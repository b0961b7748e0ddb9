//! What casts doubt on what PUM has seen. Then nobody is removed, whatever they did.

use super::{Reason, Watch};
use crate::Instant;
use crate::instant::MINUTE;

/// A clock that stands so much before the latest look, in milliseconds, has been set back.
const CLOCK_TOLERANCE: i64 = 10 * MINUTE;

/// How things stand with looking.
#[derive(Debug, Clone, Copy)]
pub struct Conditions<'a> {
    /// The moment.
    pub now: Instant,
    /// When PUM was looking.
    pub watch: &'a Watch,
    /// The latest look is not older than so many milliseconds while looking goes well.
    pub usual_age: i64,
    /// The clock has jumped, and no admin has looked at it.
    pub clock_doubted: bool,
    /// The server answers.
    pub reachable: bool,
    /// The server's play history is being imported.
    pub importing: bool,
}

/// Why nobody may be removed just now.
pub fn doubt(conditions: &Conditions<'_>) -> Option<Reason> {
    let Conditions { now, watch, .. } = *conditions;
    let (Some(began_at), Some(latest)) = (watch.began_at(), watch.latest()) else {
        return Some(if conditions.clock_doubted { Reason::ClockDoubted } else { Reason::NotWatched });
    };
    let cases = [
        (conditions.clock_doubted, Reason::ClockDoubted),
        (now < began_at || now.plus(CLOCK_TOLERANCE) < latest, Reason::ClockBeforeWatch),
        (!conditions.reachable, Reason::ServerUnreachable),
        (conditions.importing, Reason::ImportUnderWay),
        (now.since(latest) > conditions.usual_age, Reason::WatchStale),
    ];
    cases.into_iter().find_map(|(applies, reason)| applies.then_some(reason))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instant::DAY;

    #[test]
    fn what_casts_doubt_keeps_everybody() {
        let watch = Watch::new([(Instant(0), Instant(100 * DAY))]);
        let nothing = Watch::default();
        let well = Conditions {
            now: Instant(100 * DAY + 5 * MINUTE),
            watch: &watch,
            usual_age: 15 * MINUTE,
            clock_doubted: false,
            reachable: true,
            importing: false,
        };
        let cases = [
            ("all is well", well, None),
            ("a little behind", Conditions { now: Instant(100 * DAY - MINUTE), ..well }, None),
            (
                "nobody has looked",
                Conditions { watch: &nothing, reachable: false, ..well },
                Some(Reason::NotWatched),
            ),
            (
                "nobody looks any more",
                Conditions { now: Instant(100 * DAY + 16 * MINUTE), ..well },
                Some(Reason::WatchStale),
            ),
            (
                "before the first look",
                Conditions { now: Instant(-1), ..well },
                Some(Reason::ClockBeforeWatch),
            ),
            ("set back", Conditions { now: Instant(99 * DAY), ..well }, Some(Reason::ClockBeforeWatch)),
            (
                "doubted",
                Conditions { clock_doubted: true, watch: &nothing, ..well },
                Some(Reason::ClockDoubted),
            ),
            (
                "no answer",
                Conditions { reachable: false, importing: true, ..well },
                Some(Reason::ServerUnreachable),
            ),
            ("importing", Conditions { importing: true, ..well }, Some(Reason::ImportUnderWay)),
        ];
        for (what, conditions, expected) in cases {
            assert_eq!(doubt(&conditions), expected, "{what}");
            assert!(expected.is_none_or(Reason::is_doubt), "{what}");
        }
    }
}
