//! Comparing Plex's lists with the users that PUM knows.
//!
//! The lists of one moment become [`Person`]s, what PUM knows becomes [`Known`]s; [`lists`] says
//! whether the lists are an answer at all, [`matching`] who is who, [`judge`] what that means for
//! each, [`drift`] what to do where Plex differs from what is wanted. Reading and writing is left to
//! the use case.

pub mod drift;
pub mod judge;
pub mod lists;
pub mod matching;
pub mod shelf;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::{ShareSeen, WantedAccess};
use crate::catalogue;
use crate::instant::MINUTE;
use crate::user::{RemovedReason, UserState};
use crate::{Instant, LibraryId, PlexId, UserId};

pub use drift::{DriftKind, DriftPolicy};
pub use judge::{Departure, Judgement, Verdict, judge};
pub use shelf::Shelf;

/// How far apart two looks must be that agree on somebody's absence, in milliseconds.
pub const BETWEEN_LOOKS: i64 = 10 * MINUTE;

catalogue! {
    /// Where a sync stands.
    pub enum SyncState {
        Queued = "queued",
        Running = "running",
        Done = "done",
        /// Nothing could be read, so nothing was changed.
        Failed = "failed",
        /// Done, but for the removals that an admin has to confirm.
        NeedsConfirmation = "needs_confirmation",
    }
}

impl SyncState {
    /// Still to come to an end.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Running)
    }
}

catalogue! {
    /// What a sync found about one person.
    pub enum SyncItemKind {
        Added = "added",
        Updated = "updated",
        /// Not at Plex any more, at the first look.
        Missing = "missing",
        /// Not at Plex any more, and no user any more.
        Left = "left",
        Returned = "returned",
        /// Could not be judged, and was left as it is.
        Problem = "problem",
    }
}

catalogue! {
    /// Why a sync, or a part of it, came to nothing.
    pub enum SyncProblem {
        NotConnected = "plex_not_connected",
        PlexAuth = "plex_auth",
        PlexIdentity = "plex_identity",
        PlexUnavailable = "plex_unavailable",
        PlexGarbage = "plex_garbage",
        PlexRefused = "plex_refused",
        /// A list that had people in it is empty.
        ListEmptied = "list_emptied",
        /// Two lists of one moment contradict each other about this person.
        ListsDisagree = "lists_disagree",
        /// The share names a library that PUM has not seen yet.
        LibraryUnknown = "library_unknown",
        /// More people than the brake lets go would lose something at once.
        TooMany = "too_many",
        /// The clock has jumped; nothing is taken away until somebody has looked.
        Clock = "clock",
        Internal = "internal",
    }
}

/// Somebody as the lists of one moment show them. Names are clean already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Plex's numeric account id; unknown for an address without an account.
    pub plex_id: Option<PlexId>,
    /// The name at Plex; a managed user's title, or the invited address.
    pub username: String,
    /// The address at Plex.
    pub email: Option<String>,
    /// Where Plex keeps the picture.
    pub thumb: Option<String>,
    /// A member of the owner's Home.
    pub home: bool,
    /// A managed user.
    pub restricted: bool,
    /// Shares a server with the owner in return.
    pub shares_back: bool,
    /// Among the owner's people, with or without a share; `None` where no list tells.
    pub listed: Option<bool>,
    /// The owner's other servers that they have a share of; `None` where no list tells.
    pub other_servers: Option<Vec<String>>,
    /// The share of this server, accepted or not.
    pub share: Option<ShareSeen>,
    /// Since when the share is accepted, where Plex says so.
    pub accepted_at: Option<Instant>,
    /// The lists contradict each other about the share.
    pub doubtful: bool,
}

impl Person {
    /// Whether they are somebody on this server: through a share, an invitation or the Home.
    pub const fn belongs_here(&self) -> bool {
        self.share.is_some() || self.home
    }
}

/// What PUM itself took away from somebody, and would not like to see come back unnoticed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Withheld {
    /// Plex's own *all*.
    pub all: bool,
    /// These libraries.
    pub libraries: BTreeSet<LibraryId>,
    /// Downloads.
    pub downloads: bool,
}

/// What Plex showed for somebody at an earlier moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastSeen {
    /// Plex's own *all*.
    pub all: bool,
    /// plex.tv section ids, where it is not all.
    pub sections: BTreeSet<i64>,
    /// Whether an invitation waited.
    pub pending: bool,
}

/// An invitation of PUM's that waits to be accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invited {
    /// Since when it rests at Plex.
    pub since: Instant,
    /// Until when it may, where that was settled when it was made.
    pub until: Option<Instant>,
}

impl Invited {
    /// Whether it has waited for long enough, which is `patience` milliseconds where nothing else was settled.
    pub fn is_over(&self, now: Instant, patience: i64) -> bool {
        self.until.unwrap_or_else(|| self.since.plus(patience)) <= now
    }
}

/// Somebody as PUM knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// PUM's id.
    pub id: UserId,
    /// Plex's numeric account id; unknown for an address without an account.
    pub plex_id: Option<PlexId>,
    /// The name at Plex.
    pub username: String,
    /// The address at Plex.
    pub email: Option<String>,
    /// Where Plex keeps the picture.
    pub thumb: Option<String>,
    /// A member of the owner's Home.
    pub home: bool,
    /// A managed user.
    pub restricted: bool,
    /// Shares a server with the owner in return.
    pub shares_back: bool,
    /// Among the owner's people when last looked.
    pub listed: Option<bool>,
    /// The owner's other servers that they have a share of.
    pub other_servers: Vec<String>,
    /// Where they stand.
    pub state: UserState,
    /// Why they are gone.
    pub removed_reason: Option<RemovedReason>,
    /// Kept out.
    pub blocked: bool,
    /// The server's owner.
    pub is_owner: bool,
    /// What PUM wants for them.
    pub wanted: WantedAccess,
    /// PUM took access away, and has not given it back.
    pub taken: bool,
    /// What PUM took of it.
    pub withheld: Withheld,
    /// The number of the share last seen.
    pub share_id: Option<i64>,
    /// What Plex showed last; `None` for nothing.
    pub last_seen: Option<LastSeen>,
    /// Since when, and by which look, they have been missing.
    pub missing_since: Option<Instant>,
    /// The invitation that PUM has made for them, while they have yet to accept it.
    pub invited: Option<Invited>,
    /// How Plex was found to differ.
    pub drift: Option<DriftKind>,
    /// A change is under way, or was so recently that the lists may not show it yet.
    pub busy: bool,
    /// Their latest change has failed, and says so by itself.
    pub failed: bool,
}

/// A fact about somebody that is another one now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Which.
    pub field: String,
    /// As it was.
    pub old: Value,
    /// As it is.
    pub new: Value,
}

impl FieldChange {
    /// A change, unless both are the same.
    pub fn of(field: &str, old: impl Into<Value>, new: impl Into<Value>) -> Option<Self> {
        let (old, new) = (old.into(), new.into());
        (old != new).then(|| Self { field: field.to_owned(), old, new })
    }
}
