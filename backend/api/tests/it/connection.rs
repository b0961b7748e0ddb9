//! The connected Plex server: its token, its identity, and replacing either.

use std::time::Duration;

use pum_app::plex_server::{self, NotReady};
use pum_domain::job::{JobKind, JobState, Lane};
use pum_store::jobs::{self, NewJob};
use pum_testkit::{Browser, TestApp};
use serde_json::{Value, json};

use crate::dance::{dance, events, make_pin};
use crate::setup::first_admin;

const CONNECTION: &str = "/api/v1/settings/plex";
const SIGN_IN: &str = "/api/v1/settings/plex/sign-in";

async fn connected() -> (TestApp, Browser) {
    let app = TestApp::start().await;
    let browser = first_admin(&app).await;
    browser.get(CONNECTION).await.expect_problem(409, "plex_not_connected");
    let body = json!({ "url": app.plex.server(0).url(), "token": app.plex.owner_token() });
    browser.put("/api/v1/setup/plex", body).await.expect(200);
    (app, browser)
}

async fn enqueue(app: &TestApp, kind: JobKind) -> i64 {
    let tx = app.ctx.db().begin().await.unwrap();
    let job = jobs::enqueue(&tx, NewJob::new(kind, Lane::Automatic, json!({}))).await.unwrap();
    tx.commit().await.unwrap();
    job.id
}

/// Here and at Plex.
fn five_minutes_pass(app: &TestApp) {
    let passed = Duration::from_secs(301);
    app.ctx.db().let_time_pass(passed);
    app.plex.advance(passed);
}

async fn look(app: &TestApp) {
    enqueue(app, JobKind::CheckServer).await;
    assert_eq!(app.run_jobs().await, [JobKind::CheckServer]);
}

async fn state(browser: &Browser) -> (Value, Value) {
    let now = browser.get(CONNECTION).await.expect(200);
    (now["auth_state"].clone(), now["identity_state"].clone())
}

#[tokio::test]
async fn the_token_is_sealed_and_never_shown() {
    let (app, browser) = connected().await;
    let shown = browser.get(CONNECTION).await.expect(200);
    assert_eq!((&shown["owner"], &shown["server"]["name"]), (&json!("olivia"), &json!("Aurora")));
    assert!(!shown.to_string().contains(app.plex.owner_token()));
    let stored = pum_testkit::db::rows(app.db.url(), "SELECT token_sealed AS found FROM plex_server").await;
    assert!(stored[0].starts_with("s1.") && !stored[0].contains(app.plex.owner_token()));
}

#[tokio::test]
async fn another_server_at_the_address_gets_no_token_and_pauses_the_jobs() {
    let (app, browser) = connected().await;
    let aurora = app.plex.server(0).machine_identifier().to_owned();
    let impostor = app.plex.world(|world| world.swap_server(0));
    app.plex.clear_calls();
    look(&app).await;
    assert_eq!(state(&browser).await, (json!("ok"), json!("other_server")));
    assert!(matches!(plex_server::connected_server(&app.ctx).await, Err(NotReady::OtherServer)));
    // A job that needs the server waits and spends no attempts.
    let waiting = enqueue(&app, JobKind::RefreshLibraries).await;
    app.run_jobs().await;
    let job = jobs::get(&app.ctx.reader(), waiting).await.unwrap();
    assert_eq!((job.state, job.attempts), (JobState::Blocked, 0));
    assert_eq!(job.blocked_on.as_deref(), Some("plex_identity"));
    // Trying the saved connection sends nothing either, nor does saving a new token for it.
    let tested = browser.post("/api/v1/settings/plex/test", json!({})).await.expect(200);
    assert_eq!((&tested["ok"], &tested["checks"][0]["ok"]), (&json!(false), &json!(false)));
    assert_eq!(tested["checks"][0]["code"], "other_server");
    let body = json!({ "token": app.plex.owner_token() });
    browser.patch(CONNECTION, body).await.expect_problem(409, "plex_other_server");
    let sent: Vec<_> = app.plex.calls().into_iter().filter(|call| call.host.starts_with("pms")).collect();
    assert!(!sent.is_empty());
    assert!(sent.iter().all(|call| call.op == "identity" && call.account.is_none()), "{sent:?}");
    assert_eq!(events(&app, "server.identity_changed").await, 1);

    // The right one comes back, and everything goes on by itself.
    assert_ne!(impostor, aurora);
    app.plex.world(|world| world.slots[0] = Some(aurora));
    enqueue(&app, JobKind::CheckServer).await;
    let done = app.run_jobs().await;
    assert!(done.contains(&JobKind::RefreshLibraries), "{done:?}");
    assert_eq!(state(&browser).await, (json!("ok"), json!("ok")));
}

