//! The media server: who gets in, and what they see.

use crate::person::Person;
use pum_testkit::fake_plex::{FakePlex, PlaySession, Scenario, Start};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn a_guest_comes_in_with_the_shares_token_and_sees_its_libraries_only() {
    let plex = FakePlex::start().await;
    let anna = plex.add_account("anna");
    plex.share(anna, &["Kids"], true);
    let url = plex.server(0).url().to_owned();
    let account = Person::of(&plex, anna);
    let (status, page) = account.at(&url).text("/library/sections").await;
    assert_eq!((status, page.contains("<h1>401 Unauthorized</h1>")), (StatusCode::UNAUTHORIZED, true));

    let (_, resources) = account.get("/api/v2/resources").await;
    let token = resources[0]["accessToken"].as_str().expect("a token");
    assert_eq!(resources[0]["owned"], false);
    let guest = Person::with(&plex, token).at(&url);
    let (_, sections) = guest.get("/library/sections").await;
    assert_eq!(sections["MediaContainer"]["Directory"].as_array().map(Vec::len), Some(1));
    for path in ["/accounts", "/status/sessions", "/library"] {
        assert_eq!(guest.text(path).await.0, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(guest.text("/library/sections/1/all").await.0, StatusCode::NOT_FOUND, "Movies are not shared");
    let share = plex.shares_of(anna)[0].id;
    Person::owner(&plex).send(Method::DELETE, &format!("/api/v2/shared_servers/{share}")).await;
    assert_eq!(guest.text("/library/sections").await.0, StatusCode::UNAUTHORIZED, "the share has ended");
}

#[tokio::test]
async fn the_owners_server_token_opens_the_server_and_not_plex_tv() {
    let plex = FakePlex::start().await;
    let (_, resources) = Person::owner(&plex).get("/api/v2/resources").await;
    let token = resources[0]["accessToken"].as_str().expect("a token").to_owned();
    assert_ne!(token, plex.owner_token());
    let holder = Person::with(&plex, &token);
    assert_eq!(holder.at(plex.server(0).url()).text("/accounts").await.0, StatusCode::OK);
    assert_eq!(holder.get("/api/v2/user").await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn counting_asks_for_a_container_of_size_zero() {
    let plex = FakePlex::start().await;
    let owner = Person::owner(&plex).at(plex.server(0).url());
    let request = owner.request(Method::GET, "/library/sections/1/all").header("x-plex-container-size", "0");
    let answer: Value = request.send().await.expect("an answer").json().await.expect("JSON");
    assert_eq!(answer["MediaContainer"]["totalSize"], 120);
    assert_eq!(answer["MediaContainer"].get("Metadata"), None, "an empty list drops its key");
    let (_, page) =
        owner.get("/library/sections/1/all?X-Plex-Container-Start=110&X-Plex-Container-Size=50").await;
    assert_eq!(page["MediaContainer"]["size"], 10);
}

#[tokio::test]
async fn another_server_can_answer_at_the_same_address() {
    let plex = FakePlex::start().await;
    let before = plex.server(0).machine_identifier().to_owned();
    plex.world(|world| world.swap_server(0));
    let visitor = Person::owner(&plex).at(plex.server(0).url());
    let (_, identity) = visitor.get("/identity").await;
    assert_ne!(identity["MediaContainer"]["machineIdentifier"], json!(before));
    assert_eq!(
        visitor.text("/library/sections").await.0,
        StatusCode::UNAUTHORIZED,
        "the token is worth nothing"
    );
}

#[tokio::test]
async fn stopping_needs_the_session_id_and_a_plex_pass() {
    let plex = FakePlex::start().await;
    let (owner, anna) = (plex.owner(), plex.add_account("anna"));
    let mid = plex.server(0).machine_identifier().to_owned();
    let session: PlaySession = serde_json::from_value(json!({
        "session_key": 7, "session_id": "s7", "user": anna, "kind": "movie", "title": "Tidewater",
        "library_key": 1, "rating_key": 100_001, "duration_ms": 60_000, "view_offset_ms": 0, "state": "playing",
        "player": "Phone", "product": "Plex for iOS", "platform": "iOS", "address": "203.0.113.9",
        "location": "wan", "bandwidth_kbps": 4000, "source_height": 1080,
    }))
    .expect("a session");
    plex.world(|world| {
        let mut own = session.clone();
        (own.session_key, own.session_id, own.user) = (8, None, owner);
        world.servers.get_mut(&mid).expect("Aurora").sessions = vec![session, own];
    });
    let admin = Person::owner(&plex).at(plex.server(0).url());
    let (_, list) = admin.get("/status/sessions").await;
    let rows = &list["MediaContainer"]["Metadata"];
    assert_eq!(rows[0]["User"]["id"], anna.to_string());
    assert_eq!(rows[0]["Session"]["id"], "s7", "a single object, not a list");
    assert_eq!(
        (&rows[1]["User"]["id"], rows[1].get("Session")),
        (&json!("1"), None),
        "the owner is number 1"
    );

    let stop = |query: &str| format!("/status/sessions/terminate?{query}");
    assert_eq!(admin.text(&stop("reason=x")).await.0, StatusCode::FORBIDDEN);
    assert_eq!(admin.text(&stop("sessionId=7")).await.0, StatusCode::NOT_FOUND, "the key is not the id");
    plex.world(|world| world.accounts.get_mut(&owner).expect("the owner").plex_pass = false);
    assert_eq!(admin.text(&stop("sessionId=s7")).await.0, StatusCode::UNAUTHORIZED);
    plex.world(|world| world.accounts.get_mut(&owner).expect("the owner").plex_pass = true);
    assert_eq!(admin.text(&stop("sessionId=s7")).await.0, StatusCode::OK);
    assert_eq!(admin.get("/status/sessions").await.1["MediaContainer"]["size"], 1);
}

#[tokio::test]
async fn the_demo_is_the_same_at_every_start() {
    let demo = || FakePlex::start_with(Start { scenario: Scenario::Demo, ports: Default::default() });
    let (first, second) = (demo().expect("a port"), demo().expect("a port"));
    let who = |plex: &FakePlex| plex.describe()["accounts"].clone();
    assert_eq!(who(&first), who(&second));
    let faces =
        |plex: &FakePlex| plex.world(|w| w.accounts.values().map(|a| a.uuid.clone()).collect::<Vec<_>>());
    assert_eq!(faces(&first), faces(&second));
    assert_eq!(first.server(0).machine_identifier(), second.server(0).machine_identifier());
    assert_eq!(first.owner_token(), second.owner_token());
    assert_ne!(first.server(0).url(), second.server(0).url());
}
