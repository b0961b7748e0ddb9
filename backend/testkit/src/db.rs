//! A database of its own for every test, made from a template that is migrated once.
//!
//! Which kind is told by the environment: `PUM_TEST_DATABASE` is `sqlite` (the default),
//! `postgres` or `mariadb`; for the latter two `PUM_TEST_DATABASE_URL` is the address of an account
//! that may create databases. Everything made is dropped again with the test.

use std::fs::File;
use std::path::{Path, PathBuf};

use pum_store::{Db, Options};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use url::Url;
use uuid::Uuid;

/// A migrated database with nothing in it, open.
pub struct TestDb {
    /// The open database.
    pub db: Db,
    home: EmptyDb,
}

/// A database without a schema.
pub struct EmptyDb {
    url: String,
    place: Place,
}

enum Place {
    File { _folder: tempfile::TempDir },
    Server { admin: Url, name: String },
}

/// Which kind of database tests run on.
enum Target {
    Sqlite,
    Postgres(Url),
    MariaDb(Url),
}

impl Target {
    #[allow(clippy::disallowed_methods)] // The test command names the database, and nothing else can.
    fn of_this_run() -> Self {
        let kind = std::env::var("PUM_TEST_DATABASE").unwrap_or_else(|_| "sqlite".to_owned());
        let server = || {
            let url = std::env::var("PUM_TEST_DATABASE_URL")
                .unwrap_or_else(|_| panic!("PUM_TEST_DATABASE={kind} needs PUM_TEST_DATABASE_URL as well"));
            Url::parse(&url).expect("PUM_TEST_DATABASE_URL must be an address")
        };
        match kind.as_str() {
            "sqlite" => Self::Sqlite,
            "postgres" => Self::Postgres(server()),
            "mariadb" => Self::MariaDb(server()),
            _ => panic!("PUM_TEST_DATABASE must be sqlite, postgres or mariadb"),
        }
    }
}

impl TestDb {
    /// A migrated database of the kind this run is for.
    pub async fn new() -> Self {
        let home = match Target::of_this_run() {
            Target::Sqlite => {
                let template = run_file("db");
                once(&template, async |part| migrate(&sqlite_url(part)).await).await;
                let (url, folder) = sqlite_home();
                std::fs::copy(&template, folder.path().join(FILE)).expect("copy the template");
                EmptyDb { url, place: Place::File { _folder: folder } }
            }
            Target::Postgres(admin) => {
                let template = format!("pum_template_{}", run_key());
                once(&run_file("pg"), async |part| {
                    execute(&admin, &[format!("DROP DATABASE IF EXISTS {template}")]).await;
                    execute(&admin, &[format!("CREATE DATABASE {template}")]).await;
                    migrate(with_name(&admin, &template).as_str()).await;
                    std::fs::write(part, &template).expect("note the template");
                })
                .await;
                let name = fresh_name();
                execute(&admin, &[format!("CREATE DATABASE {name} TEMPLATE {template}")]).await;
                EmptyDb::on_server(admin, name)
            }
            Target::MariaDb(admin) => {
                let script = run_file("sql");
                once(&script, async |part| {
                    let model = EmptyDb::created_on(&admin).await;
                    migrate(model.url()).await;
                    std::fs::write(part, dump(model.url()).await).expect("note the schema");
                })
                .await;
                let statements = std::fs::read_to_string(&script).expect("read the schema");
                let home = EmptyDb::created_on(&admin).await;
                execute(&url_of(&home), &[statements]).await;
                home
            }
        };
        let db = open(home.url()).await;
        Self { db, home }
    }

    /// The address, for processes of their own.
    pub fn url(&self) -> &str {
        self.home.url()
    }

    /// A second view of the database with pools of its own, as another process has it.
    pub async fn another_process(&self) -> Db {
        open(self.url()).await
    }
}

impl EmptyDb {
    /// A database without tables, of the kind this run is for.
    pub async fn new() -> Self {
        match Target::of_this_run() {
            Target::Sqlite => {
                let (url, folder) = sqlite_home();
                Self { url, place: Place::File { _folder: folder } }
            }
            Target::Postgres(admin) | Target::MariaDb(admin) => Self::created_on(&admin).await,
        }
    }

    async fn created_on(admin: &Url) -> Self {
        let name = fresh_name();
        execute(admin, &[format!("CREATE DATABASE {name}")]).await;
        Self::on_server(admin.clone(), name)
    }

    fn on_server(admin: Url, name: String) -> Self {
        Self { url: with_name(&admin, &name).into(), place: Place::Server { admin, name } }
    }

    /// The address.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for EmptyDb {
    fn drop(&mut self) {
        let Place::Server { admin, name } = &self.place else { return };
        let (admin, name) = (admin.clone(), name.clone());
        // The test's own runtime may be shutting down, so this one brings its own.
        let dropper = std::thread::spawn(move || {
            if let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() {
                runtime.block_on(drop_database(&admin, &name));
            }
        });
        if dropper.join().is_err() {
            tracing::warn!("a test database was left behind");
        }
    }
}

const FILE: &str = "pum.db";

fn sqlite_home() -> (String, tempfile::TempDir) {
    let folder = tempfile::Builder::new().prefix("pum-test-").tempdir().expect("make a folder");
    (sqlite_url(&folder.path().join(FILE)), folder)
}

