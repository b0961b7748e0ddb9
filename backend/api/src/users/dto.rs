//! A user as the API shows them.

use pum_app::users::{AccessNow, UserView};
use pum_domain::Instant;
use pum_domain::access::{ChangeCause, ChangeState, WantedAccess};
use pum_domain::purge::stage::{Carrier, Stage, Warned};
use pum_domain::sync::DriftKind;
use pum_domain::user::{Becomes, RemovedReason, UserState};
use pum_store::access_changes::Change;
use serde::Serialize;
use utoipa::ToSchema;

use crate::invites::LibraryChoiceDto;
use crate::name_schema;
use crate::pictures;
use crate::syncs::DriftKindName;

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
    /// A stage on the way out.
    PurgeStageName,
    Stage
);
name_schema!(
    /// What has carried a notice to somebody.
    NoticeCarrierName,
    Carrier
);
name_schema!(
    /// By what the list of users may be sorted.
    UserSortName,
    pum_store::users::Sort
);

/// A change of somebody's access that is under way, or failed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a14", "state": "planned", "cause": "admin", "becomes": "removed",
    "ends_friendship": false, "begins_at": "2026-11-22T16:05:15.000Z", "reason": null, "detail": null,
    "requested_at": "2026-11-22T16:05:05.000Z"
}))]
pub struct PendingChange {
    /// Its id, for `retryChange`.
    pub id: String,
    /// `planned` while `restoreUser` can still take it back, `requested` while it is under way, `failed` when
    /// it waits for somebody to try again.
    #[schema(value_type = ChangeStateName)]
    pub state: ChangeState,
    /// What brought it about.
    #[schema(value_type = ChangeCauseName)]
    pub cause: ChangeCause,
    /// `suspended` or `removed`, where it takes access away: that is what the user becomes once Plex shows it.
    #[schema(value_type = Option<UserStateName>)]
    pub becomes: Option<UserState>,
    /// Whether the friendship ends with it, and with it every share of the owner's other servers.
    pub ends_friendship: bool,
    /// While planned: when it begins.
    #[schema(format = DateTime)]
    pub begins_at: Option<String>,
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
            becomes: change.becomes.map(Becomes::state),
            ends_friendship: change.end_friendship,
            begins_at: change
                .not_before
                .filter(|_| change.state == ChangeState::Planned)
                .map(Instant::to_rfc3339),
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

/// What Plex last showed of somebody's access.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccessNow)]
pub struct AccessNowDto {
    /// Which libraries; `null` is no share.
    pub libraries: Option<LibraryChoiceDto>,
    /// How many shared libraries PUM does not know.
    pub unknown_libraries: usize,
    /// Whether downloads are allowed, where Plex said so. Plex keeps this for the two people, not for the server.
    pub allow_downloads: Option<bool>,
    /// An invitation that has not been accepted.
    pub pending: bool,
    /// When that was read.
    #[schema(format = DateTime)]
    pub at: String,
}

impl From<AccessNow> for AccessNowDto {
    fn from(now: AccessNow) -> Self {
        Self {
            libraries: now.libraries.map(LibraryChoiceDto::from),
            unknown_libraries: now.unknown_libraries,
            allow_downloads: now.allow_downloads,
            pending: now.pending,
            at: now.at.to_rfc3339(),
        }
    }
}

/// How Plex differs from what is meant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Drift)]
pub struct DriftDto {
    /// How.
    #[schema(value_type = DriftKindName)]
    pub kind: DriftKind,
    /// Since when.
    #[schema(format = DateTime)]
    pub since: Option<String>,
}

/// What a resume or a restore gives back.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KeptAccess)]
pub struct KeptAccessDto {
    /// Which libraries.
    pub libraries: LibraryChoiceDto,
    /// Whether they may download.
    pub allow_downloads: bool,
}

impl KeptAccessDto {
    fn of(kept: WantedAccess) -> Option<Self> {
        match kept {
            WantedAccess::Granted { libraries, allow_downloads } => {
                Some(Self { libraries: libraries.into(), allow_downloads })
            }
            WantedAccess::Nothing => None,
        }
    }
}

/// Where somebody stands on the way out for having gone quiet.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PurgeStanding)]
pub struct PurgeStageDto {
    /// The stage.
    #[schema(value_type = PurgeStageName)]
    pub stage: Stage,
    /// When they were warned.
    #[schema(format = DateTime)]
    pub warned_at: String,
    /// When they are to be removed, unless they stream again.
    #[schema(format = DateTime)]
    pub remove_at: String,
    /// What has carried the warning to them; `null` while it is on its way.
    #[schema(value_type = Option<NoticeCarrierName>)]
    pub notice: Option<Carrier>,
}

impl From<Warned> for PurgeStageDto {
    fn from(warned: Warned) -> Self {
        Self {
            stage: Stage::Warned,
            warned_at: warned.at.to_rfc3339(),
            remove_at: warned.remove_at.to_rfc3339(),
            notice: warned.notice,
        }
    }
}

/// The invite that somebody came by.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitedBy {
    /// The invite; it may have been deleted since.
    pub id: String,
    /// Its label.
    pub label: Option<String>,
}

