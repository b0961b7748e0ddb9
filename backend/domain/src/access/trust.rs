//! Whether what was read may be believed, given what was written before.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Observed;

/// A write at Plex that was made, or may have been.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "write", rename_all = "snake_case")]
pub enum Written {
    /// An invitation or share was made.
    Invite,
    /// The share got these libraries.
    UpdateLibraries {
        /// plex.tv section ids.
        sections: BTreeSet<i64>,
        /// They stand for every library, so that Plex's own *all* shows them too.
        #[serde(default)]
        all: bool,
    },
    /// Downloads were allowed or forbidden.
    UpdateDownloads {
        /// Which of the two.
        allow: bool,
    },
    /// The invitation was accepted.
    Accept,
    /// What had been set for the person was set again.
    GiveBackSettings,
    /// The share was taken away, or the invitation withdrawn.
    Remove,
    /// The friendship was ended.
    EndFriendship,
}

/// Whether a read shows what a write has done.
///
/// plex.tv's reads lag behind its writes. As long as this says no and the write is young, the read
/// is no ground for a decision: least of all for the opposite write.
pub fn shows(observed: &Observed, written: &Written) -> bool {
    match (written, observed) {
        (Written::Remove | Written::EndFriendship, seen) => *seen == Observed::Nothing,
        (_, Observed::Nothing) => false,
        // Settings are held against what they were by themselves.
        (Written::Invite | Written::GiveBackSettings, Observed::Share(_)) => true,
        (Written::Accept, Observed::Share(share)) => share.accepted,
        (Written::UpdateLibraries { sections, all: true }, Observed::Share(share)) => {
            !share.libraries_known || share.all_libraries || sections.is_subset(&share.sections)
        }
        (Written::UpdateLibraries { sections, all: false }, Observed::Share(share)) => {
            !share.libraries_known || (!share.all_libraries && share.sections == *sections)
        }
        (Written::UpdateDownloads { allow }, Observed::Share(share)) => {
            share.allow_downloads.is_none_or(|now| now == *allow)
        }
    }
}

/// How a call at Plex ended, as far as anybody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallEnd {
    /// Plex said yes.
    Done,
    /// Plex stumbled (5xx): most likely nothing was done.
    Unavailable,
    /// The answer was lost, or nobody lived to record it.
    Unknown,
    /// Plex does not know what the call was about: gone, never there, or the wrong way of asking.
    Missing,
    /// The same by the other way of asking.
    MissingTwice,
    /// Plex said no, or nothing was sent.
    NotDone,
}

impl CallEnd {
    /// Whether Plex may have done what it was asked for.
    const fn may_be_done(self) -> bool {
        matches!(self, Self::Done | Self::Unavailable | Self::Unknown)
    }
}

/// A call of ours at Plex for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// What it was to write.
    pub written: Written,
    /// How it ended.
    pub end: CallEnd,
    /// How long ago it began, in milliseconds.
    pub age: i64,
    /// Whether the planned step is the same write once more: that can do no harm (Plex answers "already
    /// sharing"), so it need not wait for the whole lag.
    pub repeats: bool,
}

/// How long a read that does not show our latest write is not believed, in milliseconds.
pub const READS_LAG: i64 = 2 * crate::instant::MINUTE;
/// How long before a write of unknown end may be made once more, in milliseconds.
const REPEAT_AFTER: i64 = 20 * crate::instant::SECOND;
/// How long before the other way is tried when Plex did not know what it still shows, in milliseconds.
const OTHER_WAY_AFTER: i64 = 2 * crate::instant::SECOND;
/// At these ages of a write, in milliseconds, what does not show it is read again.
const LOOKS: [i64; 8] = [2_000, 5_000, 10_000, 15_000, 30_000, 45_000, 60_000, READS_LAG];

/// Whether a decision may rest on what was read, given our calls for the person, the latest first; those that are
/// older than [`READS_LAG`] tell nothing. `Err` is the pause before reading again, in milliseconds.
///
/// One that was refused, or did not find its share, leaves the doubt about an earlier one as it was: that may have
/// been done all the same. Only a read that shows a write is younger than all that came before it.
pub fn trust_read(observed: &Observed, calls: &[Call]) -> Result<(), i64> {
    for (place, call) in calls.iter().enumerate() {
        let may_be_done = call.end.may_be_done();
        if place > 0 && !may_be_done {
            continue;
        }
        trust_after(observed, call)?;
        if may_be_done && shows(observed, &call.written) {
            break;
        }
    }
    Ok(())
}

