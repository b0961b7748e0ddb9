//! Who did what, and when.

mod clear;
mod dto;
mod export;
mod get;
mod list;

pub use clear::clear_history;
pub use dto::HistoryEvent;
pub use export::export_history;
pub use get::get_history_event;
pub use list::list_history;
