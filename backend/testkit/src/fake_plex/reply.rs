//! An answer before it becomes bytes, so that faults can shorten lists without knowing the format.

use super::markup::{El, v2_xml};
use serde_json::{Value, json};

/// What is in an answer.
#[derive(Debug, Clone)]
pub enum Body {
    Empty,
    /// XML whatever was asked for.
    V1(El),
    /// JSON or the XML made from it. `wrap` puts the JSON under the root's name.
    V2 {
        root: &'static str,
        value: Value,
        wrap: bool,
    },
    /// XML or the media server's JSON.
    Pms(El),
    Json(Value),
    Html(String),
    Script(&'static str),
    Style(&'static str),
    Png(Vec<u8>),
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Body,
}

impl Reply {
    /// An answer with a status and a body.
    pub fn new(status: u16, body: Body) -> Self {
        Self { status, headers: Vec::new(), body }
    }

    /// 200 with v1 XML.
    pub fn v1(el: El) -> Self {
        Self::new(200, Body::V1(el))
    }

    /// 200 with a v2 value under an XML root name.
    pub fn v2(root: &'static str, value: Value) -> Self {
        Self::new(200, Body::V2 { root, value, wrap: false })
    }

    /// 200 from the media server.
    pub fn pms(el: El) -> Self {
        Self::new(200, Body::Pms(el))
    }

    /// The same with another status.
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Adds a header.
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Shortens the list in this answer; see [`El::shorten`].
    pub fn shorten(&mut self, keep: fn(usize) -> usize, claim_size: bool) {
        match &mut self.body {
            Body::V1(el) | Body::Pms(el) => {
                el.shorten(keep, claim_size);
            }
            Body::V2 { value, .. } => shorten_json(value, keep),
            _ => {}
        }
    }

    /// Content type and bytes.
    pub fn render(&self, accepts_json: bool) -> (&'static str, Vec<u8>) {
        const XML: &str = "application/xml; charset=utf-8";
        const JSON: &str = "application/json; charset=utf-8";
        match &self.body {
            Body::Empty => ("text/plain; charset=utf-8", Vec::new()),
            Body::V1(el) => (XML, el.to_xml().into_bytes()),
            Body::V2 { root, value, wrap } if accepts_json => {
                let value = if *wrap { json!({ *root: value }) } else { value.clone() };
                (JSON, value.to_string().into_bytes())
            }
            Body::V2 { root, value, .. } => (XML, v2_xml(root, value).into_bytes()),
            Body::Pms(el) if accepts_json => (JSON, el.to_json().to_string().into_bytes()),
            Body::Pms(el) => ("text/xml;charset=utf-8", el.to_xml().into_bytes()),
            Body::Json(value) => (JSON, value.to_string().into_bytes()),
            Body::Html(text) => ("text/html; charset=utf-8", text.clone().into_bytes()),
            Body::Script(text) => ("text/javascript; charset=utf-8", text.as_bytes().to_vec()),
            Body::Style(text) => ("text/css; charset=utf-8", text.as_bytes().to_vec()),
            Body::Png(bytes) => ("image/png", bytes.clone()),
        }
    }
}

fn shorten_json(value: &mut Value, keep: fn(usize) -> usize) {
    match value {
        Value::Array(items) => items.truncate(keep(items.len())),
        Value::Object(fields) => {
            if let Some(Value::Array(items)) = fields.values_mut().find(|v| v.is_array()) {
                items.truncate(keep(items.len()));
            }
        }
        _ => {}
    }
}
