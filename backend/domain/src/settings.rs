//! What an admin may change while PUM runs. Database before environment before default.

use thiserror::Error;

use crate::{Permission, catalogue};

catalogue! {
    /// The key of a setting.
    pub enum SettingKey {
        AppName = "app_name",
        AppBaseUrl = "app_base_url",
        TimeZone = "time_zone",
        Language = "language",
        PendingInvitationDays = "pending_invitation_days",
        StreamPollSeconds = "stream_poll_seconds",
        HistoryRetentionDays = "history_retention_days",
        ForgetAddressesDays = "forget_addresses_days",
        StreamHistoryDays = "stream_history_days",
        SyncEveryHours = "sync_every_hours",
        DriftPolicy = "drift_policy",
        PurgeSchedule = "purge_schedule",
        PurgeInactiveDays = "purge_inactive_days",
        PurgeWarnWaitDays = "purge_warn_wait_days",
        PurgeMostPerRun = "purge_most_per_run",
        PurgeExemptSharesBack = "purge_exempt_shares_back",
        PurgeExemptWhitelisted = "purge_exempt_whitelisted",
        PurgeExemptAdmins = "purge_exempt_admins",
        PurgeCountImported = "purge_count_imported",
    }
}

/// What is fixed about a setting.
#[derive(Debug, Clone, Copy)]
pub struct SettingSpec {
    /// Its key.
    pub key: SettingKey,
    /// The environment variable that presets it.
    pub env: Option<&'static str>,
    /// The value when nothing says otherwise.
    pub default: Option<&'static str>,
    /// Who may change it.
    pub permission: Permission,
    /// What it does, in one sentence (command line).
    pub about: &'static str,
}

/// Where the value in force comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SettingSource {
    /// An admin saved it.
    Database,
    /// The environment presets it.
    Environment,
    /// Nobody set it.
    Default,
}

/// A value that a setting does not take.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct BadSetting(pub &'static str);

impl SettingKey {
    /// What is fixed about it.
    pub const fn spec(self) -> SettingSpec {
        let (env, default, permission, about) = match self {
            Self::AppName => (
                Some("APP_NAME"),
                Some("PUM"),
                Permission::SettingsGeneral,
                "The name that pages and sign-ins show.",
            ),
            Self::AppBaseUrl => (
                Some("APP_BASE_URL"),
                None,
                Permission::SettingsGeneral,
                "The address under which people reach PUM; invite links begin with it.",
            ),
            Self::TimeZone => (
                Some("TZ"),
                Some("UTC"),
                Permission::SettingsGeneral,
                "The zone in which days begin and end, for example Europe/Berlin.",
            ),
            Self::Language => (
                None,
                Some("en"),
                Permission::SettingsGeneral,
                "The language of pages for people who have not chosen: en or de.",
            ),
            Self::PendingInvitationDays => (
                None,
                Some("14"),
                Permission::SettingsAccess,
                "After how many days an invitation that nobody accepted is withdrawn.",
            ),
            Self::StreamPollSeconds => (
                Some("SESSION_MONITORING_INTERVAL_SECONDS"),
                Some("60"),
                Permission::SettingsAccess,
                "Seconds between two looks at what is playing.",
            ),
            Self::HistoryRetentionDays => (
                None,
                Some("365"),
                Permission::SettingsAdvanced,
                "After how many days an event of the history is forgotten, 30 or more; 0 keeps it for ever. Security events are kept for a year at least.",
            ),
            Self::ForgetAddressesDays => (
                None,
                Some("90"),
                Permission::SettingsAdvanced,
                "After how many days the network address, browser and e-mail of a redemption and the addresses of streams are forgotten; 0 keeps them.",
            ),
            Self::StreamHistoryDays => (
                None,
                Some("0"),
                Permission::SettingsAdvanced,
                "After how many days a stream of the history is forgotten, 365 or more; 0 keeps it for ever. What users have watched altogether stays counted.",
            ),
            Self::SyncEveryHours => (
                None,
                Some("1"),
                Permission::SettingsAccess,
                "Hours between two comparisons of the users with Plex; 0 for none by the clock.",
            ),
            Self::DriftPolicy => (
                None,
                Some("adopt"),
                Permission::SettingsAccess,
                "What to do where Plex differs from what was wanted: adopt, ask or reapply.",
            ),
            Self::PurgeSchedule => (
                None,
                Some("off"),
                Permission::SettingsAccess,
                "Whether people who have gone quiet are warned and then removed each night: off, paused or on.",
            ),
            Self::PurgeInactiveDays => (
                None,
                Some("90"),
                Permission::SettingsAccess,
                "After how many days without streaming somebody is warned by the clock.",
            ),
            Self::PurgeWarnWaitDays => (
                None,
                Some("14"),
                Permission::SettingsAccess,
                "How many days after the warning somebody is removed, unless they stream again.",
            ),
            Self::PurgeMostPerRun => (
                None,
                Some("5"),
                Permission::SettingsAccess,
                "How many people are warned, and how many removed, in one night at most.",
            ),
            Self::PurgeExemptSharesBack => (
                None,
                Some("true"),
                Permission::SettingsAccess,
                "Whether the clock leaves those alone who share a server with the owner: true or false.",
            ),
            Self::PurgeExemptWhitelisted => (
                None,
                Some("true"),
                Permission::SettingsAccess,
                "Whether the clock leaves those alone whom admins keep out of purges: true or false.",
            ),
            Self::PurgeExemptAdmins => (
                None,
                Some("true"),
                Permission::SettingsAccess,
                "Whether the clock leaves the admins' own Plex accounts alone: true or false.",
            ),
            Self::PurgeCountImported => (
                None,
                Some("false"),
                Permission::SettingsAccess,
                "Whether times that only the server's own play history covers count against people: true or false.",
            ),
        };
        SettingSpec { key: self, env, default, permission, about }
    }

