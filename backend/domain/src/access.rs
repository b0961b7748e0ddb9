//! From what should be true at Plex to the one next step towards it.
//!
//! A change says what is wanted, never which call to make. [`plan`] compares that with what Plex
//! shows and names a single step; after each step Plex is read again. So applying twice is harmless.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::catalogue;
use crate::invite::LibraryChoice;

mod absence;
mod trust;

pub use absence::{Absence, Listed, LooseRow, trust_absence};
pub use trust::{Call, CallEnd, READS_LAG, Written, shows, trust_read};

/// What PUM wants for one person on one server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "access", rename_all = "snake_case")]
pub enum WantedAccess {
    /// No access from this server.
    Nothing,
    /// These libraries, with or without downloads.
    Granted {
        /// Which libraries.
        libraries: LibraryChoice,
        /// Plex keeps this for the pair of people, not for the server.
        allow_downloads: bool,
    },
}

catalogue! {
    /// Where a change stands.
    pub enum ChangeState {
        /// Begins a little later; until then it can be taken back, and nothing of it counts.
        Planned = "planned",
        Requested = "requested",
        Applied = "applied",
        Failed = "failed",
        Superseded = "superseded",
        /// Taken back before it began.
        Cancelled = "cancelled",
    }
}

catalogue! {
    /// What brought a change about.
    pub enum ChangeCause {
        Redemption = "redemption",
        Admin = "admin",
        Expiry = "expiry",
        /// An invitation that nobody accepted in time.
        InvitationGone = "invitation_gone",
        /// Plex showed something else than was wanted.
        Drift = "drift",
        /// All libraries are wanted, and there are new ones.
        LibraryAdded = "library_added",
        /// They have not streamed for long.
        Purge = "purge",
    }
}

/// plex.tv section ids to share. Never empty: Plex takes an empty list as everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sections {
    /// Everything, with the ids that make it up today.
    All(BTreeSet<i64>),
    /// Exactly these.
    Some(BTreeSet<i64>),
}

/// None of the wanted libraries exists any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("none of the chosen libraries exists any more")]
pub struct NothingLeftToShare;

impl Sections {
    /// Every section of the server.
    pub fn all(existing: BTreeSet<i64>) -> Result<Self, NothingLeftToShare> {
        if existing.is_empty() { Err(NothingLeftToShare) } else { Ok(Self::All(existing)) }
    }

    /// The wanted sections that still exist.
    pub fn some(wanted: &BTreeSet<i64>, existing: &BTreeSet<i64>) -> Result<Self, NothingLeftToShare> {
        let left: BTreeSet<i64> = wanted.intersection(existing).copied().collect();
        if left.is_empty() { Err(NothingLeftToShare) } else { Ok(Self::Some(left)) }
    }

    /// The ids to name on the wire.
    pub fn ids(&self) -> &BTreeSet<i64> {
        match self {
            Self::All(ids) | Self::Some(ids) => ids,
        }
    }
}

/// The target of [`plan`], with libraries resolved to what Plex knows today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// No share and no invitation.
    Nothing,
    /// A share like this.
    Granted {
        /// What to share.
        sections: Sections,
        /// Whether downloads are allowed.
        allow_downloads: bool,
    },
}

/// One share row as Plex shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareSeen {
    /// Plex's number of the share (not of the person).
    pub share_id: i64,
    /// Whether the person has accepted.
    pub accepted: bool,
    /// Plex's own *all libraries*; the ids then say nothing.
    pub all_libraries: bool,
    /// plex.tv section ids that are shared.
    pub sections: BTreeSet<i64>,
    /// Whether the list says anything about libraries; an older one of invitations does not. They are
    /// judged once it does.
    pub libraries_known: bool,
    /// Whether downloads are allowed, where Plex said so or a write of ours has just set it.
    pub allow_downloads: Option<bool>,
}

/// What Plex shows for one person on this server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Observed {
    /// No share and no invitation.
    Nothing,
    /// A share, accepted or not.
    Share(ShareSeen),
}

/// The one next thing to do at Plex.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// What Plex shows is what is wanted.
    Nothing,
    /// Invite the person (Plex accepts at once for friends).
    Invite,
    /// Replace the libraries of the share.
    UpdateLibraries,
    /// Change whether downloads are allowed.
    UpdateDownloads,
    /// Set what had been set for the person again, after a write of ours that has changed it. Never planned.
    GiveBackSettings,
    /// Accept the invitation with the invitee's own token.
    Accept,
    /// Take the share away.
    RemoveShare,
    /// Withdraw the invitation.
    CancelInvitation,
    /// End the friendship, and with it what is left of sharing. Only ever asked for, never planned.
    EndFriendship,
}

