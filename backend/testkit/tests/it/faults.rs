//! Misbehaviour on demand: each fault does what it says, when it says, and nothing else.

use crate::person::{Person, sections};
use pum_testkit::fake_plex::{FakePlex, Fault};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn a_status_strikes_as_often_as_asked_and_does_no_work() {
    let plex = FakePlex::start().await;
    let anna = plex.add_account("anna");
    let rule = plex.fault(Fault::too_many(2).on("create_share").after(1).times(1));
    let (owner, movies) = (Person::owner(&plex), sections(&plex, &["Movies"]));
    assert_eq!(owner.share_v1(&plex, "nobody", &movies).await.0, StatusCode::NOT_FOUND, "let through first");

    let mid = plex.server(0).machine_identifier().to_owned();
    let body = json!({ "machineIdentifier": mid, "invitedEmail": "anna", "librarySectionIds": movies });
    let answer =
        owner.request(Method::POST, "/api/v2/shared_servers").json(&body).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.headers()["retry-after"], "2");
    assert!(plex.shares().is_empty());
    assert_eq!(plex.struck(rule), 1);
    let refused = plex.calls_of("create_share").pop().expect("the call");
    assert_eq!((refused.about.as_deref(), refused.worked), (Some(anna.to_string().as_str()), false));

    assert_eq!(owner.share_v1(&plex, "anna", &movies).await.0, StatusCode::CREATED);
}

