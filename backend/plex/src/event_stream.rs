//! Server-sent events out of a body that arrives in pieces.

use std::collections::VecDeque;

/// What a single event may hold at most, in bytes. A hint about a session is some hundred.
const EVENT_CAP: usize = 256 * 1024;

/// One event: its name and its data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event {
    pub name: String,
    pub data: String,
}

/// An event beyond the cap, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Overlong(pub usize);

/// Puts the pieces together.
#[derive(Debug, Default)]
pub(crate) struct EventReader {
    line: Vec<u8>,
    name: String,
    data: String,
    ready: VecDeque<Event>,
}

impl EventReader {
    /// Takes the next piece.
    ///
    /// # Errors
    /// `Overlong` for an event that no server of ours would send.
    pub(crate) fn push(&mut self, piece: &[u8]) -> Result<(), Overlong> {
        for byte in piece {
            match byte {
                b'\n' => {
                    let line = std::mem::take(&mut self.line);
                    self.end_of_line(&String::from_utf8_lossy(&line));
                }
                b'\r' => {}
                byte => self.line.push(*byte),
            }
            if self.line.len() + self.data.len() > EVENT_CAP {
                return Err(Overlong(EVENT_CAP));
            }
        }
        Ok(())
    }

    /// The next whole event.
    pub(crate) fn next(&mut self) -> Option<Event> {
        self.ready.pop_front()
    }

    fn end_of_line(&mut self, line: &str) {
        if line.is_empty() {
            let (name, data) = (std::mem::take(&mut self.name), std::mem::take(&mut self.data));
            if !name.is_empty() || !data.is_empty() {
                self.ready.push_back(Event { name, data });
            }
            return;
        }
        // A line that begins with a colon is a comment, and has no field name.
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.name),
            "data" => {
                if !self.data.is_empty() {
                    self.data.push('\n');
                }
                self.data.push_str(value);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = ": hello\n\nevent: playing\r\ndata: {\"a\":\"\u{e4}\"}\r\n\r\nevent:ping\ndata:{}\n\ndata: one\ndata: two\nid: 7\nretry: 9\n\nevent: cut off";

    fn events(reader: &mut EventReader) -> Vec<(String, String)> {
        std::iter::from_fn(|| reader.next()).map(|event| (event.name, event.data)).collect()
    }

    #[test]
    fn events_are_the_same_wherever_the_pieces_are_cut() {
        let mut whole = EventReader::default();
        whole.push(BODY.as_bytes()).unwrap();
        let expected = events(&mut whole);
        let shown: Vec<_> = expected.iter().map(|(name, data)| (name.as_str(), data.as_str())).collect();
        assert_eq!(shown, [("playing", "{\"a\":\"\u{e4}\"}"), ("ping", "{}"), ("", "one\ntwo")]);
        for size in 1..BODY.len() {
            let mut reader = EventReader::default();
            BODY.as_bytes().chunks(size).for_each(|piece| reader.push(piece).unwrap());
            assert_eq!(events(&mut reader), expected, "pieces of {size}");
        }
    }

    #[test]
    fn a_line_without_end_is_not_kept_for_ever() {
        let mut reader = EventReader::default();
        let piece = [b'x'; 64 * 1024];
        assert!((0..5).any(|_| reader.push(&piece).is_err()));
    }
}
