//! What is played on the fakes' media server, seen by PUM's own client: it moves only when it is told to.

use std::time::Duration;

use crate::person::Person;
use crate::real_client::{client, quick};
use pum_plex::{HistoryQuery, MediaServer, NowPlaying, PlexError, StopOutcome, Token};
use pum_testkit::fake_plex::{FakePlex, Fault, PastPlay, PlaySession};
use reqwest::StatusCode;

const MINUTE: u64 = 60_000;

struct Scene {
    plex: FakePlex,
    server: MediaServer,
    owner: Token,
}

impl Scene {
    async fn new() -> Self {
        let plex = FakePlex::start().await;
        let url = plex.server(0).url().parse().expect("an address");
        let server = client(&plex).media_servers(quick()).at(&url).expect("a server");
        let owner = Token::new(plex.owner_token());
        Self { plex, server, owner }
    }

    async fn now(&self) -> Vec<NowPlaying> {
        self.server.now_playing(&self.owner).await.expect("sessions")
    }

    async fn only(&self) -> NowPlaying {
        let mut list = self.now().await;
        assert_eq!(list.len(), 1, "{list:?}");
        list.remove(0)
    }

    fn minutes(&self, minutes: u64) {
        self.plex.advance(Duration::from_secs(minutes * 60));
    }

    async fn past(&self, query: HistoryQuery) -> Vec<(String, i64)> {
        let page = self.server.play_history(&self.owner, &query).await.expect("history");
        page.plays.into_iter().map(|play| (play.title, play.viewed_at.timestamp())).collect()
    }
}

#[tokio::test]
async fn positions_move_with_the_worlds_clock_while_something_plays() {
    let scene = Scene::new().await;
    let key = scene.plex.play(PlaySession::movie(scene.plex.owner(), "Tidewater"));
    let place = async || (scene.only().await.view_offset_ms, scene.only().await.player.state);
    let is = |minutes: i64, state: &str| (Some(minutes * 60_000), Some(state.to_owned()));
    assert_eq!(place().await, is(0, "playing"));
    scene.minutes(5);
    assert_eq!(place().await, is(5, "playing"));
    scene.plex.pause(key);
    scene.minutes(30);
    assert_eq!(place().await, is(5, "paused"));
    scene.plex.seek(key, 20 * MINUTE);
    scene.plex.resume(key);
    scene.minutes(1);
    assert_eq!(place().await, is(21, "playing"));
    scene.plex.buffer(key);
    scene.minutes(1);
    assert_eq!(place().await, is(21, "buffering"));
    scene.plex.end_play(key);
    assert!(scene.now().await.is_empty());
    assert!(scene.plex.history().is_empty(), "a quarter of a film is nothing the server remembers");
}

#[tokio::test]
async fn the_next_episode_plays_in_the_same_session_and_the_server_remembers_the_last() {
    let scene = Scene::new().await;
    let anna = scene.plex.add_member("anna", &[]);
    let key = scene.plex.play(PlaySession::episode(anna, "Harbour Lights", 1, 4));
    let before = scene.only().await;
    scene.minutes(50);
    let after = scene.only().await;
    assert_eq!((&before.session_key, &before.session_id), (&after.session_key, &after.session_id));
    assert_ne!(before.rating_key, after.rating_key);
    assert_eq!(
        (after.title.as_str(), after.index, after.view_offset_ms),
        ("Episode 5", Some(5), Some(300_000))
    );
    assert_eq!(after.session_key, Some(key.to_string()));
    // 45 of the 50 minutes were the first one's.
    let now = scene.plex.world(|world| world.now());
    let rows = scene.plex.history();
    assert_eq!(rows.iter().map(|row| row.title.as_str()).collect::<Vec<_>>(), ["Episode 4"]);
    assert!((now - 300_000 - rows[0].viewed_at).abs() < 60_000, "finished five minutes ago");
    scene.plex.next_item(key);
    assert_eq!(scene.only().await.title, "Episode 6");
    assert_eq!(scene.plex.history().len(), 1, "the skipped one was not seen");
}

