//! The HTTP door of PUM: routes, sessions, permissions, problems, the contract.
//!
//! Decisions are made in `pum_app`; this crate knows how to ask it and how to say the answer.
//! Start reading at [`routes`], which lists every operation and says how to add one.

pub mod access;
pub mod account;
pub mod auth;
pub mod base_path;
pub mod browser;
pub mod bulk;
pub mod changes;
pub mod client_addr;
pub mod csv;
pub mod docs;
pub mod dto;
pub mod error;
pub mod events;
pub mod export;
pub mod extract;
pub mod guest_cookie;
pub mod headers;
pub mod health;
pub mod history;
pub mod idempotency;
pub mod invites;
pub mod jobs;
pub mod libraries;
pub mod logging;
pub mod openapi;
pub mod pictures;
pub mod plex_dance;
pub mod problem;
pub mod problems;
pub mod public;
pub mod purge;
pub mod redemptions;
pub mod routes;
pub mod same_origin;
pub mod serve;
pub mod session;
pub mod session_cookie;
pub mod session_store;
pub mod settings;
pub mod setup;
pub mod spa;
pub mod state;
pub mod stats;
pub mod stream_history;
pub mod streams;
pub mod syncs;
pub mod users;
mod yaml;

pub use openapi::{openapi, openapi_yaml};
pub use serve::serve;
pub use state::ApiConfig;
