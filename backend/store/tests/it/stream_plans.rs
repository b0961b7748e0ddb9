//! The stream history and its figures are read by an index whatever is asked: never by looking at every row.

use std::fmt::Write as _;

use pum_domain::instant::DAY;
use pum_domain::page::PageRequest;
use pum_domain::stream::StreamKind;
use pum_domain::stream::quarters::{QUARTER, SPELLS, quarter_of, spell_of};
use pum_domain::{Instant, PlexId, UserId};
use pum_store::purge;
use pum_store::streams::{self, Filter};
use pum_testkit::crowd::crowd;
use pum_testkit::db::{TestDb, run};
use uuid::Uuid;

const NOW: Instant = Instant(1_763_849_400_000);
const VIEWERS: i64 = 200;
const STREAMS: i64 = 6_000;

/// Rows of one table, written many at a time.
async fn fill(home: &TestDb, into: &str, rows: impl Iterator<Item = String>) {
    let rows: Vec<String> = rows.collect();
    for some in rows.chunks(500) {
        run(home.url(), &format!("INSERT INTO {into} VALUES {}", some.join(", "))).await;
    }
}

async fn filled() -> TestDb {
    let home = TestDb::new().await;
    crowd(&home.db, home.url()).await;
    let postgres = home.db.kind() == "postgres";
    let id = |number: i64| {
        let id = Uuid::from_u128(u128::from(number.unsigned_abs()));
        if postgres { format!("'{id}'") } else { format!("X'{}'", id.simple()) }
    };
    let rows = (0..STREAMS).map(|number| {
        let at = NOW.plus(-number * QUARTER).millis();
        let (ended, key) = match number {
            0..10 => ("NULL".to_owned(), format!("'key {number}'")),
            _ => (at.to_string(), "NULL".to_owned()),
        };
        let kind = StreamKind::ALL[usize::try_from(number % 7).unwrap_or_default()];
        let mut row = String::new();
        write!(
            row,
            "('m', 'watched', {viewer}, 'Anna', {user}, {key}, 'ended', '{kind}', 'Film', {library}, 'player {player}', \
             {at}, {at}, {ended}, 0, 0, '', 0, 'film')",
            viewer = number % VIEWERS,
            user = id(number % VIEWERS + 1),
            library = number % 12,
            player = number % 30,
        )
        .expect("text grows");
        row
    });
    let columns = "streams (machine_identifier, source, viewer_account_id, viewer_name, user_id, open_key, state, kind, \
                   title, library_key, player, started_at, seen_at, ended_at, watched_ms, paused_ms, watched_in, \
                   four_k_looks, search)";
    fill(&home, columns, rows).await;
    let quarters = |number: i64| quarter_of(NOW).plus(-number * QUARTER);
    let of_viewers = (0..STREAMS)
        .map(|number| format!("({}, {}, 'movie', 1, 1000)", number % VIEWERS, quarters(number).millis()));
    fill(&home, "watch_quarters", of_viewers).await;
    let of_server = (0..STREAMS).map(|number| format!("({}, 'movie', 1, 1000)", quarters(number).millis()));
    fill(&home, "server_quarters", of_server).await;
    let of_players = (0..VIEWERS * 10).map(|number| format!("({}, 'player {number}', 1, 1000)", number / 10));
    fill(&home, "viewer_players", of_players).await;
    for days in SPELLS {
        let length = i64::from(days) * DAY;
        let first = spell_of(NOW, length);
        let rows = (0..20).flat_map(move |back| {
            let at = first.plus(-back * length).millis();
            (0..VIEWERS).map(move |viewer| format!("({days}, {at}, {viewer}, 1, 1000)"))
        });
        fill(&home, "watch_spells", rows).await;
    }
    for table in ["streams", "watch_quarters", "server_quarters", "viewer_players", "watch_spells", "users"] {
        let analyze = if home.db.kind() == "mysql" { "ANALYZE TABLE" } else { "ANALYZE" };
        run(home.url(), &format!("{analyze} {table}")).await;
    }
    home
}

