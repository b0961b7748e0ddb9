//! The figures of the first page, and how much is watched.

mod dto;
mod get;
mod user;
mod watching;

pub use get::get_stats;
pub use user::get_user_stats;
pub use watching::get_watch_stats;
