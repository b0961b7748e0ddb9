//! What a purge would do: a verdict for everybody, the quietest first.

use std::str::FromStr;

use pum_domain::instant::DAY;
use pum_domain::page::PageRequest;
use pum_domain::purge::{Outcome, Reason, Terms, Verdict};
use pum_domain::{Instant, UserId};
use pum_store::StoreError;
use pum_store::purge::{self as store, By, Place, Range, Someone};
use uuid::Uuid;

use super::world::World;
use crate::ctx::Ctx;
use crate::error::AppResult;

/// People read at once.
const BATCH: u64 = 500;

/// Of whom to list verdicts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Which {
    /// Only those with this outcome.
    pub outcome: Option<Outcome>,
}

/// A page of verdicts, with how many there are altogether.
#[derive(Debug)]
pub struct Previewed {
    /// The page.
    pub items: Vec<(Someone, Verdict)>,
    /// Where the next one begins.
    pub next_cursor: Option<String>,
    /// How many there are of those asked for.
    pub total: i64,
    /// How many would be removed.
    pub purge_count: i64,
    /// How many would be kept.
    pub keep_count: i64,
    /// Why everybody is kept just now.
    pub doubt: Option<Reason>,
    /// The first look at what is playing.
    pub watching_since: Option<Instant>,
    /// How far back the server's own play history was imported.
    pub imported_since: Option<Instant>,
}

/// Decides about everybody, and shows a page of it; nothing is changed.
pub async fn preview(ctx: &Ctx, terms: &Terms, which: &Which, request: &PageRequest) -> AppResult<Previewed> {
    let world = World::known(ctx).await?;
    let cursor = request.cursor.as_deref().map(Cursor::from_str).transpose()?;
    let fits = |cursor: &Cursor| cursor.by == by(terms) && cursor.backwards == request.descending;
    if cursor.as_ref().is_some_and(|cursor| !fits(cursor)) {
        return Err(StoreError::BadCursor.into());
    }
    let reader = ctx.reader();
    let everybody = store::count(&reader).await?;
    // Only those can be idle for long enough.
    let candidates = store::people(&reader, &candidates(&world, terms)).await?;
    let judged = candidates.into_iter().map(|someone| {
        let verdict = world.judge(&someone, terms);
        (someone, verdict)
    });
    let idle: Vec<_> = judged.filter(|(_, verdict)| verdict.outcome == Outcome::Purge).collect();
    let purge_count = i64::try_from(idle.len()).unwrap_or(i64::MAX);
    let keep_count = (everybody - purge_count).max(0);
    let limit = request.limit.clamp(1, 200) as usize;
    let after = cursor.map(|cursor| cursor.place);
    let mut items = match which.outcome {
        Some(Outcome::Purge) => page_of(idle, after, request.descending, limit),
        wanted => gather(ctx, &world, terms, wanted, after, request.descending, limit).await?,
    };
    let more = items.len() > limit;
    items.truncate(limit);
    let next_cursor = items.last().filter(|_| more).map(|(last, _)| {
        Cursor { by: by(terms), backwards: request.descending, place: last.place }.to_string()
    });
    Ok(Previewed {
        items,
        next_cursor,
        total: match which.outcome {
            Some(Outcome::Purge) => purge_count,
            Some(Outcome::Keep) => keep_count,
            None => everybody,
        },
        purge_count,
        keep_count,
        doubt: world.doubt,
        watching_since: world.watching_since,
        imported_since: world.imported_since,
    })
}

/// The order in which the quietest come first.
pub(super) const fn by(terms: &Terms) -> By {
    if terms.ignore_join_date { By::LastStreamed } else { By::LastHeard }
}

/// Those who may be idle for long enough, as far as their rows tell.
pub(super) fn candidates(world: &World, terms: &Terms) -> Range {
    let up_to = world.now.plus(-i64::from(terms.inactive_days) * DAY);
    Range { by: by(terms), up_to: Some(up_to), after: None, backwards: false, limit: None }
}

/// The page of those who are at hand, and one more if there is one.
fn page_of(
    mut all: Vec<(Someone, Verdict)>,
    after: Option<Place>,
    backwards: bool,
    limit: usize,
) -> Vec<(Someone, Verdict)> {
    if backwards {
        all.reverse();
    }
    let comes_later = |place: Place| match after {
        Some(after) if backwards => place < after,
        Some(after) => place > after,
        None => true,
    };
    all.into_iter().filter(|(someone, _)| comes_later(someone.place)).take(limit + 1).collect()
}

/// The same, read as far as need be.
async fn gather(
    ctx: &Ctx,
    world: &World,
    terms: &Terms,
    wanted: Option<Outcome>,
    mut after: Option<Place>,
    backwards: bool,
    limit: usize,
) -> AppResult<Vec<(Someone, Verdict)>> {
    let mut found = Vec::with_capacity(limit + 1);
    loop {
        let batch = if wanted.is_none() { limit as u64 + 1 } else { BATCH };
        let range = Range { by: by(terms), up_to: None, after, backwards, limit: Some(batch) };
        let people = store::people(&ctx.reader(), &range).await?;
        let full = people.len() as u64 == batch;
        after = people.last().map(|someone| someone.place);
        for someone in people {
            let verdict = world.judge(&someone, terms);
            if wanted.is_none_or(|wanted| wanted == verdict.outcome) {
                found.push((someone, verdict));
            }
        }
        if !full || found.len() > limit {
            return Ok(found);
        }
    }
}

/// Those of these people who would be removed, and why the others would not.
pub(super) async fn sort_out(
    ctx: &Ctx,
    terms: &Terms,
    ids: &[UserId],
) -> AppResult<(Vec<UserId>, Vec<(UserId, Reason)>)> {
    let world = World::known(ctx).await?;
    let known = store::find(&ctx.reader(), ids).await?;
    let (mut idle, mut kept) = (Vec::new(), Vec::new());
    for id in ids {
        let verdict = known.iter().find(|someone| someone.id == *id).map(|one| world.judge(one, terms));
        match verdict {
            Some(Verdict { outcome: Outcome::Purge, .. }) => idle.push(*id),
            Some(Verdict { reason, .. }) => kept.push((*id, reason)),
            None => kept.push((*id, Reason::UnknownUser)),
        }
    }
    Ok((idle, kept))
}

/// Where a page ended, and in which order.
struct Cursor {
    by: By,
    backwards: bool,
    place: Place,
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let by = if self.by == By::LastHeard { 'h' } else { 's' };
        let way = if self.backwards { 'd' } else { 'a' };
        let Place(at, id) = self.place;
        write!(f, "{by}{way}.{at}.{}", id.simple())
    }
}

impl FromStr for Cursor {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        let read = || {
            let mut parts = text.split('.');
            let order = parts.next()?;
            let at = parts.next()?.parse().ok()?;
            let id = Uuid::try_parse(parts.next()?).ok()?;
            let (by, backwards) = match order {
                "ha" => (By::LastHeard, false),
                "hd" => (By::LastHeard, true),
                "sa" => (By::LastStreamed, false),
                "sd" => (By::LastStreamed, true),
                _ => return None,
            };
            parts.next().is_none().then_some(Self { by, backwards, place: Place(at, id) })
        };
        read().ok_or(StoreError::BadCursor)
    }
}
