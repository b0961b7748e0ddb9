//! A line in front of plex.tv.

use pum_plex::{Account, Lane, PlexError, Token};
use tokio::task::JoinHandle;

use crate::test_app::TestApp;

impl TestApp {
    /// So many calls that nobody waits for ask for their turn at plex.tv at once.
    pub fn stand_in_line(&self, count: usize) -> Vec<JoinHandle<Result<Account, PlexError>>> {
        (0..count)
            .map(|_| {
                let plex = self.ctx.plex().in_lane(Lane::Automatic);
                let token = Token::new(self.plex.owner_token());
                tokio::spawn(async move { plex.account(&token).await })
            })
            .collect()
    }
}
