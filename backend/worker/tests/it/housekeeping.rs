//! What has had its time goes, and nothing else does.

use std::time::Duration;

use pum_app::random;
use pum_domain::event::HintKind;
use pum_domain::job::{JobKind, JobState, Lane};
use pum_domain::page::PageRequest;
use pum_domain::redemption::{RedemptionReason, RedemptionState};
use pum_domain::sign_in::SignInPurpose;
use pum_domain::{GuestId, InviteId, PlexId, RedemptionId};
use pum_store::idempotency::NewRequest;
use pum_store::jobs::{self, Filter, NewJob};
use pum_store::redemptions::{self, LinkedAccount};
use pum_store::sign_ins::NewSignIn;
use pum_store::{Reads, guests, hints, idempotency, pictures, services, sign_ins, throttles};
use pum_testkit::db::{rows, run};
use pum_testkit::test_app::TestApp;
use serde_json::Value;

const HOUR: Duration = Duration::from_secs(3600);

async fn keep_house(app: &TestApp) {
    let tx = app.ctx.db().begin().await.expect("begin");
    jobs::enqueue(&tx, NewJob::new(JobKind::Housekeeping, Lane::Automatic, Value::Null))
        .await
        .expect("enqueue");
    tx.commit().await.expect("commit");
    assert!(app.run_jobs().await.contains(&JobKind::Housekeeping));
}

/// An invite, written past the store.
async fn invite(app: &TestApp) -> InviteId {
    let id: InviteId = random::id();
    let literal = match app.ctx.db().kind() {
        "postgres" => format!("'{id}'"),
        _ => format!("X'{}'", id.uuid().simple()),
    };
    let insert = format!(
        "INSERT INTO invites (id, code, code_key, label_key, uses, libraries_mode, allow_downloads, grant_purge_whitelist, \
         grant_bot_whitelist, version, created_at, updated_at) \
         VALUES ({literal}, 'c', 'c', '', 0, 'all', FALSE, FALSE, FALSE, 1, 0, 0)"
    );
    run(app.db.url(), &insert).await;
    id
}

/// A guest who has signed in with Plex and not accepted; PUM keeps their token.
async fn linked_guest(app: &TestApp, invite: InviteId, plex_id: i64) -> (GuestId, RedemptionId) {
    let (guest, redemption): (GuestId, RedemptionId) = (random::id(), random::id());
    let tx = app.ctx.db().begin().await.expect("begin");
    guests::create(&tx, guest, &random::secret()).await.expect("a guest");
    redemptions::start(&tx, redemption, invite, 1, guest, None).await.expect("a redemption");
    let account = LinkedAccount {
        plex_id: PlexId(plex_id),
        username: "ada".to_owned(),
        email: None,
        email_confirmed: None,
        thumb: None,
    };
    let end = tx.now().await.expect("now").plus(24 * 3_600_000);
    redemptions::link(&tx, redemption, RedemptionState::Ready, &account, Some("sealed"), end)
        .await
        .expect("link");
    tx.commit().await.expect("commit");
    (guest, redemption)
}

#[tokio::test]
async fn a_redemption_that_nobody_comes_back_to_is_ended_and_its_token_forgotten() {
    let app = TestApp::start().await;
    let invite = invite(&app).await;
    let (_, left) = linked_guest(&app, invite, 1).await;
    let (comes_back, fresh) = linked_guest(&app, invite, 2).await;
    let reader = app.ctx.reader();

    keep_house(&app).await;
    let untouched = redemptions::get(&reader, left).await.expect("get");
    assert_eq!((untouched.state, untouched.token_sealed.is_some()), (RedemptionState::Ready, true));

    app.ctx.db().let_time_pass(HOUR * 20);
    let tx = app.ctx.db().begin().await.expect("begin");
    guests::touch(&tx, comes_back).await.expect("touch");
    tx.commit().await.expect("commit");
    app.ctx.db().let_time_pass(HOUR * 5);
    keep_house(&app).await;

    let left = redemptions::get(&reader, left).await.expect("get");
    assert_eq!((left.state, left.reason), (RedemptionState::Failed, Some(RedemptionReason::Abandoned)));
    assert_eq!(left.token_sealed, None);
    let fresh = redemptions::get(&reader, fresh).await.expect("get");
    assert_eq!(fresh.state, RedemptionState::Ready, "the person was here five hours ago");
    assert_eq!(fresh.token_sealed, None, "but no token is kept for more than a day");
}

