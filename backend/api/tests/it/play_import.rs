//! The server's own play history tells what happened while nobody was watching.

use std::time::Duration;

use pum_app::hooks::Hooks;
use pum_app::purge::World;
use pum_app::{Actor, schedules, streams as watching};
use pum_domain::instant::{DAY, HOUR, MINUTE};
use pum_domain::job::{JobKind, JobState};
use pum_domain::page::PageRequest;
use pum_domain::stream::{StreamEnd, StreamKind, StreamSource, StreamState};
use pum_domain::{Instant, PlexId};
use pum_store::play_imports::PlayImport;
use pum_store::streams::{self, Delivery, Ending, Filter, Item, NewStream, Player, Stream, Viewer};
use pum_store::{Reads, jobs};
use pum_testkit::fake_plex::{Config, Fault, PastPlay};
use pum_testkit::test_app::{TestApp, Wishes};
use serde_json::json;

/// A PUM with a server, before anything was read or watched.
async fn scene() -> TestApp {
    scene_with(Wishes::default()).await
}

async fn scene_with(wishes: Wishes) -> TestApp {
    let app = TestApp::start_with(wishes).await;
    app.connect_server().await;
    app
}

trait Importing {
    async fn now(&self) -> Instant;
    /// Has the history read, and does what is due.
    async fn import(&self);
    async fn ask(&self);
    async fn progress(&self) -> PlayImport;
    async fn past(&self) -> Vec<Stream>;
    async fn titles(&self) -> Vec<String>;
    /// PUM was looking from one moment to another.
    async fn watched(&self, from: Instant, to: Instant);
    fn machine(&self) -> String;
}

impl Importing for TestApp {
    async fn now(&self) -> Instant {
        self.ctx.reader().now().await.expect("a clock")
    }

    async fn ask(&self) {
        let asked = schedules::run_now(&self.ctx, "import_play_history", &Actor::system()).await;
        asked.expect("the schedule runs");
    }

    async fn import(&self) {
        self.ask().await;
        self.run_jobs().await;
    }

    async fn progress(&self) -> PlayImport {
        watching::import_progress(&self.ctx).await.expect("read").expect("begun")
    }

    async fn past(&self) -> Vec<Stream> {
        let mut request = PageRequest { limit: 200, cursor: None, descending: false };
        let mut all = Vec::new();
        loop {
            let (some, next) =
                streams::walk(&self.ctx.reader(), &Filter::default(), &request).await.expect("a page");
            all.extend(some);
            match next {
                Some(cursor) => request.cursor = Some(cursor),
                None => return all,
            }
        }
    }

    async fn titles(&self) -> Vec<String> {
        self.past().await.into_iter().map(|stream| stream.item.title).collect()
    }

    async fn watched(&self, from: Instant, to: Instant) {
        let tx = self.ctx.db().begin().await.expect("begin");
        for (at, gap) in [(from, MINUTE), (to, to.since(from))] {
            streams::note_watched(&tx, &self.machine(), at, gap).await.expect("note");
        }
        tx.commit().await.expect("commit");
    }

    fn machine(&self) -> String {
        self.plex.server(0).machine_identifier().to_owned()
    }
}

fn play(user: u64, title: &str, at: Instant) -> PastPlay {
    PastPlay { user, title: title.to_owned(), viewed_at: at.millis(), ..PastPlay::default() }
}

fn plex_id(account: u64) -> PlexId {
    PlexId(i64::try_from(account).expect("a Plex id"))
}

