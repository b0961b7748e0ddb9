//! What is playing, from its beginning to its end.

use pum_domain::Permission;
use pum_domain::stream::{StreamEnd, StreamState};
use pum_testkit::TestApp;
use pum_testkit::fake_plex::PlaySession;

use super::{app_with, assert_watched};

#[tokio::test]
async fn a_film_from_its_beginning_to_its_end() {
    let (app, priya) = app_with("priya").await;
    let admin = app.sign_in_as_admin().await;
    app.sync(&admin).await;
    let mut watcher = app.watcher();
    watcher.turn().await;
    let film = app.plex.play(PlaySession { source_height: 2160, ..PlaySession::movie(priya, "Tidewater") });
    app.watch_on(&mut watcher, 10).await;

    let now = admin.get("/api/v1/streams").await.expect(200);
    let card = &now["items"][0];
    assert_eq!((card["title"].as_str(), card["state"].as_str()), (Some("Tidewater"), Some("playing")));
    assert_eq!(card["user"]["username"], "priya");
    assert_eq!(card["library"]["title"], "Movies");
    assert!(card["library"]["id"].is_string());
    assert_eq!(
        (card["quality"]["source"].as_str(), card["decision"].as_str()),
        (Some("4k"), Some("direct_play"))
    );
    assert_eq!((card["can_stop"].as_bool(), card["location"].as_str()), (Some(true), Some("wan")));
    assert_eq!(
        (card["position_seconds"].as_i64(), card["duration_seconds"].as_i64()),
        (Some(600), Some(5_400))
    );
    let summary = &now["summary"];
    assert_eq!((summary["count"].as_i64(), summary["direct_play"].as_i64()), (Some(1), Some(1)));
    assert_eq!((summary["wan_kbps"].as_i64(), summary["lan_kbps"].as_i64()), (Some(8_000), Some(0)));
    assert_eq!(now["watching"]["reason"], serde_json::Value::Null);
    assert!(now["watching"]["seen_at"].is_string());

    app.plex.pause(film);
    app.watch_on(&mut watcher, 5).await;
    assert_eq!(app.playing().await[0].state, StreamState::Paused);
    app.plex.seek(film, 3_600_000);
    app.plex.resume(film);
    app.watch_on(&mut watcher, 5).await;
    app.plex.end_play(film);
    app.watch_on(&mut watcher, 2).await;

    assert!(app.playing().await.is_empty());
    let [stream] = &app.played().await[..] else { panic!("one row") };
    assert_watched(stream, 15);
    assert!((stream.paused_ms - 5 * 60_000).abs() <= 60_000, "{}", stream.paused_ms);
    assert_eq!(stream.end_reason, Some(StreamEnd::Stopped));
    let user = app.user(&admin, "priya").await;
    assert!(user["last_streamed_at"].is_string());
    assert_eq!(
        (user["plays"].as_i64(), user["watch_seconds"].as_i64()),
        (Some(1), Some(stream.watched_ms / 1_000))
    );
}

#[tokio::test]
async fn a_card_tells_of_sound_and_subtitles_what_they_are() {
    let (app, priya) = app_with("priya").await;
    let admin = app.sign_in_as_admin().await;
    app.plex.play(PlaySession { subtitle: Some("srt".into()), ..PlaySession::movie(priya, "Tidewater") });
    app.watcher().turn().await;
    let now = admin.get("/api/v1/streams").await.expect(200);
    let (audio, subtitle) = (&now["items"][0]["audio"], &now["items"][0]["subtitle"]);
    assert_eq!(
        (audio["language"].as_str(), audio["title"].as_str(), audio["channels"].as_i64()),
        (Some("English"), Some("English (AAC)"), Some(2))
    );
    assert_eq!(
        (subtitle["language"].as_str(), subtitle["title"].as_str(), subtitle["from"].as_str()),
        (Some("German"), Some("German (SRT)"), Some("srt"))
    );
    assert!(now["items"][0]["video"]["language"].is_null());
}

#[tokio::test]
async fn autoplay_makes_a_row_of_each_and_the_end_is_told_from_a_stop() {
    let (app, priya) = app_with("priya").await;
    let mut watcher = app.watcher();
    watcher.turn().await;
    let show = app.plex.play(PlaySession::episode(priya, "Harbour Lights", 1, 1));
    // 45 minutes an episode.
    app.watch_on(&mut watcher, 100).await;
    app.plex.end_play(show);
    app.watch_on(&mut watcher, 2).await;
    let rows = app.played().await;
    let told: Vec<_> = rows.iter().map(|row| (row.item.title.as_str(), row.end_reason)).collect();
    assert_eq!(
        told,
        [
            ("Episode 1", Some(StreamEnd::Finished)),
            ("Episode 2", Some(StreamEnd::Finished)),
            ("Episode 3", Some(StreamEnd::Stopped)),
        ]
    );
    for (row, minutes) in rows.iter().zip([45, 45, 10]) {
        assert_watched(row, minutes);
    }
    let item = &rows[0].item;
    assert_eq!(item.grandparent_title.as_deref(), Some("Harbour Lights"));
    assert_eq!((item.season_number, item.episode_number), (Some(1), Some(1)));
}

