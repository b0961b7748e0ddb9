//! The figures of the first page.

mod dto;
mod get;

pub use get::get_stats;
