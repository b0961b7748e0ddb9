//! Who leaves, who comes back, and the brake before anybody is taken for gone.

use pum_testkit::TestApp;
use pum_testkit::fake_plex::{Fault, Who};
use serde_json::{Value, json};

async fn member_app(count: usize) -> (TestApp, pum_testkit::Browser, Vec<u64>) {
    let app = TestApp::start().await;
    let members =
        (0..count).map(|number| app.plex.add_member(&format!("member{number}"), &["Movies"])).collect();
    let admin = app.set_up().await;
    (app, admin, members)
}

#[actix_web::test]
async fn somebody_leaves_at_the_second_look_and_everything_is_kept() {
    let (app, admin, members) = member_app(5).await;
    let before = app.user(&admin, "member0").await;
    let here = format!("/api/v1/users/{}", before["id"].as_str().unwrap());
    admin.patch(&here, json!({ "notes": "Met at the film club.", "tags": ["film"] })).await.expect(200);
    app.plex.leave(members[0]);

    let first = app.sync(&admin).await;
    assert_eq!(
        (&first["missing"], &first["left"], &first["unchanged"]),
        (&json!(1), &json!(0), &json!(4)),
        "{first}"
    );
    let missing = admin.get(&here).await.expect(200);
    assert_eq!(
        (&missing["state"], missing["missing_since"].is_string()),
        (&json!("active"), true),
        "{missing}"
    );
    app.minutes_pass(5);
    assert_eq!(app.sync(&admin).await["left"], 0, "ten minutes have not gone by");
    app.minutes_pass(6);
    let second = app.sync(&admin).await;
    assert_eq!((&second["left"], &second["state"]), (&json!(1), &json!("done")), "{second}");
    assert_eq!(app.found(&admin, &second).await, [("left".into(), "member0".into(), "left_plex".into())]);
    let gone = admin.get(&here).await.expect(200);
    assert_eq!((&gone["state"], &gone["removed_reason"]), (&json!("removed"), &json!("left_plex")), "{gone}");
    assert_eq!((&gone["notes"], &gone["tags"]), (&json!("Met at the film club."), &json!(["film"])));
    assert_eq!(gone["kept"]["libraries"]["mode"], "some", "what they had is kept: {gone}");
    let told = admin.get("/api/v1/history?type=user.left").await.expect(200);
    assert_eq!((&told["total"], &told["items"][0]["reason"]), (&json!(1), &json!("left_plex")), "{told}");
    assert!(app.plex.writes().is_empty(), "nothing is sent to Plex");

    app.plex.befriend_owner(members[0]);
    app.plex.share(members[0], &["Kids"], true);
    let back = app.sync(&admin).await;
    assert_eq!(back["returned"], 1, "{back}");
    let user = admin.get(&here).await.expect(200);
    assert_eq!((&user["state"], &user["removed_reason"]), (&json!("active"), &Value::Null), "{user}");
    assert_eq!(user["notes"], "Met at the film club.");
    assert_eq!(app.library_ids(&admin, &["Kids"]).await, [user["libraries"]["ids"][0].as_str().unwrap()]);
}

#[actix_web::test]
async fn an_edit_that_failed_before_they_left_brings_nobody_back() {
    let (app, admin, members) = member_app(5).await;
    let user = app.user(&admin, "member0").await;
    let here = format!("/api/v1/users/{}", user["id"].as_str().unwrap());
    app.plex.fault(Fault::status(403).on("update_share").times(1));
    admin.patch(&here, json!({ "libraries": { "mode": "all" } })).await.expect(202);
    app.run_jobs().await;
    let failed = admin.get(&here).await.expect(200)["pending_change"].take();
    assert_eq!(failed["state"], "failed", "{failed}");
    app.plex.leave(members[0]);
    app.minutes_pass(3);
    app.sync(&admin).await;
    app.minutes_pass(11);
    assert_eq!(app.sync(&admin).await["left"], 1);

    app.plex.clear_calls();
    let gone = admin.get(&here).await.expect(200);
    assert_eq!((&gone["state"], &gone["pending_change"]), (&json!("removed"), &Value::Null), "{gone}");
    let told = admin.post("/api/v1/changes/retry", json!({})).await.expect(202);
    assert_eq!((&told["retried"], &told["refused"]), (&json!(0), &json!(0)), "{told}");
    let retry = format!("/api/v1/changes/{}/retry", failed["id"].as_str().unwrap());
    admin.post(&retry, json!({})).await.expect_problem(409, "conflict");
    app.run_jobs().await;
    assert!(app.plex.writes().is_empty(), "{:?}", app.plex.writes());
    let gone = admin.get(&here).await.expect(200);
    assert_eq!(
        (&gone["libraries"], &gone["kept"]["libraries"]["mode"]),
        (&Value::Null, &json!("all")),
        "{gone}"
    );
}

