//! Access changes and the attempts to carry them out at Plex.

use std::collections::HashMap;

use pum_domain::access::{ChangeCause, ChangeState, WantedAccess};
use pum_domain::page::{Page, PageRequest};
use pum_domain::user::{Becomes, UserState};
use pum_domain::{ChangeId, Instant, RedemptionId, UserId};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SimpleExpr};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select, Set,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::db::parse;
use crate::db::sealed::Connected;
use crate::entity::access_changes::{self as changes, Column as C};
use crate::entity::plex_attempts as attempts;
use crate::page::{self, Keyset, Place};
use crate::{Reads, StoreError, StoreResult, Tx};

/// What was there before the first write: decides later whether a share is ours or was theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HadShare {
    /// No share, no invitation.
    Nothing,
    /// An invitation that waited.
    Invitation,
    /// Access.
    Share,
}

/// A change as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its id.
    pub id: ChangeId,
    /// Whose access.
    pub user_id: UserId,
    /// How it stands.
    pub state: ChangeState,
    /// What should be true.
    pub wanted: WantedAccess,
    /// What brought it about.
    pub cause: ChangeCause,
    /// The redemption it serves.
    pub redemption_id: Option<RedemptionId>,
    /// What was there before the first write, once read.
    pub had_share: Option<HadShare>,
    /// Why it failed or waits, as a stable code.
    pub reason: Option<String>,
    /// The same as a sentence.
    pub detail: Option<String>,
    /// What becomes of the person once it is applied, where it takes everything away.
    pub becomes: Option<Becomes>,
    /// Whether the friendship ends with it.
    pub end_friendship: bool,
    /// While planned: when it begins.
    pub not_before: Option<Instant>,
    /// Reads so far that did not show our latest write.
    pub unconfirmed_reads: i32,
    /// When it was asked for.
    pub requested_at: Instant,
    /// When it was over.
    pub finished_at: Option<Instant>,
}

impl Change {
    fn from_row(row: changes::Model) -> StoreResult<Self> {
        let unreadable = |column: &'static str| StoreError::corrupt(format!("{column} cannot be read"));
        Ok(Self {
            id: row.id.into(),
            user_id: row.user_id.into(),
            state: parse("access_changes.state", &row.state)?,
            wanted: serde_json::from_str(&row.wanted).map_err(|_| unreadable("access_changes.wanted"))?,
            cause: parse("access_changes.cause", &row.cause)?,
            redemption_id: row.redemption_id.map(RedemptionId),
            had_share: row
                .had_share
                .as_deref()
                .map(serde_json::from_str)
                .transpose()
                .map_err(|_| unreadable("access_changes.had_share"))?,
            reason: row.reason,
            detail: row.detail,
            becomes: becomes(row.becomes.as_deref(), row.removed_reason.as_deref())?,
            end_friendship: row.end_friendship.unwrap_or(false),
            not_before: row.not_before.map(Instant),
            unconfirmed_reads: row.unconfirmed_reads,
            requested_at: Instant(row.requested_at),
            finished_at: row.finished_at.map(Instant),
        })
    }
}

fn becomes(state: Option<&str>, reason: Option<&str>) -> StoreResult<Option<Becomes>> {
    let state = state.map(|text| parse("access_changes.becomes", text)).transpose()?;
    let reason = reason.map(|text| parse("access_changes.removed_reason", text)).transpose()?;
    match (state, reason) {
        (None, _) => Ok(None),
        (Some(UserState::Suspended), _) => Ok(Some(Becomes::Suspended)),
        (Some(UserState::Removed), Some(reason)) => Ok(Some(Becomes::Removed(reason))),
        _ => Err(StoreError::corrupt("access_changes.becomes does not fit its reason")),
    }
}

