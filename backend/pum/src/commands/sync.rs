//! `pum users sync`: asking for a sync, and waiting for it.

use super::terminal::refusal;
use anyhow::{anyhow, bail};
use pum_api::syncs::SyncDto;
use pum_app::{Actor, Ctx, health, sync};
use pum_domain::SyncId;
use pum_domain::sync::SyncState;
use pum_store::syncs::{self, Sync};
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
    tell(shown, which.json);
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

async fn wait_for(ctx: &Ctx, id: SyncId) -> anyhow::Result<Sync> {
    let began = std::time::Instant::now();
    loop {
        let sync = syncs::get(&ctx.reader(), id).await?;
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

fn tell(sync: Sync, json: bool) {
    if json {
        say!("{}", json!(SyncDto::of(sync, None)));
        return;
    }
    if sync.state.is_open() {
        say!("The sync {} is {}.", sync.id, sync.state);
        return;
    }
    let counts = sync.counts;
    say!(
        "{}: {} added, {} updated, {} missing, {} left, {} returned, {} unchanged, {} problems",
        sync.state,
        counts.added,
        counts.updated,
        counts.missing,
        counts.left,
        counts.returned,
        counts.unchanged,
        counts.problems
    );
    if let Some(detail) = &sync.detail {
        say!("{detail}");
    }
}
