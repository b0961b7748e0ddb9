//! Invitations that people have to accept by themselves: declined, forgotten, not shown for a moment.

use pum_testkit::fake_plex::Fault;
use pum_testkit::{Browser, Invitee, TestApp};
use serde_json::{Value, json};

use crate::users::{Member, events, invited};

/// So many people have an invitation that waits, each by a link of their own.
async fn waiting(count: usize) -> (TestApp, Browser, Vec<(Member, Invitee, String)>) {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let mut people = Vec::new();
    for number in 0..count {
        people.push(invited(&app, &admin, &format!("guest{number}")).await);
    }
    app.may_leave_jobs();
    (app, admin, people)
}

fn decline(app: &TestApp, account: u64) {
    let share = app.plex.shares_of(account)[0].id;
    app.plex.world(|world| world.remove_share(account, share)).expect("they decline");
}

/// Minutes go by, and whoever watches looks.
async fn pass(app: &TestApp, minutes: u64) {
    app.minutes_pass(minutes);
    app.run_jobs().await;
}

async fn states(admin: &Browser, people: &[(Member, Invitee, String)]) -> Vec<String> {
    let mut states = Vec::new();
    for (member, ..) in people {
        states.push(member.state(admin).await);
    }
    states
}

fn count(states: &[String], state: &str) -> usize {
    states.iter().filter(|one| *one == state).count()
}

#[actix_web::test]
async fn who_declines_is_gone_after_two_looks_and_the_seat_is_free() {
    let (app, admin, people) = waiting(1).await;
    let (sam, invitee, code) = &people[0];
    assert_eq!(app.uses(&admin, code).await, 1);
    decline(&app, sam.account);
    pass(&app, 3).await;
    let missing = sam.look(&admin).await;
    assert_eq!(
        (&missing["state"], missing["missing_since"].is_string()),
        (&json!("pending"), true),
        "{missing}"
    );
    pass(&app, 5).await;
    assert_eq!(sam.state(&admin).await, "pending", "ten minutes have not gone by");
    pass(&app, 6).await;
    let gone = sam.look(&admin).await;
    assert_eq!(
        (&gone["state"], &gone["removed_reason"], &gone["missing_since"]),
        (&json!("removed"), &json!("invitation_gone"), &Value::Null),
        "{gone}"
    );
    let end = invitee.redemption().await;
    assert_eq!((&end["state"], &end["reason"]), (&json!("failed"), &json!("invitation_gone")), "{end}");
    assert_eq!(app.uses(&admin, code).await, 0);
    assert_eq!(
        (events(&admin, "user.removed").await, events(&admin, "user.left").await),
        (json!(1), json!(0))
    );
}

#[actix_web::test]
async fn a_list_without_the_invitation_ends_nothing_unless_it_stays_so() {
    let (app, admin, people) = waiting(1).await;
    let (sam, invitee, code) = &people[0];
    for _ in 0..3 {
        let shares = app.plex.fault(Fault::EmptyList.on("list_shares"));
        let sent = app.plex.fault(Fault::EmptyList.on("list_pending"));
        let flat = app.plex.fault(Fault::EmptyList.on("list_pending_flat"));
        pass(&app, 3).await;
        assert!(sam.look(&admin).await["missing_since"].is_string());
        [shares, sent, flat].into_iter().for_each(|rule| app.plex.lift(rule));
        pass(&app, 11).await;
        let here = sam.look(&admin).await;
        assert_eq!((&here["state"], &here["missing_since"]), (&json!("pending"), &Value::Null), "{here}");
    }
    let share = app.plex.shares_of(sam.account)[0].id;
    app.plex.world(|world| world.accept_share(sam.account, share)).expect("they accept");
    pass(&app, 11).await;
    assert_eq!((sam.state(&admin).await, invitee.state().await), ("active".to_owned(), "done".to_owned()));
    assert_eq!(app.uses(&admin, code).await, 1);
}

#[actix_web::test]
async fn what_nobody_accepts_is_withdrawn_after_two_weeks() {
    let (app, _, people) = waiting(1).await;
    let (sam, _, code) = &people[0];
    pass(&app, 13 * 24 * 60).await;
    // Nobody is signed in for so long.
    let admin = app.sign_in_as_admin().await;
    assert_eq!(sam.state(&admin).await, "pending");
    // Nothing ends by a clock that has just been set.
    app.ctx.db().let_clock_jump(20 * 60_000);
    pass(&app, 25 * 60).await;
    assert_eq!(sam.state(&admin).await, "pending");
    admin.post("/api/v1/settings/clock/confirm", Value::Null).await.expect(204);
    pass(&app, 61).await;
    let gone = sam.look(&admin).await;
    assert_eq!(
        (&gone["state"], &gone["removed_reason"]),
        (&json!("removed"), &json!("invitation_gone")),
        "{gone}"
    );
    assert!(app.plex.shares_of(sam.account).is_empty());
    assert_eq!(app.uses(&admin, code).await, 0);
}

