//! Many at once: limits are exact.

use futures::future::join_all;
use pum_testkit::{Invitee, TestApp};
use serde_json::json;

#[actix_web::test]
async fn sixty_people_rush_an_invite_for_five() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let code = app.invite(&admin, json!({ "libraries": { "mode": "all" }, "max_uses": 5 })).await;
    let people: Vec<Invitee> = (0..60).map(|n| app.invitee(&format!("guest-{n}"))).collect();
    let mut ready = Vec::new();
    for person in &people {
        ready.push(person.arrive(&app, &code).await);
    }
    let answers = join_all(people.iter().zip(&ready).map(|(person, ready)| person.accept(ready))).await;

    let seated = answers.iter().filter(|answer| answer.status == 202).count();
    assert_eq!(seated, 5);
    for answer in answers.iter().filter(|answer| answer.status != 202) {
        assert_eq!((answer.status, answer.code()), (409, "invite_used_up"), "{}", answer.text);
    }
    app.run_jobs().await;

    assert_eq!(app.uses(&admin, &code).await, 5);
    assert_eq!(app.plex.shares().len(), 5);
    let mut done = 0;
    for person in &people {
        match person.state().await.as_str() {
            "done" => done += 1,
            other => assert_eq!(other, "ready", "the others may try again"),
        }
    }
    assert_eq!(done, 5);
}

#[actix_web::test]
async fn one_person_in_two_tabs_takes_one_seat() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let code = app.invite(&admin, json!({ "libraries": { "mode": "all" } })).await;
    let account = app.plex.add_account("priya");
    let (phone, laptop) = (app.invitee_with(account), app.invitee_with(account));
    let on_phone = phone.arrive(&app, &code).await;
    let on_laptop = laptop.arrive(&app, &code).await;
    let (first, second) = futures::join!(phone.accept(&on_phone), laptop.accept(&on_laptop));
    assert_eq!((first.status, second.status), (202, 202), "{} {}", first.text, second.text);
    assert_eq!(first.json["id"], second.json["id"], "the second joins the first");
    // Pressing again changes nothing.
    phone.accept(&first.json).await.expect(202);
    app.run_jobs().await;
    assert_eq!(app.uses(&admin, &code).await, 1);
    assert_eq!(app.plex.shares_of(account).len(), 1);
    assert_eq!((phone.state().await, laptop.state().await), ("done".to_owned(), "done".to_owned()));
}

#[actix_web::test]
async fn one_person_by_two_links_takes_one_seat() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let one = app.invite(&admin, json!({ "libraries": { "mode": "all" } })).await;
    let two = app.invite(&admin, json!({ "libraries": { "mode": "all" } })).await;
    let account = app.plex.add_account("priya");
    let (phone, laptop) = (app.invitee_with(account), app.invitee_with(account));
    let by_one = phone.arrive(&app, &one).await;
    let by_two = laptop.arrive(&app, &two).await;
    let (first, second) = futures::join!(phone.accept(&by_one), laptop.accept(&by_two));
    assert_eq!((first.status, second.status), (202, 202), "{} {}", first.text, second.text);
    assert_eq!(first.json["id"], second.json["id"]);
    app.run_jobs().await;
    let used = (app.uses(&admin, &one).await, app.uses(&admin, &two).await);
    assert!(used == (1, 0) || used == (0, 1), "{used:?}");
    assert_eq!(app.plex.shares_of(account).len(), 1);
}

#[actix_web::test]
async fn changed_terms_are_shown_before_they_count() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let made = admin.post("/api/v1/invites", json!({ "libraries": { "mode": "all" } })).await.expect(201);
    let (id, code) = (made["id"].as_str().unwrap(), made["code"].as_str().unwrap());
    let priya = app.invitee("priya");
    let ready = priya.arrive(&app, code).await;
    admin.patch(&format!("/api/v1/invites/{id}"), json!({ "membership_days": 7 })).await.expect(200);
    priya.accept(&ready).await.expect_problem(409, "invite_changed");
    let now = priya.redemption().await;
    assert_eq!(now["state"], "ready");
    assert_ne!(now["invite_version"], ready["invite_version"]);
    priya.accept(&now).await.expect(202);
    app.run_jobs().await;
    assert_eq!(priya.state().await, "done");
}
