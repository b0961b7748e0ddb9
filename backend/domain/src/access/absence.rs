//! When somebody is gone for certain, and when a row that waits is nobody's invitation.

use super::READS_LAG;

/// What another list says of the share that the list of shares no longer shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// It shows the share.
    Shown,
    /// It does not, though it shows others.
    NotShown,
    /// It shows nobody at all.
    NoAnswer,
    /// Plex offers no such list.
    NoList,
}

/// What there is to go by when the list of shares no longer shows somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Absence {
    /// What the list of the owner's people says, or where there is none, the other list of shares.
    pub listed: Listed,
    /// Whether PUM knows more people than this one, who would be in that list: nobody is taking their access away.
    pub others: bool,
    /// Whether a call of ours that takes the share away is on record.
    pub taken_away: bool,
    /// Whether Plex showed a share of theirs the last time.
    pub was_shared: bool,
    /// How often this change has looked again so far.
    pub looks: i32,
}

/// The pauses between the looks at somebody who is gone without our doing, in milliseconds.
const ABSENCE_LOOKS: [i64; 4] = [5_000, 15_000, 40_000, 60_000];

/// Whether somebody's share is gone for certain. `Err` is the pause before looking again, in milliseconds.
///
/// An empty or short list has been seen from a healthy service. So no list is believed alone: the other one
/// must not contradict it, and what PUM has not ended itself, or no other list tells of, has to stay away for a while.
pub fn trust_absence(absence: &Absence) -> Result<(), i64> {
    let next = usize::try_from(absence.looks).ok().and_then(|looks| ABSENCE_LOOKS.get(looks));
    let contradicted = match absence.listed {
        Listed::Shown => true,
        Listed::NoAnswer => absence.others,
        Listed::NotShown | Listed::NoList => false,
    };
    if contradicted {
        return Err(next.copied().unwrap_or(READS_LAG));
    }
    let is_sure = absence.taken_away && absence.listed != Listed::NoList;
    match next {
        Some(pause) if absence.was_shared && !is_sure => Err(*pause),
        _ => Ok(()),
    }
}

/// A row that waits to be accepted although neither side's list of invitations knows of any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LooseRow {
    /// Whether it was there before the change wrote anything.
    pub was_there: bool,
    /// Whether the change has invited the person, or taken such a row away, already.
    pub acted: bool,
    /// How old our latest write for the person is, in milliseconds.
    pub since_write: Option<i64>,
    /// How often this change has looked again so far.
    pub looks: i32,
}

impl LooseRow {
    /// Whether it may be what a withdrawn invitation has left behind. Nobody can ever accept that, and it
    /// keeps the person from being invited.
    pub fn is_suspect(&self) -> bool {
        self.was_there && !self.acted && self.since_write.is_none_or(|age| age >= READS_LAG)
    }

    /// The pause before looking once more, in milliseconds; `None` once it has been looked at often enough.
    pub fn next_look(&self) -> Option<i64> {
        usize::try_from(self.looks).ok().and_then(|looks| ABSENCE_LOOKS.get(looks)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_list_alone_says_that_somebody_is_gone() {
        let ours =
            Absence { listed: Listed::NotShown, others: true, taken_away: true, was_shared: true, looks: 0 };
        let alone = Absence { listed: Listed::NoList, ..ours };
        let cases = [
            ("we took it away, both lists agree", ours, Ok(())),
            ("the people's list still shows it", Absence { listed: Listed::Shown, ..ours }, Err(5_000)),
            ("it shows it for ever", Absence { listed: Listed::Shown, looks: 90, ..ours }, Err(READS_LAG)),
            (
                "an empty list of people",
                Absence { listed: Listed::NoAnswer, looks: 9, ..ours },
                Err(READS_LAG),
            ),
            (
                "nobody else could be in it",
                Absence { listed: Listed::NoAnswer, others: false, ..ours },
                Ok(()),
            ),
            ("gone by itself", Absence { taken_away: false, ..ours }, Err(5_000)),
            ("gone by itself, again", Absence { taken_away: false, looks: 3, ..ours }, Err(60_000)),
            ("gone by itself, for two minutes", Absence { taken_away: false, looks: 4, ..ours }, Ok(())),
            ("there is no other list", alone, Err(5_000)),
            ("there is no other list, for two minutes", Absence { looks: 4, ..alone }, Ok(())),
            ("never shared", Absence { taken_away: false, was_shared: false, ..ours }, Ok(())),
        ];
        for (what, absence, expected) in cases {
            assert_eq!(trust_absence(&absence), expected, "{what}");
        }
    }

    #[test]
    fn a_row_without_an_invitation_is_looked_at_for_a_while() {
        let row = LooseRow { was_there: true, acted: false, since_write: None, looks: 0 };
        let cases = [
            ("a first look", row, Some(Some(5_000))),
            ("looked at often enough", LooseRow { looks: 4, ..row }, Some(None)),
            ("our own, its list lags", LooseRow { since_write: Some(60_000), ..row }, None),
            (
                "long after our last write",
                LooseRow { since_write: Some(READS_LAG), looks: 4, ..row },
                Some(None),
            ),
            ("made by this change", LooseRow { was_there: false, ..row }, None),
            ("taken away already", LooseRow { acted: true, looks: 4, ..row }, None),
        ];
        for (what, row, expected) in cases {
            assert_eq!(row.is_suspect().then(|| row.next_look()), expected, "{what}");
        }
    }
}
