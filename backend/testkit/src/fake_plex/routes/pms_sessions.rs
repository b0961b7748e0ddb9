//! What is playing on a media server, listening to it, and stopping it.

use super::pms::{here, owner_only};
use super::pms_history::account_number;
use super::pms_items::source;
use crate::fake_plex::call::Call;
use crate::fake_plex::markup::El;
use crate::fake_plex::refusal::Refusal;
use crate::fake_plex::reply::{Body, Reply};
use crate::fake_plex::world::{Library, PlaySession, Server, World};

/// GET /status/sessions
pub fn list(call: &mut Call) -> Result<Reply, Refusal> {
    owner_only(call)?;
    let server = here(call)?;
    let rows: Vec<_> = server.sessions.iter().map(|s| session(call.world, server, s)).collect();
    Ok(Reply::pms(El::new("MediaContainer").attr("size", rows.len()).list(rows)))
}

/// GET /:/eventsource/notifications and /:/websockets/notifications: what follows is not this handler's.
pub fn listen(call: &mut Call) -> Result<Reply, Refusal> {
    owner_only(call)?;
    here(call)?;
    Ok(Reply::new(200, Body::Empty))
}

/// GET or POST /status/sessions/terminate
pub fn terminate(call: &mut Call) -> Result<Reply, Refusal> {
    owner_only(call)?;
    let server = here(call)?;
    if !call.world.accounts.get(&server.owner).is_some_and(|a| a.plex_pass) {
        return Err(Refusal::NotAuthenticated);
    }
    let id = call.request.param("sessionId").unwrap_or_default();
    if id.is_empty() {
        return Err(Refusal::NotAllowed("sessionId is empty".into()));
    }
    let mid = server.machine_identifier.clone();
    call.about = Some(id.clone());
    if !call.world.stop_session(&mid, &id) {
        return Err(Refusal::NotFound);
    }
    Ok(Reply::pms(El::new("MediaContainer").attr("size", 0)))
}

/// What is known of an item, playing or not.
pub(super) fn item(s: &PlaySession, libraries: &[Library]) -> El {
    let tag = match s.kind.as_str() {
        "track" => "Track",
        "photo" => "Photo",
        _ => "Video",
    };
    let library = libraries.iter().find(|l| l.key == s.library_key);
    let item = (s.rating_key > 0).then_some(s.rating_key);
    let thumb = |key: u64| format!("/library/metadata/{key}/thumb/1700000000");
    El::new(tag)
        .attr_if("ratingKey", item.map(|key| key.to_string()))
        .attr_if("key", item.map(|key| format!("/library/metadata/{key}")))
        .attr("type", s.kind.clone())
        .attr_if("subtype", s.subtype.clone())
        .attr("title", s.title.clone())
        .attr_if("parentTitle", s.parent_title.clone())
        .attr_if("grandparentTitle", s.grandparent_title.clone())
        .attr_if("index", s.index)
        .attr_if("parentIndex", s.parent_index)
        .attr_if("year", s.year)
        .attr_if("duration", (s.duration_ms > 0).then_some(s.duration_ms))
        .attr_if("thumb", item.map(thumb))
        .attr_if("parentThumb", item.filter(|_| s.parent_title.is_some()).map(|key| thumb(key + 40_000)))
        .attr_if(
            "grandparentThumb",
            item.filter(|_| s.grandparent_title.is_some()).map(|key| thumb(key + 50_000)),
        )
        .attr_if("librarySectionID", library.map(|l| l.key.to_string()))
        .attr_if("librarySectionTitle", library.map(|l| l.title.clone()))
}

fn session(world: &World, server: &Server, s: &PlaySession) -> El {
    if s.bare {
        return El::new("Video")
            .attr("sessionKey", s.session_key.to_string())
            .attr("type", s.kind.clone())
            .attr("title", s.title.clone());
    }
    let account = world.accounts.get(&s.user);
    let user_id = account_number(server, s.user);
    let user = El::new("User")
        .attr("id", user_id.to_string())
        .attr("title", account.map(|a| a.title.clone()).unwrap_or_default())
        .attr("thumb", account.map(|a| world.thumb(a)).unwrap_or_default())
        .single();
    let player_id =
        if s.player_id.is_empty() { format!("player-{}", s.session_key) } else { s.player_id.clone() };
    let player = El::new("Player")
        .attr("address", s.address.clone())
        .attr("device", s.device.clone())
        .attr("machineIdentifier", player_id)
        .attr("model", "")
        .attr("platform", s.platform.clone())
        .attr("platformVersion", "1")
        .attr("product", s.product.clone())
        .attr("profile", "Generic")
        .attr("remotePublicAddress", s.address.clone())
        .attr("state", s.state.clone())
        .attr("title", s.player.clone())
        .attr("version", "1.0")
        .attr("local", s.location == "lan")
        .attr("relayed", false)
        .attr("secure", true)
        .attr("userID", user_id)
        .single();
    let mut el = item(s, &server.libraries)
        .attr("sessionKey", s.session_key.to_string())
        .attr("viewOffset", s.view_offset_ms);
    if s.live {
        el = el.attr("live", "1");
    }
    el = el.kid(media(s));
    if s.lists_original && s.is_converted() {
        el = el.kid(source(s));
    }
    el = el.kid(user).kid(player);
    if let Some(id) = &s.session_id {
        el = el.kid(
            El::new("Session")
                .attr("id", id.clone())
                .attr("bandwidth", s.bandwidth_kbps)
                .attr("location", s.location.clone())
                .single(),
        );
    }
    if s.is_converted() { el.kid(transcode(s)) } else { el }
}

