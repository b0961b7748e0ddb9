//! Suspended for a while, blocked for good.

use pum_testkit::fake_plex::Fault;
use pum_testkit::{Browser, TestApp};
use serde_json::{Value, json};

use super::{Member, events, invited, member};

#[actix_web::test]
async fn suspended_and_resumed_with_the_same() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies", "Kids"]).await;
    // What the owner has set for her at Plex is the owner's.
    let (owner, person) = (app.plex.owner(), priya.account.to_string());
    let set = json!({ "filterMovies": "contentRating=G", "filterPhotos": "label=Kids", "allowTuners": 2 });
    app.plex.world(|world| world.change_settings(owner, &person, set.as_object().unwrap()));
    let before = priya.look(&admin).await;
    admin.post(&priya.at("/resume"), Value::Null).await.expect_problem(409, "conflict");
    app.plex.fault(Fault::status(503).on("remove_share").times(1));
    let going = admin.post(&priya.at("/suspend"), Value::Null).await.expect(202);
    assert_eq!(
        (&going["state"], &going["pending_change"]["becomes"]),
        (&json!("active"), &json!("suspended"))
    );
    admin.post(&priya.at("/suspend"), Value::Null).await.expect(202);
    let worker = app.worker();
    app.until_in_time("it is so", || async { priya.state(&admin).await == "suspended" }).await;
    worker.stop().await;
    app.run_jobs().await;
    assert!(priya.titles(&app).is_empty());
    let away = priya.look(&admin).await;
    assert_eq!((&away["libraries"], &away["kept"]["libraries"]), (&Value::Null, &before["libraries"]));
    assert_eq!((&away["removed_reason"], &away["must_accept_again"]), (&Value::Null, &json!(false)));

    // No link lets them in meanwhile.
    let code = app.invite(&admin, json!({ "libraries": { "mode": "all" } })).await;
    let again = app.invitee_with(priya.account);
    again.open(&code).await.expect(201);
    again.sign_in(&app).await;
    again.complete().await.expect_problem(403, "ask_the_host");

    // An edit is for later.
    let movies = app.library_ids(&admin, &["Movies"]).await;
    let edit = json!({ "libraries": { "mode": "some", "ids": movies } });
    let edited = admin.patch(&priya.at(""), edit).await.expect(200);
    assert_eq!((&edited["libraries"], &edited["kept"]["libraries"]["ids"]), (&Value::Null, &json!(movies)));
    app.run_jobs().await;
    assert!(priya.titles(&app).is_empty());

    admin.post(&priya.at("/resume"), Value::Null).await.expect(202);
    app.run_jobs().await;
    let back = priya.look(&admin).await;
    assert_eq!((&back["state"], &back["joined_at"]), (&json!("active"), &before["joined_at"]));
    assert_eq!(priya.titles(&app), ["Movies"]);
    let now = app.plex.world(|world| world.settings_for(owner, &person));
    assert_eq!(
        (now.filter_movies.as_str(), now.filter_photos.as_str(), now.allow_tuners),
        ("contentRating=G", "label=Kids", 2)
    );
    assert_eq!(events(&admin, "user.suspended").await, 1);
    assert_eq!(events(&admin, "user.resumed").await, 1);
}

#[actix_web::test]
async fn a_change_of_mind_while_plex_is_away_ends_as_last_wanted() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    let down = app.plex.fault(Fault::status(503).on("*"));
    admin.post(&priya.at("/suspend"), Value::Null).await.expect(202);
    app.run_jobs().await;
    admin.post(&priya.at("/resume"), Value::Null).await.expect(202);
    admin.post(&priya.at("/suspend"), Value::Null).await.expect(202);
    admin.post(&priya.at("/resume"), Value::Null).await.expect(202);
    app.plex.lift(down);
    let worker = app.worker();
    app.until_in_time("all is quiet", || async { priya.look(&admin).await["pending_change"].is_null() })
        .await;
    worker.stop().await;
    app.ctx.db().let_time_pass(std::time::Duration::from_secs(3_600));
    app.run_jobs().await;
    assert_eq!(
        (priya.state(&admin).await.as_str(), priya.titles(&app)),
        ("active", vec!["Movies".to_owned()])
    );
}

