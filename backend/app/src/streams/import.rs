//! Reads the server's own play history for the times in which nobody was watching.
//!
//! The first pass reads all of it, later ones what came after the last one, and only when there was a gap in the
//! watching. Each page is written together with the place at which the next one begins, so whoever is interrupted
//! goes on from there. Rows that come twice change nothing: plays that end meanwhile move the others on. So it does
//! not matter either in which order a server lists them, nor how few it gives at once. Which row tells something
//! new is decided in `pum_domain::stream::backfill`.

use std::collections::HashMap;
use std::time::Duration;

use pum_domain::event::HintKind;
use pum_domain::instant::{DAY, MINUTE};
use pum_domain::job::{JobKind, Lane};
use pum_domain::stream::StreamKind;
use pum_domain::stream::backfill::{self, Seen};
use pum_domain::text::clean_name;
use pum_domain::{Instant, PlexId};
use pum_plex::{HistoryPage, HistoryQuery, MediaServer, PastPlay, PlexError};
use pum_store::jobs::{self, NewJob, Unique};
use pum_store::play_imports::{self as store, Pass, PlayImport};
use pum_store::streams::{self, Imported, Item, Player, SeenPlay, Viewer};
use pum_store::{Reads, Tx, hints, libraries};
use serde_json::json;

use crate::ctx::Ctx;
use crate::error::AppResult;
use crate::jobs::Trouble;
use crate::outcome::{JobInfo, Outcome};
use crate::plex_server::{self, Connected, NotReady};

/// Rows of a page: a moment's work for the server, and one short transaction here.
const PAGE: u32 = 200;
/// Pages of one run; then other jobs have their turn.
const PAGES_PER_RUN: usize = 20;
/// A pass begins a little before the last one ended: a row may be written later than the play it is about.
const OVERLAP: i64 = 10 * MINUTE;
/// No play that ended with a row goes on for longer.
const LONGEST_PLAY: i64 = DAY;
/// By this number the server calls its owner, and by 0 nobody.
const OWNER: i64 = 1;
const NOBODY: i64 = 0;

/// Has the history read once `tx` is committed. False: that is under way already.
pub async fn enqueue_import(tx: &Tx, lane: Lane) -> AppResult<bool> {
    let mut job = NewJob::new(JobKind::ImportPlayHistory, lane, json!({}));
    job.unique = Some(Unique::WhileOpen(JobKind::ImportPlayHistory.to_string()));
    Ok(jobs::enqueue(tx, job).await?.created)
}

/// How far the reading has come with the connected server.
pub async fn import_progress(ctx: &Ctx) -> AppResult<Option<PlayImport>> {
    let reader = ctx.reader();
    match pum_store::plex_server::get(&reader).await? {
        Some(server) => Ok(store::get(&reader, &server.machine_identifier).await?),
        None => Ok(None),
    }
}

/// The job: some pages, from where the last run ended.
pub(crate) async fn run(ctx: &Ctx, info: &JobInfo) -> Result<Outcome, Trouble> {
    let server = match plex_server::connected_server(ctx).await {
        Err(NotReady::NotConnected) => return Ok(Outcome::Done),
        server => server?,
    };
    match read_on(ctx, &server).await {
        Ok(true) => Ok(Outcome::Done),
        Ok(false) => Ok(Outcome::wait(Duration::ZERO, "more of the server's play history is to be read")),
        Err(Trouble::Plex(error) | Trouble::NotReady(NotReady::Unanswered(error))) => {
            troubled(ctx, &server, info, error).await
        }
        Err(trouble) => Err(trouble),
    }
}

/// Passing trouble is tried again, and after the last try left to the next tick: the place is kept.
async fn troubled(
    ctx: &Ctx,
    server: &Connected,
    info: &JobInfo,
    error: PlexError,
) -> Result<Outcome, Trouble> {
    let error = match error {
        PlexError::Unauthorized => match plex_server::refused_by_server(ctx, server).await {
            NotReady::Unanswered(error) => error,
            reason => return Err(reason.into()),
        },
        error => error,
    };
    let tx = ctx.db().begin().await?;
    let mut import = begun(&tx, server).await?;
    import.problem = Some(error.to_string());
    store::save(&tx, &import).await?;
    tx.commit().await?;
    match error.is_passing() {
        true if info.is_last() => Ok(Outcome::Done),
        true => Ok(Outcome::retry(info, &error)),
        false => Err(error.into()),
    }
}

