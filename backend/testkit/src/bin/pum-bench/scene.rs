//! What is measured: an installation that is set up, ten thousand invites, and people who accept one.

use crate::process::{Place, Pum, SETUP_CODE};
use crate::user_lists::{self, UserList};
use anyhow::{Context as _, bail};
use pum_app::random;
use pum_domain::invite::LibraryChoice;
use pum_store::invites::{self, NewInvite, Rules};
use pum_store::{Db, Options};
use pum_testkit::fake_plex::FakePlex;
use pum_testkit::{Answer, Browser};
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const INVITES: usize = 10_000;
const PEOPLE: usize = 15;
/// Long enough for the calls to Plex of the one before to be forgotten.
const BETWEEN_PEOPLE: Duration = Duration::from_secs(3);
const PASSWORD: &str = "a password for the bench alone";
/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// The scene, once set.
pub struct Scene {
    /// An admin's session.
    pub cookie: String,
    /// An invite that works.
    pub code: String,
    /// From the request to accept until Plex is asked to share; the median.
    pub accept_to_share: Duration,
    /// The statements behind the list of invites.
    pub list_sql: Vec<String>,
    /// The statements behind a public invite.
    pub public_sql: Vec<String>,
    /// Ways to list ten thousand users.
    pub user_lists: Vec<UserList>,
}

/// Sets PUM up, with nobody in it yet; gives an admin's browser and its session.
///
/// # Errors
/// When PUM refuses something: then there is nothing to measure.
pub async fn set_up(place: &Place<'_>, pum: &Pum) -> anyhow::Result<(Browser, String)> {
    let base = format!("http://127.0.0.1:{}", pum.port);
    let admin = Browser::new(&base);
    let first = json!({ "setup_code": SETUP_CODE, "username": "admin", "password": PASSWORD });
    let signed_in = admin.post("/api/v1/setup/admin", first).await;
    let cookie = signed_in.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
    granted(signed_in)?;
    let server = json!({ "url": place.plex.server(0).url(), "token": place.plex.owner_token() });
    granted(admin.put("/api/v1/setup/plex", server).await)?;
    granted(admin.put("/api/v1/setup/app", json!({ "base_url": base })).await)?;
    granted(admin.post("/api/v1/setup/finish", json!({})).await)?;
    until(async || !admin.get("/api/v1/libraries").await.json["items"].as_array().is_none_or(Vec::is_empty))
        .await
        .context("the libraries")?;
    Ok((admin, cookie))
}

/// Sets it, through the front door wherever that is quick enough.
///
/// # Errors
/// As [`set_up`].
pub async fn set(place: &Place<'_>, pum: &Pum) -> anyhow::Result<Scene> {
    let base = format!("http://127.0.0.1:{}", pum.port);
    let (admin, cookie) = set_up(place, pum).await?;
    let invite = json!({ "label": "Everybody", "libraries": { "mode": "all" } });
    let invite = granted(admin.post("/api/v1/invites", invite).await)?;
    let code = invite["code"].as_str().context("a code")?.to_owned();
    let mut times = Vec::new();
    for person in 0..PEOPLE {
        // One at a time: people who come all at once wait for each other at the pace PUM keeps towards Plex.
        tokio::time::sleep(BETWEEN_PEOPLE).await;
        times.push(accept(&base, &code, place.plex, &format!("person{person}")).await?);
    }
    times.sort();

    let url = format!("sqlite://{}", place.data.join("pum.db").display());
    many_invites(&url).await?;
    let (list_sql, public_sql) = statements(&url, &code).await?;
    let user_lists = user_lists::set(&url).await?;
    Ok(Scene { cookie, code, accept_to_share: times[times.len() / 2], list_sql, public_sql, user_lists })
}

/// One person accepts; says how long Plex had to wait to be asked.
async fn accept(base: &str, code: &str, plex: &FakePlex, name: &str) -> anyhow::Result<Duration> {
    let account = plex.add_account(name);
    let phone = Browser::new(base);
    let here = "/api/v1/public/redemptions/current";
    granted(phone.post(&format!("/api/v1/public/invites/{code}/redemptions"), json!({})).await)?;
    let asked = granted(phone.post(&format!("{here}/plex"), json!({})).await)?;
    let pin = ask_for_pin(&asked["pin_request"]).await?;
    let pin_code = pin["code"].as_str().context("a PIN's code")?;
    granted(phone.post(&format!("{here}/plex/pin"), json!({ "pin_id": pin["id"], "code": pin_code })).await)?;
    plex.sign_in(pin_code, account);
    let ready = granted(phone.post(&format!("{here}/plex/complete"), json!({})).await)?;
    let terms = json!({ "redemption_id": ready["id"], "invite_version": ready["invite_version"] });

    let began = Instant::now();
    granted(phone.post(&format!("{here}/accept"), terms).await)?;
    let asked = plex.until(|calls| {
        let share =
            |call: &&pum_testkit::fake_plex::CallRecord| call.about.as_deref() == Some(&account.to_string());
        calls.iter().find(share).map(|_| began.elapsed())
    });
    let waited = asked.await;
    until(async || phone.get(here).await.json["state"] == "done").await.context("a redemption")?;
    Ok(waited)
}

