//! How every process of PUM opens its database: one recipe for SQLite, PostgreSQL and MariaDB.
//!
//! SQLite gets write-ahead logging and a separate pool of one connection for writers, because its
//! own busy handler lets writers of one process starve each other.

use std::fs::{DirBuilder, OpenOptions};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sea_orm_migration::sea_orm::{
    DatabaseConnection, DbBackend, SqlxMySqlConnector, SqlxPostgresConnector, SqlxSqliteConnector,
};
use sqlx::mysql::{MySqlConnectOptions, MySqlPoolOptions};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::Error;

/// How long opening a connection or waiting for a free one may take.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// So many rows are read ahead: a page of 200, and the one that tells whether there are more.
const LONGEST_PAGE: usize = 256;
/// How long SQLite waits for another process to finish writing.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
const TRY_EVERY: Duration = Duration::from_millis(20);

/// A parsed database address. Its `Debug` names the kind only: an address may hold a password.
#[derive(Clone)]
pub struct Address(Kind);

#[derive(Clone)]
enum Kind {
    Sqlite(SqliteConnectOptions),
    Postgres(PgConnectOptions),
    MySql(MySqlConnectOptions),
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.0 {
            Kind::Sqlite(_) => "Address(sqlite)",
            Kind::Postgres(_) => "Address(postgres)",
            Kind::MySql(_) => "Address(mariadb)",
        })
    }
}

impl FromStr for Address {
    type Err = Error;

    /// Accepts `sqlite:`, `postgres:`, `postgresql:`, `mysql:` and `mariadb:` addresses.
    fn from_str(url: &str) -> Result<Self, Error> {
        let (scheme, rest) = url.split_once(':').unwrap_or(("", url));
        let bad = |remedy: &'static str| Error::Address { remedy };
        let kind = match scheme {
            "sqlite" => {
                let options = SqliteConnectOptions::from_str(url)
                    .map_err(|_| bad("write it as sqlite:///folder/pum.db"))?;
                let file = options.get_filename();
                if file.as_os_str().is_empty() || url.contains(":memory:") || url.contains("mode=memory") {
                    return Err(bad("name a file: several processes share the database"));
                }
                Kind::Sqlite(
                    options
                        .journal_mode(SqliteJournalMode::Wal)
                        .synchronous(SqliteSynchronous::Normal)
                        .busy_timeout(BUSY_TIMEOUT)
                        .foreign_keys(true)
                        .pragma("temp_store", "memory")
                        // A page of a list is handed over at once, not in two halves with a wait between.
                        .row_buffer_size(LONGEST_PAGE)
                        .disable_statement_logging(),
                )
            }
            "postgres" | "postgresql" => Kind::Postgres(
                PgConnectOptions::from_str(url)
                    .map_err(|_| bad("write it as postgres://user:password@host:5432/pum"))?
                    .application_name("pum")
                    .disable_statement_logging(),
            ),
            "mysql" | "mariadb" => Kind::MySql(
                MySqlConnectOptions::from_str(&format!("mysql:{rest}"))
                    .map_err(|_| bad("write it as mysql://user:password@host:3306/pum"))?
                    .charset("utf8mb4")
                    .disable_statement_logging(),
            ),
            _ => return Err(bad("it must begin with sqlite:, postgres: or mysql:")),
        };
        Ok(Self(kind))
    }
}

/// The pools of one process.
#[derive(Clone, Debug)]
pub struct Connections {
    /// For transactions that may write.
    pub writer: DatabaseConnection,
    /// For reading; on SQLite it refuses to write. Elsewhere the same pool as `writer`.
    pub reader: DatabaseConnection,
}

impl Address {
    /// Which kind of database this is.
    pub fn backend(&self) -> DbBackend {
        match self.0 {
            Kind::Sqlite(_) => DbBackend::Sqlite,
            Kind::Postgres(_) => DbBackend::Postgres,
            Kind::MySql(_) => DbBackend::MySql,
        }
    }

    /// The SQLite file, when it is one.
    pub fn file(&self) -> Option<&Path> {
        match &self.0 {
            Kind::Sqlite(options) => Some(options.get_filename()),
            Kind::Postgres(_) | Kind::MySql(_) => None,
        }
    }

