//! The rule that somebody's 4K sources are not transcoded: seen twice, then stopped with a message.

use super::quality::Quality;
use super::stopping::{CannotStop, can_stop};
use crate::instant::SECOND;

/// A second look counts only so long after the first, in milliseconds: a player that begins with a
/// conversion and settles for playing the file as it is has that much time.
pub const GRACE: i64 = 15 * SECOND;

/// A stream as one look shows it, and what is known of its viewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Viewed<'a> {
    /// The viewer's setting.
    pub allowed: bool,
    /// The viewer owns the server: nobody stops them.
    pub is_owner: bool,
    /// The rung of the file, not of what is sent. Unknown is not 4K.
    pub source: Option<Quality>,
    /// The picture is being converted.
    pub converts_video: bool,
    /// Looks in a row that found it so, before this one.
    pub looks: i32,
    /// How long ago the last of those was, in milliseconds.
    pub since_last: i64,
    /// Somebody has asked for its end already.
    pub stop_requested: bool,
    /// What stopping takes.
    pub session_id: Option<&'a str>,
    /// Whether the owner's account may stop streams, as far as known.
    pub may_stop: Option<bool>,
}

/// What follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The rule has nothing to say.
    Fine,
    /// Seen, not yet twice.
    Grace,
    /// To be stopped.
    Stop,
    /// It is being stopped.
    Stopping,
    /// To be stopped, but nobody can.
    Helpless(CannotStop),
}

/// Judges one look; also how many looks in a row have found it so by now.
pub fn judge(viewed: &Viewed<'_>) -> (Verdict, i32) {
    let breaks =
        !viewed.allowed && !viewed.is_owner && viewed.converts_video && viewed.source == Some(Quality::FourK);
    if viewed.stop_requested {
        return (if breaks { Verdict::Stopping } else { Verdict::Fine }, viewed.looks);
    }
    if !breaks {
        return (Verdict::Fine, 0);
    }
    if viewed.looks > 0 && viewed.since_last < GRACE {
        return (Verdict::Grace, viewed.looks);
    }
    let looks = viewed.looks.saturating_add(1);
    let verdict = match can_stop(viewed.session_id, viewed.may_stop) {
        _ if looks < 2 => Verdict::Grace,
        Ok(_) => Verdict::Stop,
        Err(reason) => Verdict::Helpless(reason),
    };
    (verdict, looks)
}

/// What the viewer reads, in the language of the installation.
pub fn message(language: &str) -> &'static str {
    match language {
        "de" => {
            "4K-Titel werden für dich nicht umgewandelt. Wähle Originalqualität oder eine andere Fassung."
        }
        _ => "4K titles are not converted for you. Choose original quality, or another version.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seen_twice_then_stopped() {
        let seen = Viewed {
            allowed: false,
            is_owner: false,
            source: Some(Quality::FourK),
            converts_video: true,
            looks: 1,
            since_last: GRACE,
            stop_requested: false,
            session_id: Some("a"),
            may_stop: Some(true),
        };
        let cases = [
            ("the second look", seen, (Verdict::Stop, 2)),
            ("the first look", Viewed { looks: 0, ..seen }, (Verdict::Grace, 1)),
            ("too soon", Viewed { since_last: GRACE - 1, ..seen }, (Verdict::Grace, 1)),
            ("once more", Viewed { looks: 2, ..seen }, (Verdict::Stop, 3)),
            ("on its way", Viewed { looks: 2, stop_requested: true, ..seen }, (Verdict::Stopping, 2)),
            ("allowed", Viewed { allowed: true, ..seen }, (Verdict::Fine, 0)),
            ("the owner", Viewed { is_owner: true, ..seen }, (Verdict::Fine, 0)),
            ("played as it is", Viewed { converts_video: false, ..seen }, (Verdict::Fine, 0)),
            ("a smaller file", Viewed { source: Some(Quality::FullHd), ..seen }, (Verdict::Fine, 0)),
            ("a file nobody knows", Viewed { source: None, ..seen }, (Verdict::Fine, 0)),
            (
                "no Plex Pass",
                Viewed { may_stop: Some(false), ..seen },
                (Verdict::Helpless(CannotStop::PlexPassMissing), 2),
            ),
            (
                "no session id",
                Viewed { session_id: None, ..seen },
                (Verdict::Helpless(CannotStop::NoSessionId), 2),
            ),
            ("no session id, first", Viewed { session_id: None, looks: 0, ..seen }, (Verdict::Grace, 1)),
        ];
        for (what, viewed, expected) in cases {
            assert_eq!(judge(&viewed), expected, "{what}");
        }
    }
}