/// A person with access, or invited to it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User, example = json!({
    "id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a13", "plex_id": "4711", "username": "priya",
    "email": "priya@example.org", "thumb": "/api/v1/pictures/users/0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a13",
    "state": "active", "removed_reason": null, "home": false, "managed": false, "shares_back": false,
    "blocked": false, "libraries": {"mode": "all"}, "allow_downloads": false,
    "now": {
        "libraries": {"mode": "all"}, "unknown_libraries": 0, "allow_downloads": false, "pending": false,
        "at": "2026-11-22T16:05:09.000Z"
    },
    "drift": null, "missing_since": null, "kept": null, "must_accept_again": null, "other_servers": null, "allow_4k_transcode": true,
    "access_expires_at": null, "membership_days": null, "purge_whitelisted": false, "bot_whitelisted": false,
    "discord": null, "has_notes": true, "notes": "Met at the film club.", "tags": ["film club"],
    "invite_id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a11",
    "invited_by": {"id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a11", "label": "Film club"},
    "purge_stage": null, "last_streamed_at": null, "plays": 0, "watch_seconds": 0, "added_at": "2026-11-22T16:05:05.000Z",
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
    /// A managed account of the owner's Home.
    pub managed: bool,
    /// Shares a server with the owner in return.
    pub shares_back: bool,
    /// Kept out of every link.
    pub blocked: bool,
    /// What they are meant to see; `null` is nothing.
    pub libraries: Option<LibraryChoiceDto>,
    /// Whether they are meant to be allowed to download. Plex keeps this for the two people, not for the server:
    /// it holds on the owner's other servers as well.
    pub allow_downloads: bool,
    /// What Plex last showed; `null` while it has never been read. Differs from what is meant while a change
    /// is under way, or when somebody has changed it at Plex.
    pub now: Option<AccessNowDto>,
    /// How `now` was found to differ from what is meant, while no change is under way; `settleDrift` decides.
    pub drift: Option<DriftDto>,
    /// Since when they are not to be found at Plex; a second look decides whether they have left.
    #[schema(format = DateTime)]
    pub missing_since: Option<String>,
    /// What `resumeUser` or `restoreUser` gives back, while they are meant to see nothing.
    pub kept: Option<KeptAccessDto>,
    /// Whether the person will have to accept again once they are given access back; `null` where they have
    /// it, or where nobody knows.
    pub must_accept_again: Option<bool>,
    /// Names of the owner's other servers that they have a share of: those shares would end with the
    /// friendship. `null` where nobody has looked.
    pub other_servers: Option<Vec<String>>,
    /// Whether 4K streams may be converted for them.
    pub allow_4k_transcode: bool,
    /// When access ends; `null` is never.
    #[schema(format = DateTime)]
    pub access_expires_at: Option<String>,
    /// Days of access still to be counted from the moment they accept.
    pub membership_days: Option<i32>,
    /// Kept out of inactivity purges.
    pub purge_whitelisted: bool,
    /// Kept out of removals by the bot.
    pub bot_whitelisted: bool,
    /// Their Discord account.
    pub discord: Option<DiscordAccount>,
    /// Whether admins have noted anything.
    pub has_notes: bool,
    /// What admins have noted; in lists always `null`.
    pub notes: Option<String>,
    /// How admins have tagged them.
    pub tags: Vec<String>,
    /// The invite they came by.
    pub invite_id: Option<String>,
    /// The same with its label.
    pub invited_by: Option<InvitedBy>,
    /// Where they stand on the way out for having gone quiet; `null` for everybody else.
    pub purge_stage: Option<PurgeStageDto>,
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
    /// The user with everything, as seen under this base path.
    pub fn of(view: UserView, base_path: &str) -> Self {
        let must_accept_again = view.must_accept_again();
        let UserView { user, now, change, invite_label } = view;
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
            managed: user.restricted,
            shares_back: user.shares_back,
            blocked: user.blocked,
            libraries: user.libraries.map(LibraryChoiceDto::from),
            allow_downloads: user.allow_downloads,
            now: now.map(AccessNowDto::from),
            drift: user.drift.map(|kind| DriftDto { kind, since: user.drift_since.map(Instant::to_rfc3339) }),
            missing_since: user.missing_since.map(Instant::to_rfc3339),
            kept: user.kept.and_then(KeptAccessDto::of),
            must_accept_again,
            other_servers: user.other_servers,
            allow_4k_transcode: user.allow_4k_transcode,
            access_expires_at: user.access_expires_at.map(Instant::to_rfc3339),
            membership_days: user.membership_days,
            purge_whitelisted: user.purge_whitelisted,
            bot_whitelisted: user.bot_whitelisted,
            discord: user.discord_id.map(|id| DiscordAccount { id, username: discord_username }),
            has_notes: user.notes.is_some(),
            notes: user.notes,
            tags: user.tags,
            invite_id: user.invited_by.map(|id| id.to_string()),
            invited_by: user.invited_by.map(|id| InvitedBy { id: id.to_string(), label: invite_label }),
            purge_stage: user.warned.filter(|_| user.state == UserState::Active).map(PurgeStageDto::from),
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

    /// The same as a row of a list: without what may be long.
    pub fn row(view: UserView, base_path: &str) -> Self {
        Self { notes: None, ..Self::of(view, base_path) }
    }
}
