//! `pum doctor`: is everything there that PUM needs, and what to do where it is not.

use super::migrate;
use crate::config::{Config, KeyNeed};
use serde::Serialize;
use std::process::ExitCode;

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
        println!("{}", serde_json::json!({ "ok": well, "checks": checks }));
    } else {
        for check in &checks {
            println!("{:<5} {}: {}", if check.ok { "ok" } else { "MEND" }, check.name, check.detail);
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
    vec![Check::ok("configuration", "every variable is understood"), database(&config).await]
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
