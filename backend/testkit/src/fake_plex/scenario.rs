//! The worlds a fake can start with.

use super::world::{PastPlay, PlaySession, Urls, Who, World};
use serde_json::{Value, json};

/// A world to start with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Scenario {
    /// An owner and a server "Aurora" with three libraries; nobody else.
    Empty,
    /// What `just demo` shows: friends, a Home, people to invite, things playing.
    Demo,
}

/// The owner's token in every scenario, so that a demo survives a restart of the fakes.
pub const OWNER_TOKEN: &str = "demoOwnerToken000001";

impl std::str::FromStr for Scenario {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        <Self as clap::ValueEnum>::from_str(name, true)
    }
}

impl Scenario {
    /// Builds the world.
    pub fn world(self, urls: Urls) -> World {
        let mut world = World::default();
        world.slots = vec![None; urls.servers.len()];
        world.urls = urls;
        let owner = world.add_account("olivia");
        if let Some(owner) = world.accounts.get_mut(&owner) {
            owner.title = "Olivia Owens".into();
            owner.plex_pass = true;
        }
        match self {
            Self::Empty => {
                world.register_token(OWNER_TOKEN, owner, None);
                let libraries = [("Movies", "movie", 120), ("TV Shows", "show", 45), ("Kids", "movie", 30)];
                add_aurora(&mut world, owner, &libraries);
            }
            Self::Demo => demo(&mut world, owner),
        }
        world
    }

    /// What a script needs to know about a world: owner, tokens, servers, accounts.
    pub fn describe(self, world: &World) -> Value {
        let owner = world.tokens.get(OWNER_TOKEN).map(|grant| grant.account);
        let servers = world.slots.iter().enumerate().filter_map(|(slot, mid)| {
            let server = world.servers.get(mid.as_ref()?)?;
            Some(json!({
                "name": server.name, "url": world.urls.servers.get(slot),
                "machine_identifier": server.machine_identifier,
            }))
        });
        let accounts = world.accounts.values().map(|a| json!({
            "id": a.id, "username": a.username, "title": a.title, "email": a.email, "restricted": a.restricted,
        }));
        json!({
            "owner": { "id": owner, "token": OWNER_TOKEN },
            "servers": servers.collect::<Vec<_>>(),
            "accounts": accounts.collect::<Vec<_>>(),
        })
    }
}

/// The machine identifier of "Aurora", the same at every start.
pub const AURORA: &str = "a0f0ca11ab1ea0f0ca11ab1ea0f0ca11ab1e0001";

/// Adds a server under a fixed machine identifier, so that a demo recognises it after a restart.
fn add_aurora(world: &mut World, owner: u64, libraries: &[(&str, &str, u64)]) {
    let random = world.add_server(owner, "Aurora", libraries);
    if let Some(mut server) = world.servers.remove(&random) {
        server.machine_identifier = AURORA.to_owned();
        for library in &mut server.libraries {
            library.uuid = format!("a0f0ca11-0000-4000-8000-{:012}", library.key);
        }
        world.servers.insert(AURORA.to_owned(), server);
    }
    for slot in &mut world.slots {
        if slot.as_deref() == Some(&random) {
            *slot = Some(AURORA.to_owned());
        }
    }
}

fn person(world: &mut World, username: &str, title: &str) -> u64 {
    let id = world.add_account(username);
    if let Some(account) = world.accounts.get_mut(&id) {
        account.title = title.to_owned();
    }
    id
}

/// Shares "Aurora" in a scenario; the names are our own, so a refusal is a mistake in this file.
#[expect(clippy::expect_used, reason = "a scenario that refuses itself is a mistake in this file")]
fn share(world: &mut World, user: u64, titles: &[&str], accept: bool) {
    let id = world.share_titles(AURORA, Who::Id(user), titles).expect("the scenario's share");
    if accept {
        world.accept_share(user, id).expect("the scenario's acceptance");
    }
}

