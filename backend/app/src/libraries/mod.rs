//! The server's libraries: read from the server and from plex.tv, compared, written down.

mod count;
mod refresh;
mod request;

pub use count::count_items;
pub use refresh::{RefreshError, Refreshed, refresh};
pub use request::{enqueue_refresh, request_refresh};
