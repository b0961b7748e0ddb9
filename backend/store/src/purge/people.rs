//! People as the purge judges them, by how long they have been quiet.

use std::collections::{BTreeSet, HashSet};

use pum_domain::access::ChangeState;
use pum_domain::purge::Person;
use pum_domain::purge::stage::Warned;
use pum_domain::user::UserState;
use pum_domain::{Instant, PlexId, UserId};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, SimpleExpr};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, Order, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::stages::warned_of;
use crate::db::parse;
use crate::entity::access_changes::{self as changes, Column as Ch};
use crate::entity::streams::{self, Column as S};
use crate::entity::users::{self, Column as C};
use crate::page;
use crate::streams::is_open;
use crate::{Reads, StoreResult, access_changes};

/// By what people are in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// When they were last heard of, joining included.
    LastHeard,
    /// When they last streamed; those who never did come first.
    LastStreamed,
}

impl By {
    /// The database computes both, so that they never lag behind what they come from.
    const fn column(self) -> &'static str {
        match self {
            Self::LastHeard => "idle_since",
            Self::LastStreamed => "streamed_key",
        }
    }
}

/// Where somebody stands in the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place(pub i64, pub Uuid);

/// Which people to read, and in which order. Those who are gone, and the owner, are none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The order, the quietest first.
    pub by: By,
    /// Only those who were last heard of up to then.
    pub up_to: Option<Instant>,
    /// Only those who come after this place.
    pub after: Option<Place>,
    /// The other way round.
    pub backwards: bool,
    /// At most so many.
    pub limit: Option<u64>,
}

/// Somebody, as the purge judges them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Someone {
    /// Who.
    pub id: UserId,
    /// The name at Plex.
    pub username: String,
    /// Whether Plex keeps a picture of them.
    pub has_picture: bool,
    /// Plex's number of their account.
    pub plex_id: Option<PlexId>,
    /// What the row tells; whether they are an admin, stream or leave is not told by it.
    pub person: Person,
    /// How far they are on the way out.
    pub warned: Option<Warned>,
    /// Where they stand in the order.
    pub place: Place,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    username: String,
    thumb: Option<String>,
    plex_id: Option<i64>,
    state: String,
    home: bool,
    restricted: bool,
    shares_back: bool,
    is_owner: bool,
    purge_whitelisted: bool,
    last_streamed_at: Option<i64>,
    joined_at: Option<i64>,
    added_at: i64,
    time_given_at: Option<i64>,
    purge_warned_at: Option<i64>,
    purge_remove_at: Option<i64>,
    purge_notice: Option<String>,
    place: i64,
}

fn from_row(row: Row) -> StoreResult<Someone> {
    let warned = warned_of(row.purge_warned_at, row.purge_remove_at, row.purge_notice.as_deref())?;
    Ok(Someone {
        id: UserId(row.id),
        username: row.username,
        has_picture: row.thumb.is_some(),
        plex_id: row.plex_id.map(PlexId),
        person: Person {
            state: parse("users.state", &row.state)?,
            owner: row.is_owner,
            home: row.home,
            managed: row.restricted,
            shares_back: row.shares_back,
            whitelisted: row.purge_whitelisted,
            admin: false,
            has_account: row.plex_id.is_some(),
            leaving: false,
            streaming: false,
            last_streamed_at: row.last_streamed_at.map(Instant),
            joined_at: row.joined_at.map(Instant),
            added_at: Instant(row.added_at),
            time_given_at: row.time_given_at.map(Instant),
        },
        warned,
        place: Place(row.place, row.id),
    })
}

const COLUMNS: [C; 17] = [
    C::Id,
    C::Username,
    C::Thumb,
    C::PlexId,
    C::State,
    C::Home,
    C::Restricted,
    C::SharesBack,
    C::IsOwner,
    C::PurgeWhitelisted,
    C::LastStreamedAt,
    C::JoinedAt,
    C::AddedAt,
    C::TimeGivenAt,
    C::PurgeWarnedAt,
    C::PurgeRemoveAt,
    C::PurgeNotice,
];

fn all(by: By) -> Select<users::Entity> {
    users::Entity::find().select_only().columns(COLUMNS).expr_as(key(by), "place")
}

fn key(by: By) -> SimpleExpr {
    Expr::col(Alias::new(by.column()))
}

/// Everybody who is not gone. Said so that no index of the states looks more fitting than that of the
/// order.
fn here() -> SimpleExpr {
    C::IsOwner.eq(false).and(C::State.ne(UserState::Removed.as_str()))
}

fn select(range: &Range) -> Select<users::Entity> {
    let mut select = all(range.by).filter(here());
    if let Some(up_to) = range.up_to {
        select = select.filter(key(range.by).lte(up_to.millis()));
    }
    if let Some(Place(at, id)) = range.after {
        // The first half alone lets the database begin at the right place of the index.
        select = match range.backwards {
            false => select.filter(key(range.by).gte(at)).filter(key(range.by).gt(at).or(C::Id.gt(id))),
            true => select.filter(key(range.by).lte(at)).filter(key(range.by).lt(at).or(C::Id.lt(id))),
        };
    }
    let direction = if range.backwards { Order::Desc } else { Order::Asc };
    select.order_by(key(range.by), direction.clone()).order_by(C::Id, direction).limit(range.limit)
}

