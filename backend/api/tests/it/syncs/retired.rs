//! Plex no longer offers its list of people: what is left tells who is there, and nobody is lost for it.

use pum_testkit::fake_plex::Fault;
use pum_testkit::{Browser, TestApp};
use serde_json::{Value, json};

/// A server with so many members, who are users already, and nothing that lags.
async fn with_members(count: usize) -> (TestApp, Browser, Vec<u64>) {
    let app = TestApp::start().await;
    let members =
        (0..count).map(|number| app.plex.add_member(&format!("member{number}"), &["Movies"])).collect();
    let admin = app.set_up().await;
    app.minutes_pass(5);
    (app, admin, members)
}

async fn picture(admin: &Browser) -> Vec<Value> {
    let page = admin.get("/api/v1/users?limit=200").await.expect(200);
    let rows = page["items"].as_array().expect("rows").iter();
    let shown = ["username", "state", "home", "shares_back", "libraries", "other_servers"];
    rows.map(|row| shown.iter().map(|name| row[*name].clone()).collect()).collect()
}

#[actix_web::test]
async fn a_sync_does_without_the_list_of_people() {
    for fault in [Fault::Gone, Fault::Unrouted] {
        let what = format!("{fault:?}");
        let (app, admin, members) = with_members(3).await;
        let owner = app.plex.owner();
        app.plex.world(|world| {
            let sam = world.add_account("sam");
            world.add_to_home(owner, sam);
            let attic = world.add_server(owner, "Attic", &[("Old", "movie", 1)]);
            let who = pum_testkit::fake_plex::Who::Id(members[0]);
            world.share_titles(&attic, who, &[]).expect("a share");
            world.share_back(members[2], owner).expect("a share");
        });
        app.sync(&admin).await;
        let before = picture(&admin).await;
        app.plex.fault(fault.on("list_users"));
        let sync = app.sync(&admin).await;
        assert_eq!(
            (&sync["state"], &sync["unchanged"], &sync["problem"]),
            (&json!("done"), &json!(4), &Value::Null),
            "{what}: {sync}"
        );
        app.plex.add_member("tobi", &["Kids"]);
        let greta = app.plex.add_account("greta");
        app.plex.share(greta, &["Kids"], false);
        app.plex.set_titles(members[1], &["Movies", "Kids"]);
        app.plex.clear_calls();
        let sync = app.sync(&admin).await;
        assert_eq!((&sync["added"], &sync["updated"]), (&json!(2), &json!(1)), "{what}: {sync}");
        assert_eq!(app.user(&admin, "greta").await["state"], "pending", "{what}");
        let calls: Vec<_> = app.plex.calls().into_iter().map(|call| call.op).collect();
        assert!(calls.len() <= 6, "{what}: {calls:?}");
        app.plex.clear_faults();
        app.minutes_pass(25 * 60);
        let admin = app.sign_in_as_admin().await;
        app.sync(&admin).await;
        let after = picture(&admin).await;
        let as_before = before.iter().filter(|row| after.contains(row)).count();
        assert_eq!(as_before, 3, "{what}: all but the share that was changed: {after:?}");
    }
}

#[actix_web::test]
async fn who_has_no_share_any_more_is_suspended_and_nobody_is_a_tombstone() {
    for policy in ["adopt", "ask", "reapply"] {
        let (app, admin, members) = with_members(6).await;
        admin.patch("/api/v1/settings", json!({ "drift_policy": policy })).await.expect(200);
        app.plex.fault(Fault::Gone.on("list_users"));
        app.plex.leave(members[0]);
        app.plex.unshare(members[1]);
        for _ in 0..3 {
            app.sync(&admin).await;
            app.run_jobs().await;
            app.minutes_pass(11);
        }
        for name in ["member0", "member1"] {
            let user = app.user(&admin, name).await;
            // Whether they are friends still, nothing tells: so nobody has left, and nobody is invited anew.
            let expected =
                if policy == "adopt" { ("suspended", Value::Null) } else { ("active", json!("no_share")) };
            assert_eq!(
                (user["state"].as_str(), &user["drift"]["kind"]),
                (Some(expected.0), &expected.1),
                "{policy}, {name}: {user}"
            );
        }
        assert!(app.plex.writes().is_empty(), "{policy}: {:?}", app.plex.writes());
        app.plex.befriend_owner(members[0]);
        app.plex.share(members[0], &["Movies"], true);
        app.sync(&admin).await;
        let back = app.user(&admin, "member0").await;
        assert_eq!((&back["state"], &back["drift"]), (&json!("active"), &Value::Null), "{policy}: {back}");
    }
}

#[actix_web::test]
async fn one_list_of_shares_alone_takes_nobody_away() {
    let cases = [
        ("one is short", vec![Fault::ShortList.on("list_shares_v1")]),
        ("one is empty", vec![Fault::EmptyList.on("list_shares_v1")]),
        ("the other is empty", vec![Fault::EmptyList.on("list_shares_v2")]),
        ("both are empty", vec![Fault::EmptyList.on("list_shares")]),
        ("there is one", vec![Fault::Gone.on("list_shares_v1"), Fault::ShortList.on("list_shares_v2")]),
    ];
    for (what, faults) in cases {
        let (app, admin, _) = with_members(4).await;
        let before = picture(&admin).await;
        app.plex.fault(Fault::Gone.on("list_users"));
        faults.into_iter().for_each(|fault| {
            app.plex.fault(fault);
        });
        for _ in 0..3 {
            let sync = app.sync(&admin).await;
            assert_eq!(picture(&admin).await, before, "{what}: {sync}");
            assert_eq!(sync["left"], 0, "{what}: {sync}");
            app.minutes_pass(15);
        }
        app.plex.clear_faults();
        let sync = app.sync(&admin).await;
        assert_eq!((&sync["state"], &sync["left"]), (&json!("done"), &json!(0)), "{what}: {sync}");
        assert_eq!(picture(&admin).await, before, "{what}: {sync}");
        app.may_leave_jobs();
    }
}

#[actix_web::test]
async fn who_is_in_the_home_stays_though_no_list_tells() {
    let (app, admin, _) = with_members(2).await;
    let owner = app.plex.owner();
    app.plex.world(|world| {
        let sam = world.add_account("sam");
        world.add_to_home(owner, sam);
    });
    app.sync(&admin).await;
    let before = picture(&admin).await;
    app.plex.fault(Fault::Gone.on("list_users"));
    app.plex.fault(Fault::Gone.on("list_home"));
    for _ in 0..3 {
        let sync = app.sync(&admin).await;
        assert_eq!((&sync["state"], &sync["unchanged"]), (&json!("done"), &json!(3)), "{sync}");
        assert_eq!(picture(&admin).await, before);
        app.minutes_pass(15);
    }
}
