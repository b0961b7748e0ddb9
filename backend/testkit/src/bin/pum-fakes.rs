//! The fakes as a program, for the demo, browser tests and scripts.
//!
//! Prints one line of JSON with addresses, owner token and accounts when everything listens, and stops
//! on SIGTERM, SIGINT or when its standard input is closed.

use anyhow::Context as _;
use clap::Parser;
use pum_testkit::fake_plex::{FakePlex, Ports, Scenario, Start};
use std::io::Write as _;
use tokio::signal::unix::{SignalKind, signal};

/// Stand-ins for Plex on the loopback address.
#[derive(Parser)]
struct Args {
    /// The world to start with.
    #[arg(long, value_enum, default_value = "demo")]
    scenario: Scenario,
    /// Port of plex.tv; 0 picks a free one.
    #[arg(long, default_value_t = 0)]
    plex_tv_port: u16,
    /// Port of clients.plex.tv; 0 picks a free one.
    #[arg(long, default_value_t = 0)]
    clients_port: u16,
    /// Port of the sign-in page; 0 picks a free one.
    #[arg(long, default_value_t = 0)]
    auth_port: u16,
    /// Port of the media server; 0 picks a free one.
    #[arg(long, default_value_t = 0)]
    server_port: u16,
    /// Goes on when standard input is closed, as it is for background services.
    #[arg(long)]
    ignore_stdin: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let ports = Ports {
        plex_tv: args.plex_tv_port,
        clients: args.clients_port,
        auth: args.auth_port,
        server: args.server_port,
    };
    let fake = FakePlex::start_with(Start { scenario: args.scenario, ports }).context(
        "A port is taken: choose others with --plex-tv-port, --clients-port, --auth-port, --server-port",
    )?;
    let mut out = std::io::stdout();
    writeln!(out, "{}", fake.describe())?;
    out.flush()?;

    let (tell, closed) = tokio::sync::oneshot::channel();
    // A thread of its own: a blocked read must not keep the program from ending.
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        let _ = tell.send(());
    });
    let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let closed = async {
        match (args.ignore_stdin, closed.await) {
            (false, Ok(())) => {}
            _ => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
        () = closed => {}
    }
    drop(fake);
    Ok(())
}