#[tokio::test]
async fn finished_jobs_go_after_a_week_and_others_stay() {
    let app = TestApp::start().await;
    app.may_leave_jobs();
    keep_house(&app).await;
    let tx = app.ctx.db().begin().await.expect("begin");
    let later = tx.now().await.expect("now").plus(365 * 24 * 3_600_000);
    let waiting =
        NewJob { run_at: Some(later), ..NewJob::new(JobKind::CheckServer, Lane::Automatic, Value::Null) };
    let waiting = jobs::enqueue(&tx, waiting).await.expect("enqueue").id;
    tx.commit().await.expect("commit");

    app.ctx.db().let_time_pass(HOUR * 24 * 8);
    keep_house(&app).await;
    let first = jobs::get(&app.ctx.reader(), 1).await.expect("the last run of the schedule is still shown");
    assert_eq!(first.state, JobState::Done);
    keep_house(&app).await;
    let request = PageRequest { limit: 50, cursor: None, descending: false };
    let left = jobs::list(&app.ctx.reader(), &Filter::default(), &request).await.expect("list");
    let states: Vec<_> = left.items.iter().map(|job| (job.id == waiting, job.state)).collect();
    assert_eq!(
        states,
        [(true, JobState::Queued), (false, JobState::Done), (false, JobState::Done)],
        "the first housekeeping is forgotten once there was another"
    );
}

#[tokio::test]
async fn what_helps_for_a_while_only_does_not_pile_up() {
    let app = TestApp::start().await;
    let tx = app.ctx.db().begin().await.expect("begin");
    let now = tx.now().await.expect("now");
    hints::leave(&tx, HintKind::Users, None).await.expect("a hint");
    guests::create(&tx, random::id(), &random::secret()).await.expect("a guest");
    throttles::count(&tx, "somebody", 60_000).await.expect("a try");
    pictures::keep(&tx, "user:1", "image/png", vec![0], "").await.expect("a picture");
    services::beat(&tx, "worker-1", "worker", now, "{}").await.expect("a process");
    let request = NewRequest {
        key_hash: random::secret(),
        actor: "admin:1".to_owned(),
        route: "createInvite".to_owned(),
        body_hash: random::secret(),
    };
    idempotency::begin(&tx, request).await.expect("a request");
    let sign_in = NewSignIn {
        id: random::id(),
        purpose: SignInPurpose::Login,
        client_identifier: random::identifier(),
        browser_hash: "a browser".to_owned(),
        subject_id: None,
        return_to: "https://pum.example".to_owned(),
        lifetime_ms: 600_000,
        next: None,
    };
    sign_ins::begin(&tx, sign_in).await.expect("a sign-in");
    tx.commit().await.expect("commit");

    // Table, a text of it, and for how many hours a row is kept.
    let tables = [
        ("hints", "kind", 1),
        ("guests", "secret_hash", 24),
        ("throttles", "throttles.key", 24),
        ("idempotency", "key_hash", 24),
        ("services", "name", 24),
        ("sign_ins", "browser_hash", 24),
        ("pictures", "source", 24 * 60),
    ];
    for hours_passed in [0, 2, 26, 24 * 61] {
        app.ctx.db().let_time_pass(HOUR * hours_passed);
        keep_house(&app).await;
        for (table, text, kept_for) in tables {
            let left = rows(app.db.url(), &format!("SELECT {text} AS found FROM {table}")).await.len();
            let expected = usize::from(hours_passed <= kept_for);
            assert_eq!(left, expected, "{table} after {hours_passed} hours more");
        }
    }
}
