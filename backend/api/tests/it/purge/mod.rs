//! Letting people go who have gone quiet, kindly or not at all.

mod by_hand;
mod clock;
mod preview;
mod rehearsal;
mod withstand;

use pum_domain::Instant;
use pum_domain::instant::DAY;
use pum_domain::stream::{StreamKind, StreamState};
use pum_domain::{PlexId, StreamId};
use pum_store::play_imports::{self, PlayImport};
use pum_store::streams::{self, Delivery, Item, NewStream, Player, Viewer};
use pum_testkit::db::run;
use pum_testkit::fake_plex::PlaySession;
use pum_testkit::{Browser, TestApp};
use serde_json::{Value, json};

use crate::bulk::{Person, numbered, people};

pub const PURGE: &str = "/api/v1/purge";
pub const PREVIEW: &str = "/api/v1/purge/preview";

/// So many people with access, each idle for 100 days, and PUM has been looking for 400.
pub async fn idle_people(count: usize) -> (TestApp, Browser, Vec<Person>) {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let all = people(&app, numbered(count)).await;
    for person in &all {
        last_seen(&app, person, Some(100)).await;
    }
    watched(&app, &[(400, 0)]).await;
    (app, admin, all)
}

pub async fn now(app: &TestApp) -> Instant {
    app.ctx.db().now().await.expect("the time")
}

pub async fn days_ago(app: &TestApp, days: i64) -> Instant {
    now(app).await.plus(-days * DAY)
}

/// Somebody joined 500 days ago, and has streamed so many days ago or never.
pub async fn last_seen(app: &TestApp, person: &Person, days: Option<i64>) {
    let joined = days_ago(app, 500).await.millis();
    let streamed = match days {
        Some(days) => days_ago(app, days).await.millis().to_string(),
        None => "NULL".to_owned(),
    };
    let columns = format!("joined_at = {joined}, added_at = {joined}, last_streamed_at = {streamed}");
    set(app, person, &columns).await;
}

/// Sets columns of somebody's row, past every use case.
pub async fn set(app: &TestApp, person: &Person, columns: &str) {
    run(app.db.url(), &format!("UPDATE users SET {columns} WHERE plex_id = {}", person.account)).await;
}

/// PUM has been looking in these spells only: from and to so many days ago.
pub async fn watched(app: &TestApp, spells: &[(i64, i64)]) {
    run(app.db.url(), "DELETE FROM watch_spans").await;
    let machine = app.plex.server(0).machine_identifier().to_owned();
    for (from, to) in spells {
        let (from, to) = (days_ago(app, *from).await.millis(), days_ago(app, *to).await.millis());
        let insert = format!(
            "INSERT INTO watch_spans (machine_identifier, from_at, to_at) VALUES ('{machine}', {from}, {to})"
        );
        run(app.db.url(), &insert).await;
    }
}

/// Days go by, and nobody signs out of PUM meanwhile.
pub async fn days_pass_unseen(app: &TestApp, days: u64) {
    app.minutes_pass(days * 24 * 60);
    let later = now(app).await.plus(1_000 * DAY).millis();
    let sessions = format!("UPDATE sessions SET idle_expires_at = {later}, absolute_expires_at = {later}");
    run(app.db.url(), &sessions).await;
}

/// Days go by in which PUM is looking all the time.
pub async fn days_pass(app: &TestApp, days: u64) {
    days_pass_unseen(app, days).await;
    run(app.db.url(), &format!("UPDATE watch_spans SET to_at = {}", now(app).await.millis())).await;
}

/// The terms of a purge, with these changed.
pub fn terms(changes: Value) -> Value {
    let mut terms = json!({ "inactive_days": 90 });
    for (name, value) in changes.as_object().expect("fields") {
        terms[name] = value.clone();
    }
    terms
}

/// The verdict about one person: outcome, reason and idle days.
pub async fn verdict(admin: &Browser, person: &Person, terms: Value) -> (String, String, i64) {
    let page = admin.post(&format!("{PREVIEW}?limit=200"), terms).await.expect(200);
    let items = page["items"].as_array().expect("items");
    let item = items.iter().find(|item| item["user"]["id"] == person.id.to_string());
    let item = item.unwrap_or_else(|| panic!("{} is not listed: {page}", person.id));
    let text = |name: &str| item[name].as_str().expect("text").to_owned();
    (text("verdict"), text("reason"), item["idle_days"].as_i64().expect("days"))
}

/// The reason why one person is kept, or would be removed, after 90 days.
pub async fn reason(admin: &Browser, person: &Person) -> String {
    verdict(admin, person, terms(json!({}))).await.1
}

/// The watcher sees somebody begin to stream.
pub async fn streams(app: &TestApp, person: &Person) -> StreamId {
    let begun = NewStream {
        machine_identifier: app.plex.server(0).machine_identifier().to_owned(),
        session_key: person.account.to_string(),
        player_id: None,
        viewer: Viewer { account_id: Some(plex_id(person)), name: "somebody".to_owned() },
        state: StreamState::Playing,
        item: item(),
        player: Player::default(),
        delivery: Delivery::default(),
        started_at: now(app).await,
        position_ms: Some(0),
        four_k_looks: 0,
    };
    let tx = app.ctx.db().begin().await.expect("begin");
    let ids = streams::begin(&tx, &[begun]).await.expect("a stream begins");
    tx.commit().await.expect("commit");
    ids[0].expect("a new one")
}