fn trust_after(observed: &Observed, call: &Call) -> Result<(), i64> {
    let Call { ref written, end, age, repeats } = *call;
    let believed_after = match end {
        CallEnd::NotDone => return Ok(()),
        CallEnd::Unavailable if repeats => return Ok(()),
        CallEnd::Missing | CallEnd::MissingTwice if !repeats => return Ok(()),
        CallEnd::Missing => OTHER_WAY_AFTER,
        CallEnd::Unknown if repeats => REPEAT_AFTER,
        CallEnd::Done | CallEnd::Unavailable | CallEnd::Unknown | CallEnd::MissingTwice => READS_LAG,
    };
    // Where the same is wanted once more, nothing has shown it, least of all a list that does not tell.
    if age >= believed_after || (!repeats && shows(observed, written)) {
        return Ok(());
    }
    let next = LOOKS.into_iter().find(|look| *look > age).unwrap_or(READS_LAG);
    Err((next.min(believed_after) - age).max(500))
}

#[cfg(test)]
mod tests {
    use super::super::ShareSeen;
    use super::*;

    fn ids(list: &[i64]) -> BTreeSet<i64> {
        list.iter().copied().collect()
    }

    fn share(accepted: bool, list: &[i64]) -> ShareSeen {
        ShareSeen {
            share_id: 7,
            accepted,
            all_libraries: false,
            sections: ids(list),
            libraries_known: true,
            allow_downloads: Some(false),
        }
    }

    #[test]
    fn a_read_shows_a_write_or_lags_behind_it() {
        let seen = |accepted, list: &[i64]| Observed::Share(share(accepted, list));
        let libraries = Written::UpdateLibraries { sections: ids(&[1, 2]), all: false };
        let every = Written::UpdateLibraries { sections: ids(&[1, 2]), all: true };
        let everything = Observed::Share(ShareSeen { all_libraries: true, ..share(true, &[]) });
        let cases = [
            ("invited, not there yet", Observed::Nothing, Written::Invite, false),
            ("invited, there", seen(false, &[1]), Written::Invite, true),
            ("accepted, still pending", seen(false, &[1]), Written::Accept, false),
            ("accepted, gone again", Observed::Nothing, Written::Accept, false),
            ("accepted", seen(true, &[1]), Written::Accept, true),
            ("removed, still there", seen(true, &[1]), Written::Remove, false),
            ("removed", Observed::Nothing, Written::Remove, true),
            ("old libraries", seen(true, &[1]), libraries.clone(), false),
            ("new libraries", seen(true, &[2, 1]), libraries.clone(), true),
            ("a narrowed share, still of everything", everything.clone(), libraries, false),
            ("everything, by Plex's own word", everything, every.clone(), true),
            ("everything, by the list", seen(true, &[1, 2, 3]), every.clone(), true),
            ("everything, not yet", seen(true, &[1]), every, false),
            ("old downloads", seen(true, &[1]), Written::UpdateDownloads { allow: true }, false),
            ("new downloads", seen(true, &[1]), Written::UpdateDownloads { allow: false }, true),
        ];
        for (what, observed, written, expected) in cases {
            assert_eq!(shows(&observed, &written), expected, "{what}");
        }
    }

