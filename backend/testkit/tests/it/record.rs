//! The record of calls: who overlapped whom, and what must never be in it.

use crate::person::Person;
use pum_testkit::fake_plex::{FakePlex, Fault};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn writes_about_one_person_at_the_same_time_are_noticed() {
    let plex = FakePlex::start().await;
    let anna = plex.add_account("anna");
    plex.add_account("ben");
    let share = plex.share(anna, &["Movies"], true);
    let hold = plex.fault(Fault::Hold.on("writes"));
    let owner = Person::owner(&plex);
    let update = format!("/api/v2/shared_servers/{share}");
    let release = async {
        plex.until(|calls| (calls.len() == 3).then_some(())).await;
        plex.lift(hold);
    };
    tokio::join!(
        owner.send(Method::PUT, "/api/v2/sharings/1?allowSync=1"),
        owner.share_v2(&plex, "ben", &[]),
        owner.send(Method::DELETE, &update),
        release,
    );
    assert!(plex.overlapping_writes().is_empty(), "different people may overlap");

    plex.share(anna, &["Movies"], true);
    plex.clear_calls();
    let hold = plex.fault(Fault::Hold.on("writes"));
    let permissions = format!("/api/v2/sharings/{anna}?allowSync=1");
    let release = async {
        plex.until(|calls| (calls.len() == 2).then_some(())).await;
        plex.lift(hold);
    };
    let relation = format!("/api/v2/friends/{anna}");
    tokio::join!(owner.send(Method::PUT, &permissions), owner.send(Method::DELETE, &relation), release);
    let pairs = plex.overlapping_writes();
    assert_eq!(pairs.len(), 1);
    assert_eq!(pairs[0].0.about, Some(anna.to_string()));
}

#[tokio::test]
async fn one_write_after_another_is_no_overlap() {
    let plex = FakePlex::start().await;
    let anna = plex.add_account("anna");
    plex.share(anna, &["Movies"], true);
    let owner = Person::owner(&plex);
    for allow in [1, 0] {
        owner.send(Method::PUT, &format!("/api/v2/sharings/{anna}?allowSync={allow}")).await;
    }
    assert_eq!(plex.writes_about(anna).len(), 2);
    assert!(plex.overlapping_writes().is_empty());
}

#[tokio::test]
async fn tokens_are_not_written_down_but_a_token_in_the_query_is_noted() {
    let plex = FakePlex::start().await;
    let token = plex.owner_token();
    Person::owner(&plex).get("/api/v2/user").await;
    Person::nobody(&plex).get(&format!("/api/v2/user?X-Plex-Token={token}")).await;
    let calls = plex.calls();
    assert_eq!(calls.iter().map(|c| c.token_in_query).collect::<Vec<_>>(), [false, true]);
    assert!(calls.iter().all(|c| c.account == Some(plex.owner())));
    let (_, written) = Person::nobody(&plex).text("/_fake/calls").await;
    assert!(!written.contains(token), "{written}");
}

#[tokio::test]
async fn a_reset_forgets_and_says_who_is_there_now() {
    let plex = FakePlex::start().await;
    let anna = plex.add_account("anna");
    plex.share(anna, &[], true);
    plex.fault(Fault::status(503).on("*"));
    Person::owner(&plex).get("/api/v2/user").await;
    let script = Person::nobody(&plex);
    let (status, words) = script.call(Method::POST, "/_fake/reset", json!({ "scenario": "demo" })).await;
    assert_eq!(status, 200, "{words}");
    assert!(words.contains("mia.berger") && words.contains(plex.owner_token()), "{words}");
    assert_eq!(Person::owner(&plex).get("/api/v2/user").await.1["username"], "olivia", "faults are lifted");
    assert!(
        plex.world(|world| world.find_account("anna@example.com").is_some()),
        "the demo has its own Anna"
    );
    let calls: Vec<_> = plex.calls().iter().map(|call| call.op).collect();
    assert_eq!(calls, ["get_account"], "what was called before is forgotten");
}

#[tokio::test]
async fn a_misspelt_setting_is_refused() {
    let plex = FakePlex::start().await;
    let script = Person::nobody(&plex);
    assert_eq!(script.call(Method::POST, "/_fake/config", json!({ "share_limit": 3 })).await.0, 200);
    assert_eq!(plex.world(|world| world.config.share_limit), 3);
    let (status, words) = script.call(Method::POST, "/_fake/config", json!({ "sharelimit": 4 })).await;
    assert_eq!(status, 422);
    assert!(words.contains("share_limit"), "{words}");
}

#[tokio::test]
async fn a_dropped_fake_no_longer_listens() {
    let plex = FakePlex::start().await;
    let url = plex.server(0).url().to_owned();
    let visitor = Person::nobody(&plex).at(&url);
    // An answer that no other fake gives: the port may be somebody else's a moment later.
    plex.fault(Fault::status(418).on("identity"));
    assert_eq!(visitor.text("/identity").await.0, 418);
    drop(plex);
    if let Ok(answer) = visitor.request(Method::GET, "/identity").send().await {
        assert_ne!(answer.status(), 418, "it still listens");
    }
}

#[tokio::test]
async fn a_fake_can_be_dropped_while_a_call_is_held() {
    let plex = FakePlex::start().await;
    plex.fault(Fault::Hold.on("list_users"));
    let request = Person::owner(&plex).request(Method::GET, "/api/users").send();
    let waiting = tokio::spawn(request);
    plex.arrived("list_users", 1).await;
    drop(plex);
    waiting.await.expect("no panic").expect_err("the connection ends");
}
