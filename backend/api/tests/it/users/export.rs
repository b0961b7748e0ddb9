//! Everybody in a file.

use pum_domain::Permission;
use pum_testkit::TestApp;
use serde_json::{Value, json};

use super::member;

#[actix_web::test]
async fn the_file_holds_who_fits_and_runs_nothing() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let priya = member(&app, &admin, "priya", &["Movies"]).await;
    member(&app, &admin, "=noor", &["Kids"]).await;
    let notes = json!({ "notes": "+49, \"call\"\nme", "tags": ["one", "two"] });
    admin.patch(&priya.at(""), notes).await.expect(200);

    let file = admin.get("/api/v1/users/export").await;
    assert_eq!(file.status, 200, "{}", file.text);
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert!(
        file.header("content-disposition").starts_with("attachment; filename=\"users-"),
        "{:?}",
        file.headers
    );
    assert!(file.text.starts_with("id,plex_id,username,email,state,"), "{}", file.text);
    assert!(file.text.contains(",\"'=noor\","), "{}", file.text);
    assert!(file.text.contains(",one; two,\"'+49, \"\"call\"\"\nme\","), "{}", file.text);
    assert!(file.text.contains(",Movies,false,"), "{}", file.text);

    let file = admin.get("/api/v1/users/export?format=json&tag=one").await.expect(200);
    assert_eq!((file.as_array().map(Vec::len), &file[0]["username"]), (Some(1), &json!("priya")));
    assert!(file[0]["notes"].as_str().is_some_and(|notes| notes.starts_with("+49")));
    let latest = admin.get("/api/v1/users/export?format=json&sort=added&order=desc").await.expect(200);
    assert_eq!(latest[0]["username"], "=noor", "in the order of the list");
    let nobody = admin.get("/api/v1/users/export?format=json&q=nobody").await.expect(200);
    assert_eq!(nobody, Value::Array(Vec::new()));

    for (query, pointer) in
        [("format=xml", "/format"), ("limit=3", "/limit"), ("hat=1", "/hat"), ("sort=hat", "/sort")]
    {
        let refused = admin
            .get(&format!("/api/v1/users/export?{query}"))
            .await
            .expect_problem(422, "validation_failed");
        assert_eq!(refused["errors"][0]["pointer"], pointer, "{query}");
    }
    let onlooker = app.sign_in_with(&[Permission::UsersView]).await;
    onlooker.get("/api/v1/users/export").await.expect_problem(403, "permission_denied");
    let porter = app.sign_in_with(&[Permission::UsersExport]).await;
    assert_eq!(porter.get("/api/v1/users/export").await.status, 200);
}

#[actix_web::test]
async fn a_long_file_is_whole() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    let tx = app.ctx.db().begin().await.unwrap();
    for number in 0..450 {
        let person = pum_store::users::Enrolment {
            new_id: pum_app::random::id(),
            plex_id: pum_domain::PlexId(number),
            plex_uuid: None,
            username: format!("person {number}"),
            email: None,
            thumb: None,
            invited_by: pum_app::random::id(),
            membership_days: None,
            grant_purge_whitelist: false,
            grant_bot_whitelist: false,
        };
        pum_store::users::enrol(&tx, &person).await.unwrap();
    }
    tx.commit().await.unwrap();
    let file = admin.get("/api/v1/users/export?format=json").await.expect(200);
    let mut names: Vec<_> =
        file.as_array().unwrap().iter().map(|user| user["username"].to_string()).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 450);
    let file = admin.get("/api/v1/users/export").await;
    assert_eq!(file.text.lines().count(), 451);
}