    /// Opens the pools. Creates a missing SQLite file, readable by its owner alone.
    ///
    /// `readers` is how many connections may read at once (on PostgreSQL and MariaDB: may be open).
    pub async fn open(&self, readers: u32) -> Result<Connections, Error> {
        let readers = readers.max(1);
        match &self.0 {
            Kind::Sqlite(options) => {
                create_private(options.get_filename())?;
                let writer = sqlite_pool(options.clone(), 1).await?;
                let reading = options.clone().pragma("query_only", "on");
                let reader = sqlite_pool(reading, readers).await?;
                Ok(Connections { writer, reader })
            }
            Kind::Postgres(options) => {
                let pool = PgPoolOptions::new()
                    .max_connections(readers)
                    .acquire_timeout(ACQUIRE_TIMEOUT)
                    .after_connect(|connection, _| {
                        Box::pin(async move {
                            sqlx::raw_sql(
                                "SET statement_timeout = '30s'; SET lock_timeout = '15s'; \
                                 SET idle_in_transaction_session_timeout = '60s'",
                            )
                            .execute(connection)
                            .await
                            .map(drop)
                        })
                    })
                    .connect_with(options.clone())
                    .await?;
                let pool = SqlxPostgresConnector::from_sqlx_postgres_pool(pool);
                Ok(Connections { writer: pool.clone(), reader: pool })
            }
            Kind::MySql(options) => {
                let pool = MySqlPoolOptions::new()
                    .max_connections(readers)
                    .acquire_timeout(ACQUIRE_TIMEOUT)
                    .after_connect(|connection, _| {
                        Box::pin(async move {
                            sqlx::raw_sql(
                                "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED; \
                                 SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES'); \
                                 SET SESSION innodb_lock_wait_timeout = 15",
                            )
                            .execute(connection)
                            .await
                            .map(drop)
                        })
                    })
                    .connect_with(options.clone())
                    .await?;
                let pool = SqlxMySqlConnector::from_sqlx_mysql_pool(pool);
                Ok(Connections { writer: pool.clone(), reader: pool })
            }
        }
    }
}

/// Whoever makes a new file ready, or tidies up as the last to leave it, makes SQLite refuse all others at once,
/// however long they would wait: they try again.
async fn sqlite_pool(options: SqliteConnectOptions, size: u32) -> Result<DatabaseConnection, Error> {
    let pool = SqlitePoolOptions::new()
        .max_connections(size)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // There is no server that might have gone away, and asking costs as much as a short read.
        .test_before_acquire(false)
        // On a full disk SQLite undoes a transaction by itself, and sqlx goes on to believe in it: what that
        // connection began next would be taken for a part of it, and not lock at once.
        .before_acquire(|connection, _| {
            let is_free = !connection.is_in_transaction();
            Box::pin(async move { Ok(is_free) })
        });
    let mut tries = BUSY_TIMEOUT.as_millis() / TRY_EVERY.as_millis();
    let pool = loop {
        match pool.clone().connect_with(options.clone()).await {
            Err(error) if tries > 0 && is_busy(&error) => tries -= 1,
            opened => break opened?,
        }
        tokio::time::sleep(TRY_EVERY).await;
    };
    Ok(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool))
}

/// SQLite's `SQLITE_BUSY`, with its extended codes.
fn is_busy(error: &sqlx::Error) -> bool {
    let code =
        error.as_database_error().and_then(|error| error.code()).and_then(|code| code.parse::<u32>().ok());
    code.is_some_and(|code| code & 0xff == 5)
}

/// Makes sure the file and its folder exist. New ones belong to the current user alone.
pub(crate) fn create_private(file: &Path) -> Result<(), Error> {
    let failed = |source| Error::File { path: file.to_owned(), source };
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder).map_err(failed)?;
    }
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(file) {
        Ok(_) => Ok(()),
        // A read-only file can still be served from; writing will say what is wrong.
        Err(_) if file.exists() => Ok(()),
        Err(source) => Err(failed(source)),
    }
}

/// The path beside `file` whose name is `file`'s with `suffix` appended.
pub(crate) fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