#[actix_web::test]
async fn a_read_that_shows_them_again_ends_the_waiting() {
    let (app, admin, members) = member_app(5).await;
    let rule = app.plex.fault(Fault::ShortList.on("list_users"));
    app.plex.fault(Fault::ShortList.on("list_shares"));
    app.sync(&admin).await;
    app.plex.lift(rule);
    app.plex.clear_faults();
    app.minutes_pass(15);
    let sync = app.sync(&admin).await;
    assert_eq!((&sync["left"], &sync["missing"]), (&json!(0), &json!(0)), "{sync}");
    app.plex.leave(members[4]);
    app.minutes_pass(15);
    let sync = app.sync(&admin).await;
    assert_eq!((&sync["left"], &sync["missing"]), (&json!(0), &json!(1)), "a first look again: {sync}");
}

#[actix_web::test]
async fn an_invitation_that_was_declined_is_no_departure() {
    let (app, admin, _) = member_app(5).await;
    let greta = app.plex.add_account("greta");
    let share = app.plex.share(greta, &["Movies"], false);
    assert_eq!(app.sync(&admin).await["added"], 1);
    app.plex.world(|world| world.remove_share(greta, share)).expect("she declines");
    app.sync(&admin).await;
    app.minutes_pass(11);
    let sync = app.sync(&admin).await;
    assert_eq!(app.found(&admin, &sync).await, [("left".into(), "greta".into(), "invitation_gone".into())]);
    let user = app.user(&admin, "greta").await;
    assert_eq!((&user["state"], &user["removed_reason"]), (&json!("removed"), &json!("invitation_gone")));
}

#[actix_web::test]
async fn invited_people_who_have_yet_to_accept_are_not_missing() {
    let (app, admin, _) = member_app(2).await;
    let code = app.invite(&admin, json!({ "libraries": { "mode": "all" } })).await;
    let priya = app.invitee("priya");
    // Her own token stops working, so that the invitation waits.
    app.plex.fault(Fault::status(401).on("accept_share"));
    priya.join(&app, &code).await;
    app.run_jobs().await;
    assert_eq!(app.user(&admin, "priya").await["state"], "pending");
    app.plex.world(|world| world.config.pending_rows_in_share_list = false);
    for _ in 0..3 {
        app.minutes_pass(15);
        let sync = app.sync(&admin).await;
        assert_eq!((&sync["missing"], &sync["left"]), (&json!(0), &json!(0)), "{sync}");
        assert_eq!(app.user(&admin, "priya").await["state"], "pending");
    }
    let share = app.plex.shares_of(priya.account)[0].id;
    app.plex.world(|world| world.accept_share(priya.account, share)).expect("she accepts");
    app.sync(&admin).await;
    app.run_jobs().await;
    assert_eq!(app.user(&admin, "priya").await["state"], "active");
    assert_eq!(priya.state().await, "done");
    assert_eq!(app.uses(&admin, &code).await, 1);
    app.may_leave_jobs();
}

