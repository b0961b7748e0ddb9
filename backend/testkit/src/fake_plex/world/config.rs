//! How the real service behaves where reports about it disagree.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Behaviour that reports disagree about, or that a test wants to bend. Times in milliseconds.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How many people an owner may share with before plex.tv refuses.
    pub share_limit: usize,
    /// How long an invitation stays invisible to the invitee.
    pub received_delay_ms: i64,
    /// Whether the v1 share list shows people who have not accepted.
    pub pending_rows_in_share_list: bool,
    /// Whether withdrawing an invitation by v1 leaves a row that still says "already sharing".
    pub cancel_leaves_stale_row: bool,
    /// Whether the v1 share list tells content filters and tuners.
    pub filters_in_share_list: bool,
    /// Whether the v1 share list tells downloads, and whether the list of users does.
    pub downloads_in_share_list: bool,
    pub downloads_in_users_list: bool,
    /// Whether an account tells that its address was confirmed.
    pub account_tells_confirmed: bool,
    /// Whether an update of a share by v2 resets the settings that it does not name.
    pub update_replaces_settings: bool,
    /// Whether v1 answers a dead token with 422 instead of 401.
    pub dead_token_422: bool,
    /// Whether media servers take nobody's token, though plex.tv does.
    pub servers_refuse_tokens: bool,
    /// How long PINs live, in seconds, instead of as long as usual.
    pub pins_live_s: Option<i64>,
    /// Whether a server's addresses include some that nobody answers.
    pub dead_connections: bool,
    /// PIN polls closer together than this are answered with 429; 0 switches that off.
    pub pin_poll_gap_ms: i64,
    /// How long a stopped stream is still listed.
    pub stopped_lingers_ms: i64,
    /// How often those who listen hear the same.
    pub notify_times: u8,
    /// How often those who listen hear that the connection lives; 0 never.
    pub ping_ms: u64,
    /// Whether those who listen hear nothing at all, not even that they may, before the first of these.
    pub listening_begins_with_ping: bool,
    /// Whether what plays goes on with the wall's clock, not only when the world's is pushed.
    pub plays_by_the_wall: bool,
    /// The most rows of its history that a server gives at once, whatever it is asked for; 0 for any number.
    pub history_page_most: usize,
    /// Whether a server leaves out the very second after which its history is asked for.
    pub history_after_is_strict: bool,
    /// Whether a server lists its history as it was written, whatever order it is asked for.
    pub history_ignores_sort: bool,
    /// Operations that answer 410.
    pub retired: BTreeSet<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            share_limit: 100,
            received_delay_ms: 0,
            pending_rows_in_share_list: true,
            cancel_leaves_stale_row: false,
            filters_in_share_list: true,
            downloads_in_share_list: true,
            downloads_in_users_list: true,
            account_tells_confirmed: true,
            update_replaces_settings: false,
            dead_token_422: false,
            servers_refuse_tokens: false,
            pins_live_s: None,
            dead_connections: true,
            pin_poll_gap_ms: 0,
            stopped_lingers_ms: 0,
            notify_times: 1,
            ping_ms: 10_000,
            listening_begins_with_ping: false,
            plays_by_the_wall: false,
            history_page_most: 0,
            history_after_is_strict: false,
            history_ignores_sort: false,
            retired: ["list_friends_v1", "list_friends_v2", "list_received_v1", "accept_received_v1"]
                .map(str::to_owned)
                .into(),
        }
    }
}
