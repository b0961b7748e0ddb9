//! The secret that opens a Plex account, or a server.

use std::fmt;

use zeroize::Zeroizing;

/// A Plex token. It is wiped from memory when dropped, and has no `Display` and no `Serialize`;
/// `Debug` does not show it, so it cannot slip into a log or an answer.
#[derive(Clone)]
pub struct Token(Zeroizing<String>);

impl Token {
    /// Takes a token as Plex or an admin gave it; blanks around it are dropped.
    #[must_use]
    pub fn new(secret: impl Into<String>) -> Self {
        let secret = Zeroizing::new(secret.into());
        Self(Zeroizing::new(secret.trim().to_owned()))
    }

    /// The secret itself: for the request header and for encrypting it, nowhere else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::Token;

    #[test]
    fn debug_never_shows_the_secret() {
        let token = Token::new(" s3cret-token ");
        assert_eq!(format!("{token:?} {:?}", Some(&token)), "Token(…) Some(Token(…))");
        assert_eq!(token.expose(), "s3cret-token");
    }
}
