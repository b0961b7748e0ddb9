//! A user as admins see them: everything that PUM knows of a person.

use std::collections::HashMap;

use pum_domain::access::WantedAccess;
use pum_domain::invite::LibraryChoice;
use pum_domain::purge::stage::Warned;
use pum_domain::sync::DriftKind;
use pum_domain::user::{RemovedReason, UserState};
use pum_domain::{Instant, InviteId, LibraryId, PlexId, UserId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::db::parse;
use crate::entity::{user_libraries, users};
use crate::{Reads, StoreError, StoreResult, purge};

/// What Plex showed for a person at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Which libraries.
    pub libraries: ShownLibraries,
    /// Whether downloads are allowed, where Plex said so.
    pub downloads: Option<bool>,
    /// Whether it is an invitation that has not been accepted.
    pub pending: bool,
    /// When it was read and written down. A sync that finds everybody as they were writes no rows: it may be
    /// known of a later moment, the server's `people_seen_at`.
    pub at: Instant,
}

/// The libraries that Plex showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShownLibraries {
    /// None: no share.
    Nothing,
    /// Plex's own *all libraries*.
    All,
    /// plex.tv section ids.
    Sections(Vec<i64>),
}

/// Everything that PUM knows of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// PUM's id.
    pub id: UserId,
    /// Plex's numeric account id; unknown for an invitation by e-mail only.
    pub plex_id: Option<PlexId>,
    /// The name at Plex.
    pub username: String,
    /// The address at Plex.
    pub email: Option<String>,
    /// Where Plex keeps the picture.
    pub thumb: Option<String>,
    /// Where they stand.
    pub state: UserState,
    /// Why they are gone.
    pub removed_reason: Option<RemovedReason>,
    /// A member of the owner's Home.
    pub home: bool,
    /// A managed account.
    pub restricted: bool,
    /// Shares a server with the owner in return.
    pub shares_back: bool,
    /// Kept out of every link.
    pub blocked: bool,
    /// What PUM wants them to see; `None` is nothing.
    pub libraries: Option<LibraryChoice>,
    /// Whether they may download.
    pub allow_downloads: bool,
    /// What Plex last showed; `None` while it has never been read.
    pub shown: Option<Shown>,
    /// How that was found to differ from what is wanted, while no change is under way.
    pub drift: Option<DriftKind>,
    /// Since when it differs.
    pub drift_since: Option<Instant>,
    /// Since when they are not to be found at Plex, while a second look is still to come.
    pub missing_since: Option<Instant>,
    /// What a resume or a restore gives back, while nothing is wanted.
    pub kept: Option<WantedAccess>,
    /// Whether they are the owner's friend at Plex, where that is known.
    pub friends: Option<bool>,
    /// Names of the owner's other servers that they have a share of, where that is known.
    pub other_servers: Option<Vec<String>>,
    /// Whether 4K streams may be converted for them.
    pub allow_4k_transcode: bool,
    /// When access ends.
    pub access_expires_at: Option<Instant>,
    /// Days of membership still to be counted from the moment they join.
    pub membership_days: Option<i32>,
    /// Kept out of inactivity purges.
    pub purge_whitelisted: bool,
    /// Kept out of removals by the bot.
    pub bot_whitelisted: bool,
    /// Their Discord account.
    pub discord_id: Option<String>,
    /// Its name.
    pub discord_username: Option<String>,
    /// What admins have noted.
    pub notes: Option<String>,
    /// How admins have tagged them.
    pub tags: Vec<String>,
    /// The invite they came by.
    pub invited_by: Option<InviteId>,
    /// Where they stand on the way out for having gone quiet.
    pub warned: Option<Warned>,
    /// When they last streamed.
    pub last_streamed_at: Option<Instant>,
    /// How often they have streamed.
    pub plays: i64,
    /// For how long, in seconds.
    pub watch_seconds: i64,
    /// Since when PUM knows them.
    pub added_at: Instant,
    /// Since when they have access.
    pub joined_at: Option<Instant>,
    /// Since when they are gone.
    pub removed_at: Option<Instant>,
    /// Counts edits.
    pub version: i64,
}

/// One user, tombstones included.
pub async fn profile(db: &impl Reads, id: UserId) -> StoreResult<Profile> {
    let row = users::Entity::find_by_id(id.uuid()).one(db.connection()).await?;
    let row = row.ok_or(StoreError::NotFound { what: "user" })?;
    Ok(from_rows(db, vec![row]).await?.remove(0))
}

/// Rows with the libraries that are wanted for them, in one more look.
pub(super) async fn from_rows(db: &impl Reads, rows: Vec<users::Model>) -> StoreResult<Vec<Profile>> {
    let mut chosen = chosen(db, rows.iter()).await?;
    rows.into_iter()
        .map(|row| {
            let libraries = chosen.remove(&row.id).unwrap_or_default();
            from_row(row, libraries)
        })
        .collect()
}