    /// Checks a value and brings it into the form that is stored.
    pub fn parse(self, raw: &str) -> Result<String, BadSetting> {
        let value = raw.trim();
        match self {
            Self::AppName => {
                let name = crate::text::clean_name(value);
                if (1..=60).contains(&name.chars().count()) {
                    Ok(name)
                } else {
                    Err(BadSetting("use 1 to 60 characters"))
                }
            }
            Self::AppBaseUrl => base_url(value),
            Self::TimeZone => match value.parse::<chrono_tz::Tz>() {
                Ok(zone) => Ok(zone.name().to_owned()),
                Err(_) => Err(BadSetting("name a time zone such as Europe/Berlin or UTC")),
            },
            Self::Language => match value {
                "en" | "de" => Ok(value.to_owned()),
                _ => Err(BadSetting("choose en or de")),
            },
            Self::PendingInvitationDays => number(value, 1, 90, "give a number of days from 1 to 90"),
            Self::StreamPollSeconds => number(value, 10, 3600, "give a number of seconds from 10 to 3600"),
            Self::HistoryRetentionDays => zero_or(value, 30, "give 0, or a number of days from 30 to 3650"),
            Self::ForgetAddressesDays => zero_or(value, 1, "give 0, or a number of days from 1 to 3650"),
            Self::StreamHistoryDays => zero_or(value, 365, "give 0, or a number of days from 365 to 3650"),
            Self::SyncEveryHours => number(value, 0, 24, "give a number of hours from 0 to 24"),
            Self::DriftPolicy => match value.parse::<crate::sync::DriftPolicy>() {
                Ok(policy) => Ok(policy.to_string()),
                Err(_) => Err(BadSetting("choose adopt, ask or reapply")),
            },
            Self::PurgeSchedule => match value.parse::<crate::purge::stage::Mode>() {
                Ok(mode) => Ok(mode.to_string()),
                Err(_) => Err(BadSetting("choose off, paused or on")),
            },
            Self::PurgeInactiveDays => number(value, 7, 3650, "give a number of days from 7 to 3650"),
            Self::PurgeWarnWaitDays => number(value, 1, 90, "give a number of days from 1 to 90"),
            Self::PurgeMostPerRun => number(value, 1, 100, "give a number of people from 1 to 100"),
            Self::PurgeExemptSharesBack
            | Self::PurgeExemptWhitelisted
            | Self::PurgeExemptAdmins
            | Self::PurgeCountImported => match value {
                "true" | "false" => Ok(value.to_owned()),
                _ => Err(BadSetting("choose true or false")),
            },
        }
    }
}

