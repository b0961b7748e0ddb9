//! The schema is reached from wherever a run was interrupted, by one process at a time.

use std::time::Duration;

use pum_migrations::{Address, STOPPED, Status, stopping_after};
use pum_store::{Db, Options, Reads, StoreError};
use pum_testkit::db::{EmptyDb, TestDb};

async fn open(url: &str) -> Db {
    Db::connect(url, &Options::default()).await.expect("open")
}

fn address(url: &str) -> Address {
    url.parse().expect("an address")
}

async fn status(url: &str) -> Status {
    open(url).await.schema().await.expect("look at the schema")
}

#[tokio::test]
async fn a_run_killed_between_any_two_statements_is_finished_by_the_next() {
    let whole = TestDb::new().await;
    let expected = shape(whole.url()).await;
    // A server needs long to make a database; what MariaDB leaves half-done is the next test's.
    let stride = if whole.db.kind() == "sqlite" { 1 } else { 11 };
    let mut statements = 0;
    loop {
        statements += stride;
        let home = EmptyDb::new().await;
        let address = address(home.url());
        let killed = stopping_after(statements, pum_migrations::up(&address)).await;
        let finished = killed.is_ok();
        if let Err(error) = killed {
            assert!(error.to_string().contains(STOPPED), "after statement {statements}: {error}");
            pum_migrations::up(&address).await.unwrap_or_else(|error| {
                panic!("the run after the one killed at statement {statements}: {error}")
            });
        }
        assert_eq!(shape(home.url()).await, expected, "after statement {statements}");
        if finished {
            break;
        }
    }
    assert!(statements > 40, "only {statements} statements: the hook does not see them");
}

#[tokio::test]
async fn runs_that_are_killed_again_and_again_get_there() {
    let home = EmptyDb::new().await;
    let address = address(home.url());
    if open(home.url()).await.kind() != "mysql" {
        return; // The others take the whole step back, so a run that never finishes one gets nowhere.
    }
    let mut runs = 0;
    while stopping_after(1, pum_migrations::up(&address)).await.is_err() {
        runs += 1;
        assert!(runs < 500, "it gets nowhere");
    }
    assert!(runs > 40, "only {runs} runs: the hook does not see the statements");
    assert_eq!(shape(home.url()).await, shape(TestDb::new().await.url()).await);
}

#[tokio::test]
async fn two_migrators_at_once_end_well() {
    let home = EmptyDb::new().await;
    let address = address(home.url());
    let runs = (0..4).map(|_| {
        let address = address.clone();
        tokio::spawn(async move { pum_migrations::up(&address).await })
    });
    let mut did_it = 0;
    for run in runs.collect::<Vec<_>>() {
        let report = run.await.expect("no panic").expect("no error");
        did_it += usize::from(!report.applied.is_empty());
    }
    assert_eq!(did_it, 1, "one migrates, the others find it done");
    assert_eq!(status(home.url()).await.check().map_err(|error| error.to_string()), Ok(()));
}

/// SQLite refuses whoever comes while another makes a new file ready, or tidies up as the last to leave.
#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn a_database_can_be_opened_while_others_open_and_leave_it() {
    for _ in 0..30 {
        let home = EmptyDb::new().await;
        let visits = (0..8).map(|_| {
            let address = address(home.url());
            tokio::spawn(async move {
                for _ in 0..5 {
                    let open = address.open(1).await?;
                    open.reader.close().await?;
                    open.writer.close().await?;
                }
                Ok::<_, pum_migrations::Error>(())
            })
        });
        for visit in visits.collect::<Vec<_>>() {
            visit.await.expect("no panic").expect("open");
        }
    }
}

