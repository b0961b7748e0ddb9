//! How a process learns that it should end: a signal, or the end of its parent.

use std::io::{self, Read as _};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// A token that is cancelled by SIGTERM or SIGINT. A second SIGINT ends the process at once, for the
/// impatient at a terminal.
///
/// # Errors
/// When the operating system refuses to hand over signals.
pub fn on_signal() -> io::Result<CancellationToken> {
    let stop = CancellationToken::new();
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let told = stop.clone();
    tokio::spawn(async move {
        let mut interrupts = 0;
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => interrupts += 1,
            }
            if interrupts > 1 {
                tracing::warn!("ending at once");
                std::process::exit(1);
            }
            if !told.is_cancelled() {
                tracing::info!("stopping: what runs is finished first");
                told.cancel();
            }
        }
    });
    Ok(stop)
}

/// Cancels when standard input ends. A parent keeps the other end open and writes nothing, so it ends
/// when the parent does, however that comes about.
pub fn when_input_ends(stop: CancellationToken) {
    // A thread, because reading cannot be interrupted; it ends with the process.
    std::thread::spawn(move || {
        let mut ignored = [0; 64];
        while matches!(io::stdin().read(&mut ignored), Ok(n) if n > 0) {}
        stop.cancel();
    });
}
