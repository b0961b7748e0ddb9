//! The purge by the clock: each night quiet people are warned, and removed when they stayed quiet for so many
//! days more. At most so many in one run, whoever runs it and however often it is interrupted.

use std::str::FromStr;

use pum_domain::Instant;
use pum_domain::brake::RemovalSource;
use pum_domain::job::{JobKind, Lane};
use pum_domain::purge::stage::{Mode, Step, next};
use pum_domain::purge::{Outcome, Reason, Terms};
use pum_domain::settings::SettingKey;
use pum_store::brake::Candidate;
use pum_store::purge::{self as store, Range, Someone};
use pum_store::{Reads, Tx, meta, plex_server, users};
use serde::{Deserialize, Serialize};

use super::preview::candidates;
use super::stages::{cancel_in, candidate, remove_in, warn_in};
use super::world::World;
use crate::error::{AppError, AppResult};
use crate::{Actor, Ctx, brake, schedules, settings};

/// What a run has done so far, so that it does no more when it runs a second time.
const RUN: &str = "purge.run";
/// People read at once.
const BATCH: u64 = 500;

/// How the clock purges, as admins have set it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Whether it does.
    pub mode: Mode,
    /// Whom.
    pub terms: Terms,
    /// How many days lie between a warning and the removal.
    pub wait_days: u32,
    /// How many are warned, and how many removed, in one run at most.
    pub most: u32,
}

/// How the clock purges.
pub async fn plan(ctx: &Ctx) -> AppResult<Plan> {
    let all = settings::list(ctx).await?.items;
    let text = |key: SettingKey| {
        let found = all.iter().find(|setting| setting.key == key).and_then(|setting| setting.value.clone());
        found.unwrap_or_default()
    };
    Ok(Plan {
        mode: read(SettingKey::PurgeSchedule, &text(SettingKey::PurgeSchedule))?,
        terms: Terms {
            inactive_days: read(SettingKey::PurgeInactiveDays, &text(SettingKey::PurgeInactiveDays))?,
            exempt_shares_back: read(
                SettingKey::PurgeExemptSharesBack,
                &text(SettingKey::PurgeExemptSharesBack),
            )?,
            exempt_whitelisted: read(
                SettingKey::PurgeExemptWhitelisted,
                &text(SettingKey::PurgeExemptWhitelisted),
            )?,
            exempt_admins: read(SettingKey::PurgeExemptAdmins, &text(SettingKey::PurgeExemptAdmins))?,
            // Nobody is warned by the clock on the day they join.
            ignore_join_date: false,
            count_imported: read(SettingKey::PurgeCountImported, &text(SettingKey::PurgeCountImported))?,
        },
        wait_days: read(SettingKey::PurgeWarnWaitDays, &text(SettingKey::PurgeWarnWaitDays))?,
        most: read(SettingKey::PurgeMostPerRun, &text(SettingKey::PurgeMostPerRun))?,
    })
}

/// How the purge by the clock stands.
#[derive(Debug)]
pub struct Standing {
    /// Whether it is off, paused or on.
    pub mode: Mode,
    /// When it runs next.
    pub next_at: Option<Instant>,
    /// When its last run was over.
    pub last_at: Option<Instant>,
    /// How many people are warned.
    pub warned: usize,
    /// Why nobody would be warned or removed just now.
    pub doubt: Option<Reason>,
    /// The first look at what is playing.
    pub watching_since: Option<Instant>,
    /// How far back the server's own play history was imported.
    pub imported_since: Option<Instant>,
}

/// How the purge by the clock stands.
pub async fn standing(ctx: &Ctx) -> AppResult<Standing> {
    let world = World::known(ctx).await?;
    let all = schedules::list(ctx).await?;
    let own = all.into_iter().find(|one| one.schedule.kind == JobKind::PurgeInactive);
    Ok(Standing {
        mode: plan(ctx).await?.mode,
        next_at: own.as_ref().and_then(|one| one.next_at),
        last_at: own.and_then(|one| one.last?.finished_at),
        warned: store::warned_ones(&ctx.reader()).await?.len(),
        doubt: world.doubt,
        watching_since: world.watching_since,
        imported_since: world.imported_since,
    })
}

