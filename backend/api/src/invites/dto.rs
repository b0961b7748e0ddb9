//! An invite as the API shows and takes it.

use pum_app::AppResult;
use pum_app::invites::{ChosenLibraries, Edit, Expiry, InviteView, NewInvite};
use pum_domain::Instant;
use pum_domain::invite::{InviteStatus, LibraryChoice};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::dto::parse_moment;
use crate::error::{ApiError, ApiResult};
use crate::extract::{given, never_null};
use crate::name_schema;

name_schema!(
    /// How an invite stands.
    InviteStatusName,
    InviteStatus
);
name_schema!(
    /// By what the list of invites may be sorted.
    InviteSortName,
    pum_store::invites::Sort
);

/// Which libraries: all of them, later ones too, or a set that is never empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "mode", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = LibraryChoice, example = json!({"mode": "some", "ids": ["0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a10"]}))]
pub enum LibraryChoiceDto {
    /// Every library of the server.
    All {},
    /// Exactly these.
    Some {
        /// Ids from `listLibraries`.
        #[schema(min_items = 1)]
        ids: Vec<String>,
    },
}

impl From<LibraryChoice> for LibraryChoiceDto {
    fn from(choice: LibraryChoice) -> Self {
        match choice {
            LibraryChoice::All => Self::All {},
            LibraryChoice::Some(ids) => Self::Some { ids: ids.iter().map(ToString::to_string).collect() },
        }
    }
}

impl From<LibraryChoiceDto> for ChosenLibraries {
    fn from(choice: LibraryChoiceDto) -> Self {
        match choice {
            LibraryChoiceDto::All {} => Self::All,
            LibraryChoiceDto::Some { ids } => Self::Some(ids),
        }
    }
}

/// A link with rules.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Invite, example = json!({
    "id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a11", "code": "movie-night",
    "url": "https://pum.example.org/invite/movie-night", "label": "Movie night", "status": "active",
    "uses": 2, "max_uses": 5, "expires_at": "2026-12-31T23:00:00.000Z", "membership_days": null,
    "libraries": {"mode": "all"}, "allow_downloads": false, "require_discord": null, "require_guild": null,
    "bound_discord_id": null, "bound_email": null, "grant_purge_whitelist": false,
    "grant_bot_whitelist": false, "created_by": "olivia", "created_at": "2026-11-22T16:04:05.000Z",
    "paused_at": null, "version": 1
}))]
pub struct InviteDto {
    /// Its id.
    pub id: String,
    /// What stands in the link.
    pub code: String,
    /// The link to pass on.
    pub url: String,
    /// A note for admins.
    pub label: Option<String>,
    /// How it stands.
    #[schema(value_type = InviteStatusName)]
    pub status: InviteStatus,
    /// Seats that are held or kept.
    pub uses: i64,
    /// Seats in all; `null` is unlimited.
    pub max_uses: Option<i64>,
    /// The first moment at which the link no longer works.
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
    /// Days of access from joining on; `null` is for good.
    pub membership_days: Option<i32>,
    /// What people get to see.
    pub libraries: LibraryChoiceDto,
    /// Whether they may download.
    pub allow_downloads: bool,
    /// Whether they sign in with Discord; `null` follows the setting.
    pub require_discord: Option<bool>,
    /// Whether they must be in the Discord server; `null` follows the setting.
    pub require_guild: Option<bool>,
    /// The one Discord account it is for.
    pub bound_discord_id: Option<String>,
    /// The one confirmed Plex address it is for.
    pub bound_email: Option<String>,
    /// Keeps people out of inactivity purges.
    pub grant_purge_whitelist: bool,
    /// Keeps people out of removals by the bot.
    pub grant_bot_whitelist: bool,
    /// The name of the admin who made it.
    pub created_by: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// Since when it rests.
    #[schema(format = DateTime)]
    pub paused_at: Option<String>,
    /// Counts edits; send it as `If-Match`.
    pub version: i64,
}

impl From<InviteView> for InviteDto {
    fn from(view: InviteView) -> Self {
        let InviteView { invite, status, url, created_by } = view;
        Self {
            id: invite.id.to_string(),
            code: invite.code,
            url,
            label: invite.label,
            status,
            uses: invite.uses,
            max_uses: invite.max_uses,
            expires_at: invite.expires_at.map(Instant::to_rfc3339),
            membership_days: invite.membership_days,
            libraries: invite.libraries.into(),
            allow_downloads: invite.allow_downloads,
            require_discord: invite.require_discord,
            require_guild: invite.require_guild,
            bound_discord_id: invite.bound_discord_id,
            bound_email: invite.bound_email,
            grant_purge_whitelist: invite.grant_purge_whitelist,
            grant_bot_whitelist: invite.grant_bot_whitelist,
            created_by,
            created_at: invite.created_at.to_rfc3339(),
            paused_at: invite.paused_at.map(Instant::to_rfc3339),
            version: invite.version,
        }
    }
}

/// The answer that a repeated request gets.
pub(super) fn kept_answer(view: &InviteView) -> AppResult<String> {
    serde_json::to_string(&InviteDto::from(view.clone()))
        .map_err(|error| pum_app::AppError::internal("keeping an answer", error))
}

