//! The list of users: which, in which order, and how many. Every order and every filter has an index.

use std::collections::HashMap;

use pum_domain::access::ChangeState;
use pum_domain::page::{Page, PageRequest};
use pum_domain::text::name_key;
use pum_domain::user::UserState;
use pum_domain::{Instant, InviteId, LibraryId, UserId};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, SelectStatement, SimpleExpr};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select};
use uuid::Uuid;

use super::profile::{Profile, from_rows};
use crate::db::parse;
use crate::entity::access_changes as changes;
use crate::entity::users::{self, Column as C};
use crate::entity::{libraries, plex_server, user_libraries, user_tags};
use crate::page::{self, Keyset, Place};
use crate::{Reads, StoreResult};

pum_domain::catalogue! {
    /// By what a list of users may be sorted.
    pub enum Sort {
        /// The name, without case.
        Username = "username",
        /// Since when PUM knows them.
        Added = "added",
        /// Since when they have access; those who never had come last.
        Joined = "joined",
        /// When they last streamed; those who never did come first.
        LastStreamed = "last_streamed",
        /// How often they have streamed.
        Plays = "plays",
        /// For how long.
        WatchTime = "watch_time",
        /// When access ends; those who stay for good come last.
        Expires = "expires",
    }
}

/// Which users to list. Everything that is set must fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Text in the name, the address, the notes or the Discord account, whatever its case.
    pub q: Option<String>,
    /// In this state.
    pub state: Option<UserState>,
    /// Meant to see this library.
    pub library: Option<LibraryId>,
    /// With this tag, whatever its case.
    pub tag: Option<String>,
    /// Came by this invite.
    pub invite_id: Option<InviteId>,
    /// Not removed, and access ends up to this moment.
    pub expires_until: Option<Instant>,
    /// Not removed, and nothing streamed since this moment, nor joined since.
    pub idle_since: Option<Instant>,
    /// With or without a linked Discord account.
    pub discord: Option<bool>,
    /// In the owner's Home or not.
    pub home: Option<bool>,
    /// Sharing a server with the owner in return or not.
    pub shares_back: Option<bool>,
    /// Kept out of inactivity purges or not.
    pub purge_whitelisted: Option<bool>,
    /// Kept out of removals by the bot or not.
    pub bot_whitelisted: Option<bool>,
    /// Kept out of every link or not.
    pub blocked: Option<bool>,
}

/// Lists users. The owner is not one of them.
pub async fn list(
    db: &impl Reads,
    filter: &Filter,
    sort: Sort,
    request: &PageRequest,
) -> StoreResult<Page<Profile>> {
    let page = page::read(db, select(filter), order(sort), request).await?;
    let Page { items, next_cursor, total, total_is_minimum } = page;
    Ok(Page { items: from_rows(db, items).await?, next_cursor, total, total_is_minimum })
}

/// The way that the database would go for a page, in its own words: tests see that it takes an index.
pub async fn explain(
    db: &impl Reads,
    filter: &Filter,
    sort: Sort,
    request: &PageRequest,
) -> StoreResult<Vec<String>> {
    page::explain(db.connection(), select(filter), order(sort), request).await
}

/// The ids of everybody that fits, by id, at most `limit` after `after`.
pub async fn ids(
    db: &impl Reads,
    filter: &Filter,
    after: Option<UserId>,
    limit: u64,
) -> StoreResult<Vec<UserId>> {
    let mut select = select(filter).select_only().column(C::Id);
    if let Some(after) = after {
        select = select.filter(C::Id.gt(after.uuid()));
    }
    let ids: Vec<Uuid> = select.order_by_asc(C::Id).limit(limit).into_tuple().all(db.connection()).await?;
    Ok(ids.into_iter().map(UserId).collect())
}

/// How many fit, counted up to [`pum_domain::page::COUNT_LIMIT`].
pub async fn count(db: &impl Reads, filter: &Filter) -> StoreResult<i64> {
    page::count(db, select(filter)).await
}

fn select(filter: &Filter) -> Select<users::Entity> {
    let mut select = users::Entity::find().filter(C::IsOwner.eq(false));
    if let Some(q) = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        select = select.filter(mentions(&name_key(q)));
    }
    if let Some(state) = filter.state {
        select = select.filter(C::State.eq(state.as_str()));
    }
    if let Some(library) = filter.library {
        let named = user_libraries::Entity::find()
            .select_only()
            .column(user_libraries::Column::UserId)
            .filter(user_libraries::Column::LibraryId.eq(library.uuid()))
            .into_query();
        let everybody = C::WantedMode.eq("all").and(Expr::exists(to_be_seen(library)));
        select = select.filter(C::Id.in_subquery(named).or(everybody));
    }
    if let Some(tag) = &filter.tag {
        let tagged = user_tags::Entity::find()
            .select_only()
            .column(user_tags::Column::UserId)
            .filter(user_tags::Column::TagKey.eq(name_key(tag.trim())))
            .into_query();
        select = select.filter(C::Id.in_subquery(tagged));
    }
    if let Some(invite) = filter.invite_id {
        select = select.filter(C::InvitedByInviteId.eq(invite.uuid()));
    }
    if let Some(until) = filter.expires_until {
        select = select.filter(C::AccessExpiresAt.lte(until.millis())).filter(is_here());
    }
    if let Some(since) = filter.idle_since {
        select = select.filter(computed("idle_since").lte(since.millis())).filter(is_here());
    }
    match filter.discord {
        Some(true) => select = select.filter(C::DiscordId.is_not_null()),
        Some(false) => select = select.filter(C::DiscordId.is_null()),
        None => {}
    }
    let flags = [
        (C::Home, filter.home),
        (C::SharesBack, filter.shares_back),
        (C::PurgeWhitelisted, filter.purge_whitelisted),
        (C::BotWhitelisted, filter.bot_whitelisted),
        (C::Blocked, filter.blocked),
    ];
    flags.into_iter().fold(select, |select, (column, wanted)| match wanted {
        Some(wanted) => select.filter(column.eq(wanted)),
        None => select,
    })
}

