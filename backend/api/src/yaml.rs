//! YAML that older readers understand alike: in YAML 1.1, which many still speak, `on` and `no` are not words
//! but truth values.

/// The same document with every such word in quotation marks, whether it is a value or a name. `true` and
/// `false` as they are written for truth values stay.
///
/// It knows YAML as far as it is written here: block style, one value a line.
pub fn with_words_quoted(yaml: &str) -> String {
    let mut quoted = String::with_capacity(yaml.len() + 64);
    let mut text_below: Option<usize> = None;
    for line in yaml.lines() {
        let inside = line.trim_start();
        let indentation = line.len() - inside.len();
        if inside.is_empty() || text_below.is_some_and(|depth| indentation > depth) {
            quoted.push_str(line);
        } else {
            let entry = inside.trim_start_matches("- ");
            let (lead, value) = line.split_at(line.len() - entry.len());
            quoted.push_str(lead);
            let (name, value) = split(value);
            if let Some(name) = name {
                put(&mut quoted, name);
                quoted.push_str(if value.is_empty() { ":" } else { ": " });
            }
            put(&mut quoted, value);
            // Its lines stand deeper than the name, or than the dash.
            let depth = lead.len() - if name.is_none() { "- ".len().min(lead.len()) } else { 0 };
            text_below = value.starts_with(['|', '>']).then_some(depth);
        }
        quoted.push('\n');
    }
    quoted
}

/// The name before a value, if there is one. Plain and quoted names alike end with the first colon that a space
/// or the end of the line follows; in a plain value there is none.
fn split(entry: &str) -> (Option<&str>, &str) {
    if let Some(mark) = entry.chars().next().filter(|first| matches!(first, '\'' | '"')) {
        let end = entry[1..].find(mark).map_or(entry.len(), |end| end + 2);
        return match entry[end..].strip_prefix(':') {
            Some(value) => (Some(&entry[..end]), value.trim_start()),
            None => (None, entry),
        };
    }
    match entry.split_once(": ") {
        Some((name, value)) => (Some(name), value),
        None => match entry.strip_suffix(':') {
            Some(name) => (Some(name), ""),
            None => (None, entry),
        },
    }
}

fn put(quoted: &mut String, scalar: &str) {
    if is_misread(scalar) {
        quoted.push('\'');
        quoted.push_str(scalar);
        quoted.push('\'');
    } else {
        quoted.push_str(scalar);
    }
}

/// Whether YAML 1.1 takes these bare letters for true or false, and whoever wrote them did not mean it.
fn is_misread(scalar: &str) -> bool {
    const WORDS: [&str; 8] = ["y", "n", "yes", "no", "on", "off", "true", "false"];
    !matches!(scalar, "true" | "false") && WORDS.iter().any(|word| scalar.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_bare_words_of_their_own_are_quoted() {
        let rows = [
            ("mode: on", "mode: 'on'"),
            ("enum:\n- off\n- paused\n- NO", "enum:\n- 'off'\n- paused\n- 'NO'"),
            ("- - y", "- - 'y'"),
            ("- name: n", "- name: 'n'"),
            ("on: 1", "'on': 1"),
            ("Off:\n  no: yes", "'Off':\n  'no': 'yes'"),
            ("'a: b': off", "'a: b': 'off'"),
            ("\"a\": Off", "\"a\": 'Off'"),
            ("word: True", "word: 'True'"),
            ("ready: true\nlate: false", "ready: true\nlate: false"),
            ("mode: 'on'\nother: \"off\"", "mode: 'on'\nother: \"off\""),
            ("mode: only\noffer: on time", "mode: only\noffer: on time"),
            ("url: http://on", "url: http://on"),
        ];
        for (bare, quoted) in rows {
            assert_eq!(with_words_quoted(bare).trim_end(), quoted);
        }
    }

    #[test]
    fn texts_of_several_lines_stay_as_they_are() {
        let text = "a: |\n  off\n\n  key: on\nb: on\nlist:\n- c: >-\n    no\n  d: no\n- |\n  yes\n- yes\n";
        let expected =
            "a: |\n  off\n\n  key: on\nb: 'on'\nlist:\n- c: >-\n    no\n  d: 'no'\n- |\n  yes\n- 'yes'\n";
        assert_eq!(with_words_quoted(text), expected);
    }
}