#[tokio::test]
async fn a_fault_can_be_meant_for_one_person_or_one_word() {
    let plex = FakePlex::start().await;
    let anna = plex.add_account("anna");
    plex.fault(Fault::status(503).on("*").by(anna));
    plex.fault(Fault::status(500).on("create_share").containing("ben"));
    assert_eq!(Person::of(&plex, anna).get("/api/v2/user").await.0, StatusCode::SERVICE_UNAVAILABLE);
    let owner = Person::owner(&plex);
    assert_eq!(owner.get("/api/v2/user").await.0, StatusCode::OK);
    assert_eq!(owner.share_v1(&plex, "ben", &[]).await.0, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(owner.share_v1(&plex, "anna", &[]).await.0, StatusCode::CREATED);
}

#[tokio::test]
async fn a_lost_answer_hides_work_and_a_dropped_connection_does_none() {
    let plex = FakePlex::start().await;
    let (anna, ben) = (plex.add_account("anna"), plex.add_account("ben"));
    let owner = Person::owner(&plex);
    let create = |who: &str| {
        let body = json!({ "machineIdentifier": plex.server(0).machine_identifier(), "invitedEmail": who });
        owner.request(Method::POST, "/api/v2/shared_servers").json(&body).send()
    };

    plex.fault(Fault::LostAnswer.on("writes").times(1));
    create("anna").await.expect_err("no answer");
    assert_eq!(plex.shares_of(anna).len(), 1);
    let lost = plex.calls_of("create_share").pop().expect("the call");
    assert_eq!((lost.worked, lost.status), (true, None));

    plex.clear_faults();
    plex.fault(Fault::Drop.on("writes").times(1));
    create("ben").await.expect_err("no answer");
    assert!(plex.shares_of(ben).is_empty());

    plex.fault(Fault::WorkThenStatus { status: 504 }.on("writes").times(1));
    assert_eq!(create("ben").await.expect("an answer").status(), StatusCode::GATEWAY_TIMEOUT);
    assert_eq!(plex.shares_of(ben).len(), 1);
}

#[tokio::test]
async fn a_truncated_answer_announces_more_than_it_sends() {
    let plex = FakePlex::start().await;
    plex.fault(Fault::Truncate.on("list_users").times(1));
    let owner = Person::owner(&plex);
    let answer = owner.send(Method::GET, "/api/users").await;
    assert_eq!(answer.status(), StatusCode::OK);
    answer.text().await.expect_err("the body ends too early");
    assert_eq!(owner.text("/api/users").await.0, StatusCode::OK);
}

#[tokio::test]
async fn garbage_web_pages_and_redirects_come_with_a_straight_face() {
    let plex = FakePlex::start().await;
    let owner = Person::owner(&plex);
    plex.fault(Fault::Garbage.on("get_account").times(1));
    assert_eq!(owner.get("/api/v2/user").await, (StatusCode::OK, Value::Null));
    plex.fault(Fault::Html.on("get_account").times(1));
    let (status, page) = owner.text("/api/v2/user").await;
    assert_eq!((status, page.contains("<html>")), (StatusCode::OK, true));
    plex.fault(Fault::Redirect { to: "http://127.0.0.1:1/trap".into() }.on("pms").times(1));
    let answer = owner.at(plex.server(0).url()).send(Method::GET, "/identity").await;
    assert_eq!(
        (answer.status(), &answer.headers()["location"]),
        (StatusCode::FOUND, &"http://127.0.0.1:1/trap".parse().expect("a header"))
    );
}

#[tokio::test]
async fn a_list_can_come_empty_or_torn() {
    let plex = FakePlex::start().await;
    for name in ["anna", "ben", "chloe", "david"] {
        let account = plex.add_account(name);
        plex.befriend_owner(account);
    }
    let owner = Person::owner(&plex);
    plex.fault(Fault::HalfList.on("list_users").times(1));
    let (_, torn) = owner.text("/api/users").await;
    assert_eq!((torn.matches("<User ").count(), torn.contains("size=\"4\"")), (2, true), "{torn}");
    plex.fault(Fault::EmptyList.on("list_users").times(1));
    let (_, empty) = owner.text("/api/users").await;
    assert_eq!((empty.matches("<User ").count(), empty.contains(" size=\"0\"")), (0, true), "{empty}");

    let mid = plex.server(0).machine_identifier().to_owned();
    plex.fault(Fault::EmptyList.on("list_sections").times(2));
    let (_, sections) = owner.text(&format!("/api/servers/{mid}")).await;
    assert!(sections.contains("<Server ") && !sections.contains("<Section"), "{sections}");
    assert_eq!(owner.get(&format!("/api/v2/servers/{mid}")).await.1["librarySections"], json!([]));
}

#[tokio::test]
async fn retired_and_missing_routes_are_told_apart() {
    let plex = FakePlex::start().await;
    let owner = Person::owner(&plex);
    plex.fault(Fault::Gone.on("list_shares_v1").times(1));
    plex.fault(Fault::Unrouted.on("list_shares_v1").times(1));
    let mid = plex.server(0).machine_identifier().to_owned();
    let path = format!("/api/servers/{mid}/shared_servers");
    // Both rules match the first call; the one that was set first decides.
    let (status, words) = owner.text(&path).await;
    assert_eq!(status, StatusCode::GONE);
    assert!(
        words.contains("<Response code=\"410\" status=\"This endpoint was deprecated and removed\"/>"),
        "{words}"
    );
    assert_eq!(owner.text(&path).await.0, StatusCode::OK, "both are spent");

    let (status, words) = owner.text("/api/v2/no/such/thing").await;
    assert_eq!((status, words.contains("<html>")), (StatusCode::NOT_FOUND, true));
    assert_eq!(owner.get("/api/v2/friends").await.0, StatusCode::GONE, "retired to begin with");
    plex.world(|world| world.config.retired.remove("list_friends_v2"));
    assert_eq!(owner.get("/api/v2/friends").await, (StatusCode::OK, json!([])));
}

#[tokio::test]
async fn reads_may_lag_while_writes_and_sign_ins_see_the_present() {
    let plex = FakePlex::start().await;
    let anna = plex.add_account("anna");
    plex.fault(Fault::Lag { ms: 30_000 }.on("reads"));
    let (owner, movies) = (Person::owner(&plex), sections(&plex, &["Movies"]));
    assert_eq!(owner.share_v2(&plex, "anna", &movies).await.0, StatusCode::CREATED);

    let pending = "/api/v2/shared_servers/owned/pending";
    assert_eq!(owner.get(pending).await.1, json!([]), "not there yet");
    assert_eq!(
        owner.share_v2(&plex, "anna", &movies).await.0,
        StatusCode::UNPROCESSABLE_ENTITY,
        "a write knows"
    );
    assert_eq!(Person::of(&plex, anna).get("/api/v2/user").await.1["id"], anna, "new tokens work");
    plex.advance(Duration::from_secs(31));
    assert_eq!(owner.get(pending).await.1[0]["invitedId"], anna, "half a minute later");
}

#[tokio::test]
async fn a_frozen_view_thaws_after_so_many_reads() {
    let plex = FakePlex::start().await;
    let anna = plex.add_account("anna");
    let share = plex.share(anna, &["Movies"], true);
    plex.fault(Fault::Frozen.on("list_shares").times(2));
    let owner = Person::owner(&plex);
    assert_eq!(owner.send(Method::DELETE, &format!("/api/v2/shared_servers/{share}")).await.status(), 204);
    let list = "/api/v2/shared_servers/owned/accepted";
    for _ in 0..2 {
        assert_eq!(owner.get(list).await.1[0]["id"], share, "still listed");
    }
    assert_eq!(owner.get(list).await.1, json!([]));
}

#[tokio::test]
async fn a_held_call_waits_for_the_test() {
    let plex = FakePlex::start().await;
    let (anna, ben) = (plex.add_account("anna"), plex.add_account("ben"));
    let before = plex.fault(Fault::Hold.on("create_share").containing("anna"));
    let after = plex.fault(Fault::HoldAnswer.on("create_share").containing("ben"));
    let owner = Person::owner(&plex);
    let story = async {
        plex.arrived("create_share", 2).await;
        plex.worked("create_share", 1).await;
        assert!(plex.shares_of(anna).is_empty(), "held before the work");
        assert_eq!(plex.shares_of(ben).len(), 1, "held after the work");
        plex.lift(before);
        plex.lift(after);
    };
    let (to_anna, to_ben, ()) =
        tokio::join!(owner.share_v2(&plex, "anna", &[]), owner.share_v2(&plex, "ben", &[]), story);
    assert_eq!((to_anna.0, to_ben.0), (StatusCode::CREATED, StatusCode::CREATED));
    assert_eq!(plex.shares_of(anna).len(), 1);
}

#[tokio::test]
async fn dead_tokens_are_refused_in_both_ways() {
    let plex = FakePlex::start().await;
    let owner = Person::owner(&plex);
    plex.revoke_tokens(plex.owner());
    assert_eq!(owner.get("/api/v2/user").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(owner.text("/api/users").await.0, StatusCode::UNAUTHORIZED);
    plex.world(|world| world.config.dead_token_422 = true);
    let (status, words) = owner.text("/api/users").await;
    assert_eq!((status, words.contains("Invalid token")), (StatusCode::UNPROCESSABLE_ENTITY, true));
    assert_eq!(owner.get("/api/v2/user").await.0, StatusCode::UNAUTHORIZED, "v2 goes on saying 401");
}

#[tokio::test]
async fn rules_over_http_are_checked_and_listed() {
    let plex = FakePlex::start().await;
    let script = Person::nobody(&plex);
    let rule = json!({ "kind": "status", "status": 503, "on": "create_shar" });
    let (status, words) = script.call(Method::POST, "/_fake/faults", rule).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(words.contains("create_share_v1"), "names what there is: {words}");
    let rule = json!({ "kind": "status", "status": 503, "timse": 2 });
    assert_eq!(script.call(Method::POST, "/_fake/faults", rule).await.0, StatusCode::UNPROCESSABLE_ENTITY);

    let rule = json!({ "kind": "lag", "ms": 500, "on": "list_shares", "times": 3 });
    let (status, words) = script.call(Method::POST, "/_fake/faults", rule).await;
    assert_eq!(status, StatusCode::OK, "{words}");
    let (_, list) = script.get("/_fake/faults").await;
    assert_eq!(
        (&list[0]["kind"], &list[0]["times"], &list[0]["struck"]),
        (&json!("lag"), &json!(3), &json!(0))
    );
}
