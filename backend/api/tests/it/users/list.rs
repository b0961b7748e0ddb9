//! Users, as admins see them.

use pum_app::random;
use pum_domain::access::{ChangeCause, ChangeState, WantedAccess};
use pum_domain::invite::LibraryChoice;
use pum_domain::user::{RemovedReason, UserState};
use pum_domain::{ChangeId, PlexId, UserId};
use pum_store::access_changes::{self, NewChange};
use pum_store::users::{self, Enrolment};
use pum_store::{Reads, Tx};
use pum_testkit::TestApp;
use serde_json::{Value, json};

const HERE: &str = "/api/v1/users";

fn names(page: &Value) -> Vec<&str> {
    page["items"].as_array().expect("items").iter().filter_map(|item| item["username"].as_str()).collect()
}

pub async fn enrol(tx: &Tx, plex_id: i64, username: &str, email: Option<&str>) -> UserId {
    let person = Enrolment {
        new_id: random::id(),
        plex_id: PlexId(plex_id),
        plex_uuid: None,
        username: username.to_owned(),
        email: email.map(str::to_owned),
        thumb: email.map(|_| "https://plex.tv/users/1/avatar".to_owned()),
        invited_by: random::id(),
        membership_days: None,
        grant_purge_whitelist: false,
        grant_bot_whitelist: true,
    };
    users::enrol(tx, &person).await.expect("enrol").0
}

async fn change(tx: &Tx, user_id: UserId) -> ChangeId {
    let id = random::id();
    let wanted = WantedAccess::Granted { libraries: LibraryChoice::All, allow_downloads: true };
    let change = NewChange {
        id,
        user_id,
        wanted,
        cause: ChangeCause::Redemption,
        redemption_id: None,
        becomes: None,
        end_friendship: false,
    };
    access_changes::request(tx, &change).await.expect("request");
    id
}

/// Four people: one active, one pending with a change under way, one failed, one removed.
async fn people(app: &TestApp) -> [UserId; 4] {
    let tx = app.ctx.db().begin().await.expect("begin");
    let anna = enrol(&tx, 1, "Ännä", Some("anna@example.org")).await;
    let wanted = WantedAccess::Granted { libraries: LibraryChoice::All, allow_downloads: true };
    users::want(&tx, anna, &wanted).await.expect("want");
    let now = tx.now().await.expect("now");
    users::note_membership(&tx, anna, now, Some(now.plus(1_000))).await.expect("join");
    users::set_state(&tx, anna, UserState::Active, None).await.expect("activate");
    let done = change(&tx, anna).await;
    assert!(access_changes::finish(&tx, done, ChangeState::Applied, None, None).await.expect("finish"));
    let bert = enrol(&tx, 2, "<img onerror=alert(1)>", Some("bert_100%@example.org")).await;
    change(&tx, bert).await;
    let cleo = enrol(&tx, 3, "cleo", None).await;
    let failed = change(&tx, cleo).await;
    let detail = Some("Plex refused the request.");
    let finish = access_changes::finish(&tx, failed, ChangeState::Failed, Some("plex_refused"), detail);
    assert!(finish.await.expect("finish"));
    let dora = enrol(&tx, 4, "=cmd", Some("dora@example.org")).await;
    users::set_state(&tx, dora, UserState::Removed, Some(RemovedReason::InvitationGone))
        .await
        .expect("remove");
    tx.commit().await.expect("commit");
    [anna, bert, cleo, dora]
}

