//! A migration step: tables to create and columns to add, one statement at a time, each safe to run
//! again.
//!
//! MariaDB and MySQL do not roll schema changes back, so a step that was killed half-way is simply
//! run again from its first statement.

use std::cell::Cell;

use async_trait::async_trait;
use sea_orm_migration::sea_orm::{DbBackend, StatementBuilder};
use sea_orm_migration::sea_query::{Alias, Index, IndexCreateStatement, Table};
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

use crate::table::{NewColumns, NewTable};

/// The message of the error with which [`stopping_after`] interrupts a run.
pub const STOPPED: &str = "stopped between two statements";

tokio::task_local! {
    static STATEMENTS_LEFT: Cell<u32>;
}

/// Runs `work` and makes the migration in it fail right after its `statements`-th schema statement,
/// as if the process had been killed there. For tests.
pub async fn stopping_after<F: Future>(statements: u32, work: F) -> F::Output {
    STATEMENTS_LEFT.scope(Cell::new(statements), work).await
}

/// Runs one schema statement.
pub(crate) async fn run<S: StatementBuilder>(manager: &SchemaManager<'_>, statement: S) -> Result<(), DbErr> {
    manager.execute(statement).await?;
    let stop = STATEMENTS_LEFT
        .try_with(|left| {
            left.set(left.get().saturating_sub(1));
            left.get() == 0
        })
        .unwrap_or(false);
    if stop {
        return Err(DbErr::Migration(STOPPED.to_owned()));
    }
    Ok(())
}

/// What a step consists of, in order.
enum Part {
    Create(NewTable),
    Add(NewColumns),
}

/// A step; going down undoes its parts in reverse.
pub(crate) struct Step {
    name: &'static str,
    parts: Vec<Part>,
}

/// Creates tables with their indexes; going down drops them.
pub(crate) struct CreateTables;

impl CreateTables {
    pub(crate) fn step(name: &'static str, tables: Vec<NewTable>) -> Box<dyn MigrationTrait> {
        Step::named(name).create(tables).done()
    }
}

impl Step {
    pub(crate) const fn named(name: &'static str) -> Self {
        Self { name, parts: Vec::new() }
    }

    /// Creates tables with their indexes.
    pub(crate) fn create(mut self, tables: Vec<NewTable>) -> Self {
        self.parts.extend(tables.into_iter().map(Part::Create));
        self
    }

    /// Adds columns to a table that is there, with their indexes.
    pub(crate) fn add(mut self, columns: NewColumns) -> Self {
        self.parts.push(Part::Add(columns));
        self
    }

    pub(crate) fn done(self) -> Box<dyn MigrationTrait> {
        Box::new(self)
    }
}

impl MigrationName for Step {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        for part in &self.parts {
            match part {
                Part::Create(table) => {
                    // Where nothing is rolled back, a step goes on where an earlier run was interrupted.
                    if backend != DbBackend::MySql || !manager.has_table(table.name()).await? {
                        run(manager, table.create(backend)).await?;
                    }
                    create_indexes(manager, table.name(), table.indexes()).await?;
                }
                Part::Add(columns) => {
                    // One column a statement: SQLite takes no more.
                    for (name, mut column) in columns.columns(backend) {
                        if !manager.has_column(columns.table(), name).await? {
                            let alter = Table::alter()
                                .table(Alias::new(columns.table()))
                                .add_column(&mut column)
                                .take();
                            run(manager, alter).await?;
                        }
                    }
                    create_indexes(manager, columns.table(), columns.indexes()).await?;
                }
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for part in self.parts.iter().rev() {
            match part {
                Part::Create(table) => {
                    run(manager, Table::drop().table(Alias::new(table.name())).if_exists().take()).await?;
                }
                Part::Add(columns) => drop_columns(manager, columns).await?,
            }
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

async fn create_indexes(
    manager: &SchemaManager<'_>,
    table: &str,
    indexes: impl Iterator<Item = (&str, IndexCreateStatement)>,
) -> Result<(), DbErr> {
    for (name, mut index) in indexes {
        if manager.get_database_backend() != DbBackend::MySql {
            index.if_not_exists();
        } else if manager.has_index(table, name).await? {
            continue;
        }
        run(manager, index).await?;
    }
    Ok(())
}

async fn drop_columns(manager: &SchemaManager<'_>, columns: &NewColumns) -> Result<(), DbErr> {
    // SQLite refuses to drop a column that an index still names.
    for (name, _) in columns.indexes() {
        if manager.has_index(columns.table(), name).await? {
            let drop = Index::drop().name(name).table(Alias::new(columns.table())).to_owned();
            run(manager, drop).await?;
        }
    }
    let backend = manager.get_database_backend();
    for (name, _) in columns.columns(backend) {
        // SQLite does not list computed columns; where a whole step is undone at once, each is there.
        if backend != DbBackend::MySql || manager.has_column(columns.table(), name).await? {
            let alter =
                Table::alter().table(Alias::new(columns.table())).drop_column(Alias::new(name)).take();
            run(manager, alter).await?;
        }
    }
    Ok(())
}
