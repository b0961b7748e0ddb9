//! Invites: links with rules, and the seats behind them.

mod list;
mod seats;
mod write;

use std::collections::HashMap;

use pum_domain::invite::{AcceptedTerms, InviteLimits, LibraryChoice};
use pum_domain::{AdminId, Instant, InviteId, LibraryId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::entity::{invite_libraries, invites};
use crate::{Reads, StoreError, StoreResult, remembered};

pub use list::{Filter, Sort, count_active, labels, list, named_by_active};
pub use seats::{give_back, take};
pub use write::{Edited, NewInvite, create, delete, set_paused, update};

/// What an admin decides about an invite, and may edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// A note for admins.
    pub label: Option<String>,
    /// The first moment at which the link no longer works.
    pub expires_at: Option<Instant>,
    /// Seats in all; `None` is unlimited.
    pub max_uses: Option<i64>,
    /// Days of membership; `None` is for good.
    pub membership_days: Option<i32>,
    /// What people get to see.
    pub libraries: LibraryChoice,
    /// Whether they may download.
    pub allow_downloads: bool,
    /// Whether they sign in with Discord; `None` follows the setting.
    pub require_discord: Option<bool>,
    /// Whether they must be in the guild; `None` follows the setting.
    pub require_guild: Option<bool>,
    /// The one Discord account it is for.
    pub bound_discord_id: Option<String>,
    /// The one confirmed Plex address it is for.
    pub bound_email: Option<String>,
    /// Keeps people out of inactivity purges.
    pub grant_purge_whitelist: bool,
    /// Keeps people out of removals by the bot.
    pub grant_bot_whitelist: bool,
}

/// An invite as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invite {
    /// Its id.
    pub id: InviteId,
    /// What stands in the link, as the admin wrote it.
    pub code: String,
    /// A note for admins.
    pub label: Option<String>,
    /// The first moment at which the link no longer works.
    pub expires_at: Option<Instant>,
    /// Seats in all; `None` is unlimited.
    pub max_uses: Option<i64>,
    /// Seats that are held or kept.
    pub uses: i64,
    /// Days of membership; `None` is for good.
    pub membership_days: Option<i32>,
    /// What people get to see.
    pub libraries: LibraryChoice,
    /// Whether they may download.
    pub allow_downloads: bool,
    /// Whether they sign in with Discord; `None` follows the setting.
    pub require_discord: Option<bool>,
    /// Whether they must be in the guild; `None` follows the setting.
    pub require_guild: Option<bool>,
    /// The one Discord account it is for.
    pub bound_discord_id: Option<String>,
    /// The one confirmed Plex address it is for.
    pub bound_email: Option<String>,
    /// Keeps people out of inactivity purges.
    pub grant_purge_whitelist: bool,
    /// Keeps people out of removals by the bot.
    pub grant_bot_whitelist: bool,
    /// Since when it rests.
    pub paused_at: Option<Instant>,
    /// Since when it is gone.
    pub deleted_at: Option<Instant>,
    /// Who made it.
    pub created_by: Option<AdminId>,
    /// Counts edits.
    pub version: i64,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last edited.
    pub updated_at: Instant,
}

impl Invite {
    /// What decides whether it works.
    pub const fn limits(&self) -> InviteLimits {
        InviteLimits {
            expires_at: self.expires_at,
            max_uses: self.max_uses,
            uses: self.uses,
            paused_at: self.paused_at,
            deleted_at: self.deleted_at,
        }
    }

    /// What an admin has decided about it.
    pub fn rules(&self) -> Rules {
        Rules {
            label: self.label.clone(),
            expires_at: self.expires_at,
            max_uses: self.max_uses,
            membership_days: self.membership_days,
            libraries: self.libraries.clone(),
            allow_downloads: self.allow_downloads,
            require_discord: self.require_discord,
            require_guild: self.require_guild,
            bound_discord_id: self.bound_discord_id.clone(),
            bound_email: self.bound_email.clone(),
            grant_purge_whitelist: self.grant_purge_whitelist,
            grant_bot_whitelist: self.grant_bot_whitelist,
        }
    }

