//! One lenient shape for everything Plex answers, XML or JSON.
//!
//! Plex sends the same facts as XML attributes or as JSON fields, whatever the `Accept` header said, with
//! booleans as `"1"`, `1` or `true` and numbers as text or not. Both are read into the same small tree,
//! and the rest of the crate asks that.

use chrono::{DateTime, Utc};

use crate::{error::PlexError, json, xml};

/// An element with its plain values and its children.
#[derive(Debug, Default)]
pub(crate) struct Node {
    /// The XML element's name, or the JSON key it stood under.
    pub name: String,
    /// XML attributes, or the plain fields of a JSON object.
    pub values: Vec<(String, String)>,
    /// Child elements, or the objects and list members of a JSON object under their key.
    pub children: Vec<Self>,
    /// Text between the tags, or a JSON list's plain member.
    pub text: String,
}

/// The name that members of a bare JSON list go by.
pub(crate) const MEMBER: &str = "#member";

impl Node {
    /// Reads a body. `None` if it is neither whole XML nor whole JSON.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        match body.iter().find(|byte| !byte.is_ascii_whitespace())? {
            b'<' => xml::read(body),
            b'{' | b'[' => json::read(body),
            _ => None,
        }
    }

    /// A value with something in it; Plex writes absent text as `""`.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let direct = self.values.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let value = direct.or_else(|| {
            let child = self.children.iter().find(|child| child.name == name)?;
            Some(child.text.as_str())
        })?;
        let value = value.trim();
        (!value.is_empty()).then_some(value)
    }

    pub(crate) fn string(&self, name: &str) -> Option<String> {
        self.text(name).map(str::to_owned)
    }

    /// A value that is told, even if there is nothing in it.
    pub(crate) fn told(&self, name: &str) -> Option<String> {
        self.values.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim().to_owned())
    }

    pub(crate) fn int(&self, name: &str) -> Option<i64> {
        let text = self.text(name)?;
        text.parse().ok().or_else(|| {
            // JSON numbers may come as 5.0; anything beyond exact integers is no id of Plex's.
            let number: f64 = text.parse().ok()?;
            #[allow(clippy::cast_possible_truncation, reason = "checked to be a small whole number")]
            (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
        })
    }

    /// A number with a fraction, in hundredths; what cannot be one in earnest is none.
    pub(crate) fn hundredths(&self, name: &str) -> Option<i64> {
        let number: f64 = self.text(name)?.parse().ok()?;
        #[allow(clippy::cast_possible_truncation, reason = "checked to be small")]
        (number.abs() < 1e9).then_some((number * 100.0).round() as i64)
    }

    /// An id: a positive number. Plex writes 0 or nothing where there is none.
    pub(crate) fn id(&self, name: &str) -> Option<i64> {
        self.int(name).filter(|id| *id > 0)
    }

    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        match self.text(name)?.to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" => Some(true),
            "0" | "false" | "no" => Some(false),
            _ => None,
        }
    }

    /// Seconds since 1970 or an ISO 8601 instant.
    pub(crate) fn time(&self, name: &str) -> Option<DateTime<Utc>> {
        let text = self.text(name)?;
        if let Ok(seconds) = text.parse::<i64>() {
            return DateTime::from_timestamp(seconds, 0).filter(|_| seconds > 0);
        }
        DateTime::parse_from_rfc3339(text).ok().map(|time| time.with_timezone(&Utc))
    }

    pub(crate) fn children<'a, 'n>(
        &'a self,
        names: &'n [&'n str],
    ) -> impl Iterator<Item = &'a Self> + use<'a, 'n> {
        self.children.iter().filter(move |child| names.contains(&child.name.as_str()))
    }

    pub(crate) fn child(&self, names: &[&str]) -> Option<&Self> {
        self.children.iter().find(|child| names.contains(&child.name.as_str()))
    }

    /// The members of a nested list: `"libraries": [{..}]` in JSON, `<libraries><library/></libraries>` in XML.
    pub(crate) fn nested<'a>(&'a self, wrapper: &str, names: &[&str]) -> Vec<&'a Self> {
        let mut members = Vec::new();
        for child in self.children(std::slice::from_ref(&wrapper)) {
            if child.values.is_empty() {
                members.extend(child.children(names));
            } else {
                members.push(child);
            }
        }
        members.extend(self.children(names).filter(|child| child.name != wrapper));
        members
    }

    /// The `MediaContainer` that wraps the older answers, in XML the root and in JSON its only field.
    pub(crate) fn container(&self) -> Option<&Self> {
        if self.name == "MediaContainer" { Some(self) } else { self.child(&["MediaContainer"]) }
    }

    /// The members of a container, all of them: fewer than it announces means that the list was cut short,
    /// and a short list must never be read as "they have left".
    pub(crate) fn complete(&self, names: &[&str], what: &'static str) -> Result<Vec<&Self>, PlexError> {
        self.announced(names, &["size", "totalSize"], what)
    }

    /// The members of one page: as many as the page announces, whatever there is on others.
    pub(crate) fn page(&self, names: &[&str], what: &'static str) -> Result<Vec<&Self>, PlexError> {
        self.announced(names, &["size"], what)
    }

    fn announced(
        &self,
        names: &[&str],
        counts: &[&str],
        what: &'static str,
    ) -> Result<Vec<&Self>, PlexError> {
        let container = self.container().ok_or(PlexError::Garbage { what })?;
        let rows: Vec<_> = container.children(names).collect();
        for count in counts.iter().filter_map(|name| container.int(name)) {
            if usize::try_from(count).ok() != Some(rows.len()) {
                return Err(PlexError::Garbage { what });
            }
        }
        Ok(rows)
    }

    /// The members of a v2 list: a bare JSON list, or XML elements of these names.
    pub(crate) fn rows(&self, names: &[&str], what: &'static str) -> Result<Vec<&Self>, PlexError> {
        let garbage = PlexError::Garbage { what };
        let list = match self.container() {
            Some(_) => return self.complete(names, what),
            None if self.text == LIST => return Ok(self.children.iter().collect()),
            None => self,
        };
        // A bare JSON object, or an XML document about something else, is not an empty list.
        let is_other = matches!(list.name.as_str(), MEMBER | "html" | "errors" | "error" | "Response");
        if is_other || list.children.iter().any(|child| !names.contains(&child.name.as_str())) {
            return Err(garbage);
        }
        Ok(list.children.iter().collect())
    }
}

