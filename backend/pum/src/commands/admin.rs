//! `pum admin`: admins, for whoever has the machine in their hands.

use super::terminal::{self, refusal};
use crate::config::{Config, KeyNeed};
use crate::wiring;
use pum_app::admins;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Add an admin who signs in with a password
    Create(Who),
    /// Give an admin a new password; their sessions end, and they choose their own at the next sign-in
    ResetPassword(Who),
}

#[derive(clap::Args)]
struct Who {
    /// The name to sign in with; asked for when left out
    username: Option<String>,
    /// Read the password from standard input
    #[arg(long, requires = "username")]
    password_stdin: bool,
}

impl Who {
    fn username(&self) -> anyhow::Result<String> {
        match &self.username {
            Some(username) => Ok(username.clone()),
            None => Ok(terminal::ask("Username: ")?),
        }
    }
}

pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let config = Config::load(KeyNeed::Optional)?;
    let ctx = wiring::open_for_tool(&config).await?;
    match args.action {
        Action::Create(who) => {
            let username = who.username()?;
            let password = terminal::new_password(who.password_stdin)?;
            let admin = admins::create(&ctx, &username, &password).await.map_err(refusal)?;
            say!("{} can sign in now.", admin.username);
        }
        Action::ResetPassword(who) => {
            let username = who.username()?;
            let password = terminal::new_password(who.password_stdin)?;
            let admin = admins::reset_password(&ctx, &username, &password).await.map_err(refusal)?;
            say!("{} signs in with this password once, then chooses another.", admin.username);
        }
    }
    Ok(ExitCode::SUCCESS)
}