#[tokio::test]
async fn they_are_listed_filtered_sorted_and_paged() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    people(&app).await;
    let list = async |query: &str| -> Value { admin.get(&format!("{HERE}?{query}")).await.expect(200) };
    let cases = [
        ("state=active", vec!["Ännä"]),
        ("state=pending&sort=added&order=asc", vec!["<img onerror=alert(1)>", "cleo"]),
        ("state=removed", vec!["=cmd"]),
        ("state=suspended", vec![]),
        ("q=%C3%84NN%C3%84", vec!["Ännä"]),
        ("q=ANNA%40EXAMPLE", vec!["Ännä"]),
        ("q=_100%25", vec!["<img onerror=alert(1)>"]),
        ("q=%25x", vec![]),
        ("sort=added&order=asc", vec!["Ännä", "<img onerror=alert(1)>", "cleo", "=cmd"]),
    ];
    for (query, expected) in cases {
        let mut found = list(query).await;
        let page = found.take();
        assert_eq!(names(&page), expected, "{query}");
    }
    let joined = list("sort=joined&order=asc&limit=1").await;
    assert_eq!(names(&joined), ["Ännä"], "those who never joined come last");
    for sort in ["username", "added", "joined", "last_streamed", "plays", "watch_time", "expires"] {
        for order in ["asc", "desc"] {
            let whole = list(&format!("sort={sort}&order={order}")).await;
            let (mut walked, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = list(&format!("sort={sort}&order={order}&limit=1{cursor}")).await;
                walked.extend(names(&page).into_iter().map(str::to_owned));
                let Some(next) = page["next_cursor"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            assert_eq!(walked, names(&whole), "{sort} {order}");
            assert_eq!(walked.len(), 4, "{sort} {order}");
        }
    }
    admin.get(&format!("{HERE}?state=gone")).await.expect_problem(422, "validation_failed");
    admin.get(&format!("{HERE}?sort=shoe_size")).await.expect_problem(422, "validation_failed");
}

/// Whoever sees all libraries sees those that are there; a name for none of them fits nobody.
#[tokio::test]
async fn a_library_that_is_not_there_fits_nobody() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    let libraries = app.connect_server().await;
    people(&app).await;
    let [movies, gone] = ["Movies", "Kids"].map(|title| {
        libraries.iter().find(|library| library.title == title).expect("a library").id.to_string()
    });
    let found = async |library: &str| -> Value {
        let mut page = admin.get(&format!("{HERE}?library={library}")).await.expect(200);
        let ids = admin.get(&format!("{HERE}/export?format=json&library={library}")).await.expect(200);
        assert_eq!(ids.as_array().map(Vec::len), page["items"].as_array().map(Vec::len), "{library}");
        page["total"].take()
    };
    assert_eq!((found(&movies).await, found(&gone).await), (json!(1), json!(1)));
    app.lose_library("Kids").await;
    let stranger: UserId = random::id();
    for library in [&gone, "typo", "", "00000000-0000-0000-0000-000000000000", &stranger.to_string()] {
        assert_eq!(found(library).await, 0, "{library:?}");
    }
    assert_eq!(found(&movies).await, 1);
    // Its libraries are still known when another server takes the place of theirs.
    let owner = app.plex.owner();
    let other = app.plex.world(|world| world.add_server(owner, "Second", &[("Anime", "show", 3)]));
    let tx = app.ctx.db().begin().await.expect("begin");
    let server = pum_store::plex_server::get(&tx).await.expect("read").expect("a server");
    let connection = pum_store::plex_server::Connection {
        machine_identifier: other,
        owner_plex_id: server.owner_plex_id,
        owner_username: server.owner_username,
        name: server.name,
        version: server.version,
        url: server.url,
        token_sealed: server.token_sealed,
        token_kind: server.token_kind,
    };
    pum_store::plex_server::connect(&tx, connection).await.expect("connect");
    tx.commit().await.expect("commit");
    assert_eq!(found(&movies).await, 0);
    app.may_leave_jobs();
}

