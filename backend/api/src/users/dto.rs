//! A user as the API shows them.

use pum_domain::Instant;
use pum_domain::access::{ChangeCause, ChangeState};
use pum_domain::user::{RemovedReason, UserState};
use pum_store::access_changes::Change;
use pum_store::users::Profile;
use serde::Serialize;
use utoipa::ToSchema;

use crate::invites::LibraryChoiceDto;
use crate::name_schema;
use crate::pictures;

name_schema!(
    /// Where a user stands.
    UserStateName,
    UserState
);
name_schema!(
    /// Why a user was removed.
    RemovedReasonName,
    RemovedReason
);
name_schema!(
    /// Where an access change stands.
    ChangeStateName,
    ChangeState
);
name_schema!(
    /// What brought an access change about.
    ChangeCauseName,
    ChangeCause
);
name_schema!(
    /// By what the list of users may be sorted.
    UserSortName,
    pum_store::users::Sort
);

/// A change of somebody's access that is under way, or failed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a14", "state": "requested", "cause": "redemption",
    "reason": null, "detail": null, "requested_at": "2026-11-22T16:05:05.000Z"
}))]
pub struct PendingChange {
    /// Its id, for `retryChange`.
    pub id: String,
    /// `requested` while it is under way, `failed` when it waits for somebody to try again.
    #[schema(value_type = ChangeStateName)]
    pub state: ChangeState,
    /// What brought it about.
    #[schema(value_type = ChangeCauseName)]
    pub cause: ChangeCause,
    /// Why it waits or failed, in a stable word.
    pub reason: Option<String>,
    /// The same as a sentence.
    pub detail: Option<String>,
    /// When it was asked for.
    #[schema(format = DateTime)]
    pub requested_at: String,
}

impl From<Change> for PendingChange {
    fn from(change: Change) -> Self {
        Self {
            id: change.id.to_string(),
            state: change.state,
            cause: change.cause,
            reason: change.reason,
            detail: change.detail,
            requested_at: change.requested_at.to_rfc3339(),
        }
    }
}

/// A linked Discord account.
#[derive(Debug, Serialize, ToSchema)]
pub struct DiscordAccount {
    /// The numeric id.
    pub id: String,
    /// The name.
    pub username: Option<String>,
}

/// A person with access, or invited to it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User, example = json!({
    "id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a13", "plex_id": "4711", "username": "priya",
    "email": "priya@example.org", "thumb": "/api/v1/pictures/users/0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a13",
    "state": "active", "removed_reason": null, "home": false, "shares_back": false, "blocked": false,
    "libraries": {"mode": "all"}, "allow_downloads": false, "allow_4k_transcode": true,
    "access_expires_at": null, "purge_whitelisted": false, "bot_whitelisted": false, "discord": null,
    "notes": null, "tags": [], "invite_id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a11",
    "last_streamed_at": null, "plays": 0, "watch_seconds": 0, "added_at": "2026-11-22T16:05:05.000Z",
    "joined_at": "2026-11-22T16:05:09.000Z", "removed_at": null, "pending_change": null, "version": 3
}))]
pub struct UserDto {
    /// PUM's id.
    pub id: String,
    /// Plex's numeric account id; unknown for an invitation by e-mail only.
    pub plex_id: Option<String>,
    /// The name at Plex.
    pub username: String,
    /// The address at Plex.
    pub email: Option<String>,
    /// The picture, a path of ours.
    pub thumb: Option<String>,
    /// Where they stand.
    #[schema(value_type = UserStateName)]
    pub state: UserState,
    /// Why they are gone.
    #[schema(value_type = Option<RemovedReasonName>)]
    pub removed_reason: Option<RemovedReason>,
    /// A member of the owner's Home.
    pub home: bool,
    /// Shares a server with the owner in return.
    pub shares_back: bool,
    /// Kept out of every link.
    pub blocked: bool,
    /// What they are meant to see; `null` is nothing.
    pub libraries: Option<LibraryChoiceDto>,
    /// Whether they may download.
    pub allow_downloads: bool,
    /// Whether 4K streams may be converted for them.
    pub allow_4k_transcode: bool,
    /// When access ends; `null` is never.
    #[schema(format = DateTime)]
    pub access_expires_at: Option<String>,
    /// Kept out of inactivity purges.
    pub purge_whitelisted: bool,
    /// Kept out of removals by the bot.
    pub bot_whitelisted: bool,
    /// Their Discord account.
    pub discord: Option<DiscordAccount>,
    /// What admins have noted.
    pub notes: Option<String>,
    /// How admins have tagged them.
    pub tags: Vec<String>,
    /// The invite they came by.
    pub invite_id: Option<String>,
    /// When they last streamed.
    #[schema(format = DateTime)]
    pub last_streamed_at: Option<String>,
    /// How often they have streamed.
    pub plays: i64,
    /// For how long.
    pub watch_seconds: i64,
    /// Since when PUM knows them.
    #[schema(format = DateTime)]
    pub added_at: String,
    /// Since when they have access.
    #[schema(format = DateTime)]
    pub joined_at: Option<String>,
    /// Since when they are gone.
    #[schema(format = DateTime)]
    pub removed_at: Option<String>,
    /// A change that is under way, or failed.
    pub pending_change: Option<PendingChange>,
    /// Counts edits.
    pub version: i64,
}

impl UserDto {
    /// The user with their change, as seen under this base path.
    pub fn of(user: Profile, change: Option<Change>, base_path: &str) -> Self {
        let picture = pictures::path_of_user(base_path, user.id);
        let discord_username = user.discord_username;
        Self {
            id: user.id.to_string(),
            plex_id: user.plex_id.map(|id| id.to_string()),
            username: user.username,
            email: user.email,
            thumb: user.thumb.map(|_| picture),
            state: user.state,
            removed_reason: user.removed_reason,
            home: user.home,
            shares_back: user.shares_back,
            blocked: user.blocked,
            libraries: user.libraries.map(LibraryChoiceDto::from),
            allow_downloads: user.allow_downloads,
            allow_4k_transcode: user.allow_4k_transcode,
            access_expires_at: user.access_expires_at.map(Instant::to_rfc3339),
            purge_whitelisted: user.purge_whitelisted,
            bot_whitelisted: user.bot_whitelisted,
            discord: user.discord_id.map(|id| DiscordAccount { id, username: discord_username }),
            notes: user.notes,
            tags: user.tags,
            invite_id: user.invited_by.map(|id| id.to_string()),
            last_streamed_at: user.last_streamed_at.map(Instant::to_rfc3339),
            plays: user.plays,
            watch_seconds: user.watch_seconds,
            added_at: user.added_at.to_rfc3339(),
            joined_at: user.joined_at.map(Instant::to_rfc3339),
            removed_at: user.removed_at.map(Instant::to_rfc3339),
            pending_change: change.map(PendingChange::from),
            version: user.version,
        }
    }
}
