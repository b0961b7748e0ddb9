//! Long lists are read by an index whatever they are filtered by: never by looking at every row, and
//! never, where the database leaves the choice to us, by sorting what was found.

use pum_domain::access::ChangeState;
use pum_domain::event::{ActorKind, EventType};
use pum_domain::job::{JobKind, JobState, Lane};
use pum_domain::page::PageRequest;
use pum_domain::{Instant, InviteId, UserId};
use pum_store::access_changes::{self, OpenFilter};
use pum_store::history::{self, Actor, Filter, NewEvent};
use pum_store::jobs::{self, NewJob};
use pum_testkit::db::{TestDb, run};
use serde_json::json;
use uuid::Uuid;

const FIRST_PAGE: PageRequest = PageRequest { limit: 50, cursor: None, descending: true };

/// The database reads through an index and takes the rows in its order.
#[track_caller]
fn by_index(kind: &str, what: &str, plan: &[String]) {
    let whole = plan.join("\n");
    // PostgreSQL goes by what it would cost: it sorts by itself what an index has found, if that is little.
    let sorted = kind != "postgres" && ["TEMP B-TREE", "filesort"].iter().any(|word| whole.contains(word));
    let scanned = match kind {
        // In the order of the key a SQLite table is its own index.
        "sqlite" => whole
            .lines()
            .any(|line| line.starts_with("SCAN") && !line.contains("USING INDEX") && line != "SCAN jobs"),
        "postgres" => whole.contains("Seq Scan"),
        _ => whole.lines().any(|line| line.contains(": ALL ")),
    };
    assert!(!sorted && !scanned, "{what}:\n{whole}");
}

/// So many rows that no database prefers to look at all of them.
async fn filled() -> TestDb {
    let home = TestDb::new().await;
    for part in 0..10_u128 {
        let tx = home.db.begin().await.expect("begin");
        for at in part * 400..(part + 1) * 400 {
            let (kind, id) = match at % 4 {
                0 => (ActorKind::Schedule, None),
                1 => (ActorKind::Invitee, None),
                _ => (ActorKind::Admin, Some(format!("a{}", at % 40))),
            };
            let actor = Actor { kind, id, name: None };
            let event = EventType::ALL[at as usize % EventType::ALL.len()];
            let user_id = Some(UserId(Uuid::from_u128(at % 200)));
            let invite_id = Some(InviteId(Uuid::from_u128(at % 100)));
            let event = NewEvent { user_id, invite_id, ..NewEvent::new(event, actor) };
            history::append(&tx, event).await.expect("append");
            let kind = JobKind::ALL[at as usize % JobKind::ALL.len()];
            jobs::enqueue(&tx, NewJob::new(kind, Lane::Automatic, json!({}))).await.expect("enqueue");
        }
        tx.commit().await.expect("commit");
    }
    run(home.url(), "UPDATE jobs SET state = 'dead' WHERE id < 100").await;
    for table in ["history_events", "jobs"] {
        let analyze = if home.db.kind() == "mysql" { "ANALYZE TABLE" } else { "ANALYZE" };
        run(home.url(), &format!("{analyze} {table}")).await;
    }
    home
}

#[tokio::test]
async fn the_history_and_the_jobs_are_read_by_an_index_whatever_is_asked() {
    let home = filled().await;
    let (reader, kind) = (home.db.reader(), home.db.kind());
    let filters = [
        ("everything", Filter::default()),
        ("a type", Filter { types: vec![EventType::InviteCreated], ..Filter::default() }),
        ("an actor", Filter { actor_id: Some("a3".to_owned()), ..Filter::default() }),
        ("a kind of actor", Filter { actor_kind: Some(ActorKind::Invitee), ..Filter::default() }),
        ("a user", Filter { user_id: Some(UserId(Uuid::from_u128(7))), ..Filter::default() }),
        ("an invite", Filter { invite_id: Some(InviteId(Uuid::from_u128(7))), ..Filter::default() }),
        ("a time", Filter { from: Some(Instant(1)), to: Some(Instant(2)), ..Filter::default() }),
        ("a text", Filter { q: Some("203".to_owned()), ..Filter::default() }),
    ];
    for (what, filter) in filters {
        // Text in the middle of a word is in no index: PostgreSQL looks at every row when it expects few.
        if kind == "postgres" && filter.q.is_some() {
            continue;
        }
        let plan = history::explain(&reader, &filter, &FIRST_PAGE).await.expect("explain");
        by_index(kind, &format!("history by {what}"), &plan);
    }
    let filters = [
        ("everything", jobs::Filter::default()),
        ("a state", jobs::Filter { state: Some(JobState::Dead), ..jobs::Filter::default() }),
        ("a kind", jobs::Filter { kind: Some(JobKind::Housekeeping), ..jobs::Filter::default() }),
    ];
    for (what, filter) in filters {
        let plan = jobs::explain(&reader, &filter, &FIRST_PAGE).await.expect("explain");
        by_index(kind, &format!("jobs by {what}"), &plan);
    }
}

#[tokio::test]
async fn failed_changes_are_found_without_looking_at_those_that_are_over() {
    let home = TestDb::new().await;
    let literal = |at: u128| match home.db.kind() {
        "postgres" => format!("'{}'", Uuid::from_u128(at)),
        _ => format!("X'{}'", Uuid::from_u128(at).simple()),
    };
    let columns = "id, plex_id, username, username_key, state, home, restricted, shares_back, blocked, is_owner, \
                   wanted_mode, wanted_downloads, allow_4k_transcode, purge_whitelisted, bot_whitelisted, tags, plays, \
                   watch_seconds, added_at, version, created_at, updated_at";
    for part in 0..10_u128 {
        let at = (part * 200)..((part + 1) * 200);
        let users = at.clone().map(|at| {
            format!("({}, {at}, 'u{at}', 'u{at}', 'active', FALSE, FALSE, FALSE, FALSE, FALSE, 'none', FALSE, TRUE, \
                     FALSE, FALSE, '[]', 0, 0, 0, 1, 0, 0)", literal(at))
        });
        let insert = format!("INSERT INTO users ({columns}) VALUES {}", users.collect::<Vec<_>>().join(", "));
        run(home.url(), &insert).await;
        let changes = at.map(|at| {
            let state = if at % 100 == 0 { "failed" } else { "applied" };
            format!("({0}, {0}, '{state}', '\"nothing\"', 'admin', 0, {at}, 0, 1)", literal(at))
        });
        let insert = format!(
            "INSERT INTO access_changes (id, user_id, state, wanted, cause, attempts, requested_at, unconfirmed_reads, \
             version) VALUES {}",
            changes.collect::<Vec<_>>().join(", ")
        );
        run(home.url(), &insert).await;
    }
    let analyze = if home.db.kind() == "mysql" { "ANALYZE TABLE" } else { "ANALYZE" };
    run(home.url(), &format!("{analyze} access_changes")).await;
    let filter = OpenFilter { state: Some(ChangeState::Failed), user_id: None };
    let plan = access_changes::explain_open(&home.db.reader(), &filter, &FIRST_PAGE).await.expect("explain");
    // PostgreSQL, which goes by what it would cost, may sort the few that it finds by their state alone.
    let index = match home.db.kind() {
        "postgres" => "ix__access_changes__state",
        _ => "ix__access_changes__state__requested_at__id",
    };
    assert!(plan.join("\n").contains(index), "{}", plan.join("\n"));
}
