//! What an admin has confirmed is carried out, however long Plex says nothing, and on no empty list's word.

use std::time::Duration;

use pum_testkit::fake_plex::{Fault, Rule};
use pum_testkit::{Browser, TestApp};
use serde_json::{Value, json};

/// Four of ten have left, one more than may go by themselves, and wait for an admin.
async fn four_of_ten_wait() -> (TestApp, Browser, Vec<u64>, Value) {
    let app = TestApp::start().await;
    let members: Vec<u64> =
        (0..10).map(|number| app.plex.add_member(&format!("member{number}"), &["Movies"])).collect();
    let admin = app.set_up().await;
    members[..4].iter().for_each(|member| app.plex.leave(*member));
    app.sync(&admin).await;
    app.minutes_pass(11);
    let sync = app.sync(&admin).await;
    assert_eq!(sync["problem"], "too_many", "{sync}");
    (app, admin, members, sync)
}

async fn confirm(admin: &Browser, sync: &Value) {
    let path = format!("/api/v1/users/syncs/{}/confirm", sync["sync_id"].as_str().expect("an id"));
    let list = json!({ "list_id": sync["needs_confirmation"]["list_id"] });
    admin.post(&path, list).await.expect(202);
}

async fn state_of(admin: &Browser, sync: &Value) -> Value {
    admin.get(&format!("/api/v1/users/syncs/{}", sync["sync_id"].as_str().expect("an id"))).await.expect(200)
}

async fn present(app: &TestApp, admin: &Browser) -> usize {
    let mut present = 0;
    for number in 0..10 {
        let user = app.user(admin, &format!("member{number}")).await;
        present += usize::from(user["state"] == "active");
    }
    present
}

async fn time_goes_by(app: &TestApp, rounds: usize) {
    for _ in 0..rounds {
        app.run_jobs().await;
        app.minutes_pass(2);
    }
    app.run_jobs().await;
}

#[actix_web::test]
async fn what_is_confirmed_waits_for_plex_as_long_as_it_takes() {
    let troubles: [(&str, Rule); 4] = [
        ("the token is refused", Fault::status(401).on("list_users").times(1)),
        ("an outage", Fault::status(503).on("list_users").times(4)),
        ("a list that is none", Fault::Html.on("list_shares").times(12)),
        ("a refusal", Fault::status(403).on("list_shares").times(2)),
    ];
    for (what, trouble) in troubles {
        let (app, admin, _, sync) = four_of_ten_wait().await;
        app.plex.fault(trouble);
        confirm(&admin, &sync).await;
        app.run_jobs().await;
        assert_eq!(present(&app, &admin).await, 10, "{what}");
        time_goes_by(&app, 20).await;
        assert_eq!(present(&app, &admin).await, 6, "{what}");
        let done = state_of(&admin, &sync).await;
        assert_eq!((&done["state"], &done["left"]), (&json!("done"), &json!(4)), "{what}: {done}");
        app.may_leave_jobs();
    }
}

#[actix_web::test]
async fn what_is_confirmed_waits_while_somebody_else_owns_the_server() {
    let (app, admin, members, sync) = four_of_ten_wait().await;
    let (owner, stranger) = (app.plex.owner(), app.plex.add_account("stranger"));
    let mid = app.plex.server(0).machine_identifier().to_owned();
    let shares = app.plex.world(|world| {
        world.servers.get_mut(&mid).expect("the server").owner = stranger;
        world.befriend(stranger, owner);
        world.share_titles(&mid, pum_testkit::fake_plex::Who::Id(owner), &[]).expect("a share");
        world.relations.clone()
    });
    confirm(&admin, &sync).await;
    time_goes_by(&app, 12).await;
    assert_eq!(present(&app, &admin).await, 10);
    app.plex.world(|world| {
        world.servers.get_mut(&mid).expect("the server").owner = owner;
        world.relations = shares;
        world.relations.shares.retain(|_, share| share.owner == owner && share.invited != Some(members[0]));
    });
    app.minutes_pass(6);
    admin.post("/api/v1/jobs/schedules/check_server/run", Value::Null).await.expect(202);
    time_goes_by(&app, 12).await;
    assert_eq!(present(&app, &admin).await, 6);
    app.may_leave_jobs();
}

#[actix_web::test]
async fn who_has_come_back_is_not_removed_because_the_lists_are_empty() {
    let (app, admin, members, sync) = four_of_ten_wait().await;
    app.plex.befriend_owner(members[1]);
    app.plex.share(members[1], &["Movies"], true);
    for list in ["list_users", "list_shares", "list_pending", "list_pending_flat"] {
        app.plex.fault(Fault::EmptyList.on(list));
    }
    confirm(&admin, &sync).await;
    app.run_jobs().await;
    assert_eq!(present(&app, &admin).await, 10, "an empty list is no answer");
    app.plex.clear_faults();
    time_goes_by(&app, 4).await;
    assert_eq!(present(&app, &admin).await, 7);
    assert_eq!(app.user(&admin, "member1").await["state"], "active");
    let done = state_of(&admin, &sync).await;
    assert_eq!((&done["state"], &done["left"]), (&json!("done"), &json!(3)), "{done}");
    app.may_leave_jobs();
}

#[actix_web::test]
async fn what_came_to_nothing_can_be_confirmed_again() {
    let (app, admin, _, sync) = four_of_ten_wait().await;
    let refused = app.plex.fault(Fault::status(403).on("list_shares"));
    confirm(&admin, &sync).await;
    for _ in 0..40 {
        app.run_jobs().await;
        app.ctx.db().let_time_pass(Duration::from_secs(20 * 60));
    }
    app.plex.advance(Duration::from_secs(40 * 20 * 60));
    let admin = app.sign_in_as_admin().await;
    assert_eq!(present(&app, &admin).await, 10);
    let stats = admin.get("/api/v1/stats").await.expect(200);
    assert!(stats["attention"].to_string().contains("removals_held"), "{stats}");
    app.plex.lift(refused);
    confirm(&admin, &sync).await;
    app.run_jobs().await;
    assert_eq!(present(&app, &admin).await, 6);
    app.may_leave_jobs();
}
