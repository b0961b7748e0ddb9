//! Keeping PUM's picture of the people and Plex's the same.
//!
//! [`request()`] asks for a sync, which joins the one that is under way. The job [`run`] reads Plex's
//! lists once (six calls, whatever the number of users), lets `pum_domain::sync` judge everybody, and
//! [`record`] writes the differences down in short batches, each judged again under lock: a change
//! that was asked for meanwhile is never overwritten. Removals go through [`crate::brake`].
//! [`reread`] looks once more at people whose access PUM has just changed, [`settle`] is an admin's
//! word about a difference.

mod confirm;
mod departures;
mod newcomers;
mod people;
mod read;
mod record;
mod request;
mod reread;
mod run;
mod settle;

pub use crate::brake::Confirmed;
pub use confirm::confirm;
pub(crate) use confirm::remove_confirmed;
pub(crate) use request::ask;
pub use request::{request, tick};
pub(crate) use reread::{enqueue_rereads, reread};
pub(crate) use run::{died, patience, run};
pub use settle::{Decision, settle};

/// Rows in one transaction, so that nobody waits long for the database.
const BATCH: usize = 200;
/// People in one transaction when each takes several statements.
const SMALL_BATCH: usize = 50;