/// A change to be asked for.
#[derive(Debug, Clone)]
pub struct NewChange {
    /// Its id.
    pub id: ChangeId,
    /// Whose access.
    pub user_id: UserId,
    /// What should be true.
    pub wanted: WantedAccess,
    /// What brings it about.
    pub cause: ChangeCause,
    /// The redemption it serves.
    pub redemption_id: Option<RedemptionId>,
    /// What becomes of the person, where it takes everything away.
    pub becomes: Option<Becomes>,
    /// Whether the friendship ends with it.
    pub end_friendship: bool,
}

/// Asks for a change, in the place of every older one that is still asked for.
pub async fn request(tx: &Tx, change: &NewChange) -> StoreResult<()> {
    supersede(tx, change.user_id).await?;
    insert(tx, change, ChangeState::Requested, None).await
}

/// Writes down a change that begins later. Nothing of it counts until [`start`].
pub async fn plan(tx: &Tx, change: &NewChange, not_before: Instant) -> StoreResult<()> {
    insert(tx, change, ChangeState::Planned, Some(not_before)).await
}

/// A planned change begins: it is asked for from now on, in the place of every older one. False: it was
/// taken back, or has begun.
pub async fn start(tx: &Tx, change: &Change) -> StoreResult<bool> {
    let now = tx.now().await?.millis();
    let started = changes::Entity::update_many()
        .col_expr(C::State, Expr::value(ChangeState::Requested.as_str()))
        .col_expr(C::RequestedAt, Expr::value(now))
        .filter(C::Id.eq(change.id.uuid()))
        .filter(C::State.eq(ChangeState::Planned.as_str()))
        .exec(tx.connection())
        .await?;
    if started.rows_affected != 1 {
        return Ok(false);
    }
    supersede_but(tx, change.user_id, Some(change.id)).await?;
    Ok(true)
}

/// Takes a planned change back. False: it has begun, or there is none.
pub async fn cancel_planned(tx: &Tx, user: UserId) -> StoreResult<bool> {
    let now = tx.now().await?;
    let cancelled = changes::Entity::update_many()
        .col_expr(C::State, Expr::value(ChangeState::Cancelled.as_str()))
        .col_expr(C::FinishedAt, Expr::value(now.millis()))
        .filter(C::UserId.eq(user.uuid()))
        .filter(C::State.eq(ChangeState::Planned.as_str()))
        .exec(tx.connection())
        .await?;
    Ok(cancelled.rows_affected > 0)
}

/// The planned change of a user.
pub async fn planned_of(db: &impl Reads, user: UserId) -> StoreResult<Option<Change>> {
    let row = changes::Entity::find()
        .filter(C::UserId.eq(user.uuid()))
        .filter(C::State.eq(ChangeState::Planned.as_str()))
        .one(db.connection())
        .await?;
    row.map(Change::from_row).transpose()
}

/// Nothing is asked for any more for this person: what was, is taken back.
pub async fn supersede(tx: &Tx, user: UserId) -> StoreResult<()> {
    supersede_but(tx, user, None).await
}

async fn supersede_but(tx: &Tx, user: UserId, but: Option<ChangeId>) -> StoreResult<()> {
    let now = tx.now().await?.millis();
    let mut update = changes::Entity::update_many()
        .col_expr(C::State, Expr::value(ChangeState::Superseded.as_str()))
        .col_expr(C::FinishedAt, Expr::value(now))
        .filter(C::UserId.eq(user.uuid()))
        .filter(C::State.eq(ChangeState::Requested.as_str()));
    if let Some(id) = but {
        update = update.filter(C::Id.ne(id.uuid()));
    }
    update.exec(tx.connection()).await?;
    Ok(())
}

