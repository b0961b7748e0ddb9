//! Talking with the person at the terminal.

use anyhow::{Context as _, bail};
use pum_app::secret::Secret;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

/// Asks for a plain yes; anything else, and nobody being there to answer, is a no.
///
/// # Errors
/// When the terminal cannot be read.
pub fn confirm(question: &str) -> io::Result<bool> {
    if !io::stdin().is_terminal() {
        return Ok(false);
    }
    Ok(ask(&format!("{question} Type yes to go on: "))? == "yes")
}

/// Asks for a line of text.
///
/// # Errors
/// When the terminal cannot be read.
pub fn ask(question: &str) -> io::Result<String> {
    eprint!("{question}");
    io::stderr().flush()?;
    read_line()
}

/// A new password: from standard input when a script gives it, asked for twice otherwise.
///
/// # Errors
/// When nobody is there to ask, or the two do not match.
#[allow(dead_code, reason = "the commands that ask follow")]
pub fn new_password(from_stdin: bool) -> anyhow::Result<Secret> {
    if from_stdin {
        return Ok(Secret::new(read_line()?));
    }
    if !io::stdin().is_terminal() {
        bail!("nobody is at the terminal to ask for a password: give it with --password-stdin");
    }
    let password = rpassword::prompt_password("Password: ").context("the terminal cannot be read")?;
    if rpassword::prompt_password("Once more: ").context("the terminal cannot be read")? != password {
        bail!("the two passwords differ; nothing was changed");
    }
    Ok(Secret::new(password))
}

fn read_line() -> io::Result<String> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
