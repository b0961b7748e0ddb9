//! Comparing the users with Plex: asking for it, its results, and an admin's word about them.

mod clock;
mod confirm;
mod drift;
mod dto;
mod get;
mod held;
mod items;
mod list;
mod request;

pub use clock::*;
pub use confirm::*;
pub use drift::*;
pub use dto::{DriftKindName, HeldRemovals, SyncDto};
pub use get::*;
pub use held::*;
pub use items::*;
pub use list::*;
pub use request::*;
