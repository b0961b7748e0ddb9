//! Writes: exactly what is sent, one way at a time, and never an empty list.

use pum_plex::{
    Invitee, Libraries, NewShare, PlexError, PlexUserId, SectionId, Share, ShareId, SharingSettings,
};
use serde_json::json;
use wiremock::ResponseTemplate;

use crate::support::{
    MACHINE, Plex, answer, asked, last_body, not_found, ok, owner, page_404, plex, retired,
};

const CREATE_V2: &str = "/api/v2/shared_servers";

fn v1(rest: &str) -> String {
    format!("/api/servers/{MACHINE}/shared_servers{rest}")
}

fn bob(libraries: Libraries) -> NewShare {
    NewShare {
        machine_identifier: MACHINE.into(),
        invitee: Invitee { plex_user_id: Some(PlexUserId(5_001)), name_or_email: Some("bob".into()) },
        libraries,
        settings: SharingSettings { allow_downloads: Some(true), ..SharingSettings::default() },
    }
}

fn some() -> Libraries {
    Libraries::Only(vec![SectionId(118_181_361), SectionId(118_181_370)])
}

/// Bob's share, as the older list tells it.
async fn shares(plex: &Plex) -> Vec<Share> {
    answer(&plex.accounts, "GET", &v1(""), ok(include_str!("../../fixtures/shares_v1.xml"))).await;
    let shares = plex.tv.shares(&owner(), MACHINE).await.unwrap();
    plex.accounts.reset().await;
    shares
}

#[tokio::test]
async fn a_share_is_made_by_number_and_with_everything_said() {
    let plex = plex().await;
    let created = r#"<SharedServer id="910001" username="bob" email="bob@example.org" userID="5001" accessToken="perShareToken" name="Attic" acceptedAt="1" allLibraries="0"><Section id="118181361" key="1" shared="1"/></SharedServer>"#;
    answer(&plex.accounts, "POST", &v1(""), ResponseTemplate::new(201).set_body_string(created)).await;
    let share = plex.tv.create_share(&owner(), &bob(some())).await.unwrap().unwrap();
    assert_eq!((share.id, share.plex_user_id), (ShareId(910_001), Some(PlexUserId(5_001))));
    assert_eq!(
        last_body(&plex.accounts).await,
        json!({
            "server_id": MACHINE,
            "shared_server": { "library_section_ids": [118_181_361, 118_181_370], "invited_id": 5001 },
            "sharing_settings": { "allowSync": "1", "allowCameraUpload": "0", "allowChannels": "0",
                "filterMovies": "", "filterTelevision": "", "filterMusic": "" },
        })
    );
}

#[tokio::test]
async fn what_is_set_for_a_person_goes_along_with_a_new_share_by_either_way() {
    let plex = plex().await;
    let mut share = bob(some());
    share.settings.filter_movies = Some("contentRating=G".into());
    share.settings.filter_photos = Some("label=Kids".into());
    share.settings.allow_tuners = Some(2);
    answer(&plex.accounts, "POST", &v1(""), retired()).await;
    answer(&plex.clients, "POST", CREATE_V2, ResponseTemplate::new(201)).await;
    assert_eq!(plex.tv.create_share(&owner(), &share).await, Err(PlexError::RouteGone));
    let older = last_body(&plex.accounts).await["sharing_settings"].take();
    plex.tv.create_share(&owner(), &share).await.unwrap();
    let newer = last_body(&plex.clients).await["settings"].take();
    for sent in [&older, &newer] {
        assert_eq!(
            (&sent["filterMovies"], &sent["filterPhotos"]),
            (&json!("contentRating=G"), &json!("label=Kids"))
        );
        assert_eq!((sent.get("filterAll"), &sent["filterMusic"]), (None, &json!("")));
    }
    assert_eq!((&older["allowTuners"], &newer["allowTuners"]), (&json!("2"), &json!(2)));
}

#[tokio::test]
async fn an_address_without_account_is_invited_by_itself() {
    let plex = plex().await;
    answer(&plex.accounts, "POST", &v1(""), ResponseTemplate::new(201)).await;
    let mut share = bob(Libraries::All);
    share.invitee = Invitee { plex_user_id: None, name_or_email: Some(" new@example.org ".into()) };
    assert_eq!(plex.tv.create_share(&owner(), &share).await, Ok(None));
    let body = last_body(&plex.accounts).await;
    assert_eq!(
        body["shared_server"],
        json!({ "library_section_ids": [], "invited_email": "new@example.org" })
    );
}