#[tokio::test]
async fn what_is_nearly_over_counts_as_seen_and_pictures_channels_and_trailers_never_do() {
    let scene = Scene::new().await;
    let user = scene.plex.owner();
    for session in [
        PlaySession::movie(user, "Nearly"),
        PlaySession::movie(user, "Half"),
        PlaySession::photo(user, "Beach"),
        PlaySession::live(user, "The news"),
        PlaySession::trailer(user, "Soon"),
        PlaySession::track(user, "A Band", "A Song"),
    ] {
        let offset = if session.title == "Half" { 45 * MINUTE } else { session.duration_ms * 9 / 10 };
        let key = scene.plex.play(session);
        scene.plex.seek(key, offset);
        scene.plex.end_play(key);
    }
    let titles: Vec<_> = scene.plex.history().into_iter().map(|row| row.title).collect();
    assert_eq!(titles, ["Nearly", "A Song"]);
}

#[tokio::test]
async fn every_kind_of_session_is_read_also_such_as_tell_nothing() {
    let scene = Scene::new().await;
    let (owner, anna) = (scene.plex.owner(), scene.plex.add_member("anna", &[]));
    for session in [
        PlaySession {
            address: "::ffff:192.168.1.9".into(),
            location: "lan".into(),
            ..PlaySession::movie(owner, "Film")
        },
        PlaySession::track(anna, "A Band", "A Song"),
        PlaySession::photo(anna, "Beach"),
        PlaySession::live(anna, "The news"),
        PlaySession::trailer(anna, "Soon"),
        PlaySession { bare: true, ..PlaySession::movie(anna, "Bare") },
    ] {
        scene.plex.play(session);
    }
    // Taken off the server while they watch: the list names them all the same.
    scene.plex.unshare(anna);
    let list = scene.now().await;
    let kinds: Vec<_> = list.iter().map(|one| (one.kind.as_str(), one.session_id.is_some())).collect();
    let expected = [
        ("movie", true),
        ("track", false),
        ("photo", true),
        ("episode", true),
        ("clip", true),
        ("movie", false),
    ];
    assert_eq!(kinds, expected);
    assert_eq!((list[0].account_id, list[0].player.address.as_deref()), (Some(1), Some("192.168.1.9")));
    assert_eq!(list[1].account_id, i64::try_from(anna).ok());
    assert_eq!(list[1].account_name.as_deref(), Some("anna"));
    assert_eq!((list[3].live, &list[3].rating_key, list[3].duration_ms), (true, &None, None));
    assert_eq!(list[4].subkind.as_deref(), Some("trailer"));
    assert_eq!((list[5].account_id, &list[5].player.state), (None, &None));
}

#[tokio::test]
async fn the_source_is_with_the_item_while_the_session_tells_what_is_sent() {
    let scene = Scene::new().await;
    let film = PlaySession {
        source_height: 2160,
        source_video_codec: "hevc".into(),
        ..PlaySession::movie(1, "Wide")
    };
    let key = scene.plex.play(film);
    let sent = |one: &NowPlaying| {
        let media = one.media.clone().expect("media");
        (media.resolution.expect("a resolution"), media.decision.expect("a decision"))
    };
    let direct = scene.only().await;
    assert_eq!((sent(&direct), direct.transcode), (("4k".to_owned(), "directplay".to_owned()), None));
    scene.plex.transcode(key, Some(720));
    let less = scene.only().await;
    assert_eq!(sent(&less), ("720".to_owned(), "transcode".to_owned()));
    assert_eq!(less.transcode.as_ref().and_then(|t| t.source_video_codec.as_deref()), Some("hevc"));
    let rating_key = less.rating_key.clone().expect("an item");
    let versions = scene.server.item_media(&scene.owner, &rating_key).await.expect("an item");
    assert_eq!(versions[0].resolution.as_deref(), Some("4k"));
    assert_eq!(versions[0].id, less.media.as_ref().and_then(|media| media.id), "the same version");
    scene.plex.change_play(key, |session| (session.transcode_height, session.repacked) = (None, true));
    let repacked = scene.only().await;
    assert_eq!(sent(&repacked).1, "copy");
    assert_eq!(repacked.transcode.and_then(|t| t.video_decision).as_deref(), Some("copy"));
    assert_eq!(scene.server.item_media(&scene.owner, "999999").await, Err(PlexError::ItemMissing));
}

