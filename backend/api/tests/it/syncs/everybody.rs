//! Who is there, who is new, who has another name.

use pum_testkit::TestApp;
use pum_testkit::db::run;
use pum_testkit::fake_plex::{Fault, Who};
use serde_json::{Value, json};

#[actix_web::test]
async fn the_first_look_finds_everybody_with_six_calls() {
    let app = TestApp::start().await;
    let owner = app.plex.owner();
    let mia = app.plex.add_member("mia", &["Movies"]);
    app.plex.add_member("tobi", &[]);
    let pavel = app.plex.add_account("pavel");
    app.plex.befriend_owner(pavel);
    let greta = app.plex.add_account("greta");
    app.plex.share(greta, &["Kids"], false);
    let mid = app.plex.server(0).machine_identifier().to_owned();
    app.plex.world(|world| {
        world.share_titles(&mid, Who::Text("new@example.org".into()), &["Movies"]).expect("an invitation");
        let sam = world.add_account("sam");
        world.add_to_home(owner, sam);
        world.add_managed_user(owner, "Robin");
        world.share_back(mia, owner).expect("a share");
        // A second server of the owner's, shared with somebody who has nothing here.
        let other = world.add_server(owner, "Attic", &[("Old", "movie", 1)]);
        let elsewhere = world.add_account("elsewhere");
        world.befriend(owner, elsewhere);
        world.share_titles(&other, Who::Id(elsewhere), &[]).expect("a share");
        world.share_titles(&other, Who::Id(mia), &[]).expect("a share");
    });
    // Finishing the wizard begins the first sync.
    let admin = app.set_up().await;
    let syncs = admin.get("/api/v1/users/syncs").await.expect(200);
    let first = &syncs["items"][0];
    assert_eq!(
        (&first["state"], &first["added"], &first["problems"]),
        (&json!("done"), &json!(6), &json!(0)),
        "{first}"
    );

    let user = async |name: &str| app.user(&admin, name).await;
    let mia = user("mia").await;
    assert_eq!(
        (&mia["state"], &mia["shares_back"], &mia["home"]),
        (&json!("active"), &json!(true), &json!(false)),
        "{mia}"
    );
    assert_eq!(mia["libraries"]["mode"], "some");
    assert!(mia["joined_at"].is_string() && mia["access_expires_at"].is_null(), "{mia}");
    assert_eq!(user("tobi").await["libraries"], json!({ "mode": "all" }));
    assert_eq!(user("greta").await["state"], "pending");
    let address = user("new@example.org").await;
    assert_eq!((&address["state"], &address["plex_id"]), (&json!("pending"), &Value::Null), "{address}");
    assert_eq!(user("sam").await["home"], true);
    assert_eq!((&user("Robin").await["home"], &user("Robin").await["email"]), (&json!(true), &Value::Null));
    for nobody in ["pavel", "elsewhere", "olivia"] {
        assert_eq!(user(nobody).await, Value::Null, "{nobody} is no user of this server");
    }

    app.plex.clear_calls();
    let again = app.sync(&admin).await;
    assert_eq!((&again["added"], &again["unchanged"]), (&json!(0), &json!(6)), "{again}");
    let calls: Vec<_> = app.plex.calls().into_iter().map(|call| call.op).collect();
    assert!(calls.len() <= 6, "{calls:?}");
    assert!(app.plex.writes().is_empty());
}

