//! Ten thousand people at Plex: how long a sync takes once Plex has answered, and what a page has to wait
//! while it writes.

use crate::load::{self, Connection, Question};
use crate::process::{Place, Pum};
use crate::scene::{self, granted};
use crate::{anew, middle, milliseconds, row};
use anyhow::{Context as _, bail};
use pum_testkit::Browser;
use pum_testkit::fake_plex::{FakePlex, Ports, Scenario, Shared, Start};
use serde_json::Value;
use std::path::Path;
use std::time::{Duration, Instant};

const PEOPLE: usize = 10_000;
/// Far longer than a sync takes.
const PATIENCE: Duration = Duration::from_secs(120);
/// Between two looks whether a sync has ended.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// How often the same page is asked for while nothing else happens.
const IDLE_QUESTIONS: usize = 200;

/// Measures and prints, in an installation of its own.
///
/// # Errors
/// As [`measure`].
pub async fn alone(programs: &Path) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let plex = FakePlex::start_with(Start { scenario: Scenario::Empty, ports: Ports::default() })?;
    let place = Place { programs: programs.to_owned(), data: folder.path().canonicalize()?, plex: &plex };
    let pum = Pum::start(&place, "up").await?;
    let (_, cookie) = scene::set_up(&place, &pum).await?;
    pum.stop()?;
    measure(&place, &cookie).await
}

/// Measures and prints.
///
/// # Errors
/// When PUM refuses something, or does not get ready.
pub async fn measure(place: &Place<'_>, cookie: &str) -> anyhow::Result<()> {
    let pum = Pum::start(place, "up").await?;
    let (name, value) = cookie.split_once('=').context("a session cookie")?;
    let admin = Browser::new(&format!("http://127.0.0.1:{}", pum.port)).with_cookie(name, value);
    let page = pum.question("/api/v1/users?limit=50", Some(cookie.to_owned()));

    // One that is under way would find some of them, and leave the rest to the one that is measured.
    none_under_way(&admin).await?;
    populate(place.plex);
    let first = sync(&admin, place.plex, &page).await?;
    row("sync that finds 10,000 people, after Plex has answered", seconds(first.after_plex));
    let idle = middle(&mut load::times(&page, IDLE_QUESTIONS).await?);
    let idle_anew = anew(place, &page).await?;
    let again = sync(&admin, place.plex, &page).await?;
    row("sync of 10,000 users as before, after Plex has answered", seconds(again.after_plex));
    for (words, mut during) in [("first", first.during), ("second", again.during)] {
        let (median, answers) = (middle(&mut during), during.len());
        let slow = during.get(answers * 19 / 20).copied().unwrap_or_default();
        let times = |idle: Duration| median.as_secs_f64() / idle.as_secs_f64();
        row(
            &format!("50 of 10,000 users during the {words} sync, {answers} answers"),
            format!(
                "{}, so {:.2} × its idle median when read anew, and {:.2} × when remembered; one in twenty over {}",
                milliseconds(median),
                times(idle_anew),
                times(idle),
                milliseconds(slow)
            ),
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
    none_under_way(admin).await?;
    plex.clear_calls();
    let asked = granted(admin.post("/api/v1/users/sync", Value::Null).await)?;
    let id = asked["sync_id"].as_str().context("an id")?;
    let began = Instant::now();
    let (mut answers, mut answered, mut during) = (0, began, Vec::new());
    // One connection, as while nothing else happens: what a new one costs is no matter of the sync.
    let mut connection = Connection::open(page).await?;
    loop {
        during.push(connection.time().await?);
        let by_now = lists_of_libraries(plex);
        if by_now > answers {
            // Until then it was reading, not writing.
            (answers, answered) = (by_now, Instant::now());
            during.clear();
        }
        let sync = granted(admin.get(&format!("/api/v1/users/syncs/{id}")).await)?;
        match sync["state"].as_str() {
            Some("queued" | "running") if began.elapsed() < PATIENCE => {}
            Some("done") => return Ok(Measured { after_plex: answered.elapsed(), during }),
            _ => bail!("the sync did not end well: {sync}"),
        }
    }
}

/// Waits until no sync is under way: asking would join it, and some of Plex's answers would have come already.
async fn none_under_way(admin: &Browser) -> anyhow::Result<()> {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        let latest = granted(admin.get("/api/v1/users/syncs?limit=1").await)?;
        if !matches!(latest["items"][0]["state"].as_str(), Some("queued" | "running")) {
            return Ok(());
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    bail!("a sync does not end")
}

/// How often plex.tv has told its list of libraries, the last of the six that a sync reads.
fn lists_of_libraries(plex: &FakePlex) -> usize {
    let calls = plex.calls();
    calls.iter().filter(|call| call.is("list_sections") && call.ended_us.is_some()).count()
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

fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}
