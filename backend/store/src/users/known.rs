//! Users as the sync judges them: everybody at once, with the few columns that takes.

use std::collections::{BTreeSet, HashMap, HashSet};

use pum_domain::access::{ChangeState, WantedAccess};
use pum_domain::invite::LibraryChoice;
use pum_domain::sync::{Invited, Known, LastSeen};
use pum_domain::user::UserState;
use pum_domain::{Instant, LibraryId, PlexId, UserId};
use sea_orm::sea_query::{ExprTrait, LockType};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::db::parse;
use crate::db::sealed::Connected;
use crate::entity::access_changes::{self as changes, Column as Ch};
use crate::entity::redemptions::{self, Column as R};
use crate::entity::user_libraries;
use crate::entity::users::{self, Column as C};
use crate::{Reads, StoreError, StoreResult, Tx};

/// The columns that judging needs; the rest of a row would only be carried about.
#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    plex_id: Option<i64>,
    username: String,
    email: Option<String>,
    thumb: Option<String>,
    state: String,
    removed_reason: Option<String>,
    home: bool,
    restricted: bool,
    shares_back: bool,
    blocked: bool,
    is_owner: bool,
    wanted_mode: String,
    wanted_downloads: bool,
    observed_mode: Option<String>,
    observed_libraries: Option<String>,
    observed_share_id: Option<i64>,
    observed_pending: Option<bool>,
    missing_since_at: Option<i64>,
    drift_kind: Option<String>,
    taken_at: Option<i64>,
    withheld: Option<String>,
    observed_friend: Option<bool>,
    observed_other_servers: Option<String>,
}

const COLUMNS: [C; 24] = [
    C::Id,
    C::PlexId,
    C::Username,
    C::Email,
    C::Thumb,
    C::State,
    C::RemovedReason,
    C::Home,
    C::Restricted,
    C::SharesBack,
    C::Blocked,
    C::IsOwner,
    C::WantedMode,
    C::WantedDownloads,
    C::ObservedMode,
    C::ObservedLibraries,
    C::ObservedShareId,
    C::ObservedPending,
    C::MissingSinceAt,
    C::DriftKind,
    C::TakenAt,
    C::Withheld,
    C::ObservedFriend,
    C::ObservedOtherServers,
];

/// The states of changes that make somebody busy.
const UNDER_WAY: [&str; 2] = [ChangeState::Planned.as_str(), ChangeState::Requested.as_str()];

/// How many are read at once.
const PAGE: u64 = 2_000;

/// Everybody that PUM knows, tombstones included. Whose change was asked for, written or finished
/// since `since` is busy.
pub async fn known(db: &impl Reads, since: Instant) -> StoreResult<Vec<Known>> {
    let mut all = Vec::new();
    let mut after = Uuid::nil();
    loop {
        let rows = select().filter(C::Id.gt(after)).order_by_asc(C::Id).limit(PAGE);
        let rows: Vec<Row> = rows.into_model::<Row>().all(db.connection()).await?;
        let Some(last) = rows.last() else { break };
        after = last.id;
        let more = rows.len() as u64 == PAGE;
        all.extend(with_changes(db, rows, since, None).await?);
        if !more {
            break;
        }
    }
    Ok(all)
}

/// These users, locked until the transaction ends, so that nobody asks for a change meanwhile.
pub async fn known_locked(tx: &Tx, ids: &[UserId], since: Instant) -> StoreResult<Vec<Known>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let rows = select().filter(C::Id.is_in(ids.iter().copied())).order_by_asc(C::Id).lock(LockType::Update);
    let rows: Vec<Row> = rows.into_model::<Row>().all(tx.connection()).await?;
    with_changes(tx, rows, since, Some(&ids)).await
}

fn select() -> sea_orm::Select<users::Entity> {
    users::Entity::find().select_only().columns(COLUMNS)
}

async fn with_changes(
    db: &impl Reads,
    rows: Vec<Row>,
    since: Instant,
    only: Option<&[Uuid]>,
) -> StoreResult<Vec<Known>> {
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(Vec::new()) };
    let (first, last) = (first.id, last.id);
    let mut chosen: HashMap<Uuid, Vec<LibraryId>> = HashMap::new();
    let libraries = user_libraries::Entity::find().order_by_asc(user_libraries::Column::LibraryId);
    let libraries = match only {
        Some(ids) => libraries.filter(user_libraries::Column::UserId.is_in(ids.iter().copied())),
        None => libraries.filter(user_libraries::Column::UserId.between(first, last)),
    };
    for row in libraries.all(db.connection()).await? {
        chosen.entry(row.user_id).or_default().push(row.library_id.into());
    }
    let recent = Ch::FinishedAt.gte(since.millis()).or(Ch::WroteAt.gte(since.millis()));
    let busy = users_of(db, Ch::State.is_in(UNDER_WAY).or(recent), only).await?;
    let failed = Ch::State.eq(ChangeState::Failed.as_str()).and(crate::access_changes::is_latest());
    let failed = users_of(db, failed, only).await?;
    let pending = rows.iter().filter(|row| row.state == UserState::Pending.as_str()).map(|row| row.id);
    let mut invited = invited(db, pending.collect()).await?;
    rows.into_iter()
        .map(|row| {
            let libraries = chosen.remove(&row.id).unwrap_or_default();
            let changes = Changes {
                busy: busy.contains(&row.id),
                failed: failed.contains(&row.id),
                invited: invited.remove(&row.id),
            };
            from_row(row, libraries, changes)
        })
        .collect()
}