#[tokio::test]
async fn down_and_up_again_is_the_same_schema() {
    let home = TestDb::new().await;
    let before = shape(home.url()).await;
    let address = address(home.url());
    let steps = status(home.url()).await.applied.len();
    pum_migrations::down(&address, u32::try_from(steps).expect("few")).await.expect("down");
    assert_eq!(status(home.url()).await.applied, Vec::<String>::new());
    pum_migrations::up(&address).await.expect("up");
    assert_eq!(shape(home.url()).await, before);
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_alone() {
    let home = TestDb::new().await;
    run(home.url(), "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_from_the_future', 0)")
        .await;
    let error = pum_migrations::up(&address(home.url())).await.expect_err("newer");
    assert!(
        matches!(&error, pum_migrations::Error::Newer { unknown } if unknown == &["m9999_from_the_future"])
    );
    let waited = home.db.wait_for_schema(Duration::from_secs(60)).await.expect_err("at once");
    assert!(matches!(&waited, StoreError::Setup { detail } if detail.contains("newer version")), "{waited}");
}

#[tokio::test]
async fn a_process_waits_for_the_schema_and_says_what_to_do_when_it_does_not_come() {
    let home = EmptyDb::new().await;
    let db = open(home.url()).await;
    let error = db.wait_for_schema(Duration::ZERO).await.expect_err("nothing there");
    assert!(error.to_string().contains("pum migrate"), "{error}");
    let waiting = {
        let db = db.clone();
        tokio::spawn(async move { db.wait_for_schema(Duration::from_secs(60)).await })
    };
    pum_migrations::up(&address(home.url())).await.expect("up");
    waiting.await.expect("no panic").expect("it came");
}

#[tokio::test]
async fn an_sqlite_file_in_use_is_copied_before_it_is_changed() {
    let home = TestDb::new().await;
    if home.db.kind() != "sqlite" {
        return;
    }
    let address = address(home.url());
    run(home.url(), "INSERT INTO meta (key, value) VALUES ('kept', 'yes')").await;
    pum_migrations::down(&address, 1).await.expect("down");
    let report = pum_migrations::up(&address).await.expect("up");
    let copy = report.copy.expect("a copy");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&copy).expect("its data").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "the copy is for its owner alone");
    }
    let url = format!("sqlite://{}", copy.display());
    assert_eq!(status(&url).await.pending, report.applied, "the copy is from before");
    assert_eq!(text(&url, "SELECT value AS found FROM meta WHERE key = 'kept'").await, ["yes"]);
    let second = pum_migrations::up(&address).await.expect("nothing to do");
    assert_eq!(second, pum_migrations::Report::default());
}

#[tokio::test]
async fn a_new_sqlite_file_belongs_to_its_owner_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("new").join("pum.db");
    let db = open(&format!("sqlite://{}", file.display())).await;
    db.reader().now().await.expect("it works");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode =
            |path: &std::path::Path| std::fs::metadata(path).expect("its data").permissions().mode() & 0o777;
        assert_eq!(mode(&file), 0o600);
        assert_eq!(mode(file.parent().expect("a folder")), 0o700);
    }
}

#[test]
fn an_address_that_cannot_work_is_refused_without_repeating_it() {
    for url in
        ["", "pum.db", "sqlite::memory:", "oracle://root:hunter2@host/db", "postgres://:hunter2@:port/"]
    {
        let error = url.parse::<Address>().expect_err(url).to_string();
        assert!(!error.contains("hunter2"), "{error}");
    }
}

/// Tables, columns and indexes as the database lists them.
async fn shape(url: &str) -> Vec<String> {
    let question = match url.split_once(':').map(|(scheme, _)| scheme) {
        Some("sqlite") => {
            "SELECT name || ' ' || COALESCE(sql, '') AS found FROM sqlite_master \
             WHERE name NOT LIKE 'sqlite_%' ORDER BY name"
        }
        Some("mysql") => {
            "SELECT CONCAT(table_name, ' ', column_name, ' ', column_type, ' ', is_nullable, ' ', \
             COALESCE(collation_name, '')) AS found FROM information_schema.columns WHERE table_schema = DATABASE() \
             UNION ALL SELECT CONCAT(table_name, ' ', index_name, ' ', column_name, ' ', seq_in_index, ' ', non_unique) \
             FROM information_schema.statistics WHERE table_schema = DATABASE() ORDER BY found"
        }
        _ => {
            "SELECT table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable AS found \
             FROM information_schema.columns WHERE table_schema = 'public' \
             UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY found"
        }
    };
    text(url, question).await
}

async fn text(url: &str, question: &str) -> Vec<String> {
    pum_testkit::db::rows(url, question).await
}

async fn run(url: &str, statement: &str) {
    pum_testkit::db::run(url, statement).await;
}
