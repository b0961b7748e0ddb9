//! What the brake on automatic removals has to remember: who was removed within its window, and which
//! removals wait for an admin.

use std::collections::BTreeSet;

use pum_domain::brake::{HoldState, RemovalSource};
use pum_domain::page::{Page, PageRequest};
use pum_domain::sync::DriftKind;
use pum_domain::user::RemovedReason;
use pum_domain::{HoldId, Instant, UserId};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};
use uuid::Uuid;

use crate::db::parse;
use crate::db::sealed::Connected;
use crate::entity::automatic_removals as removals;
use crate::entity::removal_hold_users as people;
use crate::entity::removal_holds::{self as holds, Column as C};
use crate::history::Actor;
use crate::page::{self, Keyset, Place};
use crate::{Reads, StoreError, StoreResult, Tx};

/// Somebody to be removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub user_id: UserId,
    /// Their name.
    pub name: String,
    /// Why.
    pub reason: RemovedReason,
}

impl Candidate {
    fn from_row(row: people::Model) -> StoreResult<Self> {
        Ok(Self {
            user_id: UserId(row.user_id),
            name: row.name,
            reason: parse("removal_hold_users.reason", &row.reason)?,
        })
    }
}

/// Removals that wait, or waited, for an admin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Its id.
    pub id: HoldId,
    /// What wanted to remove them.
    pub source: RemovalSource,
    /// Where it stands.
    pub state: HoldState,
    /// How many users there were.
    pub users: i32,
    /// How many of them may go by themselves.
    pub budget: i32,
    /// Since when it waits.
    pub created_at: Instant,
}

impl Hold {
    fn from_row(row: holds::Model) -> StoreResult<Self> {
        Ok(Self {
            id: HoldId(row.id),
            source: parse("removal_holds.source", &row.source)?,
            state: parse("removal_holds.state", &row.state)?,
            users: row.users,
            budget: row.budget,
            created_at: Instant(row.created_at),
        })
    }
}

/// The source of rows about people who stay, with fewer libraries.
const NARROWED: &str = "narrowed";

/// How many automatic removals there were since `since`.
pub async fn removed_since(db: &impl Reads, since: Instant) -> StoreResult<i64> {
    let count = removals::Entity::find()
        .filter(removals::Column::At.gte(since.millis()))
        .filter(removals::Column::Source.ne(NARROWED))
        .count(db.connection())
        .await?;
    Ok(i64::try_from(count).unwrap_or(i64::MAX))
}

/// Who lost libraries since `since` without anybody having said so.
pub async fn narrowed_since(db: &impl Reads, since: Instant) -> StoreResult<BTreeSet<UserId>> {
    let ids: Vec<Uuid> = removals::Entity::find()
        .select_only()
        .column(removals::Column::UserId)
        .filter(removals::Column::At.gte(since.millis()))
        .filter(removals::Column::Source.eq(NARROWED))
        .distinct()
        .into_tuple()
        .all(db.connection())
        .await?;
    Ok(ids.into_iter().map(UserId).collect())
}

/// Writes down that somebody lost libraries without anybody having said so.
pub async fn note_narrowed(tx: &Tx, user: UserId, kind: DriftKind) -> StoreResult<()> {
    removals::ActiveModel {
        at: Set(tx.now().await?.millis()),
        user_id: Set(user.uuid()),
        source: Set(NARROWED.to_owned()),
        reason: Set(kind.to_string()),
        hold_id: Set(None),
        ..Default::default()
    }
    .insert(tx.connection())
    .await?;
    Ok(())
}

