//! Looking at what is playing in a story: by the real watcher, one look at a time.

use std::time::Duration;

use pum_app::random;
use pum_app::streams::Watcher;
use pum_domain::page::PageRequest;
use pum_store::streams::{self, Filter, Stream};

use crate::test_app::TestApp;

/// The usual time between two looks.
const USUAL: Duration = Duration::from_secs(60);

impl TestApp {
    /// Somebody who looks, as a worker would; it has not looked yet.
    pub fn watcher(&self) -> Watcher {
        Watcher::new(self.ctx.clone(), random::identifier())
    }

    /// Lets time go by for PUM and Plex alike.
    pub fn seconds_pass(&self, seconds: u64) {
        let by = Duration::from_secs(seconds);
        self.ctx.db().let_time_pass(by);
        self.plex.advance(by);
    }

    /// So many minutes of watching, with a look at the end of each.
    pub async fn watch_on(&self, watcher: &mut Watcher, minutes: u64) {
        for _ in 0..minutes {
            self.seconds_pass(USUAL.as_secs());
            watcher.turn().await;
        }
    }

    /// The streams that go on, the longest first.
    pub async fn playing(&self) -> Vec<Stream> {
        let tx = self.ctx.db().begin().await.expect("begin");
        let open = streams::open_ones(&tx).await.expect("what goes on");
        let mut playing = Vec::with_capacity(open.len());
        for one in open {
            playing.push(streams::get(&tx, one.id).await.expect("a stream"));
        }
        playing
    }

    /// The streams that have ended, in the order in which they began.
    pub async fn played(&self) -> Vec<Stream> {
        let request = PageRequest { limit: 200, cursor: None, descending: false };
        let page = streams::list(&self.ctx.reader(), &Filter::default(), &request).await;
        page.expect("read the stream history").items
    }
}