#[tokio::test]
async fn another_server_takes_its_place_once_an_admin_says_so() {
    let (app, browser) = connected().await;
    let owner = app.plex.owner();
    let impostor = app.plex.world(|world| world.swap_server(0));
    let body =
        json!({ "url": app.plex.server(0).url(), "token": app.plex.owner_token(), "replace_server": true });
    // Saying so does not make a stranger's server the admin's own.
    browser.patch(CONNECTION, body.clone()).await.expect_problem(422, "plex_not_owner");
    app.plex.world(|world| world.servers.get_mut(&impostor).unwrap().owner = owner);
    let replaced = browser.patch(CONNECTION, body).await.expect(200);
    assert_eq!(replaced["server"]["machine_identifier"], impostor);
    assert_eq!(events(&app, "server.replaced").await, 1);
    assert_eq!(app.run_jobs().await, [JobKind::RefreshLibraries, JobKind::ImportPlayHistory]);
}

#[tokio::test]
async fn another_server_is_picked_from_the_account_after_setup_too() {
    const CHOOSE: &str = "/api/v1/setup/plex/sign-in";
    const SERVERS: &str = "/api/v1/setup/plex/servers";
    let app = TestApp::start().await;
    let browser = app.set_up().await;
    let owner = app.plex.owner();
    browser.get(SERVERS).await.expect_problem(409, "plex_token_required");
    let other = app.plex.world(|world| world.swap_server(0));
    app.plex.world(|world| world.servers.get_mut(&other).unwrap().owner = owner);
    let pin = make_pin(&browser.post(CHOOSE, json!({})).await.expect(201)).await;
    let attached = browser.post(&format!("{CHOOSE}/pin"), pin.body()).await.expect(200);
    let way_back = attached["sign_in_url"].as_str().unwrap();
    assert!(way_back.contains("settings%2Fplex"), "{way_back}");
    app.plex.sign_in(&pin.code, owner);
    browser.post(&format!("{CHOOSE}/complete"), json!({})).await.expect(200);

    let servers = browser.get(SERVERS).await.expect(200);
    let first = browser.get(&format!("{SERVERS}?limit=1")).await.expect(200);
    assert_eq!((first["items"].as_array().map(Vec::len), &first["total"]), (Some(1), &servers["total"]));
    let chosen = servers["items"].as_array().unwrap().iter().find(|one| one["machine_identifier"] == other);
    let mut body = json!({ "machine_identifier": other, "uri": chosen.unwrap()["addresses"][0]["uri"] });
    // The wizard is over; in the settings another server has to be meant.
    browser.put("/api/v1/setup/plex", body.clone()).await.expect_problem(409, "setup_complete");
    browser.patch(CONNECTION, body.clone()).await.expect_problem(409, "plex_other_server");
    let half = json!({ "machine_identifier": other, "replace_server": true });
    let problem = browser.patch(CONNECTION, half).await.expect_problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["pointer"], "/uri");
    let unsaid = json!({ "machine_identifier": other, "uri": body["uri"], "url": null });
    let problem = browser.patch(CONNECTION, unsaid).await.expect_problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["pointer"], "/url");
    body["replace_server"] = json!(true);
    let replaced = browser.patch(CONNECTION, body).await.expect(200);
    assert_eq!(replaced["server"]["machine_identifier"], other);
    assert_eq!(events(&app, "server.replaced").await, 1);
    // The token has found its place: nobody chooses with it again.
    browser.get(SERVERS).await.expect_problem(409, "plex_token_required");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_dead_token_makes_jobs_wait_until_it_is_replaced() {
    let (app, browser) = connected().await;
    let owner = app.plex.owner();
    app.plex.revoke_tokens(owner);
    five_minutes_pass(&app);
    look(&app).await;
    assert_eq!(state(&browser).await, (json!("dead"), json!("ok")));
    let waiting = enqueue(&app, JobKind::RefreshLibraries).await;
    app.run_jobs().await;
    let job = jobs::get(&app.ctx.reader(), waiting).await.unwrap();
    assert_eq!(
        (job.state, job.attempts, job.blocked_on.as_deref()),
        (JobState::Blocked, 0, Some("plex_auth"))
    );

    // A probe looks every five minutes, and finds it as dead as before.
    five_minutes_pass(&app);
    assert_eq!(app.run_jobs().await, [JobKind::ProbePlexAuth]);
    assert_eq!(state(&browser).await.0, "dead");

    // Somebody else's sign-in does not mend it.
    let stranger = app.plex.add_account("stella");
    dance(&app, &browser, SIGN_IN, json!({}), stranger).await.expect_problem(422, "plex_not_owner");
    assert_eq!(app.run_jobs().await, [JobKind::SignOutPlexToken]);
    assert_eq!(state(&browser).await.0, "dead");

    let mended = dance(&app, &browser, SIGN_IN, json!({}), owner).await.expect(200);
    assert_eq!(mended["auth_state"], "ok");
    assert!(app.run_jobs().await.contains(&JobKind::RefreshLibraries));
    assert_eq!(jobs::get(&app.ctx.reader(), waiting).await.unwrap().state, JobState::Done);
    assert_eq!((events(&app, "server.auth_lost").await, events(&app, "server.token_replaced").await), (1, 1));
    // The probe has nothing left to do.
    five_minutes_pass(&app);
    assert_eq!(app.run_jobs().await, [JobKind::ProbePlexAuth]);
    assert!(plex_server::connected_server(&app.ctx).await.is_ok());
}

