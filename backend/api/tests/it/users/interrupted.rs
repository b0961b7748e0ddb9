//! The process dies at each line of taking access away: the next run reads first and goes on.

use std::time::Duration;

use pum_app::hooks::Hooks;
use pum_testkit::TestApp;
use pum_testkit::test_app::Wishes;
use serde_json::{Value, json};

use super::events;

const LINES: &[&str] = &[
    "apply.claimed",
    "apply.attempt_committed",
    "apply.called",
    "apply.outcome_recorded",
    "apply.revoking",
    "apply.revoked",
];

/// Priya, who was shared with at Plex and is known to PUM, since every line of the way in is passed as well.
async fn somebody(app: &TestApp) -> super::Member {
    use pum_domain::access::WantedAccess;
    use pum_domain::invite::LibraryChoice;
    use pum_domain::user::UserState;
    use pum_store::users;

    let account = app.plex.add_account("priya");
    app.plex.share(account, &[], true);
    app.plex.befriend_owner(account);
    let tx = app.ctx.db().begin().await.unwrap();
    let person = users::Enrolment {
        new_id: pum_app::random::id(),
        plex_id: pum_domain::PlexId(i64::try_from(account).unwrap()),
        plex_uuid: None,
        username: "priya".to_owned(),
        email: None,
        thumb: None,
        invited_by: pum_app::random::id(),
        membership_days: None,
        grant_purge_whitelist: false,
        grant_bot_whitelist: false,
    };
    let (id, _) = users::enrol(&tx, &person).await.unwrap();
    let wanted = WantedAccess::Granted { libraries: LibraryChoice::All, allow_downloads: false };
    users::want(&tx, id, &wanted).await.unwrap();
    users::set_state(&tx, id, UserState::Active, None).await.unwrap();
    tx.commit().await.unwrap();
    super::Member { id: id.to_string(), account }
}

#[actix_web::test]
async fn killed_at_each_line_somebody_is_removed_once() {
    for line in LINES {
        let (hooks, reached) = Hooks::freeze_at(*line);
        let app = TestApp::start_with(Wishes { hooks, ..Wishes::default() }).await;
        let admin = app.set_up().await;
        let priya = somebody(&app).await;
        admin.delete(&priya.at("?friendship=end")).await.expect(202);
        super::let_undo_pass(&app);
        let doomed = app.worker();
        tokio::time::timeout(Duration::from_secs(30), reached.notified()).await.expect(line);
        doomed.kill().await;

        app.ctx.db().let_time_pass(Duration::from_secs(61));
        let next = app.worker();
        app.until_in_time(line, || async { priya.state(&admin).await == "removed" }).await;
        next.stop().await;
        app.run_jobs().await;

        assert!(app.plex.shares_of(priya.account).is_empty(), "{line}");
        let owner = app.plex.owner();
        assert!(!app.plex.world(|world| world.are_friends(owner, priya.account)), "{line}");
        for what in ["user.removal_requested", "user.access_revoked", "user.removed"] {
            assert_eq!(events(&admin, what).await, 1, "{line}: {what}");
        }
        assert!(app.plex.overlapping_writes().is_empty(), "{line}");
        assert_eq!(priya.look(&admin).await["pending_change"], Value::Null, "{line}");
    }
}

#[actix_web::test]
async fn killed_while_giving_back_they_have_it_once() {
    for line in ["apply.called", "apply.recording"] {
        let (hooks, reached) = Hooks::freeze_at(line);
        let app = TestApp::start_with(Wishes { hooks, ..Wishes::default() }).await;
        let admin = app.set_up().await;
        let priya = somebody(&app).await;
        // Suspended, without PUM having written anything yet.
        let tx = app.ctx.db().begin().await.unwrap();
        let id = priya.id.parse().unwrap();
        pum_store::users::want(&tx, id, &pum_domain::access::WantedAccess::Nothing).await.unwrap();
        pum_store::users::set_state(&tx, id, pum_domain::user::UserState::Suspended, None).await.unwrap();
        tx.commit().await.unwrap();
        let share = app.plex.shares_of(priya.account)[0].id;
        let owner = app.plex.owner();
        app.plex.world(|world| world.remove_share(owner, share)).unwrap();

        admin.post(&priya.at("/resume"), json!({})).await.expect(202);
        let doomed = app.worker();
        tokio::time::timeout(Duration::from_secs(30), reached.notified()).await.expect(line);
        doomed.kill().await;
        app.ctx.db().let_time_pass(Duration::from_secs(61));
        let next = app.worker();
        app.until_in_time(line, || async { priya.state(&admin).await == "active" }).await;
        next.stop().await;
        app.run_jobs().await;
        assert_eq!(app.plex.shares_of(priya.account).len(), 1, "{line}");
        assert_eq!(events(&admin, "user.access_granted").await, 1, "{line}");
        assert_eq!(app.plex.calls_of("create_share").len(), 1, "{line}");
    }
}
