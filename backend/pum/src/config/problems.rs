//! What is wrong with the configuration, all of it at once, each with what to do about it.

use std::fmt;

/// The longest part of a wrong value that is repeated in a message, in characters.
const LONGEST_QUOTE: usize = 60;

/// One thing that is wrong. Never holds a secret value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    name: String,
    what: String,
    remedy: String,
}

impl Problem {
    pub fn new(name: &str, what: &str, remedy: &str) -> Self {
        Self { name: name.to_owned(), what: what.to_owned(), remedy: remedy.to_owned() }
    }

    /// The variable or file that is wrong.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}. {}", self.name, self.what, self.remedy)
    }
}

/// Everything that is wrong; never empty when returned as an error.
#[derive(Debug)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => write!(f, "One thing in the configuration needs mending:")?,
            n => write!(f, "{n} things in the configuration need mending:")?,
        }
        for problem in &self.0 {
            write!(f, "\n  - {problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// A wrong value, shortened and with control characters made visible.
pub fn quote(value: &str) -> String {
    let mut shown: String = value.chars().take(LONGEST_QUOTE).flat_map(char::escape_debug).collect();
    if value.chars().nth(LONGEST_QUOTE).is_some() {
        shown.push('…');
    }
    format!("\"{shown}\"")
}