pub(super) fn width(height: u64) -> u64 {
    height * 16 / 9
}

/// What Plex calls so many lines.
pub(super) fn resolution(height: u64) -> String {
    match height {
        2160.. => "4k".into(),
        0..=480 => "sd".into(),
        lines => lines.to_string(),
    }
}

/// What becomes of the picture: nothing, the same in another box, or another one.
fn decision(s: &PlaySession) -> &'static str {
    match (s.is_converted(), s.transcode_height.is_some() || s.burns_subtitles) {
        (false, _) => "directplay",
        (true, false) => "copy",
        (true, true) => "transcode",
    }
}

/// What is sent: not the source, while something is transcoded.
fn media(s: &PlaySession) -> El {
    let height = s.transcode_height.unwrap_or(s.source_height);
    let decision = decision(s);
    let anew = decision == "transcode";
    let (video, audio) =
        if anew { ("h264", "aac") } else { (s.source_video_codec.as_str(), s.source_audio_codec.as_str()) };
    let sent = s.is_converted().then_some(if anew { "transcode" } else { "copy" });
    let stream = |kind: u64, codec: &str| {
        El::new("Stream")
            .attr("id", s.session_key * 10 + kind)
            .attr("streamType", kind)
            .attr("codec", codec)
            .attr("selected", true)
            .attr_if("decision", sent)
    };
    let mut part = El::new("Part").attr("id", s.rating_key).attr("selected", true).attr("decision", decision);
    if s.source_height > 0 {
        part = part.kid(stream(1, video).attr("height", height).attr("width", width(height)));
    }
    let named = |el: El, language: &str, what: &str| {
        el.attr("language", language).attr("displayTitle", format!("{language} ({})", what.to_uppercase()))
    };
    part = part.kid(named(stream(2, audio).attr("channels", 2), "English", audio));
    if let Some(subtitle) = &s.subtitle {
        part = part.kid(named(stream(3, subtitle), "German", subtitle));
    }
    let media = El::new("Media")
        // The source's number, although the rest is about what is made of it.
        .attr("id", s.rating_key)
        .attr("selected", true)
        .attr("container", if s.is_converted() { "mp4" } else { "mkv" })
        .attr("bitrate", s.bandwidth_kbps)
        .attr("audioCodec", audio);
    if s.source_height == 0 {
        return media.kid(part);
    }
    media
        .attr("height", height)
        .attr("width", width(height))
        .attr("videoCodec", video)
        .attr("videoResolution", resolution(height))
        .kid(part)
}

fn transcode(s: &PlaySession) -> El {
    let anew = decision(s) == "transcode";
    let what = if anew { "transcode" } else { "copy" };
    let height = s.transcode_height.unwrap_or(s.source_height);
    let (video, audio) =
        if anew { ("h264", "aac") } else { (s.source_video_codec.as_str(), s.source_audio_codec.as_str()) };
    let hardware = s.hardware.then_some("vaapi");
    El::new("TranscodeSession")
        .attr("key", format!("/transcode/sessions/t{}", s.session_key))
        .attr("throttled", s.throttled)
        .attr("complete", false)
        .attr("progress", 12.5)
        .attr("speed", 4.2)
        .attr("duration", s.duration_ms)
        .attr("context", "streaming")
        .attr("sourceVideoCodec", s.source_video_codec.clone())
        .attr("sourceAudioCodec", s.source_audio_codec.clone())
        .attr("videoDecision", what)
        .attr("audioDecision", what)
        .attr_if(
            "subtitleDecision",
            s.subtitle.as_ref().map(|_| if s.burns_subtitles { "burn" } else { "copy" }),
        )
        .attr("protocol", "dash")
        .attr("container", "mp4")
        .attr("videoCodec", video)
        .attr("audioCodec", audio)
        .attr("audioChannels", 2)
        .attr("width", width(height))
        .attr("height", height)
        .attr("transcodeHwRequested", true)
        .attr_if("transcodeHwDecoding", hardware)
        .attr_if("transcodeHwEncoding", hardware)
        .attr("transcodeHwFullPipeline", s.hardware)
        .single()
}