async fn begun(db: &impl Reads, server: &Connected) -> AppResult<PlayImport> {
    let machine_identifier = server.machine_identifier.clone();
    let known = store::get(db, &machine_identifier).await?;
    Ok(known.unwrap_or_else(|| PlayImport { machine_identifier, ..PlayImport::default() }))
}

/// True once nothing is left to read for now.
async fn read_on(ctx: &Ctx, server: &Connected) -> Result<bool, Trouble> {
    let mut import = begun(&ctx.reader(), server).await?;
    if import.pass.is_none() && !begin(ctx, &mut import).await? {
        return Ok(true);
    }
    let media_server = plex_server::verify_identity(ctx, server).await?;
    let accounts = match media_server.accounts(&server.token).await {
        // They are for names only, of people whom PUM does not know.
        Err(error) if !error.is_passing() || error == PlexError::RouteGone => Vec::new(),
        accounts => accounts?,
    };
    let names = accounts.into_iter().filter_map(|one| Some((one.id, clean_name(&one.name?)))).collect();
    let shelf = libraries::of_server(&ctx.reader(), &server.machine_identifier).await?;
    let titles = shelf.into_iter().map(|library| (library.key, library.title)).collect();
    let reading = Reading { ctx, server, media_server, names, titles };
    for _ in 0..PAGES_PER_RUN {
        if reading.page(&mut import).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Begins a pass, unless PUM was watching all the time since the last one.
async fn begin(ctx: &Ctx, import: &mut PlayImport) -> AppResult<bool> {
    let reader = ctx.reader();
    let now = reader.now().await?;
    let since = import.settled_until.unwrap_or(Instant(0));
    let spans = spans(&reader, &import.machine_identifier, since, now).await?;
    let reaching = backfill::settled(spans.iter().map(|(_, to)| *to).max(), now);
    let has_gap = backfill::has_gap(since, reaching, &spans);
    if has_gap {
        let from = import.settled_until.map(|until| until.plus(-OVERLAP));
        import.pass = Some(Pass { reaching, from, skip: 0, total: None, left: None });
    } else {
        import.settled_until = Some(since.max(reaching));
    }
    let tx = ctx.db().begin().await?;
    store::save(&tx, import).await?;
    tx.commit().await?;
    Ok(has_gap)
}

async fn spans(
    db: &impl Reads,
    machine_identifier: &str,
    from: Instant,
    to: Instant,
) -> AppResult<Vec<backfill::Span>> {
    let spans = streams::watched_spans(db, machine_identifier, from, to).await?;
    Ok(spans.into_iter().map(|span| (span.from, span.to)).collect())
}

/// What a run of the job reads with.
struct Reading<'a> {
    ctx: &'a Ctx,
    server: &'a Connected,
    media_server: MediaServer,
    /// People by the server's number.
    names: HashMap<i64, String>,
    /// Libraries by the server's number.
    titles: HashMap<i64, String>,
}

impl Reading<'_> {
    /// Reads a page and writes down what is new in it. True: it was the last one.
    async fn page(&self, import: &mut PlayImport) -> Result<bool, Trouble> {
        let Some(pass) = import.pass else { return Ok(true) };
        let query = HistoryQuery {
            since: pass.from.map(Instant::to_utc),
            start: u32::try_from(pass.skip).unwrap_or(0),
            size: PAGE,
            ..HistoryQuery::default()
        };
        let page = self.media_server.play_history(&self.server.token, &query).await?;
        let next = next(pass, &page);
        let rows: Vec<Imported> = page
            .plays
            .iter()
            .map(|play| self.row(play))
            .filter(|row| row.viewed_at <= pass.reaching)
            .collect();

        let tx = self.ctx.db().begin().await?;
        let now = tx.now().await?;
        let news = self.news(&tx, rows).await?;
        let inserted = streams::import(&tx, &news).await?;
        import.imported = import.imported.saturating_add_unsigned(inserted);
        if import.first_done_at.is_none() {
            let oldest = page.plays.iter().map(|play| Instant::from(play.viewed_at)).min();
            import.oldest_at = import.oldest_at.into_iter().chain(oldest).min();
        }
        (import.read_at, import.problem) = (Some(now), None);
        import.pass = next;
        if next.is_none() {
            import.settled_until = Some(pass.reaching);
            import.first_done_at.get_or_insert(now);
        }
        store::save(&tx, import).await?;
        hints::leave(&tx, HintKind::Streams, None).await?;
        tx.commit().await?;
        self.ctx.hooks().at("import.page").await;
        Ok(next.is_none())
    }

    /// The rows from times in which nobody looked, without the plays that were seen before.
    async fn news(&self, tx: &Tx, rows: Vec<Imported>) -> AppResult<Vec<Imported>> {
        let times = || rows.iter().map(|row| row.viewed_at);
        let (Some(first), Some(last)) = (times().min(), times().max()) else { return Ok(rows) };
        let machine = &self.server.machine_identifier;
        let spans = spans(tx, machine, first, last).await?;
        let accounts = rows.iter().filter_map(|row| row.viewer.account_id);
        let seen =
            streams::seen_plays(tx, machine, accounts, first.plus(-LONGEST_PLAY), last.plus(DAY)).await?;
        let mut plays: HashMap<(PlexId, &str), Vec<Seen>> = HashMap::new();
        for SeenPlay { account_id, rating_key, from, to, length_ms } in &seen {
            let play = Seen { from: *from, to: *to, length: *length_ms };
            plays.entry((*account_id, rating_key)).or_default().push(play);
        }
        let is_news = |row: &Imported| {
            let what = row.viewer.account_id.zip(row.item.rating_key.as_deref());
            let seen = what.and_then(|what| plays.get(&what)).map_or(&[][..], Vec::as_slice);
            backfill::is_news(row.viewed_at, &spans, seen)
        };
        let news: Vec<bool> = rows.iter().map(is_news).collect();
        Ok(rows.into_iter().zip(news).filter_map(|(row, is_news)| is_news.then_some(row)).collect())
    }

    fn row(&self, play: &PastPlay) -> Imported {
        let name = |name: &Option<String>| name.as_deref().map(clean_name).filter(|name| !name.is_empty());
        let number = |number: Option<i64>| number.and_then(|number| i32::try_from(number).ok());
        let kind = kind(&play.kind);
        let library_key = play.library_key.as_deref().and_then(|key| key.parse().ok());
        let poster = match kind {
            StreamKind::Episode | StreamKind::Track => {
                play.grandparent_thumb.as_ref().or(play.thumb.as_ref())
            }
            _ => play.thumb.as_ref(),
        };
        let viewed_at = Instant::from(play.viewed_at);
        let account = play.account_id.filter(|id| *id != NOBODY);
        let account_id = account.map(|id| if id == OWNER { self.server.owner_plex_id } else { PlexId(id) });
        Imported {
            machine_identifier: self.server.machine_identifier.clone(),
            history_key: history_key(play),
            viewer: Viewer {
                account_id,
                name: account.and_then(|id| self.names.get(&id)).cloned().unwrap_or_default(),
            },
            item: Item {
                kind,
                rating_key: play.rating_key.clone(),
                title: clean_name(&play.title),
                parent_title: name(&play.parent_title),
                grandparent_title: name(&play.grandparent_title),
                season_number: number(play.parent_index),
                episode_number: number(play.index),
                year: None,
                library_key,
                library_title: library_key.and_then(|key| self.titles.get(&key)).cloned(),
                thumb: poster.cloned(),
                duration_ms: None,
            },
            player: Player::default(),
            viewed_at,
        }
    }
}

