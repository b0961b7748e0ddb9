//! Every environment variable that PUM knows, in the order in which `pum doctor` lists them.

/// One variable of the environment.
pub struct Variable {
    /// Its name; `NAME_FILE` names a file that holds the value instead.
    pub name: &'static str,
    /// Secret values are never shown, not even when they are wrong.
    pub secret: bool,
}

const fn open(name: &'static str) -> Variable {
    Variable { name, secret: false }
}

const fn secret(name: &'static str) -> Variable {
    Variable { name, secret: true }
}

/// The catalogue. A variable that is missing here is never read.
pub const VARIABLES: &[Variable] = &[
    secret("SECRET_KEY"),
    // The address of a database usually holds its password.
    secret("DATABASE_URL"),
    open("APP_BASE_URL"),
    open("APP_NAME"),
    open("TZ"),
    open("LOG_LEVEL"),
    open("LOG_FORMAT"),
    open("PUM_HOST"),
    open("PUM_PORT"),
    open("PUM_DATA_DIR"),
    open("PUM_WEB_DIR"),
    secret("PUM_SETUP_CODE"),
    open("TRUSTED_PROXIES"),
    open("SESSION_MONITORING_INTERVAL_SECONDS"),
    open("PLEX_URL"),
    secret("PLEX_TOKEN"),
    open("PLEX_CLIENT_IDENTIFIER"),
    open("DISCORD_OAUTH_CLIENT_ID"),
    secret("DISCORD_OAUTH_CLIENT_SECRET"),
    open("DISCORD_BOT_ENABLED"),
    secret("DISCORD_BOT_TOKEN"),
    open("DISCORD_SERVER_ID"),
    open("DISCORD_BOT_APP_ID"),
    open("ADMIN_DISCORD_ID"),
    open("DISCORD_COMMAND_CHANNEL_ID"),
    open("DISCORD_PLEX_ACCESS_ROLE_ID"),
    open("DISCORD_MENTION_ROLE_ID"),
    open("DISCORD_BOT_USER_WHITELIST"),
    open("PLEX_TV_URL"),
    open("PLEX_CLIENTS_URL"),
    open("PLEX_AUTH_URL"),
    open("DISCORD_API_URL"),
    open("DISCORD_OAUTH_URL"),
    open("DISCORD_GATEWAY_URL"),
    // Read by debug builds only: where a process test wants the worker to die.
    open("PUM_TEST_KILL_AT"),
];

/// The catalogue's entry of a name.
pub fn find(name: &str) -> Option<&'static Variable> {
    VARIABLES.iter().find(|variable| variable.name == name)
}
