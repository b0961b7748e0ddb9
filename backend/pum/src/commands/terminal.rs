//! Talking with the person at the terminal.

use anyhow::{Context as _, anyhow, bail};
use pum_app::AppError;
use pum_app::secret::Secret;
use std::fmt;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

/// See `say!`.
pub fn print_line(words: fmt::Arguments<'_>) {
    let mut out = io::stdout().lock();
    match out.write_fmt(format_args!("{words}\n")).and_then(|()| out.flush()) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        Err(error) => {
            eprintln!("pum: the answer cannot be written: {error}");
            std::process::exit(1);
        }
    }
}

/// Asks for a plain yes; anything else, and nobody being there to answer, is a no.
///
/// # Errors
/// When the terminal cannot be read.
pub fn confirm(question: &str) -> io::Result<bool> {
    if !somebody_is_there() {
        return Ok(false);
    }
    Ok(ask(&format!("{question} Type yes to go on: "))? == "yes")
}

/// Whether a person sits at the other end.
pub fn somebody_is_there() -> bool {
    io::stdin().is_terminal()
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
pub fn new_password(from_stdin: bool) -> anyhow::Result<Secret> {
    if from_stdin {
        return Ok(Secret::new(read_line()?));
    }
    if !somebody_is_there() {
        bail!("nobody is at the terminal to ask for a password: give it with --password-stdin");
    }
    let password = rpassword::prompt_password("Password: ").context("the terminal cannot be read")?;
    if rpassword::prompt_password("Once more: ").context("the terminal cannot be read")? != password {
        bail!("the two passwords differ; nothing was changed");
    }
    Ok(Secret::new(password))
}

/// A use case's no, as a person at a terminal wants to read it.
pub fn refusal(error: AppError) -> anyhow::Error {
    let mut said = error.detail;
    if error.fields.len() > 1 {
        for field in error.fields {
            said.push_str(&format!("\n  - {}: {}", field.pointer.trim_start_matches('/'), field.detail));
        }
    }
    match error.cause {
        Some(cause) => anyhow!("{said} ({cause})"),
        None => anyhow!(said),
    }
}

fn read_line() -> io::Result<String> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
