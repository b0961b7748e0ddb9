//! Runs of the sync, and what each found about whom.

use pum_domain::event::ActorKind;
use pum_domain::page::{Page, PageRequest};
use pum_domain::sync::{FieldChange, SyncItemKind, SyncProblem, SyncState};
use pum_domain::text::name_key;
use pum_domain::{HoldId, Instant, SyncId, UserId};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set, UpdateMany,
};
use uuid::Uuid;

use crate::db::parse;
use crate::db::sealed::Connected;
use crate::entity::sync_items::{self as items, Column as I};
use crate::entity::syncs::{self, Column as C};
use crate::history::Actor;
use crate::page::{self, Keyset, Place};
use crate::{Reads, StoreError, StoreResult, Tx};

/// How many people each kind of finding concerns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// New ones.
    pub added: i32,
    /// With other facts or access than before.
    pub updated: i32,
    /// Not there at the first look.
    pub missing: i32,
    /// Not there at the second.
    pub left: i32,
    /// There again.
    pub returned: i32,
    /// As before.
    pub unchanged: i32,
    /// Not looked at, since a change is under way.
    pub skipped: i32,
    /// Not judged.
    pub problems: i32,
}

/// A run of the sync.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sync {
    /// Its id.
    pub id: SyncId,
    /// Where it stands.
    pub state: SyncState,
    /// Who asked for it.
    pub actor: Actor,
    /// When it was asked for.
    pub requested_at: Instant,
    /// When it began.
    pub started_at: Option<Instant>,
    /// When the reading began that it rests on.
    pub read_at: Option<Instant>,
    /// When it was over.
    pub finished_at: Option<Instant>,
    /// What it found.
    pub counts: Counts,
    /// Why it came to nothing, or to less than everything.
    pub problem: Option<SyncProblem>,
    /// The same as a sentence.
    pub detail: Option<String>,
    /// The removals that wait for an admin.
    pub hold_id: Option<HoldId>,
}

impl Sync {
    fn from_row(row: syncs::Model) -> StoreResult<Self> {
        Ok(Self {
            id: SyncId(row.id),
            state: parse("syncs.state", &row.state)?,
            actor: Actor {
                kind: parse("syncs.actor_kind", &row.actor_kind)?,
                id: row.actor_id,
                name: row.actor_name,
            },
            requested_at: Instant(row.requested_at),
            started_at: row.started_at.map(Instant),
            read_at: row.read_at.map(Instant),
            finished_at: row.finished_at.map(Instant),
            counts: Counts {
                added: row.added,
                updated: row.updated,
                missing: row.missing,
                left: row.left_plex,
                returned: row.returned,
                unchanged: row.unchanged,
                skipped: row.skipped,
                problems: row.problems,
            },
            // A word of a newer version still says that there was a problem.
            problem: row.problem.map(|text| text.parse().unwrap_or(SyncProblem::Internal)),
            detail: row.detail,
            hold_id: row.hold_id.map(HoldId),
        })
    }
}

/// Writes down that a sync was asked for.
pub async fn request(tx: &Tx, id: SyncId, actor: &Actor) -> StoreResult<()> {
    let row = syncs::ActiveModel {
        id: Set(id.uuid()),
        state: Set(SyncState::Queued.to_string()),
        actor_kind: Set(actor.kind.to_string()),
        actor_id: Set(actor.id.clone()),
        actor_name: Set(actor.name.clone()),
        requested_at: Set(tx.now().await?.millis()),
        added: Set(0),
        updated: Set(0),
        missing: Set(0),
        left_plex: Set(0),
        returned: Set(0),
        unchanged: Set(0),
        skipped: Set(0),
        problems: Set(0),
        ..Default::default()
    };
    row.insert(tx.connection()).await?;
    Ok(())
}

