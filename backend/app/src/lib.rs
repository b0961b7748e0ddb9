//! Use cases: each records a decision in one transaction, and jobs carry it out.
//!
//! Transports call in here; nothing here knows HTTP, Discord's gateway or a command line.

pub mod clock;
pub mod error;
pub mod hooks;
pub mod outcome;
pub mod passwords;
pub mod random;
pub mod secret;

pub use error::{AppError, AppResult, ErrorKind, FieldError};
