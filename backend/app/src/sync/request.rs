//! Asking for a sync.

use pum_domain::event::{ActorKind, HintKind};
use pum_domain::instant::{HOUR, MINUTE};
use pum_domain::job::{JobKind, Lane};
use pum_domain::settings::SettingKey;
use pum_domain::{Instant, SyncId};
use pum_store::jobs::{self, NewJob, Unique};
use pum_store::syncs::{self as store, Sync};
use pum_store::{Reads, Tx, hints, plex_server};
use serde_json::json;

use super::run::is_unasked;
use crate::actor::Actor;
use crate::ctx::Ctx;
use crate::error::AppResult;
use crate::plex_server::NotReady;
use crate::{random, settings};

/// A reading that fails in passing is tried so often.
const TRIES: i32 = 3;

/// Asks for a sync. One at a time: while one waits or runs, that is the answer.
pub async fn request(ctx: &Ctx, actor: &Actor) -> AppResult<Sync> {
    let tx = ctx.db().begin().await?;
    let sync = ask(&tx, actor).await?;
    tx.commit().await?;
    Ok(sync)
}

/// Asks for a sync once `tx` is committed.
pub(crate) async fn ask(tx: &Tx, actor: &Actor) -> AppResult<Sync> {
    if plex_server::get(tx).await?.is_none() {
        return Err(NotReady::NotConnected.into());
    }
    // Two that ask at once are answered one after the other.
    plex_server::lock(tx).await?;
    if let Some(open) = store::open(tx).await? {
        return Ok(open);
    }
    let id: SyncId = random::id();
    let lane = if is_unasked(actor.kind) { Lane::Automatic } else { Lane::Manual };
    store::request(tx, id, &actor.event(pum_domain::event::EventType::SyncCompleted).actor).await?;
    let mut job = NewJob::new(JobKind::SyncUsers, lane, json!({ "sync_id": id }));
    job.unique = Some(Unique::WhileOpen(format!("sync:{id}")));
    job.subject_id = Some(id.to_string());
    job.max_attempts = TRIES;
    jobs::enqueue(tx, job).await?;
    hints::leave(tx, HintKind::Sync, Some(&id.to_string())).await?;
    Ok(store::get(tx, id).await?)
}

/// The clock has ticked: asks for a sync when its time has come by the setting, or `now`.
pub async fn tick(ctx: &Ctx, now_at_once: bool) -> AppResult<()> {
    let hours = settings::number(ctx, SettingKey::SyncEveryHours).await?;
    let tx = ctx.db().begin().await?;
    let now = tx.now().await?;
    let last = store::latest_by(&tx, ActorKind::Schedule).await?.map(|sync| sync.requested_at);
    if plex_server::get(&tx).await?.is_some() && (now_at_once || is_due(hours, last, now)) {
        ask(&tx, &Actor::schedule()).await?;
    }
    Ok(tx.commit().await?)
}

/// Ticks come every hour, and now and then a moment early or late.
fn is_due(hours: i64, last: Option<Instant>, now: Instant) -> bool {
    hours > 0 && last.is_none_or(|last| now.since(last) >= hours * HOUR - 5 * MINUTE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_setting_says_how_often() {
        let now = Instant(100 * HOUR);
        let cases = [
            ("never", 0, None, false),
            ("never, though it is long ago", 0, Some(now.plus(-90 * HOUR)), false),
            ("the first one", 1, None, true),
            ("an hour ago, a little early", 1, Some(now.plus(-59 * MINUTE)), true),
            ("just now", 1, Some(now.plus(-MINUTE)), false),
            ("five of six hours", 6, Some(now.plus(-5 * HOUR)), false),
            ("six of six hours", 6, Some(now.plus(-6 * HOUR)), true),
        ];
        for (what, hours, last, expected) in cases {
            assert_eq!(is_due(hours, last, now), expected, "{what}");
        }
    }
}
