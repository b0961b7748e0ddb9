//! The list of ten thousand users takes an index, whatever it is asked, on the database under test.

use pum_domain::page::PageRequest;
use pum_domain::server::TokenKind;
use pum_domain::user::UserState;
use pum_domain::{Instant, InviteId, LibraryId, PlexId, UserId};
use pum_store::plex_server;
use pum_store::users::{self, Filter, Sort};
use pum_testkit::crowd::{INVITE, LIBRARY, crowd};
use pum_testkit::db::TestDb;

fn filters() -> Vec<(&'static str, Filter)> {
    let none = Filter::default;
    let yes = Some(true);
    vec![
        ("everybody", none()),
        ("state", Filter { state: Some(UserState::Suspended), ..none() }),
        ("library", Filter { library: Some(LibraryId(LIBRARY)), ..none() }),
        ("tag", Filter { tag: Some("Family".to_owned()), ..none() }),
        ("invite", Filter { invite_id: Some(InviteId(INVITE)), ..none() }),
        ("expiring", Filter { expires_until: Some(Instant(1_700_000_900_000)), ..none() }),
        ("inactive", Filter { idle_since: Some(Instant(1_600_000_000_100)), ..none() }),
        ("discord", Filter { discord: yes, ..none() }),
        ("home", Filter { home: yes, ..none() }),
        ("shares back", Filter { shares_back: yes, ..none() }),
        ("purge whitelist", Filter { purge_whitelisted: yes, ..none() }),
        ("bot whitelist", Filter { bot_whitelisted: yes, ..none() }),
        ("blocked", Filter { blocked: Some(false), ..none() }),
        ("not discord", Filter { discord: Some(false), ..none() }),
    ]
}

/// Whether the plan reads the table of users from end to end.
fn reads_everybody(kind: &str, plan: &[String]) -> bool {
    plan.iter().any(|step| match kind {
        "postgres" => step.contains("Seq Scan on users"),
        "mysql" => step.starts_with("users: ALL"),
        _ => step.starts_with("SCAN users") && !step.contains("USING"),
    })
}

/// Ten thousand users, and the server that their library is on.
async fn crowded() -> TestDb {
    let home = TestDb::new().await;
    crowd(&home.db, home.url()).await;
    let server = plex_server::Connection {
        machine_identifier: "m".to_owned(),
        owner_plex_id: PlexId(999_999),
        owner_username: "olivia".to_owned(),
        name: "Aurora".to_owned(),
        version: "1".to_owned(),
        url: "http://127.0.0.1:1".to_owned(),
        token_sealed: "sealed".to_owned(),
        token_kind: TokenKind::Account,
    };
    let tx = home.db.begin().await.expect("begin");
    plex_server::connect(&tx, server).await.expect("connect");
    tx.commit().await.expect("commit");
    home
}

async fn one_more(home: &TestDb, number: u128) {
    let person = users::Enrolment {
        new_id: UserId(uuid::Uuid::from_u128(0xADD << 64 | number)),
        plex_id: PlexId(1_000_000 + i64::try_from(number).expect("a number")),
        plex_uuid: None,
        username: format!("late {number}"),
        email: None,
        thumb: None,
        invited_by: InviteId(INVITE),
        membership_days: None,
        grant_purge_whitelist: false,
        grant_bot_whitelist: false,
    };
    let tx = home.db.begin().await.expect("begin");
    users::enrol(&tx, &person).await.expect("enrol");
    tx.commit().await.expect("commit");
}

#[tokio::test]
async fn each_filter_and_each_sort_takes_an_index() {
    let home = crowded().await;
    let reader = home.db.reader();
    let kind = home.db.kind();
    let mut faults = Vec::new();
    for (name, filter) in filters() {
        for sort in Sort::ALL {
            for descending in [false, true] {
                let mut request = PageRequest { limit: 50, cursor: None, descending };
                let first = users::list(&reader, &filter, *sort, &request).await.expect("a page");
                for cursor in [None, first.next_cursor] {
                    request.cursor = cursor;
                    let plan = users::explain(&reader, &filter, *sort, &request).await.expect("a plan");
                    assert!(!plan.is_empty());
                    if reads_everybody(kind, &plan) {
                        faults.push(format!("{name}, {sort}, {request:?}:\n    {}", plan.join("\n    ")));
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} plans read everybody:\n{}", faults.len(), faults.join("\n"));
}

/// SQLite knows nothing of how many are which: it takes the index that names most of what is asked.
#[tokio::test]
async fn a_few_in_the_order_of_their_names_are_found_without_walking_past_the_others() {
    let home = TestDb::new().await;
    if home.db.kind() != "sqlite" {
        return;
    }
    let reader = home.db.reader();
    let request = PageRequest { limit: 50, cursor: None, descending: false };
    let columns = [
        ("state", "state"),
        ("invite", "invited_by_invite_id"),
        ("home", "home"),
        ("shares back", "shares_back"),
        ("purge whitelist", "purge_whitelisted"),
        ("bot whitelist", "bot_whitelisted"),
        ("blocked", "blocked"),
    ];
    for (name, filter) in filters() {
        let Some((_, column)) = columns.iter().find(|(filter, _)| *filter == name) else { continue };
        let plan = users::explain(&reader, &filter, Sort::Username, &request).await.expect("a plan");
        let wanted = format!("(is_owner=? AND {column}=?)");
        assert!(plan.len() == 1 && plan[0].ends_with(&wanted), "{name}: {plan:?}");
    }
}

#[tokio::test]
async fn pages_follow_one_another_however_many_there_are() {
    let home = crowded().await;
    let reader = home.db.reader();
    for (name, filter) in filters() {
        let expected = match name {
            "everybody" => 10_000,
            "blocked" | "not discord" => 9_980,
            "library" => 120,
            "expiring" => 3,
            "inactive" => 33,
            _ => 20,
        };
        let request = PageRequest { limit: 200, cursor: None, descending: false };
        let page = users::list(&reader, &filter, Sort::Username, &request).await.expect("a page");
        assert_eq!(page.total, expected, "{name}");
        assert!(!page.total_is_minimum, "{name}");
    }
    for number in [1, 2] {
        one_more(&home, number).await;
        let request = PageRequest { limit: 1, cursor: None, descending: false };
        let page = users::list(&reader, &Filter::default(), Sort::Username, &request).await.expect("a page");
        assert_eq!((page.total, page.total_is_minimum), (10_001, true), "beyond ten thousand");
    }
    for sort in Sort::ALL {
        let filter = Filter { library: Some(LibraryId(LIBRARY)), ..Filter::default() };
        let mut request = PageRequest { limit: 30, cursor: None, descending: true };
        let mut seen = Vec::new();
        loop {
            let page = users::list(&reader, &filter, *sort, &request).await.expect("a page");
            seen.extend(page.items.iter().map(|user| user.id));
            request.cursor = page.next_cursor;
            if request.cursor.is_none() {
                break;
            }
        }
        let mut once = seen.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!((seen.len(), once.len()), (120, 120), "{sort}");
    }
}
