//! The one binary of PUM: each subcommand is a process or a tool of the same house.

mod cli;
mod commands;
mod config;
mod key;
mod processes;
mod stop;
mod supervise;
mod telemetry;
mod up;
mod wiring;

use clap::Parser as _;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // One provider of cryptography for everything that speaks TLS. Fails only if there is one already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    // Wrong usage ends inside `parse`, with code 2.
    match cli::run(cli::Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("pum: {}", telemetry::harmless(&format!("{error:#}")));
            ExitCode::FAILURE
        }
    }
}