    /// What somebody who accepts now agrees to.
    pub fn terms(&self) -> AcceptedTerms {
        AcceptedTerms {
            invite_version: self.version,
            libraries: self.libraries.clone(),
            allow_downloads: self.allow_downloads,
            membership_days: self.membership_days,
            grant_purge_whitelist: self.grant_purge_whitelist,
            grant_bot_whitelist: self.grant_bot_whitelist,
        }
    }

    pub(crate) fn from_row(row: invites::Model, chosen: Vec<LibraryId>) -> StoreResult<Self> {
        let libraries = match row.libraries_mode.as_str() {
            "all" => LibraryChoice::All,
            "some" => LibraryChoice::Some(chosen),
            _ => return Err(StoreError::corrupt("invites.libraries_mode has an unknown value")),
        };
        Ok(Self {
            id: row.id.into(),
            code: row.code,
            label: row.label,
            expires_at: row.expires_at.map(Instant),
            max_uses: row.max_uses,
            uses: row.uses,
            membership_days: row.membership_days,
            libraries,
            allow_downloads: row.allow_downloads,
            require_discord: row.require_discord,
            require_guild: row.require_guild,
            bound_discord_id: row.bound_discord_id,
            bound_email: row.bound_email,
            grant_purge_whitelist: row.grant_purge_whitelist,
            grant_bot_whitelist: row.grant_bot_whitelist,
            paused_at: row.paused_at.map(Instant),
            deleted_at: row.deleted_at.map(Instant),
            created_by: row.created_by.map(AdminId),
            version: row.version,
            created_at: Instant(row.created_at),
            updated_at: Instant(row.updated_at),
        })
    }
}

/// The invite with this id, deleted ones included.
pub async fn get(db: &impl Reads, id: InviteId) -> StoreResult<Invite> {
    let row = invites::Entity::find_by_id(id.uuid()).one(db.connection()).await?;
    load(db, row.ok_or(StoreError::NotFound { what: "invite" })?).await
}

/// The label of an invite, deleted ones included.
pub async fn label(db: &impl Reads, id: InviteId) -> StoreResult<Option<String>> {
    let row: Option<Option<String>> = invites::Entity::find_by_id(id.uuid())
        .select_only()
        .column(invites::Column::Label)
        .into_tuple()
        .one(db.connection())
        .await?;
    Ok(row.flatten())
}

/// The invite behind this code, compared by its key; deleted ones included.
pub async fn by_code_key(db: &impl Reads, key: &str) -> StoreResult<Option<Invite>> {
    remembered(db, format!("invite {key}"), async {
        let row = invites::Entity::find().filter(invites::Column::CodeKey.eq(key));
        match row.one(db.connection()).await? {
            Some(row) => Ok(Some(load(db, row).await?)),
            None => Ok(None),
        }
    })
    .await
}

async fn load(db: &impl Reads, row: invites::Model) -> StoreResult<Invite> {
    let chosen = chosen(db, [&row].into_iter()).await?.remove(&row.id).unwrap_or_default();
    Invite::from_row(row, chosen)
}

/// The libraries that these invites name, in one look.
async fn chosen(
    db: &impl Reads,
    rows: impl Iterator<Item = &invites::Model>,
) -> StoreResult<HashMap<Uuid, Vec<LibraryId>>> {
    let mut chosen: HashMap<Uuid, Vec<LibraryId>> = HashMap::new();
    let ids: Vec<Uuid> = rows.filter(|row| row.libraries_mode == "some").map(|row| row.id).collect();
    if ids.is_empty() {
        return Ok(chosen);
    }
    let rows = invite_libraries::Entity::find()
        .filter(invite_libraries::Column::InviteId.is_in(ids))
        .order_by_asc(invite_libraries::Column::LibraryId)
        .all(db.connection())
        .await?;
    for row in rows {
        chosen.entry(row.invite_id).or_default().push(row.library_id.into());
    }
    Ok(chosen)
}