#[actix_web::test]
async fn each_sync_tells_anew_when_people_were_seen_unless_they_were_not() {
    let app = TestApp::start().await;
    let mia = app.plex.add_member("mia", &["Movies"]);
    app.plex.add_member("tobi", &[]);
    app.plex.add_member("jonas", &["Kids"]);
    let admin = app.set_up().await;
    let seen_at = async |name: &str| app.user(&admin, name).await["now"]["at"].as_str().map(str::to_owned);
    let (first, first_of_mia) = (seen_at("tobi").await, seen_at("mia").await);
    assert!(first.is_some() && first_of_mia.is_some());

    app.minutes_pass(15);
    app.sync(&admin).await;
    let second = seen_at("tobi").await;
    assert!(second > first, "as before, and seen again");
    let second_of_mia = seen_at("mia").await;
    assert_eq!(second_of_mia, second, "one reading for everybody");

    app.plex.leave(mia);
    app.minutes_pass(15);
    app.sync(&admin).await;
    let third = seen_at("tobi").await;
    assert!(third > second);
    assert!(seen_at("mia").await < third, "not to be found: as of the time before");

    // One of the lists is no answer for anybody: what was seen keeps its moment.
    app.plex.fault(Fault::EmptyList.on("list_shares"));
    app.minutes_pass(15);
    let doubtful = app.sync(&admin).await;
    assert_ne!(doubtful["problems"], 0, "{doubtful}");
    assert_eq!(seen_at("tobi").await, third);
    app.plex.clear_faults();
    app.minutes_pass(15);
    app.sync(&admin).await;
    assert!(seen_at("tobi").await > third);
}

#[actix_web::test]
async fn nobody_is_told_to_have_been_seen_on_a_server_that_was_connected_meanwhile() {
    let app = TestApp::start().await;
    app.plex.add_member("mia", &["Movies"]);
    let admin = app.set_up().await;
    let seen_at = async || app.user(&admin, "mia").await["now"]["at"].clone();
    let before = seen_at().await;
    let another = "UPDATE plex_server SET machine_identifier = 'another', people_seen_at = NULL";

    for (meanwhile, is_later) in [(None, true), (Some(another), false)] {
        app.minutes_pass(15);
        app.plex.clear_calls();
        let held = app.plex.fault(Fault::HoldAnswer.on("list_shares").times(1));
        let id = admin.post("/api/v1/users/sync", Value::Null).await.expect(202)["sync_id"].clone();
        let (sync, ()) = tokio::join!(app.sync_ends(&admin, id.as_str().unwrap()), async {
            app.plex.worked("list_shares", 1).await;
            if let Some(statement) = meanwhile {
                run(app.db.url(), statement).await;
            }
            app.plex.lift(held);
        });
        assert_eq!(sync["state"], "done", "{sync}");
        let after = seen_at().await;
        assert_eq!(after.as_str() > before.as_str(), is_later, "{before} {after} {meanwhile:?}");
    }
    app.may_leave_jobs();
}

#[actix_web::test]
async fn people_get_other_names_and_keep_everything_else() {
    let app = TestApp::start().await;
    let jonas = app.plex.add_member("jonas", &["Movies"]);
    let admin = app.set_up().await;
    let before = app.user(&admin, "jonas").await;
    let owner = app.plex.owner();
    app.plex.world(|world| {
        world.rename(jonas, "jonathan", "jonathan@example.org");
        world.add_to_home(owner, jonas);
    });
    let sync = app.sync(&admin).await;
    assert_eq!((&sync["updated"], &sync["unchanged"]), (&json!(1), &json!(0)), "{sync}");
    let id = sync["sync_id"].as_str().unwrap();
    let page = admin.get(&format!("/api/v1/users/syncs/{id}/items?kind=updated&q=JONA")).await.expect(200);
    let changes = page["items"][0]["changes"].as_array().unwrap().clone();
    let names: Vec<_> = changes.iter().filter_map(|change| change["field"].as_str()).collect();
    assert_eq!(names, ["username", "email", "home"], "{page}");
    assert_eq!((&changes[0]["old"], &changes[0]["new"]), (&json!("jonas"), &json!("jonathan")));
    let after = app.user(&admin, "jonathan").await;
    assert_eq!((&after["id"], &after["libraries"]), (&before["id"], &before["libraries"]));
    assert!(after["version"].as_i64() > before["version"].as_i64());
    let told = admin.get("/api/v1/history?type=user.renamed").await.expect(200);
    assert_eq!(told["total"], 1, "{told}");
    let nothing = admin.get(&format!("/api/v1/users/syncs/{id}/items?kind=updated&q=zzz")).await.expect(200);
    assert_eq!(nothing["total"], 0);
    admin
        .get(&format!("/api/v1/users/syncs/{id}/items?kind=hats"))
        .await
        .expect_problem(422, "validation_failed");
}

