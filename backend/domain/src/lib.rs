//! The rules of PUM: what an invite allows, what a person may see at Plex, which step comes next.
//!
//! No I/O, no async, no clock: every function is handed the world as arguments, so that a year
//! passes in one line of a test. Everything that the other crates must agree on by name lives here
//! as well: ids, states, permissions, history event types, problem codes, settings.

pub mod access;
pub mod brake;
pub mod bulk;
pub mod catalogue;
pub mod clock;
pub mod code;
pub mod event;
pub mod ids;
pub mod instant;
pub mod invite;
pub mod job;
pub mod library;
pub mod page;
pub mod password;
pub mod permission;
pub mod problem;
pub mod purge;
pub mod redemption;
pub mod server;
pub mod settings;
pub mod setup;
pub mod sign_in;
pub mod stream;
pub mod sync;
pub mod text;
pub mod user;

pub use ids::{
    AdminId, BulkId, ChangeId, GuestId, HoldId, InviteId, LibraryId, PlexId, RedemptionId, SignInId,
    StreamId, SyncId, UserId,
};
pub use instant::Instant;
pub use permission::Permission;
pub use problem::ProblemCode;