/// Whether one of the tables is looked at from end to end.
#[track_caller]
fn by_index(kind: &str, what: &str, plan: &[String]) {
    let tables = ["streams", "watch_quarters", "server_quarters", "viewer_players", "watch_spells", "users"];
    let whole = plan.join("\n");
    let scanned = tables.iter().any(|table| match kind {
        "postgres" => whole.contains(&format!("Seq Scan on {table}")),
        "mysql" => whole.contains(&format!("{table}: ALL ")),
        _ => whole.lines().any(|line| line.trim() == format!("SCAN {table}")),
    });
    assert!(!plan.is_empty() && !scanned, "{what}:\n{whole}");
}

#[tokio::test]
async fn the_stream_history_is_read_by_an_index_whatever_is_asked() {
    let home = filled().await;
    let (reader, kind) = (home.db.reader(), home.db.kind());
    let none = Filter::default;
    let user_id = Some(UserId(Uuid::from_u128(7)));
    let from = Some(NOW.plus(-30 * QUARTER));
    let filters = [
        ("everything", none()),
        ("a user", Filter { user_id, ..none() }),
        ("a user and a time", Filter { user_id, from, ..none() }),
        ("a library", Filter { library_key: Some(3), ..none() }),
        ("a player", Filter { player: Some("player 3".to_owned()), ..none() }),
        ("a user and a player", Filter { user_id, player: Some("player 3".to_owned()), ..none() }),
        ("a kind", Filter { kind: Some(StreamKind::Photo), ..none() }),
        ("a time", Filter { from, to: Some(NOW), ..none() }),
        ("a text of a user", Filter { user_id, q: Some("film".to_owned()), ..none() }),
    ];
    for (what, filter) in filters {
        for descending in [true, false] {
            let mut request = PageRequest { limit: 20, cursor: None, descending };
            let (_, next) = streams::walk(&reader, &filter, &request).await.expect("a page");
            for cursor in [None, next] {
                request.cursor = cursor;
                let plan = streams::explain(&reader, &filter, &request).await.expect("a plan");
                by_index(kind, what, &plan);
                // PostgreSQL goes by what it would cost: it may sort the little that an index has found.
                let sorted =
                    plan.iter().any(|line| line.contains("TEMP B-TREE") || line.contains("filesort"));
                assert!(!sorted, "{what} is sorted:\n{}", plan.join("\n"));
            }
        }
    }
}

#[tokio::test]
async fn what_looks_imports_and_judgements_ask_is_found_by_an_index() {
    let home = filled().await;
    let (reader, kind) = (home.db.reader(), home.db.kind());
    let (viewers, time) = ([PlexId(3), PlexId(7)], (NOW.plus(-5 * QUARTER), NOW));
    let mut plans = streams::explain_watching(&reader, "m", &viewers, time).await.expect("plans");
    let user = UserId(Uuid::from_u128(7));
    plans.extend(purge::explain_judging(&reader, "m", user).await.expect("plans"));
    for (what, plan) in plans {
        by_index(kind, what, &plan);
        // Nor is an index walked along from end to end, but for its first row.
        let walked =
            plan.iter().any(|line| line.starts_with("SCAN streams") || line.contains("streams: index "));
        assert!(!walked || what == "the oldest stream", "{what}:\n{}", plan.join("\n"));
    }
}

#[tokio::test]
async fn figures_are_read_by_an_index() {
    let home = filled().await;
    let (reader, kind) = (home.db.reader(), home.db.kind());
    for days in [1, 7, 30] {
        let from = quarter_of(NOW.plus(-days * DAY));
        let plans = streams::explain_figures(&reader, PlexId(7), from, NOW).await.expect("plans");
        for (what, plan) in plans {
            by_index(kind, &format!("{what}, {days} days"), &plan);
        }
    }
}
