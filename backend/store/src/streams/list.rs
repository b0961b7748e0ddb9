//! The stream history: which streams have ended, in which order, and how many. Every filter has an index
//! that also gives the order, so a page costs the same however long the history is.

use pum_domain::page::{Page, PageRequest};
use pum_domain::stream::StreamKind;
use pum_domain::text::name_key;
use pum_domain::{Instant, UserId};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Select};

use super::{Stream, clip, from_row};
use crate::entity::streams::{self, Column as C};
use crate::page::{self, Keyset, Place};
use crate::{Reads, StoreResult};

/// Which streams to list. Everything that is set must fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this user.
    pub user_id: Option<UserId>,
    /// From the library with this key on the server.
    pub library_key: Option<i64>,
    /// On the player of this name (see [`super::Player::name`]).
    pub player: Option<String>,
    /// Of this kind.
    pub kind: Option<StreamKind>,
    /// Text in a title or in the viewer's name, whatever its case.
    pub q: Option<String>,
    /// Begun at this moment or later.
    pub from: Option<Instant>,
    /// Begun before this moment.
    pub to: Option<Instant>,
}

/// Lists streams that have ended, by when they began.
pub async fn list(db: &impl Reads, filter: &Filter, request: &PageRequest) -> StoreResult<Page<Stream>> {
    page::read(db, select(filter), by_time(), request).await?.try_map(from_row)
}

/// As [`list`], without counting: the streams of a page, and where the next one begins.
pub async fn walk(
    db: &impl Reads,
    filter: &Filter,
    request: &PageRequest,
) -> StoreResult<(Vec<Stream>, Option<String>)> {
    let (rows, next) = page::walk(db.connection(), select(filter), by_time(), request).await?;
    Ok((rows.into_iter().map(from_row).collect::<StoreResult<_>>()?, next))
}

/// How the database would go about [`list`].
pub async fn explain(db: &impl Reads, filter: &Filter, request: &PageRequest) -> StoreResult<Vec<String>> {
    page::explain(db.connection(), select(filter), by_time(), request).await
}

fn select(filter: &Filter) -> Select<streams::Entity> {
    let mut select = streams::Entity::find().filter(C::EndedAt.is_not_null());
    if let Some(id) = filter.user_id {
        select = select.filter(C::UserId.eq(id.uuid()));
    }
    if let Some(key) = filter.library_key {
        select = select.filter(C::LibraryKey.eq(key));
    }
    if let Some(player) = &filter.player {
        select = select.filter(C::Player.eq(clip(player, 191)));
    }
    if let Some(kind) = filter.kind {
        select = select.filter(C::Kind.eq(kind.as_str()));
    }
    if let Some(q) = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        select = select.filter(page::contains(Expr::col(C::Search), &name_key(q)));
    }
    if let Some(from) = filter.from {
        select = select.filter(C::StartedAt.gte(from.millis()));
    }
    if let Some(to) = filter.to {
        select = select.filter(C::StartedAt.lt(to.millis()));
    }
    select
}

pub(super) fn by_time() -> Keyset<streams::Model> {
    Keyset {
        name: "started",
        by: Expr::col(C::StartedAt),
        id: Expr::col(C::Id),
        place: |row: &streams::Model| (Place::Number(row.started_at), Place::Number(row.id)),
        kinds: (Place::Number(0), Place::Number(0)),
    }
}
