//! Whether the clock can be trusted with taking something away.
//!
//! Due times and expiry are judged by the database's clock. When it has jumped, or differs much from
//! this machine's, an expiry may be due years too soon: what takes access away by the clock asks
//! [`may_take_away`] first, and stops until an admin has looked and said so ([`accept`]).

use std::sync::{Mutex, PoisonError};

use pum_domain::Instant;
use pum_domain::clock::{Doubt, Reading, judge, judge_start};
use pum_domain::event::{EventType, HintKind};
use pum_store::{Db, Reads, Tx, hints, history, meta};
use serde_json::json;

use crate::actor::Actor;
use crate::clock;
use crate::ctx::Ctx;
use crate::error::AppResult;

/// The latest moment that any process has seen on the database's clock.
const SEEN: &str = "clock.seen";
/// What is wrong, until an admin has looked at it.
const DOUBTED: &str = "clock.doubted";

/// How the clocks go in this process.
#[derive(Debug)]
pub(crate) struct Clock {
    started: std::time::Instant,
    last: Mutex<Reading>,
}

impl Clock {
    /// Looks at the clocks for the first time.
    pub(crate) async fn start(db: &Db) -> AppResult<Self> {
        let started = std::time::Instant::now();
        let last = Mutex::new(read(db, db.now().await?, started));
        Ok(Self { started, last })
    }

    fn look(&self, db: &Db, now: Instant) -> Option<Doubt> {
        let reading = read(db, now, self.started);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let doubt = judge(&last, &reading);
        // A jump is told once; whoever has looked at it begins anew from here.
        *last = reading;
        doubt
    }
}

/// For how long this process has been running, in milliseconds, by a clock that nobody sets.
pub(crate) fn running(ctx: &Ctx) -> i64 {
    lived(ctx.db(), ctx.clock().started)
}

fn lived(db: &Db, started: std::time::Instant) -> i64 {
    // Time that a test lets pass goes by on every clock; one that it sets is the database's and the machine's.
    let running = i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
    running.saturating_add(db.time_passed())
}

fn read(db: &Db, now: Instant, started: std::time::Instant) -> Reading {
    Reading { database: now, machine: machine(db), running: lived(db, started) }
}

fn machine(db: &Db) -> Instant {
    clock::now().plus(db.time_passed()).plus(db.clock_jumped())
}

/// Whether access may be taken away by the clock just now. Asked by whatever does so unasked: expiry,
/// sync, purge.
pub async fn may_take_away(ctx: &Ctx) -> AppResult<bool> {
    let tx = ctx.db().begin().await?;
    let may = may_take_away_in(&tx, ctx).await?;
    tx.commit().await?;
    Ok(may)
}

/// The same within a transaction, which has to be committed whatever the answer is.
pub async fn may_take_away_in(tx: &Tx, ctx: &Ctx) -> AppResult<bool> {
    let now = tx.now().await?;
    let seen = meta::get(tx, SEEN).await?.and_then(|text| text.parse().ok()).map(Instant);
    let here = ctx.clock().look(ctx.db(), now);
    if doubt(tx).await?.is_some() {
        return Ok(false);
    }
    let Some(doubt) = here.or_else(|| judge_start(seen?, now)) else {
        meta::set(tx, SEEN, &now.millis().to_string()).await?;
        return Ok(true);
    };
    meta::set(tx, DOUBTED, doubt.as_str()).await?;
    let mut event = Actor::system().event(EventType::ClockJumped);
    event.reason = Some(doubt.to_string());
    event.before = seen.map(|seen| json!({ "database": seen.to_rfc3339() }));
    event.after = Some(json!({
        "database": now.to_rfc3339(),
        "machine": machine(ctx.db()).to_rfc3339(),
    }));
    history::append(tx, event).await?;
    hints::leave(tx, HintKind::Server, None).await?;
    tracing::warn!(%doubt, "the clock cannot be trusted: nothing is taken away by it until an admin has looked");
    Ok(false)
}

/// What is wrong with the clock, while nobody has looked at it.
pub async fn doubt(db: &impl Reads) -> AppResult<Option<Doubt>> {
    Ok(meta::get(db, DOUBTED).await?.and_then(|text| text.parse().ok()))
}

/// An admin has looked: the time is right as it is now.
pub async fn accept(ctx: &Ctx, actor: &Actor) -> AppResult<()> {
    let tx = ctx.db().begin().await?;
    if meta::remove(&tx, DOUBTED).await? {
        let now = tx.now().await?;
        meta::set(&tx, SEEN, &now.millis().to_string()).await?;
        history::append(&tx, actor.event(EventType::ClockConfirmed)).await?;
        hints::leave(&tx, HintKind::Server, None).await?;
    }
    Ok(tx.commit().await?)
}
