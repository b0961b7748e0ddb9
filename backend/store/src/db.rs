//! Opening the database, transactions and readers.

use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU8, AtomicU64, Ordering};
use std::time::Duration;

use pum_domain::Instant;
use pum_domain::job::Lane;
use pum_migrations::{Address, Connections};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use tokio::sync::Notify;

use crate::memory::Memory;
use crate::{Changes, StoreError, StoreResult, clock};

/// How a process uses the database.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Connections of this process: readers on SQLite (one writer comes on top), all on the others.
    pub connections: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { connections: 8 }
    }
}

/// The database, open. Cheap to clone.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    address: Address,
    pools: Connections,
    lanes: [Notify; Lane::ALL.len()],
    memory: Memory,
    /// Milliseconds that tests have let pass.
    passed: AtomicI64,
    /// Milliseconds by which tests have set the database's clock.
    jumped: AtomicI64,
    /// Transactions that this process has begun.
    begun: AtomicU64,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Db").field(&self.0.address).finish()
    }
}

impl Db {
    /// Opens the database at `url`. A missing SQLite file is created, for its owner alone. The
    /// schema is not looked at: see [`Db::wait_for_schema`].
    pub async fn connect(url: &str, options: &Options) -> StoreResult<Self> {
        let address = Address::from_str(url)?;
        let pools = address.open(options.connections).await?;
        Ok(Self(Arc::new(Inner {
            address,
            pools,
            lanes: Default::default(),
            memory: Memory::default(),
            passed: AtomicI64::new(0),
            jumped: AtomicI64::new(0),
            begun: AtomicU64::new(0),
        })))
    }

    /// Begins a transaction: the only way to write. On SQLite one at a time in this process, and
    /// immediate, so that it never has to give way half-way.
    pub async fn begin(&self) -> StoreResult<Tx> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        self.0.begun.fetch_add(1, Ordering::Relaxed);
        let transaction = self.0.pools.writer.begin_with_options(options).await?;
        Ok(Tx { transaction, db: self.clone(), lanes: AtomicU8::new(0) })
    }

    /// Something to read with outside a transaction.
    pub fn reader(&self) -> Reader {
        Reader(self.clone())
    }

    /// The moment by the database's clock.
    pub async fn now(&self) -> StoreResult<Instant> {
        self.reader().now().await
    }

    /// Waits until the schema is this version's, at most `patience`; a newer one is refused.
    pub async fn wait_for_schema(&self, patience: Duration) -> StoreResult<()> {
        Ok(pum_migrations::wait_for_schema(&self.0.pools.reader, patience).await?)
    }

    /// Which steps of the schema have run.
    pub async fn schema(&self) -> StoreResult<pum_migrations::Status> {
        Ok(pum_migrations::status(&self.0.pools.reader).await?)
    }

    /// Comes back when a transaction of this process has put a job into `lane`, at once if that
    /// happened since the last call. For one waiter a lane.
    pub async fn job_added(&self, lane: Lane) {
        self.0.lanes[lane as usize].notified().await;
    }

    /// Makes [`Db::job_added`] come back for `lane`: another process has put a job there, or the
    /// time of one has come.
    pub fn wake(&self, lane: Lane) {
        self.0.lanes[lane as usize].notify_one();
    }

    /// A cheap look whether anything has been committed, by any process.
    pub async fn changes(&self) -> StoreResult<Changes> {
        Changes::watch(&self.0.pools.reader).await
    }

    /// Lets time pass, as far as [`Db::now`] and everything judged by it is concerned. For tests.
    pub fn let_time_pass(&self, duration: Duration) {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        self.0.passed.fetch_add(millis, Ordering::Relaxed);
    }

    /// How many transactions this process has begun. For tests.
    pub fn transactions_begun(&self) -> u64 {
        self.0.begun.load(Ordering::Relaxed)
    }

    /// How much time tests have let pass, in milliseconds: the other clocks have to go along.
    pub fn time_passed(&self) -> i64 {
        self.0.passed.load(Ordering::Relaxed)
    }

    /// By how much tests have set the clock, in milliseconds.
    pub fn clock_jumped(&self) -> i64 {
        self.0.jumped.load(Ordering::Relaxed)
    }

    /// Sets the clock by so many milliseconds, though no time has passed. For tests.
    pub fn let_clock_jump(&self, millis: i64) {
        self.0.jumped.fetch_add(millis, Ordering::Relaxed);
    }

    /// Closes every connection, waiting for those in use.
    pub async fn close(&self) -> StoreResult<()> {
        self.0.pools.writer.clone().close().await?;
        self.0.pools.reader.clone().close().await?;
        Ok(())
    }

    /// The kind of database: `sqlite`, `postgres` or `mysql`.
    pub fn kind(&self) -> &'static str {
        match self.0.address.backend() {
            DbBackend::Postgres => "postgres",
            DbBackend::MySql => "mysql",
            _ => "sqlite",
        }
    }
}

