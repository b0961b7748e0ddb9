//! What is playing on a media server, and stopping it.

use super::pms::{here, owner_only};
use crate::fake_plex::call::Call;
use crate::fake_plex::markup::El;
use crate::fake_plex::refusal::Refusal;
use crate::fake_plex::reply::Reply;
use crate::fake_plex::world::{PlaySession, Server, World};

/// GET /status/sessions
pub fn list(call: &mut Call) -> Result<Reply, Refusal> {
    owner_only(call)?;
    let server = here(call)?;
    let rows: Vec<_> = server.sessions.iter().map(|s| session(call.world, server, s)).collect();
    Ok(Reply::pms(El::new("MediaContainer").attr("size", rows.len()).list(rows)))
}

fn session(world: &World, server: &Server, s: &PlaySession) -> El {
    let tag = if s.kind == "track" { "Track" } else { "Video" };
    let library = server.libraries.iter().find(|l| l.key == s.library_key);
    let account = world.accounts.get(&s.user);
    // On the server the owner is always number 1.
    let user_id = if s.user == server.owner { 1 } else { s.user };
    let user = El::new("User")
        .attr("id", user_id.to_string())
        .attr("title", account.map(|a| a.title.clone()).unwrap_or_default())
        .attr("thumb", account.map(|a| world.thumb(a)).unwrap_or_default())
        .single();
    let player = El::new("Player")
        .attr("address", s.address.clone())
        .attr("device", s.platform.clone())
        .attr("machineIdentifier", format!("player-{}", s.session_key))
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
    let mut el = El::new(tag)
        .attr("sessionKey", s.session_key.to_string())
        .attr("ratingKey", s.rating_key.to_string())
        .attr("key", format!("/library/metadata/{}", s.rating_key))
        .attr("type", s.kind.clone())
        .attr("title", s.title.clone())
        .attr_if("parentTitle", s.parent_title.clone())
        .attr_if("grandparentTitle", s.grandparent_title.clone())
        .attr("duration", s.duration_ms)
        .attr("viewOffset", s.view_offset_ms)
        .attr("thumb", format!("/library/metadata/{}/thumb/1", s.rating_key))
        .attr("librarySectionID", s.library_key.to_string())
        .attr("librarySectionTitle", library.map(|l| l.title.clone()).unwrap_or_default())
        .kid(media(s))
        .kid(user)
        .kid(player);
    if let Some(id) = &s.session_id {
        el = el.kid(
            El::new("Session")
                .attr("id", id.clone())
                .attr("bandwidth", s.bandwidth_kbps)
                .attr("location", s.location.clone())
                .single(),
        );
    }
    match s.transcode_height {
        Some(height) => el.kid(transcode(s, height)),
        None => el,
    }
}

fn width(height: u64) -> u64 {
    height * 16 / 9
}

fn media(s: &PlaySession) -> El {
    // While transcoding these describe what is sent, not the source.
    let height = s.transcode_height.unwrap_or(s.source_height);
    let decision = if s.transcode_height.is_some() { "transcode" } else { "directplay" };
    let stream = |kind: u64, codec: &'static str| {
        El::new("Stream")
            .attr("id", s.session_key * 10 + kind)
            .attr("streamType", kind)
            .attr("codec", codec)
            .attr("selected", true)
            .attr_if("decision", s.transcode_height.map(|_| "transcode"))
    };
    El::new("Media")
        .attr("id", s.session_key)
        .attr("selected", true)
        .attr("container", "mkv")
        .attr("height", height)
        .attr("width", width(height))
        .attr("bitrate", s.bandwidth_kbps)
        .attr("videoCodec", "h264")
        .attr("audioCodec", "aac")
        .attr("videoResolution", height.to_string())
        .kid(
            El::new("Part")
                .attr("id", s.session_key)
                .attr("selected", true)
                .attr("decision", decision)
                .kid(stream(1, "h264"))
                .kid(stream(2, "aac")),
        )
}

fn transcode(s: &PlaySession, height: u64) -> El {
    El::new("TranscodeSession")
        .attr("key", format!("/transcode/sessions/t{}", s.session_key))
        .attr("throttled", false)
        .attr("complete", false)
        .attr("progress", 12.5)
        .attr("speed", 4.2)
        .attr("duration", s.duration_ms)
        .attr("context", "streaming")
        .attr("sourceVideoCodec", "hevc")
        .attr("sourceAudioCodec", "eac3")
        .attr("videoDecision", "transcode")
        .attr("audioDecision", "transcode")
        .attr("protocol", "dash")
        .attr("container", "mp4")
        .attr("videoCodec", "h264")
        .attr("audioCodec", "aac")
        .attr("audioChannels", 2)
        .attr("width", width(height))
        .attr("height", height)
        .attr("transcodeHwRequested", true)
        .attr("transcodeHwFullPipeline", false)
        .single()
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
    let server = call.world.servers.get_mut(&mid).ok_or(Refusal::NotFound)?;
    let before = server.sessions.len();
    server.sessions.retain(|s| s.session_id.as_deref() != Some(id.as_str()));
    if server.sessions.len() == before {
        return Err(Refusal::NotFound);
    }
    Ok(Reply::pms(El::new("MediaContainer").attr("size", 0)))
}
