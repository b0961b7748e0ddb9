//! How many people PUM may remove by itself: the brake that every automatic removal shares.
//!
//! More than three, and more than a fifth of the users, within a day wait for an admin.

use crate::catalogue;
use crate::instant::DAY;

/// For how long a removal counts, in milliseconds.
pub const WINDOW: i64 = DAY;
/// So many are always allowed.
const ALWAYS: i64 = 3;
/// One in so many may go within the window.
const ONE_IN: i64 = 5;

catalogue! {
    /// What removes people by itself.
    pub enum RemovalSource {
        /// They are no longer at Plex, or have not accepted their invitation.
        Sync = "sync",
        /// They have not watched anything for long.
        Purge = "purge",
        /// They have left the Discord server, or lost the role.
        Guild = "guild",
    }
}

catalogue! {
    /// Where a stopped removal stands.
    pub enum HoldState {
        /// Waits for an admin.
        Waiting = "waiting",
        /// An admin has confirmed it.
        Confirmed = "confirmed",
        /// Another list of people has taken its place.
        Superseded = "superseded",
        /// There is nobody to remove any more.
        Dropped = "dropped",
    }
}

/// How many of `users` may be removed within [`WINDOW`].
pub const fn budget(users: i64) -> i64 {
    let share = users / ONE_IN;
    if share > ALWAYS { share } else { ALWAYS }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fifth_and_at_least_three() {
        let cases = [(0, 3), (1, 3), (15, 3), (19, 3), (20, 4), (22, 4), (100, 20), (10_000, 2_000)];
        for (users, expected) in cases {
            assert_eq!(budget(users), expected, "{users}");
        }
    }
}