#[actix_web::test]
async fn the_first_time_all_of_it_is_read_and_counts_for_people() {
    let app = scene().await;
    let admin = app.sign_in_as_admin().await;
    let (owner, anna) = (app.plex.owner(), app.plex.add_member("anna", &["Movies"]));
    app.sync(&admin).await;
    let gone = app.plex.add_account("long gone");
    let now = app.now().await;
    let ago = |days: i64| now.plus(-days * DAY);
    app.plex.add_history([
        play(owner, "Mine", ago(900)),
        PastPlay {
            kind: "episode".into(),
            parent_title: Some("Season 2".into()),
            grandparent_title: Some("Harbour Lights".into()),
            parent_index: Some(2),
            index: Some(5),
            library_key: 2,
            ..play(anna, "The Ferry", ago(30))
        },
        play(gone, "Theirs", ago(20)),
        PastPlay { rating_key: 0, ..play(0, "Nobody's", ago(10)) },
        play(anna, "=2+3 \u{202e}odd", ago(3)),
    ]);
    app.import().await;

    let past = app.past().await;
    let told: Vec<_> = past.iter().map(|one| (one.item.title.as_str(), one.viewer.account_id)).collect();
    let expected = [
        ("Mine", Some(plex_id(owner))),
        ("The Ferry", Some(plex_id(anna))),
        ("Theirs", Some(plex_id(gone))),
        ("Nobody's", None),
        ("=2+3 odd", Some(plex_id(anna))),
    ];
    assert_eq!(told, expected, "the owner by their own number, past people by theirs");
    assert!(past.iter().all(|one| one.source == StreamSource::Imported && one.state == StreamState::Ended));
    assert!(past.iter().all(|one| one.watched_ms == 0), "for how long, the server does not say");
    let ferry = &past[1].item;
    assert_eq!(
        (ferry.kind, ferry.season_number, ferry.episode_number),
        (StreamKind::Episode, Some(2), Some(5))
    );
    assert_eq!((ferry.library_key, ferry.library_title.as_deref()), (Some(2), Some("TV Shows")));
    assert_eq!(past[2].viewer.name, "long gone", "the server still knows their name");

    let shown = app.user(&admin, "anna").await;
    assert_eq!(shown["plays"], 2);
    assert_eq!(shown["last_streamed_at"], Instant(ago(3).millis() / 1000 * 1000).to_rfc3339());
    let progress = app.progress().await;
    assert_eq!((progress.imported, progress.pass), (5, None));
    let since = Instant(ago(900).millis() / 1000 * 1000);
    assert_eq!(progress.imported_since(), Some(since));
    let shown = admin.get("/api/v1/stats/watching").await.expect(200);
    assert_eq!(shown["imported_since"], since.to_rfc3339());
    assert_eq!((&shown["import"]["reading"], &shown["import"]["imported"]), (&json!(false), &json!(5)));
}

#[actix_web::test]
async fn what_pum_watched_itself_is_left_out_and_every_gap_is_read_once() {
    let app = scene().await;
    let anna = app.plex.add_member("anna", &[]);
    let now = app.now().await;
    let ago = |hours: i64| now.plus(-hours * HOUR);
    app.watched(ago(40), ago(30)).await;
    app.watched(ago(20), ago(10)).await;
    app.plex.add_history([
        play(anna, "before anybody looked", ago(50)),
        play(anna, "seen", ago(35)),
        play(anna, "in the first gap", ago(25)),
        play(anna, "seen too", ago(15)),
        play(anna, "in the second gap", ago(5)),
    ]);
    app.import().await;
    let told = ["before anybody looked", "in the first gap", "in the second gap"];
    assert_eq!(app.titles().await, told);

    // It watches again: nothing is asked while it does, however often the clock asks.
    app.watched(now, now).await;
    app.plex.clear_calls();
    app.import().await;
    let after_the_gap = app.plex.calls_of("pms_history").len();
    for _ in 0..3 {
        app.minutes_pass(5);
        let now = app.now().await;
        app.watched(now.plus(-5 * MINUTE), now).await;
        app.plex.add_history([play(anna, "while PUM looks", now.plus(-MINUTE))]);
        app.import().await;
    }
    assert_eq!(app.plex.calls_of("pms_history").len(), after_the_gap, "no gap, no question");
    assert_eq!(app.titles().await, told);

    // Then it is away for a night.
    app.minutes_pass(8 * 60);
    let now = app.now().await;
    app.plex.add_history([play(anna, "at night", now.plus(-3 * HOUR))]);
    app.import().await;
    assert_eq!(app.titles().await.last().map(String::as_str), Some("at night"));
    assert_eq!(app.past().await.len(), 4);
}

#[actix_web::test]
async fn a_play_that_was_seen_before_the_look_broke_off_is_not_told_twice() {
    let app = scene().await;
    let (anna, bert) = (app.plex.add_member("anna", &[]), app.plex.add_member("bert", &[]));
    let now = app.now().await;
    let ago = |minutes: i64| now.plus(-minutes * MINUTE);
    app.watched(ago(600), ago(500)).await;
    let tx = app.ctx.db().begin().await.expect("begin");
    let film = NewStream {
        machine_identifier: app.machine(),
        session_key: "1".to_owned(),
        player_id: None,
        viewer: Viewer { account_id: Some(plex_id(anna)), name: "anna".to_owned() },
        state: StreamState::Playing,
        item: Item {
            kind: StreamKind::Movie,
            rating_key: Some("100001".to_owned()),
            title: "Tidewater".to_owned(),
            parent_title: None,
            grandparent_title: None,
            season_number: None,
            episode_number: None,
            year: None,
            library_key: Some(1),
            library_title: None,
            thumb: None,
            duration_ms: Some(90 * MINUTE),
        },
        player: Player::default(),
        delivery: Delivery::default(),
        started_at: ago(510),
        position_ms: Some(0),
        four_k_looks: 0,
    };
    let id = streams::begin(&tx, &[film]).await.expect("begin")[0].expect("a stream");
    let lost = Ending { id, at: ago(500), reason: StreamEnd::Lost };
    streams::end(&tx, &[lost]).await.expect("end");
    tx.commit().await.expect("commit");
    // Anna's film went on to its end while nobody looked; then she saw it again. Bert saw it as well.
    app.plex.add_history([
        play(anna, "Tidewater", ago(430)),
        play(bert, "Tidewater", ago(429)),
        play(anna, "Tidewater", ago(200)),
    ]);
    app.import().await;
    let imported: Vec<_> =
        app.past().await.into_iter().filter(|one| one.source == StreamSource::Imported).collect();
    let told: Vec<_> = imported.iter().map(|one| one.viewer.name.as_str()).collect();
    assert_eq!(told, ["bert", "anna"]);
}

