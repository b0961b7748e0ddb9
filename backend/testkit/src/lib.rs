//! What tests and the demo need and nobody ships: stand-ins for the services PUM talks to, a
//! database of its own for every test, and PUM as a whole.
//!
//! [`fake_plex`] keeps state like plex.tv and a media server do, so a test can act through the real
//! client and then look at what "Plex" believes.

pub mod browser;
mod connected;
pub mod crowd;
pub mod db;
pub mod fake_plex;
mod in_line;
pub mod invitee;
mod run_jobs;
mod synced;
pub mod test_app;
pub mod viewing;
mod watch;
pub mod worker;

pub use browser::{Answer, Browser};
pub use invitee::Invitee;
pub use test_app::TestApp;
