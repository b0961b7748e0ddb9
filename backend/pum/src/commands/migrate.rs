//! `pum migrate`: the schema, forward, back, or just a look.

use super::terminal;
use crate::config::{Config, KeyNeed};
use anyhow::{Context as _, bail};
use pum_migrations::{Address, Status};
use serde_json::json;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Run the steps that are missing (the default)
    Up,
    /// Take back the last steps, with everything in their tables
    Down {
        /// How many steps
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
        steps: u32,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Which steps have run, and which are missing
    Status {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let config = Config::load(KeyNeed::Optional)?;
    let address = &config.database.address;
    match args.action.unwrap_or(Action::Up) {
        Action::Up => {
            let report = pum_migrations::up(address).await.with_context(|| config.database.shown.clone())?;
            if let Some(copy) = &report.copy {
                say!("Copied the database to {}.", copy.display());
            }
            match report.applied.len() {
                0 => say!("The schema is up to date."),
                n => say!("Ran {n} steps; the schema is up to date."),
            }
        }
        Action::Down { steps, yes } => {
            let question =
                format!("This deletes the tables of the last {steps} steps, with everything in them.");
            if !yes && !terminal::confirm(&question)? {
                bail!("nothing was changed (--yes goes on without asking)");
            }
            pum_migrations::down(address, steps).await.with_context(|| config.database.shown.clone())?;
            say!("Took back {steps} steps.");
        }
        Action::Status { json } => {
            let status = look(address).await.with_context(|| config.database.shown.clone())?;
            let Some(status) = status else {
                if json {
                    say!("{}", json!({ "exists": false, "applied": [], "pending": [], "unknown": [] }));
                } else {
                    say!("There is no database yet; `pum up` or `pum migrate` creates it.");
                }
                return Ok(ExitCode::SUCCESS);
            };
            if json {
                let Status { applied, pending, unknown } = &status;
                say!(
                    "{}",
                    json!({ "exists": true, "applied": applied, "pending": pending, "unknown": unknown })
                );
            } else {
                let lists =
                    [("ran", &status.applied), ("missing", &status.pending), ("newer", &status.unknown)];
                for (word, steps) in lists {
                    steps.iter().for_each(|step| say!("{word:<8} {step}"));
                }
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Where the schema stands; `None` when there is no SQLite file. Looking must not create one.
pub async fn look(address: &Address) -> anyhow::Result<Option<Status>> {
    if address.file().is_some_and(|file| !file.exists()) {
        return Ok(None);
    }
    let connections = address.open(1).await?;
    Ok(Some(pum_migrations::status(&connections.reader).await?))
}