/// Writes automatic removals down; `hold` names the confirmation they rest on.
pub async fn note_removed(
    tx: &Tx,
    source: RemovalSource,
    removed: &[Candidate],
    hold: Option<HoldId>,
) -> StoreResult<()> {
    if removed.is_empty() {
        return Ok(());
    }
    let now = tx.now().await?.millis();
    let rows = removed.iter().map(|one| removals::ActiveModel {
        at: Set(now),
        user_id: Set(one.user_id.uuid()),
        source: Set(source.to_string()),
        reason: Set(one.reason.to_string()),
        hold_id: Set(hold.map(HoldId::uuid)),
        ..Default::default()
    });
    removals::Entity::insert_many(rows).exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// Puts removals on hold.
pub async fn hold(
    tx: &Tx,
    id: HoldId,
    source: RemovalSource,
    users: i64,
    budget: i64,
    listed: &[Candidate],
) -> StoreResult<()> {
    let number = |count: i64| i32::try_from(count).unwrap_or(i32::MAX);
    holds::ActiveModel {
        id: Set(id.uuid()),
        source: Set(source.to_string()),
        state: Set(HoldState::Waiting.to_string()),
        users: Set(number(users)),
        budget: Set(number(budget)),
        created_at: Set(tx.now().await?.millis()),
        ..Default::default()
    }
    .insert(tx.connection())
    .await?;
    for some in listed.chunks(500) {
        let rows = some.iter().map(|one| people::ActiveModel {
            hold_id: Set(id.uuid()),
            user_id: Set(one.user_id.uuid()),
            name: Set(one.name.clone()),
            reason: Set(one.reason.to_string()),
            outcome: Set(None),
        });
        people::Entity::insert_many(rows).exec_without_returning(tx.connection()).await?;
    }
    Ok(())
}

/// The hold with this id.
pub async fn get(db: &impl Reads, id: HoldId) -> StoreResult<Hold> {
    let row = holds::Entity::find_by_id(id.uuid()).one(db.connection()).await?;
    Hold::from_row(row.ok_or(StoreError::NotFound { what: "list of removals" })?)
}

/// What waits for an admin, oldest first.
pub async fn waiting(db: &impl Reads) -> StoreResult<Vec<Hold>> {
    let rows = holds::Entity::find()
        .filter(C::State.eq(HoldState::Waiting.as_str()))
        .order_by_asc(C::CreatedAt)
        .all(db.connection())
        .await?;
    rows.into_iter().map(Hold::from_row).collect()
}

/// Whom a hold lists, by name.
pub async fn listed(db: &impl Reads, id: HoldId) -> StoreResult<Vec<Candidate>> {
    let rows = people::Entity::find()
        .filter(people::Column::HoldId.eq(id.uuid()))
        .order_by_asc(people::Column::Name)
        .order_by_asc(people::Column::UserId)
        .all(db.connection())
        .await?;
    rows.into_iter().map(Candidate::from_row).collect()
}

/// Whom a hold lists, by name, a page at a time.
pub async fn list_people(db: &impl Reads, id: HoldId, request: &PageRequest) -> StoreResult<Page<Candidate>> {
    let select = people::Entity::find().filter(people::Column::HoldId.eq(id.uuid()));
    let order = Keyset {
        name: "name",
        by: Expr::col(people::Column::Name),
        id: Expr::col(people::Column::UserId),
        place: |row: &people::Model| (Place::Text(row.name.clone()), Place::Id(row.user_id)),
        kinds: (Place::Text(String::new()), Place::Id(Uuid::nil())),
    };
    let page = page::read(db, select, order, request).await?;
    Ok(Page {
        items: page.items.into_iter().map(Candidate::from_row).collect::<StoreResult<_>>()?,
        next_cursor: page.next_cursor,
        total: page.total,
        total_is_minimum: page.total_is_minimum,
    })
}

/// A confirmed hold came to nothing, and waits again. False: it had not been confirmed.
pub async fn wait_again(tx: &Tx, id: HoldId) -> StoreResult<bool> {
    let update = holds::Entity::update_many()
        .col_expr(C::State, Expr::value(HoldState::Waiting.as_str()))
        .col_expr(C::DecidedAt, Expr::value(None::<i64>))
        .filter(C::Id.eq(id.uuid()))
        .filter(C::State.eq(HoldState::Confirmed.as_str()));
    Ok(update.exec(tx.connection()).await?.rows_affected == 1)
}

/// Moves a hold that waits to another state; `by` is who decided. False: it did not wait any more.
pub async fn decide(tx: &Tx, id: HoldId, state: HoldState, by: Option<&Actor>) -> StoreResult<bool> {
    let now = tx.now().await?;
    let mut update = holds::Entity::update_many()
        .col_expr(C::State, Expr::value(state.as_str()))
        .col_expr(C::DecidedAt, Expr::value(now.millis()))
        .filter(C::Id.eq(id.uuid()))
        .filter(C::State.eq(HoldState::Waiting.as_str()));
    if let Some(by) = by {
        update = update
            .col_expr(C::DecidedByKind, Expr::value(by.kind.as_str()))
            .col_expr(C::DecidedById, Expr::value(by.id.as_deref()))
            .col_expr(C::DecidedByName, Expr::value(by.name.as_deref()));
    }
    Ok(update.exec(tx.connection()).await?.rows_affected == 1)
}
