//! Pictures of people come from our own origin.

use pum_app::pictures;
use pum_testkit::TestApp;
use std::time::Duration;

#[tokio::test]
async fn a_picture_is_fetched_once_and_then_ours() {
    let app = TestApp::start().await;
    let address = app.plex.world(|world| {
        let account = world.accounts.values().next().expect("an account").clone();
        world.thumb(&account)
    });
    let admin = app.make_admin("anna", &[], |admin| {
        let plex_id = pum_domain::PlexId(1);
        let thumb = Some(address.clone());
        admin.plex = Some(pum_store::admins::PlexLink { plex_id, username: "anna".to_owned(), thumb });
    });
    let browser = app.sign_in_as(admin.await).await;
    // The page does not wait for it; somebody who does gets it.
    let first = browser.get("/api/v1/pictures/account").await;
    assert!(first.status == 404 || first.status == 200, "{}", first.text);
    let patience = Duration::from_secs(30);
    assert!(pictures::of_address(&app.ctx, Some(&address), patience).await.unwrap().is_some());

    let picture = browser.get("/api/v1/pictures/account").await;
    assert_eq!((picture.status, picture.header("content-type")), (200, "image/png"));
    assert_eq!(picture.header("x-content-type-options"), "nosniff");
    let etag = picture.header("etag").to_owned();
    let again = browser.clone().with_header("if-none-match", &etag).get("/api/v1/pictures/account").await;
    assert_eq!(again.status, 304);
}

#[tokio::test]
async fn what_is_no_picture_is_not_passed_on() {
    let app = TestApp::start().await;
    let page = format!("{}/", app.plex.auth_url());
    let patience = Duration::from_secs(30);
    for address in [page.as_str(), "https://evil.example/a.png", "http://169.254.169.254/", "nonsense"] {
        let found = pictures::of_address(&app.ctx, Some(address), patience).await.unwrap();
        assert!(found.is_none(), "{address}");
    }
    let rows = pum_testkit::db::rows(app.db.url(), "SELECT source AS found FROM pictures").await;
    assert!(rows.is_empty(), "{rows:?}");
}
