//! Streams are written down once, and what is counted about them is always what they add up to.

use pum_domain::instant::{DAY, MINUTE, SECOND};
use pum_domain::page::PageRequest;
use pum_domain::stream::quarters::{QUARTER, quarter_of};
use pum_domain::stream::{StreamDecision, StreamEnd, StreamKind, StreamState};
use pum_domain::{Instant, InviteId, PlexId, StreamId, UserId};
use pum_store::streams::{
    self, Advance, Delivery, Ending, Filter, Imported, Item, NewStream, Player, Span, Sum, Viewer,
};
use pum_store::users::{self, Enrolment};
use pum_testkit::db::{TestDb, rows};
use uuid::Uuid;

const MACHINE: &str = "m1";
const ANNA: PlexId = PlexId(4711);
/// 22:10 UTC, in the middle of a quarter hour.
const EVENING: Instant = Instant(1_763_849_400_000);

fn item(title: &str, kind: StreamKind) -> Item {
    Item {
        kind,
        rating_key: Some(format!("key of {title}")),
        title: title.to_owned(),
        parent_title: None,
        grandparent_title: None,
        season_number: None,
        episode_number: None,
        year: Some(1999),
        library_key: Some(1),
        library_title: Some("Movies".to_owned()),
        thumb: None,
        duration_ms: Some(2 * 60 * MINUTE),
    }
}

fn on(product: &str) -> Player {
    Player { product: Some(product.to_owned()), ..Player::default() }
}

fn play(session: &str, account: Option<PlexId>, title: &str, at: Instant) -> NewStream {
    NewStream {
        machine_identifier: MACHINE.to_owned(),
        session_key: session.to_owned(),
        player_id: Some("player".to_owned()),
        viewer: Viewer { account_id: account, name: "Anna".to_owned() },
        state: StreamState::Playing,
        item: item(title, StreamKind::Movie),
        player: on("Plex Web"),
        delivery: Delivery { decision: Some(StreamDecision::DirectPlay), ..Delivery::default() },
        started_at: at,
        position_ms: Some(0),
        four_k_looks: 0,
    }
}

fn look(id: StreamId, at: Instant, watched: i64) -> Advance {
    Advance {
        id,
        at,
        state: StreamState::Playing,
        position_ms: Some(watched),
        watched_ms_more: watched,
        paused_ms_more: 0,
        four_k_looks: 0,
        delivery: None,
    }
}