fn read<T: FromStr>(key: SettingKey, text: &str) -> AppResult<T> {
    text.parse().map_err(|_| AppError::internal("reading a setting", format!("{key} cannot be read")))
}

/// One run: who streams again is no longer warned, whose time is over is removed, who has gone quiet is
/// warned.
pub(crate) async fn run(ctx: &Ctx, job_id: i64) -> AppResult<()> {
    let plan = plan(ctx).await?;
    if plan.mode != Mode::On {
        return Ok(());
    }
    let world = World::fresh(ctx).await?;
    let due = judge_warned(ctx, &world, &plan).await?;
    if let Some(doubt) = world.doubt {
        tracing::info!(%doubt, "nobody is warned or removed for being idle");
        return Ok(());
    }
    let run = Run { ctx, world: &world, plan: &plan, job_id };
    run.remove(due).await?;
    run.warn().await
}

/// Looks whether those who are warned stay so, between two runs.
pub(crate) async fn judge_warnings(ctx: &Ctx) -> AppResult<()> {
    let warned = store::warned_ones(&ctx.reader()).await?;
    if warned.is_empty() {
        return Ok(());
    }
    let plan = plan(ctx).await?;
    if plan.mode == Mode::Off {
        for someone in &warned {
            let tx = ctx.db().begin().await?;
            users::lock(&tx, someone.id).await?;
            cancel_in(&tx, someone, Reason::ScheduleOff).await?;
            tx.commit().await?;
        }
        let tx = ctx.db().begin().await?;
        brake::drop_holds(&tx, RemovalSource::Purge).await?;
        tx.commit().await?;
        return Ok(());
    }
    let world = World::known(ctx).await?;
    judge_warned(ctx, &world, &plan).await?;
    Ok(())
}

/// Takes back warnings that no longer count, puts off what nobody looked at, and says whose time is over.
async fn judge_warned(ctx: &Ctx, world: &World, plan: &Plan) -> AppResult<Vec<Someone>> {
    let mut due = Vec::new();
    for someone in store::warned_ones(&ctx.reader()).await? {
        match step(world, plan, &someone, &world.judge(&someone, &plan.terms)) {
            Step::Remove => due.push(someone),
            Step::Cancel(_) | Step::Wait(_) => {
                let tx = ctx.db().begin().await?;
                users::lock(&tx, someone.id).await?;
                let (someone, verdict) = world.judge_in(&tx, someone.id, &plan.terms).await?;
                match step(world, plan, &someone, &verdict) {
                    Step::Cancel(reason) => {
                        cancel_in(&tx, &someone, reason).await?;
                    }
                    Step::Wait(until) if someone.warned.is_some_and(|warned| warned.remove_at < until) => {
                        store::put_off(&tx, someone.id, until).await?;
                    }
                    _ => {}
                }
                tx.commit().await?;
            }
            Step::Warn | Step::Nothing => {}
        }
    }
    Ok(due)
}

fn step(world: &World, plan: &Plan, someone: &Someone, verdict: &pum_domain::purge::Verdict) -> Step {
    next(verdict, someone.warned, plan.wait_days, world.watch(&plan.terms), world.now)
}

/// One run, of whichever worker.
struct Run<'a> {
    ctx: &'a Ctx,
    world: &'a World,
    plan: &'a Plan,
    job_id: i64,
}

/// What a run has done so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Tally {
    job_id: i64,
    warned: u32,
    removed: u32,
}

