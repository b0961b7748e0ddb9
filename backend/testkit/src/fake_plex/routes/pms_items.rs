//! Items as they lie on the server, whatever is being made of them while they play, and their pictures.

use super::avatar::identicon;
use super::pms::{here, visitor};
use crate::fake_plex::call::Call;
use crate::fake_plex::markup::El;
use crate::fake_plex::refusal::Refusal;
use crate::fake_plex::reply::{Body, Reply};
use crate::fake_plex::world::PlaySession;

/// GET /library/metadata/{}
pub fn item(call: &mut Call) -> Result<Reply, Refusal> {
    visitor(call)?;
    let key = call.number(0)?;
    let server = here(call)?;
    // What plays tells what it is; anything else within a library is a film in full HD.
    let played = server.sessions.iter().find(|s| s.rating_key == key).cloned();
    let played = played.or_else(|| {
        let library = server.libraries.iter().find(|l| l.key == key / 100_000)?;
        let title = format!("{} {}", library.title, key % 100_000);
        (key % 100_000 <= library.items).then(|| PlaySession {
            title,
            rating_key: key,
            library_key: library.key,
            ..PlaySession::default()
        })
    });
    let played = played.filter(|s| s.rating_key > 0).ok_or(Refusal::NotFound)?;
    let row = super::pms_sessions::item(&played, &server.libraries).kid(source(&played));
    Ok(Reply::pms(El::new("MediaContainer").attr("size", 1).list([row])))
}

/// The file as it lies on the server.
pub(super) fn source(s: &PlaySession) -> El {
    let stream = |kind: u64, codec: &str| {
        El::new("Stream").attr("id", s.rating_key * 10 + kind).attr("streamType", kind).attr("codec", codec)
    };
    El::new("Media")
        .attr("id", s.rating_key)
        .attr("container", "mkv")
        .attr("height", s.source_height)
        .attr("width", super::pms_sessions::width(s.source_height))
        .attr("bitrate", s.bandwidth_kbps)
        .attr("videoCodec", s.source_video_codec.clone())
        .attr("audioCodec", s.source_audio_codec.clone())
        .attr("videoResolution", super::pms_sessions::resolution(s.source_height))
        .kid(
            El::new("Part")
                .attr("id", s.rating_key)
                .kid(stream(1, &s.source_video_codec).attr("height", s.source_height))
                .kid(stream(2, &s.source_audio_codec).attr("channels", 6)),
        )
}

/// GET /library/metadata/{}/thumb/{}
pub fn thumb(call: &mut Call) -> Result<Reply, Refusal> {
    visitor(call)?;
    Ok(Reply::new(200, Body::Png(identicon(&call.text(0)))))
}

/// GET /photo/:/transcode: the picture at another size, which here is always the same.
pub fn scaled(call: &mut Call) -> Result<Reply, Refusal> {
    visitor(call)?;
    let url = call.request.param("url").unwrap_or_default();
    let sized = ["width", "height"]
        .iter()
        .all(|side| call.request.param(side).and_then(|n| n.parse::<u32>().ok()).is_some_and(|n| n > 0));
    if !sized || !url.starts_with("/library/metadata/") {
        return Err(Refusal::Malformed("url, width and height are needed".into()));
    }
    Ok(Reply::new(200, Body::Png(identicon(&url))))
}
