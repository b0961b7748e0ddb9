//! Shapes that several features answer with. What belongs to one feature stays beside its handlers.

use pum_domain::Instant;
use pum_domain::page::{Page, PageRequest};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{ApiError, ApiResult};
use crate::name_schema;

name_schema!(
    /// Which way a list runs.
    OrderName,
    crate::extract::Order
);

/// The user that something is about.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UserRef {
    /// PUM's id.
    pub id: String,
    /// The name at Plex; `null` for admins who may not see users.
    pub username: Option<String>,
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageDto<T> {
    /// The rows, in order.
    pub items: Vec<T>,
    /// Where the next page begins; `null` on the last.
    pub next_cursor: Option<String>,
    /// Rows that match, counted up to 10,001.
    #[schema(example = 1)]
    pub total: i64,
    /// Whether counting has stopped: there are `total` at least.
    pub total_is_minimum: bool,
}

impl<T> PageDto<T> {
    /// A list that is never longer than one page.
    pub fn whole(items: Vec<T>) -> Self {
        let total = i64::try_from(items.len()).unwrap_or(i64::MAX);
        Self { items, next_cursor: None, total, total_is_minimum: false }
    }

    /// A page of a list so short that it is read whole, in the order in which it runs. Its cursor is the id of
    /// the row before.
    pub fn part(mut items: Vec<T>, request: &PageRequest, id: impl Fn(&T) -> &str) -> ApiResult<Self> {
        let total = i64::try_from(items.len()).unwrap_or(i64::MAX);
        if request.descending {
            items.reverse();
        }
        if let Some(cursor) = &request.cursor {
            let before = items.iter().position(|item| id(item) == cursor).ok_or_else(ApiError::bad_cursor)?;
            items.drain(..=before);
        }
        let limit = request.limit as usize;
        let more = items.len() > limit;
        items.truncate(limit);
        let next_cursor = items.last().filter(|_| more).map(|last| id(last).to_owned());
        Ok(Self { items, next_cursor, total, total_is_minimum: false })
    }

    /// The page with every row turned into what the API shows.
    pub fn of<R>(page: Page<R>, turn: impl FnMut(R) -> T) -> Self {
        let page = page.map(turn);
        Self {
            items: page.items,
            next_cursor: page.next_cursor,
            total: page.total,
            total_is_minimum: page.total_is_minimum,
        }
    }
}

/// What somebody searches for, short enough to search for; `pointer` says where it stands.
pub fn search(pointer: &str, q: Option<String>) -> ApiResult<Option<String>> {
    const LONGEST: usize = 200;
    match q {
        Some(q) if q.chars().count() > LONGEST => {
            Err(ApiError::field(pointer, "too_long", format!("use at most {LONGEST} characters")))
        }
        q => Ok(q),
    }
}

/// Reads RFC 3339, naming the field that is wrong.
pub fn parse_moment(pointer: &str, text: &str) -> ApiResult<Instant> {
    chrono::DateTime::parse_from_rfc3339(text)
        .map(Instant::from)
        .map_err(|_| ApiError::field(pointer, "invalid", "give a moment such as 2026-12-31T23:00:00Z"))
}