/// Names the next step. `can_accept` says whether the invitee's token is at hand.
///
/// An invitation is made right before it is accepted, so that nobody sees wrong libraries even
/// for a moment; downloads come last, since Plex keeps them for the pair of people.
pub fn plan(target: &Target, observed: &Observed, can_accept: bool) -> Step {
    match (target, observed) {
        (Target::Nothing, Observed::Nothing) => Step::Nothing,
        (Target::Nothing, Observed::Share(share)) if share.accepted => Step::RemoveShare,
        (Target::Nothing, Observed::Share(_)) => Step::CancelInvitation,
        (Target::Granted { .. }, Observed::Nothing) => Step::Invite,
        (Target::Granted { sections, allow_downloads }, Observed::Share(share)) => {
            if !libraries_match(sections, share) {
                Step::UpdateLibraries
            } else if !share.accepted {
                if can_accept { Step::Accept } else { Step::Nothing }
            } else if share.allow_downloads != Some(*allow_downloads) {
                // Also where nobody tells: what is not known is not as it should be.
                Step::UpdateDownloads
            } else {
                Step::Nothing
            }
        }
    }
}

/// Whether a share shows exactly the wanted libraries.
pub fn libraries_match(sections: &Sections, share: &ShareSeen) -> bool {
    if !share.libraries_known {
        return true;
    }
    match sections {
        Sections::All(every) => share.all_libraries || every.is_subset(&share.sections),
        Sections::Some(wanted) => !share.all_libraries && share.sections == *wanted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(list: &[i64]) -> BTreeSet<i64> {
        list.iter().copied().collect()
    }

    fn some(list: &[i64]) -> Target {
        Target::Granted { sections: Sections::Some(ids(list)), allow_downloads: false }
    }

    fn all(list: &[i64]) -> Target {
        Target::Granted { sections: Sections::All(ids(list)), allow_downloads: false }
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
    fn one_step_at_a_time() {
        let everything = ShareSeen { all_libraries: true, ..share(true, &[]) };
        let downloads = ShareSeen { allow_downloads: Some(true), ..share(true, &[1]) };
        let unnamed = ShareSeen { libraries_known: false, ..share(false, &[]) };
        let unsaid = ShareSeen { allow_downloads: None, ..share(true, &[1]) };
        let cases = [
            ("nobody, nothing wanted", Target::Nothing, Observed::Nothing, true, Step::Nothing),
            ("revoke a share", Target::Nothing, Observed::Share(share(true, &[1])), true, Step::RemoveShare),
            (
                "revoke an invitation",
                Target::Nothing,
                Observed::Share(share(false, &[1])),
                true,
                Step::CancelInvitation,
            ),
            ("grant", some(&[1]), Observed::Nothing, true, Step::Invite),
            ("accept for them", some(&[1]), Observed::Share(share(false, &[1])), true, Step::Accept),
            ("wait for them", some(&[1]), Observed::Share(share(false, &[1])), false, Step::Nothing),
            (
                "mend an invitation before it is accepted",
                some(&[1]),
                Observed::Share(share(false, &[2])),
                true,
                Step::UpdateLibraries,
            ),
            ("as wanted", some(&[1, 2]), Observed::Share(share(true, &[2, 1])), true, Step::Nothing),
            ("shrink", some(&[1]), Observed::Share(share(true, &[1, 2])), true, Step::UpdateLibraries),
            ("grow", some(&[1, 2]), Observed::Share(share(true, &[1])), true, Step::UpdateLibraries),
            (
                "a set is not everything",
                some(&[1, 2]),
                Observed::Share(everything.clone()),
                true,
                Step::UpdateLibraries,
            ),
            ("everything by Plex's own word", all(&[1, 2]), Observed::Share(everything), true, Step::Nothing),
            (
                "everything by the list",
                all(&[1, 2]),
                Observed::Share(share(true, &[1, 2])),
                true,
                Step::Nothing,
            ),
            (
                "a library was added",
                all(&[1, 2, 3]),
                Observed::Share(share(true, &[1, 2])),
                true,
                Step::UpdateLibraries,
            ),
            (
                "downloads to be taken away",
                some(&[1]),
                Observed::Share(downloads),
                true,
                Step::UpdateDownloads,
            ),
            (
                "an invitation that names no libraries",
                some(&[1]),
                Observed::Share(unnamed),
                true,
                Step::Accept,
            ),
            (
                "what nobody tells is said once more",
                some(&[1]),
                Observed::Share(unsaid),
                true,
                Step::UpdateDownloads,
            ),
        ];
        for (what, target, observed, can_accept, expected) in cases {
            assert_eq!(plan(&target, &observed, can_accept), expected, "{what}");
        }
    }

    #[test]
    fn nothing_left_is_never_everything() {
        assert_eq!(Sections::some(&ids(&[1, 2]), &ids(&[2, 3])), Ok(Sections::Some(ids(&[2]))));
        assert_eq!(Sections::some(&ids(&[1]), &ids(&[2, 3])), Err(NothingLeftToShare));
        assert_eq!(Sections::some(&ids(&[]), &ids(&[2])), Err(NothingLeftToShare));
        assert_eq!(Sections::all(ids(&[])), Err(NothingLeftToShare));
    }
}
