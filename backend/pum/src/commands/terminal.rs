//! Talking with the person at the terminal.

use std::io::{IsTerminal as _, Write as _};

/// Asks for a plain yes; anything else, and nobody being there to answer, is a no.
///
/// # Errors
/// When the terminal cannot be read.
pub fn confirm(question: &str) -> std::io::Result<bool> {
    if !std::io::stdin().is_terminal() {
        return Ok(false);
    }
    eprint!("{question} Type yes to go on: ");
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}