    #[test]
    fn a_lagging_read_is_no_ground_for_a_decision() {
        let nothing = Observed::Nothing;
        let there = Observed::Share(share(true, &[1]));
        let unsaid = Observed::Share(ShareSeen { allow_downloads: None, ..share(true, &[1]) });
        let downloads = Written::UpdateDownloads { allow: true };
        let cases = [
            ("shown: go on", &there, Written::Invite, CallEnd::Done, 0, false, Ok(())),
            ("just written", &nothing, Written::Invite, CallEnd::Done, 0, true, Err(2_000)),
            ("a while ago", &nothing, Written::Invite, CallEnd::Done, 16_000, true, Err(14_000)),
            ("long ago", &nothing, Written::Invite, CallEnd::Done, READS_LAG, false, Ok(())),
            ("refused", &nothing, Written::Invite, CallEnd::NotDone, 0, false, Ok(())),
            ("stumbled, once more", &nothing, Written::Invite, CallEnd::Unavailable, 0, true, Ok(())),
            ("stumbled, the opposite", &nothing, Written::Invite, CallEnd::Unavailable, 0, false, Err(2_000)),
            ("not told, lost, once more", &unsaid, downloads.clone(), CallEnd::Unknown, 0, true, Err(2_000)),
            ("not told, another step", &unsaid, downloads, CallEnd::Done, 0, false, Ok(())),
            (
                "lost, once more at once",
                &nothing,
                Written::Invite,
                CallEnd::Unknown,
                16_000,
                true,
                Err(4_000),
            ),
            ("lost, once more", &nothing, Written::Invite, CallEnd::Unknown, 20_000, true, Ok(())),
            ("lost, the opposite", &nothing, Written::Invite, CallEnd::Unknown, 20_000, false, Err(10_000)),
            ("removed, still shown", &there, Written::Remove, CallEnd::Done, 60_000, false, Err(60_000)),
            ("unknown there, still shown", &there, Written::Remove, CallEnd::Missing, 0, true, Err(2_000)),
            ("unknown there, the other way", &there, Written::Remove, CallEnd::Missing, 2_000, true, Ok(())),
            ("unknown there, another step", &there, Written::Remove, CallEnd::Missing, 0, false, Ok(())),
            (
                "unknown by both ways, still shown",
                &there,
                Written::Remove,
                CallEnd::MissingTwice,
                60_000,
                true,
                Err(60_000),
            ),
        ];
        for (what, observed, written, end, age, repeats, expected) in cases {
            let call = Call { written, end, age, repeats };
            assert_eq!(trust_read(observed, &[call]), expected, "{what}");
        }
    }

    #[test]
    fn a_call_that_came_to_nothing_leaves_the_doubt_about_the_one_before() {
        let nothing = Observed::Nothing;
        let there = Observed::Share(share(true, &[1]));
        let call =
            |written: &Written, end, age, repeats| Call { written: written.clone(), end, age, repeats };
        let (invite, remove) = (Written::Invite, Written::Remove);
        let edit = |section| Written::UpdateLibraries { sections: ids(&[section]), all: false };
        let again = true;
        let cases = [
            (
                "removed unawares, then unknown there",
                &there,
                [
                    call(&remove, CallEnd::Missing, 1_000, false),
                    call(&remove, CallEnd::Unknown, 30_000, false),
                ],
                Err(15_000),
            ),
            (
                "the same once more",
                &there,
                [
                    call(&remove, CallEnd::Missing, 2_000, again),
                    call(&remove, CallEnd::Unknown, 30_000, again),
                ],
                Ok(()),
            ),
            (
                "shown after all",
                &nothing,
                [
                    call(&remove, CallEnd::Missing, 1_000, false),
                    call(&remove, CallEnd::Unknown, 30_000, false),
                ],
                Ok(()),
            ),
            (
                "invited unawares, then nothing sent",
                &nothing,
                [
                    call(&invite, CallEnd::NotDone, 1_000, false),
                    call(&invite, CallEnd::Unknown, 60_000, false),
                ],
                Err(60_000),
            ),
            (
                "long ago",
                &nothing,
                [
                    call(&invite, CallEnd::NotDone, 1_000, false),
                    call(&invite, CallEnd::Unknown, READS_LAG, false),
                ],
                Ok(()),
            ),
            (
                "done, then refused",
                &nothing,
                [
                    call(&Written::Accept, CallEnd::NotDone, 0, false),
                    call(&invite, CallEnd::Done, 1_000, false),
                ],
                Err(1_000),
            ),
            (
                "a later write is shown",
                &there,
                [call(&edit(1), CallEnd::Done, 1_000, false), call(&edit(2), CallEnd::Done, 10_000, false)],
                Ok(()),
            ),
            (
                "an earlier one was not done either",
                &nothing,
                [
                    call(&invite, CallEnd::NotDone, 1_000, false),
                    call(&invite, CallEnd::Missing, 1_500, again),
                ],
                Ok(()),
            ),
        ];
        for (what, observed, calls, expected) in cases {
            assert_eq!(trust_read(observed, &calls), expected, "{what}");
        }
    }
}
