//! A million streams of ten thousand users, and ten million: how long figures and pages of the history take.

use crate::load;
use crate::process::{Place, Pum};
use crate::{median, purge, row};
use pum_app::secret::{Keys, Secret};
use pum_app::stream_history::{self, Wanted};
use pum_app::{AppOptions, Ctx, watch_figures};
use pum_domain::instant::DAY;
use pum_domain::page::PageRequest;
use pum_domain::{Instant, PlexId, UserId};
use pum_store::streams::Filter;
use pum_store::{Db, Options, users};
use pum_testkit::crowd::crowd;
use pum_testkit::db;
use pum_testkit::viewing::viewing;
use std::time::Duration;

/// Streams of the bench.
const STREAMS: u64 = 1_000_000;
/// What passes between two of them: a million in a year.
const APART: i64 = 365 * DAY / 1_000_000;
/// How often each question is asked; odd, so that the median is one of them.
const TIMES: usize = 31;
/// Whose pages are read.
const SOMEBODY: PlexId = PlexId(4711);

/// Fills the database of the bench, in which the crowd is already, and asks as a page would.
///
/// # Errors
/// When PUM refuses something.
pub async fn measure(place: &Place<'_>, cookie: &str) -> anyhow::Result<()> {
    let url = format!("sqlite://{}", place.data.join("pum.db").display());
    let db = Db::connect(&url, &Options::default()).await?;
    let now = db.now().await?;
    viewing(&url, 0, STREAMS, APART, now).await?;
    let somebody = somebody(&db).await?;
    db.close().await?;
    let pum = Pum::start(place, "api").await?;
    let questions = [
        ("dashboard figures", "/api/v1/stats".to_owned()),
        ("charts over 7 days", "/api/v1/stats/watching?days=7".to_owned()),
        ("charts over 30 days", "/api/v1/stats/watching?days=30".to_owned()),
        ("charts over 90 days", "/api/v1/stats/watching?days=90".to_owned()),
        ("a user's history page", format!("/api/v1/stream-history?limit=50&user_id={somebody}")),
        ("the whole history's first page", "/api/v1/stream-history?limit=50".to_owned()),
        ("a user's figures", format!("/api/v1/users/{somebody}/stats")),
    ];
    for (words, path) in questions {
        let times = load::times(&pum.question(&path, Some(cookie.to_owned())), TIMES).await?;
        row(&format!("1,000,000 streams, 10,000 users: {words}, median"), milliseconds(times));
    }
    purge::measure(&pum, &url, place.plex.server(0).machine_identifier(), cookie).await?;
    pum.stop()
}

/// The same questions on a database of one's own, without HTTP, for each number of streams in turn: how times
/// grow when the history does. The history reaches back a year for each million. A database that holds the wanted
/// number already is not filled again, so that databases can be filled first and asked when the machine is at rest.
///
/// # Errors
/// When the database refuses, or holds anything else.
pub async fn growth(url: &str, steps: &[u64]) -> anyhow::Result<()> {
    pum_migrations::up(&url.parse()?).await?;
    let store = Db::connect(url, &Options::default()).await?;
    let count = async |table: &str| -> anyhow::Result<u64> {
        let rows = db::rows(url, &format!("SELECT CAST(COUNT(*) AS TEXT) AS found FROM {table}")).await;
        Ok(rows.join("").parse()?)
    };
    if count("users").await? == 0 {
        crowd(&store, url).await;
    }
    let keys = Keys::derive(&Secret::new("the key of a bench"));
    let ctx = Ctx::open(store.clone(), keys, AppOptions::default(), pum_app::hooks::Hooks::default()).await?;
    let id = somebody(&store).await?;
    let now = store.now().await?;
    for all in steps {
        if count("streams").await? != *all {
            // Each step begins anew, so that the latest stream is always a moment old.
            let clear = if store.kind() == "postgres" { "TRUNCATE streams" } else { "DELETE FROM streams" };
            db::run(url, clear).await;
            viewing(url, 0, *all, APART, now).await?;
        }
        for (words, times) in ask(&ctx, id, now).await? {
            row(&format!("{all} streams: {words}, median"), milliseconds(times));
        }
    }
    Ok(())
}

async fn ask(ctx: &Ctx, id: UserId, now: Instant) -> anyhow::Result<Vec<(&'static str, Vec<Duration>)>> {
    let page = PageRequest { limit: 50, cursor: None, descending: true };
    let own = Wanted { filter: Filter { user_id: Some(id), ..Filter::default() }, library: None };
    let older = Filter { to: Some(now.plus(-30 * DAY)), ..own.filter.clone() };
    let older = Wanted { filter: older, library: None };
    let all = Wanted::default();
    let mut found: Vec<(&str, Vec<Duration>)> = Vec::new();
    for days in [7, 30, 90] {
        let words = ["charts over 7 days", "charts over 30 days", "charts over 90 days"];
        let words = words[usize::from(days > 7) + usize::from(days > 30)];
        found.push((words, timed(async || watch_figures::of_server(ctx, days).await.map(drop)).await?));
    }
    let page = &page;
    for (words, wanted) in [
        ("a user's history page", &own),
        ("a user's history, older page", &older),
        ("the whole history's first page", &all),
    ] {
        found.push((words, timed(async || stream_history::list(ctx, wanted, page).await.map(drop)).await?));
    }
    found.push(("a user's figures", timed(async || watch_figures::of_user(ctx, id).await.map(drop)).await?));
    Ok(found)
}

async fn timed(mut question: impl AsyncFnMut() -> pum_app::AppResult<()>) -> anyhow::Result<Vec<Duration>> {
    question().await?;
    let mut times = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        let began = std::time::Instant::now();
        question().await?;
        times.push(began.elapsed());
    }
    Ok(times)
}

async fn somebody(db: &Db) -> anyhow::Result<UserId> {
    let user = users::by_plex_id(&db.reader(), SOMEBODY).await?;
    user.map(|user| user.id).ok_or_else(|| anyhow::anyhow!("the crowd is missing"))
}

fn milliseconds(times: Vec<Duration>) -> String {
    let mut times: Vec<f64> = times.into_iter().map(|time| time.as_secs_f64() * 1000.0).collect();
    format!("{:.1} ms", median(&mut times))
}