fn sqlite_url(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

fn fresh_name() -> String {
    format!("pum_test_{}", Uuid::new_v4().simple())
}

fn with_name(admin: &Url, name: &str) -> Url {
    let mut url = admin.clone();
    url.set_path(name);
    url
}

fn url_of(home: &EmptyDb) -> Url {
    Url::parse(home.url()).expect("a server's address")
}

async fn open(url: &str) -> Db {
    Db::connect(url, &Options { connections: 6 }).await.expect("open the test database")
}

async fn migrate(url: &str) {
    let address = url.parse().expect("a usable address");
    pum_migrations::up(&address).await.expect("migrate the test database");
}

/// What the processes of one test run share: nextest names its runs, else it is one process.
#[allow(clippy::disallowed_methods)] // Only the test runner knows.
fn run_key() -> String {
    let run = std::env::var("NEXTEST_RUN_ID").unwrap_or_else(|_| std::process::id().to_string());
    run.chars().filter(char::is_ascii_alphanumeric).take(32).collect()
}

fn run_file(extension: &str) -> PathBuf {
    std::env::temp_dir().join(format!("pum-template-{}.{extension}", run_key()))
}

/// Makes `file` with `make` unless a process of this run has done so. `make` is given another name
/// to write to, so a file that is there is whole.
async fn once(file: &Path, make: impl AsyncFnOnce(&Path)) {
    if file.exists() {
        return;
    }
    let lock = File::create(file.with_extension("lock")).expect("make a lock file");
    let lock = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock)).await;
    let _lock = lock.expect("lock").expect("lock the template");
    if !file.exists() {
        forget_old_templates();
        let part = file.with_extension("part");
        make(&part).await;
        std::fs::rename(&part, file).expect("name the template");
    }
}

/// Templates of runs that ended hours ago are of no use to anybody.
fn forget_old_templates() {
    let Ok(entries) = std::fs::read_dir(std::env::temp_dir()) else { return };
    for entry in entries.flatten() {
        let ours = entry.file_name().to_string_lossy().starts_with("pum-template-");
        let age = entry.metadata().ok().and_then(|data| data.modified().ok()?.elapsed().ok());
        if ours && age.is_some_and(|age| age.as_secs() > 4 * 3600) {
            // Another run may be quicker; either way it is gone.
            std::fs::remove_file(entry.path()).ok();
        }
    }
}

/// Drops a database with whoever is still in it: a transaction that the test dropped may not have been
/// rolled back yet, and would be waited for without end.
async fn drop_database(admin: &Url, name: &str) {
    if admin.scheme().starts_with("postgres") {
        return execute(admin, &[format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")]).await;
    }
    let connection = connect(admin).await;
    let question = format!("SELECT id FROM information_schema.processlist WHERE db = '{name}'");
    let statement = Statement::from_string(DbBackend::MySql, question);
    for row in connection.query_all_raw(statement).await.unwrap_or_default() {
        if let Ok(id) = row.try_get_by_index::<i64>(0) {
            // It may have left by itself meanwhile.
            connection.execute_unprepared(&format!("KILL {id}")).await.ok();
        }
    }
    let dropped = connection.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}")).await;
    dropped.expect("drop the test's database");
    connection.close().await.expect("leave the server");
}

async fn connect(url: &Url) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url.as_str());
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.expect("reach the database server")
}

async fn execute(url: &Url, statements: &[String]) {
    let connection = connect(url).await;
    for statement in statements {
        connection.execute_unprepared(statement).await.expect("run a statement on the server");
    }
    connection.close().await.expect("leave the server");
}

/// Everything needed to make the tables of a MariaDB database again.
async fn dump(url: &str) -> String {
    let connection = connect(&Url::parse(url).expect("an address")).await;
    let rows = async |sql: String| {
        let statement = Statement::from_string(DbBackend::MySql, sql);
        connection.query_all_raw(statement).await.expect("read the schema")
    };
    let mut script = "SET FOREIGN_KEY_CHECKS = 0;\n".to_owned();
    let mut table_names = Vec::new();
    for row in rows("SHOW TABLES".to_owned()).await {
        table_names.push(row.try_get_by_index::<String>(0).expect("a table's name"));
    }
    for table in table_names {
        for row in rows(format!("SHOW CREATE TABLE `{table}`")).await {
            script += &row.try_get_by_index::<String>(1).expect("a table's statement");
            script += ";\n";
        }
    }
    for row in rows("SELECT version, applied_at FROM seaql_migrations".to_owned()).await {
        let step: String = row.try_get("", "version").expect("a step");
        let at: i64 = row.try_get("", "applied_at").expect("a moment");
        script += &format!("INSERT INTO seaql_migrations (version, applied_at) VALUES ('{step}', {at});\n");
    }
    connection.close().await.expect("leave the server");
    script
}

/// Runs one statement on the database at `url`, past the store: for what no version of PUM does.
pub async fn run(url: &str, statement: &str) {
    let connection = Database::connect(url).await.expect("reach the database");
    connection.execute_unprepared(statement).await.expect("run a statement");
    connection.close().await.expect("leave the database");
}

/// The column `found` of what `question` answers, past the store.
pub async fn rows(url: &str, question: &str) -> Vec<String> {
    let connection = Database::connect(url).await.expect("reach the database");
    let statement = Statement::from_string(connection.get_database_backend(), question);
    let rows = connection.query_all_raw(statement).await.expect("ask the database");
    let found = rows.iter().map(|row| row.try_get("", "found").expect("the column `found`")).collect();
    connection.close().await.expect("leave the database");
    found
}