/// The sync with this id.
pub async fn get(db: &impl Reads, id: SyncId) -> StoreResult<Sync> {
    let row = syncs::Entity::find_by_id(id.uuid()).one(db.connection()).await?;
    Sync::from_row(row.ok_or(StoreError::NotFound { what: "sync" })?)
}

/// The sync that is under way or waits for its turn.
pub async fn open(db: &impl Reads) -> StoreResult<Option<Sync>> {
    let open = [SyncState::Queued.as_str(), SyncState::Running.as_str()];
    let row = syncs::Entity::find()
        .filter(C::State.is_in(open))
        .order_by_asc(C::RequestedAt)
        .order_by_asc(C::Id)
        .one(db.connection())
        .await?;
    row.map(Sync::from_row).transpose()
}

/// The latest one that was asked for by `kind`.
pub async fn latest_by(db: &impl Reads, kind: ActorKind) -> StoreResult<Option<Sync>> {
    let row = syncs::Entity::find()
        .filter(C::ActorKind.eq(kind.as_str()))
        .order_by_desc(C::RequestedAt)
        .one(db.connection())
        .await?;
    row.map(Sync::from_row).transpose()
}

/// The latest one.
pub async fn latest(db: &impl Reads) -> StoreResult<Option<Sync>> {
    let row = syncs::Entity::find().order_by_desc(C::RequestedAt).order_by_desc(C::Id);
    row.one(db.connection()).await?.map(Sync::from_row).transpose()
}

/// The syncs whose removals wait for an admin. Few: a later list takes the place of an earlier one.
pub async fn needing_confirmation(db: &impl Reads) -> StoreResult<Vec<Sync>> {
    let rows = syncs::Entity::find()
        .filter(C::State.eq(SyncState::NeedsConfirmation.as_str()))
        .order_by_desc(C::RequestedAt)
        .limit(1)
        .all(db.connection())
        .await?;
    rows.into_iter().map(Sync::from_row).collect()
}

/// Lists syncs by when they were asked for.
pub async fn list(db: &impl Reads, request: &PageRequest) -> StoreResult<Page<Sync>> {
    let order = Keyset {
        name: "requested",
        by: Expr::col(C::RequestedAt),
        id: Expr::col(C::Id),
        place: |row: &syncs::Model| (Place::Number(row.requested_at), Place::Id(row.id)),
        kinds: (Place::Number(0), Place::Id(Uuid::nil())),
    };
    let rows = page::read(db, syncs::Entity::find(), order, request).await?;
    let items = rows.items.into_iter().map(Sync::from_row).collect::<StoreResult<_>>()?;
    Ok(Page {
        items,
        next_cursor: rows.next_cursor,
        total: rows.total,
        total_is_minimum: rows.total_is_minimum,
    })
}

/// It begins, or begins again after its worker has died: what it could not judge is forgotten, what
/// it has done stays. False: it is over.
pub async fn begin(tx: &Tx, id: SyncId, read_at: Instant) -> StoreResult<bool> {
    let now = tx.now().await?;
    let begun = still_open(id)
        .col_expr(C::State, Expr::value(SyncState::Running.as_str()))
        .col_expr(
            C::StartedAt,
            sea_orm::sea_query::Func::coalesce([Expr::col(C::StartedAt), Expr::value(now.millis())]).into(),
        )
        .col_expr(C::ReadAt, Expr::value(read_at.millis()))
        .exec(tx.connection())
        .await?
        .rows_affected
        == 1;
    if begun {
        items::Entity::delete_many()
            .filter(I::SyncId.eq(id.uuid()))
            .filter(I::Kind.is_in([SyncItemKind::Problem.as_str(), SyncItemKind::Missing.as_str()]))
            .exec(tx.connection())
            .await?;
    }
    Ok(begun)
}

