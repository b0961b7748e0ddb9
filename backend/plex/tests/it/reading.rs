//! Reads: which way they take, what they send along, and what they make of half an answer.

use pum_plex::{PlexError, PlexUserId, SectionId, ShareId, Token};
use wiremock::{
    Mock, ResponseTemplate,
    matchers::{header, method, path},
};

use crate::support::{
    MACHINE, answer, asked, line, media_servers, not_found, ok, owner, page_404, plex, requests, retired,
};

const SHARES_V1: &str = include_str!("../../fixtures/shares_v1.xml");
const SHARES_V2: &str = include_str!("../../fixtures/shares_v2.json");

fn shares_path() -> String {
    format!("/api/servers/{MACHINE}/shared_servers")
}

#[tokio::test]
async fn the_token_and_our_name_travel_in_headers_only() {
    let plex = plex().await;
    answer(&plex.accounts, "GET", "/api/v2/user", ok(include_str!("../../fixtures/user.json"))).await;
    assert_eq!(plex.tv.account(&owner()).await.unwrap().id, PlexUserId(4_200_001));
    let request = &requests(&plex.accounts).await[0];
    assert_eq!(line(request), "GET /api/v2/user");
    assert_eq!(request.headers["x-plex-token"], "ownerTokenAbc1234567");
    assert_eq!(request.headers["x-plex-client-identifier"], "installation-id");
    assert_eq!(request.headers["x-plex-product"], "PUM");
    assert_eq!(request.headers["accept"], "application/json");
}

#[tokio::test]
async fn a_sign_in_is_polled_under_its_own_identity_and_without_a_token() {
    let plex = plex().await;
    Mock::given(method("GET"))
        .and(path("/api/v2/pins/308667304"))
        .and(header("x-plex-client-identifier", "9c1f0e4b7a2d4c55"))
        .respond_with(ok(include_str!("../../fixtures/pin_signed_in.json")))
        .mount(&plex.accounts)
        .await;
    answer(&plex.accounts, "DELETE", "/api/v2/users/signout", ResponseTemplate::new(204)).await;
    let pin = plex.tv.pin_status(308_667_304, "9c1f0e4b7a2d4c55").await.unwrap();
    let token = pin.token.unwrap();
    plex.tv.acting_as("9c1f0e4b7a2d4c55").sign_out(&token).await.unwrap();
    let requests = requests(&plex.accounts).await;
    assert!(!requests[0].headers.contains_key("x-plex-token"));
    assert_eq!(requests[1].headers["x-plex-client-identifier"], "9c1f0e4b7a2d4c55");
    assert_eq!(requests[1].headers["x-plex-token"], "guestTokenXyz1234567");
}

#[tokio::test]
async fn an_unknown_pin_is_missing_not_a_retired_route() {
    let plex = plex().await;
    let expired = r#"{"errors":[{"code":1020,"message":"Code not found or expired","status":404}]}"#;
    answer(&plex.accounts, "GET", "/api/v2/pins/5", ResponseTemplate::new(404).set_body_string(expired))
        .await;
    assert_eq!(plex.tv.pin_status(5, "id").await.unwrap_err(), PlexError::ItemMissing);
}

#[tokio::test]
async fn what_the_browser_is_to_send_and_where_it_is_to_go() {
    let plex = plex().await;
    let request = plex.tv.pin_request("per-sign-in").unwrap();
    assert_eq!(request.method, "POST");
    assert_eq!(request.url, format!("{}/api/v2/pins?strong=true", plex.accounts.uri()));
    let header =
        |name: &str| request.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    assert_eq!(header("Accept"), Some("application/json"));
    assert_eq!(header("X-Plex-Client-Identifier"), Some("per-sign-in"));
    assert_eq!(header("X-Plex-Device-Name"), Some("Attic box"));
    assert_eq!(header("X-Plex-Token"), None);

    let back = "https://pum.example/i/abc?step=2&x=a b".parse().unwrap();
    assert_eq!(
        plex.tv.sign_in_url("per-sign-in", "c0de", Some(&back)),
        "https://app.plex.tv/auth#?clientID=per-sign-in&code=c0de\
         &forwardUrl=https%3A%2F%2Fpum.example%2Fi%2Fabc%3Fstep%3D2%26x%3Da%2520b\
         &context%5Bdevice%5D%5Bproduct%5D=PUM&context%5Bdevice%5D%5BdeviceName%5D=Attic%20box\
         &context%5Bdevice%5D%5Bplatform%5D=Linux&context%5Bdevice%5D%5Bversion%5D=0.1.0"
    );
    assert!(asked(&plex.accounts).await.is_empty());
}

