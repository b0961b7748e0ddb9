//! Where somebody who is watching is.

use pum_app::streams::Watcher;
use pum_domain::Permission;
use pum_testkit::fake_plex::{Fault, PlaySession};
use pum_testkit::{Browser, TestApp};
use serde_json::Value;

use super::app_with;

/// Somebody plays something from this address; returns the path that tells where that is.
async fn play_from(
    (app, watcher): (&TestApp, &mut Watcher),
    admin: &Browser,
    viewer: u64,
    address: &str,
) -> (u64, String) {
    let session = PlaySession { address: address.to_owned(), ..PlaySession::movie(viewer, "Tidewater") };
    let key = app.plex.play(session);
    app.watch_on(watcher, 1).await;
    let now = admin.get("/api/v1/streams").await.expect(200);
    let card = now["items"].as_array().expect("streams").iter().find(|card| card["address"] == address);
    (key, format!("/api/v1/streams/{}/place", card.expect("a card")["id"].as_str().expect("an id")))
}

async fn can_be_located(admin: &Browser) -> Value {
    admin.get("/api/v1/streams").await.expect(200)["items"][0]["address_is_public"].clone()
}

#[tokio::test]
async fn the_place_of_an_address_is_asked_of_plex_once_a_day() {
    let (app, priya) = app_with("priya").await;
    let admin = app.sign_in_with(&[Permission::StreamsView]).await;
    let (_, path) = play_from((&app, &mut app.watcher()), &admin, priya, "203.0.113.20").await;
    assert_eq!(can_be_located(&admin).await, true);
    for _ in 0..2 {
        let place = admin.get(&path).await.expect(200);
        assert_eq!(
            (place["country"].as_str(), place["country_code"].as_str()),
            (Some("Austria"), Some("AT"))
        );
        assert_eq!((place["region"].as_str(), place["city"].as_str()), (Some("Vienna"), Some("Vienna")));
        assert_eq!(
            (place["time_zone"].as_str(), place["postal_code"].as_str()),
            (Some("Europe/Vienna"), Some("1010"))
        );
        assert_eq!(place["address"], "203.0.113.20");
    }
    let calls = app.plex.calls_of("geoip");
    assert_eq!(calls.len(), 1, "asked twice, looked up once");
    assert_eq!((calls[0].query.as_str(), calls[0].token_in_query), ("ip_address=203.0.113.20", false));
    app.seconds_pass(24 * 3600 + 1);
    let admin = app.sign_in_with(&[Permission::StreamsView]).await;
    admin.get(&path).await.expect(200);
    assert_eq!(app.plex.calls_of("geoip").len(), 2, "a day later");
}

#[tokio::test]
async fn half_a_place_is_told_as_far_as_it_is_known() {
    let (app, priya) = app_with("priya").await;
    let admin = app.sign_in_as_admin().await;
    let (_, path) = play_from((&app, &mut app.watcher()), &admin, priya, "198.51.100.7").await;
    let place = admin.get(&path).await.expect(200);
    assert_eq!(
        (place["country"].as_str(), &place["city"], &place["region"]),
        (Some("Sweden"), &Value::Null, &Value::Null)
    );
}

#[tokio::test]
async fn plex_is_asked_about_no_address_of_a_home_and_about_nothing_that_is_over() {
    let (app, priya) = app_with("priya").await;
    let admin = app.sign_in_as_admin().await;
    let mut watcher = app.watcher();
    for address in
        ["192.168.1.40", "100.64.3.2", "fd12::1", "127.0.0.1", "8.8.8.8:32400", "x&ip_address=8.8.8.8"]
    {
        let (key, path) = play_from((&app, &mut watcher), &admin, priya, address).await;
        assert_eq!(can_be_located(&admin).await, false, "{address}");
        admin.get(&path).await.expect_problem(409, "address_not_public");
        app.plex.end_play(key);
        app.watch_on(&mut watcher, 2).await;
        admin.get(&path).await.expect_problem(409, "stream_ended");
    }
    admin.get("/api/v1/streams/999999/place").await.expect_problem(404, "not_found");
    assert!(app.plex.calls_of("geoip").is_empty());
}

#[tokio::test]
async fn what_plex_does_not_know_is_said_and_remembered_and_its_trouble_is_not() {
    let (app, priya) = app_with("priya").await;
    let admin = app.sign_in_as_admin().await;
    let (_, path) = play_from((&app, &mut app.watcher()), &admin, priya, "2001:4860:4860::8888").await;
    app.plex.fault(Fault::Status { status: 503, retry_after: None }.on("geoip").times(1));
    admin.get(&path).await.expect_problem(502, "plex_unreachable");
    for _ in 0..2 {
        admin.get(&path).await.expect_problem(409, "place_unknown");
    }
    assert_eq!(app.plex.calls_of("geoip").len(), 2, "the trouble, and one true answer");
}
