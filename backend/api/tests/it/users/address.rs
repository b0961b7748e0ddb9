//! People invited by an address alone, who claim the invitation with whatever account they have.

use pum_testkit::fake_plex::Who;
use pum_testkit::{Browser, TestApp};
use serde_json::json;

use super::{Member, let_undo_pass};

/// Somebody was invited by their address, and has taken the invitation with an account of another address. No
/// look has shown that yet.
async fn claimed(accepted: bool) -> (TestApp, Browser, Member) {
    let app = TestApp::start().await;
    let mid = app.plex.server(0).machine_identifier().to_owned();
    app.plex.world(|world| {
        world.share_titles(&mid, Who::Text("new@example.org".into()), &["Movies"]).expect("an invitation")
    });
    let admin = app.set_up().await;
    app.minutes_pass(5);
    let account = app.plex.world(|world| {
        let account = world.claim_address("nina", "new@example.org");
        world.rename(account, "nina", "nina@example.net");
        if accepted {
            let share = world.share_with(&mid, account).map(|share| share.id).expect("the invitation");
            world.accept_share(account, share).expect("an acceptance");
        }
        account
    });
    let user = app.user(&admin, "new@example.org").await;
    assert_eq!((&user["state"], &user["plex_id"]), (&json!("pending"), &json!(null)), "{user}");
    let id = user["id"].as_str().expect("an id").to_owned();
    app.plex.clear_calls();
    (app, admin, Member { id, account })
}

#[actix_web::test]
async fn who_has_claimed_an_invitation_is_not_invited_a_second_time() {
    for accepted in [true, false] {
        let (app, admin, nina) = claimed(accepted).await;
        let kids = app.library_ids(&admin, &["Kids"]).await;
        let wanted = json!({ "libraries": { "mode": "some", "ids": kids } });
        admin.patch(&nina.at(""), wanted).await.expect(202);
        app.run_jobs().await;
        assert!(app.plex.calls_of("create_share").is_empty(), "{:?}", app.plex.writes());
        assert_eq!((nina.titles(&app), app.plex.shares().len()), (vec!["Kids".to_owned()], 1));
        app.minutes_pass(5);
        app.sync(&admin).await;
        let user = nina.look(&admin).await;
        let state = if accepted { "active" } else { "pending" };
        assert_eq!((&user["state"], &user["username"]), (&json!(state), &json!("nina")), "{user}");
        assert_eq!(user["plex_id"], nina.account.to_string());
        app.may_leave_jobs();
    }
}

#[actix_web::test]
async fn a_removal_ends_the_share_whoever_has_claimed_it() {
    for accepted in [true, false] {
        let (app, admin, nina) = claimed(accepted).await;
        admin.delete(&nina.at("")).await.expect(202);
        let_undo_pass(&app);
        app.run_jobs().await;
        assert!(app.plex.shares().is_empty(), "accepted {accepted}: {:?}", app.plex.shares());
        assert_eq!(nina.state(&admin).await, "removed");
        app.may_leave_jobs();
    }
}