#[tokio::test]
async fn a_retired_list_is_read_the_other_way_at_once_and_from_then_on() {
    for gone in [retired(), page_404(), not_found()] {
        let plex = plex().await;
        answer(&plex.accounts, "GET", &shares_path(), gone).await;
        answer(&plex.clients, "GET", "/api/v2/shared_servers/owned/accepted", ok(SHARES_V2)).await;
        for _ in 0..3 {
            assert_eq!(plex.tv.shares(&owner(), MACHINE).await.unwrap().len(), 2);
        }
        assert_eq!(asked(&plex.accounts).await.len(), 1, "asked once, then remembered");
        assert_eq!(asked(&plex.clients).await.len(), 3);
    }
}

#[tokio::test]
async fn trouble_is_not_retirement() {
    let plex = plex().await;
    answer(&plex.accounts, "GET", &shares_path(), ResponseTemplate::new(503)).await;
    let error = plex.tv.shares(&owner(), MACHINE).await.unwrap_err();
    assert_eq!(error, PlexError::Unavailable { status: 503, retry_after: None });
    assert!(asked(&plex.clients).await.is_empty());
}

#[tokio::test]
async fn with_both_ways_gone_every_call_still_asks() {
    let plex = plex().await;
    answer(&plex.accounts, "GET", &shares_path(), page_404()).await;
    answer(&plex.clients, "GET", "/api/v2/shared_servers/owned/accepted", page_404()).await;
    for _ in 0..2 {
        assert_eq!(plex.tv.shares(&owner(), MACHINE).await.unwrap_err(), PlexError::RouteGone);
    }
    plex.accounts.reset().await;
    answer(&plex.accounts, "GET", &shares_path(), ok(SHARES_V1)).await;
    assert_eq!(plex.tv.shares(&owner(), MACHINE).await.unwrap().len(), 3);
}

#[tokio::test]
async fn an_empty_newer_list_counts_only_for_a_server_one_owns() {
    let plex = plex().await;
    answer(&plex.clients, "GET", "/api/v2/shared_servers/owned/accepted", ok("[]")).await;
    answer(&plex.clients, "GET", "/api/v2/resources", ok(include_str!("../../fixtures/resources.json")))
        .await;
    assert_eq!(plex.tv.shares(&owner(), MACHINE).await, Ok(Vec::new()));
    assert_eq!(plex.tv.shares(&owner(), "friends-server").await, Err(PlexError::Forbidden));
}

#[tokio::test]
async fn a_list_cut_short_is_garbage_and_never_a_shorter_list() {
    let half = &SHARES_V1[..SHARES_V1.len() / 2];
    let fewer = SHARES_V1.replace("size=\"3\"", "size=\"4\"");
    let page = "<html><body>Welcome to our hotel</body></html>";
    for body in [half, fewer.as_str(), page, "", "null"] {
        let plex = plex().await;
        answer(&plex.accounts, "GET", &shares_path(), ok(body)).await;
        let error = plex.tv.shares(&owner(), MACHINE).await.unwrap_err();
        assert_eq!(error.code(), "plex_garbage", "{body}");
        assert!(error.is_passing());
        assert!(asked(&plex.clients).await.is_empty());
    }
}

#[tokio::test]
async fn pending_invitations_are_found_by_any_of_three_lists() {
    let by_person = "/api/v2/shared_servers/invites/owned/pending";
    let flat = "/api/v2/shared_servers/owned/pending";
    let plex = plex().await;
    answer(&plex.clients, "GET", by_person, ok(include_str!("../../fixtures/pending_by_person.json"))).await;
    let first = plex.tv.sent_invitations(&owner()).await.unwrap();
    plex.clients.reset().await;
    answer(&plex.clients, "GET", by_person, retired()).await;
    answer(&plex.clients, "GET", flat, ok(include_str!("../../fixtures/pending_flat.json"))).await;
    assert_eq!(plex.tv.sent_invitations(&owner()).await.unwrap(), first);
    plex.clients.reset().await;
    answer(
        &plex.accounts,
        "GET",
        "/api/invites/requested",
        ok(include_str!("../../fixtures/pending_v1.xml")),
    )
    .await;
    let older = plex.tv.sent_invitations(&owner()).await.unwrap();
    let people = |list: &[pum_plex::SentInvitation]| {
        list.iter().map(|one| (one.plex_user_id, one.email.clone())).collect::<Vec<_>>()
    };
    assert_eq!(people(&older), people(&first));
}