async fn insert(
    tx: &Tx,
    change: &NewChange,
    state: ChangeState,
    not_before: Option<Instant>,
) -> StoreResult<()> {
    let now = tx.now().await?.millis();
    let wanted = serde_json::to_string(&change.wanted)
        .map_err(|error| StoreError::Other { detail: format!("writing a change: {error}") })?;
    changes::ActiveModel {
        id: Set(change.id.uuid()),
        user_id: Set(change.user_id.uuid()),
        state: Set(state.to_string()),
        wanted: Set(wanted),
        cause: Set(change.cause.to_string()),
        redemption_id: Set(change.redemption_id.map(RedemptionId::uuid)),
        attempts: Set(0),
        requested_at: Set(now),
        unconfirmed_reads: Set(0),
        version: Set(1),
        becomes: Set(change.becomes.map(|becomes| becomes.state().to_string())),
        removed_reason: Set(change.becomes.and_then(Becomes::reason).map(|reason| reason.to_string())),
        end_friendship: Set(Some(change.end_friendship)),
        not_before: Set(not_before.map(Instant::millis)),
        ..Default::default()
    }
    .insert(tx.connection())
    .await?;
    Ok(())
}

/// The change with this id.
pub async fn get(db: &impl Reads, id: ChangeId) -> StoreResult<Change> {
    let row = changes::Entity::find_by_id(id.uuid()).one(db.connection()).await?;
    Change::from_row(row.ok_or(StoreError::NotFound { what: "change" })?)
}

/// The latest change of a user that has begun.
pub async fn latest_of(db: &impl Reads, user: UserId) -> StoreResult<Option<Change>> {
    let row = changes::Entity::find()
        .filter(C::UserId.eq(user.uuid()))
        .filter(C::State.is_not_in(NEVER_BEGAN))
        .order_by_desc(C::RequestedAt)
        .order_by_desc(C::Id)
        .one(db.connection())
        .await?;
    row.map(Change::from_row).transpose()
}

/// Failed changes that no later one has replaced, newest first, at most `limit`.
pub async fn failed(db: &impl Reads, limit: u64) -> StoreResult<Vec<Change>> {
    let rows = changes::Entity::find()
        .filter(C::State.eq(ChangeState::Failed.as_str()))
        .filter(is_latest())
        .order_by_desc(C::FinishedAt)
        .limit(limit)
        .all(db.connection())
        .await?;
    rows.into_iter().map(Change::from_row).collect()
}

/// The states of changes that have not begun, or never will.
const NEVER_BEGAN: [&str; 2] = [ChangeState::Planned.as_str(), ChangeState::Cancelled.as_str()];

/// The changes of these users that are planned, asked for, or failed and were not replaced by a later
/// one. What is planned for a user comes after what is under way.
pub async fn open_of(db: &impl Reads, users: &[UserId]) -> StoreResult<Vec<Change>> {
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let open = C::State.is_in([ChangeState::Requested.as_str(), ChangeState::Failed.as_str()]);
    let rows = changes::Entity::find()
        .filter(C::UserId.is_in(users.iter().map(|id| id.uuid())))
        .filter(C::State.eq(ChangeState::Planned.as_str()).or(open.and(is_latest())))
        .all(db.connection())
        .await?;
    let mut open: Vec<Change> = rows.into_iter().map(Change::from_row).collect::<StoreResult<_>>()?;
    open.sort_by_key(|change| change.state == ChangeState::Planned);
    Ok(open)
}

/// Which open changes to list. Everything that is set must fit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OpenFilter {
    /// In this state; only asked-for and failed changes are open.
    pub state: Option<ChangeState>,
    /// Of this user.
    pub user_id: Option<UserId>,
}

/// Lists the changes that are asked for, or failed and were not replaced by a later one, by the time
/// they were asked for.
pub async fn list_open(
    db: &impl Reads,
    filter: &OpenFilter,
    request: &PageRequest,
) -> StoreResult<Page<Change>> {
    page::read(db, select_open(filter), by_request(), request).await?.try_map(Change::from_row)
}

/// How the database would go about [`list_open`].
pub async fn explain_open(
    db: &impl Reads,
    filter: &OpenFilter,
    request: &PageRequest,
) -> StoreResult<Vec<String>> {
    page::explain(db.connection(), select_open(filter), by_request(), request).await
}