#[tokio::test]
async fn a_token_that_revives_releases_the_jobs_by_itself() {
    let (app, browser) = connected().await;
    let owner = app.plex.owner();
    app.plex.revoke_tokens(owner);
    five_minutes_pass(&app);
    look(&app).await;
    let waiting = enqueue(&app, JobKind::RefreshLibraries).await;
    app.run_jobs().await;
    app.plex.world(|world| world.register_token(pum_testkit::fake_plex::OWNER_TOKEN, owner, None));
    five_minutes_pass(&app);
    assert_eq!(app.run_jobs().await, [JobKind::ProbePlexAuth, JobKind::RefreshLibraries]);
    assert_eq!(jobs::get(&app.ctx.reader(), waiting).await.unwrap().state, JobState::Done);
    assert_eq!(state(&browser).await, (json!("ok"), json!("ok")));
    assert_eq!(events(&app, "server.auth_restored").await, 1);
}

#[tokio::test]
async fn another_address_needs_the_token_again() {
    let (app, browser) = connected().await;
    let moved = format!("{}/", app.plex.server(0).url().replace("127.0.0.1", "localhost"));
    for path in [CONNECTION, "/api/v1/settings/plex/test"] {
        let answer = match path {
            CONNECTION => browser.patch(path, json!({ "url": moved })).await,
            _ => browser.post(path, json!({ "url": moved })).await,
        };
        assert_eq!(answer.expect_problem(422, "plex_token_required")["errors"][0]["pointer"], "/token");
    }
    let body = json!({ "url": moved, "token": app.plex.owner_token() });
    let saved = browser.patch(CONNECTION, body).await.expect(200);
    assert_eq!(saved["url"], moved.trim_end_matches('/'));
    app.run_jobs().await;
}

