//! The brake: the one door for every automatic removal, whatever brings it about.
//!
//! A use case that wants to remove people asks [`admit`] in the transaction that would do it. Within
//! the budget the answer is to go on, and the removals are written down. Beyond it nobody is removed:
//! [`hold`] lists the people for an admin, who confirms exactly those, and [`confirmed`] admits them.
//! An expiry is no removal of this kind: it was agreed upon.

use std::collections::BTreeSet;

use pum_domain::brake::{HoldState, RemovalSource, WINDOW, budget};
use pum_domain::event::{EventType, HintKind};
use pum_domain::user::UserState;
use pum_domain::{HoldId, ProblemCode, UserId};
use pum_store::brake::{self as store, Candidate, Hold};
use pum_store::history::Subject;
use pum_store::{Reads, Tx, hints, history, plex_server, syncs, users};
use serde_json::json;

use crate::actor::Actor;
use crate::error::{AppError, AppResult};
use crate::random;

/// How much of the budget there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// People that PUM has, those removed within the window included.
    pub users: i64,
    /// How many of them may be removed within the window.
    pub budget: i64,
    /// How many have been.
    pub removed: i64,
}

impl Room {
    /// Whether so many more may go.
    pub const fn has(&self, more: i64) -> bool {
        self.removed + more <= self.budget
    }
}

/// How much of the budget is left.
pub async fn room(db: &impl Reads) -> AppResult<Room> {
    let now = db.now().await?;
    let removed = store::removed_since(db, now.plus(-WINDOW)).await?;
    let counts = users::counts(db).await?;
    let present: i64 =
        counts.iter().filter(|(state, _)| *state != UserState::Removed).map(|(_, users)| users).sum();
    let users = present + removed;
    Ok(Room { users, budget: budget(users), removed })
}

/// Whether these people may lose libraries without a word of an admin's: with those who have, no more
/// within the window than may be removed in it.
pub async fn may_narrow(db: &impl Reads, people: &[UserId]) -> AppResult<bool> {
    let mut narrowed = store::narrowed_since(db, db.now().await?.plus(-WINDOW)).await?;
    narrowed.extend(people);
    Ok(i64::try_from(narrowed.len()).unwrap_or(i64::MAX) <= room(db).await?.budget)
}

/// Lets these people be removed, and writes that down; the caller removes them in the same
/// transaction. False: too many within the window, nobody may be.
pub async fn admit(tx: &Tx, source: RemovalSource, candidates: &[Candidate]) -> AppResult<bool> {
    // Two removals that ask at once count one after the other.
    plex_server::lock(tx).await?;
    if !room(tx).await?.has(count(candidates)) {
        return Ok(false);
    }
    store::note_removed(tx, source, candidates, None).await?;
    Ok(true)
}

/// Stops the removal of these people until an admin has confirmed it. The same list again is the hold
/// that waits already; another list takes its place.
pub async fn hold(tx: &Tx, source: RemovalSource, candidates: &[Candidate]) -> AppResult<HoldId> {
    plex_server::lock(tx).await?;
    let wanted: BTreeSet<UserId> = candidates.iter().map(|one| one.user_id).collect();
    for waiting in waiting_of(tx, source).await? {
        if ids(&store::listed(tx, waiting.id).await?) == wanted {
            return Ok(waiting.id);
        }
        end(tx, &waiting, HoldState::Superseded).await?;
    }
    let id: HoldId = random::id();
    let room = room(tx).await?;
    store::hold(tx, id, source, room.users, room.budget, candidates).await?;
    let mut event = Actor::system().event(EventType::RemovalsHeld);
    event.subject = Some(subject(id));
    event.reason = Some(source.to_string());
    event.after = Some(json!({
        "people": candidates.len(), "users": room.users, "budget": room.budget, "removed_in_a_day": room.removed,
    }));
    history::append(tx, event).await?;
    hints::leave(tx, HintKind::Sync, None).await?;
    Ok(id)
}

/// Nobody is to be removed (any more): what waited is over.
pub async fn drop_holds(tx: &Tx, source: RemovalSource) -> AppResult<()> {
    for waiting in waiting_of(tx, source).await? {
        end(tx, &waiting, HoldState::Dropped).await?;
    }
    Ok(())
}

/// What an admin has seen and confirms: these people, or this list, which never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Confirmed {
    /// Exactly these.
    People(BTreeSet<UserId>),
    /// Everybody on it.
    List(HoldId),
}

impl Confirmed {
    fn is(&self, id: HoldId, listed: &[Candidate]) -> bool {
        match self {
            Self::People(people) => ids(listed) == *people,
            Self::List(list) => *list == id,
        }
    }
}

/// An admin confirms the removal of exactly the listed people.
pub async fn confirm(tx: &Tx, id: HoldId, people: &Confirmed, actor: &Actor) -> AppResult<()> {
    plex_server::lock(tx).await?;
    let held = store::get(tx, id).await?;
    let listed = store::listed(tx, id).await?;
    if held.state != HoldState::Waiting || !people.is(id, &listed) {
        let detail = "The list of people has changed since it was shown. Look at it again, then confirm.";
        return Err(AppError::conflict(ProblemCode::RemovalsChanged, detail));
    }
    let event = actor.event(EventType::RemovalsConfirmed);
    store::decide(tx, id, HoldState::Confirmed, Some(&event.actor)).await?;
    let mut event = event;
    event.subject = Some(subject(id));
    event.reason = Some(held.source.to_string());
    event.after = Some(json!({ "people": listed.iter().map(|one| &one.name).collect::<Vec<_>>() }));
    history::append(tx, event).await?;
    Ok(())
}

/// What an admin has confirmed came to nothing: it waits for them again.
pub(crate) async fn put_back(tx: &Tx, id: HoldId) -> AppResult<()> {
    if store::wait_again(tx, id).await? {
        tracing::warn!(hold.id = %id, "confirmed removals were not carried out, and wait again");
        hints::leave(tx, HintKind::Sync, None).await?;
    }
    Ok(())
}

/// Writes down removals that rest on an admin's confirmation.
pub async fn confirmed(tx: &Tx, held: &Hold, removed: &[Candidate]) -> AppResult<()> {
    store::note_removed(tx, held.source, removed, Some(held.id)).await?;
    Ok(())
}

async fn waiting_of(tx: &Tx, source: RemovalSource) -> AppResult<Vec<Hold>> {
    let mut waiting = store::waiting(tx).await?;
    waiting.retain(|held| held.source == source);
    Ok(waiting)
}

async fn end(tx: &Tx, held: &Hold, state: HoldState) -> AppResult<()> {
    if store::decide(tx, held.id, state, None).await? {
        for sync in syncs::settle(tx, held.id, 0).await? {
            hints::leave(tx, HintKind::Sync, Some(&sync.to_string())).await?;
        }
    }
    Ok(())
}

fn ids(people: &[Candidate]) -> BTreeSet<UserId> {
    people.iter().map(|one| one.user_id).collect()
}

fn count(people: &[Candidate]) -> i64 {
    i64::try_from(people.len()).unwrap_or(i64::MAX)
}

fn subject(id: HoldId) -> Subject {
    Subject { kind: "hold".to_owned(), id: Some(id.to_string()), name: None }
}
