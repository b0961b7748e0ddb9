//! Logs: one line per event on standard error, as text or JSON, with nothing in it that could forge another.

use crate::config::LogFormat;
use std::io::{self, Write};
use tracing_subscriber::EnvFilter;

/// Starts logging for this process. `level` was checked by the configuration.
pub fn start(level: &str, format: LogFormat) {
    let builder = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter(level)))
        .with_ansi(false)
        .with_writer(|| OneLine(io::stderr()));
    match format {
        LogFormat::Text => builder.with_target(false).init(),
        LogFormat::Json => builder.json().flatten_event(true).init(),
    }
}

/// A bare level is about PUM's own words; libraries are heard when something is wrong.
fn filter(level: &str) -> String {
    match level {
        "off" | "error" => level.to_owned(),
        bare if !bare.contains(['=', ',']) => format!("warn,pum={bare}"),
        directives => directives.to_owned(),
    }
}

/// Writes each record as one line: names from Plex and Discord may hold line breaks, terminal sequences or
/// characters that reverse the reading direction.
struct OneLine<W>(W);

impl<W: Write> Write for OneLine<W> {
    /// The formatter hands over a whole record at once.
    fn write(&mut self, record: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(record);
        let mut line = escaped(text.strip_suffix('\n').unwrap_or(&text), is_dangerous);
        line.push('\n');
        self.0.write_all(line.as_bytes())?;
        Ok(record.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A message for people at a terminal: it may have several lines, and nothing else that a terminal obeys.
pub fn harmless(message: &str) -> String {
    escaped(message, |c| c != '\n' && is_dangerous(c))
}

fn escaped(text: &str, dangerous: impl Fn(char) -> bool) -> String {
    let mut safe = String::with_capacity(text.len() + 1);
    for c in text.chars() {
        if dangerous(c) {
            // All of these have four hexadecimal digits, so the same form is right inside JSON.
            safe.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            safe.push(c);
        }
    }
    safe
}

/// Control characters, line separators and everything that changes the reading direction.
fn is_dangerous(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(record: &str) -> String {
        let mut out = Vec::new();
        OneLine(&mut out).write_all(record.as_bytes()).expect("memory takes everything");
        String::from_utf8(out).expect("text stays text")
    }

    #[test]
    fn a_hostile_name_stays_inside_its_line() {
        assert_eq!(
            written("joined: \u{1b}[2J\r\nERROR all gone\u{9b}\u{202e}\n"),
            "joined: \\u001b[2J\\u000d\\u000aERROR all gone\\u009b\\u202e\n"
        );
    }

    #[test]
    fn a_json_record_stays_json() {
        let line = written("{\"message\":\"a\u{9b}b\u{2028}ü\"}\n");
        let parsed: serde_json::Value = serde_json::from_str(&line).expect("still JSON");
        assert_eq!(parsed["message"], "a\u{9b}b\u{2028}ü");
    }
}
