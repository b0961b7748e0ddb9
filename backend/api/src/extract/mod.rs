//! What a handler takes from a request, each with errors that name the field.
//!
//! - [`Body<T>`] reads JSON: unknown fields and wrong types are 422 with a pointer, broken JSON is 400.
//! - [`Params<T>`] reads a query, [`ListParams<F, S>`] the query of a list (page, sort, filters).
//! - [`Id<T>`] reads `{id}`: ids are opaque, so one that cannot be is simply not found.
//! - [`IfMatch`] reads the version that an edit is based on.

mod json;
mod list;
mod params;

pub use json::{BODY_LIMIT, Body, OptionalBody, refuse_body};
pub use list::{ListParams, NoFilter, NoSort, Order, PageParams};
pub use params::{Id, IfMatch, Params, parse as parse_query, refuse_twice};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::error::ApiError;

/// For `PATCH`: tells an absent field (`None`) from `null` (`Some(None)`).
///
/// Write `#[serde(default, deserialize_with = "given")]` on an `Option<Option<T>>`, and
/// `#[schema(value_type = Option<T>)]` for the document.
pub fn given<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}

/// For `PATCH`, on an `Option<T>` that has nothing to be cleared to: `null`, which would pass for absent, is
/// refused.
pub fn never_null<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    let given = Option::<T>::deserialize(deserializer)?;
    let refused = || D::Error::custom("must not be null; leave it out to keep it as it is");
    given.map(Some).ok_or_else(refused)
}

/// Turns serde's message about one field into a problem that points at it.
fn field_problem(path: &serde_path_to_error::Path, message: &str) -> ApiError {
    use serde_path_to_error::Segment;

    let mut pointer = String::new();
    for segment in path {
        let name = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => key.clone(),
            Segment::Enum { variant } => variant.clone(),
            Segment::Unknown => continue,
        };
        pointer.push('/');
        pointer.push_str(&escaped(&name));
    }
    // serde appends where in the text it stopped; the pointer says it better.
    let message = message.split(" at line ").next().unwrap_or(message);
    if let Some(name) = quoted_after(message, "unknown field `") {
        // The path ends with the field already when serde had read its name before refusing it.
        let last = path.iter().next_back().map(ToString::to_string);
        if !last.is_some_and(|last| message.starts_with(&format!("unknown field `{last}`"))) {
            pointer.push('/');
            pointer.push_str(&escaped(name));
        }
        return ApiError::field(cut(&pointer), "unknown_field", "there is no such field; leave it out");
    }
    if let Some(name) = quoted_after(message, "missing field `") {
        let last = format!("/{name}");
        if !pointer.ends_with(&last) {
            pointer.push_str(&last);
        }
        return ApiError::field(cut(&pointer), "required", "is required");
    }
    if let Some(name) = quoted_after(message, "duplicate field `") {
        return ApiError::field(format!("/{name}"), "duplicate_field", "is given twice; give it once");
    }
    ApiError::field(cut(&pointer), "invalid", in_words(message).map_or_else(|| cut(message), str::to_owned))
}

/// What is expected, in other words than a programmer's.
fn in_words(message: &str) -> Option<&'static str> {
    let (_, expected) = message.rsplit_once(", expected ")?;
    match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" => Some("must be a whole number, and not a negative one"),
        "i8" | "i16" | "i32" | "i64" | "isize" => Some("must be a whole number"),
        "a string" | "a borrowed string" | "string" => Some("must be text in quotation marks"),
        "a boolean" => Some("must be true or false"),
        "a sequence" => Some("must be a list"),
        expected if expected.starts_with("struct ") => Some("must be a JSON object"),
        _ => None,
    }
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn quoted_after<'t>(message: &'t str, start: &str) -> Option<&'t str> {
    // The name is the sender's text and may hold anything, back-ticks too.
    let rest = message.strip_prefix(start)?;
    match rest.split_once("`, ") {
        Some((name, _)) => Some(name),
        None => rest.strip_suffix('`'),
    }
}

/// Keeps what is echoed short.
fn cut(text: &str) -> String {
    const LONGEST: usize = 200;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
