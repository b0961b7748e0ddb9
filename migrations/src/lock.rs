//! Only one process migrates at a time. The lock lives as long as its holder: a process that is
//! killed lets go of it, so nothing has to be cleaned up.

use std::fs::{File, OpenOptions, TryLockError};
use std::time::Duration;

use sea_orm_migration::sea_orm::{DatabaseConnection, DbBackend};
use sqlx::pool::PoolConnection;
use sqlx::{MySql, Postgres};

use crate::Error;
use crate::connection::{Address, beside};

/// Any fixed number: PostgreSQL keeps advisory locks per database.
const POSTGRES_KEY: i64 = 0x50_55_4d_4d_49_47;
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Held while migrating; dropping it lets the next process in.
pub(crate) enum Lock {
    File { _file: File },
    Postgres { connection: PoolConnection<Postgres> },
    MySql { connection: PoolConnection<MySql> },
}

impl Lock {
    /// Waits up to `patience` for the lock.
    pub(crate) async fn take(
        address: &Address,
        pool: &DatabaseConnection,
        patience: Duration,
    ) -> Result<Self, Error> {
        tokio::time::timeout(patience, Self::wait(address, pool))
            .await
            .map_err(|_| Error::Locked { waited: patience })?
    }

    async fn wait(address: &Address, pool: &DatabaseConnection) -> Result<Self, Error> {
        match address.backend() {
            DbBackend::Postgres => {
                let mut connection = pool.get_postgres_connection_pool().acquire().await?;
                while !sqlx::query_scalar::<_, bool>("SELECT pg_try_advisory_lock($1)")
                    .bind(POSTGRES_KEY)
                    .fetch_one(&mut *connection)
                    .await?
                {
                    tokio::time::sleep(LOOK_EVERY).await;
                }
                Ok(Self::Postgres { connection })
            }
            DbBackend::MySql => {
                // Named locks are shared by the whole server, so the name holds the database's.
                let mut connection = pool.get_mysql_connection_pool().acquire().await?;
                while sqlx::query_scalar::<_, Option<i64>>(
                    "SELECT GET_LOCK(CONCAT('pum-migrate:', MD5(DATABASE())), 0)",
                )
                .fetch_one(&mut *connection)
                .await?
                    != Some(1)
                {
                    tokio::time::sleep(LOOK_EVERY).await;
                }
                Ok(Self::MySql { connection })
            }
            _ => {
                let Some(database) = address.file() else {
                    return Err(Error::Address { remedy: "this kind of database is not supported" });
                };
                let path = beside(database, ".migrate-lock");
                let failed = |source| Error::File { path: path.clone(), source };
                let mut options = OpenOptions::new();
                options.write(true).create(true).truncate(false);
                #[cfg(unix)]
                std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
                let file = options.open(&path).map_err(failed)?;
                loop {
                    match file.try_lock() {
                        Ok(()) => return Ok(Self::File { _file: file }),
                        Err(TryLockError::WouldBlock) => tokio::time::sleep(LOOK_EVERY).await,
                        Err(TryLockError::Error(source)) => return Err(failed(source)),
                    }
                }
            }
        }
    }

    /// Lets go. Session locks end with their connection, which therefore is closed, not pooled.
    pub(crate) async fn release(self) {
        match self {
            Self::File { .. } => {}
            Self::Postgres { connection } => drop(connection.close().await),
            Self::MySql { connection } => drop(connection.close().await),
        }
    }
}
