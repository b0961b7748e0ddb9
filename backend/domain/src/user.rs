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
