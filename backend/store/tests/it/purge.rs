//! Who has been quiet for how long is read along an index, among ten thousand as among ten.

use pum_domain::instant::DAY;
use pum_domain::stream::StreamKind;
use pum_domain::{Instant, InviteId, PlexId, UserId};
use pum_store::purge::{self, By, Place, Range, Silence};
use pum_store::streams::{self, Imported, Item, Player, Viewer};
use pum_store::users::{self, Enrolment};
use pum_testkit::crowd::{PEOPLE, crowd};
use pum_testkit::db::{TestDb, run};
use uuid::Uuid;

const ALL: Range = Range { by: By::LastHeard, up_to: None, after: None, backwards: false, limit: None };

fn reads_everybody(kind: &str, plan: &[String]) -> bool {
    plan.iter().any(|step| match kind {
        "postgres" => step.contains("Seq Scan on users") || step.contains("Sort Key"),
        "mysql" => step.starts_with("users: ALL") || step.contains("filesort"),
        _ => step.contains("TEMP B-TREE") || (step.starts_with("SCAN users") && !step.contains("USING")),
    })
}

#[tokio::test]
async fn the_quietest_are_found_by_an_index() {
    let home = TestDb::new().await;
    crowd(&home.db, home.url()).await;
    let reader = home.db.reader();
    let some = Some(50);
    for by in [By::LastHeard, By::LastStreamed] {
        let (few, middle) = match by {
            By::LastHeard => (1_600_000_000_100, 1_700_000_000_000),
            By::LastStreamed => (-2, 1_700_000_100_000),
        };
        let place = Some(Place(middle, Uuid::from_u128(7)));
        let ranges = [
            ("few", Range { by, up_to: Some(Instant(few)), ..ALL }),
            ("the first", Range { by, limit: some, ..ALL }),
            ("the last", Range { by, limit: some, backwards: true, ..ALL }),
            ("from there", Range { by, limit: some, after: place, ..ALL }),
            ("backwards from there", Range { by, limit: some, after: place, backwards: true, ..ALL }),
        ];
        for (what, range) in ranges {
            let plan = purge::explain(&reader, &range).await.expect("a plan");
            assert!(!reads_everybody(home.db.kind(), &plan), "{what} by {by:?}:\n{}", plan.join("\n"));
            let people = purge::people(&reader, &range).await.expect("people");
            let places: Vec<Place> = people.iter().map(|one| one.place).collect();
            let in_order = match range.backwards {
                false => places.is_sorted(),
                true => places.iter().rev().is_sorted(),
            };
            assert!(in_order, "{what} by {by:?}");
        }
    }
    let everybody = purge::people(&reader, &ALL).await.expect("people");
    assert_eq!(everybody.len() as u128, PEOPLE);
    assert_eq!(purge::count(&reader).await.expect("a count").unsigned_abs(), everybody.len() as u64);
    assert!(purge::leaving(&reader).await.expect("those who leave").is_empty());
}

fn at(day: i64) -> Instant {
    Instant(1_700_000_000_000 + day * DAY)
}

async fn enrol(home: &TestDb, account: i64) -> UserId {
    let person = Enrolment {
        new_id: UserId(Uuid::from_u128(account.unsigned_abs().into())),
        plex_id: PlexId(account),
        plex_uuid: None,
        username: format!("person {account}"),
        email: None,
        thumb: None,
        invited_by: InviteId(Uuid::from_u128(1)),
        membership_days: None,
        grant_purge_whitelist: false,
        grant_bot_whitelist: false,
    };
    let tx = home.db.begin().await.expect("begin");
    let (id, _) = users::enrol(&tx, &person).await.expect("enrol");
    tx.commit().await.expect("commit");
    id
}

async fn streamed(home: &TestDb, account: i64, days: &[i64]) {
    let item = Item {
        kind: StreamKind::Movie,
        rating_key: None,
        title: "Tidewater".to_owned(),
        parent_title: None,
        grandparent_title: None,
        season_number: None,
        episode_number: None,
        year: None,
        library_key: None,
        library_title: None,
        thumb: None,
        duration_ms: None,
    };
    let rows: Vec<Imported> = days
        .iter()
        .map(|day| Imported {
            machine_identifier: "m1".to_owned(),
            history_key: format!("{account} on day {day}"),
            viewer: Viewer { account_id: Some(PlexId(account)), name: "somebody".to_owned() },
            item: item.clone(),
            player: Player::default(),
            viewed_at: at(*day),
        })
        .collect();
    let tx = home.db.begin().await.expect("begin");
    streams::import(&tx, &rows).await.expect("import");
    tx.commit().await.expect("commit");
}

#[tokio::test]
async fn silences_are_found_in_one_walk_along_an_index() {
    let home = TestDb::new().await;
    let (anna, bert) = (enrol(&home, 11).await, enrol(&home, 12).await);
    streamed(&home, 11, &[10, 0, 200, 100, 105]).await;
    streamed(&home, 12, &[150]).await;
    streamed(&home, 13, &[0, 150]).await;
    let reader = home.db.reader();
    let silence =
        |user_id, from: Option<i64>, until| Silence { user_id, from: from.map(at), until: at(until) };
    let found = async |days: i64, since: i64| {
        purge::silences(&reader, days * DAY, at(since)).await.expect("silences")
    };
    let first = [silence(anna, None, 0), silence(anna, Some(10), 100)];
    let later = [silence(anna, Some(105), 200), silence(bert, None, 150)];
    assert_eq!(found(90, -1).await, [first, later].concat(), "whoever is no user is left out");
    assert_eq!(found(91, 50).await, later);
    assert_eq!(found(96, 100).await, [silence(bert, None, 150)]);
    assert_eq!(found(90, 200).await, []);
    let oldest = purge::oldest_stream(&reader).await.expect("the oldest");
    assert_eq!(oldest, Some(at(0)));

    let analyze = if home.db.kind() == "mysql" { "ANALYZE TABLE" } else { "ANALYZE" };
    run(home.url(), &format!("{analyze} streams")).await;
    if home.db.kind() == "postgres" {
        // So few rows it would read by themselves, and sort them. Who connects from now on does not.
        let never = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET enable_seqscan = off', current_database()); END $$";
        run(home.url(), never).await;
    }
    let reader = home.another_process().await.reader();
    let plan = purge::explain_silences(&reader, 90 * DAY, at(0)).await.expect("a plan").join("\n");
    let index = "ix__streams__user_id__started_at";
    match home.db.kind() {
        "postgres" => assert!(plan.contains(index) && !plan.contains("Seq Scan"), "{plan}"),
        "mysql" => assert!(plan.contains(index), "{plan}"),
        _ => assert!(plan.contains(&format!("COVERING INDEX {index}")), "{plan}"),
    }
}
