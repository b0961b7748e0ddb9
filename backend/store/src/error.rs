//! What can go wrong in the database, sorted by what a caller can do about it.

use sea_orm::{DbErr, RuntimeErr};

/// The result of every function of the store.
pub type StoreResult<T> = Result<T, StoreError>;

/// What went wrong in the database.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// A unique index refused the row.
    #[error("already there: {constraint}")]
    Conflict {
        /// `table.column`, or `table.column,column`; only the name of the key where the database
        /// does not say more.
        constraint: String,
    },
    /// The row points at one that is missing, or is pointed at by one that stays.
    #[error("a row it depends on is missing, or one that depends on it is left")]
    Reference,
    /// The row is not there.
    #[error("no such {what}")]
    NotFound {
        /// What was looked for.
        what: &'static str,
    },
    /// The cursor was not made by this list.
    #[error("the cursor does not belong to this list: begin without one")]
    BadCursor,
    /// Another transaction was in the way. Trying the whole transaction again helps.
    #[error("another transaction was in the way")]
    Deadlock,
    /// The disk is full, or the database may only be read.
    #[error("the database cannot be written: its disk is full or read-only")]
    StorageFull,
    /// The database cannot be reached or does not answer in time.
    #[error("the database does not answer: {detail}")]
    Unavailable {
        /// What was tried and what came back.
        detail: String,
    },
    /// What is stored does not make sense.
    #[error("the database holds something unreadable: {detail}")]
    Corrupt {
        /// Which column and what is wrong with it, without its value.
        detail: String,
    },
    /// The schema or the address is not usable.
    #[error("{detail}")]
    Setup {
        /// The remedy included.
        detail: String,
    },
    /// Anything else: a mistake in PUM.
    #[error("database: {detail}")]
    Other {
        /// What the database said.
        detail: String,
    },
}

impl StoreError {
    /// Whether a unique index on this column (`table.column`) refused the row.
    pub fn is_conflict_on(&self, column: &str) -> bool {
        matches!(self, Self::Conflict { constraint } if constraint == column)
    }

    /// Whether the same transaction may work when tried again at once.
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Deadlock)
    }

    pub(crate) fn corrupt(detail: impl Into<String>) -> Self {
        Self::Corrupt { detail: detail.into() }
    }
}

impl From<pum_migrations::Error> for StoreError {
    fn from(error: pum_migrations::Error) -> Self {
        match error {
            pum_migrations::Error::Database(error) => error.into(),
            other => Self::Setup { detail: other.to_string() },
        }
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match &error {
            DbErr::RecordNotFound(_) | DbErr::RecordNotUpdated => Self::NotFound { what: "row" },
            DbErr::Conn(RuntimeErr::SqlxError(source))
            | DbErr::Exec(RuntimeErr::SqlxError(source))
            | DbErr::Query(RuntimeErr::SqlxError(source)) => from_sqlx(source),
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Self::Unavailable { detail: error.to_string() },
            DbErr::Type(_) | DbErr::Json(_) | DbErr::TryIntoErr { .. } => Self::corrupt(error.to_string()),
            _ => Self::Other { detail: error.to_string() },
        }
    }
}

fn from_sqlx(error: &sqlx::Error) -> StoreError {
    let database = match error {
        sqlx::Error::Database(database) => database,
        sqlx::Error::Io(source) if source.kind() == std::io::ErrorKind::StorageFull => {
            return StoreError::StorageFull;
        }
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => return StoreError::Unavailable { detail: error.to_string() },
        sqlx::Error::ColumnDecode { index, .. } => {
            return StoreError::corrupt(format!("column {index} cannot be read"));
        }
        sqlx::Error::Decode(_) => return StoreError::corrupt("a column cannot be read"),
        other => return StoreError::Other { detail: other.to_string() },
    };
    let code = database.code().unwrap_or_default();
    let message = database.message();
    if let Some(mysql) = database.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
        return from_mysql(mysql.number(), message);
    }
    if database.try_downcast_ref::<sqlx::postgres::PgDatabaseError>().is_some() {
        return from_postgres(&code, database.constraint(), message);
    }
    from_sqlite(code.parse().unwrap_or_default(), message)
}

fn other(message: &str) -> StoreError {
    StoreError::Other { detail: message.to_owned() }
}

fn unavailable(message: &str) -> StoreError {
    StoreError::Unavailable { detail: message.to_owned() }
}

