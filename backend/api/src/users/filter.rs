//! Which users: the filters that the list and the export share.

use pum_domain::instant::{DAY, MINUTE};
use pum_domain::user::UserState;
use pum_domain::{Instant, InviteId, LibraryId};
use pum_store::Reads;
use pum_store::users::{Filter, Sort};
use serde::Deserialize;
use utoipa::IntoParams;

use super::dto::UserStateName;
use crate::dto::search;
use crate::error::{ApiError, ApiResult};
use crate::extract::Order;

/// Which users. Everything that is named must fit.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct UserFilter {
    /// Text in the name, the e-mail address, the notes or the Discord account, at most 200 characters.
    pub q: Option<String>,
    /// Only those who stand like this.
    #[param(value_type = Option<UserStateName>)]
    pub state: Option<UserState>,
    /// Only those who are meant to see this library.
    pub library: Option<String>,
    /// Only those with this tag, whatever its case.
    pub tag: Option<String>,
    /// Only those who came by this invite.
    pub invite_id: Option<String>,
    /// Only those who are not removed and whose access ends within so many days, or should have ended.
    #[param(minimum = 0, maximum = 3650)]
    pub expiring_days: Option<i64>,
    /// Only those who are not removed and have not streamed for so many days, counted from joining for those
    /// who never have.
    #[param(minimum = 0, maximum = 3650)]
    pub inactive_days: Option<i64>,
    /// Only those with, or without, a linked Discord account.
    pub discord: Option<bool>,
    /// Only those in the owner's Home, or outside.
    pub home: Option<bool>,
    /// Only those who share a server with the owner, or who do not.
    pub shares_back: Option<bool>,
    /// Only those whom inactivity purges leave out, or do not.
    pub purge_whitelisted: Option<bool>,
    /// Only those whom the bot's removals leave out, or do not.
    pub bot_whitelisted: Option<bool>,
    /// Only those on the block list, or not on it.
    pub blocked: Option<bool>,
}

/// Longer than anybody looks ahead or back.
const MOST_DAYS: i64 = 3650;

impl UserFilter {
    /// What the store is asked, as of the end of this minute by its own clock: the same question is asked
    /// again and again, and how many it finds is remembered for as long as it stays the same. `place` is where
    /// the filters stand in the request.
    pub async fn parse(self, place: &str, db: &impl Reads) -> ApiResult<Filter> {
        let now = match (self.expiring_days, self.inactive_days) {
            (None, None) => Instant::default(),
            _ => end_of_minute(db.now().await.map_err(pum_app::AppError::from)?),
        };
        Ok(Filter {
            q: search(&format!("{place}/q"), self.q)?,
            state: self.state,
            // An id that cannot be one belongs to nobody: the list is empty, as for one that was deleted.
            library: self.library.map(|id| id.parse().unwrap_or(LibraryId(uuid::Uuid::nil()))),
            tag: self.tag,
            invite_id: self.invite_id.map(|id| id.parse().unwrap_or(InviteId(uuid::Uuid::nil()))),
            expires_until: days(&format!("{place}/expiring_days"), self.expiring_days)?
                .map(|ahead| now.plus(ahead)),
            idle_since: days(&format!("{place}/inactive_days"), self.inactive_days)?
                .map(|back| now.plus(-back)),
            discord: self.discord,
            home: self.home,
            shares_back: self.shares_back,
            purge_whitelisted: self.purge_whitelisted,
            bot_whitelisted: self.bot_whitelisted,
            blocked: self.blocked,
        })
    }
}

/// Which way a list runs unless it is said: names and ends of access from the first, everything else from
/// the latest or most.
pub(super) fn usual_order(sort: Sort) -> Order {
    match sort {
        Sort::Username | Sort::Expires => Order::Ascending,
        _ => Order::Descending,
    }
}

fn end_of_minute(now: Instant) -> Instant {
    Instant(now.millis() - now.millis().rem_euclid(MINUTE) + MINUTE)
}

fn days(pointer: &str, days: Option<i64>) -> ApiResult<Option<i64>> {
    match days {
        Some(days) if !(0..=MOST_DAYS).contains(&days) => {
            Err(ApiError::field(pointer, "out_of_range", format!("must be from 0 to {MOST_DAYS}")))
        }
        days => Ok(days.map(|days| days * DAY)),
    }
}
