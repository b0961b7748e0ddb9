//! What is being watched right now.
//!
//! Every field may be missing: players differ in what they tell, and a session that cannot be read whole is
//! still somebody watching.

use crate::{
    error::PlexError,
    media::{Media, playing_media},
    media_server::MediaServer,
    routes::Route,
    token::Token,
    tree::Node,
};

const SESSIONS: Route = "GET /status/sessions";
const WHAT: &str = "a list of sessions";

/// One stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NowPlaying {
    /// Stays while somebody plays one thing after another; starts over with the server. Not what stopping takes.
    pub session_key: Option<String>,
    /// What stopping takes; some players have none and cannot be stopped.
    pub session_id: Option<String>,
    /// The item. Live television has none, or one that no library knows.
    pub rating_key: Option<String>,
    /// `movie`, `episode`, `clip`, `track`, `photo`.
    pub kind: String,
    /// What a clip is, such as `trailer`.
    pub subkind: Option<String>,
    /// Television as it is broadcast.
    pub live: bool,
    /// The item's title.
    pub title: String,
    /// Season or album.
    pub parent_title: Option<String>,
    /// Series or artist.
    pub grandparent_title: Option<String>,
    /// Number of the episode or track.
    pub index: Option<i64>,
    /// Number of the season or disc.
    pub parent_index: Option<i64>,
    /// Of its making.
    pub year: Option<i64>,
    /// The picture's path on the server.
    pub thumb: Option<String>,
    /// The season's or album's.
    pub parent_thumb: Option<String>,
    /// The series' or artist's, which is the one in the shape of a poster.
    pub grandparent_thumb: Option<String>,
    /// The library's number on the server.
    pub library_key: Option<String>,
    /// The library's title.
    pub library_title: Option<String>,
    /// The server's number of the viewer; 1 is the owner, 0 nobody.
    pub account_id: Option<i64>,
    /// The viewer's name.
    pub account_name: Option<String>,
    /// The viewer's picture, an address at Plex.
    pub account_thumb: Option<String>,
    /// Position, in milliseconds.
    pub view_offset_ms: Option<i64>,
    /// Length, in milliseconds. Live television may have none.
    pub duration_ms: Option<i64>,
    /// Kilobits a second that are reserved for it.
    pub bandwidth_kbps: Option<i64>,
    /// `lan`, `wan`, `cellular`.
    pub location: Option<String>,
    /// On what it plays.
    pub player: Player,
    /// What is sent: while something is transcoded not what lies on the server.
    pub media: Option<Media>,
    /// What lies on the server, where the list shows that as well.
    pub original: Option<Media>,
    /// Absent when played as it is.
    pub transcode: Option<Transcode>,
}

/// On what something plays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Player {
    /// The player's own id; stays over sessions.
    pub id: Option<String>,
    /// What its owner calls it.
    pub title: Option<String>,
    /// The app.
    pub product: Option<String>,
    /// The app's version.
    pub version: Option<String>,
    /// The system.
    pub platform: Option<String>,
    /// The system's version.
    pub platform_version: Option<String>,
    /// The machine.
    pub device: Option<String>,
    /// The machine's model.
    pub model: Option<String>,
    /// The quality profile, such as `Generic`.
    pub profile: Option<String>,
    /// `playing`, `paused`, `buffering`.
    pub state: Option<String>,
    /// Its address: in the server's own network the one there, else the one on the internet.
    pub address: Option<String>,
    /// In the server's own network.
    pub local: Option<bool>,
    /// Through Plex's relay.
    pub relayed: Option<bool>,
    /// Encrypted on the way.
    pub secure: Option<bool>,
}

