//! Where Plex differs from what is wanted and nothing is under way: adopt, ask or apply again.
//!
//! What comes back after PUM took it away is never adopted silently.

use std::collections::BTreeSet;

use super::{Known, Shelf, Withheld};
use crate::LibraryId;
use crate::access::{ShareSeen, WantedAccess};
use crate::catalogue;
use crate::invite::LibraryChoice;

catalogue! {
    /// What to do where Plex differs.
    pub enum DriftPolicy {
        /// What Plex shows is what is wanted from now on.
        Adopt = "adopt",
        /// An admin decides.
        Ask = "ask",
        /// What is wanted is made true again.
        Reapply = "reapply",
    }
}

catalogue! {
    /// How Plex differs from what is wanted.
    pub enum DriftKind {
        /// There is access where none is wanted.
        Returned = "returned",
        /// More libraries than wanted.
        Widened = "widened",
        /// Fewer libraries than wanted.
        Narrowed = "narrowed",
        /// Other libraries than wanted.
        Changed = "changed",
        /// Downloads allowed or forbidden against what is wanted.
        Downloads = "downloads",
        /// No share at all, though they are still among the owner's people.
        NoShare = "no_share",
    }
}

/// What to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// This is wanted from now on.
    Adopt(WantedAccess),
    /// An admin decides.
    Ask,
    /// Make what is wanted true again.
    Reapply,
}

/// How a share differs from what is wanted; `None` when it does not.
pub fn difference(wanted: &WantedAccess, share: &ShareSeen, shelf: &Shelf) -> Option<DriftKind> {
    let WantedAccess::Granted { libraries, allow_downloads } = wanted else {
        return Some(DriftKind::Returned);
    };
    if let Some(kind) = libraries_differ(libraries, share, shelf) {
        return Some(kind);
    }
    // Until it is accepted, Plex keeps no settings that could be trusted.
    let downloads = share.allow_downloads.filter(|_| share.accepted)?;
    (downloads != *allow_downloads).then_some(DriftKind::Downloads)
}

fn libraries_differ(wanted: &LibraryChoice, share: &ShareSeen, shelf: &Shelf) -> Option<DriftKind> {
    if !share.libraries_known {
        return None;
    }
    let seen: BTreeSet<i64> = share.sections.intersection(shelf.existing()).copied().collect();
    match wanted {
        LibraryChoice::All => {
            let everything = share.all_libraries || shelf.existing().is_subset(&seen);
            (!everything).then_some(DriftKind::Narrowed)
        }
        LibraryChoice::Some(_) if share.all_libraries => Some(DriftKind::Widened),
        LibraryChoice::Some(ids) => {
            let wanted = shelf.sections(ids);
            if wanted == seen {
                None
            } else if wanted.is_subset(&seen) {
                Some(DriftKind::Widened)
            } else if seen.is_subset(&wanted) {
                Some(DriftKind::Narrowed)
            } else {
                Some(DriftKind::Changed)
            }
        }
    }
}

/// Whether a share lacks libraries only because they are new: it is as it was seen before, and all
/// are wanted.
pub fn lacks_new_libraries(known: &Known, share: &ShareSeen) -> bool {
    let all = matches!(&known.wanted, WantedAccess::Granted { libraries: LibraryChoice::All, .. });
    let as_before = known.last_seen.as_ref().is_some_and(|seen| !seen.all && seen.sections == share.sections);
    all && known.drift.is_none() && as_before
}

/// What to do about a difference.
pub fn decide(
    kind: DriftKind,
    known: &Known,
    share: &ShareSeen,
    shown: Option<WantedAccess>,
    shelf: &Shelf,
    policy: DriftPolicy,
) -> Action {
    match policy {
        DriftPolicy::Ask => Action::Ask,
        // The Home gives access without a share, and takes it by its own means.
        DriftPolicy::Reapply if kind == DriftKind::Returned && known.home => Action::Ask,
        DriftPolicy::Reapply => Action::Reapply,
        DriftPolicy::Adopt => match shown {
            Some(shown) if kind != DriftKind::Returned && !comes_back(known, share, shelf) => {
                Action::Adopt(shown)
            }
            _ => Action::Ask,
        },
    }
}

/// Whether a share shows something that PUM has taken away.
fn comes_back(known: &Known, share: &ShareSeen, shelf: &Shelf) -> bool {
    let withheld = &known.withheld;
    let libraries = withheld.libraries.iter().filter_map(|library| shelf.section_of(*library));
    let wanted_all = matches!(&known.wanted, WantedAccess::Granted { libraries: LibraryChoice::All, .. });
    let library_is_back = |section: i64| share.all_libraries || share.sections.contains(&section);
    (!wanted_all && libraries.into_iter().any(library_is_back))
        || (withheld.all && share.all_libraries)
        || (withheld.downloads && share.allow_downloads == Some(true))
}

/// What PUM withholds after it has changed what it wants. `every` are the libraries there are: all of
/// them are taken from somebody who had all.
pub fn withhold(
    before: &WantedAccess,
    withheld: &Withheld,
    after: &WantedAccess,
    every: &[LibraryId],
) -> Withheld {
    let mut next = withheld.clone();
    if let WantedAccess::Granted { libraries, allow_downloads } = before {
        next.downloads |= *allow_downloads;
        match libraries {
            LibraryChoice::All => {
                next.all = true;
                next.libraries.extend(every);
            }
            LibraryChoice::Some(ids) => next.libraries.extend(ids),
        }
    }
    if let WantedAccess::Granted { libraries, allow_downloads } = after {
        next.downloads &= !*allow_downloads;
        match libraries {
            LibraryChoice::All => {
                next.all = false;
                next.libraries.clear();
            }
            LibraryChoice::Some(ids) => next.libraries.retain(|id| !ids.contains(id)),
        }
    }
    next
}
