//! Access changes: what PUM wants of Plex, one durable step at a time.

mod list;
mod retry;
mod retry_all;

pub use list::list_changes;
pub use retry::retry_change;
pub use retry_all::retry_failed_changes;
