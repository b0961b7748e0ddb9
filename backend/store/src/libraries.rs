//! Libraries of the Plex server, as they were when last read.

use pum_domain::library::{KnownLibrary, ServerLibrary};
use pum_domain::page::{Page, PageRequest};
use pum_domain::{Instant, LibraryId};
use sea_orm::sea_query::{Expr, Func, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set};

use crate::db::sealed::Connected;
use crate::entity::libraries::{self, Column as C};
use crate::page::{self, Keyset, Place};
use crate::{Reads, StoreResult, Tx};

/// A library as stored. Gone ones stay, since invites and users name them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Library {
    /// PUM's id.
    pub id: LibraryId,
    /// The server it is on.
    pub machine_identifier: String,
    /// The server's name for it, which stays when it is renamed.
    pub uuid: String,
    /// The server's number.
    pub key: i64,
    /// plex.tv's number, which sharing takes; unknown until plex.tv has listed it.
    pub section_id: Option<i64>,
    /// Its title.
    pub title: String,
    /// `movie`, `show`, `artist`, `photo`.
    pub kind: String,
    /// How many films, series or artists it holds, once counted.
    pub item_count: Option<i64>,
    /// When it was last seen.
    pub refreshed_at: Instant,
    /// Since when it has not been listed.
    pub missing_since: Option<Instant>,
    /// When the server and plex.tv agreed that it is gone.
    pub vanished_at: Option<Instant>,
}

impl Library {
    /// What comparing it with fresh lists needs.
    pub fn known(&self) -> KnownLibrary {
        KnownLibrary {
            id: self.id,
            uuid: self.uuid.clone(),
            key: self.key,
            section_id: self.section_id,
            missing_since: self.missing_since,
            vanished: self.vanished_at.is_some(),
        }
    }
}

impl From<libraries::Model> for Library {
    fn from(row: libraries::Model) -> Self {
        Self {
            id: row.id.into(),
            machine_identifier: row.machine_identifier,
            uuid: row.uuid,
            key: row.key,
            section_id: row.section_id,
            title: row.title,
            kind: row.kind,
            item_count: row.item_count,
            refreshed_at: Instant(row.refreshed_at),
            missing_since: row.missing_since_at.map(Instant),
            vanished_at: row.vanished_at.map(Instant),
        }
    }
}

/// The libraries with these ids, gone ones included; unknown ids are left out.
pub async fn by_ids(db: &impl Reads, ids: &[LibraryId]) -> StoreResult<Vec<Library>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = libraries::Entity::find()
        .filter(C::Id.is_in(ids.iter().map(|id| id.uuid())))
        .order_by_asc(C::Key)
        .order_by_asc(C::Id)
        .all(db.connection())
        .await?;
    Ok(rows.into_iter().map(Library::from).collect())
}

/// Every library that a server has or had, by its number there.
pub async fn of_server(db: &impl Reads, machine_identifier: &str) -> StoreResult<Vec<Library>> {
    let rows = libraries::Entity::find()
        .filter(C::MachineIdentifier.eq(machine_identifier))
        .order_by_asc(C::Key)
        .order_by_asc(C::Id)
        .all(db.connection())
        .await?;
    Ok(rows.into_iter().map(Library::from).collect())
}

/// By what a list of libraries may be sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// The server's number.
    Key,
    /// The title.
    Title,
}

/// Which libraries to list. Everything that is set must fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// On this server.
    pub machine_identifier: String,
    /// Also those that are gone.
    pub with_vanished: bool,
}

/// Lists a server's libraries.
pub async fn list(
    db: &impl Reads,
    filter: &Filter,
    sort: Sort,
    request: &PageRequest,
) -> StoreResult<Page<Library>> {
    let mut select = libraries::Entity::find().filter(C::MachineIdentifier.eq(&filter.machine_identifier));
    if !filter.with_vanished {
        select = select.filter(C::VanishedAt.is_null());
    }
    let order = match sort {
        Sort::Key => Keyset {
            name: "library_key",
            by: Expr::col(C::Key),
            id: Expr::col(C::Id),
            place: |row: &libraries::Model| (Place::Number(row.key), Place::Id(row.id)),
            kinds: (Place::Number(0), Place::Id(uuid::Uuid::nil())),
        },
        Sort::Title => Keyset {
            name: "library_title",
            by: Expr::col(C::Title),
            id: Expr::col(C::Id),
            place: |row: &libraries::Model| (Place::Text(row.title.clone()), Place::Id(row.id)),
            kinds: (Place::Text(String::new()), Place::Id(uuid::Uuid::nil())),
        },
    };
    Ok(page::read(db, select, order, request).await?.map(Library::from))
}

/// Writes down a library that a complete read has shown. Names are clean already. One that was held
/// to be gone is there again.
pub async fn note_present(
    tx: &Tx,
    machine_identifier: &str,
    new_id: LibraryId,
    library: &ServerLibrary,
    section_id: Option<i64>,
    read_at: Instant,
) -> StoreResult<()> {
    let row = libraries::ActiveModel {
        id: Set(new_id.uuid()),
        machine_identifier: Set(machine_identifier.to_owned()),
        uuid: Set(library.uuid.clone()),
        key: Set(library.key),
        section_id: Set(section_id),
        title: Set(library.title.clone()),
        kind: Set(library.kind.clone()),
        item_count: Set(None),
        refreshed_at: Set(read_at.millis()),
        missing_since_at: Set(None),
        vanished_at: Set(None),
    };
    let again = OnConflict::columns([C::MachineIdentifier, C::Uuid])
        .update_columns([
            C::Key,
            C::SectionId,
            C::Title,
            C::Kind,
            C::RefreshedAt,
            C::MissingSinceAt,
            C::VanishedAt,
        ])
        .to_owned();
    libraries::Entity::insert(row).on_conflict(again).exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// Writes down that a library was not listed at a first look.
pub async fn note_missing(tx: &Tx, id: LibraryId, read_at: Instant) -> StoreResult<()> {
    libraries::Entity::update_many()
        .col_expr(C::MissingSinceAt, Expr::value(read_at.millis()))
        .filter(C::Id.eq(id.uuid()))
        .filter(C::MissingSinceAt.is_null())
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Writes down that a library is gone.
pub async fn note_vanished(tx: &Tx, id: LibraryId, read_at: Instant) -> StoreResult<()> {
    libraries::Entity::update_many()
        .col_expr(
            C::MissingSinceAt,
            Func::coalesce([Expr::col(C::MissingSinceAt), Expr::value(read_at.millis())]).into(),
        )
        .col_expr(C::VanishedAt, Expr::value(read_at.millis()))
        .filter(C::Id.eq(id.uuid()))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Writes down how many items a library holds.
pub async fn note_count(tx: &Tx, id: LibraryId, items: i64) -> StoreResult<()> {
    libraries::Entity::update_many()
        .col_expr(C::ItemCount, Expr::value(items))
        .filter(C::Id.eq(id.uuid()))
        .exec(tx.connection())
        .await?;
    Ok(())
}
