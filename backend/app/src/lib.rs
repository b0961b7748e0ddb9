//! Use cases: each records a decision in one transaction, and jobs carry it out.
//!
//! Transports call in here; nothing here knows HTTP, Discord's gateway or a command line.

pub mod access;
pub mod account;
pub mod actor;
pub mod admins;
pub mod brake;
pub mod bulk;
pub mod clock;
pub mod clock_guard;
pub mod connection;
pub mod ctx;
pub mod dashboard;
pub mod error;
pub mod guests;
pub mod health;
pub mod history;
pub mod hooks;
pub mod idempotency;
mod invitee_token;
pub mod invites;
pub mod jobs;
pub mod keys_check;
pub mod libraries;
pub mod login;
pub mod notices;
pub mod outcome;
pub mod passwords;
pub mod pictures;
pub mod plex_server;
pub mod purge;
pub mod random;
pub mod redemptions;
pub mod schedules;
pub mod secret;
pub mod sessions;
pub mod settings;
pub mod setup;
pub mod sign_in;
pub mod sign_out;
pub mod stream_history;
pub mod streams;
pub mod sync;
pub mod throttle;
pub mod users;
pub mod watch_figures;

pub use actor::Actor;
pub use ctx::{AppOptions, Ctx};
pub use error::{AppError, AppResult, ErrorKind, FieldError};
