//! Started on an empty folder, stopped, killed, started again.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;

use crate::process::{Running, is_alive, pum, run, signal, until};

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

    let key = "a secret key for this test alone, long enough";
    let users =
        |args: &[&str]| run(pum(folder.path()).env("SECRET_KEY", key).args(["users", "list"]).args(args));
    assert_eq!(users(&["--json", "--state", "active", "--expiring", "7"]), (Some(0), "[]\n".to_owned()));
    assert_eq!(users(&["--state", "gone"]).0, Some(2), "a word that is not in the list");
    let (code, said) = users(&["--inactive", "99999"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("3650"), "{said}");

    let (code, said) = migrate(&["down"]);
    assert_eq!(code, Some(1), "nobody was there to say yes");
    assert!(said.contains("--yes"), "{said}");
    assert_eq!(migrate(&["down", "--yes"]).0, Some(0));
    let (code, said) = run(pum(folder.path()).arg("doctor"));
    assert_eq!(code, Some(1));
    assert!(said.contains("pum migrate"), "{said}");
}
