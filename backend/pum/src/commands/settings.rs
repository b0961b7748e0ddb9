//! `pum settings`: what an admin may change while PUM runs, and where each value comes from.

use super::terminal::refusal;
use crate::config::{Config, KeyNeed};
use crate::wiring;
use pum_app::settings::{self, Setting};
use pum_app::{Actor, Ctx};
use pum_domain::settings::{SettingKey, SettingSource};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Every setting with its value and where that comes from
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// The value of one setting
    Get {
        #[arg(value_parser = key)]
        key: SettingKey,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Save a value; it wins over the environment's
    Set {
        #[arg(value_parser = key)]
        key: SettingKey,
        value: String,
    },
    /// Go back to the environment's value, or to the default
    Unset {
        #[arg(value_parser = key)]
        key: SettingKey,
    },
}

fn key(text: &str) -> Result<SettingKey, String> {
    text.parse().map_err(|error: pum_domain::catalogue::UnknownName| error.to_string())
}

pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let config = Config::load(KeyNeed::Optional)?;
    let ctx = wiring::open_for_tool(&config).await?;
    let all = settings::list(&ctx).await.map_err(refusal)?.items;
    match args.action {
        Action::List { json: true } => {
            say!("{}", Value::from_iter(all.iter().map(as_json)));
        }
        Action::List { json: false } => all.iter().for_each(print),
        Action::Get { key, json } => {
            let Some(setting) = all.iter().find(|setting| setting.key == key) else {
                return Ok(ExitCode::FAILURE);
            };
            match &setting.value {
                _ if json => say!("{}", as_json(setting)),
                Some(value) => say!("{value}"),
                None => return Ok(ExitCode::FAILURE),
            }
        }
        Action::Set { key, value } => change(&ctx, key, Some(value)).await?,
        Action::Unset { key } => change(&ctx, key, None).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn change(ctx: &Ctx, key: SettingKey, value: Option<String>) -> anyhow::Result<()> {
    let changes = BTreeMap::from([(key, value)]);
    let after = settings::update(ctx, &Actor::command_line(), &changes, None).await.map_err(refusal)?;
    after.items.iter().filter(|setting| setting.key == key).for_each(print);
    Ok(())
}

fn print(setting: &Setting) {
    say!("{}", described(setting));
}

/// A setting in one line: its value, where that comes from, and what it overrides.
pub(super) fn described(setting: &Setting) -> String {
    let source = match setting.source {
        SettingSource::Database => "saved",
        SettingSource::Environment => "from the environment",
        SettingSource::Default => "default",
    };
    let overridden = match (&setting.environment_value, setting.source) {
        (Some(value), SettingSource::Database) => format!("; the environment says {value}"),
        _ => String::new(),
    };
    let value = setting.value.as_deref().unwrap_or("(not set)");
    format!("{} = {value}  ({source}{overridden})", setting.key)
}

fn as_json(setting: &Setting) -> Value {
    json!({
        "key": setting.key,
        "value": setting.value,
        "source": setting.source,
        "environment_value": setting.environment_value,
        "default_value": setting.default_value,
        "about": setting.key.spec().about,
    })
}
