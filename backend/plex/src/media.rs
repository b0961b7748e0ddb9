//! The versions of an item, and what of one is being sent.

use crate::{error::PlexError, media_server::MediaServer, routes::Route, token::Token, tree::Node};

const ITEM: Route = "GET /library/metadata/{item}";
const WHAT: &str = "an item of a library";

/// One version of an item. In a list of sessions it describes what is *sent*: while something is transcoded
/// that is the outcome, and the original is in [`MediaServer::item_media`] under the same id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Media {
    /// The server's number of the version.
    pub id: Option<i64>,
    /// `mkv`, `mp4`, `mpegts`.
    pub container: Option<String>,
    /// `4k`, `1080`, `720`, `sd`, as Plex calls it; a transcode may say it as a height.
    pub resolution: Option<String>,
    /// In pixels.
    pub width: Option<i64>,
    /// In lines.
    pub height: Option<i64>,
    /// Kilobits a second.
    pub bitrate_kbps: Option<i64>,
    /// `h264`, `hevc`.
    pub video_codec: Option<String>,
    /// `aac`, `truehd`.
    pub audio_codec: Option<String>,
    /// How many loudspeakers.
    pub audio_channels: Option<i64>,
    /// `directplay`, `copy` or `transcode`; only in a list of sessions.
    pub decision: Option<String>,
    /// The picture.
    pub video: Option<MediaStream>,
    /// The chosen sound.
    pub audio: Option<MediaStream>,
    /// The chosen subtitles; most play without.
    pub subtitle: Option<MediaStream>,
}

/// Picture, sound or subtitles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MediaStream {
    /// `h264`, `aac`, `srt`.
    pub codec: Option<String>,
    /// What players show, such as `1080p (H.264)`.
    pub display_title: Option<String>,
    /// Its language in words.
    pub language: Option<String>,
    /// `copy`, `transcode`, `burn`; only while something is converted.
    pub decision: Option<String>,
    /// Kilobits a second.
    pub bitrate_kbps: Option<i64>,
    /// In pixels.
    pub width: Option<i64>,
    /// In lines.
    pub height: Option<i64>,
    /// How many loudspeakers.
    pub channels: Option<i64>,
}

impl MediaServer {
    /// The versions of an item as they lie on the server, whatever is being made of them while they play.
    ///
    /// # Errors
    /// `ItemMissing` if it is gone, or never was in a library, as live television is not.
    pub async fn item_media(&self, token: &Token, rating_key: &str) -> Result<Vec<Media>, PlexError> {
        let request = self.request(ITEM, &[rating_key])?.token(token).server_item();
        read_item(&self.send(request).await?.tree(WHAT)?)
    }
}

fn read_item(root: &Node) -> Result<Vec<Media>, PlexError> {
    let rows = root.complete(&["Video", "Track", "Photo", "Metadata"], WHAT)?;
    let item = rows.first().ok_or(PlexError::ItemMissing)?;
    Ok(item.children(&["Media"]).map(read_media).collect())
}

/// The version that is being played: the one marked so, else the first. Beside it the same version as it lies on the
/// server, for lists that show both: another version of the item would tell nothing about this one.
pub(crate) fn playing_media(row: &Node) -> (Option<Media>, Option<Media>) {
    let Some(playing) = selected(row, &["Media"]) else { return (None, None) };
    let mut others = row.children(&["Media"]).filter(|media| !std::ptr::eq(*media, playing));
    let original = match playing.id("id") {
        Some(id) => others.find(|media| media.id("id") == Some(id)),
        None => others.next().filter(|_| others.next().is_none()),
    };
    (Some(read_media(playing)), original.map(read_media))
}

fn read_media(media: &Node) -> Media {
    let part = selected(media, &["Part"]);
    // Pictures and sound are there whether marked or not; subtitles only count when somebody chose them.
    let stream = |kind: i64, must_be_marked: bool| {
        let streams = || part.into_iter().flat_map(|part| part.children(&["Stream"]));
        let of_kind = || streams().filter(|stream| stream.int("streamType") == Some(kind));
        let marked = of_kind().find(|stream| stream.flag("selected") == Some(true));
        let found = if must_be_marked { marked } else { marked.or_else(|| of_kind().next()) };
        found.map(read_stream)
    };
    Media {
        id: media.id("id"),
        container: media.string("container"),
        resolution: media.string("videoResolution"),
        width: media.int("width"),
        height: media.int("height"),
        bitrate_kbps: media.int("bitrate"),
        video_codec: media.string("videoCodec"),
        audio_codec: media.string("audioCodec"),
        audio_channels: media.int("audioChannels"),
        decision: part.and_then(|part| part.string("decision")),
        video: stream(1, false),
        audio: stream(2, false),
        subtitle: stream(3, true),
    }
}

