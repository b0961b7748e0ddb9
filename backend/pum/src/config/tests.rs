//! The environment as a table: what is given, what is understood, and what is said when it is wrong.

use super::variables::VARIABLES;
use super::*;
use std::collections::BTreeMap;

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn read_with(
    environment: &[(&str, &str)],
    dot_env: &[(&str, &str)],
    key: KeyNeed,
) -> Result<Config, Problems> {
    // A data folder that does not exist keeps a key file of the developer's own out of the test.
    let mut environment = map(environment);
    environment.entry("PUM_DATA_DIR".into()).or_insert("/nonexistent".into());
    let (source, problems) = Source::from_maps(&environment, &map(dot_env));
    Config::read(&source, problems, key)
}

fn read(environment: &[(&str, &str)]) -> Result<Config, Problems> {
    read_with(environment, &[], KeyNeed::Optional)
}

fn complaint(environment: &[(&str, &str)]) -> String {
    match read(environment) {
        Ok(_) => panic!("{environment:?} was accepted"),
        Err(problems) => problems.to_string(),
    }
}

#[test]
fn nothing_given_means_the_defaults() {
    let config = read(&[]).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(config.port, 5699);
    assert_eq!(config.host.to_string(), "0.0.0.0");
    assert_eq!(config.log_level, "info");
    assert_eq!(config.log_format, LogFormat::Text);
    assert_eq!(config.database.shown, "SQLite, /nonexistent/pum.db");
    assert_eq!(config.plex.auth.as_str(), "https://app.plex.tv/auth");
    assert!(config.trusted_proxies.is_empty());
    assert!(config.secret_key.is_none());
}

#[test]
fn empty_values_count_as_absent() {
    let config = read(&[("PUM_PORT", ""), ("SECRET_KEY", "  "), ("APP_BASE_URL", "")]);
    assert_eq!(config.unwrap_or_else(|problems| panic!("{problems}")).port, 5699);
}

#[test]
fn wrong_values_are_refused_with_what_to_give_instead() {
    let table = [
        ("PUM_PORT", "0", "from 1 to 65535"),
        ("PUM_PORT", "http", "from 1 to 65535"),
        ("PUM_HOST", "localhost", "127.0.0.1"),
        ("PUM_WEB_DIR", "/nonexistent", "frontend/dist"),
        ("LOG_LEVEL", "loud", "error, warn, info"),
        ("LOG_LEVEL", "info,sqlx=loud", "error, warn, info"),
        ("LOG_FORMAT", "xml", "text or json"),
        ("TZ", "Berlin", "Europe/Berlin"),
        ("TRUSTED_PROXIES", "10.0.0.0/8, proxy", "comma-separated"),
        ("APP_BASE_URL", "pum.example.org", "https://"),
        ("APP_BASE_URL", "ftp://pum.example.org", "https://"),
        ("PLEX_URL", "https://me:pw@pum.example.org", "before the @"),
        ("PLEX_URL", "https://pum.example.org/?a=b", "from ? or #"),
        ("PLEX_URL", "192.168.1.2:32400", "https://"),
        ("PLEX_CLIENT_IDENTIFIER", "a b", "8 to 128"),
        ("SECRET_KEY", "short", "openssl rand"),
        ("PUM_SETUP_CODE", "123456", "16 characters"),
        ("DATABASE_URL", "oracle://host/db", "postgres: or mysql:"),
        ("DATABASE_URL", "sqlite::memory:", "Name a file"),
        ("DATABASE_URL", "sqlite://", "Name a file"),
        ("SESSION_MONITORING_INTERVAL_SECONDS", "1", "from 10 to 3600"),
        ("DISCORD_SERVER_ID", "my guild", "Copy ID"),
        ("DISCORD_BOT_ENABLED", "maybe", "true or false"),
        ("DISCORD_BOT_USER_WHITELIST", "1,two", "Copy ID"),
        ("DISCORD_GATEWAY_URL", "https://gateway.discord.gg", "wss://"),
    ];
    for (name, value, remedy) in table {
        let said = complaint(&[(name, value)]);
        assert!(said.contains(name) && said.contains(remedy), "{name}={value}: {said}");
    }
}

