//! What the server says of a session, in the words of streams. Every field may be missing: players differ in
//! what they tell, and whoever tells little is watching all the same.

use pum_domain::PlexId;
use pum_domain::stream::continuity::PlayKey;
use pum_domain::stream::conversion::{Conversion, PartDecision, decision, reason};
use pum_domain::stream::quality::{Picture, Quality, quality};
use pum_domain::stream::{StreamKind, StreamLocation, StreamState};
use pum_domain::text::clean_name;
use pum_plex::{Media, MediaStream, NowPlaying, Transcode};
use pum_store::streams::{Delivery, Item, OpenStream, Player, Viewer};

use super::details::{Details, Part, Running};

/// On a server its owner is number 1, and nobody in particular number 0.
const OWNER: i64 = 1;
const NOBODY: i64 = 0;

/// A session of the server's list.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) key: PlayKey,
    pub(crate) state: StreamState,
    pub(crate) position_ms: Option<i64>,
    pub(crate) viewer: Viewer,
    pub(crate) item: Item,
    pub(crate) player: Player,
    pub(crate) delivery: Delivery,
    pub(crate) converts_video: bool,
    /// The rung of the file, as far as known.
    pub(crate) source: Option<Quality>,
}

/// Whether the picture is converted, so that the list describes what is sent and the file has to be looked up.
pub(crate) fn hides_its_source(playing: &NowPlaying) -> bool {
    let Some(transcode) = &playing.transcode else { return false };
    conversion(transcode, playing.media.as_ref(), None).converts_video()
}

/// Reads a session. `original` is the version that is being converted, as it lies on the server; where it could not
/// be had the list may show it too. Nothing comes of a download that is being prepared: nobody watches it.
pub(crate) fn read(playing: &NowPlaying, owner: PlexId, original: Option<&Media>) -> Option<Session> {
    let transcode = playing.transcode.as_ref();
    if transcode.and_then(|transcode| transcode.context.as_deref()) == Some("static") {
        return None;
    }
    let viewer = viewer(playing, owner);
    let item = item(playing);
    let hides = hides_its_source(playing);
    let listed = if hides { playing.original.as_ref() } else { playing.media.as_ref() };
    let stored = original.or(listed);
    let source = stored.and_then(rung);
    let sent = sent_rung(playing).or(if hides { None } else { source });
    let conversion = transcode.map(|transcode| Conversion {
        quality: (source, sent),
        ..conversion(transcode, playing.media.as_ref(), stored)
    });
    let key = PlayKey {
        session: playing.session_key.clone().unwrap_or_default(),
        item: item_key(item.rating_key.as_deref(), &item.title),
        player: playing.player.id.clone().unwrap_or_default(),
        account: viewer.account_id.map(|id| id.0),
    };
    let delivery = Delivery {
        session_id: playing.session_id.clone(),
        address: playing.player.address.as_deref().map(clean_name),
        location: location(playing),
        decision: Some(decision(conversion.as_ref())),
        transcode_reason: conversion.as_ref().map(|conversion| reason(conversion).to_string()),
        source_quality: source.map(|rung| rung.to_string()),
        stream_quality: sent.map(|rung| rung.to_string()),
        bandwidth_kbps: playing
            .bandwidth_kbps
            .or(playing.media.as_ref().and_then(|media| media.bitrate_kbps))
            .filter(|kbps| *kbps >= 0),
        details: details(playing, stored).to_text(),
    };
    // What is broadcast has no beginning to count a position from.
    let position_ms = playing.view_offset_ms.filter(|_| item.kind != StreamKind::Live);
    let player = &playing.player;
    Some(Session {
        key,
        state: state(player.state.as_deref()),
        position_ms,
        viewer,
        player: Player {
            title: some_name(player.title.as_deref()),
            product: some_name(player.product.as_deref()),
            platform: some_name(player.platform.as_deref()),
            device: some_name(player.device.as_deref().or(player.model.as_deref())),
        },
        delivery,
        converts_video: conversion.is_some_and(|conversion| conversion.converts_video()),
        source,
        item,
    })
}

