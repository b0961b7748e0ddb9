//! A moment in milliseconds since 1970 UTC: what the database stores and the rules compare.

use chrono::{DateTime, Days, NaiveDate, SecondsFormat, TimeZone, Utc};
use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Instant(pub i64);

/// One second in the unit of [`Instant`].
pub const SECOND: i64 = 1_000;
/// One minute in the unit of [`Instant`].
pub const MINUTE: i64 = 60 * SECOND;
/// One hour in the unit of [`Instant`].
pub const HOUR: i64 = 60 * MINUTE;
/// One day of 24 hours in the unit of [`Instant`].
pub const DAY: i64 = 24 * HOUR;

impl Instant {
    /// The raw count of milliseconds.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// This moment plus so many milliseconds (which may be negative).
    pub const fn plus(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` until this moment; negative when it lies ahead.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// As a chrono value; moments beyond chrono's range become the nearest end of it.
    pub fn to_utc(self) -> DateTime<Utc> {
        let edge = if self.0 < 0 { DateTime::<Utc>::MIN_UTC } else { DateTime::<Utc>::MAX_UTC };
        DateTime::from_timestamp_millis(self.0).unwrap_or(edge)
    }

    /// RFC 3339 in UTC, to the millisecond.
    pub fn to_rfc3339(self) -> String {
        self.to_utc().to_rfc3339_opts(SecondsFormat::Millis, true)
    }

    /// The end of the given day in the given zone: the first moment that no longer belongs to it.
    /// Days that a zone skips or repeats resolve to the earliest existing moment after midnight.
    pub fn end_of_day(day: NaiveDate, zone: chrono_tz::Tz) -> Option<Self> {
        let midnight = day.checked_add_days(Days::new(1))?.and_hms_opt(0, 0, 0)?;
        (0..=4).find_map(|quarter_day| {
            let candidate = midnight + chrono::TimeDelta::minutes(30 * quarter_day);
            zone.from_local_datetime(&candidate).earliest().map(Self::from)
        })
    }
}

impl<Z: TimeZone> From<DateTime<Z>> for Instant {
    fn from(value: DateTime<Z>) -> Self {
        Self(value.timestamp_millis())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_means_the_end_of_that_day_in_the_zone() {
        let cases = [
            ("2026-11-22", "UTC", "2026-11-23T00:00:00.000Z"),
            ("2026-11-22", "Europe/Berlin", "2026-11-22T23:00:00.000Z"),
            ("2026-03-29", "Europe/Berlin", "2026-03-29T22:00:00.000Z"),
            // Midnight does not exist there on this day: clocks go from 23:59 to 01:00.
            ("2026-03-28", "Asia/Beirut", "2026-03-28T22:00:00.000Z"),
        ];
        for (day, zone, expected) in cases {
            let day = day.parse().expect("a date");
            let zone = zone.parse().expect("a zone");
            let end = Instant::end_of_day(day, zone).expect("a moment");
            assert_eq!(end.to_rfc3339(), expected, "{day} in {zone}");
        }
    }
}
