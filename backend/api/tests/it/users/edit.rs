//! Editing: only what changed goes to Plex, and nobody's edit is lost unseen.

use pum_testkit::TestApp;
use pum_testkit::fake_plex::Fault;
use serde_json::{Value, json};

use super::{events, member, writes};

#[actix_web::test]
async fn only_what_changed_is_sent() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    let owner = app.plex.owner();
    // What PUM does not manage: a content filter, and a share of the owner's other server.
    let filters = json!({ "filterMovies": "label=Kids", "allowTuners": "2" });
    let second = app.plex.world(|world| {
        let second = world.add_server(owner, "Second", &[("Anime", "show", 3)]);
        world.change_settings(owner, &priya.account.to_string(), filters.as_object().unwrap());
        world.share_titles(&second, pum_testkit::fake_plex::Who::Id(priya.account), &["Anime"]).unwrap();
        second
    });
    let untouched = || {
        let settings = app.plex.world(|world| world.settings_for(owner, &priya.account.to_string()));
        assert_eq!((settings.filter_movies.as_str(), settings.allow_tuners), ("label=Kids", 2));
        assert!(app.plex.shares_of(priya.account).iter().any(|share| share.machine_identifier == second));
        settings.allow_sync
    };

    let both = app.library_ids(&admin, &["Movies", "TV Shows"]).await;
    let wish = json!({ "libraries": { "mode": "some", "ids": both } });
    app.plex.fault(Fault::status(503).on("update_share").times(2));
    let shown = admin.patch(&priya.at(""), wish.clone()).await.expect(202);
    assert_eq!(shown["pending_change"]["state"], "requested", "{shown}");
    assert_eq!(shown["now"]["libraries"]["ids"].as_array().map(Vec::len), Some(1), "now is not wanted yet");
    assert_eq!(shown["libraries"]["ids"].as_array().map(Vec::len), Some(2));
    let worker = app.worker();
    app.until_in_time("the libraries are there", || async {
        priya.look(&admin).await["pending_change"] == Value::Null
    })
    .await;
    worker.stop().await;
    app.plex.clear_faults();
    app.run_jobs().await;
    assert_eq!(priya.titles(&app), ["Movies", "TV Shows"]);
    assert!(!untouched());
    assert!(writes(&app).iter().all(|op| op.starts_with("update_share")), "{:?}", writes(&app));
    assert_eq!(priya.look(&admin).await["now"]["libraries"], wish["libraries"]);

    app.plex.clear_calls();
    let same = admin.patch(&priya.at(""), wish).await.expect(200);
    let note =
        json!({ "notes": "Met at the film club.\nLikes noir.", "tags": ["Film club", "film CLUB", "Noir"] });
    let noted = admin.patch(&priya.at(""), note).await.expect(200);
    assert_eq!((&noted["tags"], &noted["has_notes"]), (&json!(["Film club", "Noir"]), &json!(true)));
    assert_eq!(noted["version"].as_i64(), same["version"].as_i64().map(|version| version + 1));
    app.run_jobs().await;
    assert!(writes(&app).is_empty(), "a note is not Plex's business");

    admin.patch(&priya.at(""), json!({ "allow_downloads": true })).await.expect(202);
    app.run_jobs().await;
    assert!(untouched(), "downloads are allowed, the rest is as it was");
    assert_eq!(writes(&app), ["update_sharing"]);
    assert_eq!(priya.titles(&app), ["Movies", "TV Shows"]);

    for (query, found) in [("q=NOIR", 1), ("tag=film%20club", 1), ("tag=film", 0), ("q=horror", 0)] {
        let page = admin.get(&format!("/api/v1/users?{query}")).await.expect(200);
        assert_eq!(page["total"], found, "{query}");
        assert!(page["items"].as_array().unwrap().iter().all(|row| row["notes"].is_null()));
    }
    assert_eq!(events(&admin, "user.updated").await, 3);
}

#[actix_web::test]
async fn of_two_admins_at_once_the_second_is_told() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    let version = priya.look(&admin).await["version"].to_string();
    admin.patch(&priya.at(""), json!({ "tags": ["first"], "notes": "hers" })).await.expect(200);
    let late = app.sign_in_as_admin().await.with_header("if-match", &version);
    let all = json!({ "tags": ["second"], "libraries": { "mode": "all" }, "purge_whitelisted": true });
    let told = late.patch(&priya.at(""), all.clone()).await.expect_problem(409, "version_conflict");
    assert_eq!(told["changed_fields"], json!(["notes", "tags"]), "{told}");
    let shown = priya.look(&admin).await;
    assert_eq!((&shown["tags"], &shown["purge_whitelisted"]), (&json!(["first"]), &json!(false)));
    assert_eq!(shown["pending_change"], Value::Null, "nothing is half-applied");
    // Who does not say what they have seen has the last word.
    admin.patch(&priya.at(""), all).await.expect(202);
    app.run_jobs().await;
    assert_eq!(priya.titles(&app).len(), 3);
}

