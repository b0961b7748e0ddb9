//! The wizard's operations.

mod admin;
mod app;
mod dto;
mod get;
mod plex;
mod plex_sign_in;

pub use admin::{
    attach_setup_admin_plex, complete_setup_admin_plex, create_first_admin, start_setup_admin_plex,
};
pub use app::{finish_setup, save_app};
pub use dto::{Check, OwnerToken, PlexConnection, PlexTest, PlexUrlToken, SavePlex, ServerInfo};
pub use get::get_setup;
pub(crate) use plex::target;
pub use plex::{list_plex_servers, save_plex, test_plex};
pub use plex_sign_in::{attach_setup_server_plex, complete_setup_server_plex, start_setup_server_plex};
