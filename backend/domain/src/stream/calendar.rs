//! Days and hours as the clock on the wall shows them: what was counted by quarter hours in UTC, put
//! together for a time zone.
//!
//! On the days when clocks are changed a day has 23 or 25 hours, and an hour may come twice: then both
//! count for the hour that the wall showed.

use chrono::{Datelike, Days, NaiveDate, Timelike};
use chrono_tz::Tz;

use super::quarters::quarter_of;
use crate::Instant;

/// Where a moment stands in a calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// The day.
    pub date: NaiveDate,
    /// The day of the week, 1 for Monday to 7 for Sunday.
    pub weekday: u32,
    /// The hour, 0 to 23.
    pub hour: u32,
}

/// Where a moment stands in the zone's calendar.
pub fn slot(at: Instant, zone: Tz) -> Slot {
    let local = at.to_utc().with_timezone(&zone);
    Slot { date: local.date_naive(), weekday: local.weekday().number_from_monday(), hour: local.hour() }
}

/// Some days in a row, the last of which is today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastDays {
    /// When the first of them began.
    pub from: Instant,
    /// Each of them.
    pub dates: Vec<NaiveDate>,
}

/// So many days in the zone, today included.
pub fn last_days(days: u32, now: Instant, zone: Tz) -> LastDays {
    let today = slot(now, zone).date;
    let back = |days: u32| today.checked_sub_days(Days::new(days.into())).unwrap_or(NaiveDate::MIN);
    let dates: Vec<NaiveDate> = (0..days).rev().map(back).collect();
    // A day begins where the one before it ends.
    let from = Instant::end_of_day(back(days), zone).unwrap_or(now);
    LastDays { from: quarter_of(from), dates }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::quarters::QUARTER;

    fn at(text: &str) -> Instant {
        chrono::DateTime::parse_from_rfc3339(text).expect("a moment").into()
    }

    #[test]
    fn a_quarter_hour_belongs_to_the_day_and_hour_on_the_wall() {
        let cases = [
            ("2026-11-22T22:45:00Z", "UTC", "2026-11-22", 7, 22),
            ("2026-11-22T23:00:00Z", "Europe/Berlin", "2026-11-23", 1, 0),
            ("2026-11-22T22:45:00Z", "Europe/Berlin", "2026-11-22", 7, 23),
            ("2026-11-22T18:15:00Z", "Asia/Kathmandu", "2026-11-23", 1, 0),
            ("2026-11-22T18:00:00Z", "Asia/Kathmandu", "2026-11-22", 7, 23),
            ("2026-11-22T04:59:00Z", "America/New_York", "2026-11-21", 6, 23),
            // The hour that comes twice, and the one after the hour that does not come.
            ("2026-10-25T00:30:00Z", "Europe/Berlin", "2026-10-25", 7, 2),
            ("2026-10-25T01:30:00Z", "Europe/Berlin", "2026-10-25", 7, 2),
            ("2026-03-29T00:59:00Z", "Europe/Berlin", "2026-03-29", 7, 1),
            ("2026-03-29T01:00:00Z", "Europe/Berlin", "2026-03-29", 7, 3),
        ];
        for (moment, zone, date, weekday, hour) in cases {
            let expected = Slot { date: date.parse().expect("a date"), weekday, hour };
            assert_eq!(slot(at(moment), zone.parse().expect("a zone")), expected, "{moment} in {zone}");
        }
    }

    #[test]
    fn days_begin_at_midnight_of_the_zone_whatever_the_clocks_do() {
        let cases = [
            ("2026-11-22T22:45:00Z", "UTC", 7, "2026-11-16T00:00:00.000Z", "2026-11-16"),
            ("2026-11-22T23:30:00Z", "Europe/Berlin", 7, "2026-11-16T23:00:00.000Z", "2026-11-17"),
            // Across the change to winter time, and on the long day itself.
            ("2026-10-27T12:00:00Z", "Europe/Berlin", 7, "2026-10-20T22:00:00.000Z", "2026-10-21"),
            ("2026-10-25T12:00:00Z", "Europe/Berlin", 1, "2026-10-24T22:00:00.000Z", "2026-10-25"),
            ("2026-03-29T12:00:00Z", "Europe/Berlin", 1, "2026-03-28T23:00:00.000Z", "2026-03-29"),
            ("2026-11-22T12:00:00Z", "Asia/Kathmandu", 1, "2026-11-21T18:15:00.000Z", "2026-11-22"),
        ];
        for (now, zone, days, from, first) in cases {
            let last = last_days(days, at(now), zone.parse().expect("a zone"));
            assert_eq!(last.from.to_rfc3339(), from, "{days} days until {now} in {zone}");
            assert_eq!(last.dates.len(), days as usize);
            assert_eq!(last.dates[0], first.parse().expect("a date"));
        }
    }

    #[test]
    fn every_quarter_hour_since_the_first_day_began_is_on_one_of_the_days() {
        for zone in
            ["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Asia/Beirut", "Pacific/Apia"]
        {
            let zone: Tz = zone.parse().expect("a zone");
            for now in ["2026-03-31T09:10:00Z", "2026-11-02T23:59:59Z"].map(at) {
                let LastDays { from, dates } = last_days(30, now, zone);
                let mut seen = Vec::new();
                let mut quarter = from;
                while quarter <= now {
                    seen.push(slot(quarter, zone).date);
                    quarter = quarter.plus(QUARTER);
                }
                seen.dedup();
                assert_eq!(seen, dates, "{zone}");
            }
        }
    }
}
