//! Lists that do not say so prove nothing: nobody counts as gone while they may still watch.

use std::time::Duration;

use pum_testkit::fake_plex::Fault;
use pum_testkit::{Browser, TestApp};
use serde_json::{Value, json};

use super::{Member, events, let_undo_pass, member, writes};

/// The ways in which somebody's access ends.
const WAYS: [&str; 3] = ["removal", "suspension", "expiry"];

/// Begins to take somebody's access away, long after they got it: no list lags any more.
async fn take_away(app: &TestApp, admin: &Browser, who: &Member, way: &str) {
    app.minutes_pass(3);
    match way {
        "removal" => {
            admin.delete(&who.at("")).await.expect(202);
            let_undo_pass(app);
        }
        "suspension" => {
            admin.post(&who.at("/suspend"), Value::Null).await.expect(202);
        }
        _ => {
            let end = app.ctx.db().now().await.unwrap().plus(30_000).to_rfc3339();
            admin.patch(&who.at(""), json!({ "access_expires_at": end })).await.expect(200);
            app.ctx.db().let_time_pass(Duration::from_secs(31));
        }
    }
    app.run_jobs().await;
}

/// Time goes by, and what waits for its moment is tried, without that anybody changes their mind.
async fn a_while(app: &TestApp) {
    for _ in 0..6 {
        app.minutes_pass(2);
        app.run_jobs().await;
    }
}

async fn ends_in_time(app: &TestApp, admin: &Browser, who: &Member, what: &str) {
    app.until_in_time(what, || async {
        app.run_jobs().await;
        who.state(admin).await != "active"
    })
    .await;
    assert!(who.titles(app).is_empty(), "{what}");
    assert_eq!(app.plex.calls_of("remove_share").iter().filter(|call| call.worked).count(), 1, "{what}");
    assert_eq!(events(admin, "user.access_revoked").await, 1, "{what}");
}

#[actix_web::test]
async fn an_empty_list_of_shares_ends_nobodys_access() {
    for way in WAYS {
        let app = TestApp::start().await;
        let admin = app.set_up().await;
        let priya = member(&app, &admin, "priya", &["Movies"]).await;
        member(&app, &admin, "sam", &["Movies"]).await;
        let empty = app.plex.fault(Fault::EmptyList.on("list_shares"));
        take_away(&app, &admin, &priya, way).await;
        assert_eq!(priya.state(&admin).await, "active", "{way}: they can still watch");
        a_while(&app).await;
        let waits = priya.look(&admin).await;
        assert_eq!(
            (&waits["state"], &waits["pending_change"]["state"], &waits["pending_change"]["reason"]),
            (&json!("active"), &json!("requested"), &json!("plex_behind")),
            "{way}: {waits}"
        );
        assert_eq!(priya.titles(&app), ["Movies"], "{way}");
        app.plex.lift(empty);
        ends_in_time(&app, &admin, &priya, way).await;
    }
}

#[actix_web::test]
async fn two_empty_lists_are_no_better_than_one() {
    for way in WAYS {
        let app = TestApp::start().await;
        let admin = app.set_up().await;
        let priya = member(&app, &admin, "priya", &["Movies"]).await;
        member(&app, &admin, "sam", &["Movies"]).await;
        app.plex.fault(Fault::EmptyList.on("list_shares"));
        app.plex.fault(Fault::EmptyList.on("list_users"));
        take_away(&app, &admin, &priya, way).await;
        a_while(&app).await;
        assert_eq!(priya.state(&admin).await, "active", "{way}: they can still watch");
        app.plex.clear_faults();
        ends_in_time(&app, &admin, &priya, way).await;
    }
}

#[actix_web::test]
async fn a_share_that_is_gone_without_our_doing_is_looked_for_again() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    let sam = member(&app, &admin, "sam", &["Movies"]).await;
    // Both lists agree for a moment, and are wrong.
    let wrong = app.plex.fault(Fault::WithoutShares.on("reads"));
    take_away(&app, &admin, &priya, "removal").await;
    assert_eq!(priya.state(&admin).await, "active");
    app.plex.lift(wrong);
    ends_in_time(&app, &admin, &priya, "priya").await;
    // The owner has ended it by hand: nothing is left to do, once that has been so for a while.
    app.plex.unshare(sam.account);
    app.plex.clear_calls();
    take_away(&app, &admin, &sam, "suspension").await;
    assert_eq!(sam.state(&admin).await, "active");
    a_while(&app).await;
    assert_eq!(sam.state(&admin).await, "suspended");
    assert!(writes(&app).is_empty(), "{:?}", writes(&app));
}

