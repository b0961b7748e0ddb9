//! What a test of the connection finds, in words. Pages in other languages have their own, by the
//! finding's name.

use pum_domain::server::Finding;
use pum_plex::{ConnectTrouble, PlexError};

/// What a failed call means to somebody who sets things up.
pub(super) const fn of_trouble(error: &PlexError) -> Finding {
    match error {
        PlexError::Unauthorized => Finding::TokenRefused,
        PlexError::Forbidden => Finding::Forbidden,
        PlexError::ItemMissing => Finding::NoSuchServer,
        PlexError::Timeout { .. } => Finding::Timeout,
        PlexError::Connect(ConnectTrouble::Name) => Finding::HostUnknown,
        PlexError::Connect(ConnectTrouble::Refused) => Finding::PortClosed,
        PlexError::Connect(ConnectTrouble::Tls) => Finding::CertificateInvalid,
        PlexError::Connect(ConnectTrouble::TimedOut) => Finding::Unreachable,
        PlexError::Connect(ConnectTrouble::Other) | PlexError::ConnectionLost { .. } => {
            Finding::ConnectionFailed
        }
        PlexError::Redirected => Finding::Redirected,
        PlexError::Garbage { .. } | PlexError::TooLarge { .. } => Finding::NotPlex,
        PlexError::RateLimited { .. } => Finding::SlowDown,
        PlexError::Unavailable { .. } | PlexError::CircuitOpen { .. } => Finding::PlexTrouble,
        PlexError::AddressRefused { .. } => Finding::AddressRefused,
        _ => Finding::Refused,
    }
}

/// The finding as a sentence: about the account `whose`, with the number of things that were found.
pub(super) fn in_words(finding: Finding, whose: &str, count: usize) -> String {
    let words = match finding {
        Finding::ServerAnswers => "A Plex server answers.",
        Finding::OtherServer => "Another Plex server answers at this address. It was sent no token.",
        Finding::OwnerToken => return format!("The token of the owner's account, {whose}."),
        Finding::AccountToken => return format!("The token of the account {whose}."),
        Finding::OtherAccountToken => {
            return format!("The token of somebody else's account: {whose} does not own this server.");
        }
        Finding::ServerToken => {
            "This token opens this server alone. PUM needs the token of the owner's account: sign in with Plex."
        }
        Finding::GuestToken => {
            "This is a guest's token for this server. PUM needs the token of the owner's account: sign in with Plex."
        }
        Finding::DeadToken => {
            "Neither plex.tv nor the server takes this token. It may have been signed out: sign in with Plex."
        }
        Finding::TokenKindUnknown => "Not known: plex.tv did not answer.",
        Finding::NoAccountToken => "Plex does not take it as an account's token.",
        Finding::AccountKnown => return format!("Plex knows the account {whose}."),
        Finding::OwnsServer => return format!("{whose} owns this server."),
        Finding::IsGuest => {
            return format!("{whose} is a guest on this server. Use the token of its owner.");
        }
        Finding::HasNoAccess => {
            return format!("{whose} has no access to this server. Use the token of its owner.");
        }
        Finding::LibrariesFound => return format!("{count} libraries on the server."),
        Finding::SectionsFound => return format!("plex.tv knows {count} libraries of it."),
        Finding::SharesFound => return format!("Shared with {count} people."),
        Finding::InvitationsFound => return format!("{count} invitations are waiting for an answer."),
        Finding::NotTriedServer => "Not tried: the server did not answer as it should.",
        Finding::NotTriedAccount => "Not tried: the account is not known.",
        Finding::NotTriedOwner => "Not tried: this token does not belong to the server's owner.",
        Finding::TokenRefused => "The token is not accepted.",
        Finding::Forbidden => "The account is not allowed to do this.",
        Finding::NoSuchServer => "The account owns no such server.",
        Finding::Timeout => "There was no answer in time.",
        Finding::HostUnknown => "The host name is unknown.",
        Finding::PortClosed => "Nothing listens at this address and port.",
        Finding::CertificateInvalid => "The certificate is not valid for this address.",
        Finding::Unreachable => "The address cannot be reached.",
        Finding::ConnectionFailed => "The connection failed.",
        Finding::Redirected => "The address redirects somewhere else; give the final one.",
        Finding::NotPlex => "Something else than Plex answered.",
        Finding::SlowDown => "Plex asks to slow down; try again in a moment.",
        Finding::PlexTrouble => "Plex has trouble of its own; try again.",
        Finding::AddressRefused => "PUM does not call link-local or metadata addresses.",
        Finding::Refused => "Plex refused the request.",
    };
    words.to_owned()
}
