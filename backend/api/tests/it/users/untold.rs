//! What a list does not tell is neither taken for granted nor for lost.

use pum_testkit::fake_plex::{Fault, Who};
use pum_testkit::{Browser, TestApp};
use serde_json::{Value, json};

use super::{Member, member, writes};

async fn all_is_quiet(app: &TestApp, admin: &Browser, who: &Member) {
    app.until_in_time("all is quiet", || async {
        app.run_jobs().await;
        who.look(admin).await["pending_change"].is_null()
    })
    .await;
}

fn may_download(app: &TestApp, who: &Member) -> bool {
    let owner = app.plex.owner();
    app.plex.world(|world| world.settings_for(owner, &who.account.to_string()).allow_sync)
}

#[actix_web::test]
async fn downloads_that_the_list_of_shares_does_not_tell_are_changed_all_the_same() {
    for told_by_users in [true, false] {
        let app = TestApp::start().await;
        let admin = app.set_up().await;
        let priya = member(&app, &admin, "priya", &["Movies"]).await;
        app.plex.world(|world| {
            world.config.downloads_in_share_list = false;
            world.config.downloads_in_users_list = told_by_users;
        });
        for allow in [true, false] {
            admin.patch(&priya.at(""), json!({ "allow_downloads": allow })).await.expect(202);
            all_is_quiet(&app, &admin, &priya).await;
            assert_eq!(may_download(&app, &priya), allow, "told by users: {told_by_users}");
            assert_eq!(writes(&app), ["update_sharing"], "once");
            app.plex.clear_calls();
            app.minutes_pass(5);
        }
    }
}

#[actix_web::test]
async fn what_the_list_of_users_tells_is_written_only_where_it_differs() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    app.plex.world(|world| world.config.downloads_in_share_list = false);
    let both = app.library_ids(&admin, &["Movies", "Kids"]).await;
    admin.patch(&priya.at(""), json!({ "libraries": { "mode": "some", "ids": both } })).await.expect(202);
    all_is_quiet(&app, &admin, &priya).await;
    assert_eq!(writes(&app), ["update_share_v1"]);
}

#[actix_web::test]
async fn a_write_that_nobody_shows_and_whose_answer_is_lost_is_repeated_in_peace() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    app.plex.world(|world| {
        world.config.downloads_in_share_list = false;
        world.config.downloads_in_users_list = false;
    });
    app.plex.fault(Fault::LostAnswer.on("update_sharing").times(1));
    admin.patch(&priya.at(""), json!({ "allow_downloads": true })).await.expect(202);
    app.run_jobs().await;
    assert_eq!(writes(&app), ["update_sharing"], "not again at once");
    all_is_quiet(&app, &admin, &priya).await;
    assert_eq!((writes(&app).len(), may_download(&app, &priya)), (2, true));
}

#[actix_web::test]
async fn downloads_of_a_share_of_everything_change_by_the_way_that_is_left() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    app.plex.set_titles(priya.account, &[]);
    app.plex.fault(Fault::status(400).on("update_sharing"));
    app.plex.fault(Fault::status(400).on("update_sharing_settings"));
    let edit = json!({ "libraries": { "mode": "all" }, "allow_downloads": true });
    admin.patch(&priya.at(""), edit).await.expect(202);
    all_is_quiet(&app, &admin, &priya).await;
    assert!(may_download(&app, &priya), "{:?}", writes(&app));
    assert_eq!(priya.titles(&app), ["Movies", "TV Shows", "Kids"]);
    let user = priya.look(&admin).await;
    assert_eq!((&user["libraries"]["mode"], &user["drift"]), (&json!("all"), &Value::Null), "{user}");
    // What comes later is theirs as well, though Plex has a list now.
    let mid = app.plex.server(0).machine_identifier().to_owned();
    app.plex.world(|world| world.add_library(&mid, "Operas", "movie", 7));
    app.minutes_pass(5);
    app.sync(&admin).await;
    app.minutes_pass(5);
    app.sync(&admin).await;
    all_is_quiet(&app, &admin, &priya).await;
    assert!(priya.titles(&app).contains(&"Operas".to_owned()), "{:?}", priya.titles(&app));
    app.may_leave_jobs();
}

#[actix_web::test]
async fn who_has_a_new_name_is_invited_by_it_and_not_who_has_the_old_one() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    admin.post(&priya.at("/suspend"), Value::Null).await.expect(202);
    app.run_jobs().await;
    app.minutes_pass(5);
    let other = app.plex.world(|world| {
        world.rename(priya.account, "priya.b", "priya@example.com");
        let other = world.add_account("somebody");
        world.rename(other, "priya", "other@example.com");
        other
    });
    app.plex.fault(Fault::Gone.on("create_share_v1"));
    admin.post(&priya.at("/resume"), Value::Null).await.expect(202);
    all_is_quiet(&app, &admin, &priya).await;
    assert!(app.plex.shares_of(other).is_empty(), "a stranger is invited");
    assert_eq!(priya.titles(&app), ["Movies"]);

    // Whom Plex does not list as a friend any more is known by their address.
    let owner = app.plex.owner();
    admin.post(&priya.at("/suspend"), Value::Null).await.expect(202);
    app.run_jobs().await;
    app.minutes_pass(5);
    app.plex.world(|world| {
        world.remove_friendship(owner, priya.account).expect("friends");
        assert!(world.share_titles(&world.slots[0].clone().unwrap_or_default(), Who::Id(other), &[]).is_ok());
        world.leave(owner, other);
    });
    admin.post(&priya.at("/resume"), Value::Null).await.expect(202);
    all_is_quiet(&app, &admin, &priya).await;
    assert!(app.plex.shares_of(other).is_empty(), "a stranger is invited");
    assert_eq!(app.plex.shares_of(priya.account).len(), 1);
    app.may_leave_jobs();
}