/// Reads people, the quietest first.
pub async fn people(db: &impl Reads, range: &Range) -> StoreResult<Vec<Someone>> {
    let rows: Vec<Row> = select(range).into_model().all(db.connection()).await?;
    rows.into_iter().map(from_row).collect()
}

/// How the database would go about [`people`].
pub async fn explain(db: &impl Reads, range: &Range) -> StoreResult<Vec<String>> {
    let statement = select(range).build(db.connection().get_database_backend());
    page::explain_statement(db.connection(), statement).await
}

/// How many there are altogether.
pub async fn count(db: &impl Reads) -> StoreResult<i64> {
    let found = users::Entity::find().filter(here()).count(db.connection()).await?;
    Ok(i64::try_from(found).unwrap_or(i64::MAX))
}

/// These people, those who are gone included.
pub async fn find(db: &impl Reads, ids: &[UserId]) -> StoreResult<Vec<Someone>> {
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(500) {
        let which = C::Id.is_in(some.iter().map(|id| id.uuid()));
        let rows: Vec<Row> = all(By::LastHeard).filter(which).into_model().all(db.connection()).await?;
        for row in rows {
            found.push(from_row(row)?);
        }
    }
    Ok(found)
}

/// Everybody who has been warned, the earliest first.
pub async fn warned_ones(db: &impl Reads) -> StoreResult<Vec<Someone>> {
    let rows: Vec<Row> = all(By::LastHeard)
        .filter(C::PurgeWarnedAt.is_not_null())
        .order_by_asc(C::PurgeWarnedAt)
        .order_by_asc(C::Id)
        .into_model()
        .all(db.connection())
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// Who of these accounts has been warned.
pub async fn warned_of_accounts(
    db: &impl Reads,
    accounts: impl IntoIterator<Item = PlexId>,
) -> StoreResult<Vec<UserId>> {
    let accounts: BTreeSet<i64> = accounts.into_iter().map(|account| account.0).collect();
    let accounts: Vec<i64> = accounts.into_iter().collect();
    let mut warned = Vec::new();
    for some in accounts.chunks(500) {
        let ids: Vec<Uuid> = users::Entity::find()
            .select_only()
            .column(C::Id)
            .filter(C::PlexId.is_in(some.iter().copied()))
            .filter(C::PurgeWarnedAt.is_not_null())
            .order_by_asc(C::Id)
            .into_tuple()
            .all(db.connection())
            .await?;
        warned.extend(ids.into_iter().map(UserId));
    }
    Ok(warned)
}

/// Everybody whose removal is planned, asked for, or has failed and was not replaced by a later change.
pub async fn leaving(db: &impl Reads) -> StoreResult<HashSet<UserId>> {
    let ids: Vec<Uuid> = removals().into_tuple().all(db.connection()).await?;
    Ok(ids.into_iter().map(UserId).collect())
}

fn removals() -> Select<changes::Entity> {
    let planned = ChangeState::Planned.as_str();
    let open = [planned, ChangeState::Requested.as_str(), ChangeState::Failed.as_str()];
    changes::Entity::find()
        .select_only()
        .column(Ch::UserId)
        .filter(Ch::State.is_in(open))
        .filter(Ch::State.eq(planned).or(access_changes::is_latest()))
        .filter(Ch::Becomes.eq(UserState::Removed.as_str()))
}

/// Who is streaming, as far as the latest look showed.
pub async fn streaming(db: &impl Reads, machine_identifier: &str) -> StoreResult<HashSet<UserId>> {
    let ids: Vec<Option<Uuid>> =
        open(S::UserId, machine_identifier).into_tuple().all(db.connection()).await?;
    Ok(ids.into_iter().flatten().map(UserId).collect())
}

/// Whether this person is streaming, as far as the latest look showed.
pub async fn streams_now(db: &impl Reads, machine_identifier: &str, id: UserId) -> StoreResult<bool> {
    let open: Option<i64> = open_of(machine_identifier, id).into_tuple().one(db.connection()).await?;
    Ok(open.is_some())
}

fn open(column: S, machine_identifier: &str) -> Select<streams::Entity> {
    streams::Entity::find()
        .select_only()
        .column(column)
        .filter(is_open())
        .filter(S::MachineIdentifier.eq(machine_identifier))
}

fn open_of(machine_identifier: &str, id: UserId) -> Select<streams::Entity> {
    open(S::Id, machine_identifier).filter(S::UserId.eq(id.uuid())).limit(1)
}

/// How the database would go about what every judgement asks it.
pub async fn explain_judging(
    db: &impl Reads,
    machine_identifier: &str,
    id: UserId,
) -> StoreResult<Vec<(&'static str, Vec<String>)>> {
    let backend = db.connection().get_database_backend();
    let questions = [
        ("who streams", open(S::UserId, machine_identifier).build(backend)),
        ("whether somebody streams", open_of(machine_identifier, id).build(backend)),
        ("who leaves", removals().build(backend)),
        ("the oldest stream", super::past::oldest().build(backend)),
    ];
    let mut plans = Vec::with_capacity(questions.len());
    for (what, question) in questions {
        plans.push((what, page::explain_statement(db.connection(), question).await?));
    }
    Ok(plans)
}
