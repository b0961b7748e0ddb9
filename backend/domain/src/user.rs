//! The states of a person, and why somebody is gone.

use crate::catalogue;

catalogue! {
    /// Where a user stands.
    pub enum UserState {
        /// Sees libraries on the server.
        Active = "active",
        /// Invited, not yet accepted.
        Pending = "pending",
        /// Libraries taken away, person and settings kept.
        Suspended = "suspended",
        /// A tombstone: notes and history stay.
        Removed = "removed",
    }
}

catalogue! {
    /// Why a user was removed.
    pub enum RemovedReason {
        ByAdmin = "by_admin",
        Expired = "expired",
        Purged = "purged",
        LeftDiscord = "left_discord",
        LeftPlex = "left_plex",
        InvitationGone = "invitation_gone",
    }
}

/// What becomes of a person once nothing of the server is shared with them any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Becomes {
    /// They stay, without libraries, until somebody gives them back.
    Suspended,
    /// They are a tombstone.
    Removed(RemovedReason),
}

impl Becomes {
    /// The state.
    pub const fn state(self) -> UserState {
        match self {
            Self::Suspended => UserState::Suspended,
            Self::Removed(_) => UserState::Removed,
        }
    }

    /// Why, for a tombstone.
    pub const fn reason(self) -> Option<RemovedReason> {
        match self {
            Self::Suspended => None,
            Self::Removed(reason) => Some(reason),
        }
    }
}

/// How long a removal waits before it begins, in milliseconds: time to take it back.
pub const TIME_TO_UNDO: i64 = 10 * crate::instant::SECOND;