impl Run<'_> {
    /// Removes those whose time is over, the longest warned first, as far as the brake admits it.
    async fn remove(&self, mut due: Vec<Someone>) -> AppResult<()> {
        let tx = self.ctx.db().begin().await?;
        // Whoever else runs it changes both figures at once.
        plex_server::lock(&tx).await?;
        let left = self.plan.most.saturating_sub(self.tally(&tx).await?.removed);
        let room = brake::room(&tx).await?;
        tx.rollback().await?;
        due.truncate(left as usize);
        // All of them or none: what an admin is asked about is then the whole of it.
        let mut admitted = room.has(i64::try_from(due.len()).unwrap_or(i64::MAX));
        let mut held: Vec<Candidate> = Vec::new();
        for someone in &due {
            if self.remove_one(someone, admitted).await? {
                admitted = false;
                held.push(candidate(someone));
            }
        }
        let tx = self.ctx.db().begin().await?;
        if held.is_empty() {
            brake::drop_holds(&tx, RemovalSource::Purge).await?;
        } else {
            brake::hold(&tx, RemovalSource::Purge, &held).await?;
        }
        Ok(tx.commit().await?)
    }

    /// True: their time is over, and the brake does not admit it. Whoever is not to go (any more), because they
    /// stream again or another worker was quicker, is left alone.
    async fn remove_one(&self, someone: &Someone, admitted: bool) -> AppResult<bool> {
        let tx = self.ctx.db().begin().await?;
        let mut tally = self.lock(&tx, someone).await?;
        let (someone, verdict) = self.world.judge_in(&tx, someone.id, &self.plan.terms).await?;
        let over = step(self.world, self.plan, &someone, &verdict) == Step::Remove;
        if !over || tally.removed >= self.plan.most {
            tx.rollback().await?;
            return Ok(false);
        }
        if !admitted || !brake::admit(&tx, RemovalSource::Purge, &[candidate(&someone)]).await? {
            tx.rollback().await?;
            return Ok(true);
        }
        remove_in(&tx, &Actor::schedule(), &someone, &verdict, Lane::Automatic).await?;
        tally.removed += 1;
        note(&tx, &tally).await?;
        self.ctx.hooks().at("purge.before_commit").await;
        tx.commit().await?;
        self.ctx.hooks().at("purge.removed").await;
        tracing::info!(user.id = %someone.id, idle_days = verdict.idle_days, "removed for being idle");
        Ok(false)
    }

    /// Warns the quietest who are not warned yet.
    async fn warn(&self) -> AppResult<()> {
        let mut range = Range { limit: Some(BATCH), ..candidates(self.world, &self.plan.terms) };
        loop {
            let people = store::people(&self.ctx.reader(), &range).await?;
            let full = people.len() as u64 == BATCH;
            range.after = people.last().map(|someone| someone.place);
            for someone in people {
                let idle = self.world.judge(&someone, &self.plan.terms).outcome == Outcome::Purge;
                if idle && someone.warned.is_none() && !self.warn_one(&someone).await? {
                    return Ok(());
                }
            }
            if !full {
                return Ok(());
            }
        }
    }

    /// False: as many as one run may are warned.
    async fn warn_one(&self, someone: &Someone) -> AppResult<bool> {
        let tx = self.ctx.db().begin().await?;
        let mut tally = self.lock(&tx, someone).await?;
        if tally.warned >= self.plan.most {
            tx.rollback().await?;
            return Ok(false);
        }
        let (someone, verdict) = self.world.judge_in(&tx, someone.id, &self.plan.terms).await?;
        if step(self.world, self.plan, &someone, &verdict) == Step::Warn
            && warn_in(&tx, &someone, &verdict, self.plan.wait_days).await?
        {
            tally.warned += 1;
            note(&tx, &tally).await?;
        }
        Ok(tx.commit().await.map(|()| true)?)
    }

    /// Has the person and the run to itself, and says what the run has done so far.
    async fn lock(&self, tx: &Tx, someone: &Someone) -> AppResult<Tally> {
        users::lock(tx, someone.id).await?;
        plex_server::lock(tx).await?;
        self.tally(tx).await
    }

    async fn tally(&self, db: &impl Reads) -> AppResult<Tally> {
        let noted = meta::get(db, RUN).await?.and_then(|text| serde_json::from_str::<Tally>(&text).ok());
        let own = Tally { job_id: self.job_id, ..Tally::default() };
        Ok(noted.filter(|tally| tally.job_id == self.job_id).unwrap_or(own))
    }
}

async fn note(tx: &Tx, tally: &Tally) -> AppResult<()> {
    let text = serde_json::to_string(tally).map_err(|error| AppError::internal("noting a purge", error))?;
    Ok(meta::set(tx, RUN, &text).await?)
}
