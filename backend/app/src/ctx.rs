//! What a use case may touch: the database, Plex, the keys. One for each process, cheap to clone.

use std::collections::BTreeMap;
use std::sync::{Arc, RwLock, Weak};
use std::time::Duration;

use pum_domain::settings::SettingKey;
use pum_domain::text::clean_name;
use pum_plex::{ClientIdentity, Endpoints, Limits, MediaServers, PlexTv};
use pum_store::{Db, Reader, meta, settings};
use url::Url;

use crate::clock_guard::Clock;
use crate::error::{AppError, AppResult};
use crate::hooks::Hooks;
use crate::passwords::Passwords;
use crate::pictures::Pictures;
use crate::random;
use crate::secret::{Keys, Secret};
use crate::streams::Places;

/// Where the installation's identifier at Plex is kept.
const CLIENT_IDENTIFIER: &str = "plex_client_identifier";
/// How soon a setting saved by another process counts in this one.
const SETTINGS_AGE: Duration = Duration::from_secs(3);

/// What a process was told at its start.
#[derive(Debug, Clone)]
pub struct AppOptions {
    /// Settings that the environment presets, in their stored form.
    pub environment: BTreeMap<SettingKey, String>,
    /// From `PUM_SETUP_CODE`.
    pub setup_code: Option<Secret>,
    /// From `PLEX_URL`: the server to offer in the wizard.
    pub plex_url: Option<Url>,
    /// From `PLEX_TOKEN`.
    pub plex_token: Option<Secret>,
    /// From `PLEX_CLIENT_IDENTIFIER`; otherwise one is made once and kept.
    pub plex_client_identifier: Option<String>,
    /// Where Plex is.
    pub endpoints: Endpoints,
    /// How fast to ask Plex.
    pub limits: Limits,
    /// PUM's version, as Plex shows it.
    pub version: String,
}

