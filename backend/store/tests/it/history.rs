//! History: what is recorded is found again, page by page.

use pum_domain::event::{ActorKind, EventType};
use pum_domain::page::PageRequest;
use pum_domain::{InviteId, UserId};
use pum_store::history::{self, Actor, Filter, NewEvent, Subject};
use pum_store::{Reads, StoreError};
use pum_testkit::db::TestDb;
use serde_json::json;
use uuid::Uuid;

fn page(limit: u32, cursor: Option<String>) -> PageRequest {
    PageRequest { limit, cursor, descending: true }
}

fn by(name: &str) -> Actor {
    Actor { kind: ActorKind::Admin, id: Some("a1".to_owned()), name: Some(name.to_owned()) }
}

#[tokio::test]
async fn an_event_comes_back_as_it_was_recorded() {
    let home = TestDb::new().await;
    let (user, invite) = (UserId(Uuid::from_u128(7)), InviteId(Uuid::from_u128(8)));
    let tx = home.db.begin().await.expect("begin");
    let mut event = NewEvent::new(EventType::UserAccessGranted, by("Ünal 🎬"));
    event.user_id = Some(user);
    event.invite_id = Some(invite);
    event.subject = Some(Subject {
        kind: "library".to_owned(),
        id: Some("1".to_owned()),
        name: Some("Filme".to_owned()),
    });
    event.before = Some(json!({ "access": "nothing" }));
    event.after = Some(json!({ "access": "granted" }));
    let id = history::append(&tx, event.clone()).await.expect("append");
    let at = tx.now().await.expect("now");
    tx.commit().await.expect("commit");
    let found = history::get(&home.db.reader(), id).await.expect("get");
    assert_eq!(found.event, "user.access_granted");
    assert_eq!((found.actor, found.user_id, found.invite_id), (event.actor, Some(user), Some(invite)));
    assert_eq!((found.subject, found.before, found.after), (event.subject, event.before, event.after));
    assert!(at.since(found.at) >= 0 && at.since(found.at) < 60_000, "{at:?} {:?}", found.at);
    let missing = history::get(&home.db.reader(), id + 1).await.expect_err("not there");
    assert!(matches!(missing, StoreError::NotFound { .. }));
}

#[tokio::test]
async fn pages_follow_each_other_while_rows_come_in() {
    let home = TestDb::new().await;
    let record = async |names: std::ops::Range<i32>| {
        let tx = home.db.begin().await.expect("begin");
        for name in names {
            let event = NewEvent::new(EventType::InviteCreated, by(&format!("n{name}")));
            history::append(&tx, event).await.expect("append");
        }
        tx.commit().await.expect("commit");
    };
    record(0..7).await;
    let reader = home.db.reader();
    let names = |page: &pum_domain::page::Page<history::Event>| -> Vec<String> {
        page.items.iter().filter_map(|event| event.actor.name.clone()).collect()
    };
    let first = history::list(&reader, &Filter::default(), &page(3, None)).await.expect("first");
    assert_eq!(names(&first), ["n6", "n5", "n4"]);
    assert_eq!((first.total, first.total_is_minimum), (7, false));
    record(7..9).await;
    let second =
        history::list(&reader, &Filter::default(), &page(3, first.next_cursor)).await.expect("second");
    assert_eq!(names(&second), ["n3", "n2", "n1"]);
    assert_eq!(second.total, 9);
    let last = history::list(&reader, &Filter::default(), &page(3, second.next_cursor)).await.expect("last");
    assert_eq!((names(&last), last.next_cursor), (vec!["n0".to_owned()], None));
}

#[tokio::test]
async fn a_foreign_cursor_is_refused() {
    let home = TestDb::new().await;
    let reader = home.db.reader();
    let tx = home.db.begin().await.expect("begin");
    for _ in 0..3 {
        history::append(&tx, NewEvent::new(EventType::InviteCreated, by("x"))).await.expect("append");
    }
    tx.commit().await.expect("commit");
    let cursor = history::list(&reader, &Filter::default(), &page(1, None)).await.expect("list").next_cursor;
    let other_way = PageRequest { limit: 1, cursor, descending: false };
    let mut tried = vec![other_way];
    for text in ["", "x", "%%%", "bm9uc2Vuc2U", "eyJvIjoiaWQiLCJkIjp0cnVlLCJ2Ijp7Im4iOjF9LCJpIjp7Im4iOjF9fQ"]
    {
        tried.push(page(1, Some(text.to_owned())));
    }
    for request in tried {
        let answer = history::list(&reader, &Filter::default(), &request).await;
        assert!(matches!(answer, Err(StoreError::BadCursor)), "{request:?}: {answer:?}");
    }
}

#[tokio::test]
async fn filters_narrow_and_wildcards_are_letters() {
    let home = TestDb::new().await;
    let tx = home.db.begin().await.expect("begin");
    for name in ["Ännchen", "100%", "100 percent", "a_b", "axb", r"back\slash", "wow!"] {
        history::append(&tx, NewEvent::new(EventType::InviteCreated, by(name))).await.expect("append");
    }
    let mut other =
        NewEvent::new(EventType::InviteDeleted, Actor { kind: ActorKind::System, id: None, name: None });
    other.user_id = Some(UserId(Uuid::from_u128(1)));
    history::append(&tx, other).await.expect("append");
    let now = tx.now().await.expect("now");
    tx.commit().await.expect("commit");
    let found = async |filter: Filter| {
        let page = history::list(&home.db.reader(), &filter, &page(50, None)).await.expect("list");
        let mut names: Vec<_> =
            page.items.into_iter().map(|event| event.actor.name.unwrap_or_default()).collect();
        names.sort();
        names
    };
    let q = |text: &str| Filter { q: Some(text.to_owned()), ..Filter::default() };
    assert_eq!(found(q("äNNCHEN")).await, ["Ännchen"]);
    assert_eq!(found(q("100%")).await, ["100%"]);
    assert_eq!(found(q("a_b")).await, ["a_b"]);
    assert_eq!(found(q(r"k\s")).await, [r"back\slash"]);
    assert_eq!(found(q("w!")).await, ["wow!"]);
    assert_eq!(found(q("nobody")).await, Vec::<String>::new());
    assert_eq!(found(Filter { types: vec![EventType::InviteDeleted], ..Filter::default() }).await, [""]);
    assert_eq!(found(Filter { actor_kind: Some(ActorKind::System), ..Filter::default() }).await, [""]);
    assert_eq!(found(Filter { actor_id: Some("a1".to_owned()), ..Filter::default() }).await.len(), 7);
    assert_eq!(found(Filter { user_id: Some(UserId(Uuid::from_u128(1))), ..Filter::default() }).await, [""]);
    assert_eq!(found(Filter { from: Some(now.plus(60_000)), ..Filter::default() }).await.len(), 0);
    assert_eq!(found(Filter { to: Some(now.plus(60_000)), ..Filter::default() }).await.len(), 8);
}
