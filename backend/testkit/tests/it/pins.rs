//! Signing in with a PIN, as a browser and a server do it together.

use crate::person::Person;
use pum_testkit::fake_plex::FakePlex;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;

async fn create(person: &Person) -> Value {
    let (status, body) = person.call(Method::POST, "/api/v2/pins?strong=true", json!({})).await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    serde_json::from_str(&body).expect("a PIN")
}

#[tokio::test]
async fn a_strong_pin_gives_its_token_once_somebody_has_signed_in() {
    let plex = FakePlex::start().await;
    let anna = plex.add_account("anna");
    let browser = Person::nobody(&plex);

    let pin = create(&browser).await;
    assert_eq!(pin["code"].as_str().map(str::len), Some(25));
    // Whole seconds that are left: the first may be over by the time of the answer.
    assert!(matches!(pin["expiresIn"].as_i64(), Some(1795..=1800)), "{pin}");
    assert_eq!(pin["authToken"], Value::Null);
    let path = format!("/api/v2/pins/{}", pin["id"]);
    assert_eq!(browser.get(&path).await.1["authToken"], Value::Null);

    plex.sign_in(pin["code"].as_str().expect("a code"), anna);
    let (_, polled) = browser.get(&path).await;
    let token = polled["authToken"].as_str().expect("a token");
    let (_, account) = Person::with(&plex, token).get("/api/v2/user").await;
    assert_eq!(account["id"], anna);
    assert_eq!(browser.get(&path).await.1["authToken"], token, "a second poll gives the same");
}

#[tokio::test]
async fn the_link_code_is_short_and_lives_half_as_long() {
    let plex = FakePlex::start().await;
    let (_, body) = Person::nobody(&plex).call(Method::POST, "/api/v2/pins", json!({})).await;
    let pin: Value = serde_json::from_str(&body).expect("a PIN");
    assert_eq!(pin["code"].as_str().map(str::len), Some(4));
    assert!(matches!(pin["expiresIn"].as_i64(), Some(895..=900)), "{pin}");
}

#[tokio::test]
async fn foreign_unknown_and_expired_pins_look_the_same() {
    let plex = FakePlex::start().await;
    let browser = Person::nobody(&plex);
    let pin = create(&browser).await;
    let path = format!("/api/v2/pins/{}", pin["id"]);

    for (who, path) in [(&browser.client(Some("another")), path.as_str()), (&browser, "/api/v2/pins/17")] {
        let (status, body) = who.get(path).await;
        assert_eq!((status, &body["errors"][0]["code"]), (StatusCode::NOT_FOUND, &json!(1020)));
    }
    plex.advance(Duration::from_secs(1799));
    assert_eq!(browser.get(&path).await.0, StatusCode::OK, "a second before the end");
    plex.advance(Duration::from_secs(1));
    let (status, body) = browser.get(&path).await;
    assert_eq!((status, &body["errors"][0]["code"]), (StatusCode::NOT_FOUND, &json!(1020)));
}

#[tokio::test]
async fn v2_wants_a_client_identifier_in_header_or_query() {
    let plex = FakePlex::start().await;
    let nameless = Person::owner(&plex).client(None);
    let (status, body) = nameless.get("/api/v2/user").await;
    assert_eq!((status, &body["errors"][0]["code"]), (StatusCode::BAD_REQUEST, &json!(1000)));
    assert_eq!(nameless.get("/api/v2/user?X-Plex-Client-Identifier=q").await.0, StatusCode::OK);
    assert_eq!(nameless.text("/api/users").await.0, StatusCode::OK, "v1 does not ask for it");
}

#[tokio::test]
async fn a_browser_may_create_and_poll_pins_from_any_page() {
    let plex = FakePlex::start().await;
    let browser = Person::nobody(&plex);
    let preflight = browser
        .request(Method::OPTIONS, "/api/v2/pins?strong=true")
        .header("origin", "https://pum.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "x-plex-client-identifier,x-plex-product")
        .send()
        .await
        .expect("an answer");
    assert_eq!(preflight.status(), StatusCode::NO_CONTENT);
    let allowed = preflight.headers()["access-control-allow-headers"].to_str().expect("text").to_owned();
    assert!(allowed.contains("x-plex-client-identifier"), "{allowed}");
    assert_eq!(preflight.headers()["access-control-allow-origin"], "*");
    let poll = browser.send(Method::GET, "/api/v2/pins/17").await;
    assert_eq!(poll.headers()["access-control-allow-origin"], "*", "also on refusals");
}

#[tokio::test]
async fn polling_too_fast_is_refused_when_the_world_says_so() {
    let plex = FakePlex::start().await;
    plex.world(|world| world.config.pin_poll_gap_ms = 1000);
    let browser = Person::nobody(&plex);
    let path = format!("/api/v2/pins/{}", create(&browser).await["id"]);
    assert_eq!(browser.get(&path).await.0, StatusCode::OK);
    plex.advance(Duration::from_millis(1001));
    assert_eq!(browser.get(&path).await.0, StatusCode::OK);
    plex.world(|world| world.config.pin_poll_gap_ms = 3_600_000);
    let (status, body) = browser.get(&path).await;
    assert_eq!((status, &body["errors"][0]["code"]), (StatusCode::TOO_MANY_REQUESTS, &json!(1003)));
}

#[tokio::test]
async fn managed_users_cannot_sign_in() {
    let plex = FakePlex::start().await;
    let owner = plex.owner();
    let child = plex.world(|world| world.add_managed_user(owner, "Robin"));
    let pin = create(&Person::nobody(&plex)).await;
    let body = json!({ "code": pin["code"], "account": child });
    let (status, words) = Person::nobody(&plex).call(Method::POST, "/_fake/sign-in", body).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
}

#[tokio::test]
async fn signing_out_ends_this_token_only() {
    let plex = FakePlex::start().await;
    let anna = plex.add_account("anna");
    let (phone, laptop) = (Person::of(&plex, anna), Person::of(&plex, anna));
    assert_eq!(phone.send(Method::DELETE, "/api/v2/users/signout").await.status(), StatusCode::NO_CONTENT);
    assert_eq!(phone.get("/api/v2/user").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(laptop.get("/api/v2/user").await.0, StatusCode::OK);
}

#[tokio::test]
async fn the_sign_in_page_needs_nothing_from_elsewhere() {
    let plex = FakePlex::start().await;
    let origin = plex.auth_url().strip_suffix("/auth").expect("an address that ends in /auth").to_owned();
    let visitor = Person::nobody(&plex).at(&origin);
    let (status, page) = visitor.text("/auth").await;
    assert_eq!(status, StatusCode::OK);
    assert!(!page.contains("://"), "{page}");
    for part in ["/auth/page.js", "/auth/page.css"] {
        assert!(page.contains(part), "{part}");
        assert_eq!(visitor.text(part).await.0, StatusCode::OK);
    }
    assert_eq!(visitor.text("/auth/").await.0, StatusCode::OK, "with a slash as well");
}
