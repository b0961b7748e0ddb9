//! A migration step that creates tables, one statement at a time, each safe to run again.
//!
//! MariaDB and MySQL do not roll schema changes back, so a step that was killed half-way is simply
//! run again from its first statement.

use std::cell::Cell;

use async_trait::async_trait;
use sea_orm_migration::sea_orm::{DbBackend, StatementBuilder};
use sea_orm_migration::sea_query::{Alias, Table};
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

use crate::table::NewTable;

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

/// Creates tables with their indexes; going down drops them.
pub(crate) struct CreateTables {
    name: &'static str,
    tables: Vec<NewTable>,
}

impl CreateTables {
    pub(crate) fn step(name: &'static str, tables: Vec<NewTable>) -> Box<dyn MigrationTrait> {
        Box::new(Self { name, tables })
    }
}

impl MigrationName for CreateTables {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait]
impl MigrationTrait for CreateTables {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        for table in &self.tables {
            // Where nothing is rolled back, a step goes on where an earlier run was interrupted.
            if backend != DbBackend::MySql || !manager.has_table(table.name()).await? {
                run(manager, table.create(backend)).await?;
            }
            for (name, mut index) in table.indexes() {
                if backend != DbBackend::MySql {
                    index.if_not_exists();
                } else if manager.has_index(table.name(), name).await? {
                    continue;
                }
                run(manager, index).await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in self.tables.iter().rev() {
            run(manager, Table::drop().table(Alias::new(table.name())).if_exists().take()).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
