//! The rules of sharing: what is accepted at once, what is refused, what goes away together.

use crate::person::{Person, sections};
use pum_testkit::fake_plex::{FakePlex, Shared};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn strangers_wait_and_friends_are_in_at_once() {
    let plex = FakePlex::start().await;
    let (stranger, friend) = (plex.add_account("anna"), plex.add_account("ben"));
    plex.befriend_owner(friend);
    let movies = sections(&plex, &["Movies"]);
    let owner = Person::owner(&plex);
    assert_eq!(owner.share_v1(&plex, "anna", &movies).await.0, StatusCode::CREATED);
    assert_eq!(owner.share_v2(&plex, "ben@example.com", &movies).await.0, StatusCode::CREATED);
    assert_eq!(plex.shares_of(stranger)[0].accepted_at, None);
    assert!(plex.shares_of(friend)[0].accepted_at.is_some());
}

#[tokio::test]
async fn an_empty_list_shares_everything_also_what_is_yet_to_come() {
    let plex = FakePlex::start().await;
    let anna = plex.add_account("anna");
    Person::owner(&plex).share_v1(&plex, "anna", &[]).await;
    let share = plex.shares_of(anna).remove(0);
    assert_eq!(share.shared, Shared::All);
    let mid = plex.server(0).machine_identifier().to_owned();
    plex.world(|world| world.add_library(&mid, "Concerts", "movie", 4));
    assert_eq!(plex.titles(&share), ["Movies", "TV Shows", "Kids", "Concerts"]);
}

#[tokio::test]
async fn sharing_or_inviting_twice_is_refused_in_each_versions_own_way() {
    let plex = FakePlex::start().await;
    plex.add_account("anna");
    let movies = sections(&plex, &["Movies"]);
    let owner = Person::owner(&plex);
    owner.share_v1(&plex, "anna", &movies).await;

    let (status, words) = owner.share_v1(&plex, "ANNA", &movies).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(words.contains("already sharing this server with anna"), "{words}");
    assert!(words.contains("<Response code=\"400\""), "{words}");
    let (status, words) = owner.share_v2(&plex, "anna@example.com", &movies).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let body: Value = serde_json::from_str(&words).expect("JSON");
    assert_eq!(body["errors"][0]["code"], 1014);
    assert_eq!(plex.shares().len(), 1);
}

