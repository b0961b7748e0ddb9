//! Letting people go who have gone quiet: looking first, by hand, by the clock, and tried on the past.

mod confirm;
mod dto;
mod follow;
mod preview;
mod rehearse;
mod run;
mod schedule;
mod terms;

pub use confirm::confirm_purge;
pub use follow::{get_purge, list_purge_items, stop_purge};
pub use preview::preview_purge;
pub use rehearse::rehearse_purge;
pub use run::run_purge;
pub use schedule::get_purge_schedule;