#[actix_web::test]
async fn an_invited_address_turns_into_a_person() {
    let app = TestApp::start().await;
    let mid = app.plex.server(0).machine_identifier().to_owned();
    app.plex.world(|world| {
        world.share_titles(&mid, Who::Text("new@example.org".into()), &["Movies"]).expect("an invitation")
    });
    let admin = app.set_up().await;
    let before = app.user(&admin, "new@example.org").await;
    assert_eq!(before["state"], "pending", "{before}");
    let account = app.plex.world(|world| {
        let account = world.claim_address("nina", "NEW@example.org");
        let share = world.share_with(&mid, account).map(|share| share.id).expect("the invitation");
        world.accept_share(account, share).expect("an acceptance");
        account
    });
    let sync = app.sync(&admin).await;
    assert_eq!((&sync["added"], &sync["updated"]), (&json!(0), &json!(1)), "{sync}");
    let after = app.user(&admin, "nina").await;
    assert_eq!((&after["id"], &after["state"]), (&before["id"], &json!("active")), "{after}");
    assert_eq!(after["plex_id"], account.to_string());
    assert!(after["joined_at"].is_string());
}

#[actix_web::test]
async fn hostile_names_stop_nothing() {
    let app = TestApp::start().await;
    let names = ["<img onerror=alert(1)>", "\u{202E}gpj", "=cmd", &"İ".repeat(300), "plain"];
    for (number, name) in names.iter().enumerate() {
        let account = app.plex.add_member(&format!("person{number}"), &["Movies"]);
        app.plex.world(|world| world.rename(account, name, &format!("{}@example.org", "x".repeat(300))));
    }
    let admin = app.set_up().await;
    let syncs = admin.get("/api/v1/users/syncs").await.expect(200);
    assert_eq!(
        (&syncs["items"][0]["added"], &syncs["items"][0]["state"]),
        (&json!(5), &json!("done")),
        "{syncs}"
    );
    let page = admin.get("/api/v1/users?limit=200").await.expect(200);
    let shown: Vec<_> =
        page["items"].as_array().unwrap().iter().filter_map(|user| user["username"].as_str()).collect();
    assert!(shown.contains(&"gpj") && shown.contains(&"<img onerror=alert(1)>"), "{shown:?}");
}

#[actix_web::test]
async fn a_new_library_reaches_those_who_have_all() {
    let app = TestApp::start().await;
    let mia = app.plex.add_member("mia", &["Movies", "TV Shows", "Kids"]);
    let sam = app.plex.add_member("sam", &["Movies", "TV Shows", "Kids"]);
    let admin = app.set_up().await;
    // What was wanted for her is everything, told to Plex as a list.
    let id = app.user(&admin, "mia").await["id"].as_str().unwrap().parse().unwrap();
    let tx = app.ctx.db().begin().await.unwrap();
    let libraries = pum_domain::invite::LibraryChoice::All;
    let all = pum_domain::access::WantedAccess::Granted { libraries, allow_downloads: false };
    pum_store::users::want(&tx, id, &all).await.unwrap();
    tx.commit().await.unwrap();
    let mid = app.plex.server(0).machine_identifier().to_owned();
    app.plex.world(|world| world.add_library(&mid, "Concerts", "movie", 4));
    app.sync(&admin).await;
    app.run_jobs().await;
    let titles = |account| app.plex.titles(&app.plex.shares_of(account)[0]);
    assert_eq!(titles(mia), ["Movies", "TV Shows", "Kids", "Concerts"]);
    assert_eq!(titles(sam), ["Movies", "TV Shows", "Kids"], "a list stays a list");
}
