//! Looking once more, one and ten minutes after a change: Plex's lists lag, and a write that was on its
//! way for long may arrive after its opposite.

use pum_domain::access::READS_LAG;
use pum_domain::instant::MINUTE;
use pum_domain::job::{JobKind, Lane};
use pum_domain::sync::judge::{Look, Verdict, judge};
use pum_domain::sync::lists::doubts;
use pum_domain::sync::matching::matches;
use pum_store::jobs::{self, NewJob, Unique};
use pum_store::{Reads, Tx, access_changes, users};
use serde_json::json;

use super::read::read;
use super::record::{self, Recording};
use super::run::{patience, policy};
use crate::clock_guard;
use crate::ctx::Ctx;
use crate::error::AppResult;
use crate::jobs::Trouble;
use crate::outcome::{JobInfo, Outcome};

/// When to look, after a change is done, in milliseconds.
const LOOKS: [i64; 2] = [MINUTE, 10 * MINUTE];
/// Changes that are over within so many milliseconds of each other are looked at together.
const TOGETHER: i64 = MINUTE / 2;
/// A look concerns changes that were over so long ago, in milliseconds.
const BACK: i64 = LOOKS[1] + 2 * MINUTE;

/// Asks for the looks after a change that is over with `tx`. However many there are at once, few reads
/// serve them all.
pub(crate) async fn enqueue_rereads(tx: &Tx) -> AppResult<()> {
    let now = tx.now().await?;
    for pause in LOOKS {
        let at = now.plus(pause);
        look_at(tx, pum_domain::Instant((at.millis() / TOGETHER + 1) * TOGETHER)).await?;
    }
    Ok(())
}

async fn look_at(tx: &Tx, at: pum_domain::Instant) -> AppResult<()> {
    let mut job = NewJob::new(JobKind::RereadAccess, Lane::Automatic, json!({}));
    job.unique = Some(Unique::WhileOpen(format!("reread:{}", at.millis() / TOGETHER)));
    job.run_at = Some(at);
    jobs::enqueue(tx, job).await?;
    Ok(())
}

/// Looks at everybody whose latest change is just over.
pub(crate) async fn reread(ctx: &Ctx, info: &JobInfo) -> Result<Outcome, Trouble> {
    let now = ctx.reader().now().await?;
    let concerned = access_changes::applied_since(&ctx.reader(), now.plus(-BACK)).await?;
    if concerned.is_empty() {
        return Ok(Outcome::Done);
    }
    let snapshot = match read(ctx, pum_plex::Lane::Automatic).await {
        Ok(snapshot) => snapshot,
        Err(unread) => {
            // The next sync looks anyway: this one only looks sooner.
            return Ok(match unread.passing.filter(|_| !info.is_last()) {
                Some(error) => Outcome::retry(info, &error),
                None => Outcome::Done,
            });
        }
    };
    let known = users::known(&ctx.reader(), snapshot.read_at).await?;
    let look = Look {
        shelf: &snapshot.shelf,
        policy: policy(ctx).await?,
        read_at: snapshot.read_at,
        doubts: doubts(snapshot.lengths, &known, &snapshot.people),
        patience: patience(ctx).await?,
    };
    let mut person_of = vec![None; known.len()];
    for (index, user) in matches(&known, &snapshot.people).into_iter().enumerate() {
        if let Some(place) = user.and_then(|user| person_of.get_mut(user)) {
            *place = Some(index);
        }
    }
    let (mut differ, mut too_early) = (Vec::new(), false);
    for (user, index) in known.iter().zip(person_of) {
        let Some(finished_at) = concerned.get(&user.id) else { continue };
        let person = index.and_then(|index: usize| snapshot.people.get(index));
        if !matches!(judge(user, person, &look).verdict, Verdict::Drifted(..) | Verdict::Missing) {
            continue;
        }
        if snapshot.read_at.since(*finished_at) < READS_LAG {
            too_early = true;
        } else {
            differ.push((user.id, index));
        }
    }
    if too_early {
        // A list that may still lag is no ground for anything; a later one is.
        let tx = ctx.db().begin().await?;
        look_at(&tx, now.plus(READS_LAG)).await?;
        tx.commit().await?;
    }
    if differ.is_empty() {
        return Ok(Outcome::Done);
    }
    let since = snapshot.read_at.plus(-READS_LAG);
    let may_take_away = clock_guard::may_take_away(ctx).await?;
    let recording = Recording { ctx, sync: None, look, since, hold_adoption: true, may_take_away };
    record::changed(&recording, &snapshot.people, &differ).await?;
    Ok(Outcome::Done)
}