#[actix_web::test]
async fn more_than_the_brake_allows_are_left_to_an_admin() {
    let (app, admin, people) = waiting(6).await;
    people[..5].iter().for_each(|(member, ..)| decline(&app, member.account));
    pass(&app, 3).await;
    pass(&app, 11).await;
    let now = states(&admin, &people).await;
    assert_eq!((count(&now, "removed"), count(&now, "pending")), (0, 6), "{now:?}");
    // They are listed for an admin, who confirms them.
    let syncs = admin.get("/api/v1/users/syncs").await.expect(200);
    let sync = &syncs["items"][0];
    assert_eq!(sync["state"], "needs_confirmation", "{sync}");
    let here = format!("/api/v1/users/syncs/{}", sync["sync_id"].as_str().unwrap());
    let held = admin.get(&here).await.expect(200)["needs_confirmation"].take();
    assert_eq!(
        (&held["total"], &held["people"][0]["reason"]),
        (&json!(5), &json!("invitation_gone")),
        "{held}"
    );
    pass(&app, 3 * 60).await;
    assert_eq!(count(&states(&admin, &people).await, "removed"), 0, "nobody goes meanwhile");
    let latest = admin.get("/api/v1/users/syncs").await.expect(200)["items"][0]["sync_id"].take();
    let confirm = format!("/api/v1/users/syncs/{}/confirm", latest.as_str().unwrap());
    admin.post(&confirm, json!({ "list_id": held["list_id"] })).await.expect(202);
    app.run_jobs().await;
    assert_eq!(states(&admin, &people).await.last().map(String::as_str), Some("pending"));
    assert_eq!(count(&states(&admin, &people).await, "removed"), 5);
    for (_, invitee, code) in &people[..5] {
        assert_eq!((invitee.state().await, app.uses(&admin, code).await), ("failed".to_owned(), 0));
    }
    assert_eq!(events(&admin, "user.removed").await, 5);
}

#[actix_web::test]
async fn more_invitations_than_the_brake_allows_are_withdrawn_when_an_admin_says_so() {
    let (app, _, people) = waiting(5).await;
    pass(&app, 14 * 24 * 60).await;
    pass(&app, 2 * 60).await;
    let admin = app.sign_in_as_admin().await;
    assert_eq!(count(&states(&admin, &people).await, "pending"), 5, "all or none");
    let stats = admin.get("/api/v1/stats").await.expect(200);
    assert!(stats["attention"].to_string().contains("removals_held"), "{stats}");
    // They go on waiting, however many days go by; one of them accepts meanwhile.
    pass(&app, 24 * 60).await;
    let share = app.plex.shares_of(people[4].0.account)[0].id;
    app.plex.world(|world| world.accept_share(people[4].0.account, share)).expect("they accept");
    let admin = app.sign_in_as_admin().await;
    let (sync, held) = held(&admin).await;
    let first = &held["people"][0];
    assert_eq!((&held["total"], &first["reason"]), (&json!(5), &json!("invitation_gone")), "{held}");
    let confirm = format!("/api/v1/users/syncs/{sync}/confirm");
    admin.post(&confirm, json!({ "list_id": held["list_id"] })).await.expect(202);
    app.run_jobs().await;
    pass(&app, 61).await;
    let now = states(&admin, &people).await;
    assert_eq!((count(&now, "removed"), now.last().map(String::as_str)), (4, Some("active")), "{now:?}");
    assert_eq!(app.plex.shares().len(), 1, "and at Plex it is the same");
    for (_, _, code) in &people[..4] {
        assert_eq!(app.uses(&admin, code).await, 0);
    }
}

/// The latest sync that waits for an admin, and whom it lists.
async fn held(admin: &Browser) -> (String, Value) {
    let sync = admin.get("/api/v1/users/syncs").await.expect(200)["items"][0]["sync_id"].take();
    let sync = sync.as_str().expect("an id").to_owned();
    let held = admin.get(&format!("/api/v1/users/syncs/{sync}")).await.expect(200);
    (sync, held["needs_confirmation"].clone())
}

#[actix_web::test]
async fn lists_that_stay_empty_end_no_invitation() {
    let (app, admin, people) = waiting(2).await;
    for list in ["list_shares", "list_pending", "list_pending_flat"] {
        app.plex.fault(Fault::EmptyList.on(list));
    }
    for _ in 0..5 {
        pass(&app, 11).await;
        assert_eq!(count(&states(&admin, &people).await, "pending"), 2);
    }
    // Whether they have all declined or the lists are wrong is for an admin to say.
    let (sync, held) = held(&admin).await;
    assert_eq!(held["total"], 2, "{held}");
    app.plex.clear_faults();
    let confirm = format!("/api/v1/users/syncs/{sync}/confirm");
    admin.post(&confirm, json!({ "list_id": held["list_id"] })).await.expect(202);
    app.run_jobs().await;
    assert_eq!(count(&states(&admin, &people).await, "pending"), 2, "each is read again");
}

