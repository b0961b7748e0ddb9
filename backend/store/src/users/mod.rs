//! Users: who they are, what they should see, what Plex last showed.

mod edit;
mod four_k;
mod in_step;
mod known;
mod lease;
mod list;
mod profile;
mod record;

use std::collections::BTreeSet;

use pum_domain::access::WantedAccess;
use pum_domain::invite::LibraryChoice;
use pum_domain::user::{RemovedReason, UserState};
use pum_domain::{Instant, LibraryId, PlexId, UserId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::db::parse;
use crate::entity::{user_libraries, users};
use crate::{Reads, StoreError, StoreResult};

pub use edit::{Notes, lock, note_friendship, note_home, set_blocked, write};
pub use four_k::{FourK, four_k_of};
pub use in_step::{
    Drifted, Found, add, drifted, note_decision, note_drift, note_found, note_left, note_missing,
    note_person, note_picture, note_seen, observed_downloads, withheld,
};
pub use known::{known, known_locked};
pub use lease::{Held, Lease, Taken, release, renew, take};
pub use list::{Filter, Sort, count, counts, expiring, explain, ids, list, names, others_stay};
pub use profile::{Profile, Shown, ShownLibraries, profile};
pub use record::{
    Enrolment, Observation, enrol, forget_past_end, keep, note_membership, observe, others_have_shares,
    set_state, want,
};

/// A user as far as access is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// PUM's id.
    pub id: UserId,
    /// Plex's numeric account id; unknown for an invitation by e-mail only.
    pub plex_id: Option<PlexId>,
    /// The name at Plex.
    pub username: String,
    /// The address at Plex.
    pub email: Option<String>,
    /// The number of the share that Plex showed last, where it told one.
    pub share_id: Option<i64>,
    /// Where they stand.
    pub state: UserState,
    /// Why they are gone.
    pub removed_reason: Option<RemovedReason>,
    /// A member of the owner's Home.
    pub home: bool,
    /// A managed account.
    pub restricted: bool,
    /// Kept out of every link.
    pub blocked: bool,
    /// The server's owner.
    pub is_owner: bool,
    /// What PUM wants for them.
    pub wanted: WantedAccess,
    /// What a resume or a restore gives back, while nothing is wanted.
    pub kept: Option<WantedAccess>,
    /// When access ends.
    pub access_expires_at: Option<Instant>,
    /// Days of membership still to be counted from the moment they join.
    pub membership_days: Option<i32>,
    /// Since when they have access.
    pub joined_at: Option<Instant>,
    /// Counts edits.
    pub version: i64,
}

/// The user with this id.
pub async fn get(db: &impl Reads, id: UserId) -> StoreResult<User> {
    let row = users::Entity::find_by_id(id.uuid()).one(db.connection()).await?;
    load(db, row.ok_or(StoreError::NotFound { what: "user" })?).await
}

/// The user with this Plex account.
pub async fn by_plex_id(db: &impl Reads, plex_id: PlexId) -> StoreResult<Option<User>> {
    let row = users::Entity::find().filter(users::Column::PlexId.eq(plex_id.0)).one(db.connection()).await?;
    match row {
        Some(row) => Ok(Some(load(db, row).await?)),
        None => Ok(None),
    }
}

/// Every Plex account that is a user's.
pub async fn accounts(db: &impl Reads) -> StoreResult<Vec<PlexId>> {
    let ids: Vec<i64> = users::Entity::find()
        .select_only()
        .column(users::Column::PlexId)
        .filter(users::Column::PlexId.is_not_null())
        .into_tuple()
        .all(db.connection())
        .await?;
    Ok(ids.into_iter().map(PlexId).collect())
}

async fn load(db: &impl Reads, row: users::Model) -> StoreResult<User> {
    let wanted = match row.wanted_mode.as_str() {
        "none" => WantedAccess::Nothing,
        mode => WantedAccess::Granted {
            libraries: match mode {
                "all" => LibraryChoice::All,
                "some" => {
                    LibraryChoice::Some(wanted_libraries(db, row.id.into()).await?.into_iter().collect())
                }
                _ => return Err(StoreError::corrupt("users.wanted_mode has an unknown value")),
            },
            allow_downloads: row.wanted_downloads,
        },
    };
    let kept = profile::kept(&row)?;
    Ok(User {
        kept,
        id: row.id.into(),
        plex_id: row.plex_id.map(PlexId),
        username: row.username,
        email: row.email,
        share_id: row.observed_share_id.filter(|id| *id > 0),
        state: parse("users.state", &row.state)?,
        removed_reason: row
            .removed_reason
            .as_deref()
            .map(|text| parse("users.removed_reason", text))
            .transpose()?,
        home: row.home,
        restricted: row.restricted,
        blocked: row.blocked,
        is_owner: row.is_owner,
        wanted,
        access_expires_at: row.access_expires_at.map(Instant),
        membership_days: row.membership_days,
        joined_at: row.joined_at.map(Instant),
        version: row.version,
    })
}

async fn wanted_libraries(db: &impl Reads, id: UserId) -> StoreResult<BTreeSet<LibraryId>> {
    let rows = user_libraries::Entity::find()
        .filter(user_libraries::Column::UserId.eq(id.uuid()))
        .all(db.connection())
        .await?;
    Ok(rows.into_iter().map(|row| row.library_id.into()).collect())
}
