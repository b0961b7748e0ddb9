//! Lists of invites. Deleted ones are not in them.

use std::collections::HashMap;

use pum_domain::invite::InviteStatus;
use pum_domain::page::{Page, PageRequest};
use pum_domain::text::name_key;
use pum_domain::{Instant, InviteId, LibraryId};
use sea_orm::sea_query::{Expr, ExprTrait, Func, SimpleExpr};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, QueryTrait, Select};
use uuid::Uuid;

use super::{Invite, chosen};
use crate::entity::invite_libraries;
use crate::entity::invites::{self, Column as C};
use crate::page::{self, Keyset, Place};
use crate::{Reads, StoreResult};

pum_domain::catalogue! {
    /// By what a list of invites may be sorted.
    pub enum Sort {
        /// When they were made.
        Created = "created",
        /// When they end; those that never do come last.
        Expires = "expires",
        /// How many seats are taken.
        Uses = "uses",
        /// The label, without case; those without one come first.
        Label = "label",
    }
}

/// Which invites to list. Everything that is set must fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// As they stand at this moment.
    pub status: Option<InviteStatus>,
    /// Text in the label or the code, whatever its case.
    pub q: Option<String>,
}

/// Lists invites as they stand at `now`.
pub async fn list(
    db: &impl Reads,
    filter: &Filter,
    sort: Sort,
    now: Instant,
    request: &PageRequest,
) -> StoreResult<Page<Invite>> {
    let mut select = invites::Entity::find().filter(C::DeletedAt.is_null());
    if let Some(status) = filter.status {
        select = of_status(select, status, now);
    }
    if let Some(q) = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        let q = name_key(q);
        let label = page::contains(Expr::col(C::LabelKey), &q);
        select = select.filter(label.or(page::contains(Expr::col(C::CodeKey), &q)));
    }
    let rows = page::read(db, select, order(sort), request).await?;
    let mut chosen = chosen(db, rows.items.iter()).await?;
    let mut items = Vec::with_capacity(rows.items.len());
    for row in rows.items {
        let libraries = chosen.remove(&row.id).unwrap_or_default();
        items.push(Invite::from_row(row, libraries)?);
    }
    Ok(Page {
        items,
        next_cursor: rows.next_cursor,
        total: rows.total,
        total_is_minimum: rows.total_is_minimum,
    })
}

/// How many links work at `now`.
pub async fn count_active(db: &impl Reads, now: Instant) -> StoreResult<u64> {
    let select = invites::Entity::find().filter(C::DeletedAt.is_null());
    Ok(of_status(select, InviteStatus::Active, now).count(db.connection()).await?)
}

/// The libraries that links name which work at `now`, at most 1000.
pub async fn named_by_active(db: &impl Reads, now: Instant) -> StoreResult<Vec<LibraryId>> {
    let active = of_status(invites::Entity::find().filter(C::DeletedAt.is_null()), InviteStatus::Active, now);
    let ids: Vec<Uuid> = invite_libraries::Entity::find()
        .select_only()
        .column(invite_libraries::Column::LibraryId)
        .distinct()
        .filter(
            invite_libraries::Column::InviteId.in_subquery(active.select_only().column(C::Id).into_query()),
        )
        .limit(1000)
        .into_tuple()
        .all(db.connection())
        .await?;
    Ok(ids.into_iter().map(LibraryId).collect())
}

/// The same rules as `pum_domain::invite::status`, in SQL.
fn of_status(select: Select<invites::Entity>, status: InviteStatus, now: Instant) -> Select<invites::Entity> {
    let unexpired = || C::ExpiresAt.is_null().or(C::ExpiresAt.gt(now.millis()));
    let awake = || C::PausedAt.is_null();
    match status {
        InviteStatus::Paused => select.filter(C::PausedAt.is_not_null()),
        InviteStatus::Expired => select.filter(awake()).filter(C::ExpiresAt.lte(now.millis())),
        InviteStatus::UsedUp => {
            select.filter(awake()).filter(unexpired()).filter(Expr::col(C::Uses).gte(Expr::col(C::MaxUses)))
        }
        InviteStatus::Active => select
            .filter(awake())
            .filter(unexpired())
            .filter(C::MaxUses.is_null().or(Expr::col(C::Uses).lt(Expr::col(C::MaxUses)))),
    }
}

fn order(sort: Sort) -> Keyset<invites::Model> {
    const NEVER: i64 = i64::MAX;
    type PlaceOf = fn(&invites::Model) -> (Place, Place);
    let number = Place::Number(0);
    let (name, by, place, kind): (_, SimpleExpr, PlaceOf, _) = match sort {
        Sort::Created => (
            "created",
            Expr::col(C::CreatedAt),
            |row| (Place::Number(row.created_at), Place::Id(row.id)),
            number,
        ),
        Sort::Expires => (
            "expires",
            Func::coalesce([Expr::col(C::ExpiresAt), Expr::value(NEVER)]).into(),
            |row| (Place::Number(row.expires_at.unwrap_or(NEVER)), Place::Id(row.id)),
            number,
        ),
        Sort::Uses => {
            ("uses", Expr::col(C::Uses), |row| (Place::Number(row.uses), Place::Id(row.id)), number)
        }
        Sort::Label => (
            "label",
            Expr::col(C::LabelKey),
            |row| (Place::Text(row.label_key.clone()), Place::Id(row.id)),
            Place::Text(String::new()),
        ),
    };
    Keyset { name, by, id: Expr::col(C::Id), place, kinds: (kind, Place::Id(Uuid::nil())) }
}

/// The labels of invites, deleted ones included.
pub async fn labels(db: &impl Reads, ids: &[InviteId]) -> StoreResult<HashMap<InviteId, Option<String>>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(Uuid, Option<String>)> = invites::Entity::find()
        .select_only()
        .column(C::Id)
        .column(C::Label)
        .filter(C::Id.is_in(ids.iter().map(|id| id.uuid())))
        .into_tuple()
        .all(db.connection())
        .await?;
    Ok(rows.into_iter().map(|(id, label)| (InviteId(id), label)).collect())
}