async fn enrol(home: &TestDb, account: PlexId) -> UserId {
    let person = Enrolment {
        new_id: UserId(Uuid::from_u128(account.0.unsigned_abs().into())),
        plex_id: account,
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

async fn begin(home: &TestDb, begun: &[NewStream]) -> Vec<Option<StreamId>> {
    let tx = home.db.begin().await.expect("begin");
    let ids = streams::begin(&tx, begun).await.expect("begin streams");
    tx.commit().await.expect("commit");
    ids
}

async fn advance(home: &TestDb, looks: &[Advance]) {
    let tx = home.db.begin().await.expect("begin");
    streams::advance(&tx, &[], looks).await.expect("advance");
    tx.commit().await.expect("commit");
}

async fn end(home: &TestDb, ids: &[StreamId], at: Instant) -> Vec<StreamId> {
    let endings: Vec<Ending> =
        ids.iter().map(|id| Ending { id: *id, at, reason: StreamEnd::Stopped }).collect();
    let tx = home.db.begin().await.expect("begin");
    let ended = streams::end(&tx, &endings).await.expect("end");
    tx.commit().await.expect("commit");
    ended
}

async fn delete(home: &TestDb, ids: &[StreamId]) -> usize {
    let tx = home.db.begin().await.expect("begin");
    let deleted = streams::delete(&tx, ids).await.expect("delete");
    tx.commit().await.expect("commit");
    deleted.len()
}

/// Plays, watched seconds, last streamed, as the list of users shows them.
async fn shown(home: &TestDb, id: UserId) -> (i64, i64, Option<Instant>) {
    let user = users::profile(&home.db.reader(), id).await.expect("a profile");
    (user.plays, user.watch_seconds, user.last_streamed_at)
}

/// How many rows each table of figures has.
async fn counted(home: &TestDb) -> Vec<String> {
    let tables = ["watch_quarters", "watch_spells", "server_quarters", "viewer_players"];
    let parts = tables.map(|table| format!("(SELECT COUNT(*) FROM {table})"));
    let text = if home.db.kind() == "mysql" { "CHAR" } else { "TEXT" };
    let parts = parts.map(|count| format!("SELECT CAST({count} AS {text}) AS found"));
    rows(home.url(), &parts.join(" UNION ALL ")).await
}

#[tokio::test]
async fn figures_are_what_the_streams_add_up_to() {
    let home = TestDb::new().await;
    let anna = enrol(&home, ANNA).await;
    let nobody = play("3", None, "Nobody's", EVENING);
    let song = NewStream {
        item: item("Song", StreamKind::Track),
        player: on("Plexamp"),
        ..play("2", Some(ANNA), "Song", EVENING)
    };
    let ids = begin(&home, &[play("1", Some(ANNA), "Film", EVENING), song, nobody]).await;
    let ids: Vec<StreamId> = ids.into_iter().flatten().collect();
    assert_eq!(ids.len(), 3);
    let minutes = 30;
    for minute in 1..=minutes {
        let at = EVENING.plus(minute * MINUTE);
        let looks: Vec<Advance> = ids.iter().map(|id| look(*id, at, MINUTE)).collect();
        advance(&home, &looks).await;
    }
    let last = EVENING.plus(minutes * MINUTE);
    assert_eq!(end(&home, &ids, last).await.len(), 3);
    let reader = home.db.reader();
    assert_eq!(shown(&home, anna).await, (2, 2 * minutes * 60, Some(last)));
    let quarter = quarter_of(EVENING);
    let since = async |from| streams::sum_of(&reader, ANNA, from).await.expect("a sum");
    assert_eq!(since(quarter).await, Sum { plays: 2, watched_ms: 2 * minutes * MINUTE });
    assert_eq!(since(quarter.plus(QUARTER)).await, Sum { plays: 0, watched_ms: 2 * 25 * MINUTE });
    let players = streams::players_of(&reader, ANNA, 10).await.expect("players");
    let players: Vec<(&str, i64)> =
        players.iter().map(|one| (one.player.as_str(), one.sum.watched_ms / MINUTE)).collect();
    assert_eq!(players, [("Plex Web", 30), ("Plexamp", 30)]);
    let quarters = streams::server_quarters(&reader, quarter).await.expect("quarters");
    let of_server: Vec<(i64, i64, i64, i64)> = quarters
        .iter()
        .map(|one| {
            let place = (one.quarter_at - quarter.millis()) / QUARTER;
            (place, one.movies, one.tracks, one.watched_ms / MINUTE)
        })
        .collect();
    assert_eq!(of_server, [(0, 2, 1, 15), (1, 0, 0, 45), (2, 0, 0, 30)]);
    for back in [0, 1, 10 * DAY, 89 * DAY] {
        let from = quarter_of(EVENING.plus(-back));
        let active = streams::most_active(&reader, from, last, 5).await.expect("the most active");
        let [one] = active.as_slice() else { panic!("{active:?}") };
        assert_eq!((one.user_id, one.sum), (Some(anna), since(quarter).await), "{back}");
    }
    let list = streams::list(&reader, &Filter::default(), &PAGE).await.expect("a list");
    assert_eq!(list.total, 3);
    assert!(list.items.iter().all(|one| one.watched_ms == minutes * MINUTE));
    assert_eq!(list.items[2].end_reason, Some(StreamEnd::Stopped));
}

const PAGE: PageRequest = PageRequest { limit: 50, cursor: None, descending: true };

#[tokio::test]
async fn what_is_deleted_no_longer_counts_but_makes_nobody_idle() {
    let home = TestDb::new().await;
    let anna = enrol(&home, ANNA).await;
    let ids =
        begin(&home, &[play("1", Some(ANNA), "One", EVENING), play("2", Some(ANNA), "Two", EVENING)]).await;
    let ids: Vec<StreamId> = ids.into_iter().flatten().collect();
    // Looks far apart, and one that spans three quarter hours.
    for (id, minutes) in [(ids[0], 40), (ids[1], 7)] {
        advance(&home, &[look(id, EVENING.plus(50 * MINUTE), minutes * MINUTE)]).await;
    }
    let seen = Some(EVENING.plus(50 * MINUTE));
    assert_eq!(delete(&home, &ids).await, 0, "they go on");
    assert_eq!(shown(&home, anna).await, (2, 47 * 60, seen));
    end(&home, &ids, EVENING.plus(51 * MINUTE)).await;
    assert_eq!(delete(&home, &ids[..1]).await, 1);
    assert_eq!(shown(&home, anna).await, (1, 7 * 60, seen));
    let sum = streams::sum_of(&home.db.reader(), ANNA, Instant(0)).await.expect("a sum");
    assert_eq!(sum, Sum { plays: 1, watched_ms: 7 * MINUTE });
    assert_eq!(delete(&home, &ids).await, 1, "one was gone");
    assert_eq!(shown(&home, anna).await, (0, 0, seen));
    assert_eq!(counted(&home).await, ["0", "0", "0", "0"]);
}

#[tokio::test]
async fn who_streams_before_they_are_known_is_joined_later() {
    let home = TestDb::new().await;
    let ids = begin(&home, &[play("1", Some(ANNA), "One", EVENING)]).await;
    let id = ids[0].expect("begun");
    advance(&home, &[look(id, EVENING.plus(MINUTE), MINUTE)]).await;
    let from = quarter_of(EVENING);
    let now = EVENING.plus(DAY);
    let active = streams::most_active(&home.db.reader(), from, now, 5).await.expect("the most active");
    assert_eq!((active[0].user_id, active[0].name.as_str()), (None, "Anna"));
    let anna = enrol(&home, ANNA).await;
    assert_eq!(shown(&home, anna).await, (1, 60, Some(EVENING.plus(MINUTE))));
    let stream = streams::get(&home.db.reader(), id).await.expect("the stream");
    assert_eq!(stream.user_id, Some(anna));
    // What follows counts for the user without being asked.
    advance(&home, &[look(id, EVENING.plus(2 * MINUTE), MINUTE)]).await;
    assert_eq!(shown(&home, anna).await, (1, 120, Some(EVENING.plus(2 * MINUTE))));
}

#[tokio::test]
async fn a_play_is_one_row_however_many_watchers_see_it() {
    let home = TestDb::new().await;
    let seen = play("1", Some(ANNA), "One", EVENING);
    let ids = begin(&home, &[seen.clone(), seen.clone()]).await;
    let (Some(id), None) = (ids[0], ids[1]) else { panic!("{ids:?}") };
    assert_eq!(begin(&home, std::slice::from_ref(&seen)).await, [None]);
    // The next episode in the same session is another play.
    let next = play("1", Some(ANNA), "Two", EVENING);
    assert!(begin(&home, &[next]).await[0].is_some());
    assert_eq!(end(&home, &[id, id], EVENING.plus(MINUTE)).await, [id]);
    assert_eq!(end(&home, &[id], EVENING.plus(MINUTE)).await, [], "it has ended");
    // Once it is over, the same may be played again; what is over stays as it is.
    let again = begin(&home, std::slice::from_ref(&seen)).await[0].expect("another play");
    advance(
        &home,
        &[look(id, EVENING.plus(2 * MINUTE), MINUTE), look(again, EVENING.plus(2 * MINUTE), SECOND)],
    )
    .await;
    let watched = async |id| streams::get(&home.db.reader(), id).await.expect("a stream").watched_ms;
    assert_eq!((watched(id).await, watched(again).await), (0, SECOND));
    let tx = home.db.begin().await.expect("begin");
    assert_eq!(streams::open_ones(&tx).await.expect("open").len(), 2);
}

#[tokio::test]
async fn two_watchers_at_the_same_moment_make_one_row() {
    let home = TestDb::new().await;
    let other = home.another_process().await;
    let seen = play("1", Some(ANNA), "One", EVENING);
    let watch = async |db: &pum_store::Db| {
        // Whoever comes second may have to try again; so does a watcher.
        for _ in 0..20 {
            let tx = db.begin().await.expect("begin");
            let begun = streams::begin(&tx, std::slice::from_ref(&seen)).await;
            match begun {
                Ok(ids) => match tx.commit().await {
                    Ok(()) => return ids[0],
                    Err(error) => assert!(error.is_retryable(), "{error}"),
                },
                Err(error) => assert!(error.is_retryable(), "{error}"),
            }
        }
        panic!("it gets nowhere");
    };
    let (one, two) = tokio::join!(watch(&home.db), watch(&other));
    assert!(one.is_some() != two.is_some(), "{one:?} {two:?}");
    let sum = streams::sum_of(&home.db.reader(), ANNA, Instant(0)).await.expect("a sum");
    assert_eq!(sum.plays, 1);
}

#[tokio::test]
async fn a_stream_goes_on_under_another_session_and_can_be_told_to_stop() {
    let home = TestDb::new().await;
    let ids =
        begin(&home, &[play("7", Some(ANNA), "One", EVENING), play("8", Some(ANNA), "One", EVENING)]).await;
    let (one, two) = (ids[0].expect("one"), ids[1].expect("two"));
    let tx = home.db.begin().await.expect("begin");
    assert!(!streams::rekey(&tx, one, "8").await.expect("rekey"), "taken");
    assert!(streams::rekey(&tx, one, "1").await.expect("rekey"));
    assert!(streams::note_stop(&tx, one, Some(EVENING), Some("Please")).await.expect("note"));
    let converted = Delivery {
        decision: Some(StreamDecision::Transcode),
        bandwidth_kbps: Some(4_000),
        details: Some("{}".to_owned()),
        ..Delivery::default()
    };
    let changed = Advance { delivery: Some(converted.clone()), four_k_looks: 2, ..look(one, EVENING, 0) };
    streams::advance(&tx, &[], &[changed]).await.expect("advance");
    tx.commit().await.expect("commit");
    let stream = streams::get(&home.db.reader(), one).await.expect("the stream");
    assert_eq!((stream.session_key.as_deref(), stream.delivery), (Some("1"), converted));
    assert_eq!((stream.stop_requested_at, stream.stop_message.as_deref()), (Some(EVENING), Some("Please")));
    assert_eq!(stream.four_k_looks, 2);
    assert_eq!(begin(&home, &[play("1", Some(ANNA), "One", EVENING)]).await, [None]);
    assert!(begin(&home, &[play("7", Some(ANNA), "One", EVENING)]).await[0].is_some());
    let other = streams::get(&home.db.reader(), two).await.expect("the other");
    assert_eq!(other.delivery.decision, Some(StreamDecision::DirectPlay));
}

#[tokio::test]
async fn an_import_counts_once_however_often_it_runs() {
    let home = TestDb::new().await;
    let anna = enrol(&home, ANNA).await;
    let row = |key: &str, account: Option<PlexId>, at: Instant| Imported {
        machine_identifier: MACHINE.to_owned(),
        history_key: key.to_owned(),
        viewer: Viewer { account_id: account, name: "Anna".to_owned() },
        item: item("Film", StreamKind::Movie),
        player: Player::default(),
        viewed_at: at,
    };
    let rows = [
        row("/status/sessions/history/1", Some(ANNA), EVENING),
        row("/status/sessions/history/2", Some(ANNA), EVENING.plus(-DAY)),
        row("/status/sessions/history/3", None, EVENING),
    ];
    for (offered, inserted) in [(&rows[..2], 2), (&rows[..], 1), (&rows[..], 0)] {
        let tx = home.db.begin().await.expect("begin");
        assert_eq!(streams::import(&tx, offered).await.expect("import"), inserted);
        tx.commit().await.expect("commit");
        assert_eq!(shown(&home, anna).await, (2, 0, Some(EVENING)));
    }
    let list = streams::list(&home.db.reader(), &Filter::default(), &PAGE).await.expect("a list");
    assert_eq!(list.total, 3);
    let ids: Vec<StreamId> = list.items.iter().map(|one| one.id).collect();
    assert_eq!(delete(&home, &ids).await, 3);
    assert_eq!(counted(&home).await, ["0", "0", "0", "0"]);
}

#[tokio::test]
async fn what_has_had_its_time_is_forgotten_but_stays_counted() {
    let home = TestDb::new().await;
    let anna = enrol(&home, ANNA).await;
    for (number, at) in [EVENING.plus(-400 * DAY), EVENING.plus(-399 * DAY), EVENING].into_iter().enumerate()
    {
        let mut begun = play(&number.to_string(), Some(ANNA), "Film", at);
        begun.delivery.address = Some("198.51.100.7".to_owned());
        let id = begin(&home, &[begun]).await[0].expect("begun");
        advance(&home, &[look(id, at.plus(40 * MINUTE), 40 * MINUTE)]).await;
        end(&home, &[id], at.plus(40 * MINUTE)).await;
    }
    let before = EVENING.plus(-90 * DAY);
    let forget_addresses = async |from, most| {
        let tx = home.db.begin().await.expect("begin");
        let next = streams::forget_addresses(&tx, from, before, most).await.expect("forget addresses");
        tx.commit().await.expect("commit");
        next
    };
    let next = forget_addresses(Instant(0), 1).await.expect("more");
    assert_eq!(next, EVENING.plus(-400 * DAY));
    assert_eq!(forget_addresses(next, 5).await, None);
    let old = Filter { to: Some(before), ..Filter::default() };
    let old = streams::list(&home.db.reader(), &old, &PAGE).await.expect("a list");
    assert!(old.total == 2 && old.items.iter().all(|one| one.delivery.address.is_none()));
    let (mut rounds, mut streams_gone) = (0, 0);
    loop {
        let tx = home.db.begin().await.expect("begin");
        let forgotten = streams::forget(&tx, before, 1).await.expect("forget");
        tx.commit().await.expect("commit");
        rounds += 1;
        streams_gone += forgotten.streams;
        if !forgotten.more {
            break;
        }
    }
    assert_eq!(streams_gone, 2, "in {rounds} rounds");
    assert!(rounds > 2, "in {rounds} rounds");
    let list = streams::list(&home.db.reader(), &Filter::default(), &PAGE).await.expect("a list");
    assert_eq!(list.total, 1);
    assert_eq!(list.items[0].delivery.address.as_deref(), Some("198.51.100.7"));
    assert_eq!(shown(&home, anna).await, (3, 3 * 40 * 60, Some(EVENING.plus(40 * MINUTE))));
    let sum = streams::sum_of(&home.db.reader(), ANNA, Instant(0)).await.expect("a sum");
    assert_eq!(sum, Sum { plays: 1, watched_ms: 40 * MINUTE });
}

#[tokio::test]
async fn looks_make_spans_and_gaps_end_them() {
    let home = TestDb::new().await;
    let gap = 3 * MINUTE;
    let hour = 60 * MINUTE;
    for at in [0, 1, 2, 3, 6, 9, 13, 14, 2] {
        let tx = home.db.begin().await.expect("begin");
        streams::note_watched(&tx, MACHINE, EVENING.plus(at * MINUTE), gap).await.expect("note");
        tx.commit().await.expect("commit");
    }
    let reader = home.db.reader();
    let span = |from: i64, to: i64| Span { from: EVENING.plus(from * MINUTE), to: EVENING.plus(to * MINUTE) };
    let spans = async |from: i64, to: i64| {
        streams::watched_spans(&reader, MACHINE, EVENING.plus(from * MINUTE), EVENING.plus(to * MINUTE))
            .await
            .expect("spans")
    };
    // The clock went back at the end: that look begins a span of its own.
    assert_eq!(spans(-hour, hour).await, [span(0, 9), span(2, 2), span(13, 14)]);
    assert_eq!(spans(10, 12).await, []);
    assert_eq!(spans(14, 20).await, [span(13, 14)]);
    assert_eq!(streams::watching_since(&reader, MACHINE).await.expect("since"), Some(EVENING));
    assert_eq!(streams::watching_since(&reader, "another").await.expect("since"), None);
}

#[tokio::test]
async fn the_history_is_filtered_and_leaves_out_what_goes_on() {
    let home = TestDb::new().await;
    let anna = enrol(&home, ANNA).await;
    let at = |minutes: i64| EVENING.plus(minutes * MINUTE);
    let show = NewStream {
        item: Item {
            grandparent_title: Some("Ærø 100%".to_owned()),
            library_key: Some(2),
            kind: StreamKind::Episode,
            ..item("Pilot", StreamKind::Episode)
        },
        player: on("Plex for LG"),
        viewer: Viewer { account_id: Some(PlexId(5)), name: "Bert".to_owned() },
        ..play("2", None, "Pilot", at(1))
    };
    let ids =
        begin(&home, &[play("1", Some(ANNA), "Film", at(0)), show, play("3", Some(ANNA), "On", at(2))]).await;
    let ids: Vec<StreamId> = ids.into_iter().flatten().collect();
    end(&home, &ids[..2], at(30)).await;
    let found = async |filter: Filter| -> Vec<String> {
        let page = streams::list(&home.db.reader(), &filter, &PAGE).await.expect("a list");
        page.items.into_iter().map(|one| one.item.title).collect()
    };
    let none = Filter::default;
    assert_eq!(found(none()).await, ["Pilot", "Film"]);
    assert_eq!(found(Filter { user_id: Some(anna), ..none() }).await, ["Film"]);
    assert_eq!(found(Filter { library_key: Some(2), ..none() }).await, ["Pilot"]);
    assert_eq!(found(Filter { player: Some("Plex for LG".to_owned()), ..none() }).await, ["Pilot"]);
    assert_eq!(found(Filter { kind: Some(StreamKind::Movie), ..none() }).await, ["Film"]);
    assert_eq!(found(Filter { q: Some("ÆRØ 100%".to_owned()), ..none() }).await, ["Pilot"]);
    assert_eq!(found(Filter { q: Some("bert".to_owned()), ..none() }).await, ["Pilot"]);
    assert_eq!(found(Filter { from: Some(at(1)), ..none() }).await, ["Pilot"]);
    assert_eq!(found(Filter { to: Some(at(1)), ..none() }).await, ["Film"]);
}