/// The access that was written down to be given back.
pub(super) fn kept(row: &users::Model) -> StoreResult<Option<WantedAccess>> {
    let Some(text) = row.kept_access.as_deref() else { return Ok(None) };
    serde_json::from_str(text).map(Some).map_err(|_| StoreError::corrupt("users.kept_access cannot be read"))
}

fn shown(row: &users::Model) -> StoreResult<Option<Shown>> {
    let (Some(mode), Some(at)) = (row.observed_mode.as_deref(), row.observed_at) else { return Ok(None) };
    let libraries = match mode {
        "none" => ShownLibraries::Nothing,
        "all" => ShownLibraries::All,
        "some" => ShownLibraries::Sections(
            serde_json::from_str(row.observed_libraries.as_deref().unwrap_or("[]"))
                .map_err(|_| StoreError::corrupt("users.observed_libraries is not a list of numbers"))?,
        ),
        _ => return Err(StoreError::corrupt("users.observed_mode has an unknown value")),
    };
    Ok(Some(Shown {
        libraries,
        downloads: row.observed_downloads,
        pending: row.observed_pending.unwrap_or(false),
        at: Instant(at),
    }))
}

/// The libraries that are wanted for these users, in one look.
async fn chosen(
    db: &impl Reads,
    rows: impl Iterator<Item = &users::Model>,
) -> StoreResult<HashMap<Uuid, Vec<LibraryId>>> {
    let mut chosen: HashMap<Uuid, Vec<LibraryId>> = HashMap::new();
    let ids: Vec<Uuid> = rows.filter(|row| row.wanted_mode == "some").map(|row| row.id).collect();
    if ids.is_empty() {
        return Ok(chosen);
    }
    let rows = user_libraries::Entity::find()
        .filter(user_libraries::Column::UserId.is_in(ids))
        .order_by_asc(user_libraries::Column::LibraryId)
        .all(db.connection())
        .await?;
    for row in rows {
        chosen.entry(row.user_id).or_default().push(row.library_id.into());
    }
    Ok(chosen)
}

fn from_row(row: users::Model, chosen: Vec<LibraryId>) -> StoreResult<Profile> {
    let libraries = match row.wanted_mode.as_str() {
        "none" => None,
        "all" => Some(LibraryChoice::All),
        "some" => Some(LibraryChoice::Some(chosen)),
        _ => return Err(StoreError::corrupt("users.wanted_mode has an unknown value")),
    };
    let (shown, kept, warned) = (shown(&row)?, kept(&row)?, purge::warned(&row)?);
    let texts = |column: &'static str, text: &str| -> StoreResult<Vec<String>> {
        serde_json::from_str(text)
            .map_err(|_| StoreError::corrupt(format!("{column} is not a list of texts")))
    };
    let other_servers = row
        .observed_other_servers
        .as_deref()
        .map(|text| texts("users.observed_other_servers", text))
        .transpose()?;
    let tags = texts("users.tags", &row.tags)?;
    let removed_reason =
        row.removed_reason.as_deref().map(|text| parse("users.removed_reason", text)).transpose()?;
    Ok(Profile {
        id: row.id.into(),
        plex_id: row.plex_id.map(PlexId),
        username: row.username,
        email: row.email,
        thumb: row.thumb,
        state: parse("users.state", &row.state)?,
        removed_reason,
        home: row.home,
        restricted: row.restricted,
        shares_back: row.shares_back,
        blocked: row.blocked,
        libraries,
        allow_downloads: row.wanted_downloads,
        shown,
        drift: row.drift_kind.as_deref().map(|text| parse("users.drift_kind", text)).transpose()?,
        drift_since: row.drift_since_at.map(Instant),
        missing_since: row.missing_since_at.map(Instant),
        kept,
        friends: row.observed_friend,
        other_servers,
        allow_4k_transcode: row.allow_4k_transcode,
        access_expires_at: row.access_expires_at.map(Instant),
        membership_days: row.membership_days,
        purge_whitelisted: row.purge_whitelisted,
        bot_whitelisted: row.bot_whitelisted,
        discord_id: row.discord_id,
        discord_username: row.discord_username,
        notes: row.notes,
        tags,
        invited_by: row.invited_by_invite_id.map(InviteId),
        warned,
        last_streamed_at: row.last_streamed_at.map(Instant),
        plays: row.plays,
        watch_seconds: row.watch_seconds,
        added_at: Instant(row.added_at),
        joined_at: row.joined_at.map(Instant),
        removed_at: row.removed_at.map(Instant),
        version: row.version,
    })
}
