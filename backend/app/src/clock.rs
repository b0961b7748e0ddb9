//! The machine's clock, for what never reaches the database: uptime, ages of cached things.
//!
//! Leases, due times and expiry use the database's clock (`Tx::now`), so that processes agree.

use pum_domain::Instant;

/// Now, by this machine.
pub fn now() -> Instant {
    #[allow(clippy::disallowed_methods, reason = "this is the named place for the machine's clock")]
    let now = chrono::Utc::now();
    Instant::from(now)
}