/// Notes what it waits for, while it is tried again.
pub async fn note_problem(tx: &Tx, id: SyncId, problem: SyncProblem, detail: &str) -> StoreResult<()> {
    still_open(id)
        .col_expr(C::Problem, Expr::value(problem.as_str()))
        .col_expr(C::Detail, Expr::value(detail))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// What it waited for is over.
pub async fn clear_problem(tx: &Tx, id: SyncId) -> StoreResult<()> {
    still_open(id)
        .col_expr(C::Problem, Expr::value(None::<String>))
        .col_expr(C::Detail, Expr::value(None::<String>))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// How a sync ends.
#[derive(Debug, Clone, Default)]
pub struct Ending {
    /// People as before, and people that were not looked at.
    pub unchanged: i32,
    /// Not looked at, since a change is under way.
    pub skipped: i32,
    /// Why it came to nothing, or to less than everything.
    pub problem: Option<SyncProblem>,
    /// The same as a sentence.
    pub detail: Option<String>,
    /// The removals that wait for an admin.
    pub hold_id: Option<HoldId>,
}

/// Ends it; the findings are counted. False: it was over.
pub async fn finish(tx: &Tx, id: SyncId, state: SyncState, ending: &Ending) -> StoreResult<bool> {
    let found: Vec<(String, i64)> = items::Entity::find()
        .select_only()
        .column(I::Kind)
        .column_as(I::Id.count(), "found")
        .filter(I::SyncId.eq(id.uuid()))
        .group_by(I::Kind)
        .into_tuple()
        .all(tx.connection())
        .await?;
    let count = |kind: SyncItemKind| {
        let found = found.iter().find(|(name, _)| name == kind.as_str()).map_or(0, |(_, found)| *found);
        Expr::value(i32::try_from(found).unwrap_or(i32::MAX))
    };
    let now = tx.now().await?;
    let ended = still_open(id)
        .col_expr(C::State, Expr::value(state.as_str()))
        .col_expr(C::FinishedAt, Expr::value(now.millis()))
        .col_expr(C::Added, count(SyncItemKind::Added))
        .col_expr(C::Updated, count(SyncItemKind::Updated))
        .col_expr(C::Missing, count(SyncItemKind::Missing))
        .col_expr(C::LeftPlex, count(SyncItemKind::Left))
        .col_expr(C::Returned, count(SyncItemKind::Returned))
        .col_expr(C::Problems, count(SyncItemKind::Problem))
        .col_expr(C::Unchanged, Expr::value(ending.unchanged))
        .col_expr(C::Skipped, Expr::value(ending.skipped))
        .col_expr(C::Problem, Expr::value(ending.problem.map(SyncProblem::as_str)))
        .col_expr(C::Detail, Expr::value(ending.detail.as_deref()))
        .col_expr(C::HoldId, Expr::value(ending.hold_id.map(HoldId::uuid)))
        .exec(tx.connection())
        .await?;
    Ok(ended.rows_affected == 1)
}

/// The removals that it left to an admin have been decided: so many have gone.
pub async fn settle(tx: &Tx, hold: HoldId, left: i32) -> StoreResult<Vec<SyncId>> {
    let waiting: Vec<Uuid> = syncs::Entity::find()
        .select_only()
        .column(C::Id)
        .filter(C::HoldId.eq(hold.uuid()))
        .filter(C::State.eq(SyncState::NeedsConfirmation.as_str()))
        .into_tuple()
        .all(tx.connection())
        .await?;
    syncs::Entity::update_many()
        .col_expr(C::State, Expr::value(SyncState::Done.as_str()))
        .col_expr(C::LeftPlex, Expr::col(C::LeftPlex).add(left))
        .filter(C::Id.is_in(waiting.iter().copied()))
        .exec(tx.connection())
        .await?;
    Ok(waiting.into_iter().map(SyncId).collect())
}

fn still_open(id: SyncId) -> UpdateMany<syncs::Entity> {
    let open = [SyncState::Queued.as_str(), SyncState::Running.as_str()];
    syncs::Entity::update_many().filter(C::Id.eq(id.uuid())).filter(C::State.is_in(open))
}

/// Something found about somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What.
    pub kind: SyncItemKind,
    /// The user; `None` for somebody who did not become one.
    pub user_id: Option<UserId>,
    /// Their name at the time.
    pub name: String,
    /// Facts with their old and new values.
    pub changes: Vec<FieldChange>,
    /// Why, in a stable word.
    pub reason: Option<String>,
    /// The same as a sentence.
    pub detail: Option<String>,
}

/// Writes findings down.
pub async fn add_items(tx: &Tx, id: SyncId, found: &[Item]) -> StoreResult<()> {
    if found.is_empty() {
        return Ok(());
    }
    let mut rows = Vec::with_capacity(found.len());
    for item in found {
        let changes = match item.changes.as_slice() {
            [] => None,
            changes => Some(serde_json::to_string(changes).map_err(|error| StoreError::Other {
                detail: format!("writing what a sync found: {error}"),
            })?),
        };
        rows.push(items::ActiveModel {
            sync_id: Set(id.uuid()),
            kind: Set(item.kind.to_string()),
            user_id: Set(item.user_id.map(UserId::uuid)),
            name: Set(item.name.clone()),
            name_key: Set(name_key(&item.name)),
            changes: Set(changes),
            reason: Set(item.reason.clone()),
            detail: Set(item.detail.clone()),
            ..Default::default()
        });
    }
    items::Entity::insert_many(rows).exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// Which findings to list. Everything that is set must fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemFilter {
    /// Of this kind.
    pub kind: Option<SyncItemKind>,
    /// Text in the name, whatever its case.
    pub q: Option<String>,
}

/// Lists what a sync found, in the order in which it was found.
pub async fn list_items(
    db: &impl Reads,
    id: SyncId,
    filter: &ItemFilter,
    request: &PageRequest,
) -> StoreResult<Page<Item>> {
    let mut select = items::Entity::find().filter(I::SyncId.eq(id.uuid()));
    if let Some(kind) = filter.kind {
        select = select.filter(I::Kind.eq(kind.as_str()));
    }
    if let Some(q) = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        select = select.filter(page::contains(Expr::col(I::NameKey), &name_key(q)));
    }
    let order = Keyset {
        name: "found",
        by: Expr::col(I::Id),
        id: Expr::col(I::Id),
        place: |row: &items::Model| (Place::Number(row.id), Place::Number(row.id)),
        kinds: (Place::Number(0), Place::Number(0)),
    };
    let rows = page::read(db, select, order, request).await?;
    let mut found = Vec::with_capacity(rows.items.len());
    for row in rows.items {
        let changes = row.changes.as_deref().map(serde_json::from_str).transpose();
        found.push(Item {
            kind: parse("sync_items.kind", &row.kind)?,
            user_id: row.user_id.map(UserId),
            name: row.name,
            changes: changes
                .map_err(|_| StoreError::corrupt("sync_items.changes cannot be read"))?
                .unwrap_or_default(),
            reason: row.reason,
            detail: row.detail,
        });
    }
    Ok(Page {
        items: found,
        next_cursor: rows.next_cursor,
        total: rows.total,
        total_is_minimum: rows.total_is_minimum,
    })
}

/// Deletes up to `most` syncs with their findings that ended before `before` and wait for nothing.
pub async fn prune(tx: &Tx, before: Instant, most: u64) -> StoreResult<u64> {
    let over = [SyncState::Done.as_str(), SyncState::Failed.as_str()];
    let ids: Vec<Uuid> = syncs::Entity::find()
        .select_only()
        .column(C::Id)
        .filter(C::State.is_in(over))
        .filter(C::RequestedAt.lt(before.millis()))
        .limit(most)
        .into_tuple()
        .all(tx.connection())
        .await?;
    if ids.is_empty() {
        return Ok(0);
    }
    let gone = syncs::Entity::delete_many().filter(C::Id.is_in(ids)).exec(tx.connection()).await?;
    Ok(gone.rows_affected)
}
