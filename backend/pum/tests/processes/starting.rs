//! The processes as a person meets them: started on an empty folder, stopped, killed, started again.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

/// Far longer than anything here takes; only a failing test waits so long.
const PATIENCE: Duration = Duration::from_secs(60);

fn pum(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pum"));
    // Nothing of the developer's own environment, `.env` or data comes in.
    command.env_clear().env("PUM_DATA_DIR", folder.join("data")).current_dir(folder);
    command
}

fn run(command: &mut Command) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } = command.output().expect("pum runs");
    (status.code(), String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr))
}

/// A running process and what it has logged so far.
struct Running {
    child: Child,
    port: u16,
    log: Arc<(Mutex<Vec<String>>, Condvar)>,
}

impl Running {
    fn start(command: &mut Command) -> Self {
        // Free a moment ago, which is as good as it gets without telling PUM to choose.
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
        let mut child = command
            .env("PUM_HOST", "127.0.0.1")
            .env("PUM_PORT", port.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("pum starts");
        let log = Arc::new((Mutex::new(Vec::new()), Condvar::new()));
        let (lines, kept) = (child.stderr.take().expect("a piped log"), log.clone());
        std::thread::spawn(move || {
            for line in BufReader::new(lines).lines().map_while(Result::ok) {
                kept.0.lock().expect("no test panics with the log in its hands").push(line);
                kept.1.notify_all();
            }
        });
        Self { child, port, log }
    }

    /// The first logged line with these words, from the `from`th line on; waits for it.
    fn line_from(&self, from: usize, words: &str) -> (usize, String) {
        let deadline = Instant::now() + PATIENCE;
        let mut log = self.log.0.lock().expect("no test panics with the log in its hands");
        loop {
            if let Some(found) = log.iter().enumerate().skip(from).find(|(_, line)| line.contains(words)) {
                return (found.0, found.1.clone());
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "never logged: {words}\n{}", log.join("\n"));
            log = self.log.1.wait_timeout(log, left).expect("no test panics with the log in its hands").0;
        }
    }

    fn line(&self, words: &str) -> String {
        self.line_from(0, words).1
    }

    fn said(&self, words: &str) -> bool {
        let log = self.log.0.lock().expect("no test panics with the log in its hands");
        log.iter().any(|line| line.contains(words))
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("somebody listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        write!(stream, "GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n").expect("a request is sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }

    /// The worker's process id, from the line about its start.
    fn worker(&self, from: usize) -> (usize, u32) {
        let (at, line) = self.line_from(from, "worker started");
        let pid = line.rsplit("pid=").next().and_then(|rest| rest.split_whitespace().next());
        (at, pid.and_then(|pid| pid.parse().ok()).unwrap_or_else(|| panic!("no process id: {line}")))
    }

    fn signal(&self, name: &str) {
        signal(self.child.id(), name);
    }

    fn wait(&mut self) -> Option<i32> {
        let mut code = None;
        until("the process ends", || {
            code = self.child.try_wait().expect("a child's state");
            code.is_some()
        });
        code.and_then(|status| status.code())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Already gone, in a test that went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn signal(pid: u32, name: &str) -> bool {
    let kill =
        Command::new("kill").args([format!("-{name}"), pid.to_string()]).stderr(Stdio::null()).status();
    kill.expect("kill runs").success()
}

/// Whether a process is there and not merely waiting to be buried.
fn is_alive(pid: u32) -> bool {
    let state = Command::new("ps").args(["-o", "stat=", "-p", &pid.to_string()]).output().expect("ps runs");
    let state = String::from_utf8_lossy(&state.stdout).trim().to_owned();
    !state.is_empty() && !state.starts_with('Z')
}

fn until(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < deadline, "never: {what}");
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

#[test]
fn a_first_start_needs_nothing_and_says_how_to_go_on() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut up = Running::start(pum(folder.path()).arg("up"));
    let said = up.line("to set it up");
    assert!(said.contains(&format!("http://localhost:{}/setup", up.port)), "{said}");
    assert!(up.get("/healthz").starts_with("HTTP/1.0 200"), "alive");
    assert!(up.get("/readyz").starts_with("HTTP/1.0 200"), "ready");

    let key = folder.path().join("data/secret.key");
    assert_eq!(std::fs::metadata(&key).expect("a key file").permissions().mode() & 0o777, 0o600);
    let made = std::fs::read_to_string(&key).expect("a key");
    assert!(!up.said(made.trim()), "the key is not logged");

    let (_, worker) = up.worker(0);
    until("the worker is at work", || up.get("/readyz").contains("\"worker\":true"));
    up.signal("TERM");
    assert_eq!(up.wait(), Some(0), "a stop that was asked for is no failure");
    assert!(!is_alive(worker), "the worker does not outlive it");
    assert!(!up.said("ended by itself"), "the worker ended because it was told to");

    // The second start finds everything as it was.
    let again = Running::start(pum(folder.path()).arg("up"));
    again.line("worker started");
    assert_eq!(std::fs::read_to_string(&key).expect("a key"), made);
}

#[test]
fn a_worker_that_dies_is_replaced() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let up = Running::start(pum(folder.path()).arg("up"));
    let (at, first) = up.worker(0);
    up.line("the worker is ready");
    signal(first, "KILL");
    up.line("worker ended by itself");
    let (_, second) = up.worker(at + 1);
    assert_ne!(first, second);
    assert!(up.get("/healthz").starts_with("HTTP/1.0 200"), "the API never noticed");
}

#[test]
fn a_worker_does_not_outlive_a_parent_that_was_killed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut up = Running::start(pum(folder.path()).arg("up"));
    let (_, worker) = up.worker(0);
    up.line("the worker is ready");
    up.signal("KILL");
    up.wait();
    until("the worker ends", || !is_alive(worker));
}

#[test]
fn a_lost_key_is_not_replaced_and_a_wrong_one_not_used() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut up = Running::start(pum(folder.path()).arg("up"));
    up.line("worker started");
    up.signal("TERM");
    up.wait();
    let key = folder.path().join("data/secret.key");
    std::fs::rename(&key, folder.path().join("away")).expect("the key is moved");