#[actix_web::test]
async fn an_older_list_of_invitations_is_understood_when_the_server_has_a_new_name() {
    let (app, admin, _) = member_app(2).await;
    let greta = app.plex.add_account("greta");
    app.plex.share(greta, &["Movies"], false);
    let mid = app.plex.server(0).machine_identifier().to_owned();
    app.plex.world(|world| {
        world.config.pending_rows_in_share_list = false;
        world.config.retired.extend(["list_pending_v2", "list_pending_flat_v2"].map(str::to_owned));
    });
    assert_eq!(app.sync(&admin).await["added"], 1);
    // That list names servers by their names alone, and PUM has yet to hear of the new one.
    app.plex.world(|world| world.servers.get_mut(&mid).expect("the server").name = "Borealis".to_owned());
    app.sync(&admin).await;
    app.minutes_pass(11);
    let sync = app.sync(&admin).await;
    assert_eq!((&sync["missing"], &sync["left"]), (&json!(0), &json!(0)), "{sync}");
    assert_eq!(app.user(&admin, "greta").await["state"], "pending");
}

/// Four of ten leave: one more than may go by themselves.
async fn four_of_ten_leave() -> (TestApp, pum_testkit::Browser, Vec<u64>, Value) {
    let (app, admin, members) = member_app(10).await;
    members[..4].iter().for_each(|member| app.plex.leave(*member));
    app.sync(&admin).await;
    app.minutes_pass(11);
    let sync = app.sync(&admin).await;
    (app, admin, members, sync)
}

#[actix_web::test]
async fn more_than_the_brake_allows_wait_for_an_admin_who_confirms_exactly_those() {
    let (app, admin, members, sync) = four_of_ten_leave().await;
    assert_eq!(
        (&sync["state"], &sync["problem"]),
        (&json!("needs_confirmation"), &json!("too_many")),
        "{sync}"
    );
    let held = &sync["needs_confirmation"];
    assert_eq!(
        (&held["users"], &held["budget"], &held["total"]),
        (&json!(10), &json!(3), &json!(4)),
        "{held}"
    );
    let people = held["people"].as_array().unwrap();
    let ids: Vec<_> = people.iter().map(|one| one["user_id"].clone()).collect();
    assert_eq!(people[0]["reason"], "left_plex");
    assert_eq!(app.user(&admin, "member0").await["state"], "active");
    let attention = admin.get("/api/v1/stats").await.expect(200);
    assert!(attention["attention"].to_string().contains("removals_held"), "{attention}");

    let confirm = format!("/api/v1/users/syncs/{}/confirm", sync["sync_id"].as_str().unwrap());
    admin.post(&confirm, json!({ "user_ids": ids[..3] })).await.expect_problem(409, "removals_changed");
    admin.post(&confirm, json!({ "user_ids": ["nobody"] })).await.expect_problem(422, "validation_failed");
    admin.post(&confirm, json!({})).await.expect_problem(422, "validation_failed");
    // One of them comes back while the admin looks at the list.
    app.plex.befriend_owner(members[1]);
    app.plex.share(members[1], &["Movies"], true);
    admin.post(&confirm, json!({ "user_ids": ids })).await.expect(202);
    app.run_jobs().await;
    let here = format!("/api/v1/users/syncs/{}", sync["sync_id"].as_str().unwrap());
    let done = admin.get(&here).await.expect(200);
    assert_eq!((&done["state"], &done["left"]), (&json!("done"), &json!(3)), "{done}");
    for (name, state) in
        [("member0", "removed"), ("member1", "active"), ("member2", "removed"), ("member9", "active")]
    {
        assert_eq!(app.user(&admin, name).await["state"], state, "{name}");
    }
    admin.post(&confirm, json!({ "user_ids": ids })).await.expect_problem(409, "removals_changed");
    let told = admin.get("/api/v1/history?type=removals.confirmed").await.expect(200);
    assert_eq!((&told["total"], &told["items"][0]["actor"]["kind"]), (&json!(1), &json!("admin")), "{told}");
}

