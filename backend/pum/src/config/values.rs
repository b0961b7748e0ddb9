//! The types of configuration values, and how each is understood. A failed parse says what to give instead.

use ipnet::IpNet;
use pum_app::secret::Secret;
use pum_domain::settings::SettingKey;
use pum_migrations::Address;
use std::net::IpAddr;
use std::path::Path;
use url::Url;

/// Why a value was refused: what is wrong with it, and what to do.
pub struct Refusal {
    pub what: String,
    pub remedy: String,
}

impl Refusal {
    pub fn new(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what: what.into(), remedy: remedy.into() }
    }
}

type Parsed<T> = Result<T, Refusal>;

/// The database's address, and the form of it that people may see.
pub struct Database {
    pub url: Secret,
    pub address: Address,
    pub shown: String,
}

impl Database {
    /// The SQLite file that PUM uses when nothing else is configured.
    pub fn in_data_dir(data_dir: &Path) -> Parsed<Self> {
        let file = data_dir.join("pum.db");
        // The file's name becomes part of an address, in which these have a meaning of their own.
        let path = file.to_string_lossy().replace('%', "%25").replace('?', "%3F").replace('#', "%23");
        database(&format!("sqlite://{path}"))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

pub fn secret_key(value: &str) -> Parsed<Secret> {
    if value.chars().count() < 32 {
        return Err(Refusal::new(
            "is shorter than 32 characters",
            "Make one with `openssl rand -base64 48` and keep it: what is stored encrypted needs the same key.",
        ));
    }
    Ok(Secret::new(value))
}

pub fn setup_code(value: &str) -> Parsed<Secret> {
    if value.chars().count() < 16 {
        return Err(Refusal::new(
            "is shorter than 16 characters",
            "Give at least 16 characters that nobody can guess, or unset it to get a random code.",
        ));
    }
    Ok(Secret::new(value))
}

pub fn secret(value: &str) -> Parsed<Secret> {
    if value.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(Refusal::new("has white space in it", "Copy it again, without line breaks."));
    }
    Ok(Secret::new(value))
}

pub fn database(value: &str) -> Parsed<Database> {
    if value.contains(":memory:") || value.contains("mode=memory") {
        return Err(Refusal::new(
            "keeps everything in memory",
            "Name a file: several processes share the database.",
        ));
    }
    let address: Address = value.parse().map_err(|error| match error {
        pum_migrations::Error::Address { remedy } => Refusal::new("cannot be used", sentence(remedy)),
        other => Refusal::new("cannot be used", sentence(&other.to_string())),
    })?;
    let shown = match address.file() {
        Some(file) => format!("SQLite, {}", file.display()),
        None => match Url::parse(value) {
            Ok(url) => format!("{}://{}{}", url.scheme(), url.host_str().unwrap_or_default(), url.path()),
            Err(_) => format!("{address:?}"),
        },
    };
    Ok(Database { url: Secret::new(value), address, shown })
}

/// The address of an outside service or of PUM itself: no credentials, query or fragment, no slash at the end.
pub fn base_url(value: &str) -> Parsed<Url> {
    let remedy = "Give an address like https://pum.example.org.";
    let mut url = Url::parse(value).map_err(|e| Refusal::new(format!("is not an address: {e}"), remedy))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Refusal::new("starts with neither http:// nor https://", remedy));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refusal::new("holds a user name or password", "Take the part before the @ out."));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Refusal::new("has a query or fragment", "Take everything from ? or # on out."));
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

/// The gateway speaks web sockets.
pub fn gateway_url(value: &str) -> Parsed<Url> {
    let remedy = "Give an address like wss://gateway.discord.gg, or unset it.";
    let url = Url::parse(value).map_err(|e| Refusal::new(format!("is not an address: {e}"), remedy))?;
    if !matches!(url.scheme(), "ws" | "wss") {
        return Err(Refusal::new("starts with neither ws:// nor wss://", remedy));
    }
    Ok(url)
}