/// The answer, unless PUM refused.
///
/// # Errors
/// When it did.
pub fn granted(answer: Answer) -> anyhow::Result<Value> {
    match answer.status {
        200..=299 => Ok(answer.json),
        status => bail!("{status}: {}", answer.text),
    }
}

/// The browser makes the PIN itself.
async fn ask_for_pin(request: &Value) -> anyhow::Result<Value> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut call = reqwest::Client::new().request(text(&request["method"]).parse()?, text(&request["url"]));
    for (name, value) in request["headers"].as_object().context("headers")? {
        call = call.header(name, text(value));
    }
    Ok(call.send().await?.error_for_status()?.json().await?)
}

async fn many_invites(url: &str) -> anyhow::Result<()> {
    let db = Db::connect(url, &Options::default()).await?;
    let tx = db.begin().await?;
    for number in 0..INVITES {
        let rules = Rules {
            label: Some(format!("Invite {number}")),
            expires_at: None,
            max_uses: Some(5),
            membership_days: None,
            libraries: LibraryChoice::All,
            allow_downloads: false,
            require_discord: None,
            require_guild: None,
            bound_discord_id: None,
            bound_email: None,
            grant_purge_whitelist: false,
            grant_bot_whitelist: false,
        };
        let new = NewInvite { id: random::id(), code: random::invite_code(), created_by: None, rules };
        invites::create(&tx, &new).await?;
    }
    Ok(tx.commit().await?)
}

/// What PUM asks the database for the two routes, as its log on a database server shows it, with the values of
/// this scene.
async fn statements(url: &str, code: &str) -> anyhow::Result<(Vec<String>, Vec<String>)> {
    const INVITE: &str = "id, code, code_key, label, label_key, expires_at, max_uses, uses, membership_days, \
        libraries_mode, allow_downloads, require_discord, require_guild, bound_discord_id, bound_email, \
        grant_purge_whitelist, grant_bot_whitelist, paused_at, deleted_at, created_by, version, created_at, updated_at";
    let address: pum_migrations::Address = url.parse()?;
    let database = address.open(1).await?.reader;
    let literals = async |query: &str| -> anyhow::Result<String> {
        let statement = sea_orm::Statement::from_string(database.get_database_backend(), query);
        let rows = database.query_all_raw(statement).await?;
        let values: Result<Vec<String>, _> = rows.iter().map(|row| row.try_get("", "literal")).collect();
        Ok(values?.join(", "))
    };
    let session = literals("SELECT quote(key_hash) AS literal FROM sessions LIMIT 1").await?;
    let own =
        literals(&format!("SELECT quote(id) AS literal FROM invites WHERE code_key = '{code}'")).await?;
    let chosen = |ids: &str| {
        format!(
            "SELECT invite_id, library_id FROM invite_libraries WHERE invite_id IN ({ids}) ORDER BY library_id"
        )
    };
    let libraries = "id, machine_identifier, uuid, key, section_id, title, kind, item_count, refreshed_at, \
        missing_since_at, vanished_at";
    let list = vec![
        format!(
            "SELECT s.key_hash, s.admin_id, s.created_at, s.last_seen_at, s.idle_expires_at, s.absolute_expires_at, \
             s.address, s.user_agent, a.username, a.is_primary, a.must_change_password, a.permissions \
             FROM sessions s INNER JOIN admins a ON s.admin_id = a.id WHERE s.key_hash = {session} LIMIT 1"
        ),
        format!(
            "SELECT {INVITE} FROM invites WHERE deleted_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 51"
        ),
        // PUM remembers the count until somebody commits; who remembers nothing has to count.
        "SELECT COUNT(one) AS rows_found FROM (SELECT 1 AS one FROM invites WHERE deleted_at IS NULL LIMIT 10001)"
            .to_owned(),
    ];
    let public = vec![
        "SELECT key, window_started_at, count FROM throttles WHERE key = 'unknown_code:127.0.0.1' LIMIT 1"
            .to_owned(),
        format!("SELECT {INVITE} FROM invites WHERE code_key = '{code}' LIMIT 1"),
        chosen(&own),
        "SELECT * FROM plex_server WHERE id = 1 LIMIT 1".to_owned(),
        format!("SELECT {libraries} FROM libraries WHERE vanished_at IS NULL ORDER BY key, id LIMIT 201"),
    ];
    Ok((list, public))
}

async fn until(mut done: impl AsyncFnMut() -> bool) -> anyhow::Result<()> {
    let began = Instant::now();
    while !done().await {
        if began.elapsed() > PATIENCE {
            bail!("it takes too long");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}
