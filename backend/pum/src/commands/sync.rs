//! `pum users sync`: asking for a sync, and waiting for it.

use super::terminal::refusal;
use anyhow::{anyhow, bail};
use pum_api::syncs::{self, HeldRemovals};
use pum_app::{Actor, Ctx, health, sync};
use pum_domain::SyncId;
use pum_domain::settings::SettingKey;
use pum_domain::sync::SyncState;
use pum_store::syncs::{Sync, get};
use serde_json::json;
use std::process::ExitCode;
use std::time::Duration;

/// How often to look whether the sync is over.
const LOOK_EVERY: Duration = Duration::from_millis(300);
/// For how long to look at most.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

#[derive(clap::Args)]
pub struct Which {
    /// Stay until it is over, and say what it found
    #[arg(long)]
    wait: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Asks, and waits when that is wanted. A sync that has failed is a failure.
///
/// # Errors
/// When it cannot be asked for, or does not end.
pub async fn run(ctx: &Ctx, which: &Which) -> anyhow::Result<ExitCode> {
    let asked = sync::request(ctx, &Actor::command_line()).await.map_err(refusal)?;
    let shown = if which.wait { wait_for(ctx, asked.id).await? } else { asked };
    let failed = shown.state == SyncState::Failed;
    tell(ctx, shown, which.json).await?;
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

async fn wait_for(ctx: &Ctx, id: SyncId) -> anyhow::Result<Sync> {
    let began = std::time::Instant::now();
    loop {
        let sync = get(&ctx.reader(), id).await?;
        if !sync.state.is_open() {
            return Ok(sync);
        }
        if sync.state == SyncState::Queued && !health::worker_is_running(ctx).await? {
            bail!("the sync waits, and no worker is running to do it: start `pum up` or `pum worker`");
        }
        if began.elapsed() > PATIENCE {
            return Err(anyhow!("the sync has not ended within {} minutes", PATIENCE.as_secs() / 60));
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

async fn tell(ctx: &Ctx, sync: Sync, json: bool) -> anyhow::Result<()> {
    let sync = syncs::shown(&ctx.reader(), sync).await.map_err(refusal)?;
    if json {
        say!("{}", json!(sync));
        return Ok(());
    }
    if sync.state.is_open() {
        say!("The sync {} is {}.", sync.sync_id, sync.state);
        return Ok(());
    }
    say!(
        "{}: {} added, {} updated, {} missing, {} left, {} returned, {} unchanged, {} problems",
        sync.state,
        sync.added,
        sync.updated,
        sync.missing,
        sync.left,
        sync.returned,
        sync.unchanged,
        sync.problems
    );
    if let Some(detail) = &sync.detail {
        say!("{detail}");
    }
    if let Some(held) = &sync.needs_confirmation {
        tell_who_waits(ctx, &sync.sync_id, held);
    }
    Ok(())
}

/// More people would be removed than go without an admin's word: who, and where to give it.
fn tell_who_waits(ctx: &Ctx, sync_id: &str, held: &HeldRemovals) {
    let base = ctx.setting(SettingKey::AppBaseUrl).unwrap_or_default();
    say!(
        "{} people are removed only when an admin confirms exactly this list, at {}/users/syncs/{sync_id}:",
        held.total,
        base.trim_end_matches('/')
    );
    for person in &held.people {
        say!("  {} ({})", person.name, person.reason);
    }
    if held.people.len() < held.total {
        say!("  … and {} more", held.total - held.people.len());
    }
}
