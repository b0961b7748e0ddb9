//! The only place in the fakes that asks the machine for the time or for randomness.
//!
//! World time is wall time plus an offset that a test may push forward; the call log uses a
//! monotonic stopwatch, so pushing the world's clock never reorders the log.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970, UTC, by the machine's clock.
#[allow(clippy::disallowed_methods, reason = "the fakes' one look at the clock")]
pub fn wall_ms() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Measures the microseconds since a fake started.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts at zero.
    #[allow(clippy::disallowed_methods, reason = "the fakes' one look at the clock")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Microseconds since the start; never goes backwards.
    pub fn elapsed_us(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

/// `length` random characters out of `alphabet`.
#[allow(clippy::disallowed_methods, reason = "the fakes' one source of randomness")]
fn pick(alphabet: &[u8], length: usize) -> String {
    let mut text = String::with_capacity(length);
    while text.len() < length {
        // Byte 6 and 8 of a version 4 UUID are not fully random; the others are.
        for (index, byte) in uuid::Uuid::new_v4().as_bytes().iter().enumerate() {
            if index != 6 && index != 8 && text.len() < length {
                text.push(char::from(alphabet[usize::from(*byte) % alphabet.len()]));
            }
        }
    }
    text
}

const MIXED: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const LINK: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const STRONG: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const HEX: &[u8] = b"0123456789abcdef";

/// A token of the classic kind: 20 letters and digits.
pub fn token() -> String {
    pick(MIXED, 20)
}

/// The 25-character code of a strong PIN.
pub fn strong_code() -> String {
    pick(STRONG, 25)
}

/// The 4-character code that a person types at plex.tv/link.
pub fn link_code() -> String {
    pick(LINK, 4)
}

/// `length` lower-case hexadecimal digits, as in account uuids and machine identifiers.
pub fn hex(length: usize) -> String {
    pick(HEX, length)
}
