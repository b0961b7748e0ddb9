//! Is PUM able to work? For supervisors, the dashboard and `pum doctor`.

use std::time::Duration;

use pum_domain::Instant;
use pum_domain::instant::SECOND;
use pum_store::{Reads, services};

use crate::{AppResult, Ctx};

/// How workers name themselves in the table of processes.
pub const WORKER: &str = "worker";
/// A worker that has not been heard of for this long counts as gone, in milliseconds.
const SILENCE: i64 = 45 * SECOND;
/// A database that takes longer than this to answer does not answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// How things stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Health {
    /// The database answers.
    pub database: bool,
    /// Its schema is this version's.
    pub schema: bool,
    /// A worker is at work.
    pub worker: bool,
}

/// Looks. What does not answer in time counts as absent.
pub async fn look(ctx: &Ctx) -> Health {
    let asked = tokio::time::timeout(PATIENCE, ask(ctx)).await;
    match asked {
        Ok(Ok(health)) => health,
        Ok(Err(error)) => {
            tracing::warn!(%error, "the database does not answer");
            Health::default()
        }
        Err(_) => {
            tracing::warn!("the database does not answer in time");
            Health::default()
        }
    }
}

/// Notes that a worker is at work. Called every few seconds.
pub async fn worker_is_here(ctx: &Ctx, name: &str, started_at: Instant) -> AppResult<()> {
    let tx = ctx.db().begin().await?;
    services::beat(&tx, name, WORKER, started_at, "").await?;
    Ok(tx.commit().await?)
}

/// Notes that a worker has ended.
pub async fn worker_leaves(ctx: &Ctx, name: &str) -> AppResult<()> {
    let tx = ctx.db().begin().await?;
    services::leave(&tx, name).await?;
    Ok(tx.commit().await?)
}

/// Whether a worker has been heard of lately.
pub async fn worker_is_running(ctx: &Ctx) -> AppResult<bool> {
    let reader = ctx.reader();
    let now = reader.now().await?;
    let workers = services::of_kind(&reader, WORKER).await?;
    Ok(workers.first().is_some_and(|worker| now.since(worker.last_seen_at) < SILENCE))
}

async fn ask(ctx: &Ctx) -> AppResult<Health> {
    let schema = ctx.db().schema().await?.check().is_ok();
    let mut health = Health { database: true, schema, worker: false };
    if schema {
        health.worker = worker_is_running(ctx).await?;
    }
    Ok(health)
}
