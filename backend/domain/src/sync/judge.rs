//! What the lists of one moment mean for one user.

use serde_json::json;

use super::drift::{Action, decide, difference, lacks_new_libraries};
use super::lists::{Doubts, Witness};
use super::{BETWEEN_LOOKS, DriftKind, DriftPolicy, FieldChange, Known, Person, Shelf, SyncProblem};
use crate::Instant;
use crate::access::{ShareSeen, WantedAccess};
use crate::user::{RemovedReason, UserState};

/// What holds for everybody at this look.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// The libraries.
    pub shelf: &'a Shelf,
    /// What to do where Plex differs.
    pub policy: DriftPolicy,
    /// When the reading began.
    pub read_at: Instant,
    /// What the lists are no answer to.
    pub doubts: Doubts,
    /// How long an invitation may wait, in milliseconds.
    pub patience: i64,
}

/// How somebody came to be gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Departure {
    /// In none of the lists.
    Left,
    /// Invited, and the invitation is gone.
    InvitationGone,
    /// Invited, and has not accepted for so long that the invitation is withdrawn.
    Unanswered,
    /// The share is gone; they are still among the owner's people.
    Unshared,
}

impl Departure {
    /// As it is written down.
    pub const fn reason(self) -> RemovedReason {
        match self {
            Self::InvitationGone | Self::Unanswered => RemovedReason::InvitationGone,
            Self::Left | Self::Unshared => RemovedReason::LeftPlex,
        }
    }
}

/// What the look means for the person's access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// As before.
    Unchanged,
    /// Not looked at: a change is under way or too recent.
    Busy,
    /// The lists say nothing certain about them.
    Doubtful(SyncProblem),
    /// Not there; a second look will tell.
    Missing,
    /// Not there at the second look either, or there for too long without an answer.
    Gone(Departure),
    /// Has accepted the invitation.
    Joined,
    /// Had access, and is invited again.
    Waits,
    /// Gone before, there again, with this access.
    Returned(WantedAccess),
    /// Plex differs from what is wanted.
    Drifted(DriftKind, Action),
    /// All libraries are wanted, and there are new ones.
    LacksNewLibraries,
}

/// A user judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// What is another now about the person themselves.
    pub facts: Vec<FieldChange>,
    /// What it means for their access.
    pub verdict: Verdict,
}

/// Judges one user. `person` is them in the lists, if they are there.
pub fn judge(known: &Known, person: Option<&Person>, look: &Look<'_>) -> Judgement {
    // Lists that are no answer say nothing about names and Homes either.
    let certain = person.filter(|person| !person.doubtful && !look.doubts.emptied);
    let facts = match (certain, person) {
        (Some(person), _) => facts(known, person),
        (None, None) if is_no_friend(known, look) => {
            FieldChange::of("friend", json!(known.listed), json!(Some(false))).into_iter().collect()
        }
        _ => Vec::new(),
    };
    Judgement { facts, verdict: verdict(known, person, look) }
}

fn verdict(known: &Known, person: Option<&Person>, look: &Look<'_>) -> Verdict {
    if known.is_owner {
        return Verdict::Unchanged;
    }
    if known.busy {
        return Verdict::Busy;
    }
    let here = person.filter(|person| person.belongs_here());
    if person.is_some_and(|person| person.doubtful) {
        let emptied = if look.doubts.emptied { SyncProblem::ListEmptied } else { SyncProblem::ListsDisagree };
        return Verdict::Doubtful(emptied);
    }
    match (known.state, here) {
        (UserState::Removed | UserState::Suspended, None) => Verdict::Unchanged,
        (UserState::Removed | UserState::Suspended, Some(person)) => came_back(known, person, look),
        (UserState::Active | UserState::Pending, None) => absent(known, person, look),
        (UserState::Pending, Some(person)) => match &person.share {
            Some(share) if share.accepted => Verdict::Joined,
            Some(_) if known.invited.is_some_and(|one| one.is_over(look.read_at, look.patience)) => {
                Verdict::Gone(Departure::Unanswered)
            }
            Some(share) => compare(known, share, look),
            None => Verdict::Joined,
        },
        (UserState::Active, Some(person)) => match &person.share {
            Some(share) if share.accepted => compare(known, share, look),
            // The Home gives access by its own means: one who joins it keeps what is known of them.
            None => Verdict::Unchanged,
            Some(_) if person.home => Verdict::Unchanged,
            Some(_) if known.last_seen.as_ref().is_some_and(|seen| seen.pending) => Verdict::Unchanged,
            Some(_) => Verdict::Waits,
        },
    }
}

