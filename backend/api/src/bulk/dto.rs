//! A bulk as the API shows it.

use std::collections::HashMap;

use pum_app::bulk::{Preview, Verdict};
use pum_domain::Instant;
use pum_domain::bulk::{BulkKind, BulkState, ItemState};
use pum_store::bulks::{Bulk, Item};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::dto::UserRef;
use crate::name_schema;

name_schema!(
    /// What is done to each.
    BulkKindName,
    BulkKind
);
name_schema!(
    /// Where the whole stands.
    BulkStateName,
    BulkState
);
name_schema!(
    /// Where one of the people stands.
    BulkItemStateName,
    ItemState
);
name_schema!(
    /// What would become of somebody.
    BulkVerdictName,
    Verdict
);

/// How many people stand how.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkCounts {
    /// Not begun.
    pub waiting: i64,
    /// On its way to Plex.
    pub under_way: i64,
    /// Done.
    pub applied: i64,
    /// It was like that already.
    pub unchanged: i64,
    /// The rules forbid it for them.
    pub refused: i64,
    /// Failed; `retryBulk` tries these again.
    pub failed: i64,
    /// A later change has taken its place.
    pub superseded: i64,
    /// Stopped before it began.
    pub skipped: i64,
}

/// A change of many users at once.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Bulk, example = json!({
    "id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a20", "action": "add_tags", "state": "running", "total": 500,
    "counts": {
        "waiting": 380, "under_way": 20, "applied": 90, "unchanged": 4, "refused": 5, "failed": 1,
        "superseded": 0, "skipped": 0
    },
    "created_at": "2026-11-22T16:05:05.000Z", "stopped_at": null, "finished_at": null
}))]
pub struct BulkDto {
    /// Its id.
    pub id: String,
    /// What is done to each.
    #[schema(value_type = BulkKindName)]
    pub action: BulkKind,
    /// Where the whole stands.
    #[schema(value_type = BulkStateName)]
    pub state: BulkState,
    /// How many people it is about.
    pub total: i64,
    /// How many of them stand how.
    pub counts: BulkCounts,
    /// When it began.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When somebody stopped it.
    #[schema(format = DateTime)]
    pub stopped_at: Option<String>,
    /// When the last of them was over.
    #[schema(format = DateTime)]
    pub finished_at: Option<String>,
}

impl BulkDto {
    /// The bulk with its counts.
    pub fn of(bulk: &Bulk, counts: &HashMap<ItemState, i64>) -> Self {
        let of = |state| counts.get(&state).copied().unwrap_or(0);
        Self {
            id: bulk.id.to_string(),
            action: bulk.action.kind(),
            state: bulk.state(),
            total: bulk.total,
            counts: BulkCounts {
                waiting: of(ItemState::Waiting),
                under_way: of(ItemState::UnderWay),
                applied: of(ItemState::Applied),
                unchanged: of(ItemState::Unchanged),
                refused: of(ItemState::Refused),
                failed: of(ItemState::Failed),
                superseded: of(ItemState::Superseded),
                skipped: of(ItemState::Skipped),
            },
            created_at: bulk.created_at.to_rfc3339(),
            stopped_at: bulk.stopped_at.map(Instant::to_rfc3339),
            finished_at: bulk.finished_at.map(Instant::to_rfc3339),
        }
    }
}

/// One person's part of a bulk.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "user": {"id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a13", "username": "priya"}, "state": "failed",
    "reason": "plex_refused", "detail": "Plex refused the request.",
    "change_id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a14"
}))]
pub struct BulkItem {
    /// Who; the name as it was when the bulk began.
    pub user: UserRef,
    /// How far it has come.
    #[schema(value_type = BulkItemStateName)]
    pub state: ItemState,
    /// Why it was refused or failed, in a stable word.
    pub reason: Option<String>,
    /// The same as a sentence.
    pub detail: Option<String>,
    /// The access change that was asked for.
    pub change_id: Option<String>,
}

impl From<Item> for BulkItem {
    fn from(item: Item) -> Self {
        Self {
            user: UserRef { id: item.user_id.to_string(), username: Some(item.username) },
            state: item.state,
            reason: item.reason,
            detail: item.detail,
            change_id: item.change_id.map(|id| id.to_string()),
        }
    }
}

/// What a bulk would make of one person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "user": {"id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a13", "username": "priya"}, "verdict": "changes",
    "before": {"tags": []}, "after": {"tags": ["family"]}, "reason": null, "detail": null
}))]
pub struct BulkPreview {
    /// Who.
    pub user: UserRef,
    /// What would become of them.
    #[schema(value_type = BulkVerdictName)]
    pub verdict: Verdict,
    /// The fields that would change, as they are.
    #[schema(value_type = Option<Object>)]
    pub before: Option<Value>,
    /// The same as they would be.
    #[schema(value_type = Option<Object>)]
    pub after: Option<Value>,
    /// Why not, in a stable word.
    pub reason: Option<String>,
    /// The same as a sentence.
    pub detail: Option<String>,
}

impl From<Preview> for BulkPreview {
    fn from(seen: Preview) -> Self {
        Self {
            user: UserRef { id: seen.user_id.to_string(), username: Some(seen.username) },
            verdict: seen.verdict,
            before: seen.before,
            after: seen.after,
            reason: seen.reason,
            detail: seen.detail,
        }
    }
}

/// A bulk has begun.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"bulk_id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a20", "total": 500}))]
pub struct BulkBegun {
    /// Its id, for `getBulk`.
    pub bulk_id: String,
    /// How many people it is about.
    pub total: i64,
}

impl From<&Bulk> for BulkBegun {
    fn from(bulk: &Bulk) -> Self {
        Self { bulk_id: bulk.id.to_string(), total: bulk.total }
    }
}
