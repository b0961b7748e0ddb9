//! Letting people go who have gone quiet: what would happen, by hand, by the clock, and tried on the past.
//!
//! Every verdict comes from `pum_domain::purge`, handed a [`World`]. By hand it is a bulk: what an admin ticked is
//! the confirmation of exactly those people, and each is judged again when their turn comes. By the clock
//! ([`schedule`]) it goes by stages, and every removal asks the brake. Both remove through `users::remove_in`.

mod by_hand;
mod confirm;
mod preview;
mod rehearse;
pub mod schedule;
mod stages;
mod world;

pub(crate) use by_hand::remove_ticked;
pub use by_hand::{Started, start};
pub use confirm::{confirm, held};
pub use preview::{Previewed, Which, preview};
pub use rehearse::{DAYS as REHEARSED_DAYS, Rehearsal, Rehearsed, rehearse};
pub(crate) use stages::streams_again;
pub use world::World;
