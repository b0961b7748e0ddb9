//! PUM as processes: how soon they are ready, and how much memory they keep.

use crate::load::{self, Question};
use anyhow::{Context as _, bail};
use pum_testkit::fake_plex::FakePlex;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The setup code that every process of the bench is given.
pub const SETUP_CODE: &str = "a code for the bench alone";
/// Far longer than a start takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where the programs, the data and Plex are.
pub struct Place<'a> {
    pub programs: PathBuf,
    pub data: PathBuf,
    pub plex: &'a FakePlex,
}

/// A running `pum`, ended when dropped.
pub struct Pum {
    child: Child,
    pub port: u16,
    /// From the start to the first time that it said it was ready.
    pub ready_after: Duration,
}

impl Pum {
    /// Starts `pum COMMAND` and waits until it is ready.
    ///
    /// # Errors
    /// When it does not get ready.
    pub async fn start(place: &Place<'_>, command: &str) -> anyhow::Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let began = Instant::now();
        let child = Command::new(place.programs.join("pum"))
            .arg(command)
            .current_dir(&place.data)
            .env_clear()
            .env("PUM_DATA_DIR", &place.data)
            .env("PUM_HOST", "127.0.0.1")
            .env("PUM_PORT", port.to_string())
            .env("PUM_SETUP_CODE", SETUP_CODE)
            .env("PLEX_TV_URL", place.plex.plex_tv_url())
            .env("PLEX_CLIENTS_URL", place.plex.clients_url())
            .env("PLEX_AUTH_URL", place.plex.auth_url())
            .env("LOG_LEVEL", "warn")
            // As in the image.
            .env("MIMALLOC_PURGE_DELAY", "1")
            .stdin(Stdio::null())
            .spawn()
            .context("pum does not start")?;
        let mut pum = Self { child, port, ready_after: Duration::ZERO };
        let question = pum.question("/readyz", None);
        while load::once(&question).await.is_err() {
            if began.elapsed() > PATIENCE {
                bail!("pum {command} does not get ready");
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        pum.ready_after = began.elapsed();
        Ok(pum)
    }

    pub fn question(&self, path: &str, cookie: Option<String>) -> Question {
        Question { address: format!("127.0.0.1:{}", self.port), path: path.to_owned(), cookie }
    }

    /// Resident memory of the process and its children, in bytes.
    ///
    /// # Errors
    /// Where the kernel does not tell.
    pub fn memory(&self) -> anyhow::Result<u64> {
        self.family()?.into_iter().map(resident).sum()
    }

    /// The time that processors have spent on the process and its children.
    ///
    /// # Errors
    /// Where the kernel does not tell.
    pub fn processor_time(&self) -> anyhow::Result<Duration> {
        self.family()?.into_iter().map(processor_time).sum()
    }

    /// The process and its children.
    fn family(&self) -> anyhow::Result<Vec<u32>> {
        let own = self.child.id();
        let mut family = vec![own];
        for entry in std::fs::read_dir("/proc")? {
            let Some(pid) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
            if parent(pid) == Some(own) {
                family.push(pid);
            }
        }
        Ok(family)
    }

    /// Ends it as a service manager would, and waits.
    pub fn stop(mut self) -> anyhow::Result<()> {
        Command::new("kill").arg(self.child.id().to_string()).status()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Pum {
    fn drop(&mut self) {
        // Gone already, when it was stopped.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn status(pid: u32) -> std::io::Result<String> {
    std::fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("status"))
}

fn field<'a>(status: &'a str, name: &str) -> Option<&'a str> {
    status.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next())
}

fn parent(pid: u32) -> Option<u32> {
    field(&status(pid).ok()?, "PPid:")?.parse().ok()
}

fn resident(pid: u32) -> anyhow::Result<u64> {
    let kilobytes: u64 = field(&status(pid)?, "VmRSS:").context("the kernel tells no VmRSS")?.parse()?;
    Ok(kilobytes * 1024)
}

/// Of all of its threads: a look takes a few milliseconds, and the kernel's other counters go by tens of them.
fn processor_time(pid: u32) -> anyhow::Result<Duration> {
    let mut spent = Duration::ZERO;
    for thread in std::fs::read_dir(Path::new("/proc").join(pid.to_string()).join("task"))? {
        // One that has ended meanwhile tells nothing.
        let Ok(told) = std::fs::read_to_string(thread?.path().join("schedstat")) else { continue };
        let nanoseconds = told.split_whitespace().next().context("the kernel tells no times")?.parse()?;
        spent += Duration::from_nanos(nanoseconds);
    }
    Ok(spent)
}
