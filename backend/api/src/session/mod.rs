//! Signing in and out.

mod dto;
mod password;
mod plex;

pub use dto::{AdminDto, SessionAnswer};
pub use password::{create_session, delete_session, get_session};
pub use plex::{attach_plex_sign_in, complete_plex_sign_in, start_plex_sign_in};