/// The key of a stream that is written down, as its session's would be.
pub(crate) fn key_of(stream: &OpenStream) -> PlayKey {
    PlayKey {
        session: stream.session_key.clone().unwrap_or_default(),
        item: item_key(stream.rating_key.as_deref(), &stream.title),
        player: stream.player_id.clone().unwrap_or_default(),
        account: stream.account_id.map(|id| id.0),
    }
}

/// Live television may have no number; then its title tells it from the next thing.
fn item_key(rating_key: Option<&str>, title: &str) -> String {
    rating_key.map_or_else(|| format!("title {title}"), str::to_owned)
}

fn viewer(playing: &NowPlaying, owner: PlexId) -> Viewer {
    let account_id = match playing.account_id {
        None | Some(NOBODY) => None,
        Some(OWNER) => Some(owner),
        Some(id) => Some(PlexId(id)),
    };
    Viewer { account_id, name: playing.account_name.as_deref().map(clean_name).unwrap_or_default() }
}

fn item(playing: &NowPlaying) -> Item {
    let number = |n: Option<i64>| n.and_then(|n| i32::try_from(n).ok());
    let kind = kind(playing);
    let poster = match kind {
        StreamKind::Episode | StreamKind::Track => {
            playing.grandparent_thumb.as_ref().or(playing.parent_thumb.as_ref()).or(playing.thumb.as_ref())
        }
        _ => playing.thumb.as_ref().or(playing.parent_thumb.as_ref()).or(playing.grandparent_thumb.as_ref()),
    };
    Item {
        kind,
        rating_key: playing.rating_key.clone(),
        title: clean_name(&playing.title),
        parent_title: some_name(playing.parent_title.as_deref()),
        grandparent_title: some_name(playing.grandparent_title.as_deref()),
        season_number: number(playing.parent_index),
        episode_number: number(playing.index),
        year: number(playing.year),
        library_key: playing.library_key.as_deref().and_then(|key| key.parse().ok()),
        library_title: some_name(playing.library_title.as_deref()),
        thumb: poster.cloned(),
        duration_ms: playing.duration_ms.filter(|length| *length > 0),
    }
}

fn kind(playing: &NowPlaying) -> StreamKind {
    if playing.live {
        return StreamKind::Live;
    }
    match playing.kind.as_str() {
        "movie" => StreamKind::Movie,
        "episode" => StreamKind::Episode,
        "track" => StreamKind::Track,
        "photo" => StreamKind::Photo,
        "clip" | "trailer" => StreamKind::Clip,
        _ => StreamKind::Other,
    }
}

/// A player that does not say what it does is playing: it is in the list of what plays.
fn state(said: Option<&str>) -> StreamState {
    match said {
        Some("paused") => StreamState::Paused,
        Some("buffering") => StreamState::Buffering,
        _ => StreamState::Playing,
    }
}

fn location(playing: &NowPlaying) -> Option<StreamLocation> {
    let said = playing.location.as_deref().and_then(|said| said.parse().ok());
    said.or(match playing.player.local {
        Some(true) => Some(StreamLocation::Lan),
        Some(false) => Some(StreamLocation::Wan),
        None => None,
    })
}

fn conversion<'a>(
    transcode: &'a Transcode,
    sent: Option<&'a Media>,
    stored: Option<&'a Media>,
) -> Conversion<'a> {
    let from = transcode.source_video_codec.as_deref();
    Conversion {
        video: part_decision(transcode.video_decision.as_deref()),
        audio: part_decision(transcode.audio_decision.as_deref()),
        subtitle: part_decision(transcode.subtitle_decision.as_deref()),
        video_codec: (
            from.or(stored.and_then(|media| media.video_codec.as_deref())),
            transcode.video_codec.as_deref().or(sent.and_then(|media| media.video_codec.as_deref())),
        ),
        quality: (None, None),
    }
}