#[tokio::test]
async fn stopping_ends_a_stream_at_once_or_soon_or_not_at_all() {
    let scene = Scene::new().await;
    let owner = scene.plex.owner();
    let stop = async |id: &str| scene.server.stop_stream(&scene.owner, id, "Bye").await;
    scene.plex.play(PlaySession::movie(owner, "One"));
    let id = scene.only().await.session_id.expect("a session id");
    scene.plex.set_plex_pass(owner, false);
    assert_eq!(stop(&id).await, Ok(StopOutcome::PlexPassMissing));
    assert_eq!(scene.server.root(&scene.owner).await.map(|root| root.can_stop_streams()), Ok(Some(false)));
    scene.plex.set_plex_pass(owner, true);
    assert_eq!(scene.server.root(&scene.owner).await.map(|root| root.can_stop_streams()), Ok(Some(true)));
    assert_eq!(stop("nonsense").await, Ok(StopOutcome::NoSuchSession));
    assert_eq!(stop(&id).await, Ok(StopOutcome::Done));
    assert!(scene.now().await.is_empty());

    scene.plex.world(|world| world.config.stopped_lingers_ms = 5_000);
    scene.plex.play(PlaySession::movie(owner, "Two"));
    let id = scene.only().await.session_id.expect("a session id");
    assert_eq!(stop(&id).await, Ok(StopOutcome::Done));
    assert_eq!(scene.now().await.len(), 1, "still listed");
    scene.plex.advance(Duration::from_secs(6));
    assert!(scene.now().await.is_empty());

    scene.plex.play(PlaySession { ignores_stop: true, ..PlaySession::movie(owner, "Three") });
    let id = scene.only().await.session_id.expect("a session id");
    assert_eq!(stop(&id).await, Ok(StopOutcome::Done));
    scene.minutes(1);
    assert_eq!(scene.only().await.view_offset_ms, Some(60_000), "it plays on");
}

