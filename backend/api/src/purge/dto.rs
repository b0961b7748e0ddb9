//! Verdicts, runs and rehearsals as the API shows them.

use pum_app::purge::{Previewed, REHEARSED_DAYS, Rehearsal, Rehearsed, Started};
use pum_domain::purge::stage::Mode;
use pum_domain::purge::{Outcome, Reason, Verdict};
use pum_domain::{Instant, UserId};
use pum_store::purge::Someone;
use serde::Serialize;
use utoipa::ToSchema;

use crate::name_schema;
use crate::pictures;
use crate::syncs::HeldRemovals;
use crate::users::PurgeStageDto;

name_schema!(
    /// Whether somebody would be removed.
    PurgeVerdictName,
    Outcome
);
name_schema!(
    /// Why somebody would be removed, or is kept.
    PurgeReasonName,
    Reason
);
name_schema!(
    /// Whether the clock purges.
    PurgeModeName,
    Mode
);

/// Rehearsals show so many people at most, the earliest first.
const SHOWN: usize = 500;

/// A user, as lists of a purge show them.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PurgeUser {
    /// PUM's id.
    pub id: String,
    /// The name at Plex.
    pub username: String,
    /// The picture, a path of ours.
    pub thumb: Option<String>,
}

impl PurgeUser {
    fn of(someone: &Someone, base_path: &str) -> Self {
        Self {
            id: someone.id.to_string(),
            username: someone.username.clone(),
            thumb: someone.has_picture.then(|| pictures::path_of_user(base_path, someone.id)),
        }
    }
}

/// What would become of somebody.
#[derive(Debug, Serialize, ToSchema)]
pub struct PurgeItem {
    /// Who.
    pub user: PurgeUser,
    /// Whether they would be removed.
    #[schema(value_type = PurgeVerdictName)]
    pub verdict: Outcome,
    /// Why.
    #[schema(value_type = PurgeReasonName)]
    pub reason: Reason,
    /// On how many days PUM was looking since they were last heard of.
    pub idle_days: i64,
    /// When they last streamed.
    #[schema(format = DateTime)]
    pub last_streamed_at: Option<String>,
    /// Since when they have access.
    #[schema(format = DateTime)]
    pub joined_at: Option<String>,
    /// Where they stand on the way out by the clock.
    pub stage: Option<PurgeStageDto>,
}

impl PurgeItem {
    fn of((someone, verdict): &(Someone, Verdict), base_path: &str) -> Self {
        Self {
            user: PurgeUser::of(someone, base_path),
            verdict: verdict.outcome,
            reason: verdict.reason,
            idle_days: verdict.idle_days,
            last_streamed_at: someone.person.last_streamed_at.map(Instant::to_rfc3339),
            joined_at: someone.person.joined_at.map(Instant::to_rfc3339),
            stage: someone.warned.map(PurgeStageDto::from),
        }
    }
}

/// What a purge would do, a page of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "items": [{
        "user": {"id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a13", "username": "priya",
            "thumb": "/api/v1/pictures/users/0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a13"},
        "verdict": "purge", "reason": "idle", "idle_days": 131, "last_streamed_at": "2026-07-14T19:02:11.000Z",
        "joined_at": "2025-01-03T10:00:00.000Z", "stage": null
    }],
    "next_cursor": null, "total": 1, "total_is_minimum": false, "purge_count": 1, "keep_count": 41,
    "keeps_everybody": null, "watching_since": "2025-02-01T00:00:00.000Z", "imported_since": "2022-05-01T18:11:00.000Z"
}))]
pub struct PurgePreview {
    /// The people, the quietest first.
    pub items: Vec<PurgeItem>,
    /// Where the next page begins; `null` on the last.
    pub next_cursor: Option<String>,
    /// People that match.
    pub total: i64,
    /// Always `false`.
    pub total_is_minimum: bool,
    /// How many people would be removed, on whatever page.
    pub purge_count: i64,
    /// How many would be kept.
    pub keep_count: i64,
    /// Why everybody is kept just now, whatever they did; `null` when nothing is in doubt.
    #[schema(value_type = Option<PurgeReasonName>)]
    pub keeps_everybody: Option<Reason>,
    /// Since when PUM has been looking at what is playing.
    #[schema(format = DateTime)]
    pub watching_since: Option<String>,
    /// How far back the server's own play history was imported.
    #[schema(format = DateTime)]
    pub imported_since: Option<String>,
}

impl PurgePreview {
    pub(super) fn of(seen: &Previewed, base_path: &str) -> Self {
        Self {
            items: seen.items.iter().map(|one| PurgeItem::of(one, base_path)).collect(),
            next_cursor: seen.next_cursor.clone(),
            total: seen.total,
            total_is_minimum: false,
            purge_count: seen.purge_count,
            keep_count: seen.keep_count,
            keeps_everybody: seen.doubt,
            watching_since: seen.watching_since.map(Instant::to_rfc3339),
            imported_since: seen.imported_since.map(Instant::to_rfc3339),
        }
    }
}

/// Somebody who was named and is kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct PurgeRefused {
    /// Who.
    pub user_id: String,
    /// Why.
    #[schema(value_type = PurgeReasonName)]
    pub reason: Reason,
}