fn select_open(filter: &OpenFilter) -> Select<changes::Entity> {
    let open = [ChangeState::Requested, ChangeState::Failed];
    let states = open.into_iter().filter(|state| filter.state.is_none_or(|asked| asked == *state));
    let mut select =
        changes::Entity::find().filter(C::State.is_in(states.map(ChangeState::as_str))).filter(is_latest());
    if let Some(user) = filter.user_id {
        select = select.filter(C::UserId.eq(user.uuid()));
    }
    select
}

fn by_request() -> Keyset<changes::Model> {
    Keyset {
        name: "requested",
        by: Expr::col(C::RequestedAt),
        id: Expr::col(C::Id),
        place: |row: &changes::Model| (Place::Number(row.requested_at), Place::Id(row.id)),
        kinds: (Place::Number(0), Place::Id(Uuid::nil())),
    }
}

/// Whose latest change was applied since `since`, and when.
pub async fn applied_since(db: &impl Reads, since: Instant) -> StoreResult<HashMap<UserId, Instant>> {
    let rows: Vec<(uuid::Uuid, Option<i64>)> = changes::Entity::find()
        .select_only()
        .column(C::UserId)
        .column(C::FinishedAt)
        .filter(C::State.eq(ChangeState::Applied.as_str()))
        .filter(C::FinishedAt.gte(since.millis()))
        .filter(is_latest())
        .into_tuple()
        .all(db.connection())
        .await?;
    Ok(rows.into_iter().filter_map(|(user, at)| Some((UserId(user), Instant(at?)))).collect())
}

/// No later change of the same user. Ids ascend with time, so they decide within a millisecond.
pub(crate) fn is_latest() -> SimpleExpr {
    let later = Alias::new("later");
    let of_later = |column: C| Expr::col((later.clone(), column));
    let this = |column: C| Expr::col((changes::Entity, column));
    let later_one = of_later(C::RequestedAt)
        .gt(this(C::RequestedAt))
        .or(of_later(C::RequestedAt).eq(this(C::RequestedAt)).and(of_later(C::Id).gt(this(C::Id))));
    Expr::exists(
        Query::select()
            .expr(Expr::val(1))
            .from_as(changes::Entity, later.clone())
            .and_where(of_later(C::UserId).eq(this(C::UserId)))
            .and_where(of_later(C::State).is_not_in(NEVER_BEGAN))
            .and_where(later_one)
            .take(),
    )
    .not()
}

