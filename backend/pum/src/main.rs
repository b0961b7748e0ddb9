//! The one binary of PUM: each subcommand is a process or a tool of the same house.

mod cli;
mod commands;
#[allow(dead_code, reason = "the processes that read it follow")]
mod config;
#[allow(dead_code, reason = "the processes that stop follow")]
mod stop;
#[allow(dead_code, reason = "the processes that are supervised follow")]
mod supervise;
#[allow(dead_code, reason = "the processes that log follow")]
mod telemetry;

use clap::Parser as _;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Wrong usage ends inside `parse`, with code 2.
    match cli::run(cli::Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("pum: {error:#}");
            ExitCode::FAILURE
        }
    }
}
