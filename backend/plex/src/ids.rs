//! Plex's numbers. They look alike and are not: a type each keeps a share's id out of a user's place.

use std::fmt;

macro_rules! plex_number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<i64> for $name {
            fn from(number: i64) -> Self {
                Self(number)
            }
        }
    };
}

plex_number! {
    /// A person's account at plex.tv. Names and addresses change, this does not.
    /// (On a media server the owner is account 1 instead.)
    PlexUserId
}
plex_number! {
    /// One share: one server shared with one person. Also the id by which an invitation is accepted.
    ShareId
}
plex_number! {
    /// A library as plex.tv counts them, which is what sharing takes. The server's own `key` is another number.
    SectionId
}
