//! Names from outside: Plex, Discord and people may put anything into them.

use unicode_normalization::UnicodeNormalization;

/// The longest name that is kept, in characters.
pub const MAX_NAME_CHARS: usize = 200;

/// A name fit for storing and showing: NFC, without control, bidirectional and other invisible
/// steering characters, trimmed, and at most [`MAX_NAME_CHARS`] long.
pub fn clean_name(raw: &str) -> String {
    let kept = |c: &char| !is_steering(*c);
    // ASCII is composed as it stands.
    let cleaned: String = match raw.is_ascii() {
        true => raw.chars().filter(kept).take(MAX_NAME_CHARS).collect(),
        false => raw.nfc().filter(kept).take(MAX_NAME_CHARS).collect(),
    };
    cleaned.trim().to_owned()
}

/// The form in which names are compared and searched.
pub fn name_key(name: &str) -> String {
    name.nfc().flat_map(char::to_lowercase).collect()
}

/// Whether this is the numeric id of a Discord account.
pub fn is_discord_id(text: &str) -> bool {
    (15..=20).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_digit())
}

fn is_steering(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061C}' | '\u{200E}' | '\u{200F}'      // direction marks
            | '\u{202A}'..='\u{202E}'                 // embeddings and overrides
            | '\u{2066}'..='\u{2069}'                 // isolates
            | '\u{2028}' | '\u{2029}' | '\u{FEFF}'    // separators, byte order mark
            | '\u{E0000}'..='\u{E007F}') // tags
}

/// An e-mail address for the person it belongs to, without giving it away: `a…@e….org`.
pub fn mask_email(address: &str) -> String {
    fn first(part: &str) -> String {
        part.chars().take(1).chain(std::iter::once('…')).collect()
    }
    match address.split_once('@') {
        Some((local, domain)) => match domain.rsplit_once('.') {
            Some((host, top)) => format!("{}@{}.{top}", first(local), first(host)),
            None => format!("{}@{}", first(local), first(domain)),
        },
        None => first(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_become_plain_ones() {
        let cases = [
            ("Priya Patel", "Priya Patel"),
            ("evil\u{202E}gpj.exe", "evilgpj.exe"),
            ("\u{1b}[31mred\u{1b}[0m", "[31mred[0m"),
            ("a\0b\nc", "abc"),
            ("  spaced  ", "spaced"),
            ("e\u{301}", "\u{e9}"),
            ("<img onerror=1>", "<img onerror=1>"),
        ];
        for (raw, expected) in cases {
            assert_eq!(clean_name(raw), expected);
        }
        assert_eq!(clean_name(&"x".repeat(500)).chars().count(), MAX_NAME_CHARS);
    }

    #[test]
    fn addresses_are_masked() {
        assert_eq!(mask_email("anna@example.org"), "a…@e….org");
        assert_eq!(mask_email("a@localhost"), "a…@l…");
        assert_eq!(mask_email("nonsense"), "n…");
    }
}
