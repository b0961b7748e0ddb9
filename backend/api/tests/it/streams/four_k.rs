//! No conversion of 4K pictures, for whom an admin has said so.

use pum_domain::stream::StreamEnd;
use pum_testkit::TestApp;
use pum_testkit::fake_plex::{Fault, PlaySession};
use serde_json::json;

use super::app_with;

fn converted(user: u64) -> PlaySession {
    PlaySession {
        source_height: 2160,
        source_video_codec: "hevc".into(),
        transcode_height: Some(1080),
        ..PlaySession::movie(user, "Tidewater")
    }
}

/// Priya, for whom 4K is not to be converted.
async fn forbidden() -> (TestApp, u64) {
    let (app, priya) = app_with("priya").await;
    let admin = app.sign_in_as_admin().await;
    app.sync(&admin).await;
    forbid(&app, "priya").await;
    (app, priya)
}

async fn forbid(app: &TestApp, name: &str) {
    let admin = app.sign_in_as_admin().await;
    let id = app.user(&admin, name).await["id"].as_str().expect("an id").to_owned();
    admin.patch(&format!("/api/v1/users/{id}"), json!({ "allow_4k_transcode": false })).await.expect(200);
}

async fn stops(app: &TestApp) -> usize {
    app.run_jobs().await;
    app.plex.calls_of("pms_terminate").len()
}

#[tokio::test]
async fn seen_twice_it_is_stopped_with_a_message() {
    let (app, priya) = forbidden().await;
    let mut watcher = app.watcher();
    app.plex.play(converted(priya));
    watcher.turn().await;
    assert_eq!((stops(&app).await, app.playing().await[0].four_k_looks), (0, 1), "a look of grace");
    app.watch_on(&mut watcher, 1).await;
    assert_eq!(stops(&app).await, 1);
    app.watch_on(&mut watcher, 2).await;
    let [row] = &app.played().await[..] else { panic!("one row") };
    assert_eq!(row.end_reason, Some(StreamEnd::StoppedByRule));
    assert!(row.stop_message.as_deref().is_some_and(|message| message.contains("4K")));
    assert_eq!(row.delivery.source_quality.as_deref(), Some("4k"));
    let question = "SELECT reason AS found FROM history_events WHERE type = 'stream.stop_requested'";
    assert_eq!(pum_testkit::db::rows(app.db.url(), question).await, ["four_k_transcode"]);
}

#[tokio::test]
async fn a_file_that_cannot_be_looked_up_at_once_is_found_in_the_list_or_later() {
    for (lists_original, found_again) in [(true, false), (false, true)] {
        let (app, priya) = forbidden().await;
        let mut watcher = app.watcher();
        let missing = app.plex.fault(Fault::status(404).on("pms_item"));
        app.plex.play(PlaySession { lists_original, ..converted(priya) });
        watcher.turn().await;
        if found_again {
            app.watch_on(&mut watcher, 2).await;
            assert_eq!(stops(&app).await, 0, "of nothing that is known");
            app.plex.lift(missing);
            app.watch_on(&mut watcher, 1).await;
        }
        app.watch_on(&mut watcher, 1).await;
        assert_eq!(stops(&app).await, 1);
    }
}

#[tokio::test]
async fn a_player_that_settles_for_the_file_as_it_is_goes_on() {
    let (app, priya) = forbidden().await;
    let mut watcher = app.watcher();
    let film = app.plex.play(converted(priya));
    watcher.turn().await;
    app.plex.transcode(film, None);
    app.watch_on(&mut watcher, 3).await;
    app.plex.transcode(film, Some(1080));
    app.watch_on(&mut watcher, 1).await;
    assert_eq!(
        (stops(&app).await, app.playing().await[0].four_k_looks),
        (0, 1),
        "counted from the beginning"
    );
}

#[tokio::test]
async fn hints_that_come_thick_do_not_eat_up_the_grace() {
    let (app, priya) = forbidden().await;
    let mut watcher = app.watcher();
    let film = app.plex.play(converted(priya));
    watcher.turn().await;
    for _ in 0..3 {
        app.seconds_pass(2);
        app.plex.pause(film);
        watcher.heard().await;
        watcher.turn().await;
        app.plex.resume(film);
    }
    assert_eq!(stops(&app).await, 0);
}

#[tokio::test]
async fn never_the_owner_never_the_file_as_it_is_never_smaller_files_and_never_whom_nobody_said() {
    let (app, priya) = forbidden().await;
    let quinn = app.plex.add_member("quinn", &["Movies"]);
    let stranger = app.plex.add_account("stranger");
    let admin = app.sign_in_as_admin().await;
    app.sync(&admin).await;
    let numbered = |nth, session| PlaySession { rating_key: 100_010 + nth, ..session };
    let sessions = [
        converted(app.plex.owner()),
        converted(quinn),
        converted(stranger),
        PlaySession { transcode_height: None, ..converted(priya) },
        PlaySession { transcode_height: None, repacked: true, ..converted(priya) },
        PlaySession { source_height: 1080, transcode_height: Some(720), ..converted(priya) },
    ];
    for (nth, session) in sessions.into_iter().enumerate() {
        app.plex.play(numbered(nth as u64, session));
    }
    let mut watcher = app.watcher();
    watcher.turn().await;
    app.watch_on(&mut watcher, 4).await;
    assert_eq!((stops(&app).await, app.playing().await.len()), (0, 6));
    assert!(app.playing().await.iter().all(|row| row.four_k_looks == 0));
}

#[tokio::test]
async fn where_nobody_can_stop_it_that_is_told_once() {
    let (app, priya) = forbidden().await;
    app.plex.set_plex_pass(app.plex.owner(), false);
    let mut watcher = app.watcher();
    app.plex.play(converted(priya));
    watcher.turn().await;
    app.watch_on(&mut watcher, 6).await;
    assert_eq!(stops(&app).await, 0);
    let question = "SELECT reason AS found FROM history_events WHERE type LIKE 'stream.%'";
    assert_eq!(pum_testkit::db::rows(app.db.url(), question).await, ["plex_pass_missing"]);
}
