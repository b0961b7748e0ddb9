//! How far the reading of a server's own play history has come: so that it goes on where it was, whoever
//! was interrupted.

use pum_domain::Instant;
use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, Set};

use crate::db::sealed::Connected;
use crate::entity::play_imports::{self, Column as C};
use crate::{Reads, StoreResult, Tx};

/// How far it has come.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlayImport {
    /// The server.
    pub machine_identifier: String,
    /// Everything up to here has been read, or was watched; `None` before the first pass is over.
    pub settled_until: Option<Instant>,
    /// The pass that is under way; `None` between two.
    pub pass: Option<Pass>,
    /// Plays that were new, in all passes.
    pub imported: i64,
    /// The first play that the server remembers, once it has been read.
    pub oldest_at: Option<Instant>,
    /// When the first pass was over.
    pub first_done_at: Option<Instant>,
    /// When a page was last read.
    pub read_at: Option<Instant>,
    /// What kept the last try from going on; no secrets.
    pub problem: Option<String>,
}

/// One pass through the history, in pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pass {
    /// Where it ends.
    pub reaching: Instant,
    /// Where it begins; `None`: with the first play there is.
    pub from: Option<Instant>,
    /// How many of its rows are done with.
    pub skip: i32,
    /// Rows of the pass, where the server says it.
    pub total: Option<i64>,
    /// Of these, still to be read.
    pub left: Option<i64>,
}

impl PlayImport {
    /// Since when the imported history tells who watched: once all of it has been read.
    pub fn imported_since(&self) -> Option<Instant> {
        self.first_done_at.and(self.oldest_at)
    }
}

/// How far it has come with this server; `None` before it was begun.
pub async fn get(db: &impl Reads, machine_identifier: &str) -> StoreResult<Option<PlayImport>> {
    let row = play_imports::Entity::find_by_id(machine_identifier).one(db.connection()).await?;
    Ok(row.map(|row| PlayImport {
        machine_identifier: row.machine_identifier,
        settled_until: row.settled_until.map(Instant),
        pass: row.reaching.map(|reaching| Pass {
            reaching: Instant(reaching),
            from: row.page_from.map(Instant),
            skip: row.page_skip,
            total: row.rows_total,
            left: row.rows_left,
        }),
        imported: row.imported,
        oldest_at: row.oldest_at.map(Instant),
        first_done_at: row.first_done_at.map(Instant),
        read_at: row.read_at.map(Instant),
        problem: row.problem,
    }))
}

/// Writes down how far it has come.
pub async fn save(tx: &Tx, import: &PlayImport) -> StoreResult<()> {
    let millis = |at: Option<Instant>| Set(at.map(Instant::millis));
    let pass = import.pass;
    let row = play_imports::ActiveModel {
        machine_identifier: Set(import.machine_identifier.clone()),
        settled_until: millis(import.settled_until),
        reaching: millis(pass.map(|pass| pass.reaching)),
        page_from: millis(pass.and_then(|pass| pass.from)),
        page_skip: Set(pass.map_or(0, |pass| pass.skip)),
        rows_total: Set(pass.and_then(|pass| pass.total)),
        rows_left: Set(pass.and_then(|pass| pass.left)),
        imported: Set(import.imported),
        oldest_at: millis(import.oldest_at),
        first_done_at: millis(import.first_done_at),
        read_at: millis(import.read_at),
        problem: Set(import.problem.clone()),
    };
    let overwrite = OnConflict::column(C::MachineIdentifier)
        .update_columns([
            C::SettledUntil,
            C::Reaching,
            C::PageFrom,
            C::PageSkip,
            C::RowsTotal,
            C::RowsLeft,
            C::Imported,
            C::OldestAt,
            C::FirstDoneAt,
            C::ReadAt,
            C::Problem,
        ])
        .to_owned();
    play_imports::Entity::insert(row).on_conflict(overwrite).exec_without_returning(tx.connection()).await?;
    Ok(())
}
