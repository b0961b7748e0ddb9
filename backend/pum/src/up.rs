//! `pum up`: all of PUM on one machine. Migrates, serves API and front end, and keeps a worker running.

use crate::config::{Config, KeyNeed};
use crate::wiring::{self, Size};
use crate::{key, processes, stop, supervise, telemetry};
use anyhow::Context as _;
use pum_app::keys_check;
use pum_app::secret::Secret;
use pum_store::Db;
use tokio::process::Command;

/// Runs until told to stop.
///
/// # Errors
/// When the configuration, the port, the database or the key does not allow a start; each says what to do.
pub async fn run() -> anyhow::Result<()> {
    let config = Config::load(KeyNeed::Optional)?;
    telemetry::start(&config.log_level, config.log_format);
    let stop = stop::on_signal()?;
    let listener = wiring::listen(&config)?;

    migrate(&config).await?;
    let db = wiring::connect(&config, Size::Process).await?;
    let key = key_for(&config, &db).await?;
    let ctx = wiring::open_with(&config, db, &key).await?;
    processes::announce(&config, &ctx).await?;

    let program = std::env::current_exe().context("cannot find the program's own file")?;
    let worker = tokio::spawn(supervise::keep_running(
        "worker",
        move || {
            let mut command = Command::new(&program);
            command.args(["worker", "--supervised"]);
            command
        },
        stop.clone(),
    ));
    let served = pum_api::serve(wiring::api_config(&config), ctx, listener, stop.clone()).await;
    // A server that ended by itself takes the worker along.
    stop.cancel();
    worker.await?;
    Ok(served?)
}

async fn migrate(config: &Config) -> anyhow::Result<()> {
    let report = pum_migrations::up(&config.database.address)
        .await
        .with_context(|| format!("cannot migrate the database ({})", config.database.shown))?;
    if let Some(copy) = &report.copy {
        tracing::info!("copied the database to {} before migrating it", copy.display());
    }
    if !report.applied.is_empty() {
        tracing::info!("migrated the database: {} steps", report.applied.len());
    }
    Ok(())
}

/// The given key; for an empty database a new one, kept in the data folder.
async fn key_for(config: &Config, db: &Db) -> anyhow::Result<Secret> {
    match &config.secret_key {
        Some(key) => Ok(key.clone()),
        None if keys_check::is_fresh(db).await? => {
            let key = key::make(&config.data_dir)?;
            tracing::info!(
                "made a SECRET_KEY in {}: keep it with your backups",
                config.data_dir.join(crate::config::KEY_FILE).display()
            );
            Ok(key)
        }
        None => Err(keys_check::missing().into()),
    }
}
