//! The configuration of a process: read once at start from the environment, understood as a whole, and every
//! problem reported together. What an admin may change while running is a setting, kept in the database;
//! of those the environment gives only the starting value.

mod problems;
mod source;
mod values;
mod variables;

#[cfg(test)]
mod tests;

pub use problems::{Problem, Problems};
pub use source::{Origin, Source};
pub use values::{Database, LogFormat};

use ipnet::IpNet;
use pum_app::secret::Secret;
use pum_domain::settings::SettingKey;
use pum_plex::Endpoints;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use url::Url;
use values::Refusal;

/// The file in the data folder that keeps the key which `pum up` made.
pub const KEY_FILE: &str = "secret.key";

/// What a process was told at its start.
pub struct Config {
    /// From `SECRET_KEY`, or the key file that an earlier `pum up` left in the data folder.
    pub secret_key: Option<Secret>,
    pub database: Database,
    pub log_level: String,
    pub log_format: LogFormat,
    pub host: IpAddr,
    pub port: u16,
    pub data_dir: PathBuf,
    /// The built front end; absent when it was neither named nor found.
    pub web_dir: Option<PathBuf>,
    pub setup_code: Option<Secret>,
    pub trusted_proxies: Vec<IpNet>,
    pub plex_client_identifier: Option<String>,
    /// Where Plex is. Environment only: a stored setting must not redirect tokens.
    pub plex: Endpoints,
    /// The Plex server to offer in the wizard.
    pub plex_url: Option<Url>,
    pub plex_token: Option<Secret>,
    /// Settings that the environment presets, in their stored form; the database may override each.
    pub settings: BTreeMap<SettingKey, String>,
    /// Which variables were given, and where; never their values.
    pub given: Vec<(&'static str, Origin)>,
    /// Where a process test wants this process to die. Always absent in release builds.
    pub kill_at: Option<String>,
}

/// Whether a process can do without a key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum KeyNeed {
    /// `pum api` and `pum worker`: several machines must share one, so it is given.
    Required,
    /// `pum up` makes one for an empty database; commands that touch no secret need none.
    Optional,
}

impl Config {
    /// Reads the environment of this process.
    ///
    /// # Errors
    /// Everything that is wrong, together.
    pub fn load(key: KeyNeed) -> Result<Self, Problems> {
        let (source, problems) = Source::from_process();
        Self::read(&source, problems, key)
    }

    /// Understands what was found; `problems` are those already met while finding it.
    ///
    /// # Errors
    /// Everything that is wrong, together.
    pub fn read(source: &Source, problems: Vec<Problem>, key: KeyNeed) -> Result<Self, Problems> {
        let mut reader = Reader { source, problems };

        let data_dir =
            PathBuf::from(reader.parse("PUM_DATA_DIR", |v| values::text(v, 4096)).unwrap_or("./data".into()));
        let secret_key = match reader.parse("SECRET_KEY", values::secret_key) {
            Some(key) => Some(key),
            None => reader.key_file(&data_dir.join(KEY_FILE)),
        };
        let blamed = |name: &str| reader.problems.iter().any(|problem| problem.name().starts_with(name));
        if key == KeyNeed::Required && secret_key.is_none() && !blamed("SECRET_KEY") {
            reader.problems.push(Problem::new(
                "SECRET_KEY",
                "is missing",
                "Make one with `openssl rand -base64 48`, and give every PUM process the same one.",
            ));
        }

        let config = Self {
            secret_key,
            database: reader.database(&data_dir),
            log_level: reader.parse("LOG_LEVEL", values::log_level).unwrap_or("info".into()),
            log_format: reader.parse("LOG_FORMAT", values::log_format).unwrap_or(LogFormat::Text),
            host: reader.parse("PUM_HOST", values::host).unwrap_or(Ipv4Addr::UNSPECIFIED.into()),
            port: reader.parse("PUM_PORT", values::port).unwrap_or(5699),
            web_dir: reader.parse("PUM_WEB_DIR", values::web_dir).or_else(built_front_end),
            data_dir,
            setup_code: reader.parse("PUM_SETUP_CODE", values::setup_code),
            trusted_proxies: reader.parse("TRUSTED_PROXIES", values::networks).unwrap_or_default(),
            plex_client_identifier: reader.parse("PLEX_CLIENT_IDENTIFIER", values::client_identifier),
            plex: reader.endpoints(),
            plex_url: reader.parse("PLEX_URL", values::base_url),
            plex_token: reader.parse("PLEX_TOKEN", values::secret),
            settings: reader.settings(),
            given: source.given(),
            kill_at: reader
                .parse("PUM_TEST_KILL_AT", |v| values::text(v, 100))
                .filter(|_| cfg!(debug_assertions)),
        };
        reader.check_discord();
        if reader.problems.is_empty() { Ok(config) } else { Err(Problems(reader.problems)) }
    }
}

