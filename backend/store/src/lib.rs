//! The database of PUM: the only crate that knows tables and SQL.
//!
//! Reading goes through anything that is [`Reads`]: a [`Reader`], or the [`Tx`] one is in. Writing
//! needs a `&Tx`, and a [`Tx`] comes from [`Db::begin`] alone, so that what belongs together is
//! committed together. What a row means is left to `pum-domain`, what to do about it to `pum-app`.

mod changes;
mod clock;
mod db;
// Every table has its entity from the start; the modules that use them come one by one.
#[allow(dead_code)]
mod entity;
mod error;
mod memory;
mod page;

pub mod access_changes;
pub mod admins;
pub mod brake;
pub mod bulks;
pub mod guests;
pub mod hints;
pub mod history;
pub mod idempotency;
pub mod invites;
pub mod jobs;
pub mod libraries;
pub mod meta;
pub mod pictures;
pub mod play_imports;
pub mod plex_server;
pub mod purge;
pub mod redemptions;
pub mod schedules;
pub mod services;
pub mod sessions;
pub mod settings;
pub mod sign_ins;
pub mod streams;
pub mod syncs;
pub mod throttles;
pub mod users;
pub mod watching;

pub use changes::Changes;
pub use db::{Db, Options, Reader, Reads, Tx};
pub use error::{StoreError, StoreResult};
pub use memory::remembered;
