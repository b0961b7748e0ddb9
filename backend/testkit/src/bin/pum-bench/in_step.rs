//! Ten thousand people at Plex: how long a sync takes once Plex has answered, and what a page has to wait
//! while it writes.

use crate::load::{self, Question};
use crate::process::{Place, Pum};
use crate::row;
use anyhow::{Context as _, bail};
use pum_testkit::Browser;
use pum_testkit::fake_plex::{FakePlex, Shared};
use serde_json::Value;
use std::time::{Duration, Instant};

const PEOPLE: usize = 10_000;
/// Far longer than a sync takes.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often the same page is asked for while nothing else happens.
const IDLE_QUESTIONS: usize = 200;

/// Measures and prints.
///
/// # Errors
/// When PUM refuses something, or does not get ready.
pub async fn measure(place: &Place<'_>, cookie: &str) -> anyhow::Result<()> {
    populate(place.plex);
    let pum = Pum::start(place, "up").await?;
    let (name, value) = cookie.split_once('=').context("a session cookie")?;
    let admin = Browser::new(&format!("http://127.0.0.1:{}", pum.port)).with_cookie(name, value);
    let page = pum.question("/api/v1/users?limit=50", Some(cookie.to_owned()));

    let first = sync(&admin, place.plex, &page).await?;
    row("sync that finds 10,000 people, after Plex has answered", seconds(first.after_plex));
    let mut idle = load::times(&page, IDLE_QUESTIONS).await?;
    let idle = median(&mut idle);
    let again = sync(&admin, place.plex, &page).await?;
    row("sync of 10,000 users as before, after Plex has answered", seconds(again.after_plex));
    for (words, mut during) in [("first", first.during), ("second", again.during)] {
        let during = median(&mut during);
        let times = during.as_secs_f64() / idle.as_secs_f64();
        row(
            &format!("50 of 10,000 users during the {words} sync"),
            format!("{:.1} ms, so {times:.2} × its idle median", during.as_secs_f64() * 1000.0),
        );
    }
    pum.stop()
}

struct Measured {
    after_plex: Duration,
    /// How long a page took while the sync was writing.
    during: Vec<Duration>,
}

async fn sync(admin: &Browser, plex: &FakePlex, page: &Question) -> anyhow::Result<Measured> {
    plex.clear_calls();
    let asked = admin.post("/api/v1/users/sync", Value::Null).await;
    if asked.status != 202 {
        bail!("{}: {}", asked.status, asked.text);
    }
    let id = asked.json["sync_id"].as_str().context("an id")?.to_owned();
    // The list of libraries is the last of the six.
    plex.until(|calls| {
        calls.iter().find(|call| call.is("list_sections") && call.ended_us.is_some()).map(|_| ())
    })
    .await;
    let answered = Instant::now();
    let mut during = Vec::new();
    loop {
        during.extend(load::times(page, 1).await?);
        let sync = admin.get(&format!("/api/v1/users/syncs/{id}")).await.json;
        match sync["state"].as_str() {
            Some("queued" | "running") if answered.elapsed() < PATIENCE => {}
            Some("done") => return Ok(Measured { after_plex: answered.elapsed(), during }),
            _ => bail!("the sync did not end well: {sync}"),
        }
    }
}

/// Friends with a share each, past plex.tv's limit.
fn populate(plex: &FakePlex) {
    let model = plex.add_member("model", &["Movies", "Kids"]);
    let share = plex.shares_of(model).pop();
    plex.world(|world| {
        let friendship = world.relations.friendships.last().cloned();
        let (Some(share), Some(friendship)) = (share, friendship) else { return };
        for number in 1..PEOPLE {
            let account = world.add_account(&format!("member{number}"));
            let mut friendship = friendship.clone();
            friendship.to = account;
            friendship.from = share.owner;
            world.relations.friendships.push(friendship);
            let mut share = share.clone();
            share.id = account;
            share.invited = Some(account);
            if number % 7 == 0 {
                share.shared = Shared::All;
            }
            world.relations.shares.insert(account, share);
        }
    });
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}