/// A setting's value in its stored form.
pub fn setting(key: SettingKey, value: &str) -> Parsed<String> {
    key.parse(value).map_err(|bad| Refusal::new("cannot be used", sentence(bad.0)))
}

pub fn text(value: &str, longest: usize) -> Parsed<String> {
    if value.chars().any(char::is_control) || value.chars().count() > longest {
        return Err(Refusal::new(
            format!("has control characters or more than {longest} characters"),
            "Give a short plain text.",
        ));
    }
    Ok(value.to_owned())
}

/// A level word, or the finer `info,sqlx=debug` form.
pub fn log_level(value: &str) -> Parsed<String> {
    let refusal = || Refusal::new("is not a log level", "Give error, warn, info, debug or trace.");
    let is_level = |word: &str| {
        ["off", "error", "warn", "info", "debug", "trace"].contains(&word.to_ascii_lowercase().as_str())
    };
    for directive in value.split(',') {
        let level = directive.rsplit('=').next().unwrap_or_default();
        if !is_level(level.trim()) {
            return Err(refusal());
        }
    }
    tracing_subscriber::EnvFilter::try_new(value).map_err(|_| refusal())?;
    Ok(value.to_ascii_lowercase())
}

pub fn log_format(value: &str) -> Parsed<LogFormat> {
    match value.to_ascii_lowercase().as_str() {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err(Refusal::new("is not a log format", "Give text or json.")),
    }
}

pub fn host(value: &str) -> Parsed<IpAddr> {
    value.parse().map_err(|_| {
        Refusal::new(
            "is not an IP address",
            "Give 0.0.0.0 for every network, or 127.0.0.1 for this machine alone.",
        )
    })
}

pub fn port(value: &str) -> Parsed<u16> {
    match value.parse() {
        Ok(port) if port > 0 => Ok(port),
        _ => Err(Refusal::new("is not a port", "Give a number from 1 to 65535.")),
    }
}

pub fn web_dir(value: &str) -> Parsed<std::path::PathBuf> {
    let path = std::path::PathBuf::from(value);
    if !path.join("index.html").is_file() {
        return Err(Refusal::new(
            "has no index.html",
            "Point it at the built front end, such as frontend/dist.",
        ));
    }
    Ok(path)
}

/// Addresses and networks whose forwarded headers are believed.
pub fn networks(value: &str) -> Parsed<Vec<IpNet>> {
    value
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().or_else(|_| part.parse::<IpAddr>().map(IpNet::from)))
        .collect::<Result<_, _>>()
        .map_err(|_| {
            Refusal::new(
                "has an entry that is neither an address nor a network",
                "Give a comma-separated list such as 127.0.0.1,172.16.0.0/12.",
            )
        })
}

pub fn client_identifier(value: &str) -> Parsed<String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if !(8..=128).contains(&value.len()) || !value.chars().all(allowed) {
        return Err(Refusal::new(
            "is not a client identifier",
            "Give 8 to 128 letters, digits, dots or dashes, or unset it: PUM makes and keeps its own.",
        ));
    }
    Ok(value.to_owned())
}

pub fn yes_or_no(value: &str) -> Parsed<bool> {
    match value.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Ok(true),
        "false" | "no" | "off" | "0" => Ok(false),
        _ => Err(Refusal::new("is neither true nor false", "Give true or false.")),
    }
}

/// A Discord id: a positive 64-bit number.
pub fn discord_id(value: &str) -> Parsed<u64> {
    match value.parse() {
        Ok(id) if id > 0 => Ok(id),
        _ => Err(Refusal::new(
            "is not a Discord id",
            "Switch on Discord's developer mode, then copy the number with “Copy ID”.",
        )),
    }
}

pub fn discord_ids(value: &str) -> Parsed<Vec<u64>> {
    value.split(',').map(str::trim).filter(|part| !part.is_empty()).map(discord_id).collect()
}

/// A remedy worded as half a sentence, made a whole one.
fn sentence(half: &str) -> String {
    let mut letters = half.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}
