//! Changing many users at once.

mod dto;
mod follow;
mod items;
mod start;

pub use dto::{BulkDto, BulkItem};
pub use follow::{get_bulk, retry_bulk, stop_bulk};
pub use items::{BulkItemFilter, BulkItemSort, list_bulk_items};
pub use start::{bulk_users, parse_ids};
