//! The record of what has been played: reading it with the names it goes by, and deleting from it.

use std::collections::{BTreeSet, HashMap};

use pum_domain::event::{EventType, HintKind};
use pum_domain::page::{Page, PageRequest};
use pum_domain::{Instant, LibraryId, StreamId, UserId};
use pum_store::history::{self, Subject};
use pum_store::streams::{self, Filter, Stream};
use pum_store::{Reads, hints, libraries, meta, plex_server, users};
use serde_json::json;

use crate::{Actor, AppError, AppResult, Ctx};

/// So many are deleted at once.
pub const MOST_AT_ONCE: usize = 200;
/// So many titles are named in the event.
const NAMED: usize = 20;
/// Rows in one transaction.
const BATCH: u64 = 500;

/// A stream that has ended, with the names it goes by.
#[derive(Debug, Clone)]
pub struct Played {
    /// What is written down.
    pub stream: Stream,
    /// The name of the user who watched, where PUM knows them.
    pub username: Option<String>,
    /// The library as PUM knows it.
    pub library: Option<LibraryId>,
}

/// Which streams to list, in PUM's own words.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Everything but the library.
    pub filter: Filter,
    /// From this library.
    pub library: Option<LibraryId>,
}

/// A page of the history.
pub async fn list(ctx: &Ctx, wanted: &Wanted, request: &PageRequest) -> AppResult<Page<Played>> {
    let reader = ctx.reader();
    let known = known_libraries(&reader).await?;
    let Some(filter) = wanted.in_store(&known) else {
        return Ok(Page { items: Vec::new(), next_cursor: None, total: 0, total_is_minimum: false });
    };
    let Page { items, next_cursor, total, total_is_minimum } =
        streams::list(&reader, &filter, request).await?;
    let items = with_names(&reader, items, &known).await?;
    Ok(Page { items, next_cursor, total, total_is_minimum })
}

/// As [`list`], without counting: for files.
pub async fn walk(
    ctx: &Ctx,
    wanted: &Wanted,
    request: &PageRequest,
) -> AppResult<(Vec<Played>, Option<String>)> {
    let reader = ctx.reader();
    let known = known_libraries(&reader).await?;
    let Some(filter) = wanted.in_store(&known) else { return Ok((Vec::new(), None)) };
    let (items, next) = streams::walk(&reader, &filter, request).await?;
    Ok((with_names(&reader, items, &known).await?, next))
}

/// The libraries of the server, by its own numbers.
struct Libraries(Vec<(i64, LibraryId)>);

impl Wanted {
    /// `None` when nothing can fit: a library that PUM does not know.
    fn in_store(&self, known: &Libraries) -> Option<Filter> {
        let library_key = match self.library {
            Some(wanted) => Some(known.0.iter().find(|(_, id)| *id == wanted)?.0),
            None => None,
        };
        Some(Filter { library_key, ..self.filter.clone() })
    }
}

async fn known_libraries(db: &impl Reads) -> AppResult<Libraries> {
    let Some(server) = plex_server::get(db).await? else { return Ok(Libraries(Vec::new())) };
    let mut known = libraries::of_server(db, &server.machine_identifier).await?;
    // One that is gone and one that is there may have had the same number.
    known.sort_by_key(|library| library.vanished_at.is_some());
    Ok(Libraries(known.into_iter().map(|library| (library.key, library.id)).collect()))
}

async fn with_names(db: &impl Reads, items: Vec<Stream>, known: &Libraries) -> AppResult<Vec<Played>> {
    let ids: BTreeSet<UserId> = items.iter().filter_map(|stream| stream.user_id).collect();
    let names: HashMap<UserId, String> = users::names(db, &ids.into_iter().collect::<Vec<_>>()).await?;
    let played = items.into_iter().map(|stream| {
        let key = stream.item.library_key;
        Played {
            username: stream.user_id.and_then(|id| names.get(&id).cloned()),
            library: known.0.iter().find(|(number, _)| Some(*number) == key).map(|(_, id)| *id),
            stream,
        }
    });
    Ok(played.collect())
}

/// Deletes streams that have ended, and takes them out of every figure; says how many there were. When
/// somebody last streamed stays as it is, so that nobody is removed for what was deleted.
pub async fn delete(ctx: &Ctx, actor: &Actor, ids: &[StreamId]) -> AppResult<usize> {
    if ids.is_empty() || ids.len() > MOST_AT_ONCE {
        let detail = format!("name 1 to {MOST_AT_ONCE} streams");
        return Err(AppError::field("/ids", "out_of_range", detail));
    }
    let tx = ctx.db().begin().await?;
    let deleted = streams::delete(&tx, ids).await?;
    if deleted.is_empty() {
        tx.rollback().await?;
        return Ok(0);
    }
    let users: BTreeSet<Option<UserId>> = deleted.iter().map(|stream| stream.user_id).collect();
    let named: Vec<_> = deleted
        .iter()
        .take(NAMED)
        .map(|stream| json!({ "title": stream.title, "started_at": Instant::to_rfc3339(stream.started_at) }))
        .collect();
    let mut event = actor.event(EventType::StreamHistoryDeleted);
    event.subject = Some(Subject { kind: "stream_history".to_owned(), id: None, name: None });
    // Those of one person are part of that person's history.
    event.user_id = users.first().copied().flatten().filter(|_| users.len() == 1);
    event.before = Some(json!({ "streams": named }));
    event.after = Some(json!({ "deleted": deleted.len() }));
    history::append(&tx, event).await?;
    hints::leave(&tx, HintKind::Streams, None).await?;
    for user in users.into_iter().flatten() {
        hints::leave(&tx, HintKind::Users, Some(&user.to_string())).await?;
    }
    tx.commit().await?;
    Ok(deleted.len())
}

/// Forgets what began before `before`, more than so many days ago, in short transactions, and says so at the
/// end. What users have watched altogether stays counted.
pub(crate) async fn forget(ctx: &Ctx, days: i64, before: Instant) -> AppResult<()> {
    let mut gone = 0;
    loop {
        let tx = ctx.db().begin().await?;
        let batch = streams::forget(&tx, before, BATCH).await?;
        gone += batch.streams;
        if !batch.more && gone > 0 {
            let mut event = Actor::schedule().event(EventType::StreamHistoryDeleted);
            event.subject = Some(Subject { kind: "stream_history".to_owned(), id: None, name: None });
            event.after = Some(json!({ "deleted": gone, "older_than_days": days }));
            history::append(&tx, event).await?;
            hints::leave(&tx, HintKind::Streams, None).await?;
        }
        tx.commit().await?;
        if !batch.more {
            return Ok(());
        }
    }
}

/// How far the addresses of streams have been forgotten.
const FORGOTTEN_TO: &str = "stream_addresses_forgotten_to";

/// Forgets from where streams were watched that began before `before`, in short transactions. It goes on where
/// the last run ended, so that it does not look at years every night.
pub(crate) async fn forget_addresses(ctx: &Ctx, before: Instant) -> AppResult<()> {
    loop {
        let tx = ctx.db().begin().await?;
        let from = meta::get(&tx, FORGOTTEN_TO).await?.and_then(|text| text.parse().ok());
        let next = streams::forget_addresses(&tx, Instant(from.unwrap_or(i64::MIN)), before, BATCH).await?;
        meta::set(&tx, FORGOTTEN_TO, &next.unwrap_or(before).millis().to_string()).await?;
        tx.commit().await?;
        if next.is_none() {
            return Ok(());
        }
    }
}
