//! Users: seen, edited, suspended, removed, given back.

mod address;
mod away;
mod edit;
mod expiry;
mod export;
mod filters;
mod interrupted;
mod list;
mod lost_answers;
mod put_off;
mod removal;
mod stubborn;
mod unsure;
mod untold;

pub use list::enrol;

use std::time::Duration;

use pum_testkit::{Browser, TestApp};
use serde_json::{Value, json};

/// Somebody with access, and their account at the fake Plex.
pub struct Member {
    /// PUM's id.
    pub id: String,
    /// The account.
    pub account: u64,
}

impl Member {
    /// The path of the user, or of something below.
    pub fn at(&self, what: &str) -> String {
        format!("/api/v1/users/{}{what}", self.id)
    }

    /// The user as PUM shows them.
    pub async fn look(&self, admin: &Browser) -> Value {
        admin.get(&self.at("")).await.expect(200)
    }

    /// Where they stand.
    pub async fn state(&self, admin: &Browser) -> String {
        self.look(admin).await["state"].as_str().expect("a state").to_owned()
    }

    /// The titles that Plex shares with them on the first server.
    pub fn titles(&self, app: &TestApp) -> Vec<String> {
        let server = app.plex.server(0);
        let shares = app.plex.shares_of(self.account);
        let share = shares.iter().find(|share| share.machine_identifier == server.machine_identifier());
        share.map(|share| app.plex.titles(share)).unwrap_or_default()
    }
}

/// Somebody who has just come in by a link that gives these libraries.
pub async fn member(app: &TestApp, admin: &Browser, name: &str, titles: &[&str]) -> Member {
    let ids = app.library_ids(admin, titles).await;
    let code = app.invite(admin, json!({ "libraries": { "mode": "some", "ids": ids } })).await;
    let invitee = app.invitee(name);
    invitee.join(app, &code).await;
    app.run_jobs().await;
    assert_eq!(invitee.state().await, "done");
    app.plex.clear_calls();
    Member { id: id_of(admin, name).await, account: invitee.account }
}

/// Somebody whose invitation waits to be accepted by themselves.
pub async fn invited(app: &TestApp, admin: &Browser, name: &str) -> (Member, pum_testkit::Invitee, String) {
    let code = app.invite(admin, json!({ "libraries": { "mode": "all" }, "max_uses": 1 })).await;
    let invitee = app.invitee(name);
    invitee.join(app, &code).await;
    // Their own token dies before PUM can accept for them.
    app.plex.revoke_tokens(invitee.account);
    app.run_jobs().await;
    assert_eq!(invitee.state().await, "invited");
    app.plex.clear_calls();
    (Member { id: id_of(admin, name).await, account: invitee.account }, invitee, code)
}

async fn id_of(admin: &Browser, name: &str) -> String {
    let page = admin.get(&format!("/api/v1/users?q={name}")).await.expect(200);
    page["items"][0]["id"].as_str().expect("an id").to_owned()
}

/// Lets the ten seconds for Undo pass, and a little more.
pub fn let_undo_pass(app: &TestApp) {
    app.ctx.db().let_time_pass(Duration::from_secs(11));
}

/// How many events of a type there are about anybody.
pub async fn events(admin: &Browser, what: &str) -> Value {
    admin.get(&format!("/api/v1/history?type={what}")).await.expect(200)["total"].take()
}

/// The calls that would have changed something at Plex for this person, whatever became of them.
pub fn writes(app: &TestApp) -> Vec<String> {
    app.plex.writes().into_iter().map(|call| call.op.to_owned()).collect()
}
