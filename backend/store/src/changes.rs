//! Noticing that another process has committed something, without reading it.
//!
//! SQLite has a counter for that, cheap enough to look at several times a second. On PostgreSQL and
//! MariaDB the look at the table itself is as cheap, so there every look says yes.

use sea_orm::{DatabaseConnection, DbBackend};
use sqlx::Sqlite;
use sqlx::pool::PoolConnection;

use crate::{StoreError, StoreResult};

/// A connection that watches for commits.
pub struct Changes(Option<Watch>);

struct Watch {
    connection: PoolConnection<Sqlite>,
    seen: Option<i64>,
}

impl Changes {
    pub(crate) async fn watch(reader: &DatabaseConnection) -> StoreResult<Self> {
        if reader.get_database_backend() != DbBackend::Sqlite {
            return Ok(Self(None));
        }
        // The counter compares with what this very connection saw, so it keeps one to itself.
        let connection = reader.get_sqlite_connection_pool().acquire().await.map_err(from_sqlx)?;
        Ok(Self(Some(Watch { connection, seen: None })))
    }

    /// Whether anything may have been committed since the last call. The first call says yes.
    pub async fn any(&mut self) -> StoreResult<bool> {
        let Some(watch) = &mut self.0 else { return Ok(true) };
        let version = sqlx::query_scalar::<_, i64>("PRAGMA data_version")
            .fetch_one(&mut *watch.connection)
            .await
            .map_err(from_sqlx)?;
        Ok(watch.seen.replace(version) != Some(version))
    }
}

fn from_sqlx(error: sqlx::Error) -> StoreError {
    sea_orm::DbErr::Query(sea_orm::RuntimeErr::SqlxError(error.into())).into()
}