fn read_stream(stream: &Node) -> MediaStream {
    MediaStream {
        codec: stream.string("codec"),
        display_title: stream.string("displayTitle").or_else(|| stream.string("extendedDisplayTitle")),
        language: stream.string("language"),
        decision: stream.string("decision"),
        bitrate_kbps: stream.int("bitrate"),
        width: stream.int("width"),
        height: stream.int("height"),
        channels: stream.int("channels"),
    }
}

fn selected<'a>(parent: &'a Node, names: &[&str]) -> Option<&'a Node> {
    let marked = parent.children(names).find(|child| child.flag("selected") == Some(true));
    marked.or_else(|| parent.child(names))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_of_an_item_is_read_in_both_spellings() {
        let json = r#"{"MediaContainer":{"size":1,"Metadata":[{"ratingKey":"9","Media":[
            {"id":1,"videoResolution":"1080","height":800,"Part":[{"Stream":[{"streamType":1,"codec":"h264"}]}]},
            {"id":2,"videoResolution":"4k","height":1600,"width":3840,"bitrate":52000,"container":"mkv"}]}]}}"#;
        let xml = r#"<MediaContainer size="1"><Video ratingKey="9">
            <Media id="1" videoResolution="1080" height="800"><Part><Stream streamType="1" codec="h264"/></Part></Media>
            <Media id="2" videoResolution="4k" height="1600" width="3840" bitrate="52000" container="mkv"/>
            </Video></MediaContainer>"#;
        let read = |body: &str| read_item(&Node::read(body.as_bytes()).unwrap()).unwrap();
        assert_eq!(read(json), read(xml));
        let versions = read(json);
        assert_eq!(versions[0].video.as_ref().unwrap().codec.as_deref(), Some("h264"));
        assert_eq!((versions[1].id, versions[1].resolution.as_deref()), (Some(2), Some("4k")));
    }

    #[test]
    fn an_item_without_media_is_no_mistake_and_no_item_is_missing() {
        let read = |body: &str| read_item(&Node::read(body.as_bytes()).unwrap());
        assert_eq!(read(r#"{"MediaContainer":{"size":1,"Metadata":[{"type":"photo"}]}}"#), Ok(Vec::new()));
        assert_eq!(read(r#"<MediaContainer size="0"/>"#), Err(PlexError::ItemMissing));
        assert!(read("{}").is_err());
    }

    #[test]
    fn the_original_beside_what_is_sent_is_of_the_same_version() {
        let original = |others: &str, id: &str| {
            let body = format!(r#"<Video><Media {id} height="720" selected="1"/>{others}</Video>"#);
            let (sent, original) = playing_media(&Node::read(body.as_bytes()).unwrap());
            assert_eq!(sent.unwrap().height, Some(720));
            original.and_then(|media| media.height)
        };
        let (four_k, other) = (r#"<Media id="7" height="2160"/>"#, r#"<Media id="8" height="1080"/>"#);
        let both = format!("{other}{four_k}");
        assert_eq!(original(four_k, r#"id="7""#), Some(2160));
        assert_eq!(original(&both, r#"id="7""#), Some(2160));
        assert_eq!(original(four_k, r#"id="9""#), None, "another version");
        assert_eq!(original(four_k, ""), Some(2160), "the only one it can be");
        assert_eq!(original(&both, ""), None, "one of two");
        assert_eq!(original("", r#"id="7""#), None);
    }

    #[test]
    fn subtitles_count_only_when_chosen() {
        let media = |subtitle: &str| {
            let body = format!(
                r#"<Video><Media><Part><Stream streamType="2" codec="ac3"/><Stream streamType="2" codec="dts" selected="1"/>{subtitle}</Part></Media></Video>"#
            );
            playing_media(&Node::read(body.as_bytes()).unwrap()).0.unwrap()
        };
        assert_eq!(media(r#"<Stream streamType="3" codec="srt"/>"#).subtitle, None);
        let chosen = media(r#"<Stream streamType="3" codec="srt" selected="1" decision="burn"/>"#);
        assert_eq!(chosen.subtitle.unwrap().decision.as_deref(), Some("burn"));
        assert_eq!(chosen.audio.unwrap().codec.as_deref(), Some("dts"));
    }
}