fn part_decision(said: Option<&str>) -> Option<PartDecision> {
    match said {
        Some("directplay") => Some(PartDecision::Copy),
        said => said.and_then(|said| said.parse().ok()),
    }
}

fn rung(media: &Media) -> Option<Quality> {
    let video = media.video.as_ref();
    quality(Picture {
        width: media.width.or(video.and_then(|video| video.width)),
        height: media.height.or(video.and_then(|video| video.height)),
        resolution: media.resolution.as_deref(),
    })
}

fn sent_rung(playing: &NowPlaying) -> Option<Quality> {
    let transcode = playing.transcode.as_ref();
    let size = transcode.and_then(|transcode| {
        quality(Picture { width: transcode.width, height: transcode.height, resolution: None })
    });
    size.or_else(|| playing.media.as_ref().and_then(rung))
}

fn details(playing: &NowPlaying, stored: Option<&Media>) -> Details {
    let (transcode, sent) = (playing.transcode.as_ref(), playing.media.as_ref());
    let said = |of: fn(&Transcode) -> &Option<String>| transcode.and_then(|found| of(found).clone());
    let in_list = |of: fn(&Media) -> &Option<String>| sent.and_then(|found| of(found).clone());
    let in_file = |of: fn(&Media) -> &Option<String>| stored.and_then(|found| of(found).clone());
    let part = |from: Option<String>, to: Option<String>, decision: Option<String>| {
        let decision = part_decision(decision.as_deref());
        // What is sent as it is has the same format before and after, whichever of the two is known.
        let (from, to) = match decision {
            Some(PartDecision::Transcode | PartDecision::Burn) => (from, to),
            _ => (from.clone().or(to.clone()), to.or(from)),
        };
        (from.is_some() || to.is_some()).then_some(Part { from, to, decision, ..Part::default() })
    };
    let named = |part: Part, stream: Option<&MediaStream>| Part {
        language: some_name(stream.and_then(|stream| stream.language.as_deref())),
        title: some_name(stream.and_then(|stream| stream.display_title.as_deref())),
        ..part
    };
    let sound = sent.and_then(|media| media.audio.as_ref());
    let channels = (transcode.and_then(|transcode| transcode.audio_channels))
        .or(sound.and_then(|sound| sound.channels))
        .or(sent.and_then(|media| media.audio_channels));
    let copied = |decision: Option<String>| decision.or_else(|| Some("copy".to_owned()));
    Details {
        video: part(
            said(|t| &t.source_video_codec).or(in_file(|m| &m.video_codec)),
            said(|t| &t.video_codec).or(in_list(|m| &m.video_codec)),
            copied(said(|t| &t.video_decision)),
        ),
        audio: part(
            said(|t| &t.source_audio_codec).or(in_file(|m| &m.audio_codec)),
            said(|t| &t.audio_codec).or(in_list(|m| &m.audio_codec)),
            copied(said(|t| &t.audio_decision)),
        )
        .map(|part| named(Part { channels, ..part }, sound)),
        subtitle: sent.and_then(|media| media.subtitle.as_ref()).map(|subtitle| {
            let said = transcode.and_then(|t| t.subtitle_decision.as_deref());
            let decision = part_decision(said.or(subtitle.decision.as_deref()));
            named(Part { from: subtitle.codec.clone(), decision, ..Part::default() }, Some(subtitle))
        }),
        container: part(
            in_file(|m| &m.container),
            said(|t| &t.container).or(in_list(|m| &m.container)),
            Some(if transcode.is_some() { "transcode" } else { "copy" }.to_owned()),
        ),
        transcode: transcode.map(|transcode| Running {
            speed_tenths: transcode.speed_centi.map(|centi| centi / 10),
            throttled: transcode.throttled,
            hardware: transcode.hardware_encoding.clone().or(transcode.hardware_decoding.clone()),
        }),
    }
}

