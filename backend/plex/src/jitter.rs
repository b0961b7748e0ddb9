//! The one place of this crate that asks for chance: so that many who wait do not all wake at once.

use std::time::Duration;

/// The duration, made up to a fifth longer or shorter.
#[allow(clippy::disallowed_methods, reason = "jitter is no secret and no rule depends on it")]
pub(crate) fn around(duration: Duration) -> Duration {
    duration.mul_f64(rand::random_range(0.8..=1.2))
}
