//! Access at Plex changes in one place: here.
//!
//! [`request()`] writes down what should be true, with the job that makes it so, in the caller's
//! transaction. [`apply`] runs in that job: it takes the person's lease, reads what Plex shows, asks
//! `pum_domain::access::plan` for the one next step, makes it under an attempt row that was
//! committed before, and reads again, until Plex shows what is wanted. [`take_away`] is a request for the
//! end of access, which may begin a little later and be taken back until then. [`retry`] tries a failed
//! change once more.

mod accepting;
mod apply;
mod believe;
mod call;
mod friendship;
mod invitation;
mod kept;
mod observe;
mod record;
mod request;
mod resolve;
mod retry;

pub(crate) use apply::{apply, died};
pub(crate) use invitation::watch;
pub(crate) use observe::{seen, waiting};
pub(crate) use record::{end as end_redemption, observation_of, remove_invited, watch_key};
pub(crate) use request::key;
pub use request::{Request, TakeAway, request, take_away};
pub use retry::{Retried, retry, retry_all, retry_in, seat_again};
pub(crate) use retry::{enqueue_again, reopen};

/// How long a worker has a person to itself, unless it asks for more, in milliseconds.
const LEASE: i64 = 60_000;
/// How long one write at Plex may take, in milliseconds; a third of the lease.
const WRITE_DEADLINE: i64 = 20_000;
/// What the lease must have left beyond the deadline when a write is sent, in milliseconds.
const MARGIN: i64 = 5_000;
