//! The two ways in which plex.tv writes an instant.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::Value;

/// v2: `2021-02-10T10:10:19Z`.
pub fn iso(ms: i64) -> String {
    DateTime::<Utc>::from_timestamp_millis(ms).unwrap_or_default().to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// v2, when there may be none.
pub fn iso_or_null(ms: Option<i64>) -> Value {
    ms.map_or(Value::Null, |ms| Value::from(iso(ms)))
}

/// v1: seconds since 1970.
pub fn epoch(ms: i64) -> i64 {
    ms / 1000
}
