//! The client against a small HTTP server: what goes over the wire, and what comes of every kind of trouble.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod pace;
mod playing;
mod reading;
mod secrets;
mod support;
mod trouble;
mod writing;