#[tokio::test]
async fn each_shows_what_they_see_and_what_is_under_way() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    let [anna, bert, cleo, dora] = people(&app).await;
    let get = async |id: UserId| -> Value { admin.get(&format!("{HERE}/{id}")).await.expect(200) };
    let shown = get(anna).await;
    assert_eq!((&shown["libraries"], &shown["allow_downloads"]), (&json!({"mode": "all"}), &json!(true)));
    assert_eq!((&shown["plex_id"], &shown["bot_whitelisted"]), (&json!("1"), &json!(true)));
    assert_eq!(shown["thumb"], format!("/api/v1/pictures/users/{anna}"));
    assert!(shown["access_expires_at"].is_string() && shown["joined_at"].is_string());
    assert_eq!(shown["pending_change"], Value::Null, "an applied change is over");
    let shown = get(bert).await;
    assert_eq!((&shown["pending_change"]["state"], &shown["libraries"]), (&json!("requested"), &Value::Null));
    let shown = get(cleo).await;
    assert_eq!((&shown["thumb"], &shown["email"]), (&Value::Null, &Value::Null));
    assert_eq!(shown["pending_change"]["reason"], "plex_refused");
    assert_eq!(get(dora).await["removed_reason"], "invitation_gone");
    admin.get(&format!("{HERE}/nobody")).await.expect_problem(404, "not_found");
    let stranger: UserId = random::id();
    admin.get(&format!("{HERE}/{stranger}")).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn the_first_page_tells_what_needs_attention() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    let fresh = admin.get("/api/v1/stats").await.expect(200);
    assert_eq!(fresh["server"]["state"], "not_connected");
    assert_eq!((&fresh["users"], &fresh["attention"], &fresh["recent"]), (&json!(0), &json!([]), &json!([])));
    let libraries = app.connect_server().await;
    let [_, _, cleo, _] = people(&app).await;
    let kids = json!({"mode": "some", "ids": [libraries[2].id.to_string()]});
    for label in ["works", "rests"] {
        let made =
            admin.post("/api/v1/invites", json!({"label": label, "libraries": kids})).await.expect(201);
        if label == "rests" {
            let at = format!("/api/v1/invites/{}/pause", made["id"].as_str().unwrap());
            admin.post(&at, Value::Null).await.expect(200);
        }
    }
    let stats = admin.get("/api/v1/stats").await.expect(200);
    assert_eq!((&stats["server"]["state"], &stats["server"]["name"]), (&json!("online"), &json!("Aurora")));
    let figures = ["users", "pending", "suspended", "removed", "active_invites", "libraries"]
        .map(|name| stats[name].as_i64());
    assert_eq!(figures, [1, 2, 0, 1, 1, 3].map(Some));
    assert_eq!(stats["worker_running"], false);
    let kinds = |stats: &Value| -> Vec<String> {
        let all = stats["attention"].as_array().expect("a list");
        all.iter().map(|one| one["kind"].as_str().expect("a kind").to_owned()).collect()
    };
    assert_eq!(kinds(&stats), ["change_failed"]);
    let failed = &stats["attention"][0];
    assert_eq!(
        (&failed["name"], &failed["reason"], &failed["retryable"]),
        (&json!("cleo"), &json!("plex_refused"), &json!(true))
    );
    assert_eq!(stats["recent"][0]["type"], "invite.paused");

    app.lose_library("Kids").await;
    pum_app::health::worker_is_here(&app.ctx, "w1", app.ctx.reader().now().await.unwrap()).await.unwrap();
    let tx = app.ctx.db().begin().await.expect("begin");
    change(&tx, cleo).await;
    tx.commit().await.expect("commit");
    let stats = admin.get("/api/v1/stats").await.expect(200);
    assert_eq!(stats["worker_running"], true);
    assert_eq!(kinds(&stats), ["library_vanished"], "a later change replaces the failed one");
    app.plex.revoke_tokens(app.plex.owner());
    pum_app::libraries::refresh(&app.ctx).await.expect_err("refused");
    let stats = admin.get("/api/v1/stats").await.expect(200);
    assert_eq!(
        (&stats["server"]["state"], kinds(&stats)[0].as_str()),
        (&json!("auth_lost"), "server_auth_lost")
    );

    let newcomer = app.sign_in_with(&[]).await;
    let little = newcomer.get("/api/v1/stats").await.expect(200);
    assert_eq!((kinds(&little), &little["recent"]), (vec!["server_auth_lost".to_owned()], &json!([])));
    app.ctx.db().let_time_pass(std::time::Duration::from_secs(91));
    assert_eq!(admin.get("/api/v1/stats").await.expect(200)["worker_running"], false);
    app.may_leave_jobs();
}
