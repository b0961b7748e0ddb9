//! A sync as the API shows it.

use pum_domain::Instant;
use pum_domain::sync::{DriftKind, SyncItemKind, SyncProblem, SyncState};
use pum_domain::user::RemovedReason;
use pum_store::brake::{Candidate, Hold};
use pum_store::syncs::{Item, Sync};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::name_schema;
use crate::users::RemovedReasonName;

name_schema!(
    /// Where a sync stands.
    SyncStateName,
    SyncState
);
name_schema!(
    /// What a sync found about somebody.
    SyncItemKindName,
    SyncItemKind
);
name_schema!(
    /// Why a sync, or a part of it, came to nothing.
    SyncProblemName,
    SyncProblem
);
name_schema!(
    /// How Plex differs from what is wanted.
    DriftKindName,
    DriftKind
);

/// So many people of a list are shown with the sync; a list of their own has all.
const SHOWN: usize = 200;

/// Somebody whose removal waits for an admin.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "user_id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a13", "name": "priya", "reason": "left_plex"
}))]
pub struct HeldPerson {
    /// The user.
    pub user_id: String,
    /// Their name when the list was made.
    pub name: String,
    /// Why they would be removed.
    #[schema(value_type = RemovedReasonName)]
    pub reason: RemovedReason,
}

/// Removals that wait for an admin.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeldRemovals {
    /// How many users there were.
    pub users: i32,
    /// How many of them may go within a day without a word of an admin's.
    pub budget: i32,
    /// Since when they wait.
    #[schema(format = DateTime)]
    pub since: String,
    /// Stands for exactly this list of people; another list has another one. For `confirmSync`.
    pub list_id: String,
    /// How many people it lists.
    pub total: usize,
    /// Whom it concerns, by name; the first 200 of them. `listHeldPeople` has all.
    pub people: Vec<HeldPerson>,
}

impl HeldRemovals {
    /// The list as it waits.
    pub fn of(hold: Hold, people: Vec<Candidate>) -> Self {
        Self {
            users: hold.users,
            budget: hold.budget,
            since: hold.created_at.to_rfc3339(),
            list_id: hold.id.to_string(),
            total: people.len(),
            people: people.into_iter().take(SHOWN).map(HeldPerson::from).collect(),
        }
    }
}

impl From<Candidate> for HeldPerson {
    fn from(one: Candidate) -> Self {
        Self { user_id: one.user_id.to_string(), name: one.name, reason: one.reason }
    }
}

/// One comparison of Plex's lists with the users.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Sync, example = json!({
    "sync_id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a16", "state": "done", "actor": {"kind": "admin", "name": "olivia"},
    "requested_at": "2026-11-22T16:05:05.000Z", "started_at": "2026-11-22T16:05:05.100Z",
    "read_at": "2026-11-22T16:05:05.100Z", "finished_at": "2026-11-22T16:05:06.400Z",
    "added": 1, "updated": 2, "missing": 0, "left": 0, "returned": 0, "unchanged": 41, "skipped": 0, "problems": 0,
    "problem": null, "detail": null, "needs_confirmation": null
}))]
pub struct SyncDto {
    /// Its id.
    pub sync_id: String,
    /// Where it stands.
    #[schema(value_type = SyncStateName)]
    pub state: SyncState,
    /// Who asked for it.
    pub actor: SyncActor,
    /// When it was asked for.
    #[schema(format = DateTime)]
    pub requested_at: String,
    /// When it began.
    #[schema(format = DateTime)]
    pub started_at: Option<String>,
    /// When the reading began that it rests on.
    #[schema(format = DateTime)]
    pub read_at: Option<String>,
    /// When it was over.
    #[schema(format = DateTime)]
    pub finished_at: Option<String>,
    /// New users.
    pub added: i32,
    /// Users with other facts or access than before.
    pub updated: i32,
    /// Users who were not at Plex at the first look; a second one at least ten minutes later decides.
    pub missing: i32,
    /// Users who have left.
    pub left: i32,
    /// Users who are back again.
    pub returned: i32,
    /// Users as before.
    pub unchanged: i32,
    /// Users who were not looked at, since a change of theirs is under way or very recent.
    pub skipped: i32,
    /// People who could not be judged, or differ in a way that an admin decides about.
    pub problems: i32,
    /// Why it came to nothing, or to less than everything.
    #[schema(value_type = Option<SyncProblemName>)]
    pub problem: Option<SyncProblem>,
    /// The same as a sentence that says what to do.
    pub detail: Option<String>,
    /// The removals that wait for an admin; `null` when none does.
    pub needs_confirmation: Option<HeldRemovals>,
}

/// Who asked for a sync.
#[derive(Debug, Serialize, ToSchema)]
pub struct SyncActor {
    /// What they are.
    #[schema(example = "admin")]
    pub kind: String,
    /// Their name at the time.
    pub name: Option<String>,
}

impl SyncDto {
    /// The sync with the removals that wait, if any do.
    pub fn of(sync: Sync, held: Option<(Hold, Vec<Candidate>)>) -> Self {
        Self {
            sync_id: sync.id.to_string(),
            state: sync.state,
            actor: SyncActor { kind: sync.actor.kind.to_string(), name: sync.actor.name },
            requested_at: sync.requested_at.to_rfc3339(),
            started_at: sync.started_at.map(Instant::to_rfc3339),
            read_at: sync.read_at.map(Instant::to_rfc3339),
            finished_at: sync.finished_at.map(Instant::to_rfc3339),
            added: sync.counts.added,
            updated: sync.counts.updated,
            missing: sync.counts.missing,
            left: sync.counts.left,
            returned: sync.counts.returned,
            unchanged: sync.counts.unchanged,
            skipped: sync.counts.skipped,
            problems: sync.counts.problems,
            problem: sync.problem,
            detail: sync.detail,
            needs_confirmation: held.map(|(hold, people)| HeldRemovals::of(hold, people)),
        }
    }
}

/// A fact that is another one now.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldChangeDto {
    /// Which.
    pub field: String,
    /// As it was.
    pub old: Value,
    /// As it is.
    pub new: Value,
}

/// Something that a sync found about somebody.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SyncItem, example = json!({
    "kind": "updated", "user_id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a13", "name": "priya",
    "changes": [{"field": "username", "old": "priya", "new": "priya.p"}], "reason": null, "detail": null
}))]
pub struct SyncItemDto {
    /// What.
    #[schema(value_type = SyncItemKindName)]
    pub kind: SyncItemKind,
    /// The user; `null` for somebody who did not become one.
    pub user_id: Option<String>,
    /// Their name at the time.
    pub name: String,
    /// Which facts are others now.
    pub changes: Vec<FieldChangeDto>,
    /// Why, in a stable word.
    pub reason: Option<String>,
    /// The same as a sentence, where there is more to say.
    pub detail: Option<String>,
}

impl From<Item> for SyncItemDto {
    fn from(item: Item) -> Self {
        let changes = item.changes.into_iter();
        Self {
            kind: item.kind,
            user_id: item.user_id.map(|id| id.to_string()),
            name: item.name,
            changes: changes
                .map(|change| FieldChangeDto { field: change.field, old: change.old, new: change.new })
                .collect(),
            reason: item.reason,
            detail: item.detail,
        }
    }
}
