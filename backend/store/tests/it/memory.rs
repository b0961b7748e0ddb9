//! The count that comes with a page is that of this moment, whoever committed last.

use pum_domain::job::{JobKind, Lane};
use pum_domain::page::PageRequest;
use pum_store::jobs::{self, Filter, NewJob};
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