fn number(value: &str, least: u32, most: u32, remedy: &'static str) -> Result<String, BadSetting> {
    match value.parse::<u32>() {
        Ok(n) if (least..=most).contains(&n) => Ok(n.to_string()),
        _ => Err(BadSetting(remedy)),
    }
}

/// Days up to ten years, or 0, which turns off what they are for.
fn zero_or(value: &str, least: u32, remedy: &'static str) -> Result<String, BadSetting> {
    match number(value, 0, 3650, remedy)?.as_str() {
        "0" => Ok("0".to_owned()),
        days => number(days, least, 3650, remedy),
    }
}

/// An address without user info, query or fragment, and without a slash at its end.
fn base_url(value: &str) -> Result<String, BadSetting> {
    let url = url::Url::parse(value)
        .map_err(|_| BadSetting("give a full address such as https://pum.example.org"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(BadSetting("begin the address with https:// or http://"));
    }
    if !url.username().is_empty()
        || url.password().is_some()
        || url.query().is_some()
        || url.fragment().is_some()
    {
        return Err(BadSetting("leave out user names, ? and # from the address"));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_checked_and_normalised() {
        let good = [
            (SettingKey::AppName, "  Aurora Cinema ", "Aurora Cinema"),
            (SettingKey::AppBaseUrl, "https://pum.example.org/", "https://pum.example.org"),
            (SettingKey::AppBaseUrl, "http://192.168.1.5:5699/pum/", "http://192.168.1.5:5699/pum"),
            (SettingKey::TimeZone, "Europe/Berlin", "Europe/Berlin"),
            (SettingKey::PendingInvitationDays, "014", "14"),
            (SettingKey::HistoryRetentionDays, "00", "0"),
            (SettingKey::HistoryRetentionDays, "30", "30"),
            (SettingKey::ForgetAddressesDays, "1", "1"),
        ];
        for (key, raw, expected) in good {
            assert_eq!(key.parse(raw).as_deref(), Ok(expected), "{key} {raw}");
        }
        let bad = [
            (SettingKey::AppName, "   "),
            (SettingKey::AppBaseUrl, "pum.example.org"),
            (SettingKey::AppBaseUrl, "javascript:alert(1)"),
            (SettingKey::AppBaseUrl, "https://user:pw@example.org"),
            (SettingKey::AppBaseUrl, "https://example.org/?a=b"),
            (SettingKey::TimeZone, "Mars/Olympus"),
            (SettingKey::Language, "fr"),
            (SettingKey::PendingInvitationDays, "0"),
            (SettingKey::StreamPollSeconds, "9"),
            (SettingKey::HistoryRetentionDays, "29"),
            (SettingKey::HistoryRetentionDays, "-1"),
            (SettingKey::ForgetAddressesDays, "3651"),
            (SettingKey::StreamHistoryDays, "364"),
            (SettingKey::SyncEveryHours, "25"),
            (SettingKey::DriftPolicy, "ignore"),
        ];
        for (key, raw) in bad {
            assert!(key.parse(raw).is_err(), "{key} {raw}");
        }
    }

    #[test]
    fn defaults_are_values_that_would_be_accepted() {
        for key in SettingKey::ALL {
            if let Some(default) = key.spec().default {
                assert_eq!(key.parse(default).as_deref(), Ok(default), "{key}");
            }
        }
    }
}
