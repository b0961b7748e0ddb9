//! Terms tried on the past year: who would have been removed, and who of them watched again soon after.

use std::collections::HashMap;

use pum_domain::instant::DAY;
use pum_domain::purge::Terms;
use pum_domain::purge::rehearsal::{self, Quiet, Removed};
use pum_domain::{Instant, UserId};
use pum_store::purge::{self as store, By, Range, Someone};

use super::world::World;
use crate::ctx::Ctx;
use crate::error::AppResult;

/// How many days of the past are looked at.
pub const DAYS: i64 = 365;

/// Somebody who would have been removed.
#[derive(Debug)]
pub struct Rehearsed {
    /// Who.
    pub someone: Someone,
    /// When, and whether they came back.
    pub removed: Removed,
}

/// What terms would have done.
#[derive(Debug)]
pub struct Rehearsal {
    /// Since when the past was looked at.
    pub from: Instant,
    /// Who would have been removed, the earliest first.
    pub removed: Vec<Rehearsed>,
    /// The first look at what is playing.
    pub watching_since: Option<Instant>,
    /// How far back the server's own play history was imported.
    pub imported_since: Option<Instant>,
}

/// Tries the terms on the past, with the people and their exemptions of today; nothing is changed.
/// `wait_days` lie between being idle and the removal, as when the clock warns first.
pub async fn rehearse(ctx: &Ctx, terms: &Terms, wait_days: u32) -> AppResult<Rehearsal> {
    let world = World::known(ctx).await?;
    let reader = ctx.reader();
    let now = world.now;
    let from = now.plus(-DAYS * DAY);
    let days = i64::from(terms.inactive_days) + i64::from(wait_days);
    let watch = world.watch(terms);
    let mut silences: HashMap<UserId, Vec<store::Silence>> = HashMap::new();
    for silence in store::silences(&reader, days * DAY, from).await? {
        silences.entry(silence.user_id).or_default().push(silence);
    }
    // What came before the oldest stream that is stored was forgotten: it says nothing.
    let oldest = store::oldest_stream(&reader).await?;
    let everybody = Range { by: By::LastHeard, up_to: None, after: None, backwards: false, limit: None };
    let mut removed = Vec::new();
    for someone in store::people(&reader, &everybody).await? {
        if !world.could_go(&someone, terms) {
            continue;
        }
        let joined = someone.person.joined_at.filter(|_| !terms.ignore_join_date).or(oldest);
        let first = joined.max(oldest);
        let own = silences.remove(&someone.id).unwrap_or_default();
        let mut quiets: Vec<Quiet> = own.iter().filter_map(|silence| silence.quiet(first)).collect();
        let last = someone.person.quiet_since(terms).or(world.watching_since);
        quiets.extend(last.map(|from| Quiet { from, until: None }));
        if let Some(one) = rehearsal::rehearse(&quiets, days, watch, from, now) {
            removed.push(Rehearsed { someone, removed: one });
        }
    }
    removed.sort_by_key(|one| (one.removed.at, one.someone.id));
    Ok(Rehearsal {
        from,
        removed,
        watching_since: world.watching_since,
        imported_since: world.imported_since,
    })
}