/// Marks the root of a JSON document that is a list: an object without fields is not an empty list.
pub(crate) const LIST: &str = "[]";

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Node {
        Node::read(body.as_bytes()).unwrap()
    }

    #[test]
    fn the_same_facts_read_alike_from_xml_and_json() {
        let xml = read(
            r#"<MediaContainer size="1"><User id="7" title="A &amp; B" home="1" at="1613000000"/></MediaContainer>"#,
        );
        let json = read(
            r#"{"MediaContainer":{"size":1,"User":[{"id":7,"title":"A & B","home":true,"at":"2021-02-10T23:33:20Z"}]}}"#,
        );
        for document in [xml, json] {
            let rows = document.complete(&["User"], "users").unwrap();
            assert_eq!(rows[0].id("id"), Some(7));
            assert_eq!(rows[0].text("title"), Some("A & B"));
            assert_eq!(rows[0].flag("home"), Some(true));
            assert_eq!(rows[0].time("at").unwrap().timestamp(), 1_613_000_000);
        }
    }

    #[test]
    fn a_list_shorter_or_longer_than_it_says_is_no_answer() {
        for body in [
            r#"<MediaContainer size="2"><User id="7"/></MediaContainer>"#,
            r#"<MediaContainer totalSize="3" size="1"><User id="7"/></MediaContainer>"#,
            r#"<MediaContainer size="0"><User id="7"/></MediaContainer>"#,
            r#"{"MediaContainer":{"size":5}}"#,
            r#"<html><body>sign in to this hotel's network</body></html>"#,
        ] {
            let error = read(body).complete(&["User"], "users").unwrap_err();
            assert_eq!(error, PlexError::Garbage { what: "users" }, "{body}");
        }
    }

    #[test]
    fn an_empty_object_is_not_an_empty_list() {
        assert!(read("[]").rows(&["row"], "rows").unwrap().is_empty());
        assert!(read("{}").rows(&["row"], "rows").is_err());
        assert!(read(r#"{"message":"hello"}"#).rows(&["row"], "rows").is_err());
        assert_eq!(read(r#"[{"id":1},{"id":2}]"#).rows(&["row"], "rows").unwrap().len(), 2);
        assert_eq!(read("<rows><row id='1'/></rows>").rows(&["row"], "rows").unwrap().len(), 1);
        assert!(read("<errors><error/></errors>").rows(&["row"], "rows").is_err());
    }

    #[test]
    fn what_was_cut_off_cannot_be_read() {
        for body in
            ["", "  ", "nonsense", "<a><b></a>", "<a><b/>", "<a", "<a/><b/>", r#"{"a":1"#, "[1,", "[1] 2"]
        {
            assert!(Node::read(body.as_bytes()).is_none(), "{body}");
        }
    }

    #[test]
    fn numbers_flags_and_text_are_taken_leniently() {
        let node = read(
            r#"{"a":"12","b":12.0,"c":"","d":null,"e":"TRUE","f":0,"g":"maybe","h":-1,"list":["x","y"]}"#,
        );
        assert_eq!((node.int("a"), node.int("b")), (Some(12), Some(12)));
        assert_eq!((node.text("c"), node.text("d"), node.text("zz")), (None, None, None));
        assert_eq!((node.flag("e"), node.flag("f"), node.flag("g")), (Some(true), Some(false), None));
        assert_eq!((node.id("h"), node.id("f")), (None, None));
        assert_eq!(node.children(&["list"]).map(|n| n.text.as_str()).collect::<Vec<_>>(), ["x", "y"]);
    }

    #[test]
    fn nested_lists_are_found_in_both_spellings() {
        let json = read(r#"{"libraries":[{"id":1},{"id":2}]}"#);
        let xml = read(r#"<row><libraries><library id="1"/><library id="2"/></libraries></row>"#);
        let flat = read(r#"<row><Section id="1"/><Section id="2"/></row>"#);
        for node in [&json, &xml, &flat] {
            let ids: Vec<_> =
                node.nested("libraries", &["library", "Section"]).iter().map(|n| n.id("id")).collect();
            assert_eq!(ids, [Some(1), Some(2)]);
        }
    }
}