pub fn plex_id(person: &Person) -> PlexId {
    PlexId(i64::try_from(person.account).expect("an account id"))
}

pub fn item() -> Item {
    Item {
        kind: StreamKind::Movie,
        rating_key: Some("1".to_owned()),
        title: "Tidewater".to_owned(),
        parent_title: None,
        grandparent_title: None,
        season_number: None,
        episode_number: None,
        year: None,
        library_key: None,
        library_title: None,
        thumb: None,
        duration_ms: None,
    }
}

/// Somebody plays at the server, and the watcher has not seen it yet.
pub fn plays_at_the_server(app: &TestApp, person: &Person) {
    app.plex.play(PlaySession { user: person.account, ..PlaySession::default() });
}

/// Asks for a purge of these people, and says what came of the request.
pub async fn ask(admin: &Browser, people: &[&Person]) -> Value {
    let ids: Vec<String> = people.iter().map(|person| person.id.to_string()).collect();
    admin.post(PURGE, terms(json!({ "user_ids": ids }))).await.expect(202)
}

/// Who was refused, by their place among these people, and why.
pub fn refused(answer: &Value, people: &[Person]) -> Vec<(usize, String)> {
    let rows = answer["refused"].as_array().expect("refused").iter();
    let place = |row: &Value| people.iter().position(|person| row["user_id"] == person.id.to_string());
    let mut refused: Vec<_> = rows
        .map(|row| (place(row).expect("one of them"), row["reason"].as_str().expect("why").to_owned()))
        .collect();
    refused.sort();
    refused
}

/// Lets the ten seconds for taking it back pass, and sees a purge through.
pub async fn see_through(app: &TestApp, admin: &Browser, begun: &Value) -> Value {
    let here = format!("{PURGE}/{}", begun["purge_id"].as_str().expect("an id"));
    app.ctx.db().let_time_pass(std::time::Duration::from_secs(11));
    for _ in 0..20 {
        app.run_jobs().await;
        let purge = admin.get(&here).await.expect(200);
        if purge["state"] != "running" {
            return admin.get(&format!("{here}/items?limit=200")).await.expect(200);
        }
        app.ctx.db().let_time_pass(std::time::Duration::from_secs(6));
    }
    panic!("the purge does not end");
}

pub async fn user(admin: &Browser, person: &Person) -> Value {
    admin.get(&format!("/api/v1/users/{}", person.id)).await.expect(200)
}

/// Where each of them stands.
pub async fn states(admin: &Browser, people: &[Person]) -> Vec<String> {
    let mut states = Vec::new();
    for person in people {
        states.push(user(admin, person).await["state"].as_str().expect("a state").to_owned());
    }
    states
}

/// How many of them are gone.
pub async fn gone(admin: &Browser, people: &[Person]) -> usize {
    states(admin, people).await.iter().filter(|state| *state == "removed").count()
}

/// How many of them are warned.
pub async fn warned(admin: &Browser, people: &[Person]) -> usize {
    let mut warned = 0;
    for person in people {
        warned += usize::from(user(admin, person).await["purge_stage"].is_object());
    }
    warned
}

/// The clock purges from now on, with these settings as well.
pub async fn turn_on(admin: &Browser, more: Value) {
    let mut settings = json!({ "purge_schedule": "on" });
    for (name, value) in more.as_object().expect("settings") {
        settings[name] = value.clone();
    }
    admin.patch("/api/v1/settings", settings).await.expect(200);
}

/// One night's run.
pub async fn night(app: &TestApp, admin: &Browser) {
    admin.post("/api/v1/jobs/schedules/purge_inactive/run", Value::Null).await.expect(202);
    app.run_jobs().await;
}

/// The look at those who are warned.
pub async fn look(app: &TestApp, admin: &Browser) {
    admin.post("/api/v1/jobs/schedules/judge_purge_warnings/run", Value::Null).await.expect(202);
    app.run_jobs().await;
}

/// The server's own history, which was read to its end just now, tells that somebody played something so many
/// days ago.
pub async fn import(app: &TestApp, person: &Person, days: &[i64]) {
    let mut rows = Vec::new();
    // One moment for all: between them lie whole days.
    let now = now(app).await;
    for day in days {
        rows.push(streams::Imported {
            machine_identifier: app.plex.server(0).machine_identifier().to_owned(),
            history_key: format!("{}-{day}", person.account),
            viewer: Viewer { account_id: Some(plex_id(person)), name: "somebody".to_owned() },
            item: item(),
            player: Player::default(),
            viewed_at: now.plus(-day * DAY),
        });
    }
    let tx = app.ctx.db().begin().await.expect("begin");
    assert_eq!(streams::import(&tx, &rows).await.expect("import"), days.len() as u64);
    let machine_identifier = app.plex.server(0).machine_identifier().to_owned();
    let known = play_imports::get(&tx, &machine_identifier).await.expect("read").unwrap_or_default();
    let oldest_at = known.oldest_at.into_iter().chain(rows.iter().map(|row| row.viewed_at)).min();
    let (settled_until, first_done_at) = (Some(now), Some(now));
    let read = PlayImport { machine_identifier, oldest_at, settled_until, first_done_at, ..known };
    play_imports::save(&tx, &read).await.expect("save");
    tx.commit().await.expect("commit");
}
