//! What is remembered is what a read would find at this moment, whoever committed last.

use pum_domain::AdminId;
use pum_domain::job::{JobKind, Lane};
use pum_domain::page::PageRequest;
use pum_store::admins::{self, NewAdmin};
use pum_store::jobs::{self, Filter, NewJob};
use pum_store::sessions::{self, NewSession};
use pum_store::{Db, Reads};
use pum_testkit::db::TestDb;
use serde_json::json;

/// How many jobs a page of one says that there are.
async fn total(db: &impl Reads) -> i64 {
    let request = PageRequest { limit: 1, cursor: None, descending: true };
    jobs::list(db, &Filter::default(), &request).await.expect("a page").total
}

async fn two_more(db: &Db) {
    let tx = db.begin().await.expect("begin");
    for number in 0..2 {
        let job = NewJob::new(JobKind::Housekeeping, Lane::Manual, json!({ "number": number }));
        jobs::enqueue(&tx, job).await.expect("enqueue");
    }
    tx.commit().await.expect("commit");
}

#[tokio::test]
async fn a_count_is_that_of_this_moment() {
    let home = TestDb::new().await;
    let (here, elsewhere) = (home.db.clone(), home.another_process().await);
    assert_eq!(total(&here.reader()).await, 0);
    for expected in [2, 6, 10] {
        two_more(&here).await;
        assert_eq!(total(&here.reader()).await, expected, "after a commit of this process");
        assert_eq!(total(&here.reader()).await, expected, "asked again");
        two_more(&elsewhere).await;
        assert_eq!(total(&here.reader()).await, expected + 2, "after a commit of another process");
    }
    let tx = here.begin().await.expect("begin");
    let job = NewJob::new(JobKind::Housekeeping, Lane::Manual, json!({}));
    jobs::enqueue(&tx, job).await.expect("enqueue");
    assert_eq!(
        (total(&tx).await, total(&here.reader()).await),
        (13, 12),
        "a transaction sees its own work alone"
    );
    tx.rollback().await.expect("rollback");
    assert_eq!(total(&here.reader()).await, 12);
}

#[tokio::test]
async fn counts_asked_for_while_others_commit_are_never_old() {
    let home = TestDb::new().await;
    two_more(&home.db).await;
    let writer = home.another_process().await;
    let askers: Vec<_> = (0..8)
        .map(|_| {
            let reader = home.db.reader();
            tokio::spawn(async move {
                let mut last = 0;
                for _ in 0..50 {
                    let now = total(&reader).await;
                    assert!(now >= last, "{now} after {last}");
                    last = now;
                }
            })
        })
        .collect();
    for _ in 0..20 {
        two_more(&writer).await;
    }
    for asker in askers {
        asker.await.expect("an asker");
    }
    assert_eq!(total(&home.db.reader()).await, 42);
}

/// A session that another process ends, or whose admin it changes, opens nothing for a moment longer.
#[tokio::test]
async fn a_session_ends_with_the_commit_that_ends_it() {
    let home = TestDb::new().await;
    let (here, elsewhere) = (home.db.clone(), home.another_process().await);
    let admin_id = AdminId(uuid::Uuid::from_u128(7));
    let tx = here.begin().await.expect("begin");
    let admin = NewAdmin {
        id: admin_id,
        username: "host".to_owned(),
        password_hash: None,
        plex: None,
        is_primary: true,
        permissions: Vec::new(),
        must_change_password: false,
    };
    admins::insert(&tx, admin).await.expect("an admin");
    let now = tx.now().await.expect("the time");
    let session = NewSession {
        key_hash: "a hash".to_owned(),
        admin_id,
        idle_expires_at: now.plus(1_000),
        absolute_expires_at: now.plus(1_000),
        address: String::new(),
        user_agent: String::new(),
    };
    sessions::insert(&tx, session).await.expect("a session");
    tx.commit().await.expect("commit");

    let reader = here.reader();
    let find = async || sessions::find(&reader, "a hash").await.expect("a look");
    let idle_expires_at = async || find().await.map(|session| session.idle_expires_at);
    assert_eq!(idle_expires_at().await, Some(now.plus(1_000)));
    let tx = elsewhere.begin().await.expect("begin");
    assert!(sessions::touch(&tx, "a hash", now, now.plus(2_000)).await.expect("touch"));
    assert_eq!(idle_expires_at().await, Some(now.plus(1_000)), "not committed yet");
    tx.commit().await.expect("commit");
    assert_eq!(idle_expires_at().await, Some(now.plus(2_000)));
    let tx = elsewhere.begin().await.expect("begin");
    assert!(sessions::delete(&tx, "a hash").await.expect("delete"));
    tx.commit().await.expect("commit");
    assert_eq!(find().await, None);
}
