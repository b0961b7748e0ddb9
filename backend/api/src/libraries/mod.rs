//! What the Plex server offers.

mod dto;
mod list;
mod refresh;

pub use list::list_libraries;
pub use refresh::refresh_libraries;
