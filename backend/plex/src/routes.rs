//! Two ways of doing a thing, and which of them still works.
//!
//! Plex retires routes without notice and sometimes brings them back. What was found gone is remembered
//! for a day, in this process only; then the first way is tried again. Reads go on to the next way within
//! the same call. Writes do not: they come back as `RouteGone`, so that the caller first reads what is there, and
//! as `NoWayLeft` where the next call could only repeat what has been tried.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::error::PlexError;

/// A route template, such as `GET /api/v2/pins/{pin}`: also what logs show instead of the path.
pub(crate) type Route = &'static str;

/// How long a retired route is left alone.
const GONE_FOR: Duration = Duration::from_secs(24 * 3600);
/// How long a route is avoided that answered in a way that says nothing.
const DOUBTED_FOR: Duration = Duration::from_secs(3600);

#[derive(Debug, Default)]
pub(crate) struct RouteMemory {
    avoided: Mutex<HashMap<Route, Avoided>>,
}

#[derive(Debug, Clone, Copy)]
struct Avoided {
    since: Instant,
    until: Instant,
}

impl RouteMemory {
    fn avoided(&self) -> MutexGuard<'_, HashMap<Route, Avoided>> {
        self.avoided.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The ways to try, best first. None is left out: if all are marked, the one marked longest ago
    /// comes first, so that a passing fault at Plex never locks us out for a day.
    pub(crate) fn order(&self, ways: &[Route]) -> Vec<Route> {
        let now = Instant::now();
        let avoided = self.avoided();
        let marked = |way: &Route| avoided.get(way).filter(|mark| mark.until > now).map(|mark| mark.since);
        let mut order = ways.to_vec();
        order.sort_by_key(|way| marked(way));
        order
    }

    /// Whether the route was found gone, or was doubted, and is not to be tried again yet.
    pub(crate) fn is_avoided(&self, route: Route) -> bool {
        self.avoided().get(route).is_some_and(|mark| mark.until > Instant::now())
    }

    /// Whether each of the ways is: there is nothing better to try.
    pub(crate) fn all_avoided(&self, ways: &[Route]) -> bool {
        ways.iter().all(|way| self.is_avoided(way))
    }

    /// Remembers what an answer says about its route. True if the route is gone.
    pub(crate) fn note<T>(&self, route: Route, answer: &Result<T, PlexError>) -> bool {
        match answer {
            Err(PlexError::RouteGone) => {
                self.avoid(route, GONE_FOR);
                true
            }
            Ok(_) => {
                self.avoided().remove(route);
                false
            }
            Err(_) => false,
        }
    }

    /// The route answered, but in a way that has been seen to mean nothing.
    pub(crate) fn doubt(&self, route: Route) {
        self.avoid(route, DOUBTED_FOR);
    }

    fn avoid(&self, route: Route, period: Duration) {
        let since = Instant::now();
        let previous = self.avoided().insert(route, Avoided { since, until: since + period });
        if previous.is_none() {
            tracing::warn!(route, "Plex seems to have retired a route, taking another");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: Route = "GET /old";
    const NEW: Route = "GET /new";
    const GONE: Result<(), PlexError> = Err(PlexError::RouteGone);

    #[tokio::test(start_paused = true)]
    async fn a_retired_route_is_probed_again_after_a_day() {
        let routes = RouteMemory::default();
        assert!(routes.note(OLD, &GONE));
        assert_eq!(routes.order(&[OLD, NEW]), [NEW, OLD]);
        assert!(routes.is_avoided(OLD) && !routes.is_avoided(NEW));
        tokio::time::advance(Duration::from_secs(23 * 3600)).await;
        assert_eq!(routes.order(&[OLD, NEW])[0], NEW);
        tokio::time::advance(Duration::from_secs(2 * 3600)).await;
        assert_eq!(routes.order(&[OLD, NEW])[0], OLD);
        assert!(!routes.is_avoided(OLD));
    }

    #[tokio::test(start_paused = true)]
    async fn with_every_way_marked_each_is_still_tried_in_turn() {
        let routes = RouteMemory::default();
        routes.note(OLD, &GONE);
        tokio::time::advance(Duration::from_secs(1)).await;
        routes.note(NEW, &GONE);
        assert_eq!(routes.order(&[OLD, NEW])[0], OLD);
        tokio::time::advance(Duration::from_secs(1)).await;
        routes.note(OLD, &GONE);
        assert_eq!(routes.order(&[OLD, NEW])[0], NEW);
    }

    #[tokio::test(start_paused = true)]
    async fn other_errors_say_nothing_about_the_route_and_success_clears_it() {
        let routes = RouteMemory::default();
        assert!(!routes.note::<()>(OLD, &Err(PlexError::ItemMissing)));
        assert!(!routes.note::<()>(OLD, &Err(PlexError::Unavailable { status: 503, retry_after: None })));
        assert_eq!(routes.order(&[OLD, NEW])[0], OLD);
        routes.note(OLD, &GONE);
        routes.note(OLD, &Ok(()));
        assert_eq!(routes.order(&[OLD, NEW])[0], OLD);
    }
}
