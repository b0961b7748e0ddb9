//! Who watches what: looking at the server, writing down what is seen, showing it, stopping it.
//!
//! One worker at a time looks ([`Watcher`]). A look is read whole, then written in one transaction
//! (`observe.rs`); what two looks mean is decided by the rules in `pum_domain::stream`.

mod details;
mod import;
mod look;
mod memory;
mod now;
mod observe;
mod place;
mod session;
mod stop;
mod watcher;

use pum_domain::instant::SECOND;

pub use details::{Details, Part, Running};
pub(crate) use import::run as import_play_history;
pub use import::{enqueue_import, import_progress};
pub use now::{NowView, StreamView, Summary, Watched, WatchingView, list, show};
pub(crate) use place::Places;
pub use place::{Located, locate};
pub use stop::{LONGEST_MESSAGE, request as request_stop};
pub(crate) use stop::{buried as bury_stop, carry_out as carry_out_stop};
pub use watcher::Watcher;

/// How long the right to look lasts unless it is prolonged, in milliseconds: with the time in which others
/// ask for it, another worker takes over within 30 s.
const LEASE: i64 = 24 * SECOND;

/// After so many times the usual pause without a good look nobody was watching.
const LONGEST_GAP_IN_LOOKS: i64 = 3;
