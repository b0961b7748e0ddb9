//! The command line: what can be asked for, and who answers.

use crate::commands::{admin, doctor, invites, jobs, migrate, settings, setup, users};
use crate::{processes, up};
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

/// Threads for what waits on the database and on Plex: few are plenty, and each costs memory.
const WORKER_THREADS: usize = 2;

#[derive(Subcommand)]
enum Command {
    /// Run everything on this machine: migrate, API and front end, worker
    Up,
    /// Run the API alone
    Api,
    /// Run a worker alone
    Worker {
        /// End when standard input does, as it does with the parent that started this
        #[arg(long, hide = true)]
        supervised: bool,
    },
    /// Bring the database's schema up to this version, or look where it stands
    Migrate(migrate::Args),
    /// Add an admin, or help one who has lost the password
    Admin(admin::Args),
    /// The code for the setup wizard, and opening it again
    Setup(setup::Args),
    /// List, make and delete invites
    Invites(invites::Args),
    /// Look at durable work and schedules, run one, let a failed job try again
    Jobs(jobs::Args),
    /// Look who is there, and compare them with Plex
    Users(users::Args),
    /// Look at and change what an admin may change while PUM runs
    Settings(settings::Args),
    /// Check the configuration and what PUM depends on, and say what to mend
    Doctor(doctor::Args),
    /// Print the contract of the API, openapi.yaml
    Openapi,
    /// Print the completion script of a shell
    Completions { shell: clap_complete::Shell },
}

/// Carries out one command.
///
/// # Errors
/// When it could not be carried out; the message says what to do.
pub fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.command {
        Command::Up => serve(up::run()),
        Command::Api => serve(processes::api()),
        Command::Worker { supervised } => {
            runtime()?.block_on(processes::worker(supervised))?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Migrate(args) => block_on(migrate::run(args)),
        Command::Admin(args) => block_on(admin::run(args)),
        Command::Setup(args) => block_on(setup::run(args)),
        Command::Invites(args) => block_on(invites::run(args)),
        Command::Jobs(args) => block_on(jobs::run(args)),
        Command::Users(args) => block_on(users::run(args)),
        Command::Settings(args) => block_on(settings::run(args)),
        Command::Doctor(args) => block_on(doctor::run(args)),
        Command::Openapi => {
            print!("{}", pum_api::openapi_yaml());
            Ok(ExitCode::SUCCESS)
        }
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "pum", &mut std::io::stdout());
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Runs a process that serves HTTP. The database's connections live on the runtime below, requests on
/// threads of actix's own.
fn serve(process: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<ExitCode> {
    let runtime = runtime()?;
    actix_web::rt::System::with_tokio_rt(|| runtime).block_on(process)?;
    Ok(ExitCode::SUCCESS)
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(WORKER_THREADS).enable_all().build()
}

/// Tools do one thing at a time: one thread is enough for them.
fn block_on(work: impl Future<Output = anyhow::Result<ExitCode>>) -> anyhow::Result<ExitCode> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}