/// What a sync has adopted meanwhile is named like an edit.
#[actix_web::test]
async fn the_second_is_told_what_was_not_edited_here_as_well() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies", "TV Shows"]).await;
    app.minutes_pass(15);
    app.run_jobs().await;
    let version = async || priya.look(&admin).await["version"].to_string();
    let late = async |version: &str| {
        let late = admin.clone().with_header("if-match", version);
        let told = late.patch(&priya.at(""), json!({ "notes": "late" })).await;
        told.expect_problem(409, "version_conflict")["changed_fields"].take()
    };
    let before = version().await;
    admin.patch(&priya.at(""), json!({ "tags": ["first"] })).await.expect(200);
    app.plex.set_titles(priya.account, &["Movies"]);
    app.sync(&admin).await;
    assert_eq!(late(&before).await, json!(["libraries", "allow_downloads", "tags"]));
    let adopted = version().await;
    admin.patch(&priya.at(""), json!({ "tags": ["second"] })).await.expect(200);
    assert_eq!(late(&adopted).await, json!(["tags"]), "what was there when they looked is not news");

    admin.post(&priya.at("/suspend"), Value::Null).await.expect(202);
    app.run_jobs().await;
    let suspended = version().await;
    admin.post(&priya.at("/resume"), Value::Null).await.expect(202);
    app.run_jobs().await;
    // Until when is said again with the access that is given.
    let given = json!(["libraries", "allow_downloads", "access_expires_at", "state"]);
    assert_eq!(late(&suspended).await, given);
    let resumed = admin.get("/api/v1/history?type=user.resumed").await.expect(200);
    let event = &resumed["items"][0];
    assert_eq!(
        (&event["before"]["state"], &event["after"]["state"]),
        (&json!("suspended"), &json!("active"))
    );
    app.may_leave_jobs();
}

/// An end takes the place of days that were still to be counted, and the history says so.
#[actix_web::test]
async fn days_that_an_end_replaces_are_told() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let code = app.invite(&admin, json!({ "libraries": { "mode": "all" }, "membership_days": 30 })).await;
    let sam = app.invitee("sam");
    sam.join(&app, &code).await;
    // Their own token dies before PUM can accept for them: they wait, and the days with them.
    app.plex.revoke_tokens(sam.account);
    app.run_jobs().await;
    let user = app.user(&admin, "sam").await;
    assert_eq!(user["membership_days"], 30, "{user}");
    let here = format!("/api/v1/users/{}", user["id"].as_str().unwrap());
    let edited = admin.patch(&here, json!({ "access_expires_on": "2999-12-31" })).await.expect(200);
    assert_eq!(edited["membership_days"], Value::Null);
    let told = admin.get("/api/v1/history?type=user.updated").await.expect(200);
    let event = &told["items"][0];
    assert_eq!(
        (&event["before"]["membership_days"], &event["after"]["membership_days"]),
        (&json!(30), &Value::Null)
    );
    assert_eq!(
        event["before"].as_object().map(serde_json::Map::len),
        Some(3),
        "what is as before is left out: {event}"
    );
    app.may_leave_jobs();
}

#[actix_web::test]
async fn each_wrong_field_is_named() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    let noor = member(&app, &admin, "noor", &["Movies"]).await;
    let cases = [
        (json!({ "libraries": { "mode": "some", "ids": [] } }), "/libraries/ids"),
        (json!({ "libraries": { "mode": "some", "ids": ["nothing"] } }), "/libraries/ids/0"),
        (json!({ "notes": null, "shoe_size": 43 }), "/shoe_size"),
        // There is nothing that these could be cleared to.
        (json!({ "libraries": null }), "/libraries"),
        (json!({ "allow_downloads": null }), "/allow_downloads"),
        (json!({ "allow_4k_transcode": null }), "/allow_4k_transcode"),
        (json!({ "purge_whitelisted": null }), "/purge_whitelisted"),
        (json!({ "bot_whitelisted": null }), "/bot_whitelisted"),
        (json!({ "access_expires_at": "soon" }), "/access_expires_at"),
        (json!({ "access_expires_at": "2001-01-01T00:00:00Z" }), "/access_expires_at"),
        (json!({ "access_expires_on": "2001-01-01" }), "/access_expires_on"),
        (json!({ "access_expires_on": "9999-12-31" }), "/access_expires_on"),
        (json!({ "notes": "x".repeat(5_001) }), "/notes"),
        (json!({ "tags": [""] }), "/tags/0"),
        (json!({ "tags": ["fine", "x".repeat(41)] }), "/tags/1"),
        (json!({ "discord_id": "someone#1234" }), "/discord_id"),
    ];
    for (body, pointer) in cases {
        let answer = admin.patch(&priya.at(""), body.clone()).await;
        assert_eq!(answer.status, 422, "{body}: {}", answer.text);
        assert_eq!(answer.json["errors"][0]["pointer"], pointer, "{body}: {}", answer.text);
    }
    let refused = admin.patch(&priya.at(""), json!({ "libraries": null })).await;
    assert!(
        refused.json["detail"].as_str().is_some_and(|detail| detail.contains("leave it out")),
        "{refused:?}"
    );
    admin.patch(&priya.at(""), json!({ "tags": ["film", "noir"] })).await.expect(200);
    assert_eq!(admin.patch(&priya.at(""), json!({ "tags": null })).await.expect(200)["tags"], json!([]));
    let discord = json!({ "discord_id": "123456789012345678" });
    admin.patch(&priya.at(""), discord.clone()).await.expect(200);
    admin.patch(&noor.at(""), discord.clone()).await.expect_problem(409, "discord_account_taken");
    let linked = admin.get("/api/v1/users?discord=true").await.expect(200);
    assert_eq!((&linked["total"], &linked["items"][0]["username"]), (&json!(1), &json!("priya")));
    let gone = admin.patch(&priya.at(""), json!({ "discord_id": null })).await.expect(200);
    assert_eq!(gone["discord"], Value::Null);
    admin.patch(&noor.at(""), discord).await.expect(200);
    app.run_jobs().await;
}
