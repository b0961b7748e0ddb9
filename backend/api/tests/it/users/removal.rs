//! Removing, and taking it back: at once without a trace, later with the same access.

use pum_testkit::TestApp;
use pum_testkit::fake_plex::{Fault, Who};
use serde_json::{Value, json};

use super::{events, invited, let_undo_pass, member, writes};

#[actix_web::test]
async fn undone_in_time_it_never_happened() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    let going = admin.delete(&priya.at("")).await.expect(202);
    let change = &going["pending_change"];
    assert_eq!((&change["state"], &change["becomes"]), (&json!("planned"), &json!("removed")), "{going}");
    assert!(change["begins_at"].is_string(), "{going}");
    assert_eq!((&going["state"], &going["libraries"]["mode"]), (&json!("active"), &json!("some")));
    assert_eq!(app.run_jobs().await, [], "it waits");
    admin
        .patch(&priya.at(""), json!({ "libraries": { "mode": "all" } }))
        .await
        .expect_problem(409, "removal_planned");
    admin.post(&priya.at("/suspend"), Value::Null).await.expect_problem(409, "removal_planned");

    let back = admin.post(&priya.at("/restore"), Value::Null).await.expect(200);
    assert_eq!((&back["pending_change"], &back["version"]), (&Value::Null, &going["version"]));
    admin.post(&priya.at("/restore"), Value::Null).await.expect_problem(409, "conflict");
    let_undo_pass(&app);
    app.run_jobs().await;
    assert!(app.plex.calls().is_empty(), "{:?}", app.plex.calls());
    assert_eq!(priya.state(&admin).await, "active");
    assert_eq!(priya.titles(&app), ["Movies"]);
    assert_eq!(events(&admin, "user.removal_requested").await, 1);
    assert_eq!(events(&admin, "user.removal_undone").await, 1);
}

/// What stands in a body where none is read is not passed over: somebody meant it.
#[actix_web::test]
async fn a_body_that_would_not_be_read_is_refused() {
    use reqwest::Method;

    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    let ends = Some(json!({ "friendship": "end" }));
    let told = admin.send(Method::DELETE, &priya.at(""), ends.clone()).await;
    assert_eq!(told.expect_problem(422, "validation_failed")["errors"][0]["pointer"], "/friendship");
    admin.post(&priya.at("/suspend"), json!({ "days": 3 })).await.expect_problem(422, "validation_failed");
    for body in [json!([1]), json!("end"), json!(0)] {
        admin.send(Method::DELETE, &priya.at(""), Some(body)).await.expect_problem(422, "validation_failed");
    }
    let form = admin.request(Method::DELETE, &priya.at("")).body("friendship=end").send().await.unwrap();
    assert_eq!(form.status(), 422);
    assert_eq!(
        (priya.state(&admin).await, priya.look(&admin).await["pending_change"].take()),
        ("active".into(), Value::Null)
    );
    // Nobody learns more by a body than without one.
    app.sign_in_with(&[])
        .await
        .send(Method::DELETE, &priya.at(""), ends)
        .await
        .expect_problem(403, "permission_denied");
    admin.send(Method::DELETE, &priya.at(""), Some(json!({}))).await.expect(202);
    app.may_leave_jobs();
}

#[actix_web::test]
async fn this_servers_share_ends_and_nothing_else() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies", "Kids"]).await;
    let owner = app.plex.owner();
    let second = app.plex.world(|world| {
        let second = world.add_server(owner, "Second", &[("Anime", "show", 3)]);
        world.share_titles(&second, Who::Id(priya.account), &["Anime"]).unwrap();
        second
    });
    admin.patch(&priya.at(""), json!({ "allow_downloads": true, "notes": "Kept" })).await.expect(202);
    app.run_jobs().await;
    app.plex.clear_calls();
    admin.delete(&priya.at("")).await.expect(202);
    admin.delete(&priya.at("")).await.expect(202);
    app.plex.fault(Fault::status(503).on("remove_share").times(2));
    let_undo_pass(&app);
    let worker = app.worker();
    app.until("Plex has refused", || async { !app.plex.calls_of("remove_share").is_empty() }).await;
    assert_eq!(priya.state(&admin).await, "active", "whoever can still watch is not shown as gone");
    app.until_in_time("they are gone", || async { priya.state(&admin).await == "removed" }).await;
    worker.stop().await;
    app.run_jobs().await;
    let gone = priya.look(&admin).await;
    assert_eq!((&gone["removed_reason"], &gone["notes"]), (&json!("by_admin"), &json!("Kept")));
    assert_eq!((&gone["libraries"], &gone["now"]["libraries"]), (&Value::Null, &Value::Null));
    assert_eq!(gone["kept"]["allow_downloads"], true, "{gone}");
    assert_eq!(gone["must_accept_again"], false);
    assert!(app.plex.world(|world| world.are_friends(owner, priya.account)));
    let left: Vec<_> = app.plex.shares_of(priya.account).into_iter().map(|s| s.machine_identifier).collect();
    assert_eq!(left, [second]);
    assert_eq!(app.plex.calls_of("remove_friend").len(), 0);
    for what in ["user.removal_requested", "user.access_revoked", "user.removed"] {
        assert_eq!(events(&admin, what).await, 1, "{what}");
    }
    admin.delete(&priya.at("")).await.expect_problem(409, "user_removed");

    // Later: the same libraries and downloads, at once for a friend.
    let coming = admin.post(&priya.at("/restore"), Value::Null).await.expect(202);
    assert_eq!((&coming["state"], &coming["removed_reason"]), (&json!("pending"), &Value::Null));
    app.run_jobs().await;
    let back = priya.look(&admin).await;
    assert_eq!(
        (&back["state"], &back["allow_downloads"], &back["kept"]),
        (&json!("active"), &json!(true), &Value::Null)
    );
    assert_eq!(priya.titles(&app), ["Movies", "Kids"]);
    assert_eq!(back["joined_at"], gone["joined_at"], "they have been here before");
    assert_eq!(events(&admin, "user.restored").await, 1);
}

