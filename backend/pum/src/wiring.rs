//! From the configuration to a running house: opens the database, derives the keys, hands everybody what they need.

use crate::config::Config;
use anyhow::{Context as _, anyhow};
use pum_api::ApiConfig;
use pum_app::hooks::Hooks;
use pum_app::secret::{Keys, Secret};
use pum_app::{AppOptions, Ctx, keys_check};
use pum_store::Db;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long the API and the worker wait for a database that somebody else starts and migrates.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a tool waits, at which a person sits.
const PATIENCE_OF_A_TOOL: Duration = Duration::from_secs(3);
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// How many connections each kind of process keeps at most.
pub enum Size {
    Process,
    Tool,
}

/// Opens the house for `pum api` and `pum worker`, which need a key and wait for database and schema.
///
/// # Errors
/// When the database does not come, is newer than this version, or belongs to another key.
pub async fn open(config: &Config) -> anyhow::Result<Ctx> {
    let key = config.secret_key.clone().context("SECRET_KEY is missing")?;
    let give_up = Instant::now() + PATIENCE;
    let db = loop {
        match connect(config, Size::Process).await {
            Ok(db) => break db,
            Err(error) if Instant::now() >= give_up => return Err(error),
            Err(error) => {
                tracing::warn!("waiting for the database: {error:#}");
                sleep(LOOK_EVERY).await;
            }
        }
    };
    db.wait_for_schema(give_up.saturating_duration_since(Instant::now())).await?;
    open_with(config, db, &key).await
}

/// Opens the house for a command that a person gives on the machine PUM runs on.
///
/// # Errors
/// As [`open`], and when there is no database yet.
pub async fn open_for_tool(config: &Config) -> anyhow::Result<Ctx> {
    if config.database.address.file().is_some_and(|file| !file.exists()) {
        return Err(anyhow!(
            "there is no database at {}: start PUM once (`pum up`), or check DATABASE_URL and PUM_DATA_DIR",
            config.database.shown
        ));
    }
    let db = connect(config, Size::Tool).await?;
    db.wait_for_schema(PATIENCE_OF_A_TOOL).await?;
    let key = match &config.secret_key {
        Some(key) => key.clone(),
        None if keys_check::is_fresh(&db).await? => {
            return Err(anyhow!("there is no SECRET_KEY yet: start PUM once (`pum up`), or give one"));
        }
        None => return Err(keys_check::missing().into()),
    };
    open_with(config, db, &key).await
}

/// Connects; says which database it was that could not be reached.
///
/// # Errors
/// When it cannot be reached.
pub async fn connect(config: &Config, size: Size) -> anyhow::Result<Db> {
    let options = match size {
        Size::Process => pum_store::Options::default(),
        Size::Tool => pum_store::Options { connections: 2 },
    };
    let connected = Db::connect(config.database.url.expose(), &options).await;
    connected.with_context(|| format!("cannot open the database ({})", config.database.shown))
}

/// Opens the house over a migrated database.
///
/// # Errors
/// When the key is not the one that the database was used with.
pub async fn open_with(config: &Config, db: Db, key: &Secret) -> anyhow::Result<Ctx> {
    let options = AppOptions {
        environment: config.settings.clone(),
        setup_code: config.setup_code.clone(),
        plex_url: config.plex_url.clone(),
        plex_token: config.plex_token.clone(),
        plex_client_identifier: config.plex_client_identifier.clone(),
        endpoints: config.plex.clone(),
        ..AppOptions::default()
    };
    let hooks = config.kill_at.as_ref().map(Hooks::abort_at).unwrap_or_default();
    Ok(Ctx::open(db, Keys::derive(key), options, hooks).await?)
}

/// What the HTTP layer is told.
pub fn api_config(config: &Config) -> ApiConfig {
    ApiConfig {
        trusted_proxies: config.trusted_proxies.clone(),
        web_dir: config.web_dir.clone(),
        connect_origins: vec![config.plex.plex_tv.origin().ascii_serialization()],
        ..ApiConfig::default()
    }
}

/// Takes the port, before anything else happens that a second PUM on this machine would repeat.
///
/// # Errors
/// When the port is taken or not allowed.
pub fn listen(config: &Config) -> anyhow::Result<TcpListener> {
    let address = SocketAddr::new(config.host, config.port);
    TcpListener::bind(address).with_context(|| {
        format!("cannot listen on {address}: set PUM_HOST or PUM_PORT, or end what listens there")
    })
}
