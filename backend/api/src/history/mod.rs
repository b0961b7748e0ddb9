//! Who did what, and when.

mod dto;
mod list;

pub use dto::HistoryEvent;
pub use list::list_history;