#[actix_web::test]
async fn the_last_people_do_not_wait_for_each_other() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    let sam = member(&app, &admin, "sam", &["Movies"]).await;
    app.minutes_pass(3);
    // Nobody is left in either list, and that is so.
    for who in [&priya, &sam] {
        app.plex.leave(who.account);
        admin.delete(&who.at("")).await.expect(202);
    }
    let_undo_pass(&app);
    app.run_jobs().await;
    assert_eq!(priya.state(&admin).await, "active", "it has to stay so for a while");
    a_while(&app).await;
    for who in [&priya, &sam] {
        assert_eq!(who.state(&admin).await, "removed");
    }
}

#[actix_web::test]
async fn a_member_of_the_home_needs_no_share_to_be_refused() {
    for (way, list) in
        [("removal", None), ("suspension", Some(Fault::EmptyList)), ("expiry", Some(Fault::Gone))]
    {
        let app = TestApp::start().await;
        let admin = app.set_up().await;
        let priya = member(&app, &admin, "priya", &["Movies"]).await;
        let owner = app.plex.owner();
        app.plex.world(|world| world.add_to_home(owner, priya.account));
        app.plex.unshare(priya.account);
        if let Some(fault) = list {
            app.plex.fault(fault.on("list_users"));
        }
        take_away(&app, &admin, &priya, way).await;
        let stays = priya.look(&admin).await;
        assert_eq!((&stays["state"], &stays["home"]), (&json!("active"), &json!(true)), "{way}: {stays}");
        assert_eq!(stays["pending_change"]["reason"], "home_member", "{way}: {stays}");
        assert!(writes(&app).is_empty(), "{way}");
    }
}

#[actix_web::test]
async fn an_end_of_access_ends_though_plex_offers_no_list_of_people() {
    let worlds: [(&str, &[&str]); 3] = [
        ("two lists of shares", &["list_users"]),
        ("the older list of shares", &["list_users", "list_shares_v2"]),
        ("the newer list of shares", &["list_users", "list_shares_v1"]),
    ];
    for ((what, retired), way) in worlds.into_iter().zip(WAYS) {
        let app = TestApp::start().await;
        let admin = app.set_up().await;
        let priya = member(&app, &admin, "priya", &["Movies"]).await;
        member(&app, &admin, "sam", &["Movies"]).await;
        retired.iter().for_each(|list| {
            app.plex.fault(Fault::Gone.on(list));
        });
        take_away(&app, &admin, &priya, way).await;
        ends_in_time(&app, &admin, &priya, what).await;
    }
}

#[actix_web::test]
async fn an_empty_list_of_shares_is_no_better_where_it_is_the_only_list() {
    let worlds: [(&str, &[&str], &[&str]); 3] = [
        ("both are empty", &["list_users"], &["list_shares"]),
        ("one shows them", &["list_users"], &["list_shares_v1"]),
        ("there is one", &["list_users", "list_shares_v2"], &["list_shares_v1"]),
    ];
    for ((what, retired, empty), way) in worlds.into_iter().zip(WAYS) {
        let app = TestApp::start().await;
        let admin = app.set_up().await;
        let priya = member(&app, &admin, "priya", &["Movies"]).await;
        member(&app, &admin, "sam", &["Movies"]).await;
        let rules: Vec<_> = empty.iter().map(|list| app.plex.fault(Fault::EmptyList.on(list))).collect();
        retired.iter().for_each(|list| {
            app.plex.fault(Fault::Gone.on(list));
        });
        take_away(&app, &admin, &priya, way).await;
        a_while(&app).await;
        assert_eq!(priya.state(&admin).await, "active", "{what}: they can still watch");
        assert_eq!(priya.titles(&app), ["Movies"], "{what}");
        rules.into_iter().for_each(|rule| app.plex.lift(rule));
        ends_in_time(&app, &admin, &priya, what).await;
    }
}
