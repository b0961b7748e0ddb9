//! Pages of lists: keyset cursors, and totals that stop counting.

/// Totals are counted up to this; beyond, [`Page::total_is_minimum`] says so.
pub const COUNT_LIMIT: i64 = 10_001;

/// Which page somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// Rows at most, 1 to 200.
    pub limit: u32,
    /// Where the previous page ended; opaque to callers.
    pub cursor: Option<String>,
    /// Descending instead of ascending.
    pub descending: bool,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, in order.
    pub items: Vec<T>,
    /// Where the next page begins; `None` on the last.
    pub next_cursor: Option<String>,
    /// Rows that match, counted up to [`COUNT_LIMIT`].
    pub total: i64,
    /// Whether counting has stopped: there are `total` at least.
    pub total_is_minimum: bool,
}

impl<T> Page<T> {
    /// The same page with every row turned into something else, unless one cannot be.
    pub fn try_map<U, E>(self, turn: impl FnMut(T) -> Result<U, E>) -> Result<Page<U>, E> {
        Ok(Page {
            items: self.items.into_iter().map(turn).collect::<Result<_, E>>()?,
            next_cursor: self.next_cursor,
            total: self.total,
            total_is_minimum: self.total_is_minimum,
        })
    }

    /// The same page with every row turned into something else.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(turn).collect(),
            next_cursor: self.next_cursor,
            total: self.total,
            total_is_minimum: self.total_is_minimum,
        }
    }
}