/// Priya, who is suspended and is being given this back, while Plex makes no share.
async fn returning(app: &TestApp, admin: &Browser, titles: &[&str]) -> (Member, u64) {
    let priya = member(app, admin, "priya", titles).await;
    admin.post(&priya.at("/suspend"), Value::Null).await.expect(202);
    app.run_jobs().await;
    let down = app.plex.fault(Fault::status(503).on("create_share"));
    admin.post(&priya.at("/resume"), Value::Null).await.expect(202);
    app.run_jobs().await;
    assert_eq!(priya.state(admin).await, "suspended");
    (priya, down)
}

async fn chosen(app: &TestApp, admin: &Browser, title: &str) -> Value {
    json!({ "libraries": { "mode": "some", "ids": app.library_ids(admin, &[title]).await } })
}

#[actix_web::test]
async fn what_is_edited_while_it_is_given_back_counts() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let (priya, down) = returning(&app, &admin, &["Movies", "Kids"]).await;
    let edit = chosen(&app, &admin, "Movies").await;
    let edited = admin.patch(&priya.at(""), edit.clone()).await.expect(202);
    assert_eq!(edited["libraries"], edit["libraries"], "{edited}");
    // A second thought of the first admin changes nothing about that.
    admin.post(&priya.at("/suspend"), Value::Null).await.expect(202);
    admin.post(&priya.at("/resume"), Value::Null).await.expect(202);
    app.plex.lift(down);
    app.until_in_time("all is quiet", || async {
        app.run_jobs().await;
        priya.look(&admin).await["pending_change"].is_null()
    })
    .await;
    let user = priya.look(&admin).await;
    assert_eq!((&user["state"], &user["libraries"]), (&json!("active"), &edit["libraries"]), "{user}");
    assert_eq!(priya.titles(&app), ["Movies"]);
    app.ctx.db().let_time_pass(std::time::Duration::from_secs(3_600));
    app.run_jobs().await;
}

#[actix_web::test]
async fn what_is_kept_for_somebody_in_the_home_can_be_edited() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    admin.post(&priya.at("/suspend"), Value::Null).await.expect(202);
    app.run_jobs().await;
    let owner = app.plex.owner();
    app.plex.world(|world| world.add_to_home(owner, priya.account));
    admin.delete(&priya.at("")).await.expect(202);
    super::let_undo_pass(&app);
    app.run_jobs().await;
    let stays = priya.look(&admin).await;
    assert_eq!(
        (&stays["state"], &stays["pending_change"]["reason"], &stays["libraries"]),
        (&json!("suspended"), &json!("home_member"), &Value::Null),
        "{stays}"
    );
    let edit = chosen(&app, &admin, "Kids").await;
    let edited = admin.patch(&priya.at(""), edit.clone()).await.expect(200);
    assert_eq!(edited["kept"]["libraries"], edit["libraries"], "{edited}");
}

#[actix_web::test]
async fn what_cannot_be_given_back_any_more_is_chosen_anew() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let (priya, down) = returning(&app, &admin, &["Movies"]).await;
    app.lose_library("Movies").await;
    app.plex.lift(down);
    app.until_in_time("it has failed", || async {
        app.run_jobs().await;
        priya.look(&admin).await["pending_change"]["reason"] == "libraries_gone"
    })
    .await;
    let edit = chosen(&app, &admin, "Kids").await;
    admin.patch(&priya.at(""), edit.clone()).await.expect(202);
    app.run_jobs().await;
    let user = priya.look(&admin).await;
    assert_eq!((&user["state"], &user["libraries"]), (&json!("active"), &edit["libraries"]), "{user}");
    assert_eq!(priya.titles(&app), ["Kids"]);
}

