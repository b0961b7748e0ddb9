//! Who is not let in, and what nobody can trick.

use pum_testkit::TestApp;
use pum_testkit::invitee::make_pin;
use serde_json::json;

const COMPLETE: &str = "/api/v1/public/redemptions/current/plex/complete";
const PIN: &str = "/api/v1/public/redemptions/current/plex/pin";

#[actix_web::test]
async fn the_owner_and_the_home_are_refused_without_a_seat() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let code = app.invite(&admin, json!({ "libraries": { "mode": "all" } })).await;
    let owner = app.invitee_with(app.plex.owner());
    owner.open(&code).await.expect(201);
    owner.sign_in(&app).await;
    owner.complete().await.expect_problem(403, "owner_account");
    assert_eq!(owner.state().await, "open", "another account may be tried");

    let member = app.invitee("housemate");
    let host = app.plex.owner();
    app.plex.world(|world| world.add_to_home(host, member.account));
    member.open(&code).await.expect(201);
    member.sign_in(&app).await;
    member.complete().await.expect_problem(403, "home_member");
    assert_eq!(app.uses(&admin, &code).await, 0);
    app.run_jobs().await;
}

#[actix_web::test]
async fn a_pin_counts_once_here_and_for_this() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let code = app.invite(&admin, json!({ "libraries": { "mode": "all" } })).await;
    let (priya, mallory) = (app.invitee("priya"), app.invitee("mallory"));
    priya.open(&code).await.expect(201);
    mallory.open(&code).await.expect(201);

    // A PIN that was made under another client identifier.
    let start = priya.browser.post("/api/v1/public/redemptions/current/plex", json!({})).await.expect(201);
    let mut foreign = start["pin_request"].clone();
    foreign["headers"]["X-Plex-Client-Identifier"] = json!("somebody-else");
    let pin = make_pin(&foreign).await;
    priya
        .browser
        .post(PIN, json!({ "pin_id": pin["id"].to_string(), "code": pin["code"] }))
        .await
        .expect(200);
    app.plex.sign_in(pin["code"].as_str().unwrap(), mallory.account);
    priya.browser.post(COMPLETE, json!({})).await.expect_problem(403, "plex_sign_in_foreign");

    // A sign-in that another browser began.
    priya.sign_in(&app).await;
    mallory.complete().await.expect_problem(403, "plex_sign_in_foreign");
    assert_eq!(mallory.state().await, "open");

    // Once is enough; the browser's secret has changed with it.
    priya.complete().await.expect(200);
    priya.complete().await.expect_problem(403, "plex_sign_in_foreign");
    app.run_jobs().await;
}

#[actix_web::test]
async fn a_cookie_is_worth_nothing_to_others() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let code = app.invite(&admin, json!({ "libraries": { "mode": "all" } })).await;
    let priya = app.invitee("priya");
    let ready = priya.arrive(&app, &code).await;
    let stranger = app.invitee("stranger");
    stranger.accept(&ready).await.expect_problem(404, "redemption_not_found");
    stranger.open(&code).await.expect(201);
    stranger.accept(&ready).await.expect_problem(404, "redemption_not_found");
    let tampered = app.browser().with_cookie("pum_guest", "A".repeat(43).as_str());
    tampered.get("/api/v1/public/redemptions/current").await.expect_problem(404, "redemption_not_found");
}

#[actix_web::test]
async fn unusable_links_say_why_and_spend_nothing() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let all = json!({ "mode": "all" });
    let paused = admin.post("/api/v1/invites", json!({ "libraries": all })).await.expect(201);
    admin
        .post(&format!("/api/v1/invites/{}/pause", paused["id"].as_str().unwrap()), json!({}))
        .await
        .expect(200);
    let cases = [
        (paused["code"].as_str().unwrap().to_owned(), 410, "invite_paused"),
        ("no-such-invite".to_owned(), 404, "not_found"),
        ("..%2F..%2Fetc".to_owned(), 404, "not_found"),
    ];
    for (code, status, problem) in cases {
        let guest = app.invitee(&format!("guest-{problem}-{}", code.len()));
        guest.open(&code).await.expect_problem(status, problem);
        guest.browser.get(&format!("/api/v1/public/invites/{code}")).await.expect_problem(status, problem);
    }
}

#[actix_web::test]
async fn guessing_codes_is_slowed_down() {
    let app = TestApp::start().await;
    let guest = app.invitee("guesser");
    for n in 0..20 {
        guest.open(&format!("guess-{n}")).await.expect_problem(404, "not_found");
    }
    let answer = guest.open("guess-20").await;
    assert_eq!(answer.status, 429);
    assert!(!answer.header("retry-after").is_empty());
}

#[actix_web::test]
async fn an_invite_for_an_address_says_what_it_lacks() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let wishes = json!({ "libraries": { "mode": "all" }, "bound_email": "Priya@example.com" });
    let code = app.invite(&admin, wishes).await;
    let (priya, sam) = (app.invitee("priya"), app.invitee("sam"));
    let tries = [
        (&sam, true, "not_for_this_account"),
        // Plex says nothing of it: what cannot be known must not be told as something else.
        (&priya, false, "plex_email_unconfirmed"),
        // Whether the address would be the right one is told to nobody who has not confirmed theirs.
        (&sam, false, "plex_email_unconfirmed"),
    ];
    for (who, tells, problem) in tries {
        app.plex.world(|world| world.config.account_tells_confirmed = tells);
        who.open(&code).await;
        who.sign_in(&app).await;
        who.complete().await.expect_problem(403, problem);
    }
    app.plex.world(|world| {
        world.config.account_tells_confirmed = true;
        world.accounts.get_mut(&priya.account).expect("her account").confirmed = false;
    });
    priya.sign_in(&app).await;
    priya.complete().await.expect_problem(403, "plex_email_unconfirmed");
    app.plex.world(|world| world.accounts.get_mut(&priya.account).expect("her account").confirmed = true);
    priya.sign_in(&app).await;
    priya.complete().await.expect(200);
    app.run_jobs().await;
}
