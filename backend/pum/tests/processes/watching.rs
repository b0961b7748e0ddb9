//! Real workers that die, or are told to stop, while somebody streams: the next one goes on with the same row of the
//! stream history, nothing is watched twice or lost, and no row stays open when the stream is over.

use std::time::Duration;

use pum_domain::stream::StreamEnd;
use pum_store::streams::Stream;
use pum_testkit::fake_plex::PlaySession;
use pum_testkit::{Browser, TestApp, db};
use serde_json::json;

use crate::interrupted::{ended, process};
use crate::process::{Running, signal};

const MINUTE: u64 = 60;
/// The pause between two looks, the shortest that PUM allows, in milliseconds.
const ONE_LOOK: i64 = 10_000;

/// Somebody begins a film of 90 minutes.
struct Evening {
    app: TestApp,
    admin: Browser,
    film: u64,
    /// How far the film is, in milliseconds: it was watched from its beginning and without a pause.
    at: i64,
}

impl Evening {
    async fn begin() -> Self {
        let app = TestApp::start().await;
        app.may_leave_jobs();
        let admin = app.set_up().await;
        admin.patch("/api/v1/settings", json!({ "stream_poll_seconds": "10" })).await.expect(200);
        let priya = app.plex.add_member("priya", &["Movies"]);
        app.sync(&admin).await;
        let film = app.plex.play(PlaySession::movie(priya, "Tidewater"));
        Self { app, admin, film, at: 0 }
    }

    /// Time that no living process has seen go by: whatever is written down is so much older now.
    async fn goes_on_for(&mut self, seconds: u64) {
        let by = Duration::from_secs(seconds);
        self.at += i64::try_from(by.as_millis()).expect("less than a year");
        self.app.plex.advance(by);
        let older = |table: &str, columns: [&str; 2]| {
            let [first, second] = columns.map(|column| format!("{column} = {column} - {}", by.as_millis()));
            format!("UPDATE {table} SET {first}, {second}")
        };
        for statement in [
            older("streams", ["started_at", "seen_at"]),
            older("watching", ["lease_until", "seen_at"]),
            older("watch_spans", ["from_at", "to_at"]),
        ] {
            db::run(self.app.db.url(), &statement).await;
        }
    }

    /// Waits for a look that shows where the film is now.
    async fn is_seen(&self, what: &str) {
        self.app
            .until(what, || async {
                let playing = self.app.playing().await;
                assert!(playing.len() <= 1, "{what}: one row goes on, whoever looks: {playing:?}");
                playing.first().is_some_and(|stream| stream.position_ms == Some(self.at))
            })
            .await;
    }

    /// The film is over, and a look has found that out; returns its only row.
    async fn is_over(&self, what: &str) -> Stream {
        self.app.until(what, || async { self.app.playing().await.is_empty() }).await;
        let mut played = self.app.played().await;
        assert_eq!(played.len(), 1, "{what}: one row of the stream history");
        let user = self.app.user(&self.admin, "priya").await;
        let row = played.remove(0);
        assert_eq!(
            (user["plays"].as_i64(), user["watch_seconds"].as_i64()),
            (Some(1), Some(row.watched_ms / 1_000)),
            "{what}: counted as it is written down"
        );
        row
    }

    /// The viewer ends the film where it is, while somebody looks.
    async fn ends(&self, what: &str) {
        self.app.plex.end_play(self.film);
        let row = self.is_over(what).await;
        assert_eq!(row.end_reason, Some(StreamEnd::Stopped), "{what}");
        let off = row.watched_ms - self.at;
        assert!(off.abs() <= ONE_LOOK, "{what}: watched {} ms of {} ms", row.watched_ms, self.at);
        assert_eq!(row.paused_ms, 0, "{what}");
    }
}

async fn kill(mut running: Running) {
    running.signal("KILL");
    assert_eq!(ended(&mut running).await, None, "it was killed, it did not end");
}

async fn stop(mut running: Running) {
    running.signal("TERM");
    assert_eq!(ended(&mut running).await, Some(0), "a stop that was asked for is no failure");
}

/// `pum up` has another worker within a second; that one may look as soon as the right of the dead has run out.
#[tokio::test]
async fn a_worker_killed_while_somebody_streams_is_made_good_by_its_successor() {
    let mut evening = Evening::begin().await;
    let up = process(&evening.app, "up", None);
    evening.is_seen("the film begins").await;
    let (_, first) = up.worker(0);
    assert!(signal(first, "KILL"));
    evening.app.until("it is missed", || async { up.said("ended by itself") }).await;
    evening.goes_on_for(MINUTE / 2).await;
    evening.is_seen("the next worker looks").await;
    evening.ends("the film ends").await;
    stop(up).await;
}

#[tokio::test]
async fn a_film_that_goes_on_while_no_worker_is_there_is_one_row_and_all_of_it_counts() {
    let mut evening = Evening::begin().await;
    let doomed = process(&evening.app, "worker", None);
    evening.is_seen("the film begins").await;
    kill(doomed).await;
    evening.goes_on_for(40 * MINUTE).await;
    let next = process(&evening.app, "worker", None);
    evening.is_seen("the next worker looks").await;
    evening.ends("the film ends").await;
    stop(next).await;
}

/// Nobody saw its end, so it counts as far as it was seen, and nothing of it stays open.
#[tokio::test]
async fn a_film_that_ended_while_no_worker_was_there_does_not_stay_open() {
    let mut evening = Evening::begin().await;
    let doomed = process(&evening.app, "worker", None);
    evening.is_seen("the film begins").await;
    kill(doomed).await;
    evening.goes_on_for(10 * MINUTE).await;
    let second = process(&evening.app, "worker", None);
    evening.is_seen("another worker looks").await;
    kill(second).await;
    let seen = evening.at;
    evening.app.plex.end_play(evening.film);
    evening.goes_on_for(180 * MINUTE).await;
    let third = process(&evening.app, "worker", None);
    let row = evening.is_over("the third worker looks").await;
    assert_eq!((row.end_reason, row.watched_ms), (Some(StreamEnd::Lost), seen));
    stop(third).await;
}

#[tokio::test]
async fn a_stop_of_everything_while_somebody_streams_costs_nothing() {
    let mut evening = Evening::begin().await;
    for what in ["the first start", "the second", "the third"] {
        let up = process(&evening.app, "up", None);
        evening.is_seen(what).await;
        stop(up).await;
        evening.goes_on_for(5 * MINUTE).await;
    }
    let up = process(&evening.app, "up", None);
    evening.is_seen("the last start").await;
    evening.ends("the film ends").await;
    stop(up).await;
}
