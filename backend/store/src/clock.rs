//! The database's clock. Leases, due times and expiry are judged by it, so that several machines
//! whose clocks differ still agree. The one place of the store that asks the time.

use pum_domain::Instant;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::StoreResult;

/// The moment by the clock of the database behind `connection`.
pub(crate) async fn now(connection: &impl ConnectionTrait) -> StoreResult<Instant> {
    let backend = connection.get_database_backend();
    let question = match backend {
        DbBackend::Postgres => "SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::bigint AS now_ms",
        DbBackend::MySql => "SELECT CAST(UNIX_TIMESTAMP(SYSDATE(3)) * 1000 AS SIGNED) AS now_ms",
        // SQLite lives in this process: its clock is ours.
        _ => return Ok(local()),
    };
    let row = connection.query_one_raw(Statement::from_string(backend, question)).await?;
    match row {
        Some(row) => Ok(Instant(row.try_get::<i64>("", "now_ms")?)),
        None => Err(crate::StoreError::corrupt("the database did not tell the time")),
    }
}

#[allow(clippy::disallowed_methods)] // This is the place the others are sent to.
fn local() -> Instant {
    chrono::Utc::now().into()
}
