//! PUM's own Plex client against the fakes: the whole of it, by each of the ways that Plex offers.

use pum_plex::{
    ClientIdentity, Endpoints, Invitee, Libraries, Limits, NewShare, PlexError, PlexTv, PlexUserId,
    SectionId, ShareState, SharingSettings, Token,
};
use pum_testkit::fake_plex::{FakePlex, Fault};

/// The client, pointed at the fakes.
pub fn client(plex: &FakePlex) -> PlexTv {
    let url = |text: &str| text.parse().expect("an address");
    let endpoints = Endpoints {
        plex_tv: url(plex.plex_tv_url()),
        clients: url(plex.clients_url()),
        auth: url(plex.auth_url()),
    };
    let identity = ClientIdentity {
        client_identifier: "installation".into(),
        product: "PUM".into(),
        version: "0.1.0".into(),
        platform: "Linux".into(),
        device_name: "Test".into(),
    };
    PlexTv::new(endpoints, identity, quick()).expect("a client")
}

pub fn quick() -> Limits {
    Limits { requests_per_second: 10_000.0, burst: 1000, ..Limits::default() }
}

fn id(account: u64) -> PlexUserId {
    PlexUserId(i64::try_from(account).expect("a Plex id"))
}

/// Makes plex.tv retire the routes of one version where there are two.
fn retire(plex: &FakePlex, version: &str) {
    let retired = [
        "list_shares",
        "create_share",
        "get_share",
        "update_share",
        "remove_share",
        "list_resources",
        "list_sections",
        "list_home",
        "list_pending",
    ];
    plex.world(|world| world.config.retired.extend(retired.map(|op| format!("{op}_{version}"))));
    if version == "v2" {
        plex.world(|world| world.config.retired.insert("list_pending_flat_v2".into()));
    }
}

/// A retired route is noticed by a write failing once; the next one takes the other way.
macro_rules! either_way {
    ($call:expr) => {
        match $call.await {
            Err(PlexError::RouteGone) => $call.await,
            answer => answer,
        }
    };
}