impl PurgeRefused {
    fn of((user, reason): &(UserId, Reason)) -> Self {
        Self { user_id: user.to_string(), reason: *reason }
    }
}

/// A purge has begun.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "purge_id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a20", "accepted": 3,
    "refused": [{"user_id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a13", "reason": "streaming"}]
}))]
pub struct PurgeBegun {
    /// Its id, for `getPurge`; `null` when nobody is idle.
    pub purge_id: Option<String>,
    /// How many people it is about.
    pub accepted: i64,
    /// Who is kept, and why.
    pub refused: Vec<PurgeRefused>,
}

impl From<&Started> for PurgeBegun {
    fn from(started: &Started) -> Self {
        Self {
            purge_id: started.bulk.as_ref().map(|bulk| bulk.id.to_string()),
            accepted: started.bulk.as_ref().map_or(0, |bulk| bulk.total),
            refused: started.refused.iter().map(PurgeRefused::of).collect(),
        }
    }
}

/// Somebody who would have been removed.
#[derive(Debug, Serialize, ToSchema)]
pub struct WouldRemove {
    /// Who.
    pub user: PurgeUser,
    /// When.
    #[schema(format = DateTime)]
    pub removed_at: String,
    /// After how many idle days.
    pub idle_days: i64,
    /// After how many days they watched again; `null` when that was not within 30.
    pub came_back_within_days: Option<i64>,
}

impl WouldRemove {
    fn of(one: &Rehearsed, base_path: &str) -> Self {
        Self {
            user: PurgeUser::of(&one.someone, base_path),
            removed_at: one.removed.at.to_rfc3339(),
            idle_days: one.removed.idle_days,
            came_back_within_days: one.removed.came_back_within_days(),
        }
    }
}

/// What terms would have done.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "days": 365, "from": "2025-11-22T16:05:05.000Z",
    "would_remove": [{
        "user": {"id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a13", "username": "priya", "thumb": null},
        "removed_at": "2026-03-02T08:15:00.000Z", "idle_days": 90, "came_back_within_days": 4
    }],
    "removed_count": 1, "came_back_count": 1, "watching_since": "2025-02-01T00:00:00.000Z",
    "imported_since": "2022-05-01T18:11:00.000Z"
}))]
pub struct PurgeRehearsal {
    /// How many days of the past were looked at.
    pub days: i64,
    /// Since when.
    #[schema(format = DateTime)]
    pub from: String,
    /// Who would have been removed, the earliest first; the first 500 of them.
    pub would_remove: Vec<WouldRemove>,
    /// How many would have been.
    pub removed_count: usize,
    /// How many of them watched again within 30 days.
    pub came_back_count: usize,
    /// Since when PUM has been looking at what is playing. Before that nobody is called idle.
    #[schema(format = DateTime)]
    pub watching_since: Option<String>,
    /// How far back the server's own play history was imported.
    #[schema(format = DateTime)]
    pub imported_since: Option<String>,
}

impl PurgeRehearsal {
    pub(super) fn of(rehearsal: &Rehearsal, base_path: &str) -> Self {
        let back = rehearsal.removed.iter().filter(|one| one.removed.came_back_at.is_some());
        let shown = rehearsal.removed.iter().take(SHOWN);
        Self {
            days: REHEARSED_DAYS,
            from: rehearsal.from.to_rfc3339(),
            came_back_count: back.count(),
            would_remove: shown.map(|one| WouldRemove::of(one, base_path)).collect(),
            removed_count: rehearsal.removed.len(),
            watching_since: rehearsal.watching_since.map(Instant::to_rfc3339),
            imported_since: rehearsal.imported_since.map(Instant::to_rfc3339),
        }
    }
}

/// How the purge by the clock stands. Its terms are settings.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "mode": "on", "next_run_at": "2026-11-23T04:04:10.000Z", "last_run_at": "2026-11-22T04:04:11.000Z",
    "warned_count": 2, "keeps_everybody": null, "watching_since": "2025-02-01T00:00:00.000Z",
    "imported_since": "2022-05-01T18:11:00.000Z", "needs_confirmation": null
}))]
pub struct PurgeSchedule {
    /// Whether it is off, paused or on.
    #[schema(value_type = PurgeModeName)]
    pub mode: Mode,
    /// When it runs next; `null` while it is off.
    #[schema(format = DateTime)]
    pub next_run_at: Option<String>,
    /// When its last run was over.
    #[schema(format = DateTime)]
    pub last_run_at: Option<String>,
    /// How many people are warned.
    pub warned_count: usize,
    /// Why nobody would be warned or removed just now; `null` when nothing is in doubt.
    #[schema(value_type = Option<PurgeReasonName>)]
    pub keeps_everybody: Option<Reason>,
    /// Since when PUM has been looking at what is playing.
    #[schema(format = DateTime)]
    pub watching_since: Option<String>,
    /// How far back the server's own play history was imported.
    #[schema(format = DateTime)]
    pub imported_since: Option<String>,
    /// Removals that wait for an admin, since they are more than may go within a day; for `confirmPurge`.
    pub needs_confirmation: Option<HeldRemovals>,
}