/// Remembers what was there before the first write. Said once; later calls change nothing.
pub async fn note_pre_read(tx: &Tx, id: ChangeId, had: HadShare) -> StoreResult<()> {
    let text = serde_json::to_string(&had)
        .map_err(|error| StoreError::Other { detail: format!("writing a pre-read: {error}") })?;
    changes::Entity::update_many()
        .col_expr(C::HadShare, Expr::value(text))
        .filter(C::Id.eq(id.uuid()))
        .filter(C::HadShare.is_null())
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Remembers why the change waits, and how often a read has not shown our latest write.
pub async fn note_waiting(
    tx: &Tx,
    id: ChangeId,
    reason: Option<&str>,
    unconfirmed_reads: i32,
) -> StoreResult<()> {
    changes::Entity::update_many()
        .col_expr(C::Reason, Expr::value(reason))
        .col_expr(C::UnconfirmedReads, Expr::value(unconfirmed_reads))
        .filter(C::Id.eq(id.uuid()))
        .filter(C::State.eq(ChangeState::Requested.as_str()))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Ends a change that is still asked for. False: it was over already, or replaced.
pub async fn finish(
    tx: &Tx,
    id: ChangeId,
    state: ChangeState,
    reason: Option<&str>,
    detail: Option<&str>,
) -> StoreResult<bool> {
    let now = tx.now().await?;
    let ended = changes::Entity::update_many()
        .col_expr(C::State, Expr::value(state.as_str()))
        .col_expr(C::Reason, Expr::value(reason))
        .col_expr(C::Detail, Expr::value(detail))
        .col_expr(C::FinishedAt, Expr::value(now.millis()))
        .col_expr(C::Version, Expr::col(C::Version).add(1))
        .filter(C::Id.eq(id.uuid()))
        .filter(C::State.eq(ChangeState::Requested.as_str()))
        .exec(tx.connection())
        .await?;
    Ok(ended.rows_affected == 1)
}

/// Puts a failed change back to asked for. False: it had not failed, or a later one has come.
pub async fn reopen(tx: &Tx, id: ChangeId) -> StoreResult<bool> {
    let change = get(tx, id).await?;
    if latest_of(tx, change.user_id).await?.is_some_and(|latest| latest.id != id) {
        return Ok(false);
    }
    let reopened = changes::Entity::update_many()
        .col_expr(C::State, Expr::value(ChangeState::Requested.as_str()))
        .col_expr(C::Reason, Expr::value(None::<String>))
        .col_expr(C::Detail, Expr::value(None::<String>))
        .col_expr(C::FinishedAt, Expr::value(None::<i64>))
        .col_expr(C::UnconfirmedReads, Expr::value(0))
        .col_expr(C::Version, Expr::col(C::Version).add(1))
        .filter(C::Id.eq(id.uuid()))
        .filter(C::State.eq(ChangeState::Failed.as_str()))
        .exec(tx.connection())
        .await?;
    Ok(reopened.rows_affected == 1)
}

/// One write at Plex: begun before the call, ended after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Ascending.
    pub id: i64,
    /// What was called.
    pub operation: String,
    /// When it began.
    pub started_at: Instant,
    /// How it ended; `None` if nobody lived to tell.
    pub outcome: Option<String>,
    /// What was sent, for judging a later read.
    pub detail: Option<String>,
}

/// Writes down that a call is about to be made. No row, no call.
pub async fn begin_attempt(
    tx: &Tx,
    id: ChangeId,
    lease_generation: i64,
    operation: &str,
    detail: Option<String>,
) -> StoreResult<i64> {
    let now = tx.now().await?.millis();
    let row = attempts::ActiveModel {
        change_id: Set(id.uuid()),
        lease_generation: Set(lease_generation),
        operation: Set(operation.to_owned()),
        started_at: Set(now),
        detail: Set(detail),
        ..Default::default()
    }
    .insert(tx.connection())
    .await?;
    changes::Entity::update_many()
        .col_expr(C::WroteAt, Expr::value(now))
        .col_expr(C::Attempts, Expr::col(C::Attempts).add(1))
        .filter(C::Id.eq(id.uuid()))
        .exec(tx.connection())
        .await?;
    Ok(row.id)
}

/// Writes down how a call ended.
pub async fn end_attempt(tx: &Tx, attempt: i64, outcome: &str) -> StoreResult<()> {
    let now = tx.now().await?;
    attempts::Entity::update_many()
        .col_expr(attempts::Column::FinishedAt, Expr::value(now.millis()))
        .col_expr(attempts::Column::Outcome, Expr::value(outcome))
        .filter(attempts::Column::Id.eq(attempt))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// The latest call at Plex for this person, whatever change it was for.
pub async fn latest_attempt_for(db: &impl Reads, user: UserId) -> StoreResult<Option<Attempt>> {
    let of_user =
        changes::Entity::find().select_only().column(C::Id).filter(C::UserId.eq(user.uuid())).into_query();
    let row = attempts::Entity::find()
        .filter(attempts::Column::ChangeId.in_subquery(of_user))
        .order_by_desc(attempts::Column::Id)
        .one(db.connection())
        .await?;
    Ok(row.map(|row| Attempt {
        id: row.id,
        operation: row.operation,
        started_at: Instant(row.started_at),
        outcome: row.outcome,
        detail: row.detail,
    }))
}