/// Invites, accepts, changes, takes back: the life of a share.
async fn life_of_a_share(plex: &FakePlex) {
    let (tv, owner) = (client(plex), Token::new(plex.owner_token()));
    let server = plex.server(0);
    let mid = server.machine_identifier();
    let (anna, ben) = (plex.add_account("anna"), plex.add_account("ben"));

    let servers = tv.servers(&owner).await.expect("servers");
    assert_eq!((servers[0].machine_identifier.as_str(), servers[0].owned), (mid, true));
    let known = tv.sections(&owner, mid).await.expect("sections");
    let section =
        |title: &str| -> SectionId { known.iter().find(|s| s.title == title).expect("a section").id };
    let titles = |sections: &[SectionId]| -> Vec<&str> {
        known.iter().filter(|s| sections.contains(&s.id)).map(|s| s.title.as_str()).collect()
    };

    let new = |name: &str, libraries: Libraries| NewShare {
        machine_identifier: mid.to_owned(),
        invitee: Invitee { plex_user_id: None, name_or_email: Some(name.into()) },
        libraries,
        settings: SharingSettings { allow_downloads: Some(true), ..SharingSettings::default() },
    };
    let offer = new("anna", Libraries::Only(vec![section("Movies"), section("Kids")]));
    either_way!(tv.create_share(&owner, &offer)).expect("a share");
    assert_eq!(tv.create_share(&owner, &offer).await, Err(PlexError::AlreadySharing));

    let sent = tv.sent_invitations(&owner).await.expect("invitations");
    assert_eq!((sent.len(), sent[0].plex_user_id), (1, Some(id(anna))));
    assert!(sent[0].is_for(mid, "Aurora"));

    let guest = Token::new(plex.token_of(anna));
    let waiting = tv.received_invitations(&guest).await.expect("received");
    let ours = waiting.iter().find(|one| one.is_of(id(plex.owner()), mid)).expect("an invitation");
    assert_eq!(tv.accept_invitation(&guest, ours.share_id).await, Ok(()));
    assert_eq!(tv.received_invitations(&guest).await, Ok(Vec::new()));

    let share = tv.shares(&owner, mid).await.expect("shares").remove(0);
    assert_eq!((share.state, share.plex_user_id), (ShareState::Accepted, Some(id(anna))));
    assert_eq!(titles(&share.section_ids), ["Movies", "Kids"]);
    assert_eq!(share.settings.allow_downloads, Some(true));

    either_way!(tv.update_libraries(&owner, &share, &[section("TV Shows")])).expect("an update");
    let share = tv.shares(&owner, mid).await.expect("shares").remove(0);
    assert_eq!(titles(&share.section_ids), ["TV Shows"]);
    assert_eq!(share.settings.allow_downloads, Some(true), "permissions stay");
    either_way!(tv.update_downloads(&owner, &share, false)).expect("an update");
    let share = tv.shares(&owner, mid).await.expect("shares").remove(0);
    assert_eq!((titles(&share.section_ids), share.settings.allow_downloads), (vec!["TV Shows"], Some(false)));

    either_way!(tv.remove_share(&owner, mid, share.id)).expect("a removal");
    assert_eq!(tv.shares(&owner, mid).await, Ok(Vec::new()));
    assert_eq!(tv.remove_share(&owner, mid, share.id).await, Err(PlexError::ItemMissing));
    // Anna is a friend by now, so she is in again at once.
    let everything = new("anna@example.com", Libraries::All);
    tv.create_share(&owner, &everything).await.expect("a share");
    let share = tv.shares(&owner, mid).await.expect("shares").remove(0);
    assert_eq!((share.state, share.all_libraries), (ShareState::Accepted, true));
    tv.end_friendship(&owner, id(anna)).await.expect("an end");
    assert!(plex.shares_of(anna).is_empty());

    tv.create_share(&owner, &new("ben", Libraries::All)).await.expect("a share");
    let sent = tv.sent_invitations(&owner).await.expect("invitations").remove(0);
    tv.cancel_invitation(&owner, &sent).await.expect("a cancellation");
    assert!(plex.shares_of(ben).is_empty());
    let calls = plex.calls();
    assert!(calls.iter().all(|call| !call.token_in_query && call.client_identifier.is_some()));
}

#[tokio::test]
async fn a_share_lives_and_ends_with_every_route_there() {
    life_of_a_share(&FakePlex::start().await).await;
}

#[tokio::test]
async fn a_share_lives_and_ends_after_the_old_routes_are_gone() {
    let plex = FakePlex::start().await;
    retire(&plex, "v1");
    life_of_a_share(&plex).await;
    assert!(plex.calls_of("create_share_v1").iter().all(|call| !call.worked));
    assert!(plex.calls_of("create_share_v2").iter().any(|call| call.worked));
}

#[tokio::test]
async fn a_share_lives_and_ends_without_the_new_routes() {
    let plex = FakePlex::start().await;
    retire(&plex, "v2");
    life_of_a_share(&plex).await;
    assert!(plex.calls_of("list_pending_v2").iter().all(|call| !call.worked));
    assert!(plex.calls_of("list_pending_v1").iter().any(|call| call.worked));
}

#[tokio::test]
async fn a_pin_made_by_a_browser_is_read_by_the_client() {
    let plex = FakePlex::start().await;
    let (tv, anna) = (client(&plex), plex.add_account("anna"));
    let asked = tv.pin_request("browser-one").expect("a request");
    let mut request = reqwest::Client::new().post(&asked.url);
    for (name, value) in &asked.headers {
        request = request.header(name, value);
    }
    let made: serde_json::Value = request.send().await.expect("an answer").json().await.expect("a PIN");
    let (pin, code) = (made["id"].as_i64().expect("an id"), made["code"].as_str().expect("a code"));

    assert!(tv.pin_status(pin, "browser-one").await.expect("a PIN").token.is_none());
    assert_eq!(tv.pin_status(pin, "browser-two").await.map(drop), Err(PlexError::ItemMissing));
    plex.sign_in(code, anna);
    let token = tv.pin_status(pin, "browser-one").await.expect("a PIN").token.expect("a token");
    let account = tv.account(&token).await.expect("an account");
    assert_eq!((account.id, account.email_confirmed), (id(anna), Some(true)));
    tv.sign_out(&token).await.expect("a sign-out");
    assert_eq!(tv.account(&token).await, Err(PlexError::Unauthorized));
    tv.sign_out(&token).await.expect("a dead token is as good");
}

