//! Two hundred people watching at once: what a look at them costs PUM, from the server's answer to the commit,
//! with the server's hints in between.

use crate::process::{Place, Pum};
use crate::{row, scene};
use anyhow::{Context as _, bail};
use pum_testkit::Browser;
use pum_testkit::fake_plex::{FakePlex, PlaySession, Ports, Scenario, Start};
use std::path::Path;
use std::time::{Duration, Instant};

const STREAMS: u64 = 200;
/// As many as a server can be shared with: each has figures of their own to be kept.
const VIEWERS: u64 = 100;
/// From here on, a hundred of the crowd watch: anybody would do.
const FIRST_OF_THE_CROWD: u64 = 1_000;
const LOOKS: usize = 20;
/// A little more than the shortest pause between two looks.
const APART: Duration = Duration::from_millis(2_200);
/// Far longer than a first look takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// Measures and prints, in an installation of its own: what else a worker has to do would be measured too.
///
/// # Errors
/// When PUM does not get ready, or nobody looks.
pub async fn measure(programs: &Path) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let plex = FakePlex::start_with(Start { scenario: Scenario::Empty, ports: Ports::default() })?;
    let place = Place { programs: programs.to_owned(), data: folder.path().canonicalize()?, plex: &plex };
    let viewers: Vec<u64> = (0..VIEWERS).map(|nth| plex.add_member(&format!("viewer{nth}"), &[])).collect();
    let pum = Pum::start(&place, "up").await?;
    let (admin, _) = scene::set_up(&place, &pum).await?;
    looks(&place, &pum, &admin, &viewers, "look at 200 streams of 100 viewers").await?;
    pum.stop()
}

/// The same in the installation of the bench, once it holds a million streams of ten thousand users; a hundred of
/// these watch.
///
/// # Errors
/// As [`measure`].
pub async fn beside_many(place: &Place<'_>, cookie: &str) -> anyhow::Result<()> {
    let pum = Pum::start(place, "up").await?;
    let (name, value) = cookie.split_once('=').context("a session cookie")?;
    let admin = Browser::new(&format!("http://127.0.0.1:{}", pum.port)).with_cookie(name, value);
    // Everybody of the crowd has the number of their place in it.
    let viewers: Vec<u64> = (0..VIEWERS).map(|nth| FIRST_OF_THE_CROWD + nth).collect();
    let words = "1,000,000 streams, 10,000 users: look at 200 streams of 100 viewers";
    looks(place, &pum, &admin, &viewers, words).await?;
    pum.stop()
}

async fn looks(
    place: &Place<'_>,
    pum: &Pum,
    admin: &Browser,
    viewers: &[u64],
    words: &str,
) -> anyhow::Result<()> {
    let plex = place.plex;
    // What a worker makes up for at its start is no part of a look.
    tokio::time::sleep(crate::REST * 3).await;
    let keys: Vec<u64> = (0..STREAMS)
        .zip(viewers.iter().cycle())
        .map(|(nth, viewer)| plex.play(session(*viewer, nth)))
        .collect();
    until_shown(admin).await?;

    let looks = || plex.calls_of("pms_sessions").len();
    let (mut idle, mut busy) = (Vec::new(), Vec::new());
    for nth in 0..2 * LOOKS {
        let (before, first) = (pum.processor_time()?, looks());
        // In turns with a hint and without, so that whatever else goes on is in both.
        match nth % 4 {
            1 => plex.pause(keys[0]),
            3 => plex.resume(keys[0]),
            _ => {}
        }
        plex.advance(APART);
        tokio::time::sleep(APART).await;
        let spent = pum.processor_time()?.saturating_sub(before).as_secs_f64() * 1000.0;
        match looks() - first {
            0 => idle.push(spent),
            1 => busy.push(spent),
            _ => {}
        }
    }
    if idle.is_empty() || busy.is_empty() {
        bail!("nobody looks, or without a pause");
    }
    let (idle, busy) = (usual(idle), usual(busy));
    row(
        &format!("{words}, one transaction, processor time, mean"),
        format!("{:.1} ms, in 2.2 s that take {idle:.1} ms without a look", busy - idle),
    );
    for key in keys {
        plex.end_play(key);
    }
    Ok(())
}

/// The mean without the dearest fifth and the cheapest: in some a schedule of the worker was at work.
fn usual(mut costs: Vec<f64>) -> f64 {
    costs.sort_by(f64::total_cmp);
    let fifth = costs.len() / 5;
    let middle = costs.get(fifth..costs.len() - fifth).unwrap_or(&costs);
    middle.iter().sum::<f64>() / middle.len() as f64
}

/// Every fourth is converted.
fn session(viewer: u64, nth: u64) -> PlaySession {
    PlaySession {
        rating_key: 100_001 + nth,
        transcode_height: nth.is_multiple_of(4).then_some(720),
        ..PlaySession::movie(viewer, &format!("Film {nth}"))
    }
}

async fn until_shown(admin: &Browser) -> anyhow::Result<()> {
    let began = Instant::now();
    while admin.get("/api/v1/streams?limit=1").await.json["total"] != STREAMS {
        if began.elapsed() > PATIENCE {
            bail!("the streams are not seen");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}
