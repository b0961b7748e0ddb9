//! What is committed together is seen together; what is dropped never was.

use std::time::Duration;

use pum_domain::event::{ActorKind, EventType, HintKind};
use pum_domain::page::PageRequest;
use pum_store::hints::{self, Tail};
use pum_store::history::{self, Actor, NewEvent};
use pum_store::{Reads, StoreError, meta};
use pum_testkit::db::{TestDb, run};
use sea_orm::{ConnectOptions, ConnectionTrait, Database};

fn event() -> NewEvent {
    NewEvent::new(EventType::InviteCreated, Actor { kind: ActorKind::System, id: None, name: None })
}

async fn events(db: &impl Reads) -> usize {
    let request = PageRequest { limit: 200, cursor: None, descending: false };
    history::list(db, &history::Filter::default(), &request).await.expect("list").items.len()
}

#[tokio::test]
async fn a_dropped_transaction_never_happened() {
    let home = TestDb::new().await;
    let tx = home.db.begin().await.expect("begin");
    history::append(&tx, event()).await.expect("append");
    assert_eq!(events(&tx).await, 1, "it sees its own writes");
    drop(tx);
    assert_eq!(events(&home.db.reader()).await, 0);
    let tx = home.db.begin().await.expect("begin again");
    history::append(&tx, event()).await.expect("append");
    tx.commit().await.expect("commit");
    assert_eq!(events(&home.db.reader()).await, 1);
}

/// As it does on a full disk, in the middle of whatever it was told to do.
#[tokio::test]
async fn a_transaction_that_sqlite_undoes_by_itself_does_not_stop_the_next_one() {
    let home = TestDb::new().await;
    if home.db.kind() != "sqlite" {
        return;
    }
    let undo = "CREATE TRIGGER full BEFORE INSERT ON meta BEGIN SELECT RAISE(ROLLBACK, 'full'); END";
    run(home.url(), undo).await;
    let tx = home.db.begin().await.expect("begin");
    history::append(&tx, event()).await.expect("append");
    meta::set(&tx, "a", "1").await.expect_err("undone");
    drop(tx);
    run(home.url(), "DROP TRIGGER full").await;
    let tx = home.db.begin().await.expect("begin again");
    assert!(is_locked(home.url()).await, "it is no part of the one that was undone, and locks at once");
    meta::set(&tx, "a", "2").await.expect("room again");
    tx.commit().await.expect("commit");
    assert!(!is_locked(home.url()).await);
    assert_eq!(events(&home.db.reader()).await, 0);
}

/// Whether somebody else is writing to this SQLite file.
async fn is_locked(url: &str) -> bool {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).map_sqlx_sqlite_opts(|options| options.busy_timeout(Duration::ZERO));
    let other = Database::connect(options).await.expect("connect");
    let locked = other.execute_unprepared("BEGIN IMMEDIATE").await.is_err();
    other.close().await.expect("close");
    locked
}

#[tokio::test]
async fn many_writers_of_two_processes_do_not_fail_each_other() {
    let home = TestDb::new().await;
    let other = home.another_process().await;
    let mut writers = Vec::new();
    for number in 0..16 {
        let db = if number % 2 == 0 { home.db.clone() } else { other.clone() };
        writers.push(tokio::spawn(async move {
            for _ in 0..4 {
                let tx = db.begin().await?;
                events(&tx).await;
                history::append(&tx, event()).await?;
                tx.commit().await?;
            }
            Ok::<_, StoreError>(())
        }));
    }
    for writer in writers {
        writer.await.expect("no panic").expect("no error");
    }
    assert_eq!(events(&home.db.reader()).await, 64);
}

#[tokio::test]
async fn both_clocks_agree_and_time_can_pass() {
    let home = TestDb::new().await;
    let before = home.db.now().await.expect("now");
    home.db.let_time_pass(Duration::from_secs(3600));
    let tx = home.db.begin().await.expect("begin");
    let after = tx.now().await.expect("now");
    assert!(after.since(before) >= 3_600_000, "{before:?} {after:?}");
    assert!(after.since(before) < 3_660_000, "{before:?} {after:?}");
}

#[tokio::test]
async fn every_hint_is_heard_once_even_when_commits_overtake_each_other() {
    let home = TestDb::new().await;
    let other = home.another_process().await;
    let mut tail = Tail::begin(&home.db.reader()).await.expect("begin");
    let leave = async |db: &pum_store::Db, subject: &str| {
        let tx = db.begin().await.expect("begin");
        hints::leave(&tx, HintKind::Users, Some(subject)).await.expect("leave");
        tx
    };
    if home.db.kind() == "sqlite" {
        // One writer at a time: commits cannot overtake each other.
        leave(&home.db, "slow").await.commit().await.expect("commit");
        leave(&other, "quick").await.commit().await.expect("commit");
    } else {
        let slow = leave(&home.db, "slow").await;
        leave(&other, "quick").await.commit().await.expect("commit");
        assert_eq!(heard(&mut tail, &home).await, ["quick"]);
        slow.commit().await.expect("commit");
        assert_eq!(heard(&mut tail, &home).await, ["slow"]);
        return;
    }
    assert_eq!(heard(&mut tail, &home).await, ["slow", "quick"]);
    assert_eq!(heard(&mut tail, &home).await, Vec::<String>::new());
    let tx = home.db.begin().await.expect("begin");
    let later = tx.now().await.expect("now").plus(1);
    assert_eq!(hints::prune(&tx, later).await.expect("prune"), 2);
}

async fn heard(tail: &mut Tail, home: &TestDb) -> Vec<String> {
    let fresh = tail.read(&home.db.reader()).await.expect("read");
    fresh.into_iter().filter_map(|hint| hint.subject_id).collect()
}

#[tokio::test]
async fn a_commit_of_another_process_is_noticed() {
    let home = TestDb::new().await;
    let other = home.another_process().await;
    let mut changes = home.db.changes().await.expect("watch");
    assert!(changes.any().await.expect("look"), "the first look always says yes");
    if home.db.kind() == "sqlite" {
        assert!(!changes.any().await.expect("look"), "nothing has happened");
    }
    let tx = other.begin().await.expect("begin");
    history::append(&tx, event()).await.expect("append");
    tx.commit().await.expect("commit");
    assert!(changes.any().await.expect("look"));
}
