//! `pum setup`: the way into the wizard.

use super::terminal::refusal;
use crate::config::{Config, KeyNeed};
use crate::wiring;
use pum_app::setup::{self, Offered};
use serde_json::json;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Print the code that the wizard asks for on a fresh installation
    Code {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Open the wizard again; admins stay, and one of them has to sign in
    Reset,
}

pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let config = Config::load(KeyNeed::Optional)?;
    let ctx = wiring::open_for_tool(&config).await?;
    match args.action {
        Action::Code { json } => match setup::code(&ctx).await.map_err(refusal)? {
            Offered::Code(code) if json => say!("{}", json!({ "code": code.expose() })),
            Offered::Code(code) => say!("{}", code.expose()),
            Offered::AdminExists if json => say!("{}", json!({ "code": null })),
            Offered::AdminExists => {
                eprintln!(
                    "There is an admin already: sign in instead. `pum admin reset-password` helps out."
                );
                return Ok(ExitCode::FAILURE);
            }
        },
        Action::Reset => {
            setup::reset(&ctx).await.map_err(refusal)?;
            match setup::code(&ctx).await.map_err(refusal)? {
                Offered::Code(code) => say!("The wizard is open. Its code: {}", code.expose()),
                Offered::AdminExists => say!("The wizard is open. An admin has to sign in."),
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
