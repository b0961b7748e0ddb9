//! What may happen while somebody watches: one row in the end, and the right time.

use pum_domain::instant::HOUR;
use pum_domain::stream::StreamEnd;
use pum_testkit::TestApp;
use pum_testkit::fake_plex::{Fault, PlaySession};

use super::{app_with, assert_watched};

/// Everybody goes home; the one row that there is.
async fn the_one_row(app: &TestApp, watcher: &mut pum_app::streams::Watcher) -> pum_store::streams::Stream {
    for session in app.plex.sessions() {
        app.plex.end_play(session.session_key);
    }
    app.watch_on(watcher, 2).await;
    assert!(app.playing().await.is_empty(), "none is left open");
    let mut rows = app.played().await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows.remove(0)
}

#[tokio::test]
async fn a_worker_that_is_killed_and_started_again_at_once_or_later_loses_nothing() {
    for (away, minutes) in [(30, 10), (600, 20)] {
        let (app, priya) = app_with("priya").await;
        let mut watcher = app.watcher();
        watcher.turn().await;
        app.plex.play(PlaySession::movie(priya, "Tidewater"));
        app.watch_on(&mut watcher, 5).await;
        // Dropped where it stands: the right to look is given back by nobody.
        drop(watcher);
        let mut watcher = app.watcher();
        app.seconds_pass(1);
        watcher.turn().await;
        assert_eq!(app.playing().await.len(), 1, "what goes on is still written down as going on");
        app.seconds_pass(away - 1);
        watcher.turn().await;
        app.watch_on(&mut watcher, 5).await;
        assert_watched(&the_one_row(&app, &mut watcher).await, minutes);
    }
}

#[tokio::test]
async fn another_worker_takes_over_within_half_a_minute_and_the_first_has_no_say_any_more() {
    let (app, priya) = app_with("priya").await;
    let (mut first, mut second) = (app.watcher(), app.watcher());
    first.turn().await;
    app.plex.play(PlaySession::movie(priya, "Tidewater"));
    app.watch_on(&mut first, 2).await;
    second.turn().await;
    let looks = || app.plex.calls_of("pms_sessions").len();
    let before = looks();
    // The first stands still, as a process that was suspended.
    let mut seconds = 0;
    while looks() == before {
        app.seconds_pass(1);
        seconds += 1;
        second.turn().await;
        assert!(seconds <= 30, "nobody has taken over");
    }
    assert!(seconds > 20, "the first was given its time");
    app.seconds_pass(60);
    let before = looks();
    first.turn().await;
    assert_eq!(looks(), before, "the first has found that it is not the one");
    app.watch_on(&mut second, 5).await;
    the_one_row(&app, &mut second).await;
}

#[tokio::test]
async fn a_worker_that_leaves_hands_over_at_once() {
    let (app, _) = app_with("priya").await;
    let mut first = app.watcher();
    first.turn().await;
    first.leave().await;
    let before = app.plex.calls_of("pms_sessions").len();
    app.watcher().turn().await;
    assert_eq!(app.plex.calls_of("pms_sessions").len(), before + 1);
}