/// What is known of somebody's changes.
struct Changes {
    busy: bool,
    failed: bool,
    invited: Option<Invited>,
}

/// Since when, and until when, the invitations wait that PUM has made for these users.
async fn invited(db: &impl Reads, pending: Vec<Uuid>) -> StoreResult<HashMap<Uuid, Invited>> {
    if pending.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(Uuid, Option<i64>, Option<Uuid>)> = changes::Entity::find()
        .select_only()
        .columns([Ch::UserId, Ch::FinishedAt, Ch::RedemptionId])
        .filter(Ch::UserId.is_in(pending))
        .filter(Ch::State.eq(ChangeState::Applied.as_str()))
        .filter(Ch::Reason.is_null().or(Ch::Reason.ne(crate::access_changes::REPLACED)))
        .filter(crate::access_changes::is_latest())
        .into_tuple()
        .all(db.connection())
        .await?;
    let by_link: Vec<Uuid> = rows.iter().filter_map(|(_, _, redemption)| *redemption).collect();
    let until: HashMap<Uuid, Option<i64>> = redemptions::Entity::find()
        .select_only()
        .columns([R::Id, R::PendingUntilAt])
        .filter(R::Id.is_in(by_link))
        .into_tuple::<(Uuid, Option<i64>)>()
        .all(db.connection())
        .await?
        .into_iter()
        .collect();
    let invited = rows.into_iter().filter_map(|(user, finished_at, redemption)| {
        let until = redemption.and_then(|id| until.get(&id).copied().flatten());
        Some((user, Invited { since: Instant(finished_at?), until: until.map(Instant) }))
    });
    Ok(invited.collect())
}

async fn users_of(
    db: &impl Reads,
    which: sea_orm::sea_query::SimpleExpr,
    only: Option<&[Uuid]>,
) -> StoreResult<HashSet<Uuid>> {
    let mut select = changes::Entity::find().select_only().column(Ch::UserId).filter(which).distinct();
    if let Some(ids) = only {
        select = select.filter(Ch::UserId.is_in(ids.iter().copied()));
    }
    let ids: Vec<Uuid> = select.into_tuple().all(db.connection()).await?;
    Ok(ids.into_iter().collect())
}

fn from_row(row: Row, libraries: Vec<LibraryId>, changes: Changes) -> StoreResult<Known> {
    let Changes { busy, failed, invited } = changes;
    let wanted = match row.wanted_mode.as_str() {
        "none" => WantedAccess::Nothing,
        mode => WantedAccess::Granted {
            libraries: if mode == "all" { LibraryChoice::All } else { LibraryChoice::Some(libraries) },
            allow_downloads: row.wanted_downloads,
        },
    };
    let last_seen = match row.observed_mode.as_deref() {
        None | Some("none") => None,
        Some(mode) => Some(LastSeen {
            all: mode == "all",
            sections: json_or_default::<BTreeSet<i64>>("users.observed_libraries", row.observed_libraries)?,
            pending: row.observed_pending.unwrap_or(false),
        }),
    };
    Ok(Known {
        id: UserId(row.id),
        plex_id: row.plex_id.map(PlexId),
        username: row.username,
        email: row.email,
        thumb: row.thumb,
        home: row.home,
        restricted: row.restricted,
        shares_back: row.shares_back,
        listed: row.observed_friend,
        other_servers: json_or_default("users.observed_other_servers", row.observed_other_servers)?,
        state: parse("users.state", &row.state)?,
        removed_reason: row
            .removed_reason
            .as_deref()
            .map(|text| parse("users.removed_reason", text))
            .transpose()?,
        blocked: row.blocked,
        is_owner: row.is_owner,
        wanted,
        taken: row.taken_at.is_some(),
        withheld: json_or_default("users.withheld", row.withheld)?,
        share_id: row.observed_share_id,
        last_seen,
        missing_since: row.missing_since_at.map(Instant),
        invited,
        drift: row.drift_kind.as_deref().map(|text| parse("users.drift_kind", text)).transpose()?,
        busy,
        failed,
    })
}

pub(super) fn json_or_default<T: serde::de::DeserializeOwned + Default>(
    column: &'static str,
    text: Option<String>,
) -> StoreResult<T> {
    match text {
        Some(text) => {
            serde_json::from_str(&text).map_err(|_| StoreError::corrupt(format!("{column} cannot be read")))
        }
        None => Ok(T::default()),
    }
}
