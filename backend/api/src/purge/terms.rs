//! Whom to let go, as requests say it.

use pum_domain::purge::Terms;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::error::{ApiError, ApiResult};

/// Longer than anybody looks back.
const MOST_DAYS: u32 = 3650;
/// The longest wait between a warning and the removal.
const MOST_WAIT: u32 = 365;

const fn yes() -> bool {
    true
}

/// A body with the terms of a purge, and what else a request takes.
macro_rules! body {
    ($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $kind:ty,)* }) => {
        #[derive(Debug, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        $(#[$meta])*
        pub struct $name {
            /// Those who have been idle for so many days. Days on which PUM was not looking do not count.
            #[schema(minimum = 1, maximum = 3650)]
            pub inactive_days: u32,
            /// Keep those who share a server with the owner in return.
            #[serde(default = "yes")]
            #[schema(default = true)]
            pub exempt_shares_back: bool,
            /// Keep those whom admins keep out of purges.
            #[serde(default = "yes")]
            #[schema(default = true)]
            pub exempt_whitelisted: bool,
            /// Keep the admins' own Plex accounts.
            #[serde(default = "yes")]
            #[schema(default = true)]
            pub exempt_admins: bool,
            /// When somebody joined does not count: who never streamed is idle since PUM has been looking.
            #[serde(default)]
            #[schema(default = false)]
            pub ignore_join_date: bool,
            /// Count times that only the server's own play history covers as well. It lists only what was played to
            /// the end, so it may call somebody idle who was not.
            #[serde(default)]
            #[schema(default = false)]
            pub count_imported: bool,
            $($(#[$field_meta])* pub $field: $kind,)*
        }

        impl $name {
            /// The terms, checked.
            pub fn terms(&self) -> ApiResult<Terms> {
                if !(1..=MOST_DAYS).contains(&self.inactive_days) {
                    let detail = format!("must be from 1 to {MOST_DAYS}");
                    return Err(ApiError::field("/inactive_days", "out_of_range", detail));
                }
                Ok(Terms {
                    inactive_days: self.inactive_days,
                    exempt_shares_back: self.exempt_shares_back,
                    exempt_whitelisted: self.exempt_whitelisted,
                    exempt_admins: self.exempt_admins,
                    ignore_join_date: self.ignore_join_date,
                    count_imported: self.count_imported,
                })
            }
        }
    };
}

body!(
    /// Whom to let go.
    #[schema(example = json!({
        "inactive_days": 90, "exempt_shares_back": true, "exempt_whitelisted": true, "exempt_admins": true,
        "ignore_join_date": false, "count_imported": false
    }))]
    PurgeTerms {}
);

body!(
    /// Whom to let go: these people, if they are idle by these terms.
    #[schema(example = json!({
        "inactive_days": 90, "exempt_shares_back": true, "exempt_whitelisted": true, "exempt_admins": true,
        "ignore_join_date": false, "count_imported": false, "user_ids": ["0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a13"]
    }))]
    PurgeOrder {
        /// The ticked ones.
        #[schema(min_items = 1)]
        user_ids: Vec<String>,
    }
);

body!(
    /// Terms to try on the past.
    #[schema(example = json!({
        "inactive_days": 90, "exempt_shares_back": true, "exempt_whitelisted": true, "exempt_admins": true,
        "ignore_join_date": false, "count_imported": false, "warn_wait_days": 14
    }))]
    PurgeRehearsalTerms {
        /// Days between a warning and the removal, as the clock leaves them; none by hand.
        #[serde(default)]
        #[schema(default = 0, minimum = 0, maximum = 365)]
        warn_wait_days: u32,
    }
);

impl PurgeRehearsalTerms {
    /// The days between a warning and the removal, checked.
    pub fn wait_days(&self) -> ApiResult<u32> {
        match self.warn_wait_days {
            days @ 0..=MOST_WAIT => Ok(days),
            _ => {
                let detail = format!("must be from 0 to {MOST_WAIT}");
                Err(ApiError::field("/warn_wait_days", "out_of_range", detail))
            }
        }
    }
}
