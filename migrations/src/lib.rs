//! The schema of PUM's database and the way to it: one set of steps for SQLite, PostgreSQL and
//! MariaDB, run under a database lock, with a copy of a SQLite file made first.
//!
//! Only `pum up` and `pum migrate` call [`up`]; other processes call [`wait_for_schema`]. Reading
//! and writing rows is left to the store.

mod connection;
mod copy;
mod lock;
mod step;
mod steps;
mod table;

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Duration;

use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseConnection};
use sea_orm_migration::sea_query::{Alias, Query};
use sea_orm_migration::{DbErr, MigrationTrait, MigratorTrait, SchemaManager};

pub use connection::{Address, Connections};
pub use step::{STOPPED, stopping_after};

/// How long to wait for another process that is migrating.
const LOCK_PATIENCE: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Why the schema is not as it should be.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address cannot be used.
    #[error("the database address is not valid: {remedy}")]
    Address {
        /// What to write instead.
        remedy: &'static str,
    },
    /// A file beside the database, or the database itself, could not be made.
    #[error("{}: {source}", path.display())]
    File {
        /// The file concerned.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The database was migrated by a newer version of PUM.
    #[error("the database belongs to a newer version of PUM (it has {}): start that version, or restore a copy made before the update", unknown.join(", "))]
    Newer {
        /// The steps this version does not know.
        unknown: Vec<String>,
    },
    /// Another process has been migrating all the time.
    #[error("another process has been migrating the database for {} s: wait for it, or end it", waited.as_secs())]
    Locked {
        /// How long was waited.
        waited: Duration,
    },
    /// Steps are missing and nobody ran them.
    #[error("the database is {} step(s) behind: run `pum migrate`", pending.len())]
    Behind {
        /// The steps still to run, in order.
        pending: Vec<String>,
    },
    /// The database refused or could not be reached.
    #[error("database: {0}")]
    Database(#[from] DbErr),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(DbErr::Conn(sea_orm_migration::sea_orm::RuntimeErr::SqlxError(error.into())))
    }
}

/// Which steps have run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Steps that have run, in order.
    pub applied: Vec<String>,
    /// Steps of this version that have not run, in order.
    pub pending: Vec<String>,
    /// Steps in the database that this version does not know: it is newer.
    pub unknown: Vec<String>,
}

impl Status {
    /// Whether this version can work with the database as it is.
    pub fn check(&self) -> Result<(), Error> {
        if !self.unknown.is_empty() {
            return Err(Error::Newer { unknown: self.unknown.clone() });
        }
        if !self.pending.is_empty() {
            return Err(Error::Behind { pending: self.pending.clone() });
        }
        Ok(())
    }
}

/// What a migration did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The steps that were run.
    pub applied: Vec<String>,
    /// The copy of the SQLite file made before them.
    pub copy: Option<PathBuf>,
}

struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        steps::all()
    }
}

/// Looks which steps have run, without changing anything in the database.
pub async fn status(database: &DatabaseConnection) -> Result<Status, Error> {
    let known: Vec<String> = steps::all().iter().map(|step| step.name().to_owned()).collect();
    let mut ran = HashSet::new();
    if SchemaManager::new(database).has_table("seaql_migrations").await? {
        let select =
            Query::select().column(Alias::new("version")).from(Alias::new("seaql_migrations")).take();
        for row in database.query_all(&select).await? {
            ran.insert(row.try_get::<String>("", "version")?);
        }
    }
    let (applied, pending) = known.iter().cloned().partition(|step| ran.contains(step));
    let mut unknown: Vec<String> = ran.into_iter().filter(|step| !known.contains(step)).collect();
    unknown.sort();
    Ok(Status { applied, pending, unknown })
}

/// Runs the steps that are missing. Safe to call from several processes at once, and again after a
/// run that was interrupted anywhere.
pub async fn up(address: &Address) -> Result<Report, Error> {
    let pools = address.open(2).await?;
    let result = up_locked(address, &pools.writer, &pools.reader).await;
    close(pools).await;
    result
}

async fn up_locked(
    address: &Address,
    writer: &DatabaseConnection,
    reader: &DatabaseConnection,
) -> Result<Report, Error> {
    let lock = lock::Lock::take(address, reader, LOCK_PATIENCE).await?;
    let result = up_now(address, writer).await;
    lock.release().await;
    result
}

async fn up_now(address: &Address, database: &DatabaseConnection) -> Result<Report, Error> {
    let before = status(database).await?;
    if !before.unknown.is_empty() {
        return Err(Error::Newer { unknown: before.unknown });
    }
    let Some(first) = before.pending.first() else {
        return Ok(Report::default());
    };
    let copy = match address.file() {
        Some(file) if !before.applied.is_empty() => Some(copy::make(database, file, first).await?),
        _ => None,
    };
    Migrator::up(database, None).await?;
    Ok(Report { applied: before.pending, copy })
}

/// Takes the last `steps` steps back, with everything in their tables. For development and tests.
pub async fn down(address: &Address, steps: u32) -> Result<(), Error> {
    let pools = address.open(2).await?;
    let result = match lock::Lock::take(address, &pools.reader, LOCK_PATIENCE).await {
        Ok(lock) => {
            let result = Migrator::down(&pools.writer, Some(steps)).await;
            lock.release().await;
            result.map_err(Error::from)
        }
        Err(error) => Err(error),
    };
    close(pools).await;
    result
}

/// Waits until the schema is this version's, for at most `patience`.
///
/// A newer schema is refused at once. Drop the future to stop waiting.
pub async fn wait_for_schema(database: &DatabaseConnection, patience: Duration) -> Result<(), Error> {
    let give_up = tokio::time::Instant::now() + patience;
    loop {
        let outcome = match status(database).await {
            Ok(status) => status.check(),
            Err(error) => Err(error),
        };
        match outcome {
            Ok(()) => return Ok(()),
            Err(error @ Error::Newer { .. }) => return Err(error),
            Err(error) if tokio::time::Instant::now() >= give_up => return Err(error),
            Err(_) => tokio::time::sleep(LOOK_EVERY).await,
        }
    }
}

async fn close(pools: Connections) {
    // Closing is a courtesy to the server: what the work said matters, not how the pool ended.
    for pool in [pools.writer, pools.reader] {
        if let Err(error) = pool.close().await {
            tracing::debug!(%error, "closing the migration's connections");
        }
    }
}
