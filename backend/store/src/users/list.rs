//! Users as admins see them: everything that PUM knows of a person.

use std::collections::HashMap;

use pum_domain::invite::LibraryChoice;
use pum_domain::page::{Page, PageRequest};
use pum_domain::text::name_key;
use pum_domain::user::{RemovedReason, UserState};
use pum_domain::{Instant, InviteId, LibraryId, PlexId, UserId};
use sea_orm::sea_query::{Expr, ExprTrait, Func, SimpleExpr};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::db::parse;
use crate::entity::user_libraries;
use crate::entity::users::{self, Column as C};
use crate::page::{self, Keyset, Place};
use crate::{Reads, StoreError, StoreResult};

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
    /// Shares a server with the owner in return.
    pub shares_back: bool,
    /// Kept out of every link.
    pub blocked: bool,
    /// What PUM wants them to see; `None` is nothing.
    pub libraries: Option<LibraryChoice>,
    /// Whether they may download.
    pub allow_downloads: bool,
    /// Whether 4K streams may be converted for them.
    pub allow_4k_transcode: bool,
    /// When access ends.
    pub access_expires_at: Option<Instant>,
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

pum_domain::catalogue! {
    /// By what a list of users may be sorted.
    pub enum Sort {
        /// The name, without case.
        Username = "username",
        /// Since when PUM knows them.
        Added = "added",
        /// Since when they have access; those who never had come last.
        Joined = "joined",
    }
}

/// Which users to list. Everything that is set must fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Text in the name or the address, whatever its case.
    pub q: Option<String>,
    /// In this state.
    pub state: Option<UserState>,
}

/// Lists users. The owner is not one of them.
pub async fn list(
    db: &impl Reads,
    filter: &Filter,
    sort: Sort,
    request: &PageRequest,
) -> StoreResult<Page<Profile>> {
    let mut select = users::Entity::find().filter(C::IsOwner.eq(false));
    if let Some(state) = filter.state {
        select = select.filter(C::State.eq(state.as_str()));
    }
    if let Some(q) = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        let q = name_key(q);
        let name = page::contains(Expr::col(C::UsernameKey), &q);
        select = select.filter(name.or(page::contains(Expr::col(C::EmailKey), &q)));
    }
    let rows = page::read(db.connection(), select, order(sort), request).await?;
    let mut chosen = chosen(db, rows.items.iter()).await?;
    let mut items = Vec::with_capacity(rows.items.len());
    for row in rows.items {
        let libraries = chosen.remove(&row.id).unwrap_or_default();
        items.push(from_row(row, libraries)?);
    }
    Ok(Page {
        items,
        next_cursor: rows.next_cursor,
        total: rows.total,
        total_is_minimum: rows.total_is_minimum,
    })
}

/// One user, tombstones included.
pub async fn profile(db: &impl Reads, id: UserId) -> StoreResult<Profile> {
    let row = users::Entity::find_by_id(id.uuid()).one(db.connection()).await?;
    let row = row.ok_or(StoreError::NotFound { what: "user" })?;
    let libraries = chosen(db, [&row].into_iter()).await?.remove(&row.id).unwrap_or_default();
    from_row(row, libraries)
}

/// The names of users, for those who only have their ids.
pub async fn names(db: &impl Reads, ids: &[UserId]) -> StoreResult<HashMap<UserId, String>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(Uuid, String)> = users::Entity::find()
        .select_only()
        .column(C::Id)
        .column(C::Username)
        .filter(C::Id.is_in(ids.iter().map(|id| id.uuid())))
        .into_tuple()
        .all(db.connection())
        .await?;
    Ok(rows.into_iter().map(|(id, name)| (UserId(id), name)).collect())
}

/// How many users are in each state; states without any are left out.
pub async fn counts(db: &impl Reads) -> StoreResult<Vec<(UserState, i64)>> {
    let rows: Vec<(String, i64)> = users::Entity::find()
        .select_only()
        .column(C::State)
        .column_as(C::Id.count(), "users")
        .filter(C::IsOwner.eq(false))
        .group_by(C::State)
        .into_tuple()
        .all(db.connection())
        .await?;
    rows.into_iter().map(|(state, users)| Ok((parse("users.state", &state)?, users))).collect()
}

fn order(sort: Sort) -> Keyset<users::Model> {
    const NEVER: i64 = i64::MAX;
    type PlaceOf = fn(&users::Model) -> (Place, Place);
    let number = Place::Number(0);
    let (name, by, place, kind): (_, SimpleExpr, PlaceOf, _) = match sort {
        Sort::Username => (
            "username",
            Expr::col(C::UsernameKey),
            |row| (Place::Text(row.username_key.clone()), Place::Id(row.id)),
            Place::Text(String::new()),
        ),
        Sort::Added => {
            ("added", Expr::col(C::AddedAt), |row| (Place::Number(row.added_at), Place::Id(row.id)), number)
        }
        Sort::Joined => (
            "joined",
            Func::coalesce([Expr::col(C::JoinedAt), Expr::value(NEVER)]).into(),
            |row| (Place::Number(row.joined_at.unwrap_or(NEVER)), Place::Id(row.id)),
            number,
        ),
    };
    Keyset { name, by, id: Expr::col(C::Id), place, kinds: (kind, Place::Id(Uuid::nil())) }
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
        shares_back: row.shares_back,
        blocked: row.blocked,
        libraries,
        allow_downloads: row.wanted_downloads,
        allow_4k_transcode: row.allow_4k_transcode,
        access_expires_at: row.access_expires_at.map(Instant),
        purge_whitelisted: row.purge_whitelisted,
        bot_whitelisted: row.bot_whitelisted,
        discord_id: row.discord_id,
        discord_username: row.discord_username,
        notes: row.notes,
        tags: serde_json::from_str(&row.tags)
            .map_err(|_| StoreError::corrupt("users.tags is not a list of texts"))?,
        invited_by: row.invited_by_invite_id.map(InviteId),
        last_streamed_at: row.last_streamed_at.map(Instant),
        plays: row.plays,
        watch_seconds: row.watch_seconds,
        added_at: Instant(row.added_at),
        joined_at: row.joined_at.map(Instant),
        removed_at: row.removed_at.map(Instant),
        version: row.version,
    })
}