#[actix_web::test]
async fn ten_thousand_rows_come_in_pages_and_a_killed_worker_costs_nothing() {
    let (hooks, reached) = Hooks::freeze_at("import.page");
    let app = scene_with(Wishes { hooks, ..Wishes::default() }).await;
    let people: Vec<u64> = (0..5).map(|n| app.plex.add_account(&format!("person {n}"))).collect();
    let begin = app.now().await.plus(-400 * DAY);
    // Four in the same second, now and then across the end of a page.
    app.plex.add_history((0..10_000_usize).map(|n| {
        let at = begin.plus(i64::try_from(n / 4).unwrap_or(0) * 10 * MINUTE);
        play(people[n % 5], &format!("{n}"), at)
    }));
    app.ask().await;
    let doomed = app.worker();
    tokio::time::timeout(Duration::from_secs(60), reached.notified()).await.expect("a first page");
    doomed.kill().await;
    let half_way = app.progress().await;
    assert_eq!((half_way.imported, half_way.pass.and_then(|pass| pass.total)), (200, Some(10_000)));
    assert_eq!(half_way.imported_since(), None, "not before all of it is there");

    app.ctx.db().let_time_pass(Duration::from_secs(61));
    let next = app.worker();
    app.until("all of it is read", || async { app.progress().await.first_done_at.is_some() }).await;
    next.stop().await;
    assert_eq!(app.progress().await.imported, 10_000);
    let mut titles: Vec<usize> =
        app.titles().await.iter().map(|title| title.parse().expect("a number")).collect();
    titles.sort_unstable();
    assert!(titles.into_iter().eq(0..10_000), "each of them once");
    let pages = app.plex.calls_of("pms_history").len();
    assert!((50..=51).contains(&pages), "{pages} pages");
    app.run_jobs().await;
}

#[actix_web::test]
async fn with_plex_down_in_the_middle_it_goes_on_where_it_was() {
    let app = scene().await;
    let anna = app.plex.add_member("anna", &[]);
    let begin = app.now().await.plus(-100 * DAY);
    app.plex.add_history((0..900_i64).map(|n| play(anna, &n.to_string(), begin.plus(n * HOUR))));
    app.plex.fault(Fault::status(503).on("pms_history").after(2).times(2));
    app.import().await;
    let stuck = app.progress().await;
    assert_eq!(stuck.imported, 400, "two pages");
    assert!(stuck.problem.is_some_and(|why| why.contains("503")), "and why it stopped");
    for _ in 0..4 {
        app.ctx.db().let_time_pass(Duration::from_secs(60));
        app.run_jobs().await;
    }
    let done = app.progress().await;
    assert_eq!((done.imported, done.problem, done.pass), (900, None, None));
    assert_eq!(app.past().await.len(), 900);
}

#[actix_web::test]
async fn servers_that_page_compare_or_sort_in_their_own_way_are_read_to_the_end() {
    type Bend = fn(&mut Config);
    let bent: [(&str, Bend); 4] = [
        ("as it is described", |_| {}),
        ("never more than 90 rows at once", |config| config.history_page_most = 90),
        ("later than a second is not in it", |config| config.history_after_is_strict = true),
        ("the oldest first, whatever is asked", |config| config.history_ignores_sort = true),
    ];
    for (what, bend) in bent {
        let app = scene().await;
        app.plex.world(|world| bend(&mut world.config));
        let anna = app.plex.add_member("anna", &[]);
        // Seven in the same second, across the ends of pages.
        let burst = |begin: Instant, first: i64, count: i64| {
            (first..first + count).map(move |n| play(anna, &n.to_string(), begin.plus(n / 7 * MINUTE)))
        };
        let begin = app.now().await.plus(-2 * DAY);
        app.plex.add_history(burst(begin, 0, 450));
        app.import().await;
        // Nobody has ever looked, so the next hour is a gap again. The first of it are of the very second that is
        // asked for.
        let until = app.progress().await.settled_until.expect("read to the end");
        app.plex.add_history(burst(until.plus(-(10 + 450 / 7) * MINUTE), 450, 250));
        app.minutes_pass(60);
        app.import().await;
        let mut titles: Vec<usize> =
            app.titles().await.iter().map(|title| title.parse().expect("a number")).collect();
        titles.sort_unstable();
        assert!(titles.iter().copied().eq(0..700), "{what}: each of them once, not {} rows", titles.len());
        assert_eq!(app.progress().await.oldest_at, Some(Instant(begin.millis() / 1000 * 1000)), "{what}");
    }
}