fn some_name(name: Option<&str>) -> Option<String> {
    name.map(clean_name).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use pum_plex::Player as PlexPlayer;

    const OLIVIA: PlexId = PlexId(77);

    fn read_as(shape: impl FnOnce(&mut NowPlaying)) -> Option<Session> {
        let mut playing = NowPlaying { kind: "movie".to_owned(), ..NowPlaying::default() };
        shape(&mut playing);
        read(&playing, OLIVIA, None)
    }

    #[test]
    fn the_owner_goes_by_their_own_number_and_nobody_by_none() {
        let account = |id| read_as(|playing| playing.account_id = id).expect("a session").viewer.account_id;
        assert_eq!(account(Some(1)), Some(OLIVIA));
        assert_eq!(account(Some(5_001)), Some(PlexId(5_001)));
        assert_eq!((account(Some(0)), account(None)), (None, None));
    }

    #[test]
    fn every_kind_is_known_and_whatever_is_live_is_live() {
        let kind = |said: &str, live| {
            let session = read_as(|playing| (playing.kind, playing.live) = (said.to_owned(), live));
            session.expect("a session").item.kind
        };
        let cases = [
            ("movie", StreamKind::Movie),
            ("episode", StreamKind::Episode),
            ("track", StreamKind::Track),
            ("photo", StreamKind::Photo),
            ("clip", StreamKind::Clip),
            ("video", StreamKind::Other),
        ];
        for (said, expected) in cases {
            assert_eq!(kind(said, false), expected, "{said}");
        }
        assert_eq!(kind("episode", true), StreamKind::Live);
    }

    #[test]
    fn a_session_that_tells_nothing_is_somebody_watching() {
        let bare = read_as(|_| {}).expect("a session");
        assert_eq!((bare.state, bare.position_ms, bare.source), (StreamState::Playing, None, None));
        assert_eq!(bare.delivery.decision.map(|decision| decision.as_str()), Some("direct_play"));
        assert!(!bare.converts_video);
        let live = read_as(|playing| (playing.live, playing.view_offset_ms) = (true, Some(5)));
        assert_eq!(live.expect("a session").position_ms, None);
    }

    #[test]
    fn a_download_that_is_being_prepared_is_no_stream() {
        let context = |context: &str| {
            read_as(|playing| {
                let context = Some(context.to_owned());
                playing.transcode = Some(Transcode { context, ..Transcode::default() });
            })
        };
        assert!(context("static").is_none());
        assert!(context("streaming").is_some());
    }

    #[test]
    fn while_it_is_converted_the_file_tells_the_source_and_the_list_what_is_sent() {
        let film = NowPlaying {
            kind: "movie".to_owned(),
            media: Some(Media {
                id: Some(2),
                resolution: Some("720".to_owned()),
                width: Some(1280),
                height: Some(720),
                video_codec: Some("h264".to_owned()),
                ..Media::default()
            }),
            transcode: Some(Transcode {
                video_decision: Some("transcode".to_owned()),
                audio_decision: Some("copy".to_owned()),
                source_video_codec: Some("hevc".to_owned()),
                video_codec: Some("h264".to_owned()),
                ..Transcode::default()
            }),
            player: PlexPlayer { local: Some(false), ..PlexPlayer::default() },
            ..NowPlaying::default()
        };
        assert!(hides_its_source(&film));
        let unknown = read(&film, OLIVIA, None).expect("a session");
        assert_eq!((unknown.source, unknown.converts_video), (None, true));
        let original = Media { resolution: Some("4k".to_owned()), ..Media::default() };
        let known = read(&film, OLIVIA, Some(&original)).expect("a session");
        assert_eq!(known.source, Some(Quality::FourK));
        let delivery = &known.delivery;
        assert_eq!(delivery.source_quality.as_deref(), Some("4k"));
        assert_eq!(delivery.stream_quality.as_deref(), Some("720p"));
        assert_eq!(delivery.transcode_reason.as_deref(), Some("quality"));
        assert_eq!(delivery.location, Some(StreamLocation::Wan));
        let details = Details::from_text(delivery.details.as_deref());
        let video = details.video.expect("a picture");
        assert_eq!((video.from.as_deref(), video.to.as_deref()), (Some("hevc"), Some("h264")));
    }
}