fn absent(known: &Known, listed: Option<&Person>, look: &Look<'_>) -> Verdict {
    if look.doubts.emptied {
        return Verdict::Doubtful(SyncProblem::ListEmptied);
    }
    let departure = match (known.state, listed) {
        (UserState::Pending, _) if look.doubts.no_invitations => {
            return Verdict::Doubtful(SyncProblem::ListEmptied);
        }
        (UserState::Pending, _) => Departure::InvitationGone,
        // Nothing was wanted for them anyway: a member who has left the Home, say.
        (_, Some(_)) if known.wanted == WantedAccess::Nothing => Departure::Left,
        (_, Some(_)) => Departure::Unshared,
        (_, None) if look.doubts.witness == Witness::People => Departure::Left,
        // They may be friends still: nobody has left whom no list can show to have.
        (_, None) => Departure::Unshared,
    };
    match known.missing_since {
        Some(since) if look.read_at.since(since) >= BETWEEN_LOOKS => match (departure, look.policy) {
            // A failed change tells by itself that the share is not as wanted.
            (Departure::Unshared, _) if known.failed => Verdict::Unchanged,
            (Departure::Unshared, _) if listed.is_none() && look.doubts.witness == Witness::Nobody => {
                Verdict::Missing
            }
            // Somebody who may have left is not invited anew.
            (Departure::Unshared, DriftPolicy::Reapply) if listed.is_none() => {
                Verdict::Drifted(DriftKind::NoShare, Action::Ask)
            }
            (Departure::Unshared, DriftPolicy::Ask) => Verdict::Drifted(DriftKind::NoShare, Action::Ask),
            (Departure::Unshared, DriftPolicy::Reapply) => {
                Verdict::Drifted(DriftKind::NoShare, Action::Reapply)
            }
            (departure, _) => Verdict::Gone(departure),
        },
        _ => Verdict::Missing,
    }
}

fn came_back(known: &Known, person: &Person, look: &Look<'_>) -> Verdict {
    let barred = known.taken || known.blocked;
    let Some(share) = &person.share else {
        // Made a member of the Home, which needs no share and gives access by its own means.
        return match barred {
            true => Verdict::Drifted(DriftKind::Returned, Action::Ask),
            false => Verdict::Returned(WantedAccess::Nothing),
        };
    };
    if barred {
        let action = decide(DriftKind::Returned, known, share, None, look.shelf, look.policy);
        return Verdict::Drifted(DriftKind::Returned, action);
    }
    match look.shelf.as_shown(share, &WantedAccess::Nothing) {
        Ok(Some(shown)) => Verdict::Returned(shown),
        Ok(None) => Verdict::Unchanged,
        Err(_) => Verdict::Doubtful(SyncProblem::LibraryUnknown),
    }
}

fn compare(known: &Known, share: &ShareSeen, look: &Look<'_>) -> Verdict {
    if known.failed {
        return Verdict::Unchanged;
    }
    let Some(kind) = difference(&known.wanted, share, look.shelf) else { return Verdict::Unchanged };
    if kind == DriftKind::Narrowed && lacks_new_libraries(known, share) {
        return Verdict::LacksNewLibraries;
    }
    let Ok(shown) = look.shelf.as_shown(share, &known.wanted) else {
        return Verdict::Doubtful(SyncProblem::LibraryUnknown);
    };
    let action = decide(kind, known, share, shown, look.shelf, look.policy);
    Verdict::Drifted(kind, action)
}

/// Whether somebody without access has ended the friendship that would let them back in at once: they are in no
/// list, and that of the owner's people is one.
fn is_no_friend(known: &Known, look: &Look<'_>) -> bool {
    let is_away = matches!(known.state, UserState::Suspended | UserState::Removed);
    let is_told = look.doubts.witness == Witness::People && !look.doubts.emptied;
    is_away && is_told && !known.busy && !known.is_owner && known.listed == Some(true)
}

/// What is another now about the person themselves. The picture's address is left out: it changes
/// with every new picture, and says nothing to a reader.
fn facts(known: &Known, person: &Person) -> Vec<FieldChange> {
    let id = |id: Option<crate::PlexId>| id.map(|id| id.to_string());
    let email = person.email.as_ref().or(known.email.as_ref());
    let mut facts = vec![
        FieldChange::of("username", known.username.as_str(), person.username.as_str()),
        FieldChange::of("email", json!(known.email), json!(email)),
        FieldChange::of("plex_id", json!(id(known.plex_id)), json!(id(person.plex_id.or(known.plex_id)))),
        FieldChange::of("home", known.home, person.home),
        FieldChange::of("restricted", known.restricted, person.restricted),
        FieldChange::of("shares_back", known.shares_back, person.shares_back),
    ];
    if let Some(servers) = &person.other_servers {
        facts.push(FieldChange::of("other_servers", json!(known.other_servers), json!(servers)));
    }
    // At the first look nothing has changed: it was not known.
    if known.listed.is_some() && person.listed.is_some() {
        facts.push(FieldChange::of("friend", json!(known.listed), json!(person.listed)));
    }
    facts.into_iter().flatten().collect()
}
