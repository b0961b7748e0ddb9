//! What an admin may change while PUM runs.

mod general;
mod plex;

pub use general::{list_settings, update_settings};
pub use plex::{
    attach_owner_token, complete_owner_token, get_plex_connection, start_owner_token, test_plex_connection,
    update_plex_connection,
};