#[tokio::test]
async fn a_stale_edit_is_refused() {
    let (app, browser) = connected().await;
    let version = browser.get(CONNECTION).await.expect(200)["version"].as_i64().unwrap();
    let body = json!({ "token": app.plex.owner_token() });
    let edit = browser.clone().with_header("if-match", &format!("\"{version}\""));
    edit.patch(CONNECTION, body.clone()).await.expect(200);
    let refused = edit.patch(CONNECTION, body).await.expect_problem(409, "version_conflict");
    assert!(refused["changed_fields"].as_array().is_some_and(|fields| !fields.is_empty()));
    app.run_jobs().await;
}

#[tokio::test]
async fn an_owner_who_gave_the_server_away_pauses_the_jobs() {
    let (app, browser) = connected().await;
    let aurora = app.plex.server(0).machine_identifier().to_owned();
    let (owner, heir) = (app.plex.owner(), app.plex.add_account("hector"));
    app.plex.share(heir, &["Movies"], true);
    let give = |to: u64| app.plex.world(|world| world.servers.get_mut(&aurora).unwrap().owner = to);
    give(heir);
    app.plex
        .world(|world| {
            world
                .share_titles(&aurora, pum_testkit::fake_plex::Who::Id(owner), &["Movies"])
                .map(|id| world.accept_share(owner, id))
        })
        .unwrap()
        .unwrap();
    five_minutes_pass(&app);
    look(&app).await;
    assert_eq!(state(&browser).await, (json!("ok"), json!("other_owner")));
    // The right server answering does not mend it.
    look(&app).await;
    assert_eq!(state(&browser).await, (json!("ok"), json!("other_owner")));

    let body = json!({ "token": app.plex.token_of(heir) });
    browser.patch(CONNECTION, body.clone()).await.expect_problem(409, "plex_not_owner");
    let mut confirmed = body;
    confirmed["change_owner"] = json!(true);
    let changed = browser.patch(CONNECTION, confirmed).await.expect(200);
    assert_eq!((&changed["owner"], &changed["identity_state"]), (&json!("hector"), &json!("ok")));
    app.run_jobs().await;
}

#[tokio::test]
async fn who_goes_to_wait_when_all_is_well_again_is_let_go() {
    let (app, _) = connected().await;
    let known = pum_app::jobs::known();
    for reason in ["plex_auth", "plex_identity"] {
        let late = enqueue(&app, JobKind::RefreshLibraries).await;
        // It found the trouble, and says so a moment after everybody who waited was let go.
        let tx = app.ctx.db().begin().await.unwrap();
        let claimed = jobs::claim(&tx, Lane::Automatic, &known, "a worker", 1, 60_000).await.unwrap();
        assert_eq!(claimed[0].job.id, late);
        assert!(jobs::blocked(&tx, claimed[0].job.fence(), reason, None).await.unwrap());
        tx.commit().await.unwrap();

        enqueue(&app, JobKind::CheckServer).await;
        assert_eq!(app.run_jobs().await, [JobKind::CheckServer, JobKind::RefreshLibraries], "{reason}");
        assert_eq!(jobs::get(&app.ctx.reader(), late).await.unwrap().state, JobState::Done, "{reason}");
    }
}

#[tokio::test]
async fn a_sign_in_that_nobody_finishes_leaves_no_token_behind() {
    let (app, browser) = connected().await;
    let owner = app.plex.owner();
    dance(&app, &browser, "/api/v1/setup/plex/sign-in", json!({}), owner).await.expect(200);
    for (minutes, expected) in
        [(50, vec![JobKind::Housekeeping]), (11, vec![JobKind::Housekeeping, JobKind::SignOutPlexToken])]
    {
        app.ctx.db().let_time_pass(Duration::from_secs(minutes * 60));
        enqueue(&app, JobKind::Housekeeping).await;
        assert_eq!(app.run_jobs().await, expected);
    }
    assert_eq!(app.plex.calls_of("sign_out").len(), 1);
    let kept = "SELECT value AS found FROM meta WHERE meta.key = 'connection.owner_token'";
    assert!(pum_testkit::db::rows(app.db.url(), kept).await.is_empty());
}