/// A transaction. What it did counts from [`Tx::commit`] on; dropped, it never happened.
pub struct Tx {
    transaction: DatabaseTransaction,
    db: Db,
    /// Lanes that got a job, one bit each.
    lanes: AtomicU8,
}

impl Tx {
    /// Makes everything done so far count, then wakes the workers of the lanes that got jobs.
    pub async fn commit(self) -> StoreResult<()> {
        let Self { transaction, db, lanes } = self;
        transaction.commit().await?;
        let lanes = lanes.into_inner();
        for (position, notify) in db.0.lanes.iter().enumerate() {
            if lanes & (1 << position) != 0 {
                notify.notify_one();
            }
        }
        Ok(())
    }

    /// Undoes everything, and waits for that (dropping the transaction does not).
    pub async fn rollback(self) -> StoreResult<()> {
        Ok(self.transaction.rollback().await?)
    }

    /// Wakes the workers of `lane` once this is committed.
    pub(crate) fn wake(&self, lane: Lane) {
        self.lanes.fetch_or(1 << lane as u8, Ordering::Relaxed);
    }

    pub(crate) fn backend(&self) -> DbBackend {
        self.transaction.get_database_backend()
    }
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tx")
    }
}

/// Reads outside a transaction; it cannot write. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Reader(Db);

/// What can be read with: a [`Reader`], or the [`Tx`] one is in (which sees its own writes).
pub trait Reads: sealed::Connected {
    /// The moment by the database's clock.
    fn now(&self) -> impl Future<Output = StoreResult<Instant>> + Send {
        async {
            let now = clock::now(self.connection()).await?;
            let db = &self.db().0;
            Ok(now.plus(db.passed.load(Ordering::Relaxed) + db.jumped.load(Ordering::Relaxed)))
        }
    }
}

impl Reads for Reader {}
impl Reads for Tx {}

pub(crate) mod sealed {
    use sea_orm::{ConnectionTrait, StreamTrait};

    /// What the store's own functions see of a [`Reads`](super::Reads).
    pub trait Connected: Send + Sync {
        type Connection: ConnectionTrait + StreamTrait + Send + Sync;

        fn connection(&self) -> &Self::Connection;
        fn db(&self) -> &super::Db;

        /// Where answers are remembered: on SQLite, outside a transaction.
        fn memory(&self) -> Option<&crate::memory::Memory>;
    }
}

impl sealed::Connected for Reader {
    type Connection = DatabaseConnection;

    fn connection(&self) -> &DatabaseConnection {
        &self.0.0.pools.reader
    }

    fn db(&self) -> &Db {
        &self.0
    }

    fn memory(&self) -> Option<&Memory> {
        let inner = &self.0.0;
        (inner.address.backend() == DbBackend::Sqlite).then_some(&inner.memory)
    }
}

impl sealed::Connected for Tx {
    type Connection = DatabaseTransaction;

    fn connection(&self) -> &DatabaseTransaction {
        &self.transaction
    }

    fn db(&self) -> &Db {
        &self.db
    }

    fn memory(&self) -> Option<&Memory> {
        None
    }
}

/// Runs one look at a stored enum's text, naming the column when it is not known.
pub(crate) fn parse<T: FromStr>(column: &'static str, text: &str) -> StoreResult<T> {
    text.parse().map_err(|_| StoreError::corrupt(format!("{column} has an unknown value")))
}
