//! Changing many users at once.

mod crowd;
mod dry_run;
mod follow;

use pum_domain::access::WantedAccess;
use pum_domain::invite::LibraryChoice;
use pum_domain::user::UserState;
use pum_domain::{LibraryId, PlexId, UserId};
use pum_store::users::{self, Enrolment};
use pum_testkit::{Browser, TestApp};
use serde_json::{Value, json};

/// The door.
pub const BULK: &str = "/api/v1/users/bulk";

/// Somebody with access, and their account at the fake Plex.
pub struct Person {
    /// PUM's id.
    pub id: UserId,
    /// The account.
    pub account: u64,
}

/// The ids of people, for a request.
pub fn ids(people: &[Person]) -> Vec<String> {
    people.iter().map(|person| person.id.to_string()).collect()
}

/// The id of the library with this title.
pub async fn library(app: &TestApp, title: &str) -> LibraryId {
    let all = app.libraries().await;
    all.iter().find(|library| library.title == title).expect("the library").id
}

/// So many people who see the library Movies, at Plex and in PUM.
pub async fn people(app: &TestApp, names: impl IntoIterator<Item = String>) -> Vec<Person> {
    let movies = LibraryChoice::Some(vec![library(app, "Movies").await]);
    let wanted = WantedAccess::Granted { libraries: movies, allow_downloads: false };
    app.plex.world(|world| world.config.share_limit = 10_000);
    let mut all = Vec::new();
    let tx = app.ctx.db().begin().await.expect("begin");
    for username in names {
        let account = app.plex.add_account(&username);
        app.plex.share(account, &["Movies"], true);
        app.plex.befriend_owner(account);
        let (id, _) = users::enrol(&tx, &enrolment(account, username)).await.expect("enrol");
        users::want(&tx, id, &wanted).await.expect("want");
        users::set_state(&tx, id, UserState::Active, None).await.expect("activate");
        all.push(Person { id, account });
    }
    tx.commit().await.expect("commit");
    app.plex.clear_calls();
    all
}

/// The same people, but nothing is shared with them: they are suspended, and would get Movies back.
pub async fn suspended(app: &TestApp, names: impl IntoIterator<Item = String>) -> Vec<UserId> {
    let movies = LibraryChoice::Some(vec![library(app, "Movies").await]);
    let kept = WantedAccess::Granted { libraries: movies, allow_downloads: false };
    let mut all = Vec::new();
    let tx = app.ctx.db().begin().await.expect("begin");
    for username in names {
        let account = app.plex.add_account(&username);
        let (id, _) = users::enrol(&tx, &enrolment(account, username)).await.expect("enrol");
        users::keep(&tx, id, &kept).await.expect("keep");
        users::set_state(&tx, id, UserState::Suspended, None).await.expect("suspend");
        all.push(id);
    }
    tx.commit().await.expect("commit");
    all
}

/// Somebody who comes in by an invite.
pub fn enrolment(account: u64, username: String) -> Enrolment {
    Enrolment {
        new_id: pum_app::random::id(),
        plex_id: PlexId(i64::try_from(account).expect("an account id")),
        plex_uuid: None,
        username,
        email: None,
        thumb: None,
        invited_by: pum_app::random::id(),
        membership_days: None,
        grant_purge_whitelist: false,
        grant_bot_whitelist: false,
    }
}

/// Numbered names.
pub fn numbered(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|at| format!("person{at:03}"))
}

/// Begins a bulk and gives its path.
pub async fn begin(admin: &Browser, body: Value) -> String {
    let begun = admin.post(BULK, body).await.expect(202);
    format!("{BULK}/{}", begun["bulk_id"].as_str().expect("an id"))
}

/// The counts that are not nothing.
pub async fn counts(admin: &Browser, here: &str) -> Value {
    let bulk = admin.get(here).await.expect(200);
    let counts = bulk["counts"].as_object().expect("counts").clone();
    counts.into_iter().filter(|(_, people)| *people != json!(0)).collect::<serde_json::Map<_, _>>().into()
}

/// Where the whole stands.
pub async fn state(admin: &Browser, here: &str) -> String {
    admin.get(here).await.expect(200)["state"].as_str().expect("a state").to_owned()
}

/// Does what there is to do until the bulk is over.
pub async fn see_through(app: &TestApp, admin: &Browser, here: &str) {
    let worker = app.worker();
    app.until_in_time("the bulk is over", || async { state(admin, here).await != "running" }).await;
    worker.stop().await;
}

/// The titles that Plex shares with somebody.
pub fn titles(app: &TestApp, account: u64) -> Vec<String> {
    let shares = app.plex.shares_of(account);
    shares.first().map(|share| app.plex.titles(share)).unwrap_or_default()
}
