//! Answers as trees, written out as XML or JSON in the dialects that Plex speaks.
//!
//! v1 and the media server think in XML elements ([`El`]); v2 thinks in JSON and derives its XML
//! from that ([`v2_xml`]).

use quick_xml::escape::escape;
use serde_json::{Map, Value};

/// One XML element. Values keep their JSON type, so that the media server's JSON shows `3`, not `"3"`.
#[derive(Debug, Clone)]
pub struct El {
    tag: &'static str,
    attrs: Vec<(&'static str, Value)>,
    kids: Vec<El>,
    text: Option<String>,
    list: bool,
    single: bool,
}

impl El {
    /// An empty element.
    pub fn new(tag: &'static str) -> Self {
        Self { tag, attrs: Vec::new(), kids: Vec::new(), text: None, list: false, single: false }
    }

    /// Adds an attribute; `null` is written as empty text in XML.
    pub fn attr(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.attrs.push((name, value.into()));
        self
    }

    /// Adds an attribute only when there is a value.
    pub fn attr_if(self, name: &'static str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.attr(name, value),
            None => self,
        }
    }

    /// Adds a child.
    pub fn kid(mut self, kid: El) -> Self {
        self.kids.push(kid);
        self
    }

    /// Adds children and remembers that they are the answer's list, which faults may shorten.
    pub fn list(mut self, kids: impl IntoIterator<Item = El>) -> Self {
        self.kids.extend(kids);
        self.list = true;
        self
    }

    /// In the media server's JSON this child is an object of its own, not a list of one.
    pub fn single(mut self) -> Self {
        self.single = true;
        self
    }

    /// Sets the text between the tags.
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    /// Keeps `keep(len)` of the answer's list; true when a list was found.
    /// `claim_size` leaves the `size` attribute at the old count, as a torn answer would.
    pub fn shorten(&mut self, keep: fn(usize) -> usize, claim_size: bool) -> bool {
        if self.list {
            self.kids.truncate(keep(self.kids.len()));
            let left = self.kids.len();
            if !claim_size {
                for (name, value) in &mut self.attrs {
                    if matches!(*name, "size" | "totalSize") {
                        *value = Value::from(left);
                    }
                }
            }
            return true;
        }
        self.kids.iter_mut().any(|kid| kid.shorten(keep, claim_size))
    }

    /// The document as XML text.
    pub fn to_xml(&self) -> String {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        self.write_xml(&mut out);
        out
    }

    fn write_xml(&self, out: &mut String) {
        out.push('<');
        out.push_str(self.tag);
        for (name, value) in &self.attrs {
            write_attr(out, name, value);
        }
        if self.kids.is_empty() && self.text.is_none() {
            out.push_str("/>");
            return;
        }
        out.push('>');
        if let Some(text) = &self.text {
            out.push_str(&escape(printable(text)));
        }
        for kid in &self.kids {
            kid.write_xml(out);
        }
        out.push_str("</");
        out.push_str(self.tag);
        out.push('>');
    }

    /// The media server's JSON: `{"MediaContainer": {...}}`. An empty list drops its key.
    pub fn to_json(&self) -> Value {
        let mut root = Map::new();
        root.insert(self.tag.to_owned(), self.json_object());
        Value::Object(root)
    }

    fn json_object(&self) -> Value {
        let mut object = Map::new();
        for (name, value) in &self.attrs {
            object.insert((*name).to_owned(), value.clone());
        }
        for kid in &self.kids {
            let key = match kid.tag {
                "Video" | "Track" | "Photo" => "Metadata",
                other => other,
            };
            if kid.single {
                object.insert(key.to_owned(), kid.json_object());
            } else if let Value::Array(list) =
                object.entry(key.to_owned()).or_insert_with(|| Value::Array(Vec::new()))
            {
                list.push(kid.json_object());
            }
        }
        Value::Object(object)
    }
}

fn write_attr(out: &mut String, name: &str, value: &Value) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    match value {
        Value::Null => {}
        Value::Bool(flag) => out.push(if *flag { '1' } else { '0' }),
        Value::String(text) => out.push_str(&escape(printable(text))),
        other => out.push_str(&other.to_string()),
    }
    out.push('"');
}

/// XML 1.0 has no way to write most control characters.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r')).collect()
}

/// The XML form of a v2 answer: scalars become attributes, objects and lists become children,
/// and a list `features` holds `feature` elements.
pub fn v2_xml(tag: &str, value: &Value) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    write_v2(&mut out, tag, value);
    out
}

fn write_v2(out: &mut String, tag: &str, value: &Value) {
    out.push('<');
    out.push_str(tag);
    let mut kids = String::new();
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                if field.is_object() || field.is_array() {
                    write_v2(&mut kids, name, field);
                } else {
                    write_attr(out, name, field);
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                write_v2(&mut kids, &singular(tag), item);
            }
        }
        scalar => write_attr(out, "id", scalar),
    }
    if kids.is_empty() {
        out.push_str("/>");
    } else {
        out.push('>');
        out.push_str(&kids);
        out.push_str("</");
        out.push_str(tag);
        out.push('>');
    }
}

fn singular(plural: &str) -> String {
    match plural.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => plural.strip_suffix('s').unwrap_or(plural).to_owned(),
    }
}