/// A server whose database was made anew counts its rows from one again; the second tells them apart.
fn history_key(play: &PastPlay) -> String {
    let row = play.history_key.clone().unwrap_or_else(|| {
        let what = play.rating_key.as_deref().unwrap_or(&play.title);
        format!("{}/{what}", play.account_id.unwrap_or(NOBODY))
    });
    format!("{}@{row}", play.viewed_at.timestamp())
}

fn kind(said: &str) -> StreamKind {
    match said {
        "movie" => StreamKind::Movie,
        "episode" => StreamKind::Episode,
        "track" => StreamKind::Track,
        "photo" => StreamKind::Photo,
        "clip" | "trailer" => StreamKind::Clip,
        _ => StreamKind::Other,
    }
}

/// Where the page after this one begins; `None`: this was the last one. A server may give fewer rows than it was
/// asked for, so only where it does not say how many there are is a page that is not full the last one.
fn next(pass: Pass, page: &HistoryPage) -> Option<Pass> {
    let rows = i32::try_from(page.rows).unwrap_or(i32::MAX);
    let skip = pass.skip.saturating_add(rows);
    let said = page.total.and_then(|total| i64::try_from(total).ok());
    // It only grows while plays end; where it shrinks for once, the answer is not whole.
    let total = pass.total.max(said);
    let left = total.map(|total| (total - i64::from(skip)).max(0));
    let is_last = match left {
        Some(left) => left == 0,
        // More than was asked for is all there is: that server knows no pages.
        None => page.rows != PAGE as usize,
    };
    let over = rows == 0 || is_last || is_before(pass.from, page);
    (!over).then_some(Pass { skip, total, left, ..pass })
}

