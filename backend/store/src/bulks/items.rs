//! The people of a bulk, one row each.

use std::collections::HashMap;

use pum_domain::access::ChangeState;
use pum_domain::bulk::{ItemState, item_of_change};
use pum_domain::page::{Page, PageRequest};
use pum_domain::{BulkId, ChangeId, UserId};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, Query, SelectStatement, SimpleExpr};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::Bulk;
use crate::db::parse;
use crate::db::sealed::Connected;
use crate::entity::access_changes as changes;
use crate::entity::bulk_items::{self as rows, Column as C};
use crate::page::{self, Keyset, Place};
use crate::{Reads, StoreResult, Tx};

pub(super) const WAITING: &str = "waiting";
/// Begun: the access change tells the rest.
const BEGUN: &str = "begun";

/// A person's part of a bulk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Where in the list, from 1.
    pub position: i32,
    /// Who.
    pub user_id: UserId,
    /// Their name when the bulk began.
    pub username: String,
    /// How far it has come.
    pub state: ItemState,
    /// Why it was refused or failed, in a stable word.
    pub reason: Option<String>,
    /// The same as a sentence.
    pub detail: Option<String>,
    /// The access change that was asked for; on a waiting one, the failed change to try again.
    pub change_id: Option<ChangeId>,
}

/// How a person's part began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// This access change carries it out.
    Change(ChangeId),
    /// It is done: nothing goes to Plex.
    Applied,
    /// It was like that already.
    Unchanged,
    /// The rules forbid it.
    Refused {
        /// A stable word.
        reason: String,
        /// A sentence.
        detail: String,
    },
}

/// The next people to begin with.
pub async fn waiting(db: &impl Reads, bulk: &Bulk, limit: u64) -> StoreResult<Vec<Item>> {
    let found = rows::Entity::find()
        .filter(C::BulkId.eq(bulk.id.uuid()))
        .filter(C::State.eq(WAITING))
        .order_by_asc(C::Position)
        .limit(limit)
        .all(db.connection())
        .await?;
    found.into_iter().map(|row| judged(row, None, false)).collect()
}

/// Writes down how a person's part began. False: somebody else has begun it.
pub async fn settle(tx: &Tx, id: BulkId, position: i32, begun: &Begun) -> StoreResult<bool> {
    let (state, change, reason, detail) = match begun {
        Begun::Change(change) => (BEGUN, Some(change.uuid()), None, None),
        Begun::Applied => (ItemState::Applied.as_str(), None, None, None),
        Begun::Unchanged => (ItemState::Unchanged.as_str(), None, None, None),
        Begun::Refused { reason, detail } => {
            (ItemState::Refused.as_str(), None, Some(reason.clone()), Some(detail.clone()))
        }
    };
    let settled = rows::Entity::update_many()
        .col_expr(C::State, Expr::value(state))
        .col_expr(C::ChangeId, Expr::value(change))
        .col_expr(C::Reason, Expr::value(reason))
        .col_expr(C::Detail, Expr::value(detail))
        .filter(C::BulkId.eq(id.uuid()))
        .filter(C::Position.eq(position))
        .filter(C::State.eq(WAITING))
        .exec(tx.connection())
        .await?;
    Ok(settled.rows_affected == 1)
}

/// Puts those whose change has failed back to waiting, and says how many.
pub async fn again(tx: &Tx, id: BulkId) -> StoreResult<u64> {
    let done = rows::Entity::update_many()
        .col_expr(C::State, Expr::value(WAITING))
        .filter(C::BulkId.eq(id.uuid()))
        .filter(C::State.eq(BEGUN))
        .filter(C::ChangeId.in_subquery(changes_in(&[ChangeState::Failed])))
        .exec(tx.connection())
        .await?;
    Ok(done.rows_affected)
}

/// How many people stand how; states without any are left out.
pub async fn counts(db: &impl Reads, bulk: &Bulk) -> StoreResult<HashMap<ItemState, i64>> {
    let (item, change) = (Alias::new("item"), Alias::new("change_of"));
    let joined = Expr::col((change.clone(), changes::Column::Id)).eq(Expr::col((item.clone(), C::ChangeId)));
    let query = Query::select()
        .expr_as(Expr::col((item.clone(), C::State)), Alias::new("item_state"))
        .expr_as(Expr::col((change.clone(), changes::Column::State)), Alias::new("change_state"))
        .expr_as(Func::count(Expr::col((item.clone(), C::Position))), Alias::new("people"))
        .from_as(rows::Entity, item.clone())
        .join_as(sea_orm::JoinType::LeftJoin, changes::Entity, change.clone(), joined)
        .and_where(Expr::col((item.clone(), C::BulkId)).eq(bulk.id.uuid()))
        .group_by_col((item.clone(), C::State))
        .group_by_col((change.clone(), changes::Column::State))
        .take();
    let mut counts = HashMap::new();
    for row in db.connection().query_all(&query).await? {
        let item: String = row.try_get("", "item_state")?;
        let change: Option<String> = row.try_get("", "change_state")?;
        let people: i64 = row.try_get("", "people")?;
        let change = change.map(|text| parse("access_changes.state", &text)).transpose()?;
        *counts.entry(standing(&item, change, bulk.stopped_at.is_some())?).or_default() += people;
    }
    Ok(counts)
}