/// The columns behind the name of a unique index: `uq__table__a__b` is `table.a,b`.
fn constraint(name: &str) -> StoreError {
    let mut parts = name.strip_prefix("uq__").unwrap_or(name).split("__");
    let table = parts.next().unwrap_or(name);
    let columns = parts.collect::<Vec<_>>().join(",");
    let constraint = if columns.is_empty() { name.to_owned() } else { format!("{table}.{columns}") };
    StoreError::Conflict { constraint }
}

fn from_sqlite(code: i32, message: &str) -> StoreError {
    const UNIQUE: i32 = 2067;
    const PRIMARY_KEY: i32 = 1555;
    const ROW_ID: i32 = 2579;
    const FOREIGN_KEY: i32 = 787;
    if matches!(code, UNIQUE | PRIMARY_KEY | ROW_ID) {
        // "UNIQUE constraint failed: admins.username_key, admins.other"
        let columns = message.rsplit_once(": ").map_or(message, |(_, columns)| columns);
        let mut columns = columns.split(", ");
        let first = columns.next().unwrap_or_default().to_owned();
        let constraint = columns
            .fold(first, |all, column| all + "," + column.split_once('.').map_or(column, |(_, name)| name));
        return StoreError::Conflict { constraint };
    }
    if code == FOREIGN_KEY {
        return StoreError::Reference;
    }
    // The low byte is the kind; the rest says which operation failed.
    match code & 0xff {
        5 | 6 => StoreError::Deadlock,
        8 | 10 | 13 => StoreError::StorageFull,
        14 => unavailable(message),
        11 | 26 => StoreError::corrupt(message),
        _ => other(message),
    }
}

fn from_postgres(code: &str, name: Option<&str>, message: &str) -> StoreError {
    match code {
        "23505" => constraint(name.unwrap_or_default()),
        "23503" => StoreError::Reference,
        // Deadlock, serialisation, a lock that did not come in time.
        "40P01" | "40001" | "55P03" => StoreError::Deadlock,
        "53100" | "25006" => StoreError::StorageFull,
        // Too many connections, statement timeout, and everything that shuts down or starts.
        "57014" => unavailable(message),
        _ if code.starts_with("53") || code.starts_with("57P") || code.starts_with("08") => {
            unavailable(message)
        }
        "XX001" | "XX002" => StoreError::corrupt(message),
        _ => other(message),
    }
}

fn from_mysql(number: u16, message: &str) -> StoreError {
    match number {
        // "Duplicate entry 'value' for key 'name'": the value stays out of the error.
        1022 | 1062 | 1169 | 1586 => {
            let name = message.trim_end_matches('\'').rsplit('\'').next().unwrap_or_default();
            constraint(name.rsplit('.').next().unwrap_or(name))
        }
        1216 | 1217 | 1451 | 1452 | 1557 | 1761 | 1762 => StoreError::Reference,
        1205 | 1213 | 1020 => StoreError::Deadlock,
        1021 | 1114 | 1290 | 1836 => StoreError::StorageFull,
        1040 | 1053 | 1077 | 1129 | 1203 | 1226 | 1317 | 1969 | 3024 => unavailable(message),
        1034 | 1035 | 1194 => StoreError::corrupt(message),
        _ => other(message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clash_names_the_same_columns_on_every_database() {
        let three = [
            from_sqlite(2067, "UNIQUE constraint failed: libraries.machine_identifier, libraries.uuid"),
            from_postgres("23505", Some("uq__libraries__machine_identifier__uuid"), ""),
            from_mysql(1062, "Duplicate entry 'a'b-c' for key 'uq__libraries__machine_identifier__uuid'"),
        ];
        for error in three {
            assert!(error.is_conflict_on("libraries.machine_identifier,uuid"), "{error}");
        }
    }

    #[test]
    fn a_full_or_read_only_disk_has_its_own_kind() {
        let cases = [
            from_sqlite(13, "full"),
            from_sqlite(8, "attempt to write a readonly database"),
            from_sqlite(778, "disk I/O error"),
            from_postgres("53100", None, "could not extend file"),
            from_mysql(1114, "The table is full"),
            from_mysql(1021, "Disk full"),
        ];
        for error in cases {
            assert!(matches!(error, StoreError::StorageFull), "{error:?}");
        }
    }
}