/// This library, if whoever may see all libraries sees it: it is on the connected server, and not gone.
fn to_be_seen(library: LibraryId) -> SelectStatement {
    let connected =
        plex_server::Entity::find().select_only().column(plex_server::Column::MachineIdentifier).into_query();
    libraries::Entity::find()
        .select_only()
        .column(libraries::Column::Id)
        .filter(libraries::Column::Id.eq(library.uuid()))
        .filter(libraries::Column::VanishedAt.is_null())
        .filter(libraries::Column::MachineIdentifier.in_subquery(connected))
        .into_query()
}

/// `q` is in lower case. Discord writes its names like that.
fn mentions(q: &str) -> SimpleExpr {
    [C::UsernameKey, C::EmailKey, C::NotesKey, C::DiscordId, C::DiscordUsername]
        .into_iter()
        .map(|column| page::contains(Expr::col(column), q))
        .reduce(ExprTrait::or)
        .unwrap_or_else(|| Expr::value(true))
}

fn is_here() -> SimpleExpr {
    C::State.is_in([UserState::Active, UserState::Pending, UserState::Suspended].map(UserState::as_str))
}

/// A column that the database computes; no entity writes it.
fn computed(name: &'static str) -> SimpleExpr {
    Expr::col(Alias::new(name))
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

/// Whether anybody but this person has access, and keeps it as far as anybody has asked.
pub async fn others_stay(db: &impl Reads, but: UserId) -> StoreResult<bool> {
    let leaving = changes::Entity::find()
        .select_only()
        .column(changes::Column::UserId)
        .filter(changes::Column::State.eq(ChangeState::Requested.as_str()))
        .filter(changes::Column::Becomes.is_not_null())
        .into_query();
    let other: Option<Uuid> = users::Entity::find()
        .select_only()
        .column(C::Id)
        .filter(C::IsOwner.eq(false))
        .filter(C::State.eq(UserState::Active.as_str()))
        .filter(C::Id.ne(but.uuid()))
        .filter(C::Id.not_in_subquery(leaving))
        .limit(1)
        .into_tuple()
        .one(db.connection())
        .await?;
    Ok(other.is_some())
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

/// Those who are not removed and whose access ends up to `until`, the earliest first.
pub async fn expiring(
    db: &impl Reads,
    until: Instant,
    limit: u64,
) -> StoreResult<Vec<(UserId, String, Instant)>> {
    let filter = Filter { expires_until: Some(until), ..Filter::default() };
    let rows: Vec<(Uuid, String, i64)> = select(&filter)
        .select_only()
        .column(C::Id)
        .column(C::Username)
        .column(C::AccessExpiresAt)
        .order_by_asc(C::AccessExpiresAt)
        .order_by_asc(C::Id)
        .limit(limit)
        .into_tuple()
        .all(db.connection())
        .await?;
    Ok(rows.into_iter().map(|(id, name, at)| (UserId(id), name, Instant(at))).collect())
}

/// Numbers stand in for moments that have not come: the same ones that the database computes.
const NEVER: i64 = i64::MAX;
const NOT_YET: i64 = -1;

fn order(sort: Sort) -> Keyset<users::Model> {
    type PlaceOf = fn(&users::Model) -> (Place, Place);
    let (by, place): (SimpleExpr, PlaceOf) = match sort {
        Sort::Username => {
            (Expr::col(C::UsernameKey), |row| (Place::Text(row.username_key.clone()), Place::Id(row.id)))
        }
        Sort::Added => (Expr::col(C::AddedAt), |row| at(row.added_at, row)),
        Sort::Joined => (computed("joined_key"), |row| at(row.joined_at.unwrap_or(NEVER), row)),
        Sort::LastStreamed => {
            (computed("streamed_key"), |row| at(row.last_streamed_at.unwrap_or(NOT_YET), row))
        }
        Sort::Plays => (Expr::col(C::Plays), |row| at(row.plays, row)),
        Sort::WatchTime => (Expr::col(C::WatchSeconds), |row| at(row.watch_seconds, row)),
        Sort::Expires => (computed("expires_key"), |row| at(row.access_expires_at.unwrap_or(NEVER), row)),
    };
    let kind = match sort {
        Sort::Username => Place::Text(String::new()),
        _ => Place::Number(0),
    };
    Keyset { name: sort.as_str(), by, id: Expr::col(C::Id), place, kinds: (kind, Place::Id(Uuid::nil())) }
}

fn at(number: i64, row: &users::Model) -> (Place, Place) {
    (Place::Number(number), Place::Id(row.id))
}