/// What is converted on the way; all `copy` is a direct stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Transcode {
    /// Its name on the server.
    pub key: Option<String>,
    /// `copy` or `transcode`; none without a picture.
    pub video_decision: Option<String>,
    /// `copy` or `transcode`.
    pub audio_decision: Option<String>,
    /// `copy`, `transcode`, or `burn` into the picture; none without subtitles.
    pub subtitle_decision: Option<String>,
    /// The codec of the original, where said.
    pub source_video_codec: Option<String>,
    /// The codec of the original, where said.
    pub source_audio_codec: Option<String>,
    /// The codec that is sent.
    pub video_codec: Option<String>,
    /// The codec that is sent.
    pub audio_codec: Option<String>,
    /// Loudspeakers that are served.
    pub audio_channels: Option<i64>,
    /// What is sent it in.
    pub container: Option<String>,
    /// `dash`, `hls`, `http`.
    pub protocol: Option<String>,
    /// `streaming` or `static`; a download being prepared is no stream.
    pub context: Option<String>,
    /// In pixels, of what is sent.
    pub width: Option<i64>,
    /// In lines, of what is sent.
    pub height: Option<i64>,
    /// Far enough ahead to rest.
    pub throttled: Option<bool>,
    /// Done to the end.
    pub complete: Option<bool>,
    /// How far, in hundredths of a percent.
    pub progress_centi: Option<i64>,
    /// How many times faster than playing, in hundredths.
    pub speed_centi: Option<i64>,
    /// What decodes, such as `vaapi`; none in software.
    pub hardware_decoding: Option<String>,
    /// What encodes, such as `vaapi`; none in software.
    pub hardware_encoding: Option<String>,
    /// All of it in hardware.
    pub hardware_full: Option<bool>,
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
    let (user, session) = (row.child(&["User"]), row.child(&["Session"]));
    let (media, original) = playing_media(row);
    NowPlaying {
        session_key: row.string("sessionKey"),
        session_id: session.and_then(|session| session.string("id")),
        rating_key: row.string("ratingKey"),
        kind: row.string("type").unwrap_or_else(|| row.name.to_lowercase()),
        subkind: row.string("subtype"),
        live: row.flag("live").unwrap_or(false),
        title: row.string("title").unwrap_or_default(),
        parent_title: row.string("parentTitle"),
        grandparent_title: row.string("grandparentTitle"),
        index: row.int("index"),
        parent_index: row.int("parentIndex"),
        year: row.int("year"),
        thumb: row.string("thumb"),
        parent_thumb: row.string("parentThumb"),
        grandparent_thumb: row.string("grandparentThumb"),
        library_key: row.string("librarySectionID"),
        library_title: row.string("librarySectionTitle"),
        account_id: user.and_then(|user| user.int("id")),
        account_name: user.and_then(|user| user.string("title")),
        account_thumb: user.and_then(|user| user.string("thumb")),
        view_offset_ms: row.int("viewOffset"),
        duration_ms: row.int("duration"),
        bandwidth_kbps: session.and_then(|session| session.int("bandwidth")),
        location: session.and_then(|session| session.string("location")),
        player: row.child(&["Player"]).map(read_player).unwrap_or_default(),
        media,
        original,
        transcode: row.child(&["TranscodeSession"]).map(read_transcode),
    }
}

fn read_player(player: &Node) -> Player {
    let local = player.flag("local");
    // To a player at home the server shows its own address on the internet as the public one.
    let places = if local == Some(true) {
        ["address", "remotePublicAddress"]
    } else {
        ["remotePublicAddress", "address"]
    };
    let address = places.iter().find_map(|name| player.text(name));
    Player {
        id: player.string("machineIdentifier"),
        title: player.string("title"),
        product: player.string("product"),
        version: player.string("version"),
        platform: player.string("platform"),
        platform_version: player.string("platformVersion"),
        device: player.string("device"),
        model: player.string("model"),
        profile: player.string("profile"),
        state: player.string("state"),
        address: address.map(|address| address.strip_prefix("::ffff:").unwrap_or(address).to_owned()),
        local,
        relayed: player.flag("relayed"),
        secure: player.flag("secure"),
    }
}

