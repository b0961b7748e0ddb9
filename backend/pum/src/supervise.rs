//! Keeps a child process running until told to stop: starts it again when it dies, with a growing pause.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// A child that lived this long has recovered: the next pause is short again.
const RECOVERED_AFTER: Duration = Duration::from_secs(60);
/// A child finishes what runs within 20 seconds; after this it is ended by force.
const PATIENCE: Duration = Duration::from_secs(25);

/// Runs the child until `stop`. `command` builds it anew for each start; it must end when its standard
/// input does (see [`crate::stop::when_input_ends`]), which is how it is told to stop.
pub async fn keep_running(name: &'static str, command: impl Fn() -> Command, stop: CancellationToken) {
    let mut pause = FIRST_PAUSE;
    while !stop.is_cancelled() {
        let started = Instant::now();
        match command().stdin(Stdio::piped()).kill_on_drop(true).spawn() {
            Ok(mut child) => {
                // Kept apart: waiting for a child closes the input that is still part of it.
                let input = child.stdin.take();
                tracing::info!(pid = child.id(), "{name} started");
                tokio::select! {
                    ended = child.wait() => tracing::error!("{name} ended by itself: {}", shown(ended)),
                    () = stop.cancelled() => {
                        drop(input);
                        return finish(name, child).await;
                    }
                }
            }
            Err(error) => tracing::error!(%error, "{name} cannot be started"),
        }
        if started.elapsed() >= RECOVERED_AFTER {
            pause = FIRST_PAUSE;
        }
        tracing::warn!("{name} is started again in {} s", pause.as_secs());
        tokio::select! {
            () = sleep(pause) => {}
            () = stop.cancelled() => return,
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

async fn finish(name: &str, mut child: Child) {
    match timeout(PATIENCE, child.wait()).await {
        Ok(ended) => tracing::info!("{name} ended: {}", shown(ended)),
        Err(_) => {
            tracing::error!("{name} did not end within {} s and is ended by force", PATIENCE.as_secs());
            if let Err(error) = child.kill().await {
                tracing::error!(%error, "{name} could not be ended");
            }
        }
    }
}

fn shown(ended: std::io::Result<ExitStatus>) -> String {
    match ended {
        Ok(status) => status.to_string(),
        Err(error) => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::sync::Notify;

    /// A command that notes each start, and says when there have been so many.
    fn counted(script: &'static str, enough: usize) -> (impl Fn() -> Command, Arc<Notify>, Arc<AtomicUsize>) {
        let (reached, starts) = (Arc::new(Notify::new()), Arc::new(AtomicUsize::new(0)));
        let (tell, count) = (reached.clone(), starts.clone());
        let command = move || {
            if count.fetch_add(1, Ordering::SeqCst) + 1 == enough {
                tell.notify_one();
            }
            let mut command = Command::new("sh");
            command.args(["-c", script]);
            command
        };
        (command, reached, starts)
    }

    #[tokio::test]
    async fn a_child_that_dies_is_started_again() {
        let stop = CancellationToken::new();
        let (command, twice, starts) = counted("exit 3", 2);
        let running = tokio::spawn(keep_running("child", command, stop.clone()));
        twice.notified().await;
        stop.cancel();
        running.await.expect("the supervisor ends in peace");
        assert_eq!(starts.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_child_is_told_to_stop_by_the_end_of_its_input() {
        let stop = CancellationToken::new();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let note = folder.path().join("ended");
        let (script, started) = (note.clone(), Arc::new(Notify::new()));
        let tell = started.clone();
        let running = tokio::spawn(keep_running(
            "child",
            move || {
                tell.notify_one();
                // `cat` ends with its input; only then is the note written.
                let mut command = Command::new("sh");
                command.arg("-c").arg("cat; : > \"$0\"").arg(&script);
                command
            },
            stop.clone(),
        ));
        started.notified().await;
        stop.cancel();
        running.await.expect("the supervisor ends in peace");
        assert!(note.exists(), "the child finished its work after its input ended");
    }
}
