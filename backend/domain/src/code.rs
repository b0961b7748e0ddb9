//! Invite codes: what stands behind `/invite/` in a link.

use thiserror::Error;

/// Bytes of randomness in a code that PUM makes: 130 bits, 26 characters of base32.
pub const RANDOM_CODE_BYTES: usize = 17;
/// Characters in a code that PUM makes.
pub const RANDOM_CODE_LENGTH: usize = 26;

/// A well-formed invite code. Compared without case, since phones capitalise what people type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteCode(String);

/// Why a text cannot be an invite code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BadCode {
    /// Outside 3 to 100 characters.
    #[error("use 3 to 100 characters")]
    Length,
    /// Something else than letters, digits, `-` and `_`.
    #[error("use only letters, digits, hyphens and underscores")]
    Characters,
}

impl InviteCode {
    /// Parses an own path or a code from a link.
    pub fn parse(text: &str) -> Result<Self, BadCode> {
        if !(3..=100).contains(&text.len()) {
            return Err(BadCode::Length);
        }
        if !text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
            return Err(BadCode::Characters);
        }
        Ok(Self(text.to_owned()))
    }

    /// A fresh code from random bytes.
    pub fn from_random(bytes: [u8; RANDOM_CODE_BYTES]) -> Self {
        let mut text = data_encoding::BASE32_NOPAD.encode(&bytes).to_ascii_lowercase();
        text.truncate(RANDOM_CODE_LENGTH);
        Self(text)
    }

    /// As the admin wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form that is unique and looked up.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_parsed_at_the_door() {
        let cases: &[(&str, Result<&str, BadCode>)] = &[
            ("movie-night", Ok("movie-night")),
            ("Movie_Night2", Ok("movie_night2")),
            ("ab", Err(BadCode::Length)),
            ("", Err(BadCode::Length)),
            ("a b c", Err(BadCode::Characters)),
            ("../etc", Err(BadCode::Characters)),
            ("caf\u{e9}s", Err(BadCode::Characters)),
        ];
        for (text, expected) in cases {
            let key = InviteCode::parse(text).map(|code| code.key());
            assert_eq!(key.as_deref(), expected.as_deref(), "{text:?}");
        }
        assert_eq!(InviteCode::parse(&"a".repeat(101)), Err(BadCode::Length));
    }

    #[test]
    fn random_codes_are_26_characters_of_lower_case_base32() {
        let code = InviteCode::from_random([0xA7; RANDOM_CODE_BYTES]);
        assert_eq!(code.as_str().len(), RANDOM_CODE_LENGTH);
        assert!(code.as_str().bytes().all(|b| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b)));
        assert!(InviteCode::parse(code.as_str()).is_ok());
    }
}
