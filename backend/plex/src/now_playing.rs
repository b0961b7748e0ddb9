//! What is being watched right now.

use crate::{error::PlexError, media_server::MediaServer, routes::Route, token::Token, tree::Node};

const SESSIONS: Route = "GET /status/sessions";
const WHAT: &str = "a list of sessions";

/// One stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NowPlaying {
    /// Changes with each start of playing; not what stopping takes.
    pub session_key: Option<String>,
    /// What stopping takes; some players have none and cannot be stopped.
    pub session_id: Option<String>,
    /// The item.
    pub rating_key: Option<String>,
    /// `movie`, `episode`, `clip`, `track`, `photo`.
    pub kind: String,
    /// The item's title.
    pub title: String,
    /// Season or album.
    pub parent_title: Option<String>,
    /// Series or artist.
    pub grandparent_title: Option<String>,
    /// The server's number of the viewer; 1 is the owner.
    pub account_id: Option<i64>,
    /// The viewer's name.
    pub account_name: Option<String>,
    /// Position, in milliseconds.
    pub view_offset_ms: Option<i64>,
    /// Length, in milliseconds.
    pub duration_ms: Option<i64>,
    /// Kilobits a second.
    pub bandwidth_kbps: Option<i64>,
    /// On what it plays.
    pub player: Player,
    /// Absent when played as it is.
    pub transcode: Option<Transcode>,
}

/// On what something plays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Player {
    /// What its owner calls it.
    pub title: Option<String>,
    /// The app.
    pub product: Option<String>,
    /// The system.
    pub platform: Option<String>,
    /// `playing`, `paused`, `buffering`.
    pub state: Option<String>,
    /// Its address as the server sees it.
    pub address: Option<String>,
    /// In the server's own network.
    pub local: Option<bool>,
}

/// What is converted on the way; all `copy` is a direct stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transcode {
    /// `copy` or `transcode`.
    pub video_decision: Option<String>,
    /// `copy` or `transcode`.
    pub audio_decision: Option<String>,
    /// The codec of the original, where said.
    pub source_video_codec: Option<String>,
}

impl MediaServer {
    /// What is being watched right now. Only the owner's token may ask.
    ///
    /// # Errors
    /// `Garbage` if the list is shorter than it says.
    pub async fn now_playing(&self, token: &Token) -> Result<Vec<NowPlaying>, PlexError> {
        let request = self.request(SESSIONS, &[])?.token(token).list();
        read_sessions(&self.send(request).await?.tree(WHAT)?)
    }
}

fn read_sessions(root: &Node) -> Result<Vec<NowPlaying>, PlexError> {
    Ok(root.complete(&["Video", "Track", "Photo", "Metadata"], WHAT)?.into_iter().map(read_session).collect())
}

fn read_session(row: &Node) -> NowPlaying {
    let player = row.child(&["Player"]).map(|player| Player {
        title: player.string("title"),
        product: player.string("product"),
        platform: player.string("platform"),
        state: player.string("state"),
        address: player
            .text("remotePublicAddress")
            .or_else(|| player.text("address"))
            .map(|address| address.strip_prefix("::ffff:").unwrap_or(address).to_owned()),
        local: player.flag("local"),
    });
    let session = row.child(&["Session"]);
    NowPlaying {
        session_key: row.string("sessionKey"),
        session_id: session.and_then(|session| session.string("id")),
        rating_key: row.string("ratingKey"),
        kind: row.string("type").unwrap_or_else(|| row.name.to_lowercase()),
        title: row.string("title").unwrap_or_default(),
        parent_title: row.string("parentTitle"),
        grandparent_title: row.string("grandparentTitle"),
        account_id: row.child(&["User"]).and_then(|user| user.int("id")),
        account_name: row.child(&["User"]).and_then(|user| user.string("title")),
        view_offset_ms: row.int("viewOffset"),
        duration_ms: row.int("duration"),
        bandwidth_kbps: session.and_then(|session| session.int("bandwidth")),
        player: player.unwrap_or_default(),
        transcode: row.child(&["TranscodeSession"]).map(|transcode| Transcode {
            video_decision: transcode.string("videoDecision"),
            audio_decision: transcode.string("audioDecision"),
            source_video_codec: transcode.string("sourceVideoCodec"),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_read_alike_in_both_spellings() {
        let json = read_sessions(&Node::read(include_bytes!("../fixtures/sessions.json")).unwrap()).unwrap();
        let xml = read_sessions(&Node::read(include_bytes!("../fixtures/sessions.xml")).unwrap()).unwrap();
        assert_eq!(json, xml);
        let [film, song] = &json[..] else { panic!("two streams") };
        assert_eq!((film.account_id, film.session_id.as_deref()), (Some(1), Some("4u5v6w")));
        assert_eq!(film.player.address.as_deref(), Some("203.0.113.9"));
        assert_eq!(film.transcode.as_ref().unwrap().video_decision.as_deref(), Some("transcode"));
        assert_eq!((song.session_id.as_deref(), song.kind.as_str()), (None, "track"));
    }

    #[test]
    fn nobody_watching_is_an_answer_and_half_a_list_is_none() {
        let sessions = |body: &str| read_sessions(&Node::read(body.as_bytes()).unwrap());
        assert_eq!(sessions(r#"{"MediaContainer":{"size":0}}"#), Ok(Vec::new()));
        assert!(sessions(r#"<MediaContainer size="1"/>"#).is_err());
    }
}