#[tokio::test]
async fn a_retired_write_comes_back_and_the_next_call_takes_the_other_way() {
    for gone in [retired(), page_404()] {
        let plex = plex().await;
        answer(&plex.accounts, "POST", &v1(""), gone).await;
        answer(&plex.clients, "POST", CREATE_V2, ResponseTemplate::new(201).set_body_string("{}")).await;
        let error = plex.tv.create_share(&owner(), &bob(some())).await.unwrap_err();
        assert_eq!(error, PlexError::RouteGone);
        assert!(error.is_passing());
        assert!(asked(&plex.clients).await.is_empty(), "the caller reads first");
        assert_eq!(plex.tv.create_share(&owner(), &bob(some())).await, Ok(None));
        let body = last_body(&plex.clients).await;
        assert_eq!(body["invitedEmail"], "bob");
        assert_eq!(body["machineIdentifier"], MACHINE);
        assert_eq!(body["librarySectionIds"], json!([118_181_361, 118_181_370]));
        assert_eq!(body["settings"]["allowSync"], true);
        assert!(body.get("skipFriendship").is_none(), "friendship is what makes a later share immediate");
        assert_eq!(asked(&plex.accounts).await.len(), 1);
    }
}

#[tokio::test]
async fn when_the_last_way_is_retired_that_is_said() {
    let plex = plex().await;
    answer(&plex.accounts, "POST", &v1(""), retired()).await;
    answer(&plex.clients, "POST", CREATE_V2, page_404()).await;
    assert_eq!(plex.tv.create_share(&owner(), &bob(some())).await, Err(PlexError::RouteGone));
    for _ in 0..3 {
        let error = plex.tv.create_share(&owner(), &bob(some())).await.unwrap_err();
        assert_eq!(error, PlexError::NoWayLeft);
        assert!(error.is_passing() && !error.may_have_been_done());
    }
    assert_eq!((asked(&plex.accounts).await.len(), asked(&plex.clients).await.len()), (2, 2), "in turn");
    // One that comes back is taken again.
    plex.clients.reset().await;
    answer(&plex.clients, "POST", CREATE_V2, ResponseTemplate::new(201).set_body_string("{}")).await;
    assert_eq!(plex.tv.create_share(&owner(), &bob(some())).await, Err(PlexError::NoWayLeft));
    assert_eq!(plex.tv.create_share(&owner(), &bob(some())).await, Ok(None));
}

#[tokio::test]
async fn an_item_that_is_missing_is_an_answer_and_the_other_way_is_taken_only_when_asked_for() {
    let plex = plex().await;
    answer(&plex.accounts, "POST", &v1(""), not_found()).await;
    for _ in 0..2 {
        assert_eq!(plex.tv.create_share(&owner(), &bob(some())).await.unwrap_err(), PlexError::ItemMissing);
    }
    assert!(asked(&plex.clients).await.is_empty());
    let other = plex.tv.by_the_other_way();
    answer(&plex.clients, "POST", CREATE_V2, not_found()).await;
    assert_eq!(other.create_share(&owner(), &bob(some())).await.unwrap_err(), PlexError::ItemMissing);
    assert_eq!(plex.tv.create_share(&owner(), &bob(some())).await.unwrap_err(), PlexError::ItemMissing);
    assert_eq!(asked(&plex.accounts).await.len(), 3, "both say so: the first way is not to blame");

    // Where the other way works, the first one was wrong, and is avoided.
    plex.clients.reset().await;
    answer(&plex.clients, "POST", CREATE_V2, ResponseTemplate::new(201).set_body_string("{}")).await;
    assert_eq!(other.create_share(&owner(), &bob(some())).await, Ok(None));
    assert_eq!(plex.tv.create_share(&owner(), &bob(some())).await, Ok(None));
    assert_eq!(asked(&plex.clients).await.len(), 2);
}

