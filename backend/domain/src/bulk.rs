//! Changing many users at once: what may be done, and what it makes of one of them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::access::ChangeState;
use crate::instant::DAY;
use crate::invite::LibraryChoice;
use crate::text::name_key;
use crate::{HoldId, Instant, LibraryId, Permission, catalogue, purge};

catalogue! {
    /// What is done to each.
    pub enum BulkKind {
        SetLibraries = "set_libraries",
        AddLibraries = "add_libraries",
        RemoveLibraries = "remove_libraries",
        SetDownloads = "set_downloads",
        SetExpiry = "set_expiry",
        SetPurgeWhitelisted = "set_purge_whitelisted",
        SetBotWhitelisted = "set_bot_whitelisted",
        AddTags = "add_tags",
        RemoveTags = "remove_tags",
        Suspend = "suspend",
        Resume = "resume",
        Remove = "remove",
        /// Only through `runPurge`, which has its own terms.
        Purge = "purge",
    }
}

impl BulkKind {
    /// What it takes beyond the permission to change many at once.
    pub const fn permission(self) -> Permission {
        match self {
            Self::Remove => Permission::UsersRemove,
            Self::Purge => Permission::UsersPurge,
            _ => Permission::UsersEdit,
        }
    }
}

catalogue! {
    /// Where the whole stands.
    pub enum BulkState {
        Running = "running",
        /// Somebody has stopped it: those not begun stay as they were.
        Stopped = "stopped",
        Finished = "finished",
    }
}

catalogue! {
    /// Where one of the people stands.
    pub enum ItemState {
        /// Not begun.
        Waiting = "waiting",
        /// An access change is on its way to Plex.
        UnderWay = "under_way",
        Applied = "applied",
        /// It was like that already.
        Unchanged = "unchanged",
        /// The rules forbid it for this person.
        Refused = "refused",
        /// The access change failed, and may be tried again.
        Failed = "failed",
        /// A later change has taken its place.
        Superseded = "superseded",
        /// Stopped before it began.
        Skipped = "skipped",
    }
}

/// When access is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewEnd {
    /// Never.
    Never,
    /// At this moment.
    At(Instant),
    /// So many days later than now planned; those without an end keep having none.
    Later(u32),
}

/// What is done to each, with its terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkAction {
    /// They see just these.
    SetLibraries(LibraryChoice),
    /// They see these as well.
    AddLibraries(Vec<LibraryId>),
    /// They no longer see these.
    RemoveLibraries(Vec<LibraryId>),
    /// They may download, or not.
    SetDownloads(bool),
    /// Access ends then.
    SetExpiry(NewEnd),
    /// Inactivity purges leave them out, or not.
    SetPurgeWhitelisted(bool),
    /// The bot's removals leave them out, or not.
    SetBotWhitelisted(bool),
    /// They are tagged with these as well.
    AddTags(Vec<String>),
    /// They lose these tags.
    RemoveTags(Vec<String>),
    /// Their libraries are taken away until they are resumed.
    Suspend,
    /// They get back what they had.
    Resume,
    /// This server's share ends, and the friendship if so wished.
    Remove {
        /// End the friendship as well.
        end_friendship: bool,
    },
    /// This server's share ends for those who are still idle when their turn comes.
    Purge {
        /// Who is idle.
        terms: purge::Terms,
        /// The list that the brake had stopped, where they come from one.
        hold_id: Option<HoldId>,
    },
}

impl BulkAction {
    /// Without the terms.
    pub const fn kind(&self) -> BulkKind {
        match self {
            Self::SetLibraries(_) => BulkKind::SetLibraries,
            Self::AddLibraries(_) => BulkKind::AddLibraries,
            Self::RemoveLibraries(_) => BulkKind::RemoveLibraries,
            Self::SetDownloads(_) => BulkKind::SetDownloads,
            Self::SetExpiry(_) => BulkKind::SetExpiry,
            Self::SetPurgeWhitelisted(_) => BulkKind::SetPurgeWhitelisted,
            Self::SetBotWhitelisted(_) => BulkKind::SetBotWhitelisted,
            Self::AddTags(_) => BulkKind::AddTags,
            Self::RemoveTags(_) => BulkKind::RemoveTags,
            Self::Suspend => BulkKind::Suspend,
            Self::Resume => BulkKind::Resume,
            Self::Remove { .. } => BulkKind::Remove,
            Self::Purge { .. } => BulkKind::Purge,
        }
    }

    /// Whether it takes people away, so that there is time to stop it before it begins.
    pub const fn removes(&self) -> bool {
        matches!(self, Self::Remove { .. } | Self::Purge { .. })
    }

    /// Whether it changes what somebody may see, or until when: then members of the Home, the owner
    /// and those who are gone are left out.
    pub const fn touches_access(&self) -> bool {
        matches!(
            self,
            Self::SetLibraries(_)
                | Self::AddLibraries(_)
                | Self::RemoveLibraries(_)
                | Self::SetDownloads(_)
                | Self::SetExpiry(_)
        )
    }
}

/// Nothing would be left to see: that is a suspension or a removal, and has to be asked for as such.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NothingLeft;