#[tokio::test]
async fn section_ids_and_home_members_have_a_second_way_too() {
    let plex = plex().await;
    answer(&plex.accounts, "GET", &format!("/api/servers/{MACHINE}"), retired()).await;
    let sections = include_str!("../../fixtures/server_sections.json");
    answer(&plex.accounts, "GET", &format!("/api/v2/servers/{MACHINE}"), ok(sections)).await;
    answer(&plex.accounts, "GET", "/api/v2/home/users", retired()).await;
    answer(&plex.accounts, "GET", "/api/home/users", ok(include_str!("../../fixtures/home_v1.xml"))).await;
    let found = plex.tv.sections(&owner(), MACHINE).await.unwrap();
    assert_eq!(found[0].id, SectionId(118_181_361));
    assert_eq!(plex.tv.home_users(&owner()).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_server_one_does_not_own_is_missing_not_retired() {
    let plex = plex().await;
    answer(&plex.accounts, "GET", &format!("/api/servers/{MACHINE}"), not_found()).await;
    assert_eq!(plex.tv.sections(&owner(), MACHINE).await.unwrap_err(), PlexError::ItemMissing);
    assert_eq!(asked(&plex.accounts).await.len(), 1);
}

#[tokio::test]
async fn users_are_read_whole() {
    let plex = plex().await;
    answer(&plex.accounts, "GET", "/api/users", ok(include_str!("../../fixtures/users.xml"))).await;
    assert_eq!(plex.tv.users(&owner()).await.unwrap().len(), 4);
}

#[tokio::test]
async fn an_account_without_a_home_may_be_told_that_it_must_not_ask() {
    let plex = plex().await;
    let refused = wiremock::ResponseTemplate::new(403);
    answer(&plex.accounts, "GET", "/api/v2/home/users", refused).await;
    assert_eq!(plex.tv.home_users(&owner()).await, Err(PlexError::RouteGone));
    assert_eq!(asked(&plex.accounts).await.len(), 1, "the route itself is not to blame");
}

#[tokio::test]
async fn an_invitation_is_accepted_by_owner_and_server_with_the_invitees_token() {
    let plex = plex().await;
    let received = include_str!("../../fixtures/received.json");
    answer(&plex.clients, "GET", "/api/v2/shared_servers/invites/received/pending", ok(received)).await;
    answer(&plex.clients, "POST", "/api/v2/shared_servers/930002/accept", ok("{}")).await;
    let guest = Token::new("guestTokenXyz1234567");
    let ada = PlexUserId(4_200_001);
    let waiting = plex.tv.received_invitations(&guest).await.unwrap();
    let of =
        |owner, machine: &str| waiting.iter().find(|one| one.is_of(owner, machine)).map(|one| one.share_id);
    assert_eq!(of(ada, MACHINE), Some(ShareId(930_002)));
    assert_eq!(of(ada, "stranger-server"), None);
    assert_eq!(of(PlexUserId(66), MACHINE), None);
    assert_eq!(plex.tv.accept_invitation(&guest, ShareId(930_002)).await, Ok(()));
    let posts: Vec<_> =
        requests(&plex.clients).await.into_iter().filter(|one| one.method == "POST").collect();
    assert_eq!(posts.len(), 1);
    assert_eq!(posts[0].headers["x-plex-token"], "guestTokenXyz1234567");
}

#[tokio::test]
async fn the_media_server_tells_who_it_is_before_it_sees_a_token() {
    let plex = plex().await;
    let identity = format!(
        r#"{{"MediaContainer":{{"size":0,"claimed":true,"machineIdentifier":"{MACHINE}","version":"1"}}}}"#
    );
    answer(&plex.accounts, "GET", "/behind/proxy/identity", ok(&identity)).await;
    answer(&plex.accounts, "GET", "/behind/proxy/", ok(include_str!("../../fixtures/root.json"))).await;
    let sections = include_str!("../../fixtures/sections.json");
    answer(&plex.accounts, "GET", "/behind/proxy/library/sections", ok(sections)).await;
    let count = r#"{"MediaContainer":{"size":0,"totalSize":1234}}"#;
    answer(&plex.accounts, "GET", "/behind/proxy/library/sections/1/all", ok(count)).await;
    answer(&plex.accounts, "GET", "/behind/proxy/accounts", ok(include_str!("../../fixtures/accounts.xml")))
        .await;
    let now = include_str!("../../fixtures/sessions.json");
    answer(&plex.accounts, "GET", "/behind/proxy/status/sessions", ok(now)).await;

    let server =
        media_servers().at(&format!("{}/behind/proxy/", plex.accounts.uri()).parse().unwrap()).unwrap();
    assert_eq!(server.identity().await.unwrap().machine_identifier, MACHINE);
    assert!(!requests(&plex.accounts).await[0].headers.contains_key("x-plex-token"));
    assert_eq!(server.root(&owner()).await.unwrap().friendly_name, "Attic");
    assert_eq!(server.libraries(&owner()).await.unwrap().len(), 3);
    assert_eq!(server.item_count(&owner(), "1").await, Ok(1234));
    assert_eq!(server.accounts(&owner()).await.unwrap().len(), 3);
    assert_eq!(server.now_playing(&owner()).await.unwrap().len(), 2);
    assert!(asked(&plex.accounts).await.iter().all(|line| !line.contains('?')));
}

#[tokio::test]
async fn something_else_at_the_servers_address_is_said_so() {
    for other in [page_404(), ok("<html>A router</html>"), ok(r#"{"hello":"world"}"#), not_found()] {
        let plex = plex().await;
        answer(&plex.accounts, "GET", "/identity", other).await;
        let server = media_servers().try_out(&plex.accounts.uri().parse().unwrap()).unwrap();
        assert_eq!(server.identity().await.unwrap_err().code(), "plex_garbage");
    }
}
