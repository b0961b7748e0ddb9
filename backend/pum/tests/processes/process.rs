//! A process of PUM in a test's hands: what it logs, what it answers, signals to it, its end.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

/// Far longer than anything here takes; only a failing test waits so long.
pub const PATIENCE: Duration = Duration::from_secs(60);

pub fn pum(folder: &Path) -> Command {
    // A file that may not grow is an error, not a signal that kills: as on a full disk.
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "trap '' XFSZ; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_pum")]);
    // Nothing of the developer's own environment, `.env` or data comes in.
    command.env_clear().env("PUM_DATA_DIR", folder.join("data")).current_dir(folder);
    command
}

pub fn run(command: &mut Command) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } = command.output().expect("pum runs");
    (status.code(), String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr))
}

/// A running process and what it has logged so far.
pub struct Running {
    pub child: Child,
    pub port: u16,
    /// Its data, where nobody else looks at them.
    pub folder: Option<tempfile::TempDir>,
    log: Arc<(Mutex<Vec<String>>, Condvar)>,
}

impl Running {
    pub fn start(command: &mut Command) -> Self {
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
        Self { child, port, folder: None, log }
    }

    /// `http://127.0.0.1:PORT`.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The first logged line with these words, from the `from`th line on; waits for it.
    pub fn line_from(&self, from: usize, words: &str) -> (usize, String) {
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

    pub fn line(&self, words: &str) -> String {
        self.line_from(0, words).1
    }

    pub fn said(&self, words: &str) -> bool {
        let log = self.log.0.lock().expect("no test panics with the log in its hands");
        log.iter().any(|line| line.contains(words))
    }

    pub fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("somebody listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        write!(stream, "GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n").expect("a request is sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }

    /// The worker's process id, from the line about its start.
    pub fn worker(&self, from: usize) -> (usize, u32) {
        let (at, line) = self.line_from(from, "worker started");
        let pid = line.rsplit("pid=").next().and_then(|rest| rest.split_whitespace().next());
        (at, pid.and_then(|pid| pid.parse().ok()).unwrap_or_else(|| panic!("no process id: {line}")))
    }

    pub fn signal(&self, name: &str) {
        signal(self.child.id(), name);
    }

    pub fn wait(&mut self) -> Option<i32> {
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

pub fn signal(pid: u32, name: &str) -> bool {
    let kill =
        Command::new("kill").args([format!("-{name}"), pid.to_string()]).stderr(Stdio::null()).status();
    kill.expect("kill runs").success()
}

/// Whether a process is there and not merely waiting to be buried.
pub fn is_alive(pid: u32) -> bool {
    let state = Command::new("ps").args(["-o", "stat=", "-p", &pid.to_string()]).output().expect("ps runs");
    let state = String::from_utf8_lossy(&state.stdout).trim().to_owned();
    !state.is_empty() && !state.starts_with('Z')
}

pub fn until(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < deadline, "never: {what}");
        std::thread::park_timeout(Duration::from_millis(20));
    }
}