#[actix_web::test]
async fn a_suspended_person_who_is_removed_and_taken_back_stays_suspended() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    admin.post(&priya.at("/suspend"), Value::Null).await.expect(202);
    app.run_jobs().await;
    admin.delete(&priya.at("")).await.expect(202);
    let down = app.plex.fault(Fault::status(503).on("*"));
    super::let_undo_pass(&app);
    app.run_jobs().await;
    admin.post(&priya.at("/restore"), Value::Null).await.expect(202);
    app.plex.lift(down);
    let worker = app.worker();
    app.until_in_time("all is quiet", || async { priya.look(&admin).await["pending_change"].is_null() })
        .await;
    worker.stop().await;
    app.ctx.db().let_time_pass(std::time::Duration::from_secs(3_600));
    app.run_jobs().await;
    assert_eq!(priya.state(&admin).await, "suspended");
    assert!(priya.titles(&app).is_empty());
    assert_eq!(priya.look(&admin).await["kept"]["libraries"]["mode"], "some");
}

#[actix_web::test]
async fn the_block_list_holds_for_every_link() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let (sam, invitee, _) = invited(&app, &admin, "sam").await;
    admin.delete(&sam.at("")).await.expect(202);
    super::let_undo_pass(&app);
    app.run_jobs().await;
    assert_eq!(invitee.state().await, "failed");
    // Signed in, ready to accept, and blocked right then.
    let code = app.invite(&admin, json!({ "libraries": { "mode": "all" }, "max_uses": 1 })).await;
    let again = app.invitee_with(sam.account);
    let ready = again.arrive(&app, &code).await;
    let shown = admin.post(&sam.at("/block"), Value::Null).await.expect(200);
    assert_eq!(shown["blocked"], true);
    again.accept(&ready).await.expect_problem(403, "ask_the_host");
    assert_eq!(app.uses(&admin, &code).await, 0);
    admin.post(&sam.at("/restore"), Value::Null).await.expect_problem(409, "user_blocked");
    let blocked = admin.get("/api/v1/users?blocked=true").await.expect(200);
    assert_eq!(blocked["total"], 1);
    admin.post(&sam.at("/unblock"), Value::Null).await.expect(200);
    admin.post(&sam.at("/unblock"), Value::Null).await.expect(200);
    again.accept(&ready).await.expect(202);
    app.run_jobs().await;
    assert_eq!(again.state().await, "done");
    assert_eq!(events(&admin, "user.unblocked").await, 1);
    for (what, blocked) in [("user.blocked", true), ("user.unblocked", false)] {
        let told = admin.get(&format!("/api/v1/history?type={what}")).await.expect(200);
        let event = &told["items"][0];
        let (before, after) = (&event["before"]["blocked"], &event["after"]["blocked"]);
        assert_eq!((before, after), (&json!(!blocked), &json!(blocked)), "{event}");
    }
    // The watch over the first invitation finds nothing left to do.
    app.ctx.db().let_time_pass(std::time::Duration::from_secs(61));
    app.run_jobs().await;
}

#[actix_web::test]
async fn who_is_no_friend_any_more_has_to_accept_again() {
    let app = TestApp::start().await;
    app.plex.add_member("tobi", &["Movies"]);
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    let sam = member(&app, &admin, "sam", &["Movies"]).await;
    admin.post(&priya.at("/suspend"), Value::Null).await.expect(202);
    admin.delete(&sam.at("")).await.expect(202);
    super::let_undo_pass(&app);
    app.run_jobs().await;
    let must_accept = async |who: &super::Member| who.look(&admin).await["must_accept_again"].clone();
    for who in [&priya, &sam] {
        assert_eq!(must_accept(who).await, false, "a friend still");
        app.minutes_pass(15);
        app.run_jobs().await;
        app.plex.leave(who.account);
    }
    // A list without anybody in it says nothing of friends.
    let empty = app.plex.fault(Fault::EmptyList.on("list_users"));
    app.sync(&admin).await;
    assert_eq!(must_accept(&priya).await, false);
    app.plex.lift(empty);
    let sync = app.sync(&admin).await;
    assert_eq!((&sync["updated"], &sync["left"]), (&json!(2), &json!(0)), "{sync}");
    for who in [&priya, &sam] {
        assert_eq!(must_accept(who).await, true);
    }
    assert_eq!(app.sync(&admin).await["updated"], 0, "told once");
    app.plex.befriend_owner(priya.account);
    app.sync(&admin).await;
    assert_eq!((must_accept(&priya).await, must_accept(&sam).await), (json!(false), json!(true)));
    app.may_leave_jobs();
}
