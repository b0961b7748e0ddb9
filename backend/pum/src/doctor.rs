//! `pum doctor`: is everything there that PUM needs, and what to do where it is not.

use crate::config::{Config, KeyNeed};
use serde::Serialize;
use std::process::ExitCode;

/// One thing that was looked at.
#[derive(Serialize)]
struct Check {
    name: &'static str,
    ok: bool,
    detail: String,
}

/// Looks at everything, prints what was found, and fails when something needs mending.
pub fn run(json: bool) -> ExitCode {
    let checks = look();
    let well = checks.iter().all(|check| check.ok);
    if json {
        println!("{}", serde_json::json!({ "ok": well, "checks": checks }));
    } else {
        for check in &checks {
            println!("{:<5} {}: {}", if check.ok { "ok" } else { "MEND" }, check.name, check.detail);
        }
    }
    if well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn look() -> Vec<Check> {
    let config = match Config::load(KeyNeed::Optional) {
        Ok(config) => config,
        Err(problems) => {
            return problems
                .0
                .iter()
                .map(|problem| Check { name: "configuration", ok: false, detail: problem.to_string() })
                .collect();
        }
    };
    vec![Check { name: "configuration", ok: true, detail: format!("database {}", config.database.shown()) }]
}
