//! Who watches what.

mod import;

pub(crate) use import::run as import_play_history;
pub use import::{enqueue_import, import_progress};