#[tokio::test]
async fn two_hundred_streams_are_one_page_and_one_sum() {
    let (app, priya) = app_with("priya").await;
    let mut watcher = app.watcher();
    for number in 0..205 {
        let rating_key = 100_001 + number;
        app.plex.play(PlaySession { rating_key, ..PlaySession::movie(priya, &format!("Film {number}")) });
    }
    watcher.turn().await;
    app.seconds_pass(60);
    let before = app.ctx.db().transactions_begun();
    watcher.turn().await;
    // The right to look was due to be prolonged; the look itself is one.
    assert_eq!(app.ctx.db().transactions_begun() - before, 2);
    let admin = app.sign_in_as_admin().await;
    let page = admin.get("/api/v1/streams?limit=200").await.expect(200);
    assert_eq!((page["items"].as_array().map(Vec::len), page["total"].as_i64()), (Some(200), Some(205)));
    assert_eq!(page["summary"]["count"], 205);
    let cursor = page["next_cursor"].as_str().expect("a second page");
    let rest = admin.get(&format!("/api/v1/streams?limit=200&cursor={cursor}")).await.expect(200);
    assert_eq!(rest["items"].as_array().map(Vec::len), Some(5));
}

#[tokio::test]
async fn a_look_is_one_transaction_whatever_it_shows() {
    let (app, priya) = app_with("priya").await;
    let admin = app.sign_in_as_admin().await;
    admin.patch("/api/v1/settings", serde_json::json!({ "stream_poll_seconds": "10" })).await.expect(200);
    for number in 0..5 {
        let rating_key = 100_001 + number;
        app.plex.play(PlaySession { rating_key, ..PlaySession::movie(priya, &format!("Film {number}")) });
    }
    let mut watcher = app.watcher();
    watcher.turn().await;
    for _ in 0..6 {
        let before = (app.ctx.db().transactions_begun(), app.plex.calls_of("pms_sessions").len());
        app.seconds_pass(10);
        watcher.turn().await;
        let after = (app.ctx.db().transactions_begun(), app.plex.calls_of("pms_sessions").len());
        assert_eq!((after.0 - before.0, after.1 - before.1), (1, 1));
    }
    assert_eq!(app.playing().await.len(), 5);
}

#[tokio::test]
async fn what_played_on_a_server_that_was_replaced_is_lost_from_sight() {
    let (app, priya) = app_with("priya").await;
    let admin = app.sign_in_as_admin().await;
    app.sync(&admin).await;
    let mut watcher = app.watcher();
    watcher.turn().await;
    app.plex.play(PlaySession::movie(priya, "Tidewater"));
    app.watch_on(&mut watcher, 5).await;
    let elsewhere = format!("UPDATE streams SET machine_identifier = '{}'", "replaced".repeat(5));
    pum_testkit::db::run(app.db.url(), &elsewhere).await;
    app.watch_on(&mut watcher, 1).await;
    // The same film on the server that is looked at now is another stream.
    let [open] = &app.playing().await[..] else { panic!("one goes on") };
    let [ended] = &app.played().await[..] else { panic!("one is over") };
    assert_eq!(ended.end_reason, Some(StreamEnd::Lost));
    assert_ne!(open.id, ended.id);
    assert_eq!(open.machine_identifier, app.plex.server(0).machine_identifier());
}

#[tokio::test]
async fn nobody_watches_without_a_server_and_that_is_said() {
    let app = TestApp::start().await;
    let admin = app.sign_in_with(&[Permission::StreamsView]).await;
    let mut watcher = app.watcher();
    app.watch_on(&mut watcher, 3).await;
    assert!(app.plex.calls().is_empty());
    let now = admin.get("/api/v1/streams").await.expect(200);
    assert_eq!(
        now["watching"],
        serde_json::json!({
            "state": "stopped", "seen_at": null, "reason": "plex_not_connected"
        })
    );
    app.connect_server().await;
    let now = admin.get("/api/v1/streams").await.expect(200);
    assert_eq!(now["watching"]["reason"], "no_worker");
    // The server is found without a restart.
    app.watch_on(&mut watcher, 1).await;
    let now = admin.get("/api/v1/streams").await.expect(200);
    assert_eq!((now["watching"]["reason"].as_str(), now["total"].as_i64()), (None, Some(0)));
}

#[tokio::test]
async fn another_pause_between_looks_counts_without_a_restart() {
    let (app, _) = app_with("priya").await;
    let admin = app.sign_in_as_admin().await;
    let mut watcher = app.watcher();
    watcher.turn().await;
    let looks = || app.plex.calls_of("pms_sessions").len();
    let before = looks();
    admin.patch("/api/v1/settings", serde_json::json!({ "stream_poll_seconds": "10" })).await.expect(200);
    for _ in 0..6 {
        app.seconds_pass(10);
        watcher.turn().await;
    }
    assert_eq!(looks() - before, 6);
}
