//! Whether a stream can be stopped.

use crate::catalogue;

catalogue! {
    /// Why a stream cannot be stopped.
    pub enum CannotStop {
        /// Stopping takes a Plex Pass on the owner's account.
        PlexPassMissing = "plex_pass_missing",
        /// The player told the server no id to stop it by, as some do.
        NoSessionId = "no_session_id",
    }
}

/// Whether a stream with this session id can be stopped; `allowed` is what is known of the owner's account.
/// While nothing is known, trying is allowed: the server's answer tells.
///
/// # Errors
/// Why not.
pub fn can_stop(session_id: Option<&str>, allowed: Option<bool>) -> Result<&str, CannotStop> {
    if allowed == Some(false) {
        return Err(CannotStop::PlexPassMissing);
    }
    session_id.filter(|id| !id.is_empty()).ok_or(CannotStop::NoSessionId)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_takes_a_session_id_and_a_plex_pass() {
        let cases = [
            (Some("a"), Some(true), Ok("a")),
            (Some("a"), None, Ok("a")),
            (Some("a"), Some(false), Err(CannotStop::PlexPassMissing)),
            (None, Some(false), Err(CannotStop::PlexPassMissing)),
            (None, Some(true), Err(CannotStop::NoSessionId)),
            (Some(""), None, Err(CannotStop::NoSessionId)),
        ];
        for (id, allowed, expected) in cases {
            assert_eq!(can_stop(id, allowed), expected, "{id:?} {allowed:?}");
        }
    }
}