#[actix_web::test]
async fn everybody_whose_removal_waits_can_be_looked_at_page_by_page() {
    let (_app, admin, _, sync) = four_of_ten_leave().await;
    let list = sync["needs_confirmation"]["list_id"].as_str().expect("a list");
    let here = format!("/api/v1/users/held-removals/{list}?limit=3");
    let first = admin.get(&here).await.expect(200);
    let cursor = first["next_cursor"].as_str().expect("a second page");
    let second = admin.get(&format!("{here}&cursor={cursor}")).await.expect(200);
    assert_eq!((&first["total"], &second["next_cursor"]), (&json!(4), &Value::Null), "{second}");
    let people = [&first, &second].map(|page| page["items"].as_array().expect("people").clone()).concat();
    assert_eq!(json!(people), sync["needs_confirmation"]["people"]);

    admin.get("/api/v1/users/held-removals/nobody").await.expect_problem(404, "not_found");
    let unknown = "/api/v1/users/held-removals/01890a5d-ac96-774b-bcce-b302099a8057";
    admin.get(unknown).await.expect_problem(404, "not_found");
}

#[actix_web::test]
async fn a_list_that_has_changed_is_not_confirmed() {
    let (app, admin, members, sync) = four_of_ten_leave().await;
    let list = sync["needs_confirmation"]["list_id"].clone();
    let confirm = format!("/api/v1/users/syncs/{}/confirm", sync["sync_id"].as_str().unwrap());
    app.minutes_pass(11);
    let same = app.sync(&admin).await;
    assert_eq!(same["needs_confirmation"]["list_id"], list, "the same people are the same list");
    app.plex.leave(members[4]);
    app.sync(&admin).await;
    app.minutes_pass(11);
    let other = app.sync(&admin).await;
    assert_eq!(other["needs_confirmation"]["total"], 5, "{other}");
    assert_ne!(other["needs_confirmation"]["list_id"], list);
    admin.post(&confirm, json!({ "list_id": list })).await.expect_problem(409, "removals_changed");
    let confirm = format!("/api/v1/users/syncs/{}/confirm", other["sync_id"].as_str().unwrap());
    let list = other["needs_confirmation"]["list_id"].clone();
    admin.post(&confirm, json!({ "list_id": list })).await.expect(202);
    app.run_jobs().await;
    assert_eq!(app.user(&admin, "member4").await["state"], "removed");
    assert_eq!(admin.get("/api/v1/users?state=active").await.expect(200)["total"], 5);
}

#[actix_web::test]
async fn what_waits_is_dropped_when_everybody_is_back() {
    let (app, admin, members, _) = four_of_ten_leave().await;
    for member in &members[..4] {
        app.plex.befriend_owner(*member);
        app.plex.share(*member, &["Movies"], true);
    }
    let sync = app.sync(&admin).await;
    assert_eq!((&sync["state"], &sync["needs_confirmation"]), (&json!("done"), &Value::Null), "{sync}");
    let stats = admin.get("/api/v1/stats").await.expect(200);
    assert!(!stats["attention"].to_string().contains("removals_held"), "{stats}");
}

#[actix_web::test]
async fn nobody_is_taken_for_gone_while_the_clock_is_in_doubt() {
    let (app, admin, members) = member_app(5).await;
    app.plex.leave(members[0]);
    app.sync(&admin).await;
    // Somebody sets the database's clock ahead.
    app.ctx.db().let_clock_jump(20 * 60_000);
    for _ in 0..2 {
        let sync = app.sync(&admin).await;
        assert_eq!((&sync["problem"], &sync["left"]), (&json!("clock"), &json!(0)), "{sync}");
        assert_eq!(app.user(&admin, "member0").await["state"], "active");
    }
    let stats = admin.get("/api/v1/stats").await.expect(200);
    assert!(stats["attention"].to_string().contains("clock_doubted"), "{stats}");
    admin.post("/api/v1/settings/clock/confirm", Value::Null).await.expect(204);
    app.minutes_pass(11);
    assert_eq!(app.sync(&admin).await["left"], 1);
}