#[tokio::test]
async fn a_restarted_server_counts_from_one_again() {
    let scene = Scene::new().await;
    let anna = scene.plex.add_member("anna", &[]);
    scene.plex.play(PlaySession::movie(scene.plex.owner(), "Mine"));
    scene.plex.play(PlaySession::movie(anna, "Hers"));
    let before = scene.now().await;
    scene.plex.restart_server(true);
    let after = scene.now().await;
    let who = |list: &[NowPlaying]| {
        list.iter()
            .map(|one| (one.session_key.clone().unwrap_or_default(), one.title.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(who(&before), [("1".to_owned(), "Mine".to_owned()), ("2".to_owned(), "Hers".to_owned())]);
    assert_eq!(who(&after), [("1".to_owned(), "Hers".to_owned()), ("2".to_owned(), "Mine".to_owned())]);
    assert!(after.iter().all(|one| before.iter().all(|other| other.session_id != one.session_id)));
    scene.plex.restart_server(false);
    assert!(scene.now().await.is_empty());
}

#[tokio::test]
async fn those_who_listen_hear_of_every_change_as_often_as_is_said() {
    let scene = Scene::new().await;
    let mut notifications = scene.server.notifications(&scene.owner).await.expect("notifications");
    let key = scene.plex.play(PlaySession::movie(scene.plex.owner(), "Tidewater")).to_string();
    let hint = notifications.next().await.expect("a hint");
    assert_eq!((hint.session_key.as_deref(), hint.state.as_deref()), (Some(key.as_str()), Some("playing")));
    assert_eq!((hint.rating_key.as_deref(), hint.player_id.as_deref()), (Some("100001"), Some("player-1")));
    scene.plex.world(|world| world.config.notify_times = 3);
    scene.minutes(2);
    scene.plex.end_play(1);
    let mut heard = Vec::new();
    for _ in 0..6 {
        let hint = notifications.next().await.expect("a hint");
        heard.push((hint.state.unwrap_or_default(), hint.view_offset_ms.unwrap_or_default()));
    }
    let three = |state: &str| std::iter::repeat_n((state.to_owned(), 120_000), 3);
    assert_eq!(heard, three("playing").chain(three("stopped")).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_connection_that_is_cut_or_silent_is_found_out_and_pings_keep_one_alive() {
    let scene = Scene::new().await;
    scene.plex.world(|world| world.config.ping_ms = 20);
    let open = async || scene.server.notifications(&scene.owner).await.expect("notifications");
    let patience = Duration::from_millis(400);
    let mut alive = open().await.silent_for_at_most(patience);
    assert_eq!(scene.plex.listeners(), 1);
    // Longer than the silence that is borne: only the pings keep it.
    assert!(
        tokio::time::timeout(patience * 3, alive.next()).await.is_err(),
        "nothing to hear, nothing wrong"
    );
    scene.plex.cut_listeners();
    assert_eq!(alive.next().await.unwrap_err().code(), "plex_connection_lost");

    scene.plex.world(|world| world.config.ping_ms = 0);
    let mut silent = open().await.silent_for_at_most(patience);
    assert_eq!(silent.next().await.unwrap_err().code(), "plex_timeout");

    scene.plex.fault(Fault::status(503).on("pms_eventsource").times(1));
    assert_eq!(
        scene.server.notifications(&scene.owner).await.map(drop).unwrap_err().code(),
        "plex_unavailable"
    );
    scene.plex.world(|world| world.config.retired.insert("pms_eventsource".into()));
    assert_eq!(
        scene.server.notifications(&scene.owner).await.map(drop).unwrap_err().code(),
        "plex_route_gone"
    );
}

#[tokio::test]
async fn the_history_comes_in_pages_and_for_one_person() {
    let scene = Scene::new().await;
    let anna = scene.plex.add_member("anna", &[]);
    let owner = scene.plex.owner();
    scene.plex.add_history((0..25_u64).map(|n| PastPlay {
        user: if n % 5 == 0 { owner } else { anna },
        title: n.to_string(),
        library_key: 1 + n % 2,
        viewed_at: 1_700_000_000_000 + i64::try_from(n).unwrap_or(0) * 60_000,
        ..PastPlay::default()
    }));
    let page = |start, size| HistoryQuery { start, size, ..HistoryQuery::default() };
    let whole = scene.server.play_history(&scene.owner, &page(0, 10)).await.expect("history");
    assert_eq!((whole.rows, whole.total), (10, Some(25)));
    assert_eq!(scene.past(page(20, 10)).await.len(), 5);
    assert_eq!(scene.past(page(24, 1)).await[0], ("0".to_owned(), 1_700_000_000));
    assert_eq!(scene.past(page(0, 1)).await[0].0, "24");
    let since = chrono::DateTime::from_timestamp(1_700_000_000 + 23 * 60, 0);
    assert_eq!(scene.past(HistoryQuery { since, ..page(0, 10) }).await.len(), 2, "that minute and later");
    assert_eq!(scene.past(HistoryQuery { account_id: Some(1), ..page(0, 100) }).await.len(), 5);
    let hers =
        HistoryQuery { library_key: Some("2".into()), account_id: i64::try_from(anna).ok(), ..page(0, 100) };
    assert_eq!(scene.past(hers).await.len(), 10);
}

#[tokio::test]
async fn pictures_of_items_need_a_token_and_come_at_a_size() {
    let scene = Scene::new().await;
    let at = scene.plex.server(0).url().to_owned();
    let (owner, nobody) = (Person::owner(&scene.plex).at(&at), Person::nobody(&scene.plex).at(&at));
    let thumb = "/library/metadata/100001/thumb/1700000000";
    let scaled = format!("/photo/:/transcode?width=240&height=360&url={thumb}");
    for path in [thumb, &scaled] {
        assert_eq!(nobody.send(reqwest::Method::GET, path).await.status(), StatusCode::UNAUTHORIZED);
        let picture = owner.send(reqwest::Method::GET, path).await;
        assert_eq!(picture.headers()["content-type"], "image/png");
    }
}
