//! Who watches what: everybody the server may name, and everything it may play.

use pum_domain::PlexId;
use pum_domain::stream::StreamKind;
use pum_testkit::fake_plex::PlaySession;
use serde_json::Value;

use super::app_with;

#[tokio::test]
async fn the_owner_goes_by_their_own_account_and_members_of_the_home_by_theirs() {
    let (app, _) = app_with("priya").await;
    let owner = app.plex.owner();
    let child = app.plex.world(|world| world.add_managed_user(owner, "child"));
    let admin = app.sign_in_as_admin().await;
    app.sync(&admin).await;
    let mut watcher = app.watcher();
    app.plex.play(PlaySession::movie(owner, "Tidewater"));
    app.plex.play(PlaySession { rating_key: 100_002, ..PlaySession::movie(child, "Saltmarsh") });
    watcher.turn().await;
    let rows = app.playing().await;
    let accounts: Vec<_> =
        rows.iter().filter_map(|row| row.viewer.account_id).map(|id| id.0.unsigned_abs()).collect();
    assert_eq!(accounts, [owner, child]);
    // The owner is nobody's user; whoever is of the Home is one.
    assert_eq!(rows.iter().map(|row| row.user_id.is_some()).collect::<Vec<_>>(), [false, true]);
    assert!(!rows[0].viewer.name.is_empty());
}

#[tokio::test]
async fn whom_pum_does_not_know_is_kept_by_their_account_and_joined_later() {
    let (app, priya) = app_with("priya").await;
    let admin = app.sign_in_as_admin().await;
    let mut watcher = app.watcher();
    watcher.turn().await;
    app.plex.play(PlaySession::movie(priya, "Tidewater"));
    app.watch_on(&mut watcher, 3).await;
    let row = app.playing().await.remove(0);
    assert_eq!((row.user_id, row.viewer.account_id), (None, Some(PlexId(priya.cast_signed()))));
    let now = admin.get("/api/v1/streams").await.expect(200);
    assert_eq!((&now["items"][0]["user"], now["items"][0]["viewer_name"].is_string()), (&Value::Null, true));

    app.sync(&admin).await;
    assert!(app.playing().await[0].user_id.is_some());
    let user = app.user(&admin, "priya").await;
    assert_eq!(user["plays"], 1);
    assert!(user["watch_seconds"].as_i64().is_some_and(|seconds| seconds >= 120), "{user}");
    app.watch_on(&mut watcher, 3).await;
    let later = app.user(&admin, "priya").await;
    assert!(later["watch_seconds"].as_i64() > user["watch_seconds"].as_i64());
}

#[tokio::test]
async fn a_guest_who_is_removed_while_playing_is_written_down_to_the_end() {
    let (app, priya) = app_with("priya").await;
    let mut watcher = app.watcher();
    watcher.turn().await;
    let film = app.plex.play(PlaySession::movie(priya, "Tidewater"));
    app.watch_on(&mut watcher, 3).await;
    app.plex.leave(priya);
    app.plex.world(|world| world.accounts.remove(&priya));
    app.watch_on(&mut watcher, 3).await;
    app.plex.end_play(film);
    app.watch_on(&mut watcher, 2).await;
    let [row] = &app.played().await[..] else { panic!("one row") };
    super::assert_watched(row, 6);
}

#[tokio::test]
async fn everything_that_can_play_is_a_row() {
    let (app, priya) = app_with("priya").await;
    let mut watcher = app.watcher();
    watcher.turn().await;
    let bare = PlaySession { bare: true, rating_key: 300_001, ..PlaySession::movie(priya, "Bare") };
    let sessions = [
        PlaySession::track(priya, "A Band", "A Song"),
        PlaySession::photo(priya, "A Beach"),
        PlaySession::live(priya, "The Nine o'Clock"),
        PlaySession { duration_ms: 600_000, ..PlaySession::trailer(priya, "Soon") },
        PlaySession { repacked: true, ..PlaySession::movie(priya, "Repacked") },
        bare,
    ];
    for session in sessions {
        app.plex.play(session);
    }
    app.watch_on(&mut watcher, 3).await;
    let rows = app.playing().await;
    let mut kinds: Vec<_> = rows.iter().map(|row| row.item.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in [StreamKind::Track, StreamKind::Photo, StreamKind::Live, StreamKind::Clip] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    assert_eq!(rows.len(), 6, "{rows:?}");
    let live = rows.iter().find(|row| row.item.kind == StreamKind::Live).expect("television");
    assert!(live.watched_ms >= 120_000, "watched though it has no position: {}", live.watched_ms);
    let repacked = rows.iter().find(|row| row.item.title == "Repacked").expect("a direct stream");
    assert_eq!(repacked.delivery.decision.map(|decision| decision.as_str()), Some("direct_stream"));
    let admin = app.sign_in_as_admin().await;
    let now = admin.get("/api/v1/streams").await.expect(200);
    assert_eq!(now["summary"]["count"], 6);
    for session in app.plex.sessions() {
        app.plex.end_play(session.session_key);
    }
    app.watch_on(&mut watcher, 2).await;
    assert_eq!((app.playing().await.len(), app.played().await.len()), (0, 6));
}