/// What somebody sees with these as well.
pub fn with_libraries(now: Option<&LibraryChoice>, added: &[LibraryId]) -> LibraryChoice {
    match now {
        Some(LibraryChoice::All) => LibraryChoice::All,
        Some(LibraryChoice::Some(had)) => {
            let all: BTreeSet<_> = had.iter().chain(added).copied().collect();
            LibraryChoice::Some(all.into_iter().collect())
        }
        None => LibraryChoice::Some(added.to_vec()),
    }
}

/// What somebody sees without these; `there` are the server's libraries today, which "all" comes to.
/// `None` when they see nothing anyway.
pub fn without_libraries(
    now: Option<&LibraryChoice>,
    taken: &[LibraryId],
    there: &[LibraryId],
) -> Result<Option<LibraryChoice>, NothingLeft> {
    let had = match now {
        None => return Ok(None),
        Some(LibraryChoice::All) => there,
        Some(LibraryChoice::Some(had)) => had.as_slice(),
    };
    let left: Vec<_> = had.iter().filter(|id| !taken.contains(id)).copied().collect();
    match (left.is_empty(), left.len() == had.len()) {
        (true, _) => Err(NothingLeft),
        // "All" stays "all" when none of those taken is among them.
        (false, true) => Ok(now.cloned()),
        (false, false) => Ok(Some(LibraryChoice::Some(left))),
    }
}

/// The tags with these as well.
pub fn with_tags(now: &[String], added: &[String]) -> Vec<String> {
    let mut tags = now.to_vec();
    for tag in added {
        if !tags.iter().any(|had| name_key(had) == name_key(tag)) {
            tags.push(tag.clone());
        }
    }
    tags
}

/// The tags without these, whatever their case.
pub fn without_tags(now: &[String], taken: &[String]) -> Vec<String> {
    let taken: BTreeSet<_> = taken.iter().map(|tag| name_key(tag)).collect();
    now.iter().filter(|tag| !taken.contains(&name_key(tag))).cloned().collect()
}

/// When access ends afterwards.
pub fn end_after(planned: Option<Instant>, new: NewEnd, now: Instant) -> Option<Instant> {
    match new {
        NewEnd::Never => None,
        NewEnd::At(moment) => Some(moment),
        // Days are counted from now for those whose time is over.
        NewEnd::Later(days) => planned.map(|end| end.max(now).plus(i64::from(days) * DAY)),
    }
}

/// Where somebody stands whose access change stands like this.
pub const fn item_of_change(change: ChangeState) -> ItemState {
    match change {
        ChangeState::Planned | ChangeState::Requested => ItemState::UnderWay,
        ChangeState::Applied => ItemState::Applied,
        ChangeState::Failed => ItemState::Failed,
        ChangeState::Superseded | ChangeState::Cancelled => ItemState::Superseded,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn some(ids: &[u128]) -> LibraryChoice {
        LibraryChoice::Some(lib(ids))
    }

    fn lib(ids: &[u128]) -> Vec<LibraryId> {
        ids.iter().map(|id| LibraryId(Uuid::from_u128(*id))).collect()
    }

    #[test]
    fn libraries_are_added_and_taken() {
        let added = [
            (Some(LibraryChoice::All), &[1][..], LibraryChoice::All),
            (Some(some(&[1])), &[2, 3], some(&[1, 2, 3])),
            (Some(some(&[2])), &[2], some(&[2])),
            (None, &[2], some(&[2])),
        ];
        for (now, ids, expected) in added {
            assert_eq!(with_libraries(now.as_ref(), &lib(ids)), expected, "{now:?} + {ids:?}");
        }
        let there = lib(&[1, 2, 3]);
        let taken = [
            (Some(LibraryChoice::All), &[2][..], Ok(Some(some(&[1, 3])))),
            (Some(LibraryChoice::All), &[9], Ok(Some(LibraryChoice::All))),
            (Some(some(&[1, 2])), &[2], Ok(Some(some(&[1])))),
            (Some(some(&[1, 2])), &[3], Ok(Some(some(&[1, 2])))),
            (Some(some(&[1, 2])), &[1, 2], Err(NothingLeft)),
            (Some(LibraryChoice::All), &[1, 2, 3], Err(NothingLeft)),
            (None, &[1], Ok(None)),
        ];
        for (now, ids, expected) in taken {
            assert_eq!(without_libraries(now.as_ref(), &lib(ids), &there), expected, "{now:?} - {ids:?}");
        }
    }

    #[test]
    fn tags_are_the_same_whatever_their_case() {
        let tags = |list: &[&str]| list.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>();
        assert_eq!(with_tags(&tags(&["Family"]), &tags(&["family", "VIP"])), ["Family", "VIP"]);
        assert_eq!(without_tags(&tags(&["Family", "VIP"]), &tags(&["FAMILY", "x"])), ["VIP"]);
    }

    #[test]
    fn an_end_is_set_taken_away_or_put_off() {
        let now = Instant(100 * DAY);
        let cases = [
            (Some(Instant(110 * DAY)), NewEnd::Later(5), Some(Instant(115 * DAY))),
            (Some(Instant(90 * DAY)), NewEnd::Later(5), Some(Instant(105 * DAY))),
            (None, NewEnd::Later(5), None),
            (Some(Instant(110 * DAY)), NewEnd::Never, None),
            (None, NewEnd::At(Instant(7)), Some(Instant(7))),
        ];
        for (planned, new, expected) in cases {
            assert_eq!(end_after(planned, new, now), expected, "{planned:?} {new:?}");
        }
    }
}
