//! The server's own hints: they wake a look, and never count twice.

use std::time::Duration;

use pum_app::streams::Watcher;
use pum_domain::stream::StreamState;
use pum_testkit::TestApp;
use pum_testkit::fake_plex::{Fault, PlaySession};

use super::{app_with, assert_watched};

/// Looks as soon as the server tells something new.
async fn hear(app: &TestApp, watcher: &mut Watcher) {
    app.seconds_pass(2);
    tokio::time::timeout(Duration::from_secs(30), watcher.heard()).await.expect("a hint");
    watcher.turn().await;
}

#[tokio::test]
async fn a_hint_wakes_a_look_and_said_three_times_it_is_still_one_row() {
    let (app, priya) = app_with("priya").await;
    app.plex.world(|world| world.config.notify_times = 3);
    let admin = app.sign_in_as_admin().await;
    let mut watcher = app.watcher();
    watcher.turn().await;
    let now = admin.get("/api/v1/streams").await.expect(200);
    assert_eq!(now["watching"]["state"], "live");
    let film = app.plex.play(PlaySession::movie(priya, "Tidewater"));
    hear(&app, &mut watcher).await;
    assert_eq!(app.playing().await.len(), 1);
    app.watch_on(&mut watcher, 5).await;
    app.plex.pause(film);
    hear(&app, &mut watcher).await;
    assert_eq!(app.playing().await[0].state, StreamState::Paused);
    app.watch_on(&mut watcher, 5).await;
    app.plex.resume(film);
    hear(&app, &mut watcher).await;
    app.watch_on(&mut watcher, 5).await;
    app.plex.end_play(film);
    hear(&app, &mut watcher).await;
    let [row] = &app.played().await[..] else { panic!("one row, ended at once") };
    assert_watched(row, 10);
}

#[tokio::test]
async fn a_server_that_tells_nothing_is_asked() {
    let (app, priya) = app_with("priya").await;
    app.plex.fault(Fault::status(404).on("pms_eventsource"));
    let admin = app.sign_in_as_admin().await;
    let mut watcher = app.watcher();
    watcher.turn().await;
    app.plex.play(PlaySession::movie(priya, "Tidewater"));
    app.watch_on(&mut watcher, 30).await;
    let now = admin.get("/api/v1/streams").await.expect(200);
    assert_eq!((now["watching"]["state"].as_str(), now["total"].as_i64()), (Some("polling"), Some(1)));
    let tries = app.plex.calls_of("pms_eventsource").len();
    assert!((2..=12).contains(&tries), "ever more seldom: {tries}");
}

#[tokio::test]
async fn a_server_that_keeps_its_first_word_for_later_does_not_hold_up_a_look() {
    let (app, priya) = app_with("priya").await;
    app.plex.world(|world| {
        world.config.listening_begins_with_ping = true;
        world.config.ping_ms = 3_000;
    });
    app.plex.play(PlaySession::movie(priya, "Tidewater"));
    let mut watcher = app.watcher();
    let look = tokio::time::timeout(Duration::from_millis(2_500), watcher.turn()).await;
    look.expect("it looks meanwhile");
    assert_eq!(app.playing().await.len(), 1);
    // What it says from then on is heard.
    let film = app.plex.sessions()[0].session_key;
    let told = async {
        tokio::time::sleep(Duration::from_secs(4)).await;
        app.plex.pause(film);
    };
    let ((), heard) = tokio::join!(told, tokio::time::timeout(Duration::from_secs(30), watcher.heard()));
    heard.expect("a hint");
    app.seconds_pass(2);
    watcher.turn().await;
    assert_eq!(app.playing().await[0].state, StreamState::Paused);
    assert_eq!(app.plex.calls_of("pms_eventsource").len(), 1);
}

#[tokio::test]
async fn a_connection_that_breaks_is_made_again() {
    let (app, _) = app_with("priya").await;
    let admin = app.sign_in_as_admin().await;
    let mut watcher = app.watcher();
    watcher.turn().await;
    app.plex.cut_listeners();
    tokio::time::timeout(Duration::from_secs(30), watcher.heard()).await.expect("the end of it");
    app.watch_on(&mut watcher, 1).await;
    assert_eq!(app.plex.calls_of("pms_eventsource").len(), 2);
    let now = admin.get("/api/v1/streams").await.expect(200);
    assert_eq!(now["watching"]["state"], "live");
}