/// Whether what follows is older than the pass: for servers that list everything, whatever they are asked for.
fn is_before(from: Option<Instant>, page: &HistoryPage) -> bool {
    let newest_first = page.plays.is_sorted_by(|one, next| one.viewed_at >= next.viewed_at);
    let last = page.plays.last().map(|play| Instant::from(play.viewed_at));
    newest_first && last.zip(from).is_some_and(|(last, from)| last < from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(seconds: impl IntoIterator<Item = i64>, total: Option<u64>) -> HistoryPage {
        let plays: Vec<_> = seconds.into_iter().map(play).collect();
        HistoryPage { rows: plays.len(), plays, total }
    }

    fn play(second: i64) -> PastPlay {
        PastPlay {
            history_key: None,
            rating_key: Some("7".to_owned()),
            kind: "movie".to_owned(),
            title: "Film".to_owned(),
            parent_title: None,
            grandparent_title: None,
            index: None,
            parent_index: None,
            thumb: None,
            grandparent_thumb: None,
            library_key: None,
            viewed_at: Instant(second * 1000).to_utc(),
            account_id: Some(9),
            device_id: None,
        }
    }

    #[test]
    fn a_pass_ends_where_nothing_is_left_and_not_at_a_short_page() {
        let start = Pass { reaching: Instant(900_000), from: None, skip: 0, total: None, left: None };
        let later = Pass { skip: 300, total: Some(500), ..start };
        let since = Pass { from: Some(Instant(100_000)), ..start };
        let full = || (201..=400).rev();
        for (what, pass, page, expected) in [
            ("a server that gives fewer than asked", start, page([9, 8, 7], Some(10)), Some((3, Some(7)))),
            ("the last few", start, page([3, 2, 1], Some(3)), None),
            ("nothing at all", start, page([], Some(0)), None),
            ("nothing, though more is said to be there", start, page([], Some(5)), None),
            ("full, and nobody counts", start, page(full(), None), Some((200, None))),
            ("short, and nobody counts", start, page([2, 1], None), None),
            ("a server without pages", start, page(1..=250, None), None),
            ("grown meanwhile", later, page(full(), Some(501)), Some((500, Some(1)))),
            ("shrunk for once", later, page([9, 8], Some(2)), Some((302, Some(198)))),
            ("all that came since", since, page([120, 101], Some(40)), Some((2, Some(38)))),
            ("and what was before it", since, page([120, 99], Some(40)), None),
            ("the other way round", since, page([99, 120], Some(40)), Some((2, Some(38)))),
        ] {
            let next = next(pass, &page).map(|pass| (pass.skip, pass.left));
            assert_eq!(next, expected, "{what}");
        }
    }

    #[test]
    fn rows_are_told_apart_by_key_and_time() {
        let one = play(5);
        let named = PastPlay { history_key: Some("/status/sessions/history/12".to_owned()), ..one.clone() };
        assert_eq!(history_key(&named), "5@/status/sessions/history/12");
        assert_eq!(history_key(&one), "5@9/7", "without a key by who, what and when");
        assert_eq!(history_key(&PastPlay { account_id: None, rating_key: None, ..one }), "5@0/Film");
    }
}
