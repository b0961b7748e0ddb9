//! Which passwords an admin may choose.

use thiserror::Error;

/// Shortest password, in characters.
pub const MIN_CHARS: usize = 12;
/// Longest password, in characters; a bound on the work of one hash.
pub const MAX_CHARS: usize = 256;

/// Why a password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum WeakPassword {
    /// Fewer than [`MIN_CHARS`].
    #[error("use at least 12 characters")]
    TooShort,
    /// More than [`MAX_CHARS`].
    #[error("use at most 256 characters")]
    TooLong,
    /// Among the ones that are tried first.
    #[error("this password is among the first that are tried; choose another")]
    Common,
    /// The user name itself, or it repeated.
    #[error("choose a password that does not repeat the user name")]
    LikeUsername,
}

/// Long passwords that lists of leaked ones begin with, lower case. Shorter ones fail by length.
const COMMON: &[&str] = &[
    "123456789012",
    "1234567890123",
    "12345678901234",
    "123456789123",
    "password1234",
    "password12345",
    "password123456",
    "passwordpassword",
    "qwertyuiop123",
    "qwertyuiop[]",
    "qwerty123456",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "iloveyou1234",
    "administrator",
    "adminadmin123",
    "admin1234567",
    "letmein12345",
    "welcome12345",
    "changeme1234",
    "correcthorsebatterystaple",
    "plexplexplex",
    "abcdefghijkl",
    "abcd12345678",
    "qwertyqwerty",
    "123123123123",
    "111111111111",
    "000000000000",
    "123qweasdzxc",
    "asdfghjkl123",
    "zxcvbnm12345",
    "trustno11234",
    "superman1234",
    "football1234",
    "baseball1234",
];

/// Judges a new password for the given user name.
pub fn check(password: &str, username: &str) -> Result<(), WeakPassword> {
    let length = password.chars().count();
    if length < MIN_CHARS {
        return Err(WeakPassword::TooShort);
    }
    if length > MAX_CHARS {
        return Err(WeakPassword::TooLong);
    }
    let lower = password.to_lowercase();
    let mut characters = lower.chars();
    let first = characters.next();
    if COMMON.contains(&lower.as_str()) || characters.all(|c| Some(c) == first) {
        return Err(WeakPassword::Common);
    }
    let name = username.to_lowercase();
    if !name.is_empty() && lower.replace(&name, "").chars().all(|c| c.is_ascii_digit()) {
        return Err(WeakPassword::LikeUsername);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_judged() {
        let cases = [
            ("a quiet marigold", Ok(())),
            ("short", Err(WeakPassword::TooShort)),
            ("Password1234", Err(WeakPassword::Common)),
            ("zzzzzzzzzzzzzz", Err(WeakPassword::Common)),
            ("hostess2026hostess", Err(WeakPassword::LikeUsername)),
            ("\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}-\u{e9}\u{e9}\u{e9}\u{e9}", Err(WeakPassword::TooShort)),
        ];
        for (password, expected) in cases {
            assert_eq!(check(password, "hostess"), expected, "{password}");
        }
        assert_eq!(check(&"ab".repeat(129), "hostess"), Err(WeakPassword::TooLong));
    }
}
