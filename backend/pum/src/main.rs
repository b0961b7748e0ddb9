//! The one binary of PUM: each subcommand is a process or a tool of the same house.

#[allow(dead_code, unused_imports, reason = "the processes that read it follow")]
mod config;
mod doctor;
#[allow(dead_code, reason = "the processes that log follow")]
mod telemetry;

use clap::{CommandFactory as _, Parser, Subcommand};
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Plex User Manager: invites people to a Plex server and keeps their access in step with the rules.
#[derive(Parser)]
#[command(name = "pum", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check the configuration and what PUM depends on, and say what to mend
    Doctor {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the completion script of a shell
    Completions { shell: clap_complete::Shell },
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Doctor { json } => doctor::run(json),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "pum", &mut std::io::stdout());
            ExitCode::SUCCESS
        }
    }
}
