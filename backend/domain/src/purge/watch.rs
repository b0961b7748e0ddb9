//! The times during which PUM was looking: what happened outside of them nobody knows.

use crate::Instant;

/// Spells of looking, by their beginning, none touching another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Watch {
    spans: Vec<(Instant, Instant)>,
    /// How long was watched before each of them, in milliseconds.
    before: Vec<i64>,
}

impl Watch {
    /// From spells in any order, which may overlap: first and last look of each.
    pub fn new(spans: impl IntoIterator<Item = (Instant, Instant)>) -> Self {
        let mut sorted: Vec<_> = spans.into_iter().filter(|(from, to)| from <= to).collect();
        sorted.sort_unstable();
        let mut spans: Vec<(Instant, Instant)> = Vec::with_capacity(sorted.len());
        for (from, to) in sorted {
            match spans.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => spans.push((from, to)),
            }
        }
        let mut sum = 0;
        let before = spans
            .iter()
            .map(|(from, to)| {
                let earlier = sum;
                sum += to.since(*from);
                earlier
            })
            .collect();
        Self { spans, before }
    }

    /// The first look.
    pub fn began_at(&self) -> Option<Instant> {
        self.spans.first().map(|(from, _)| *from)
    }

    /// The latest look.
    pub fn latest(&self) -> Option<Instant> {
        self.spans.last().map(|(_, to)| *to)
    }

    /// For how long PUM was looking between two moments, in milliseconds.
    pub fn watched(&self, from: Instant, to: Instant) -> i64 {
        (self.until(to) - self.until(from)).max(0)
    }

    /// When PUM will have been looking for so many milliseconds since `from`; `None`: not yet.
    pub fn moment_after(&self, from: Instant, watched: i64) -> Option<Instant> {
        let wanted = self.until(from) + watched;
        let index = self.before.partition_point(|before| *before < wanted).saturating_sub(1);
        let (begins, ends) = *self.spans.get(index)?;
        let moment = begins.plus(wanted - self.before.get(index)?);
        (moment <= ends).then_some(moment.max(from))
    }

    /// For how long PUM was looking before a moment, in milliseconds.
    fn until(&self, moment: Instant) -> i64 {
        let index = self.spans.partition_point(|(from, _)| *from <= moment);
        match index.checked_sub(1).and_then(|index| Some((self.spans.get(index)?, self.before.get(index)?))) {
            Some(((from, to), before)) => before + moment.min(*to).since(*from),
            None => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watch(spans: &[(i64, i64)]) -> Watch {
        Watch::new(spans.iter().map(|(from, to)| (Instant(*from), Instant(*to))))
    }

    #[test]
    fn gaps_are_left_out() {
        let watch = watch(&[(100, 200), (10, 20), (150, 250), (300, 300), (500, 400)]);
        let cases = [
            ((0, 1_000), 160),
            ((i64::MIN, i64::MAX), 160),
            ((15, 120), 25),
            ((20, 100), 0),
            ((240, 260), 10),
            ((260, 240), 0),
            ((100, 100), 0),
        ];
        for ((from, to), expected) in cases {
            assert_eq!(watch.watched(Instant(from), Instant(to)), expected, "{from} to {to}");
        }
        assert_eq!((watch.began_at(), watch.latest()), (Some(Instant(10)), Some(Instant(300))));
        assert_eq!(Watch::default().watched(Instant(0), Instant(9)), 0);
    }

    #[test]
    fn a_moment_is_found_again_by_what_was_watched_until_then() {
        let watch = watch(&[(10, 20), (100, 250)]);
        let cases = [
            ((0, 5), Some(15)),
            ((0, 10), Some(20)),
            ((0, 11), Some(101)),
            ((15, 5), Some(20)),
            ((15, 10), Some(105)),
            ((50, 150), Some(250)),
            ((50, 151), None),
            ((400, 1), None),
        ];
        for ((from, watched), expected) in cases {
            let found = watch.moment_after(Instant(from), watched);
            assert_eq!(found, expected.map(Instant), "{watched} after {from}");
            if let Some(found) = found {
                assert_eq!(watch.watched(Instant(from), found), watched, "{watched} after {from}");
            }
        }
        assert_eq!(Watch::default().moment_after(Instant(0), 1), None);
    }
}
