//! The HTTP layer through its front door. One binary, since each link takes its time.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may end")]

mod bulk;
mod connection;
mod contract;
mod dance;
mod events;
mod history;
mod history_keeping;
mod hostile;
mod idempotency;
mod invites;
mod jobs;
mod libraries;
mod logging;
mod nonsense;
mod pages;
mod permissions;
mod pictures;
mod play_import;
mod plex_sign_in;
mod public_invites;
mod purge;
mod redemptions;
mod refused_by_server;
mod sessions;
mod settings;
mod setup;
mod short_lists;
mod sign_in;
mod stream_history;
mod streams;
mod syncs;
mod users;
