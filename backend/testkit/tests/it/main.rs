//! The fakes' own behaviour, seen from outside over HTTP.

mod faults;
mod person;
mod pins;
mod playing;
mod real_client;
mod record;
mod server;
mod sharing;
mod wire;
