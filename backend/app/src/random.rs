//! The one place where secrets, codes and ids come from.

use pum_domain::code::{InviteCode, RANDOM_CODE_BYTES};
use rand::Rng;
use uuid::Uuid;

/// So many bytes from the operating system's generator.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut buffer = [0; N];
    #[allow(clippy::disallowed_methods, reason = "this is the named place for secrets")]
    rand::rng().fill_bytes(&mut buffer);
    buffer
}

/// A secret of 256 bits as 43 characters that are safe in a cookie or an address.
pub fn secret() -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes::<32>())
}

/// An identifier of 128 bits as 32 hexadecimal characters.
pub fn identifier() -> String {
    data_encoding::HEXLOWER.encode(&bytes::<16>())
}

/// A fresh invite code.
pub fn invite_code() -> InviteCode {
    InviteCode::from_random(bytes::<RANDOM_CODE_BYTES>())
}

/// A fresh id; ids sort by the time they were made.
pub fn id<T: From<Uuid>>() -> T {
    T::from(Uuid::now_v7())
}

/// A pause of `base` milliseconds, a quarter more or less, so that many waiters do not return at once.
pub fn jittered(base: i64) -> i64 {
    let spread = base / 2;
    if spread <= 0 {
        return base.max(0);
    }
    let [low, high] = bytes::<2>();
    let fraction = i64::from(u16::from_le_bytes([low, high]));
    base - spread / 2 + spread * fraction / i64::from(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_stays_within_a_quarter() {
        for _ in 0..200 {
            let pause = jittered(1000);
            assert!((750..=1250).contains(&pause), "{pause}");
        }
        assert_eq!(jittered(1), 1);
    }
}