#[test]
fn right_values_are_understood() {
    let config = read(&[
        ("APP_BASE_URL", "https://example.org/pum/"),
        ("TRUSTED_PROXIES", "127.0.0.1, 172.16.0.0/12,fd00::/8"),
        ("DATABASE_URL", "mariadb://pum:s3cret@db/pum?ssl-mode=REQUIRED"),
        ("LOG_LEVEL", "info,sqlx=debug"),
        ("TZ", "Europe/Berlin"),
        ("DISCORD_BOT_USER_WHITELIST", "1, 2,"),
    ])
    .unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(
        config.settings.get(&SettingKey::AppBaseUrl).map(String::as_str),
        Some("https://example.org/pum")
    );
    assert_eq!(config.trusted_proxies.len(), 3);
    assert_eq!(config.database.shown, "mariadb://db/pum");
}

#[test]
fn everything_wrong_is_said_at_once() {
    let said = complaint(&[("PUM_PORT", "x"), ("TZ", "y"), ("LOG_FORMAT", "z")]);
    assert!(said.starts_with("3 things"), "{said}");
    for name in ["PUM_PORT", "TZ", "LOG_FORMAT"] {
        assert!(said.contains(name), "{said}");
    }
}

#[test]
fn secrets_are_never_repeated_and_others_are_made_harmless() {
    let said = complaint(&[
        ("SECRET_KEY", "hunter2"),
        ("DATABASE_URL", "oracle://pum:hunter2@db/x"),
        ("PLEX_TOKEN", "hunter2 hunter2"),
        ("LOG_FORMAT", "\u{1b}[31mred\u{202e}"),
    ]);
    assert!(!said.contains("hunter2"), "{said}");
    assert!(!said.contains('\u{1b}') && !said.contains('\u{202e}'), "{said:?}");
}

#[test]
fn the_environment_beats_dot_env_and_files_stand_in_for_values() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let file = dir.path().join("port");
    std::fs::write(&file, "6000\n").expect("a file is written");
    let file = file.to_str().expect("a plain path");

    let port = |environment: &[(&str, &str)], dot_env: &[(&str, &str)]| {
        read_with(environment, dot_env, KeyNeed::Optional)
            .map(|config| config.port)
            .map_err(|p| p.to_string())
    };
    assert_eq!(port(&[], &[("PUM_PORT", "7000")]), Ok(7000));
    assert_eq!(port(&[("PUM_PORT", "8000")], &[("PUM_PORT", "7000")]), Ok(8000));
    assert_eq!(port(&[("PUM_PORT_FILE", file)], &[("PUM_PORT", "7000")]), Ok(6000));

    let both =
        port(&[("PUM_PORT_FILE", file), ("PUM_PORT", "8000")], &[]).expect_err("both at once are refused");
    assert!(both.contains("PUM_PORT is set together with PUM_PORT_FILE"), "{both}");
    let gone = port(&[("PUM_PORT_FILE", "/nonexistent/port")], &[]).expect_err("a missing file is refused");
    assert!(gone.contains("PUM_PORT_FILE"), "{gone}");
}

#[test]
fn a_process_that_needs_the_key_says_so_and_takes_it_from_the_data_folder() {
    let missing = read_with(&[], &[], KeyNeed::Required).err().expect("no key").to_string();
    assert!(missing.contains("SECRET_KEY is missing"), "{missing}");

    // A wrong key is one problem, not two.
    let short =
        read_with(&[("SECRET_KEY", "short")], &[], KeyNeed::Required).err().expect("a short key").to_string();
    assert!(short.starts_with("One thing"), "{short}");

    let dir = tempfile::tempdir().expect("a temporary folder");
    let key = "k".repeat(40);
    std::fs::write(dir.path().join(KEY_FILE), format!("{key}\n")).expect("a key is written");
    let folder = dir.path().to_str().expect("a plain path");
    let config =
        read_with(&[("PUM_DATA_DIR", folder)], &[], KeyNeed::Required).unwrap_or_else(|p| panic!("{p}"));
    assert_eq!(config.secret_key.map(|key| key.expose().to_owned()), Some(key));
}

#[test]
fn every_variable_that_is_read_is_in_the_catalogue_once() {
    let mut names: Vec<_> = VARIABLES.iter().map(|variable| variable.name).collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all);
    // `Source::get` refuses unknown names in debug builds, so one full read walks through all of them.
    assert!(read(&[]).is_ok());
}
