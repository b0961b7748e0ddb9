//! The command line: what can be asked for, and who answers.

use crate::commands::{doctor, migrate};
use clap::{CommandFactory as _, Parser, Subcommand};
use std::process::ExitCode;

/// Plex User Manager: invites people to a Plex server and keeps their access in step with the rules.
///
/// Everything is configured by environment variables, `.env` in the working directory, or files named by
/// NAME_FILE. `pum doctor` shows whether it is understood.
#[derive(Parser)]
#[command(name = "pum", version, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Bring the database's schema up to this version, or look where it stands
    Migrate(migrate::Args),
    /// Check the configuration and what PUM depends on, and say what to mend
    Doctor(doctor::Args),
    /// Print the completion script of a shell
    Completions { shell: clap_complete::Shell },
}

/// Carries out one command.
///
/// # Errors
/// When it could not be carried out; the message says what to do.
pub fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.command {
        Command::Migrate(args) => block_on(migrate::run(args)),
        Command::Doctor(args) => block_on(doctor::run(args)),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "pum", &mut std::io::stdout());
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Tools do one thing at a time: one thread is enough for them.
fn block_on(work: impl Future<Output = anyhow::Result<ExitCode>>) -> anyhow::Result<ExitCode> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}