#[actix_web::test]
async fn confirmed_removals_wait_while_the_clock_is_in_doubt() {
    let (app, admin, _, sync) = four_of_ten_leave().await;
    let confirm = format!("/api/v1/users/syncs/{}/confirm", sync["sync_id"].as_str().unwrap());
    let list = sync["needs_confirmation"]["list_id"].clone();
    app.ctx.db().let_clock_jump(20 * 60_000);
    admin.post(&confirm, json!({ "list_id": list })).await.expect(202);
    app.run_jobs().await;
    assert_eq!(app.user(&admin, "member0").await["state"], "active");
    admin.post("/api/v1/settings/clock/confirm", Value::Null).await.expect(204);
    app.minutes_pass(1);
    app.run_jobs().await;
    for name in ["member0", "member1", "member2", "member3"] {
        assert_eq!(app.user(&admin, name).await["state"], "removed", "{name}");
    }
}

/// Five of ten are suspended, and are given access back by hand, in Plex's own app.
async fn five_come_back_by_hand() -> (TestApp, pum_testkit::Browser, Vec<u64>) {
    let (app, admin, members) = member_app(10).await;
    admin.patch("/api/v1/settings", json!({ "drift_policy": "reapply" })).await.expect(200);
    for number in 0..5 {
        let user = app.user(&admin, &format!("member{number}")).await;
        let suspend = format!("/api/v1/users/{}/suspend", user["id"].as_str().unwrap());
        admin.post(&suspend, Value::Null).await.expect(202);
    }
    app.run_jobs().await;
    app.minutes_pass(15);
    app.run_jobs().await;
    for member in &members[..5] {
        assert!(app.plex.shares_of(*member).is_empty());
        app.plex.share(*member, &["Movies"], true);
    }
    (app, admin, members)
}

fn shared_with(app: &TestApp, members: &[u64]) -> usize {
    members.iter().filter(|member| !app.plex.shares_of(**member).is_empty()).count()
}

#[actix_web::test]
async fn what_comes_back_is_not_taken_from_more_than_the_brake_allows() {
    let (app, admin, members) = five_come_back_by_hand().await;
    app.sync(&admin).await;
    app.run_jobs().await;
    assert_eq!(shared_with(&app, &members[..5]), 2, "three are within the budget");
    let mut asked = 0;
    for number in 0..5 {
        let user = app.user(&admin, &format!("member{number}")).await;
        asked += i32::from(user["drift"]["kind"] == "returned");
    }
    assert_eq!(asked, 2, "an admin is asked about the others");
    app.may_leave_jobs();
}

#[actix_web::test]
async fn what_comes_back_is_not_taken_again_while_the_clock_is_in_doubt() {
    let (app, admin, members) = five_come_back_by_hand().await;
    app.ctx.db().let_clock_jump(20 * 60_000);
    app.sync(&admin).await;
    app.run_jobs().await;
    assert_eq!(shared_with(&app, &members[..5]), 5);
    admin.post("/api/v1/settings/clock/confirm", Value::Null).await.expect(204);
    app.sync(&admin).await;
    app.run_jobs().await;
    assert_eq!(shared_with(&app, &members[..5]), 2);
    app.may_leave_jobs();
}

#[actix_web::test]
async fn a_merged_address_and_another_servers_share_disturb_nothing() {
    let (app, admin, members) = member_app(4).await;
    let owner = app.plex.owner();
    let mid = app.plex.server(0).machine_identifier().to_owned();
    app.plex.world(|world| {
        let other = world.add_server(owner, "Attic", &[("Old", "movie", 1)]);
        world.share_titles(&other, Who::Id(members[0]), &[]).expect("a share");
        assert!(world.unshare(&mid, members[0]));
    });
    app.sync(&admin).await;
    app.minutes_pass(11);
    let sync = app.sync(&admin).await;
    let user = app.user(&admin, "member0").await;
    assert_eq!(
        (&user["state"], &user["other_servers"]),
        (&json!("suspended"), &json!(["Attic"])),
        "{sync} {user}"
    );
    assert_eq!(app.plex.shares_of(members[0]).len(), 1, "the other server's share is left alone");
}