#[tokio::test]
async fn people_are_told_apart() {
    let plex = FakePlex::start().await;
    let (tv, owner) = (client(&plex), Token::new(plex.owner_token()));
    let (friend, member) = (plex.add_account("anna"), plex.add_account("sam"));
    plex.befriend_owner(friend);
    let admin = plex.owner();
    let child = plex.world(|world| {
        world.add_to_home(admin, member);
        world.add_managed_user(admin, "Robin")
    });
    plex.share(friend, &[], true);
    let users = tv.users(&owner).await.expect("users");
    let user = |account| users.iter().find(|u| u.id == id(account)).expect("a user");
    assert_eq!((user(friend).home, user(friend).servers[0].all_libraries), (false, true));
    assert_eq!((user(member).home, user(member).servers.len()), (true, 0));
    assert_eq!((user(child).restricted, &user(child).username), (true, &None));
    assert_eq!(tv.home_users(&owner).await.expect("the Home").len(), 3);
}

#[tokio::test]
async fn the_media_server_is_read_and_refuses_strangers() {
    let plex = FakePlex::start().await;
    let (tv, owner) = (client(&plex), Token::new(plex.owner_token()));
    let server =
        tv.media_servers(quick()).at(&plex.server(0).url().parse().expect("an address")).expect("a server");
    let mid = plex.server(0).machine_identifier().to_owned();
    assert_eq!(server.identity().await.expect("an identity").machine_identifier, mid);
    assert_eq!(server.root(&owner).await.expect("a root").friendly_name, "Aurora");
    let libraries = server.libraries(&owner).await.expect("libraries");
    assert_eq!(
        libraries.iter().map(|l| l.title.as_str()).collect::<Vec<_>>(),
        ["Movies", "TV Shows", "Kids"]
    );
    assert_eq!(server.item_count(&owner, &libraries[0].key).await, Ok(120));
    assert_eq!(server.now_playing(&owner).await.map(|list| list.len()), Ok(0));
    assert!(server.accounts(&owner).await.expect("accounts").iter().any(|a| a.id == 1));

    let anna = plex.add_account("anna");
    plex.share(anna, &["Kids"], true);
    let stranger = Token::new(plex.token_of(anna));
    assert_eq!(server.accounts(&stranger).await.map(drop), Err(PlexError::Unauthorized));
    let guest = tv.servers(&stranger).await.expect("servers").remove(0).access_token.expect("a token");
    assert_eq!(server.accounts(&guest).await.map(drop), Err(PlexError::Forbidden));
}

#[tokio::test]
async fn trouble_keeps_its_name() {
    let plex = FakePlex::start().await;
    let (tv, owner) = (client(&plex), Token::new(plex.owner_token()));
    let mut seen = Vec::new();
    for fault in
        [Fault::HalfList, Fault::Garbage, Fault::Html, Fault::Truncate, Fault::Drop, Fault::status(503)]
    {
        plex.befriend_owner(plex.add_account("anna"));
        plex.fault(fault.on("list_users").times(1));
        seen.push(tv.users(&owner).await.map(drop));
    }
    let lost = || Err(PlexError::ConnectionLost { request_may_have_been_done: false });
    let garbage = |answer: &Result<(), PlexError>| matches!(answer, Err(PlexError::Garbage { .. }));
    assert!(seen[..3].iter().all(garbage), "{seen:?}");
    assert_eq!(seen[3..], [lost(), lost(), Err(PlexError::Unavailable { status: 503, retry_after: None })]);
    plex.fault(Fault::Redirect { to: "http://127.0.0.1:1/".into() }.on("list_users").times(1));
    assert!(tv.users(&owner).await.is_err(), "redirects are not followed");
    plex.world(|world| world.config.dead_token_422 = true);
    plex.revoke_tokens(plex.owner());
    assert_eq!(tv.users(&owner).await.map(drop), Err(PlexError::Unauthorized));
}
