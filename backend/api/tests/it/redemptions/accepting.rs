//! Accepting for somebody with their own token: where Plex does not let us, the invitation waits for them.

use pum_testkit::fake_plex::{Fault, Rule};
use pum_testkit::{Browser, Invitee, TestApp};
use serde_json::{Value, json};

async fn joining(faults: impl FnOnce(&TestApp)) -> (TestApp, Browser, Invitee, String) {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let code = app.invite(&admin, json!({ "libraries": { "mode": "all" }, "max_uses": 1 })).await;
    let priya = app.invitee("priya");
    priya.join(&app, &code).await;
    faults(&app);
    (app, admin, priya, code)
}

/// Runs what is due until the page says something final, or that she has to accept by herself.
async fn until_settled(app: &TestApp, priya: &Invitee) -> (Value, Value) {
    app.until_in_time("it is settled", || async {
        app.run_jobs().await;
        let now = priya.redemption().await;
        now["reason"] == "accept_by_email" || matches!(now["state"].as_str(), Some("done" | "failed"))
    })
    .await;
    let now = priya.redemption().await;
    (now["state"].clone(), now["reason"].clone())
}

async fn waits_for_her(app: &TestApp, admin: &Browser, priya: &Invitee, code: &str, what: &str) {
    let settled = until_settled(app, priya).await;
    assert_eq!(settled, (json!("invited"), json!("accept_by_email")), "{what}");
    assert_eq!((app.plex.shares_of(priya.account).len(), app.uses(admin, code).await), (1, 1), "{what}");
    app.run_jobs().await;
    let signed_out = app.plex.calls_of("sign_out");
    assert!(
        signed_out.iter().any(|call| call.account == Some(priya.account)),
        "{what}: her token is dropped"
    );
    app.may_leave_jobs();
}

#[actix_web::test]
async fn a_refusal_of_what_she_has_accepted_herself_is_none() {
    for status in [400, 409, 422] {
        let (app, admin, priya, code) = joining(|app| {
            app.plex.fault(Fault::WorkThenStatus { status }.on("accept_share"));
        })
        .await;
        assert_eq!(until_settled(&app, &priya).await.0, "done", "{status}");
        assert_eq!(
            (app.plex.calls_of("accept_share").len(), app.uses(&admin, &code).await),
            (1, 1),
            "{status}"
        );
    }
}

#[actix_web::test]
async fn a_refusal_leaves_it_to_her() {
    for status in [400, 409, 422] {
        let (app, admin, priya, code) = joining(|app| {
            app.plex.fault(Fault::status(status).on("accept_share"));
        })
        .await;
        waits_for_her(&app, &admin, &priya, &code, &status.to_string()).await;
        assert_eq!(app.plex.calls_of("accept_share").len(), 1, "{status}");
    }
}

#[actix_web::test]
async fn a_way_that_is_retired_is_taken_once_and_left_to_her() {
    let ways: [fn(&str) -> Rule; 2] = [|on| Fault::Gone.on(on), |on| Fault::Unrouted.on(on)];
    for (number, gone) in ways.into_iter().enumerate() {
        for on in ["accept_share", "list_received_v2"] {
            let (app, admin, priya, code) = joining(|app| {
                app.plex.fault(gone(on));
            })
            .await;
            waits_for_her(&app, &admin, &priya, &code, &format!("{on} {number}")).await;
            assert!(app.plex.calls_of(on).len() <= 2, "{on} {number}: {}", app.plex.calls_of(on).len());
        }
    }
}

#[actix_web::test]
async fn what_goes_on_failing_is_left_to_her_after_some_tries() {
    for on in ["accept_share", "list_received_v2"] {
        let (app, admin, priya, code) = joining(|app| {
            app.plex.fault(Fault::status(503).on(on));
        })
        .await;
        waits_for_her(&app, &admin, &priya, &code, on).await;
        assert!((4..20).contains(&app.plex.calls_of(on).len()), "{on}: {}", app.plex.calls_of(on).len());
    }
}

#[actix_web::test]
async fn trouble_that_passes_costs_her_nothing() {
    for on in ["accept_share", "list_received_v2"] {
        let (app, admin, priya, code) = joining(|app| {
            app.plex.fault(Fault::status(503).on(on).times(3));
        })
        .await;
        assert_eq!(until_settled(&app, &priya).await.0, "done", "{on}");
        assert_eq!(app.uses(&admin, &code).await, 1, "{on}");
    }
}

#[actix_web::test]
async fn when_every_way_of_inviting_is_retired_it_waits_without_hammering() {
    let (app, admin, priya, code) = joining(|app| {
        app.plex.fault(Fault::Gone.on("create_share_v1"));
        app.plex.fault(Fault::Unrouted.on("create_share_v2"));
    })
    .await;
    app.run_jobs().await;
    let calls: Vec<_> = app.plex.calls_of("create_share").iter().map(|call| call.op).collect();
    assert_eq!(calls, ["create_share_v1", "create_share_v2"], "each way once");
    let waits = priya.redemption().await;
    assert_eq!(
        (&waits["state"], &waits["reason"]),
        (&json!("seat_taken"), &json!("plex_unavailable")),
        "{waits}"
    );
    let jobs = admin.get("/api/v1/jobs?kind=apply_access_change").await.expect(200);
    assert_eq!(jobs["items"][0]["error"], "Plex has retired every way of doing this", "{jobs}");
    app.plex.clear_faults();
    assert_eq!(until_settled(&app, &priya).await.0, "done");
    assert_eq!(app.uses(&admin, &code).await, 1);
}
