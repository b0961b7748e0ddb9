//! Streams: seen while they go on, written down right whatever happens meanwhile, stopped.

mod four_k;
mod live;
mod now;
mod place;
mod posters;
mod stopping;
mod viewers;
mod withstand;

use pum_store::streams::Stream;
use pum_testkit::TestApp;

/// One look apart, as a tolerance, in milliseconds.
pub const ONE_LOOK: i64 = 60_000;

/// A PUM with a server, and somebody who may see all of it.
pub async fn app_with(name: &str) -> (TestApp, u64) {
    let app = TestApp::start().await;
    app.connect_server().await;
    let account = app.plex.add_member(name, &["Movies"]);
    (app, account)
}

/// Asserts that somebody watched for so many minutes, give or take a look.
pub fn assert_watched(stream: &Stream, minutes: i64) {
    let off = stream.watched_ms - minutes * 60_000;
    assert!(off.abs() <= ONE_LOOK, "watched {} ms, not about {minutes} min", stream.watched_ms);
}