#[tokio::test]
async fn an_existing_share_and_a_full_server_have_their_own_names() {
    let refusals = [
        (
            "You're already sharing this server with bob. Please edit your existing share.",
            PlexError::AlreadySharing,
        ),
        ("You have reached the maximum number of users", PlexError::ShareLimit),
        ("No such thing", PlexError::Refused { status: 400, message: "No such thing".into() }),
    ];
    for (text, expected) in refusals {
        let plex = plex().await;
        let body = format!(r#"<Response code="400" status="{text}"/>"#);
        answer(&plex.accounts, "POST", &v1(""), ResponseTemplate::new(400).set_body_string(body)).await;
        assert_eq!(plex.tv.create_share(&owner(), &bob(some())).await.unwrap_err(), expected);
    }
}

#[tokio::test]
async fn an_empty_list_of_libraries_never_leaves_the_house() {
    let plex = plex().await;
    let mut share = shares(&plex).await.remove(0);
    let empty = bob(Libraries::Only(Vec::new()));
    assert_eq!(plex.tv.create_share(&owner(), &empty).await.unwrap_err(), PlexError::EmptyLibrariesRefused);
    assert_eq!(plex.tv.update_libraries(&owner(), &share, &[]).await, Err(PlexError::EmptyLibrariesRefused));

    // Neither by way of the settings, whose newer route repeats the libraries.
    share.section_ids.clear();
    answer(&plex.accounts, "PUT", "/api/v2/sharings/5001", retired()).await;
    answer(&plex.clients, "POST", "/api/v2/sharing_settings", ok("{}")).await;
    assert_eq!(plex.tv.update_downloads(&owner(), &share, false).await, Err(PlexError::RouteGone));
    plex.tv.update_downloads(&owner(), &share, false).await.unwrap();
    assert_eq!(asked(&plex.accounts).await, ["PUT /api/v2/sharings/5001?allowSync=0"]);
    assert_eq!(asked(&plex.clients).await, ["POST /api/v2/sharing_settings"]);
    let body = last_body(&plex.clients).await;
    assert!(body.get("librarySectionIds").is_none());
    assert_eq!(body["invitedEmail"], "bob");
    assert_eq!(body["settings"]["allowSync"], false);
}

#[tokio::test]
async fn libraries_change_without_touching_the_settings_by_either_way() {
    let plex = plex().await;
    let share = shares(&plex).await.remove(0);
    let only = [SectionId(118_181_362)];
    answer(&plex.accounts, "PUT", &v1("/910001"), ok("")).await;
    plex.tv.update_libraries(&owner(), &share, &only).await.unwrap();
    assert_eq!(
        last_body(&plex.accounts).await,
        json!({ "server_id": MACHINE, "shared_server": { "library_section_ids": [118_181_362] } })
    );
    plex.accounts.reset().await;
    answer(&plex.accounts, "PUT", &v1("/910001"), retired()).await;
    answer(&plex.clients, "POST", "/api/v2/shared_servers/910001", ok("{}")).await;
    assert_eq!(plex.tv.update_libraries(&owner(), &share, &only).await, Err(PlexError::RouteGone));
    plex.tv.update_libraries(&owner(), &share, &only).await.unwrap();
    let body = last_body(&plex.clients).await;
    assert_eq!(body["librarySectionIds"], json!([118_181_362]));
    assert_eq!(body["settings"]["allowSync"], true);
    assert_eq!(body["settings"]["filterMovies"], "contentRating=G%2CPG");
    assert!(body["settings"].get("filterMusic").is_none(), "what is not known is not made up");
}

#[tokio::test]
async fn a_permission_route_that_answers_nonsense_is_left_for_the_next_one() {
    for nonsense in [not_found(), ResponseTemplate::new(400)] {
        let plex = plex().await;
        let share = shares(&plex).await.remove(0);
        answer(&plex.accounts, "PUT", "/api/v2/sharings/5001", nonsense).await;
        answer(&plex.clients, "POST", "/api/v2/shared_servers/910001", ok("{}")).await;
        let first = plex.tv.update_downloads(&owner(), &share, false).await.unwrap_err();
        assert!(first == PlexError::RouteGone && first.may_have_been_done());
        plex.tv.update_downloads(&owner(), &share, false).await.unwrap();
        let body = last_body(&plex.clients).await;
        assert_eq!(body["librarySectionIds"], json!([118_181_361, 118_181_370]));
        assert_eq!(body["settings"]["allowSync"], false);
        assert_eq!(body["settings"]["filterMovies"], "contentRating=G%2CPG");
    }
}

#[tokio::test]
async fn settings_of_a_share_of_everything_turn_it_into_a_list_only_where_that_is_named() {
    let plex = plex().await;
    let mut all = shares(&plex).await.remove(1);
    assert!(all.all_libraries);
    answer(&plex.accounts, "PUT", "/api/v2/sharings/5002", retired()).await;
    answer(&plex.clients, "POST", "/api/v2/sharing_settings", ok("{}")).await;
    assert_eq!(plex.tv.update_downloads(&owner(), &all, true).await, Err(PlexError::RouteGone));
    plex.tv.update_downloads(&owner(), &all, true).await.unwrap();
    assert_eq!(asked(&plex.clients).await, ["POST /api/v2/sharing_settings"]);

    // Whoever knows what everything is today may have it repeated, by the way that is known to work.
    all.section_ids = vec![SectionId(118_181_361), SectionId(118_181_370)];
    let second = "/api/v2/shared_servers/910002";
    answer(&plex.clients, "POST", second, ok("{}")).await;
    plex.tv.update_downloads(&owner(), &all, true).await.unwrap();
    let body = last_body(&plex.clients).await;
    assert_eq!(body["librarySectionIds"], json!([118_181_361, 118_181_370]));
    assert_eq!(body["settings"]["allowSync"], true);
}

#[tokio::test]
async fn a_share_is_removed_by_its_own_call_by_either_way() {
    let plex = plex().await;
    answer(&plex.accounts, "DELETE", &v1("/910001"), page_404()).await;
    answer(&plex.accounts, "DELETE", "/api/v2/shared_servers/910001", ResponseTemplate::new(204)).await;
    let token = owner();
    let remove = || plex.tv.remove_share(&token, MACHINE, ShareId(910_001));
    assert_eq!(remove().await, Err(PlexError::RouteGone));
    remove().await.unwrap();
    plex.accounts.reset().await;
    answer(&plex.accounts, "DELETE", "/api/v2/shared_servers/910001", not_found()).await;
    assert_eq!(remove().await, Err(PlexError::ItemMissing));
}

#[tokio::test]
async fn a_friendship_is_ended_by_the_persons_number() {
    let plex = plex().await;
    answer(&plex.accounts, "DELETE", "/api/v2/sharings/5001", ResponseTemplate::new(204)).await;
    plex.tv.end_friendship(&owner(), PlexUserId(5_001)).await.unwrap();
    let missing = plex.tv.end_friendship(&owner(), PlexUserId(5_002)).await.unwrap_err();
    assert_eq!(missing, PlexError::ItemMissing);

    plex.accounts.reset().await;
    answer(&plex.accounts, "DELETE", "/api/v2/sharings/5001", retired()).await;
    answer(&plex.accounts, "DELETE", "/api/v2/friends/5001", ResponseTemplate::new(204)).await;
    let gone = plex.tv.end_friendship(&owner(), PlexUserId(5_001)).await;
    assert_eq!(gone, Err(PlexError::RouteGone));
    plex.tv.end_friendship(&owner(), PlexUserId(5_001)).await.unwrap();
}

#[tokio::test]
async fn an_invitation_is_taken_back_by_what_its_list_offers() {
    let plex = plex().await;
    let (by_person, requested) = ("/api/v2/shared_servers/invites/owned/pending", "/api/invites/requested");
    answer(&plex.clients, "GET", by_person, ok(include_str!("../../fixtures/pending_by_person.json"))).await;
    let newer = plex.tv.sent_invitations(&owner()).await.unwrap();
    plex.clients.reset().await;
    answer(&plex.accounts, "GET", requested, ok(include_str!("../../fixtures/pending_v1.xml"))).await;
    let older = plex.tv.sent_invitations(&owner()).await.unwrap();
    plex.accounts.reset().await;

    answer(&plex.accounts, "DELETE", "/api/v2/shared_servers/920001", ResponseTemplate::new(204)).await;
    answer(&plex.accounts, "DELETE", "/api/invites/requested/new@example.org", ok("")).await;
    plex.tv.cancel_invitation(&owner(), &newer[0]).await.unwrap();
    plex.tv.cancel_invitation(&owner(), &older[1]).await.unwrap();
    assert_eq!(
        asked(&plex.accounts).await,
        [
            "DELETE /api/v2/shared_servers/920001",
            "DELETE /api/invites/requested/new@example.org?friend=1&home=0&server=1",
        ]
    );
    assert_eq!(plex.tv.cancel_invitation(&owner(), &newer[1]).await, Err(PlexError::ItemMissing));
}

#[tokio::test]
async fn signing_out_a_dead_token_is_done_already() {
    let plex = plex().await;
    answer(&plex.accounts, "DELETE", "/api/v2/users/signout", ResponseTemplate::new(401)).await;
    plex.tv.sign_out(&owner()).await.unwrap();
}
