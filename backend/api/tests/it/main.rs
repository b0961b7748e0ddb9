//! The HTTP layer through its front door. One binary, since each link takes its time.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may end")]

mod contract;
mod events;
mod hostile;
mod idempotency;
mod nonsense;
mod pages;
mod permissions;
mod pictures;
mod sessions;