#[actix_web::test]
async fn a_torn_page_is_read_again() {
    for fault in [Fault::HalfList, Fault::ShortList, Fault::Truncate, Fault::Garbage, Fault::Html] {
        let app = scene().await;
        let anna = app.plex.add_member("anna", &[]);
        let begin = app.now().await.plus(-100 * DAY);
        app.plex.add_history((0..500_i64).map(|n| play(anna, &n.to_string(), begin.plus(n * HOUR))));
        let what = format!("{fault:?}");
        let torn = app.plex.fault(fault.on("pms_history").after(1).times(1));
        app.import().await;
        for _ in 0..4 {
            app.ctx.db().let_time_pass(Duration::from_secs(60));
            app.run_jobs().await;
        }
        assert_eq!(app.plex.struck(torn), 1, "{what}");
        let done = app.progress().await;
        assert_eq!((done.imported, done.problem, done.pass), (500, None, None), "{what}");
    }
}

#[actix_web::test]
async fn whoever_is_found_later_has_what_was_imported_before() {
    let app = scene().await;
    let admin = app.sign_in_as_admin().await;
    let late = app.plex.add_account("late");
    let now = app.now().await;
    app.plex.add_history([play(late, "One", now.plus(-40 * DAY)), play(late, "Two", now.plus(-30 * DAY))]);
    app.import().await;
    assert!(app.past().await.iter().all(|one| one.user_id.is_none()), "nobody PUM knows");
    app.plex.befriend_owner(late);
    app.plex.share(late, &["Movies"], true);
    app.sync(&admin).await;
    let shown = app.user(&admin, "late").await;
    let last = Instant(now.plus(-30 * DAY).millis() / 1000 * 1000);
    assert_eq!((&shown["plays"], &shown["last_streamed_at"]), (&json!(2), &json!(last.to_rfc3339())));
    let theirs = app.past().await;
    assert!(theirs.iter().all(|one| one.user_id.is_some()), "{theirs:?}");
}

#[actix_web::test]
async fn a_server_that_stays_away_is_asked_again_later_and_leaves_no_dead_job() {
    let app = scene().await;
    let anna = app.plex.add_member("anna", &[]);
    let begin = app.now().await.plus(-100 * DAY);
    app.plex.add_history((0..300_i64).map(|n| play(anna, &n.to_string(), begin.plus(n * HOUR))));
    let down = app.plex.fault(Fault::status(503).on("pms_history").after(1));
    app.ask().await;
    let over = async || {
        let last = jobs::latest_ended(&app.ctx.reader(), JobKind::ImportPlayHistory).await.expect("read");
        last.map(|job| job.state)
    };
    for _ in 0..60 {
        app.run_jobs().await;
        if over().await.is_some() {
            break;
        }
        app.minutes_pass(20);
    }
    assert_eq!(over().await, Some(JobState::Done));
    let half = app.progress().await;
    assert!(half.problem.is_some() && half.pass.is_some() && half.imported == 200, "{half:?}");
    let counted = async || World::known(&app.ctx).await.expect("the world").imported_since;
    assert_eq!(counted().await, None, "half a history is none to judge people by");
    app.plex.lift(down);
    app.minutes_pass(5);
    app.import().await;
    assert_eq!(app.past().await.len(), 300);
    assert!(counted().await.is_some());
}

#[actix_web::test]
async fn without_a_plays_end_in_sight_the_present_is_left_to_the_watching() {
    let app = scene().await;
    let anna = app.plex.add_member("anna", &[]);
    let now = app.now().await;
    app.watched(now.plus(-HOUR), now.plus(-MINUTE)).await;
    // Since the last look a minute ago; the next one will show it.
    app.plex.add_history([play(anna, "old", now.plus(-DAY)), play(anna, "just now", now.plus(-30_000))]);
    app.import().await;
    assert_eq!(app.titles().await, ["old"]);
}

#[actix_web::test]
async fn names_that_the_server_does_not_tell_are_done_without() {
    for refusal in [Fault::status(403), Fault::status(404), Fault::Gone] {
        let app = scene().await;
        let anna = app.plex.add_member("anna", &["Movies"]);
        app.plex.add_history([play(anna, "The Ferry", app.now().await.plus(-DAY))]);
        app.plex.fault(refusal.on("pms_accounts"));
        app.import().await;
        assert_eq!(app.titles().await, ["The Ferry"]);
        assert_eq!(app.past().await[0].viewer.account_id, Some(plex_id(anna)));
    }
}
