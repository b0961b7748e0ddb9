//! Formats: XML and JSON of the same thing, odd names, pictures.

use crate::person::Person;
use pum_testkit::fake_plex::FakePlex;
use reqwest::{Method, StatusCode};

async fn xml(person: &Person, path: &str) -> (StatusCode, String) {
    let mut request = person.request(Method::GET, path).build().expect("a request");
    request.headers_mut().insert("accept", "*/*".parse().expect("a header"));
    let answer = reqwest::Client::new().execute(request).await.expect("an answer");
    (answer.status(), answer.text().await.expect("a body"))
}

#[tokio::test]
async fn v2_answers_xml_unless_json_is_asked_for() {
    let plex = FakePlex::start().await;
    let owner = Person::owner(&plex);
    let (_, text) = xml(&owner, "/api/v2/user").await;
    assert!(text.contains("<user ") && text.contains("<feature id=\"pass\"/>"), "{text}");
    assert!(text.contains("homeAdmin=\"0\"") && text.contains("subscriptionDescription=\"\""), "{text}");
    assert_eq!(owner.get("/api/v2/user").await.1["homeAdmin"], false);

    let (status, text) = xml(&Person::nobody(&plex), "/api/v2/user").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let (code, message) = (r#"code="1001""#, r#"message="User could not be authenticated""#);
    assert!(text.contains("<errors><error ") && text.contains(code) && text.contains(message), "{text}");
}

#[tokio::test]
async fn a_place_is_told_in_both_formats_and_only_of_public_addresses() {
    let plex = FakePlex::start().await;
    let owner = Person::owner(&plex);
    let (_, text) = xml(&owner, "/api/v2/geoip?ip_address=198.51.100.7").await;
    assert!(text.contains("<location ") && text.contains("country=\"Sweden\""), "{text}");
    assert!(text.contains("european_union_member=\"Unknown\""), "{text}");
    assert_eq!(owner.get("/api/v2/geoip?ip_address=203.0.113.20").await.1["city"], "Vienna");
    assert_eq!(owner.get("/api/v2/geoip?ip_address=192.168.1.40").await.0, StatusCode::NOT_FOUND);
    assert_eq!(owner.get("/api/v2/geoip?ip_address=nowhere").await.0, StatusCode::BAD_REQUEST);
    let nobody = Person::nobody(&plex).get("/api/v2/geoip?ip_address=203.0.113.20").await;
    assert_eq!(nobody.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn v1_stays_xml_whatever_is_asked_for() {
    let plex = FakePlex::start().await;
    let owner = Person::owner(&plex);
    let answer = owner.send(Method::GET, "/api/users/").await;
    assert_eq!(answer.headers()["content-type"], "application/xml; charset=utf-8");
    let (_, account) = owner.get("/users/account.json").await;
    assert_eq!(account["user"]["id"], plex.owner());
}

#[tokio::test]
async fn hostile_names_travel_safely_through_both_formats() {
    let plex = FakePlex::start().await;
    let name = "<img src=x onerror=\"a&b\">\u{202e}\u{1b}[31m'=cmd";
    let id = plex.add_account("mallory");
    plex.world(|world| world.accounts.get_mut(&id).expect("mallory").title = name.to_owned());
    plex.befriend_owner(id);
    let (_, users) = Person::owner(&plex).text("/api/users").await;
    assert!(!users.contains("<img") && !users.contains('\u{1b}'), "{users}");
    assert!(users.contains("&lt;img src=x onerror=&quot;a&amp;b&quot;&gt;\u{202e}[31m"), "{users}");
    assert_eq!(Person::of(&plex, id).get("/api/v2/user").await.1["title"], name);
}

#[tokio::test]
async fn avatars_are_pictures_and_need_no_token() {
    let plex = FakePlex::start().await;
    let owner = plex.owner();
    let thumb = plex.world(|world| world.thumb(&world.accounts[&owner]));
    let answer = reqwest::get(&thumb).await.expect("an answer");
    assert_eq!(answer.headers()["content-type"], "image/png");
    let bytes = answer.bytes().await.expect("a picture");
    assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n") && bytes.ends_with(b"IEND\xaeB`\x82"));
    let (status, _) = Person::nobody(&plex).text("/users/0123456789abcdef/avatar").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}
