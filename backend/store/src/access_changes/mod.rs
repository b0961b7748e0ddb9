//! Access changes and the attempts to carry them out at Plex.
//!
//! A change is asked for or planned in `request`, goes through the steps of `progress` with the calls
//! of `attempts`, and is looked for in `open` while it is not applied.

mod attempts;
mod open;
mod progress;
mod request;

use pum_domain::access::{ChangeCause, ChangeState, WantedAccess};
use pum_domain::user::{Becomes, UserState};
use pum_domain::{ChangeId, Instant, RedemptionId, UserId};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SimpleExpr};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};

use crate::db::parse;
use crate::entity::access_changes::{self as changes, Column as C};
use crate::{Reads, StoreError, StoreResult};

pub use attempts::{Attempt, attempts_of, attempts_since, begin_attempt, end_attempt, latest_attempt_for};
pub use open::{OpenFilter, applied_since, explain_open, failed, list_open, open_of};
pub use progress::{finish, note_pre_read, note_replaced, note_waiting, reopen};
pub use request::{NewChange, cancel_planned, give_up, plan, request, start, supersede};

/// The states of changes that have not begun, or never will.
const NEVER_BEGAN: [&str; 2] = [ChangeState::Planned.as_str(), ChangeState::Cancelled.as_str()];

/// The reason of an applied change that was replaced by hand at Plex.
pub(crate) const REPLACED: &str = "replaced_by_hand";

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
    /// Why it failed or waits, or no longer counts, as a stable code.
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
    /// Whether an invitation that waits now is the one that this change has made, as far as is known.
    #[must_use]
    pub fn stands(&self) -> bool {
        self.reason.as_deref() != Some(REPLACED)
    }

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

/// What had last been asked for of a person before this removal of theirs, other than another removal.
pub async fn before_removal(db: &impl Reads, removal: &Change) -> StoreResult<Option<Change>> {
    let row = changes::Entity::find()
        .filter(C::UserId.eq(removal.user_id.uuid()))
        .filter(C::State.is_not_in(NEVER_BEGAN))
        .filter(C::RequestedAt.lte(removal.requested_at.millis()))
        .filter(C::Id.ne(removal.id.uuid()))
        .filter(C::Becomes.is_null().or(C::Becomes.ne(UserState::Removed.as_str())))
        .order_by_desc(C::RequestedAt)
        .order_by_desc(C::Id)
        .one(db.connection())
        .await?;
    row.map(Change::from_row).transpose()
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