#[actix_web::test]
async fn who_is_the_only_one_is_not_taken_for_gone_by_a_clock_that_jumped() {
    let (app, admin, people) = waiting(1).await;
    decline(&app, people[0].0.account);
    pass(&app, 3).await;
    app.ctx.db().let_clock_jump(20 * 60_000);
    pass(&app, 1).await;
    app.sync(&admin).await;
    assert_eq!(people[0].0.state(&admin).await, "pending");
    admin.post("/api/v1/settings/clock/confirm", Value::Null).await.expect(204);
    app.sync(&admin).await;
    assert_eq!(people[0].0.state(&admin).await, "removed");
}

/// So many others are members, whose invitations no list has shown for long.
async fn among_members(count: usize) -> (TestApp, Browser, Vec<(Member, Invitee, String)>) {
    let app = TestApp::start().await;
    (0..10).for_each(|number| {
        app.plex.add_member(&format!("member{number}"), &["Movies"]);
    });
    let admin = app.set_up().await;
    let mut people = Vec::new();
    for number in 0..count {
        people.push(invited(&app, &admin, &format!("guest{number}")).await);
    }
    // Only the lists of invitations tell of whoever has yet to accept.
    app.plex.world(|world| world.config.pending_rows_in_share_list = false);
    app.may_leave_jobs();
    (app, admin, people)
}

async fn all_can_still_accept(
    app: &TestApp,
    admin: &Browser,
    people: &[(Member, Invitee, String)],
    what: &str,
) {
    assert_eq!(count(&states(admin, people).await, "pending"), people.len(), "{what}");
    app.plex.clear_faults();
    pass(app, 11).await;
    for (member, ..) in people {
        let share = app.plex.shares_of(member.account)[0].id;
        app.plex.world(|world| world.accept_share(member.account, share)).expect("they accept");
    }
    pass(app, 61).await;
    for (member, invitee, code) in people {
        assert_eq!(
            (member.state(admin).await, invitee.state().await, app.uses(admin, code).await),
            ("active".to_owned(), "done".to_owned(), 1),
            "{what}"
        );
    }
}

#[actix_web::test]
async fn invitations_that_a_list_no_longer_shows_go_on_however_many_members_there_are() {
    for (what, count, lists) in [
        ("two, no list shows any", 2, &["list_pending", "list_pending_flat"][..]),
        ("two, one list shows none", 2, &["list_pending"]),
        ("the only one, one list shows none", 1, &["list_pending"]),
    ] {
        let (app, admin, people) = among_members(count).await;
        lists.iter().for_each(|list| {
            app.plex.fault(Fault::EmptyList.on(list));
        });
        for _ in 0..4 {
            pass(&app, 11).await;
        }
        all_can_still_accept(&app, &admin, &people, what).await;
    }
}

#[actix_web::test]
async fn the_only_invitation_is_not_gone_where_one_list_alone_says_so() {
    let (app, admin, people) = among_members(1).await;
    for retired in ["list_pending_flat_v2", "list_pending_v1"] {
        app.plex.fault(Fault::Gone.on(retired));
    }
    app.plex.fault(Fault::EmptyList.on("list_pending_v2"));
    for _ in 0..4 {
        pass(&app, 11).await;
    }
    let (_, held) = held(&admin).await;
    assert_eq!(held["total"], 1, "an admin is asked: {held}");
    all_can_still_accept(&app, &admin, &people, "one list").await;
}

#[actix_web::test]
async fn who_watches_goes_on_through_every_trouble_of_plex() {
    let troubles = [
        ("a list that is none", Fault::Html.on("list_shares")),
        ("a refusal", Fault::status(403).on("list_shares")),
    ];
    for (what, trouble) in troubles {
        let (app, admin, people) = waiting(1).await;
        app.plex.fault(trouble);
        for _ in 0..12 {
            pass(&app, 61).await;
        }
        app.plex.clear_faults();
        let share = app.plex.shares_of(people[0].0.account)[0].id;
        app.plex.world(|world| world.accept_share(people[0].0.account, share)).expect("they accept");
        // Nobody asks for a sync.
        for _ in 0..3 {
            pass(&app, 61).await;
        }
        let admin = match admin.get("/api/v1/users").await.status {
            200 => admin,
            _ => app.sign_in_as_admin().await,
        };
        assert_eq!(people[0].0.state(&admin).await, "active", "{what}");
        assert_eq!(people[0].1.state().await, "done", "{what}");
    }
}
