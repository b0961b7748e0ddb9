//! Things happen to people at Plex while a change of ours is pending: it is not overwritten, and what
//! was wanted comes true.

use pum_app::outcome::JobInfo;
use pum_domain::job::JobKind;
use pum_testkit::{Browser, TestApp};
use serde_json::{Value, json};

/// What happens, and how it ends when we wanted somebody to see Kids, or to be away: their state and what
/// Plex shares with them. Away is suspended, or removed where they have yet to accept.
struct Row {
    what: &'static str,
    /// Whether they have yet to accept when it happens.
    invited: bool,
    happens: fn(&TestApp, u64),
    after_edit: (&'static str, &'static [&'static str]),
    once_away: (&'static str, &'static [&'static str]),
}

const KIDS: &[&str] = &["Kids"];
const NOTHING: &[&str] = &[];
const EDITED: (&str, &[&str]) = ("active", KIDS);
const SUSPENDED: (&str, &[&str]) = ("suspended", NOTHING);
const REMOVED: (&str, &[&str]) = ("removed", NOTHING);

const ROWS: &[Row] = &[
    Row { what: "nothing", invited: false, happens: |_, _| {}, after_edit: EDITED, once_away: SUSPENDED },
    Row {
        what: "accepts",
        invited: true,
        happens: |app, account| {
            let share = app.plex.shares_of(account)[0].id;
            app.plex.world(|world| world.accept_share(account, share)).expect("they accept");
        },
        after_edit: EDITED,
        once_away: REMOVED,
    },
    Row {
        what: "declines",
        invited: true,
        happens: |app, account| {
            let share = app.plex.shares_of(account)[0].id;
            app.plex.world(|world| world.remove_share(account, share)).expect("they decline");
        },
        // What an admin wanted meanwhile is offered to them.
        after_edit: ("pending", KIDS),
        once_away: REMOVED,
    },
    Row {
        what: "renamed",
        invited: false,
        happens: |app, account| app.plex.world(|world| world.rename(account, "other", "renamed@example.org")),
        after_edit: EDITED,
        once_away: SUSPENDED,
    },
    Row {
        what: "address",
        invited: false,
        happens: |app, account| app.plex.world(|world| world.rename(account, "address", "new@example.org")),
        after_edit: EDITED,
        once_away: SUSPENDED,
    },
    Row {
        what: "leaves",
        invited: false,
        happens: |app, account| app.plex.leave(account),
        after_edit: ("pending", KIDS),
        once_away: SUSPENDED,
    },
    Row {
        what: "returns",
        invited: false,
        happens: |app, account| {
            app.plex.leave(account);
            app.plex.befriend_owner(account);
            app.plex.share(account, &["Movies"], true);
        },
        after_edit: EDITED,
        once_away: SUSPENDED,
    },
    Row {
        what: "home",
        invited: false,
        happens: |app, account| {
            let owner = app.plex.owner();
            app.plex.world(|world| world.add_to_home(owner, account));
        },
        after_edit: EDITED,
        // Refused, and shown as failed: the Home gives access by its own means.
        once_away: ("active", &["Movies", "TV Shows"]),
    },
    Row {
        what: "moves",
        invited: false,
        happens: |app, account| {
            let owner = app.plex.owner();
            app.plex.unshare(account);
            app.plex.world(|world| world.add_to_home(owner, account));
        },
        // Refused either way, and shown as failed: they have access without a share.
        after_edit: ("active", NOTHING),
        once_away: ("active", NOTHING),
    },
    Row {
        what: "unshared",
        invited: false,
        happens: |app, account| app.plex.unshare(account),
        after_edit: EDITED,
        once_away: SUSPENDED,
    },
    Row {
        what: "given",
        invited: false,
        happens: |app, account| app.plex.set_titles(account, &["Movies", "TV Shows", "Kids"]),
        after_edit: EDITED,
        once_away: SUSPENDED,
    },
];

/// Everybody of the table, as users, and what happens to each once `ask` has asked for a change of theirs.
async fn meanwhile(ask: impl AsyncFn(&TestApp, &Browser, &str)) -> (TestApp, Browser, Vec<(String, u64)>) {
    let app = TestApp::start().await;
    let accounts: Vec<u64> = ROWS
        .iter()
        .map(|row| match row.invited {
            true => {
                let account = app.plex.add_account(row.what);
                app.plex.share(account, &["Movies", "TV Shows"], false);
                account
            }
            false => app.plex.add_member(row.what, &["Movies", "TV Shows"]),
        })
        .collect();
    let admin = app.set_up().await;
    app.minutes_pass(5);
    app.sync(&admin).await;
    let mut people = Vec::new();
    for (row, account) in ROWS.iter().zip(accounts) {
        let user = app.user(&admin, row.what).await;
        assert_eq!(user["state"], if row.invited { "pending" } else { "active" }, "{user}");
        people.push((user["id"].as_str().expect("an id").to_owned(), account));
    }
    for (id, _) in &people {
        ask(&app, &admin, id).await;
    }
    let asked = picture(&admin, &people).await;
    for (row, (_, account)) in ROWS.iter().zip(&people) {
        (row.happens)(&app, *account);
    }
    // A sync that comes before the changes leaves everybody's access alone.
    let sync = pum_app::sync::request(&app.ctx, &pum_app::Actor::command_line()).await.expect("a sync");
    let info = JobInfo { id: i64::MAX, attempt: 1, max_attempts: 3 };
    let payload = json!({ "sync_id": sync.id });
    pum_app::jobs::run(&app.ctx, JobKind::SyncUsers, &payload, &info).await;
    let sync = admin.get(&format!("/api/v1/users/syncs/{}", sync.id)).await.expect(200);
    assert_eq!((&sync["state"], &sync["skipped"]), (&json!("done"), &json!(ROWS.len())), "{sync}");
    assert_eq!((&sync["missing"], &sync["left"]), (&json!(0), &json!(0)), "{sync}");
    assert_eq!(picture(&admin, &people).await, asked, "what is wanted and what is under way stays");
    // What is gone without our doing is looked for again a few times before it counts.
    for _ in 0..7 {
        app.run_jobs().await;
        app.minutes_pass(3);
        app.sync(&admin).await;
    }
    (app, admin, people)
}

/// What is wanted for everybody and under way.
async fn picture(admin: &Browser, people: &[(String, u64)]) -> Vec<Value> {
    let mut all = Vec::new();
    for (id, _) in people {
        let user = admin.get(&format!("/api/v1/users/{id}")).await.expect(200);
        all.push(json!([user["state"], user["libraries"], user["kept"], user["pending_change"]["state"]]));
    }
    all
}

async fn check(
    app: &TestApp,
    admin: &Browser,
    people: &[(String, u64)],
    expected: fn(&Row) -> (&'static str, &'static [&'static str]),
) {
    for (row, (id, account)) in ROWS.iter().zip(people) {
        let user = admin.get(&format!("/api/v1/users/{id}")).await.expect(200);
        let (state, titles) = expected(row);
        assert_eq!(user["state"], state, "{}: {user}", row.what);
        assert_eq!(user["drift"], Value::Null, "{}: {user}", row.what);
        let shares = app.plex.shares_of(*account);
        let shown = shares.first().map(|share| app.plex.titles(share)).unwrap_or_default();
        assert_eq!(shown, titles, "{}: {user}", row.what);
    }
    assert!(app.plex.overlapping_writes().is_empty());
    let of = |what: &str| {
        let position = ROWS.iter().position(|row| row.what == what).expect("a row");
        format!("/api/v1/users/{}", people[position].0)
    };
    assert_eq!(admin.get(&of("renamed")).await.expect(200)["username"], "other");
    assert_eq!(admin.get(&of("address")).await.expect(200)["email"], "new@example.org");
    assert_eq!(admin.get(&of("home")).await.expect(200)["home"], true);
}

#[actix_web::test]
async fn an_edit_that_is_pending_comes_true_whatever_happens_at_plex() {
    let (app, admin, people) = meanwhile(async |app, admin, id| {
        let kids = app.library_ids(admin, &["Kids"]).await;
        let wanted = json!({ "libraries": { "mode": "some", "ids": kids } });
        admin.patch(&format!("/api/v1/users/{id}"), wanted).await.expect(202);
    })
    .await;
    check(&app, &admin, &people, |row| row.after_edit).await;
    app.may_leave_jobs();
}

#[actix_web::test]
async fn an_end_that_is_pending_comes_true_whatever_happens_at_plex() {
    let (app, admin, people) = meanwhile(async |_, admin, id| {
        let here = format!("/api/v1/users/{id}");
        if admin.get(&here).await.expect(200)["state"] == "active" {
            admin.post(&format!("{here}/suspend"), Value::Null).await.expect(202);
        } else {
            admin.delete(&here).await.expect(202);
        }
    })
    .await;
    check(&app, &admin, &people, |row| row.once_away).await;
    let home = ROWS.iter().position(|row| row.what == "home").expect("a row");
    let user = admin.get(&format!("/api/v1/users/{}", people[home].0)).await.expect(200);
    assert_eq!(
        (&user["pending_change"]["state"], &user["pending_change"]["reason"]),
        (&json!("failed"), &json!("home_member")),
        "{user}"
    );
    app.may_leave_jobs();
}

#[actix_web::test]
async fn what_is_given_while_an_invitation_waits_holds_once_it_is_accepted() {
    let app = TestApp::start().await;
    let greta = app.plex.add_account("greta");
    let share = app.plex.share(greta, &["Movies"], false);
    let admin = app.set_up().await;
    app.minutes_pass(5);
    let here = format!("/api/v1/users/{}", app.user(&admin, "greta").await["id"].as_str().expect("an id"));
    admin.patch(&here, json!({ "allow_downloads": true })).await.expect(202);
    app.run_jobs().await;
    let waits = admin.get(&here).await.expect(200);
    assert_eq!(
        (&waits["state"], &waits["allow_downloads"], &waits["pending_change"]),
        (&json!("pending"), &json!(true), &Value::Null),
        "{waits}"
    );
    app.minutes_pass(15);
    app.plex.world(|world| world.accept_share(greta, share)).expect("she accepts");
    // Whichever looks first.
    app.sync(&admin).await;
    app.run_jobs().await;
    app.minutes_pass(15);
    app.sync(&admin).await;
    let joined = admin.get(&here).await.expect(200);
    assert_eq!(
        (&joined["state"], &joined["allow_downloads"], &joined["drift"]),
        (&json!("active"), &json!(true), &Value::Null),
        "{joined}"
    );
    let owner = app.plex.owner();
    assert!(app.plex.world(|world| world.settings_for(owner, &greta.to_string()).allow_sync), "and at Plex");
    app.may_leave_jobs();
}