/// The people of a bulk in their order, all or those who stand like this.
pub async fn items(
    db: &impl Reads,
    bulk: &Bulk,
    state: Option<ItemState>,
    request: &PageRequest,
) -> StoreResult<Page<Item>> {
    let mut select = rows::Entity::find().filter(C::BulkId.eq(bulk.id.uuid()));
    if let Some(state) = state {
        select = select.filter(stands(state, bulk.stopped_at.is_some()));
    }
    let order = Keyset {
        name: "position",
        by: Expr::col(C::Position),
        id: Expr::col(C::Position),
        place: |row: &rows::Model| {
            (Place::Number(i64::from(row.position)), Place::Number(i64::from(row.position)))
        },
        kinds: (Place::Number(0), Place::Number(0)),
    };
    let page = page::read(db, select, order, request).await?;
    let ids: Vec<Uuid> = page.items.iter().filter_map(|row| row.change_id).collect();
    let mut of = HashMap::new();
    if !ids.is_empty() {
        let found =
            changes::Entity::find().filter(changes::Column::Id.is_in(ids)).all(db.connection()).await?;
        of.extend(found.into_iter().map(|change| (change.id, change)));
    }
    page.try_map(|row| {
        let change = row.change_id.and_then(|id| of.remove(&id));
        judged(row, change, bulk.stopped_at.is_some())
    })
}

fn judged(row: rows::Model, change: Option<changes::Model>, stopped: bool) -> StoreResult<Item> {
    let of_change = change.as_ref().map(|change| parse("access_changes.state", &change.state)).transpose()?;
    let (reason, detail) = match change {
        Some(change) if row.reason.is_none() => (change.reason, change.detail),
        _ => (row.reason, row.detail),
    };
    Ok(Item {
        position: row.position,
        user_id: row.user_id.into(),
        username: row.username,
        state: standing(&row.state, of_change, stopped)?,
        reason,
        detail,
        change_id: row.change_id.map(ChangeId),
    })
}

fn standing(item: &str, change: Option<ChangeState>, stopped: bool) -> StoreResult<ItemState> {
    match (item, change) {
        // A failed one that was to be tried again when somebody stopped it has failed as before.
        (WAITING, Some(ChangeState::Failed)) if stopped => Ok(ItemState::Failed),
        (WAITING, _) if stopped => Ok(ItemState::Skipped),
        (WAITING, _) => Ok(ItemState::Waiting),
        (BEGUN, Some(change)) => Ok(item_of_change(change)),
        // The change is gone with its user.
        (BEGUN, None) => Ok(ItemState::Superseded),
        (state, _) => parse("bulk_items.state", state),
    }
}

/// The other way round: which rows stand like this.
fn stands(state: ItemState, stopped: bool) -> SimpleExpr {
    let begun_with =
        |states: &[ChangeState]| C::State.eq(BEGUN).and(C::ChangeId.in_subquery(changes_in(states)));
    let failed = |of: &str| C::State.eq(of).and(C::ChangeId.in_subquery(changes_in(&[ChangeState::Failed])));
    match state {
        ItemState::Waiting if stopped => Expr::value(1).eq(0),
        ItemState::Waiting => C::State.eq(WAITING),
        ItemState::Skipped if stopped => {
            let failed = changes_in(&[ChangeState::Failed]);
            C::State.eq(WAITING).and(C::ChangeId.is_null().or(C::ChangeId.not_in_subquery(failed)))
        }
        ItemState::Skipped => Expr::value(1).eq(0),
        ItemState::UnderWay => begun_with(&[ChangeState::Planned, ChangeState::Requested]),
        ItemState::Applied => C::State.eq(state.as_str()).or(begun_with(&[ChangeState::Applied])),
        ItemState::Failed if stopped => failed(BEGUN).or(failed(WAITING)),
        ItemState::Failed => failed(BEGUN),
        ItemState::Superseded => begun_with(&[ChangeState::Superseded, ChangeState::Cancelled]),
        ItemState::Unchanged | ItemState::Refused => C::State.eq(state.as_str()),
    }
}

fn changes_in(states: &[ChangeState]) -> SelectStatement {
    Query::select()
        .column(changes::Column::Id)
        .from(changes::Entity)
        .and_where(Expr::col(changes::Column::State).is_in(states.iter().map(|state| state.as_str())))
        .take()
}
