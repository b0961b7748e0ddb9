//! `pum doctor`: is everything there that PUM needs, and what to do where it is not.

use super::migrate;
use crate::config::{Config, KeyNeed};
use crate::wiring;
use pum_app::{AppError, Ctx, clock, plex_server, settings};
use pum_domain::settings::{SettingKey, SettingSource};
use serde::Serialize;
use std::process::ExitCode;

/// How far the machine's clock and the database's may be apart, in milliseconds. Beyond it expiry and leases
/// are judged by a time that people do not see.
const LARGEST_SKEW: i64 = 60_000;

#[derive(clap::Args)]
pub struct Args {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// One thing that was looked at.
#[derive(Serialize)]
struct Check {
    name: &'static str,
    ok: bool,
    detail: String,
}

impl Check {
    fn ok(name: &'static str, detail: impl Into<String>) -> Self {
        Self { name, ok: true, detail: detail.into() }
    }

    fn mend(name: &'static str, detail: impl Into<String>) -> Self {
        Self { name, ok: false, detail: detail.into() }
    }
}

/// Looks at everything, prints what was found, and fails when something needs mending.
pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let checks = look().await;
    let well = checks.iter().all(|check| check.ok);
    if args.json {
        say!("{}", serde_json::json!({ "ok": well, "checks": checks }));
    } else {
        for check in &checks {
            say!("{:<5} {}: {}", if check.ok { "ok" } else { "MEND" }, check.name, check.detail);
        }
    }
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn look() -> Vec<Check> {
    let config = match Config::load(KeyNeed::Optional) {
        Ok(config) => config,
        Err(problems) => {
            return problems
                .0
                .iter()
                .map(|problem| Check::mend("configuration", problem.to_string()))
                .collect();
        }
    };
    let mut checks = vec![configuration(&config), front_end(&config), database(&config).await];
    // What follows needs the database as it should be.
    if checks.iter().all(|check| check.ok) && !is_new(&config) {
        match wiring::open_for_tool(&config).await {
            Ok(ctx) => {
                checks.push(Check::ok("key", "opens what is stored encrypted"));
                checks.push(base_url(&ctx));
                checks.push(in_force(&ctx).await);
                checks.push(machine_clock(&ctx).await);
                checks.extend(plex(&ctx).await);
            }
            Err(error) => checks.push(Check::mend("key", format!("{error:#}"))),
        }
    }
    checks
}

fn is_new(config: &Config) -> bool {
    config.database.address.file().is_some_and(|file| !file.exists())
}

fn configuration(config: &Config) -> Check {
    let given: Vec<String> = config.given.iter().map(|(name, origin)| format!("{name} ({origin})")).collect();
    Check::ok(
        "configuration",
        if given.is_empty() { "nothing given, all defaults".to_owned() } else { given.join(", ") },
    )
}

fn front_end(config: &Config) -> Check {
    match &config.web_dir {
        Some(dir) => Check::ok("front end", dir.display().to_string()),
        None => Check::ok("front end", "none here; fine where another server has it, else see PUM_WEB_DIR"),
    }
}

async fn database(config: &Config) -> Check {
    let shown = &config.database.shown;
    match migrate::look(&config.database.address).await {
        Ok(None) => Check::ok("database", format!("{shown} is created by the first `pum up`")),
        Ok(Some(status)) => match status.check() {
            Ok(()) => Check::ok("database", format!("{shown}, schema up to date")),
            Err(error) => Check::mend("database", format!("{shown}: {error}")),
        },
        Err(error) => Check::mend("database", format!("{shown}: {error:#}")),
    }
}

fn base_url(ctx: &Ctx) -> Check {
    match ctx.setting(SettingKey::AppBaseUrl) {
        Some(url) => Check::ok("base URL", url),
        None => Check::mend(
            "base URL",
            "not set, so invite links lead nowhere: finish the setup or set APP_BASE_URL",
        ),
    }
}

/// Where the settings come from, and what they override.
async fn in_force(ctx: &Ctx) -> Check {
    let all = match settings::list(ctx).await {
        Ok(all) => all.items,
        Err(error) => return Check::mend("settings", error.detail),
    };
    let (usual, set): (Vec<_>, Vec<_>) =
        all.iter().partition(|setting| setting.source == SettingSource::Default);
    let overrides =
        set.iter().any(|one| one.source == SettingSource::Database && one.environment_value.is_some());
    let mut told: Vec<String> = set.into_iter().map(super::settings::described).collect();
    told.push(format!("{} by default", usual.len()));
    if overrides {
        told.push("`pum settings unset KEY` goes back to what the environment says".to_owned());
    }
    Check::ok("settings", told.join("; "))
}

async fn machine_clock(ctx: &Ctx) -> Check {
    match ctx.db().now().await {
        Ok(now) => match (clock::now().millis() - now.millis()).abs() {
            skew if skew <= LARGEST_SKEW => Check::ok("clock", "agrees with the database's"),
            skew => Check::mend(
                "clock",
                format!(
                    "{} s away from the database's: let both machines set their clocks by NTP",
                    skew / 1000
                ),
            ),
        },
        Err(error) => Check::mend("clock", format!("the database's cannot be read: {error}")),
    }
}

/// The server and the owner's token, each asked for real.
async fn plex(ctx: &Ctx) -> Vec<Check> {
    let server = match plex_server::connected_server(ctx).await {
        Ok(server) => server,
        Err(reason) => return vec![Check::mend("Plex server", AppError::from(reason).detail)],
    };
    let answered = match plex_server::verify_identity(ctx, &server).await {
        Ok(_) => Check::ok("Plex server", format!("{} answers at {}", server.name, server.url)),
        Err(reason) => Check::mend("Plex server", AppError::from(reason).detail),
    };
    let account = match ctx.plex().account(&server.token).await {
        Ok(account) if account.id.0 == server.owner_plex_id.0 => Check::ok(
            "Plex token",
            format!(
                "belongs to {}, the owner of {}",
                account.username.as_deref().unwrap_or("the account"),
                server.name
            ),
        ),
        Ok(_) => {
            Check::mend("Plex token", "belongs to somebody else than the owner: replace it in the settings")
        }
        Err(error) => Check::mend("Plex token", AppError::from(error).detail),
    };
    vec![answered, account]
}