/// An invite to be. Whatever is left out has no limit, and is not allowed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InviteInput, example = json!({
    "label": "Movie night", "path": "movie-night", "expires_at": "2026-12-31T23:00:00Z", "max_uses": 5,
    "libraries": {"mode": "all"}, "allow_downloads": false
}))]
pub struct InviteInput {
    /// An own path instead of a code that nobody can guess: 3 to 100 letters, digits, `-` and `_`.
    pub path: Option<String>,
    /// A note for admins, at most 100 characters.
    pub label: Option<String>,
    /// When the link ends.
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
    /// Instead: the last day on which it works, in the time zone of the settings.
    #[schema(format = Date)]
    pub expires_on: Option<String>,
    /// Seats in all.
    #[schema(minimum = 1)]
    pub max_uses: Option<i64>,
    /// Days of access from joining on.
    #[schema(minimum = 1, maximum = 3650)]
    pub membership_days: Option<i64>,
    /// What people get to see.
    pub libraries: LibraryChoiceDto,
    /// Whether they may download.
    pub allow_downloads: Option<bool>,
    /// Whether they sign in with Discord; left out it follows the setting.
    pub require_discord: Option<bool>,
    /// Whether they must be in the Discord server; left out it follows the setting.
    pub require_guild: Option<bool>,
    /// The one Discord account it is for.
    pub bound_discord_id: Option<String>,
    /// The one confirmed Plex address it is for.
    pub bound_email: Option<String>,
    /// Keeps people out of inactivity purges.
    pub grant_purge_whitelist: Option<bool>,
    /// Keeps people out of removals by the bot.
    pub grant_bot_whitelist: Option<bool>,
}

impl InviteInput {
    /// What the use case takes.
    pub fn parse(self) -> ApiResult<NewInvite> {
        let expires = expiry(Some(self.expires_at), Some(self.expires_on))?;
        let rules = Edit {
            label: Some(self.label),
            expires,
            max_uses: Some(self.max_uses),
            membership_days: Some(self.membership_days),
            libraries: Some(self.libraries.into()),
            allow_downloads: self.allow_downloads,
            require_discord: Some(self.require_discord),
            require_guild: Some(self.require_guild),
            bound_discord_id: Some(self.bound_discord_id),
            bound_email: Some(self.bound_email),
            grant_purge_whitelist: self.grant_purge_whitelist,
            grant_bot_whitelist: self.grant_bot_whitelist,
        };
        Ok(NewInvite { path: self.path, rules })
    }
}

/// An edit: what is left out stays, `null` takes a limit away.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = InvitePatch, example = json!({"max_uses": 10, "expires_at": null}))]
pub struct InvitePatch {
    /// A note for admins, at most 100 characters.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub label: Option<Option<String>>,
    /// When the link ends.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Option<String>>,
    /// Instead: the last day on which it works, in the time zone of the settings.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = Date)]
    pub expires_on: Option<Option<String>>,
    /// Seats in all. Fewer than are taken means that it is used up.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<i64>, minimum = 1)]
    pub max_uses: Option<Option<i64>>,
    /// Days of access from joining on.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 3650)]
    pub membership_days: Option<Option<i64>>,
    /// What people get to see.
    #[serde(deserialize_with = "never_null")]
    #[schema(nullable = false)]
    pub libraries: Option<LibraryChoiceDto>,
    /// Whether they may download.
    #[serde(deserialize_with = "never_null")]
    #[schema(nullable = false)]
    pub allow_downloads: Option<bool>,
    /// Whether they sign in with Discord; `null` follows the setting.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<bool>)]
    pub require_discord: Option<Option<bool>>,
    /// Whether they must be in the Discord server; `null` follows the setting.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<bool>)]
    pub require_guild: Option<Option<bool>>,
    /// The one Discord account it is for.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub bound_discord_id: Option<Option<String>>,
    /// The one confirmed Plex address it is for.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub bound_email: Option<Option<String>>,
    /// Keeps people out of inactivity purges.
    #[serde(deserialize_with = "never_null")]
    #[schema(nullable = false)]
    pub grant_purge_whitelist: Option<bool>,
    /// Keeps people out of removals by the bot.
    #[serde(deserialize_with = "never_null")]
    #[schema(nullable = false)]
    pub grant_bot_whitelist: Option<bool>,
}

impl InvitePatch {
    /// What the use case takes.
    pub fn parse(self) -> ApiResult<Edit> {
        Ok(Edit {
            label: self.label,
            expires: expiry(self.expires_at, self.expires_on)?,
            max_uses: self.max_uses,
            membership_days: self.membership_days,
            libraries: self.libraries.map(ChosenLibraries::from),
            allow_downloads: self.allow_downloads,
            require_discord: self.require_discord,
            require_guild: self.require_guild,
            bound_discord_id: self.bound_discord_id,
            bound_email: self.bound_email,
            grant_purge_whitelist: self.grant_purge_whitelist,
            grant_bot_whitelist: self.grant_bot_whitelist,
        })
    }
}

/// A moment or a day, not both.
fn expiry(moment: Option<Option<String>>, day: Option<Option<String>>) -> ApiResult<Option<Option<Expiry>>> {
    match (moment, day) {
        (Some(Some(_)), Some(Some(_))) => {
            Err(ApiError::field("/expires_on", "conflict", "give either expires_at or expires_on"))
        }
        (Some(Some(moment)), _) => Ok(Some(Some(Expiry::At(parse_moment("/expires_at", &moment)?)))),
        (_, Some(Some(day))) => {
            let day = day
                .parse()
                .map_err(|_| ApiError::field("/expires_on", "invalid", "give a day such as 2026-12-31"))?;
            Ok(Some(Some(Expiry::On(day))))
        }
        (None, None) => Ok(None),
        _ => Ok(Some(None)),
    }
}
