//! Posters come from our own origin, and only those of what was played.

use pum_domain::Permission;
use pum_testkit::fake_plex::{Fault, PlaySession};

use super::app_with;

#[tokio::test]
async fn a_poster_is_fetched_once_and_sized_and_the_token_stays_with_us() {
    let (app, priya) = app_with("priya").await;
    let admin = app.sign_in_as_admin().await;
    let mut watcher = app.watcher();
    app.plex.play(PlaySession::movie(priya, "Tidewater"));
    watcher.turn().await;
    let now = admin.get("/api/v1/streams").await.expect(200);
    let thumb = now["items"][0]["thumb"].as_str().expect("a path").to_owned();
    assert!(thumb.starts_with("/api/v1/pictures/streams/"), "{thumb}");
    for _ in 0..2 {
        let picture = admin.get(&thumb).await;
        assert_eq!((picture.status, picture.header("content-type")), (200, "image/png"));
        assert_eq!(picture.header("x-content-type-options"), "nosniff");
    }
    let calls = app.plex.calls_of("pms_photo");
    assert_eq!(calls.len(), 1, "then it is ours");
    app.sign_in_with(&[Permission::UsersView]).await.get(&thumb).await.expect(403);
    for may in [Permission::StreamsView, Permission::StreamHistoryView] {
        let seer = app.sign_in_with(&[may]).await;
        assert_eq!(seer.get(&thumb).await.status, 200, "whoever is handed the path: {may:?}");
    }
    app.browser().get(&thumb).await.expect(401);
    for other in ["/api/v1/pictures/streams/999999", "/api/v1/pictures/streams/..%2f..%2fidentity"] {
        assert_eq!(admin.get(other).await.status, 404, "{other}");
    }
}

#[tokio::test]
async fn a_server_that_makes_nothing_smaller_gives_it_as_it_is() {
    for missing in [Fault::status(404), Fault::Unrouted, Fault::Gone] {
        let (app, priya) = app_with("priya").await;
        let admin = app.sign_in_as_admin().await;
        app.plex.fault(missing.on("pms_photo"));
        app.plex.play(PlaySession::movie(priya, "Tidewater"));
        app.watcher().turn().await;
        let id = app.playing().await[0].id;
        let picture = admin.get(&format!("/api/v1/pictures/streams/{id}")).await;
        assert_eq!((picture.status, picture.header("content-type")), (200, "image/png"));
    }
}

#[tokio::test]
async fn a_path_that_is_no_poster_is_not_asked_for() {
    let (app, priya) = app_with("priya").await;
    let admin = app.sign_in_as_admin().await;
    let mut watcher = app.watcher();
    app.plex.play(PlaySession::movie(priya, "Tidewater"));
    watcher.turn().await;
    let id = app.playing().await[0].id;
    for path in
        ["/status/sessions", "http://evil.example/library/metadata/1/thumb/1", "/library/metadata/1/../2"]
    {
        pum_testkit::db::run(app.db.url(), &format!("UPDATE streams SET thumb = '{path}'")).await;
        let answer = admin.get(&format!("/api/v1/pictures/streams/{id}")).await;
        assert_eq!(answer.status, 404, "{path}");
    }
    assert!(app.plex.calls_of("pms_photo").is_empty());
}
