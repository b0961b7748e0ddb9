//! A stateful stand-in for Plex: plex.tv and clients.plex.tv, the sign-in page of app.plex.tv, and media
//! servers, on random ports of the loopback address.
//!
//! A story reads like this:
//!
//! ```no_run
//! # async fn story() {
//! use pum_testkit::fake_plex::{Fault, FakePlex};
//!
//! let plex = FakePlex::start().await;
//! let anna = plex.add_account("anna");
//! plex.fault(Fault::status(503).on("create_share").times(3));
//! // ... point the real client at plex.plex_tv_url() and act ...
//! assert_eq!(plex.shares_of(anna).len(), 1);
//! assert_eq!(plex.calls_of("create_share").len(), 4);
//! assert!(plex.overlapping_writes().is_empty());
//! # }
//! ```
//!
//! Inside, a request goes from [`serve`] through [`engine`] (faults, record) to a handler in
//! [`routes`], which is a plain function over the [`world::World`]. `/_fake/...` ([`control`]) offers
//! the same levers over HTTP.
//!
//! Where reports about the real service disagree, `World::config` says which reading is played. Two
//! readings are ours: an empty library list in an update means "all" (the worst case), and the words
//! of the share limit's refusal ("... maximum number of users ...", v1 400, v2 422/1008).

mod call;
mod chance;
mod control;
mod control_playing;
mod engine;
mod faults;
mod handle;
mod handle_playing;
mod listening;
mod log;
mod markup;
mod refusal;
mod reply;
mod routes;
mod scenario;
mod serve;
mod world;

pub use faults::{Fault, Rule};
pub use handle::{FakePlex, FakeServer, Ports, Start};
pub use log::CallRecord;
pub use scenario::{AURORA, OWNER_TOKEN, Scenario};
pub use world::{
    Account, Config, Friendship, Grant, Library, PastPlay, PlaySession, Relations, Server, Share, Shared,
    SharingSettings, Who, World,
};