fn demo(world: &mut World, owner: u64) {
    world.register_token(OWNER_TOKEN, owner, None);
    let libraries = [
        ("Movies", "movie", 1284),
        ("TV Shows", "show", 213),
        ("Kids", "movie", 167),
        ("Documentaries", "movie", 88),
        ("Music", "artist", 402),
        ("4K Movies", "movie", 96),
    ];
    add_aurora(world, owner, &libraries);
    world.accounts.entry(owner).and_modify(|a| a.email = "olivia@example.com".into());

    let everyday = ["Movies", "TV Shows"];
    let friends: [(&str, &str, &[&str]); 8] = [
        ("mia.berger", "Mia Berger", &everyday),
        ("jonas", "Jonas Weiß", &["Movies", "TV Shows", "4K Movies"]),
        ("sofia_r", "Sofía Romero", &["Movies", "Kids"]),
        ("tobi", "Tobias Lang", &[]),
        ("amara", "Amara Okafor", &["Documentaries", "Music"]),
        ("liam.k", "Liam Keane", &everyday),
        ("yuki", "Yuki Tanaka", &["Movies"]),
        ("noor", "Noor Haddad", &["TV Shows", "Kids"]),
    ];
    let mut ids = Vec::new();
    for (username, title, titles) in friends {
        let id = person(world, username, title);
        world.befriend(owner, id);
        share(world, id, titles, true);
        ids.push(id);
    }
    // A friend without a share, and one who has not accepted yet.
    let ex = person(world, "pavel", "Pavel Novák");
    world.befriend(owner, ex);
    let waiting = person(world, "greta", "Greta Lind");
    share(world, waiting, &everyday, false);

    let partner = person(world, "sam", "Sam Owens");
    world.add_to_home(owner, partner);
    share(world, partner, &[], true);
    let child = world.add_managed_user(owner, "Robin");
    share(world, child, &["Kids"], true);

    // Two of them share back; their servers have no address here.
    let beacon = world.add_server(ids[1], "Beacon", &[("Filme", "movie", 40), ("Serien", "show", 12)]);
    let harbour = world.add_server(ids[5], "Harbour", &[("Films", "movie", 71)]);
    for slot in world.slots.iter_mut().skip(1) {
        *slot = None;
    }
    for mid in [beacon, harbour] {
        // Friends, so it is accepted at once; a refusal would only mean nobody shares back.
        let _ = world.share_titles(&mid, Who::Id(owner), &[]);
    }

    for (username, title) in [
        ("anna", "Anna Vogt"),
        ("ben", "Ben Fischer"),
        ("chloe", "Chloé Martin"),
        ("david", "David Osei"),
        ("elif", "Elif Yılmaz"),
    ] {
        person(world, username, title);
    }
    let unconfirmed = person(world, "felix", "Felix Brandt");
    world.accounts.entry(unconfirmed).and_modify(|a| a.confirmed = false);

    let sessions = vec![
        session(1, ids[0], "movie", "The Long Way North", None, (3, 42), None),
        session(2, ids[1], "movie", "Tidewater", None, (6, 7), Some(1080)),
        session(3, owner, "episode", "Low Season", Some("Harbour Lights"), (2, 11), None),
    ];
    for session in sessions {
        world.begin_session(AURORA, session);
    }
    world.config.plays_by_the_wall = true;
    remember_evenings(world, &ids);
}

/// What the server remembers of the last weeks: an evening here and there, by whoever has the libraries.
fn remember_evenings(world: &mut World, people: &[u64]) {
    let now = world.now();
    let mut rows = Vec::new();
    for day in (0..60_i64).rev() {
        for (place, user) in (0_i64..).zip(people) {
            // Some watch daily, some hardly ever, the last ones not any more.
            if day % (place + 1) != 0 || day < place * 3 {
                continue;
            }
            let number = u64::try_from(day % 20).unwrap_or(0) + 1;
            rows.push(PastPlay {
                user: *user,
                title: format!("Movies {number}"),
                rating_key: 100_000 + number,
                viewed_at: now - day * 86_400_000 - place * 1_800_000,
                ..PastPlay::default()
            });
        }
    }
    rows.sort_by_key(|row| row.viewed_at);
    world.add_history(AURORA, rows);
}

/// Something playing; `place` is the library's key and the item's number in it.
fn session(
    number: u64,
    user: u64,
    kind: &str,
    title: &str,
    show: Option<&str>,
    place: (u64, u64),
    transcode_height: Option<u64>,
) -> PlaySession {
    let source_height = if place.0 == 6 { 2160 } else { 1080 };
    PlaySession {
        session_key: number,
        session_id: Some(format!("session{number}")),
        user,
        kind: kind.to_owned(),
        title: title.to_owned(),
        parent_title: show.map(|_| "Season 1".to_owned()),
        grandparent_title: show.map(str::to_owned),
        parent_index: show.map(|_| 1),
        index: show.map(|_| place.1),
        library_key: place.0,
        rating_key: place.0 * 100_000 + place.1,
        view_offset_ms: 600_000 * number,
        address: format!("203.0.113.{}", 20 + number),
        bandwidth_kbps: 8_000 + 1_000 * number,
        source_height,
        source_video_codec: if source_height > 1080 { "hevc" } else { "h264" }.to_owned(),
        transcode_height,
        hardware: transcode_height.is_some(),
        autoplay: true,
        ..PlaySession::default()
    }
}