#[tokio::test]
async fn two_that_look_at_once_write_one_row() {
    let (app, priya) = app_with("priya").await;
    let (mut first, mut second) = (app.watcher(), app.watcher());
    for number in 0..20 {
        let rating_key = 100_001 + number;
        app.plex.play(PlaySession { rating_key, ..PlaySession::movie(priya, "Tidewater") });
    }
    for _ in 0..5 {
        tokio::join!(first.turn(), second.turn());
        app.seconds_pass(60);
    }
    assert_eq!(app.playing().await.len(), 20);
    let admin = app.sign_in_as_admin().await;
    app.sync(&admin).await;
    assert_eq!(app.user(&admin, "priya").await["plays"], 20);
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_for_ten_minutes_ends_nothing() {
    let (app, priya) = app_with("priya").await;
    let admin = app.sign_in_as_admin().await;
    let mut watcher = app.watcher();
    watcher.turn().await;
    app.plex.play(PlaySession::movie(priya, "Tidewater"));
    app.watch_on(&mut watcher, 5).await;
    app.plex.fault(Fault::Html.on("identity"));
    let before = app.plex.calls_of("identity").len();
    app.watch_on(&mut watcher, 10).await;
    let tries = app.plex.calls_of("identity").len() - before;
    assert!((3..=10).contains(&tries), "{tries} tries in ten minutes");
    let now = admin.get("/api/v1/streams").await.expect(200);
    assert_eq!((now["watching"]["state"].as_str(), now["total"].as_i64()), (Some("stopped"), Some(1)));
    assert!(now["watching"]["reason"].is_string());
    app.plex.clear_faults();
    app.watch_on(&mut watcher, 5).await;
    let now = admin.get("/api/v1/streams").await.expect(200);
    assert_ne!(now["watching"]["state"], "stopped");
    assert_watched(&the_one_row(&app, &mut watcher).await, 20);
}

#[tokio::test]
async fn a_torn_list_ends_nothing_and_begins_nothing() {
    for fault in [Fault::HalfList, Fault::Truncate, Fault::Garbage, Fault::Drop] {
        let (app, priya) = app_with("priya").await;
        let what = format!("{fault:?}");
        let mut watcher = app.watcher();
        watcher.turn().await;
        for number in 0..4 {
            let rating_key = 100_001 + number;
            app.plex.play(PlaySession { rating_key, ..PlaySession::movie(priya, &format!("Film {number}")) });
        }
        app.watch_on(&mut watcher, 5).await;
        let before: Vec<_> = app.playing().await.into_iter().map(|stream| stream.id).collect();
        let torn = app.plex.fault(fault.on("pms_sessions"));
        app.watch_on(&mut watcher, 10).await;
        assert!(app.plex.struck(torn) > 0, "{what}");
        assert!(app.played().await.is_empty(), "{what}: nothing has ended");
        app.plex.clear_faults();
        app.watch_on(&mut watcher, 5).await;
        let after = app.playing().await;
        assert_eq!(after.iter().map(|stream| stream.id).collect::<Vec<_>>(), before, "{what}");
        for stream in &after {
            assert_watched(stream, 20);
        }
    }
}

#[tokio::test]
async fn what_ended_while_nobody_could_look_is_lost_from_sight() {
    let (app, priya) = app_with("priya").await;
    let mut watcher = app.watcher();
    watcher.turn().await;
    let film = app.plex.play(PlaySession::movie(priya, "Tidewater"));
    app.watch_on(&mut watcher, 5).await;
    app.plex.fault(Fault::Html.on("pms_sessions"));
    app.watch_on(&mut watcher, 5).await;
    app.plex.end_play(film);
    app.watch_on(&mut watcher, 5).await;
    app.plex.clear_faults();
    app.watch_on(&mut watcher, 5).await;
    let row = the_one_row(&app, &mut watcher).await;
    assert_eq!(row.end_reason, Some(StreamEnd::Lost));
    assert_watched(&row, 5);
}

#[tokio::test]
async fn a_server_that_starts_anew_gives_other_keys_to_the_same_plays() {
    let (app, priya) = app_with("priya").await;
    let quinn = app.plex.add_member("quinn", &["Movies"]);
    let mut watcher = app.watcher();
    watcher.turn().await;
    app.plex.play(PlaySession::movie(priya, "Tidewater"));
    app.plex.play(PlaySession { rating_key: 100_002, ..PlaySession::movie(quinn, "Saltmarsh") });
    app.watch_on(&mut watcher, 5).await;
    app.plex.restart_server(true);
    app.watch_on(&mut watcher, 5).await;
    assert_eq!(app.playing().await.len(), 2);
    for session in app.plex.sessions() {
        app.plex.end_play(session.session_key);
    }
    app.watch_on(&mut watcher, 2).await;
    let rows = app.played().await;
    assert_eq!(rows.len(), 2, "{rows:?}");
    for row in &rows {
        assert_watched(row, 10);
    }
}

#[tokio::test]
async fn the_clock_jumps_an_hour_ahead_or_back() {
    for jump in [HOUR, -HOUR] {
        let (app, priya) = app_with("priya").await;
        let mut watcher = app.watcher();
        watcher.turn().await;
        app.plex.play(PlaySession::movie(priya, "Tidewater"));
        app.watch_on(&mut watcher, 5).await;
        app.ctx.db().let_clock_jump(jump);
        app.watch_on(&mut watcher, 5).await;
        assert_watched(&the_one_row(&app, &mut watcher).await, 10);
    }
}

#[tokio::test]
async fn the_clock_jumps_while_another_worker_takes_over() {
    let (app, priya) = app_with("priya").await;
    let mut watcher = app.watcher();
    watcher.turn().await;
    app.plex.play(PlaySession::movie(priya, "Tidewater"));
    app.watch_on(&mut watcher, 5).await;
    watcher.leave().await;
    app.ctx.db().let_clock_jump(HOUR);
    let mut watcher = app.watcher();
    app.watch_on(&mut watcher, 5).await;
    assert_watched(&the_one_row(&app, &mut watcher).await, 10);
}

#[tokio::test]
async fn one_list_that_misses_a_play_is_a_glitch_and_two_are_its_end() {
    let (app, priya) = app_with("priya").await;
    let mut watcher = app.watcher();
    watcher.turn().await;
    let film = app.plex.play(PlaySession::movie(priya, "Tidewater"));
    app.watch_on(&mut watcher, 5).await;
    let session = app.plex.sessions().remove(0);
    app.plex.world(|world| world.servers.values_mut().for_each(|server| server.sessions.clear()));
    app.seconds_pass(60);
    watcher.turn().await;
    app.plex.world(|world| {
        let server = world.servers.values_mut().next().expect("a server");
        let view_offset_ms = session.view_offset_ms + 60_000;
        server.sessions.push(PlaySession { view_offset_ms, ..session.clone() });
    });
    app.watch_on(&mut watcher, 4).await;
    assert_eq!(app.playing().await[0].session_key.as_deref(), Some(film.to_string().as_str()));
    assert_watched(&the_one_row(&app, &mut watcher).await, 10);
}
