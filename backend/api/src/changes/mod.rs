//! Access changes: what PUM wants of Plex, one durable step at a time.

mod retry;

pub use retry::retry_change;
