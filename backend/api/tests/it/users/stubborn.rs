//! Plex does not do, say or know what it should: the other way is taken, once, and nothing is hammered.

use pum_testkit::fake_plex::{Fault, Who};
use pum_testkit::{Browser, TestApp};
use serde_json::{Value, json};

use super::{Member, let_undo_pass, member, writes};

async fn all_is_quiet(app: &TestApp, admin: &Browser, who: &Member) {
    app.until_in_time("all is quiet", || async {
        app.run_jobs().await;
        who.look(admin).await["pending_change"].is_null()
    })
    .await;
}

#[actix_web::test]
async fn a_share_of_everything_is_narrowed_by_one_call_however_long_the_list_lags() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    admin.patch(&priya.at(""), json!({ "libraries": { "mode": "all" } })).await.expect(202);
    app.run_jobs().await;
    app.plex.set_titles(priya.account, &[]);
    app.plex.clear_calls();
    let movies = app.library_ids(&admin, &["Movies"]).await;
    let lags = app.plex.fault(Fault::Frozen.on("reads"));
    let edit = json!({ "libraries": { "mode": "some", "ids": movies } });
    admin.patch(&priya.at(""), edit).await.expect(202);
    app.run_jobs().await;
    assert_eq!(writes(&app), ["update_share_v1"]);
    app.plex.lift(lags);
    all_is_quiet(&app, &admin, &priya).await;
    assert_eq!(
        (writes(&app), priya.titles(&app)),
        (vec!["update_share_v1".to_owned()], vec!["Movies".to_owned()])
    );
}

#[actix_web::test]
async fn what_one_way_does_not_know_is_done_by_the_other() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    app.plex.fault(Fault::status(404).on("update_share_v1"));
    app.plex.fault(Fault::status(404).on("remove_share_v1"));
    let kids = app.library_ids(&admin, &["Kids"]).await;
    let edit = json!({ "libraries": { "mode": "some", "ids": kids } });
    admin.patch(&priya.at(""), edit).await.expect(202);
    app.run_jobs().await;
    assert_eq!(writes(&app), ["update_share_v1"], "not again at once");
    all_is_quiet(&app, &admin, &priya).await;
    assert_eq!((writes(&app).len(), priya.titles(&app)), (2, vec!["Kids".to_owned()]), "{:?}", writes(&app));

    app.plex.clear_calls();
    admin.post(&priya.at("/suspend"), Value::Null).await.expect(202);
    app.run_jobs().await;
    assert_eq!(
        (writes(&app), priya.state(&admin).await.as_str()),
        (vec!["remove_share_v1".to_owned()], "active")
    );
    all_is_quiet(&app, &admin, &priya).await;
    assert_eq!(writes(&app), ["remove_share_v1", "remove_share_v2"]);
    assert_eq!((priya.state(&admin).await.as_str(), priya.titles(&app)), ("suspended", Vec::new()));
}

#[actix_web::test]
async fn what_neither_way_knows_is_for_an_admin() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    let unknown = app.plex.fault(Fault::status(404).on("remove_share"));
    admin.post(&priya.at("/suspend"), Value::Null).await.expect(202);
    app.run_jobs().await;
    app.until_in_time("it is given up", || async {
        app.run_jobs().await;
        priya.look(&admin).await["pending_change"]["state"] == "failed"
    })
    .await;
    assert_eq!(writes(&app), ["remove_share_v1", "remove_share_v2"], "each way once");
    let stays = priya.look(&admin).await;
    assert_eq!(
        (&stays["state"], &stays["pending_change"]["reason"]),
        (&json!("active"), &json!("plex_refused")),
        "{stays}"
    );
    // An admin tries again, and it begins anew.
    app.plex.lift(unknown);
    let change = stays["pending_change"]["id"].as_str().unwrap();
    admin.post(&format!("/api/v1/changes/{change}/retry"), json!({})).await.expect(202);
    app.run_jobs().await;
    assert_eq!((priya.state(&admin).await.as_str(), priya.titles(&app)), ("suspended", Vec::new()));
}

#[actix_web::test]
async fn filters_that_the_list_of_shares_does_not_tell_survive_a_change_by_the_newer_way() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    let (owner, person) = (app.plex.owner(), priya.account.to_string());
    let filter = json!({ "filterMovies": "contentRating=G" });
    app.plex.world(|world| {
        world.change_settings(owner, &person, filter.as_object().unwrap());
        world.config.filters_in_share_list = false;
        world.config.update_replaces_settings = true;
    });
    for fault in ["update_share_v1", "update_sharing"] {
        app.plex.fault(Fault::Gone.on(fault));
    }
    let kids = app.library_ids(&admin, &["Kids"]).await;
    let edit = json!({ "libraries": { "mode": "some", "ids": kids }, "allow_downloads": true });
    admin.patch(&priya.at(""), edit).await.expect(202);
    app.run_jobs().await;
    assert_eq!(priya.titles(&app), ["Kids"]);
    let settings = app.plex.world(|world| world.settings_for(owner, &person));
    assert_eq!((settings.filter_movies.as_str(), settings.allow_sync), ("contentRating=G", true));
}

#[actix_web::test]
async fn a_friendship_ends_by_the_other_way_and_names_the_owners_servers_only() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    let owner = app.plex.owner();
    app.plex.world(|world| {
        let second = world.add_server(owner, "Second", &[("Anime", "show", 3)]);
        world.share_titles(&second, Who::Id(priya.account), &["Anime"]).unwrap();
        world.share_back(priya.account, owner).unwrap();
    });
    app.plex.fault(Fault::Gone.on("remove_friend"));
    admin.delete(&priya.at("?friendship=end")).await.expect(202);
    let_undo_pass(&app);
    app.run_jobs().await;
    let gone = priya.look(&admin).await;
    assert_eq!((&gone["state"], &gone["other_servers"]), (&json!("removed"), &json!(["Second"])), "{gone}");
    assert_eq!(writes(&app), ["remove_share_v1", "remove_friend", "remove_friendship"]);
    assert!(!app.plex.world(|world| world.are_friends(owner, priya.account)));
}
