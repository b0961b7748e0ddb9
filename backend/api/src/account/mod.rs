//! One's own admin account.

mod password;
mod plex;
mod sessions;

pub use password::{change_password, update_account};
pub use plex::{attach_link_plex, complete_link_plex, start_link_plex, unlink_plex};
pub use sessions::{end_my_session, end_my_sessions, list_my_sessions};