fn read_transcode(transcode: &Node) -> Transcode {
    Transcode {
        key: transcode.string("key"),
        video_decision: transcode.string("videoDecision"),
        audio_decision: transcode.string("audioDecision"),
        subtitle_decision: transcode.string("subtitleDecision"),
        source_video_codec: transcode.string("sourceVideoCodec"),
        source_audio_codec: transcode.string("sourceAudioCodec"),
        video_codec: transcode.string("videoCodec"),
        audio_codec: transcode.string("audioCodec"),
        audio_channels: transcode.int("audioChannels"),
        container: transcode.string("container"),
        protocol: transcode.string("protocol"),
        context: transcode.string("context"),
        width: transcode.int("width"),
        height: transcode.int("height"),
        throttled: transcode.flag("throttled"),
        complete: transcode.flag("complete"),
        progress_centi: transcode.hundredths("progress"),
        speed_centi: transcode.hundredths("speed"),
        hardware_decoding: transcode.string("transcodeHwDecoding"),
        hardware_encoding: transcode.string("transcodeHwEncoding"),
        hardware_full: transcode.flag("transcodeHwFullPipeline"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sessions(body: &str) -> Result<Vec<NowPlaying>, PlexError> {
        read_sessions(&Node::read(body.as_bytes()).unwrap())
    }

    #[test]
    fn sessions_read_alike_in_both_spellings() {
        let json = sessions(include_str!("../fixtures/sessions.json")).unwrap();
        let xml = sessions(include_str!("../fixtures/sessions.xml")).unwrap();
        assert_eq!(json, xml);
        let [film, song] = &json[..] else { panic!("two streams") };
        assert_eq!((film.account_id, film.session_id.as_deref()), (Some(1), Some("4u5v6w")));
        assert_eq!((film.parent_index, film.index, film.year), (Some(1), Some(1), Some(2019)));
        assert_eq!(film.grandparent_thumb.as_deref(), Some("/library/metadata/98/thumb/1700000000"));
        assert_eq!(film.player.address.as_deref(), Some("203.0.113.9"));
        assert_eq!((film.location.as_deref(), film.bandwidth_kbps), (Some("wan"), Some(8_000)));
        let transcode = film.transcode.as_ref().unwrap();
        assert_eq!(transcode.video_decision.as_deref(), Some("transcode"));
        assert_eq!((transcode.speed_centi, transcode.progress_centi), (Some(420), Some(1250)));
        assert_eq!(transcode.hardware_encoding.as_deref(), Some("vaapi"));
        let media = film.media.as_ref().unwrap();
        assert_eq!((media.decision.as_deref(), media.height), (Some("transcode"), Some(1080)));
        assert_eq!(media.video.as_ref().unwrap().codec.as_deref(), Some("h264"));
        assert_eq!((song.session_id.as_deref(), song.kind.as_str()), (None, "track"));
        assert_eq!((&song.transcode, &song.media), (&None, &None));
    }

    #[test]
    fn nobody_watching_is_an_answer_and_half_a_list_is_none() {
        assert_eq!(sessions(r#"{"MediaContainer":{"size":0}}"#), Ok(Vec::new()));
        assert!(sessions(r#"<MediaContainer size="1"/>"#).is_err());
    }

    #[test]
    fn a_session_that_tells_nothing_is_still_one() {
        let bare = NowPlaying { kind: "video".to_owned(), ..NowPlaying::default() };
        assert_eq!(sessions(r#"<MediaContainer size="1"><Video/></MediaContainer>"#), Ok(vec![bare]));
        let odd = r#"{"MediaContainer":{"size":1,"Metadata":[{"sessionKey":7,"live":"1","viewOffset":"x",
            "User":{"id":"0"},"Player":{"state":""},"Session":{},"Media":[],"TranscodeSession":{"speed":-1}}]}}"#;
        let [odd] = &sessions(odd).unwrap()[..] else { panic!("one stream") };
        assert_eq!((odd.session_key.as_deref(), odd.live, odd.view_offset_ms), (Some("7"), true, None));
        assert_eq!((odd.account_id, odd.session_id.as_deref()), (Some(0), None));
        assert_eq!(odd.player.state, None);
    }

    #[test]
    fn at_home_the_players_own_address_counts_elsewhere_the_one_on_the_internet() {
        for (local, expected) in [("1", "192.168.1.20"), ("0", "203.0.113.9"), ("", "203.0.113.9")] {
            let body = format!(
                r#"<MediaContainer size="1"><Video><Player local="{local}" address="::ffff:192.168.1.20" remotePublicAddress="::ffff:203.0.113.9"/></Video></MediaContainer>"#
            );
            assert_eq!(sessions(&body).unwrap()[0].player.address.as_deref(), Some(expected), "{local}");
        }
    }
}