    let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
    let (code, said) = run(pum(folder.path()).arg("up").env("PUM_PORT", port.to_string()));
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("put the file secret.key back"), "{said}");
    assert!(!key.exists(), "no new key beside old data");

    let other = "another-key-another-key-another-key";
    let (code, said) =
        run(pum(folder.path()).arg("up").env("PUM_PORT", port.to_string()).env("SECRET_KEY", other));
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("another SECRET_KEY") && !said.contains(other), "{said}");
}

#[test]
fn what_keeps_a_process_from_starting_is_said_with_its_remedy() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (code, said) = run(pum(folder.path()).arg("api"));
    assert_eq!(code, Some(1));
    assert!(said.contains("SECRET_KEY is missing") && said.contains("openssl rand"), "{said}");

    let (code, said) = run(pum(folder.path()).args(["up"]).env("PUM_PORT", "x").env("TZ", "y"));
    assert_eq!(code, Some(1));
    assert!(said.contains("PUM_PORT") && said.contains("TZ"), "{said}");

    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("its address").port().to_string();
    let (code, said) = run(pum(folder.path()).arg("up").env("PUM_HOST", "127.0.0.1").env("PUM_PORT", port));
    assert_eq!(code, Some(1));
    assert!(said.contains("PUM_PORT"), "{said}");

    let (code, _) = run(pum(folder.path()).arg("no-such-command"));
    assert_eq!(code, Some(2), "wrong usage has a code of its own");
}

#[test]
fn migrating_can_be_looked_at_done_and_taken_back() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let migrate = |args: &[&str]| run(pum(folder.path()).arg("migrate").args(args));
    let (_, said) = migrate(&["status"]);
    assert!(said.contains("no database yet"), "{said}");
    assert!(!folder.path().join("data").exists(), "a look creates nothing");

    assert_eq!(migrate(&[]).0, Some(0));
    let (_, said) = migrate(&["status", "--json"]);
    let status: serde_json::Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!(status["pending"].as_array().map(Vec::len), Some(0), "{said}");

    let (code, said) = migrate(&["down"]);
    assert_eq!(code, Some(1), "nobody was there to say yes");
    assert!(said.contains("--yes"), "{said}");
    assert_eq!(migrate(&["down", "--yes"]).0, Some(0));
    let (code, said) = run(pum(folder.path()).arg("doctor"));
    assert_eq!(code, Some(1));
    assert!(said.contains("pum migrate"), "{said}");
}