struct Reader<'a> {
    source: &'a Source,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    /// The understood value; absent when nothing was given or when it was wrong, which is then noted.
    fn parse<T>(&mut self, name: &'static str, parse: impl FnOnce(&str) -> Result<T, Refusal>) -> Option<T> {
        let value = &self.source.get(name)?.value;
        match parse(value) {
            Ok(parsed) => Some(parsed),
            Err(Refusal { what, remedy }) => {
                let secret = variables::find(name).is_none_or(|variable| variable.secret);
                let what = if secret { what } else { format!("= {} {what}", problems::quote(value)) };
                self.problems.push(Problem::new(name, &what, &remedy));
                None
            }
        }
    }

    /// `DATABASE_URL`, or a file in the data folder.
    fn database(&mut self, data_dir: &Path) -> Database {
        if self.source.get("DATABASE_URL").is_some() {
            if let Some(database) = self.parse("DATABASE_URL", values::database) {
                return database;
            }
        } else {
            match Database::in_data_dir(data_dir) {
                Ok(database) => return database,
                Err(Refusal { what, remedy }) => {
                    self.problems.push(Problem::new("PUM_DATA_DIR", &what, &remedy));
                }
            }
        }
        // Never opened: a problem has been noted above.
        Database::in_data_dir(Path::new("data")).ok().expect("a plain path is a valid address")
    }

    fn endpoints(&mut self) -> Endpoints {
        let real = Endpoints::default();
        Endpoints {
            plex_tv: self.parse("PLEX_TV_URL", values::base_url).unwrap_or(real.plex_tv),
            clients: self.parse("PLEX_CLIENTS_URL", values::base_url).unwrap_or(real.clients),
            auth: self.parse("PLEX_AUTH_URL", values::base_url).unwrap_or(real.auth),
        }
    }

    fn settings(&mut self) -> BTreeMap<SettingKey, String> {
        let mut settings = BTreeMap::new();
        for key in SettingKey::ALL {
            let Some(name) = key.spec().env else { continue };
            if let Some(value) = self.parse(name, |value| values::setting(*key, value)) {
                settings.insert(*key, value);
            }
        }
        settings
    }

    fn key_file(&mut self, path: &Path) -> Option<Secret> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
            Err(error) => {
                self.problems.push(Problem::new(
                    &path.display().to_string(),
                    &format!("cannot be read: {error}"),
                    "Let PUM's user read it; it holds the key to everything stored encrypted.",
                ));
                return None;
            }
        };
        match values::secret_key(text.trim()) {
            Ok(key) => Some(key),
            Err(Refusal { what, .. }) => {
                self.problems.push(Problem::new(
                    &path.display().to_string(),
                    &what,
                    "Put back the key that was there, from a backup.",
                ));
                None
            }
        }
    }

    /// Discord's variables are starting values of settings, like `PLEX_URL`. They are checked with all others,
    /// so that a typo shows at the start of any process and not when the bot first needs it.
    fn check_discord(&mut self) {
        for name in [
            "DISCORD_OAUTH_CLIENT_ID",
            "DISCORD_SERVER_ID",
            "DISCORD_BOT_APP_ID",
            "ADMIN_DISCORD_ID",
            "DISCORD_COMMAND_CHANNEL_ID",
            "DISCORD_PLEX_ACCESS_ROLE_ID",
            "DISCORD_MENTION_ROLE_ID",
        ] {
            self.parse(name, values::discord_id);
        }
        self.parse("DISCORD_OAUTH_CLIENT_SECRET", values::secret);
        self.parse("DISCORD_BOT_TOKEN", values::secret);
        self.parse("DISCORD_BOT_ENABLED", values::yes_or_no);
        self.parse("DISCORD_BOT_USER_WHITELIST", values::discord_ids);
        self.parse("DISCORD_API_URL", values::base_url);
        self.parse("DISCORD_OAUTH_URL", values::base_url);
        self.parse("DISCORD_GATEWAY_URL", values::gateway_url);
    }
}

/// The front end beside the program (as in the image), or where a build in the repository leaves it.
fn built_front_end() -> Option<PathBuf> {
    let beside = std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.join("web")));
    beside.into_iter().chain([PathBuf::from("frontend/dist")]).find(|dir| dir.join("index.html").is_file())
}