#[actix_web::test]
async fn with_the_friendship_everything_ends_and_the_way_back_is_an_invitation() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    let owner = app.plex.owner();
    app.plex.world(|world| {
        let second = world.add_server(owner, "Second", &[("Anime", "show", 3)]);
        world.share_titles(&second, Who::Id(priya.account), &["Anime"]).unwrap();
    });
    admin.delete(&priya.at("?friendship=perhaps")).await.expect_problem(422, "validation_failed");
    let going = admin.delete(&priya.at("?friendship=end")).await.expect(202);
    assert_eq!(going["pending_change"]["ends_friendship"], true);
    let_undo_pass(&app);
    app.run_jobs().await;
    let gone = priya.look(&admin).await;
    assert_eq!((&gone["state"], &gone["other_servers"]), (&json!("removed"), &json!(["Second"])), "{gone}");
    assert_eq!(writes(&app), ["remove_share_v1", "remove_friend"], "this server's share by its own call");
    assert!(app.plex.shares_of(priya.account).is_empty());
    assert!(!app.plex.world(|world| world.are_friends(owner, priya.account)));

    assert_eq!(gone["must_accept_again"], true);
    admin.post(&priya.at("/restore"), Value::Null).await.expect(202);
    app.run_jobs().await;
    assert_eq!(priya.state(&admin).await, "pending");
    let share = app.plex.shares_of(priya.account)[0].id;
    app.plex.world(|world| world.accept_share(priya.account, share)).unwrap();
    app.ctx.db().let_time_pass(std::time::Duration::from_secs(61));
    app.run_jobs().await;
    assert_eq!(priya.state(&admin).await, "active");
    assert_eq!(priya.titles(&app), ["Movies"]);
}

#[actix_web::test]
async fn an_invitation_is_withdrawn_and_its_seat_is_free() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let (sam, invitee, code) = invited(&app, &admin, "sam").await;
    assert_eq!(app.uses(&admin, &code).await, 1);
    admin.delete(&sam.at("")).await.expect(202);
    admin.post(&sam.at("/restore"), Value::Null).await.expect(200);
    let_undo_pass(&app);
    app.run_jobs().await;
    assert_eq!(invitee.state().await, "invited", "taken back, it goes on as before");
    admin.delete(&sam.at("")).await.expect(202);
    let_undo_pass(&app);
    app.run_jobs().await;
    assert!(app.plex.shares_of(sam.account).is_empty());
    assert_eq!(sam.look(&admin).await["removed_reason"], "by_admin");
    assert_eq!(app.uses(&admin, &code).await, 0);
    assert_eq!(invitee.state().await, "failed");
    // The watch over the invitation finds nothing left to do.
    app.ctx.db().let_time_pass(std::time::Duration::from_secs(3_700));
    app.run_jobs().await;
    assert_eq!(sam.state(&admin).await, "removed");
}

#[actix_web::test]
async fn the_home_is_refused_also_when_plex_alone_knows() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    let owner = app.plex.owner();
    app.plex.world(|world| world.add_to_home(owner, priya.account));
    admin.delete(&priya.at("")).await.expect(202);
    let_undo_pass(&app);
    app.run_jobs().await;
    let stays = priya.look(&admin).await;
    assert_eq!((&stays["state"], &stays["home"]), (&json!("active"), &json!(true)), "{stays}");
    assert_eq!(stays["pending_change"]["reason"], "home_member", "{stays}");
    assert_eq!(stays["libraries"]["mode"], "some", "what they have is wanted again: {stays}");
    assert!(writes(&app).is_empty());
    assert_eq!(priya.titles(&app), ["Movies"]);
    for (method, path) in [("delete", ""), ("post", "/suspend"), ("post", "/block")] {
        let answer = match method {
            "delete" => admin.delete(&priya.at(path)).await,
            _ => admin.post(&priya.at(path), Value::Null).await,
        };
        answer.expect_problem(422, "home_keeps_access");
    }
    let end = json!({ "access_expires_on": "2099-01-01" });
    admin.patch(&priya.at(""), end).await.expect_problem(422, "home_keeps_access");

    // Taken out of the Home, the same removal goes through.
    app.plex.world(|world| world.relations.homes.clear());
    let change = stays["pending_change"]["id"].as_str().unwrap();
    admin.post(&format!("/api/v1/changes/{change}/retry"), json!({})).await.expect(202);
    app.run_jobs().await;
    let gone = priya.look(&admin).await;
    assert_eq!(
        (&gone["state"], &gone["home"], &gone["libraries"]),
        (&json!("removed"), &json!(false), &Value::Null)
    );
    assert_eq!(gone["kept"]["libraries"]["mode"], "some", "{gone}");
    assert_eq!(events(&admin, "user.access_retried").await, 1);
}