#[tokio::test]
async fn keys_strange_sections_other_owners_and_unknown_people_are_refused() {
    let plex = FakePlex::start().await;
    let anna = plex.add_account("anna");
    let owner = Person::owner(&plex);
    assert_eq!(owner.share_v1(&plex, "anna", &[1]).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(owner.share_v2(&plex, "anna", &[1]).await.0, StatusCode::BAD_REQUEST);
    let movies = sections(&plex, &["Movies"]);
    assert_eq!(owner.share_v1(&plex, "nobody", &movies).await.0, StatusCode::NOT_FOUND);
    assert_eq!(owner.share_v1(&plex, "olivia", &movies).await.0, StatusCode::BAD_REQUEST, "oneself");
    assert_eq!(Person::of(&plex, anna).share_v1(&plex, "olivia", &movies).await.0, StatusCode::NOT_FOUND);
    assert!(plex.shares().is_empty());
}

#[tokio::test]
async fn the_share_limit_counts_people_and_spares_those_already_in() {
    let plex = FakePlex::start().await;
    for name in ["anna", "ben", "chloe"] {
        plex.add_account(name);
    }
    plex.world(|world| world.config.share_limit = 2);
    let (owner, movies) = (Person::owner(&plex), sections(&plex, &["Movies"]));
    assert_eq!(owner.share_v1(&plex, "anna", &movies).await.0, StatusCode::CREATED);
    assert_eq!(owner.share_v1(&plex, "ben", &movies).await.0, StatusCode::CREATED);
    let (status, words) = owner.share_v1(&plex, "chloe", &movies).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(words.contains("maximum number of users"), "{words}");
    assert_eq!(owner.share_v2(&plex, "chloe", &movies).await.0, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn only_the_invitee_accepts_and_only_once_the_invitation_has_arrived() {
    let plex = FakePlex::start().await;
    let (anna, ben) = (plex.add_account("anna"), plex.add_account("ben"));
    plex.world(|world| world.config.received_delay_ms = 60_000);
    Person::owner(&plex).share_v2(&plex, "anna", &sections(&plex, &["Kids"])).await;
    let share = plex.shares_of(anna)[0].id;
    let accept = format!("/api/v2/shared_servers/{share}/accept");
    let guest = Person::of(&plex, anna);

    let received = "/api/v2/shared_servers/invites/received/pending";
    assert_eq!(guest.get(received).await.1, json!([]), "not there yet");
    assert_eq!(guest.send(Method::POST, &accept).await.status(), StatusCode::NOT_FOUND);
    plex.advance(std::time::Duration::from_secs(61));
    let (_, list) = guest.get(received).await;
    assert_eq!(list[0]["owner"]["id"], plex.owner());
    assert_eq!(list[0]["sharedServers"][0]["id"], share);
    for other in [Person::owner(&plex), Person::of(&plex, ben)] {
        assert_eq!(other.send(Method::POST, &accept).await.status(), StatusCode::NOT_FOUND);
    }
    assert_eq!(guest.send(Method::POST, &accept).await.status(), StatusCode::OK);
    assert!(plex.shares_of(anna)[0].accepted_at.is_some());
    let owner = plex.owner();
    assert!(plex.world(|world| world.are_friends(owner, anna)), "the friend request came along");
}

#[tokio::test]
async fn skipping_friendship_leaves_it_out() {
    let plex = FakePlex::start().await;
    let anna = plex.add_account("anna");
    let body = json!({
        "machineIdentifier": plex.server(0).machine_identifier(), "invitedEmail": "anna",
        "librarySectionIds": sections(&plex, &["Kids"]), "skipFriendship": true,
    });
    Person::owner(&plex).call(Method::POST, "/api/v2/shared_servers", body).await;
    let share = plex.shares_of(anna)[0].id;
    Person::of(&plex, anna).send(Method::POST, &format!("/api/v2/shared_servers/{share}/accept")).await;
    let owner = plex.owner();
    assert!(!plex.world(|world| world.are_friends(owner, anna)));
}

#[tokio::test]
async fn an_invitation_to_an_address_becomes_the_accounts_that_signs_in_with_it() {
    let plex = FakePlex::start().await;
    let owner = Person::owner(&plex);
    assert_eq!(owner.share_v1(&plex, "late+pum@example.com", &[]).await.0, StatusCode::CREATED);
    let (_, list) = owner.text("/api/invites/requested").await;
    assert!(list.contains("id=\"late+pum@example.com\""), "{list}");

    let late = plex.add_account("late");
    plex.world(|world| world.accounts.get_mut(&late).expect("late").email = "Late+pum@Example.com".into());
    assert!(plex.shares_of(late).is_empty());
    Person::of(&plex, late).get("/api/v2/user").await;
    assert_eq!(plex.shares_of(late).len(), 1);
    let owner = plex.owner();
    assert!(
        plex.world(|world| world.settings_for(owner, &late.to_string()).allow_sync),
        "permissions come along"
    );
}

#[tokio::test]
async fn an_address_is_cancelled_by_the_address_itself() {
    let plex = FakePlex::start().await;
    let owner = Person::owner(&plex);
    owner.share_v1(&plex, "late+pum@example.com", &[]).await;
    let path = "/api/invites/requested/late%2Bpum%40example.com?friend=1&home=0&server=1";
    assert_eq!(owner.send(Method::DELETE, path).await.status(), StatusCode::OK);
    assert!(plex.shares().is_empty());
    assert_eq!(owner.send(Method::DELETE, path).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_withdrawn_invitation_may_leave_a_row_that_still_says_already_sharing() {
    let plex = FakePlex::start().await;
    let anna = plex.add_account("anna");
    plex.world(|world| world.config.cancel_leaves_stale_row = true);
    let (owner, movies) = (Person::owner(&plex), sections(&plex, &["Movies"]));
    owner.share_v1(&plex, "anna", &movies).await;
    let path = format!("/api/invites/requested/{anna}?friend=1&home=0&server=1");
    assert_eq!(owner.send(Method::DELETE, &path).await.status(), StatusCode::OK);

    assert_eq!(owner.get("/api/v2/shared_servers/owned/pending").await.1, json!([]), "nothing is pending");
    assert_eq!(owner.share_v1(&plex, "anna", &movies).await.0, StatusCode::BAD_REQUEST, "yet it says so");
    let mid = plex.server(0).machine_identifier().to_owned();
    let (_, list) = owner.text(&format!("/api/servers/{mid}/shared_servers")).await;
    assert!(list.contains("username=\"anna\""), "the share list shows the row: {list}");
    let row = plex.world(|world| *world.relations.shares.keys().next().expect("a row"));
    assert_eq!(owner.send(Method::DELETE, &format!("/api/v2/shared_servers/{row}")).await.status(), 204);
    assert_eq!(owner.share_v1(&plex, "anna", &movies).await.0, StatusCode::CREATED);
}

#[tokio::test]
async fn ending_a_share_keeps_the_rest_and_ending_a_friendship_takes_all_servers_along() {
    let plex = FakePlex::start().await;
    let (owner_id, anna) = (plex.owner(), plex.add_account("anna"));
    plex.befriend_owner(anna);
    let second = plex.world(|world| world.add_server(owner_id, "Borealis", &[("Films", "movie", 5)]));
    let here = plex.share(anna, &["Movies"], true);
    plex.world(|world| world.share_titles(&second, pum_testkit::fake_plex::Who::Id(anna), &[]))
        .expect("a share");
    assert_eq!(plex.shares_of(anna).len(), 2);

    let owner = Person::owner(&plex);
    assert_eq!(owner.send(Method::DELETE, &format!("/api/v2/shared_servers/{here}")).await.status(), 204);
    assert_eq!(plex.shares_of(anna).len(), 1);
    assert!(plex.world(|world| world.are_friends(owner_id, anna)));

    let relation = format!("/api/v2/sharings/{anna}");
    assert_eq!(owner.send(Method::DELETE, &relation).await.status(), 204);
    assert!(plex.shares_of(anna).is_empty());
    assert!(!plex.world(|world| world.are_friends(owner_id, anna)));
    assert_eq!(owner.send(Method::DELETE, &relation).await.status(), 404);
}

#[tokio::test]
async fn permissions_belong_to_the_pair_and_libraries_to_the_share() {
    let plex = FakePlex::start().await;
    let anna = plex.add_account("anna");
    let share = plex.share(anna, &["Movies"], true);
    let owner = Person::owner(&plex);
    let mid = plex.server(0).machine_identifier().to_owned();

    assert_eq!(
        owner.send(Method::PUT, &format!("/api/v2/sharings/{anna}?allowSync=1&allowTuners=2")).await.status(),
        204
    );
    let body =
        json!({ "server_id": mid, "shared_server": { "library_section_ids": sections(&plex, &["Kids"]) } });
    owner.call(Method::PUT, &format!("/api/servers/{mid}/shared_servers/{share}"), body).await;
    let (_, row) = owner.get(&format!("/api/v2/shared_servers/{share}")).await;
    assert_eq!(row["libraries"][0]["title"], "Kids");
    assert_eq!(row["sharingSettings"]["allowSync"], true);
    assert_eq!(row["sharingSettings"]["allowTuners"], 2);

    let body = json!({ "settings": { "allowSync": false }, "librarySectionIds": sections(&plex, &["Movies", "Kids"]) });
    owner.call(Method::POST, &format!("/api/v2/shared_servers/{share}"), body).await;
    let (_, row) = owner.get(&format!("/api/v2/shared_servers/{share}")).await;
    assert_eq!((&row["numLibraries"], &row["sharingSettings"]["allowSync"]), (&json!(2), &json!(false)));
    assert_eq!(row["sharingSettings"]["allowTuners"], 2, "what was not named stays");

    let stranger = plex.add_account("ben");
    assert_eq!(
        owner.send(Method::PUT, &format!("/api/v2/sharings/{stranger}?allowSync=1")).await.status(),
        404
    );
}