impl Default for AppOptions {
    fn default() -> Self {
        Self {
            environment: BTreeMap::new(),
            setup_code: None,
            plex_url: None,
            plex_token: None,
            plex_client_identifier: None,
            endpoints: Endpoints::default(),
            limits: Limits::default(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// What a use case may touch.
#[derive(Clone)]
pub struct Ctx(Arc<Inner>);

struct Inner {
    db: Db,
    plex: PlexTv,
    media_servers: MediaServers,
    keys: Keys,
    passwords: Passwords,
    pictures: Pictures,
    places: Places,
    hooks: Hooks,
    options: AppOptions,
    clock: Clock,
    /// What admins have saved, at most [`SETTINGS_AGE`] old.
    saved: RwLock<BTreeMap<SettingKey, String>>,
}

impl std::fmt::Debug for Ctx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ctx")
    }
}

impl Ctx {
    /// Opens the house: the database must have its schema. Refuses keys that do not fit what is
    /// stored.
    pub async fn open(db: Db, keys: Keys, options: AppOptions, hooks: Hooks) -> AppResult<Self> {
        crate::keys_check::ensure(&db, &keys).await?;
        let client_identifier = match &options.plex_client_identifier {
            Some(given) => given.clone(),
            None => own_client_identifier(&db).await?,
        };
        let saved = read_saved(&db.reader()).await?;
        let name = in_force(&saved, &options, SettingKey::AppName).unwrap_or_else(|| "PUM".to_owned());
        let identity = ClientIdentity {
            client_identifier,
            product: clean_name(&name),
            version: options.version.clone(),
            platform: std::env::consts::OS.to_owned(),
            device_name: clean_name(&name),
        };
        let refused = |error| AppError::internal("preparing to call Plex", error);
        let plex =
            PlexTv::new(options.endpoints.clone(), identity.clone(), options.limits).map_err(refused)?;
        let media_servers = MediaServers::new(identity, options.limits).map_err(refused)?;
        let clock = Clock::start(&db).await?;
        let inner = Arc::new(Inner {
            db,
            plex,
            media_servers,
            keys,
            passwords: Passwords::default(),
            pictures: Pictures::default(),
            places: Places::default(),
            hooks,
            options,
            clock,
            saved: RwLock::new(saved),
        });
        tokio::spawn(keep_settings_fresh(Arc::downgrade(&inner)));
        Ok(Self(inner))
    }

    /// Something to read with.
    pub fn reader(&self) -> Reader {
        self.0.db.reader()
    }

    /// The database, for use cases and for the process that runs jobs.
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// plex.tv.
    pub fn plex(&self) -> &PlexTv {
        &self.0.plex
    }

    /// Media servers.
    pub fn media_servers(&self) -> &MediaServers {
        &self.0.media_servers
    }

    /// The installation's keys.
    pub fn keys(&self) -> &Keys {
        &self.0.keys
    }

    /// The door before the hash function.
    pub fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    /// Which pictures are being fetched.
    pub(crate) fn pictures(&self) -> &Pictures {
        &self.0.pictures
    }

    /// Where addresses are, as Plex has said lately.
    pub(crate) fn places(&self) -> &Places {
        &self.0.places
    }

    /// How the clocks go, as this process sees them.
    pub(crate) fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Points at which a test may stop the process.
    pub fn hooks(&self) -> &Hooks {
        &self.0.hooks
    }

    /// What the process was told at its start.
    pub fn options(&self) -> &AppOptions {
        &self.0.options
    }

    /// The value of a setting in force, as this process knows it: an edit made elsewhere counts here
    /// after a few seconds. Jobs that decide by a setting read [`crate::settings::value`].
    pub fn setting(&self, key: SettingKey) -> Option<String> {
        let saved = self.0.saved.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        in_force(&saved, &self.0.options, key)
    }

    /// Under which address people reach PUM, once somebody has said so.
    pub fn base_url(&self) -> Option<Url> {
        self.setting(SettingKey::AppBaseUrl)?.parse().ok()
    }

    /// The zone in which days begin and end.
    pub fn time_zone(&self) -> chrono_tz::Tz {
        let name = self.setting(SettingKey::TimeZone);
        name.and_then(|name| name.parse().ok()).unwrap_or(chrono_tz::UTC)
    }

    /// Looks at the saved settings now, after an edit.
    pub(crate) async fn reload_settings(&self) -> AppResult<()> {
        self.0.reload().await
    }
}

impl Inner {
    async fn reload(&self) -> AppResult<()> {
        let fresh = read_saved(&self.db.reader()).await?;
        *self.saved.write().unwrap_or_else(std::sync::PoisonError::into_inner) = fresh;
        Ok(())
    }
}

/// Database before environment before default.
pub(crate) fn in_force(
    saved: &BTreeMap<SettingKey, String>,
    options: &AppOptions,
    key: SettingKey,
) -> Option<String> {
    let given = saved.get(&key).or_else(|| options.environment.get(&key)).cloned();
    given.or_else(|| key.spec().default.map(str::to_owned))
}

async fn read_saved(reader: &Reader) -> AppResult<BTreeMap<SettingKey, String>> {
    let rows = settings::all(reader).await?;
    // Keys of a newer version mean nothing to this one.
    Ok(rows.into_iter().filter_map(|row| Some((row.key.parse().ok()?, row.value))).collect())
}

/// Ends with the last clone of the [`Ctx`].
async fn keep_settings_fresh(inner: Weak<Inner>) {
    loop {
        tokio::time::sleep(SETTINGS_AGE).await;
        let Some(inner) = inner.upgrade() else { return };
        if let Err(error) = inner.reload().await {
            tracing::debug!(%error, "the settings could not be read again");
        }
    }
}

async fn own_client_identifier(db: &Db) -> AppResult<String> {
    if let Some(known) = meta::get(&db.reader(), CLIENT_IDENTIFIER).await? {
        return Ok(known);
    }
    let tx = db.begin().await?;
    let identifier = meta::get_or_set(&tx, CLIENT_IDENTIFIER, &random::identifier()).await?;
    tx.commit().await?;
    Ok(identifier)
}
