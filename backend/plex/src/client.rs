//! [`PlexTv`]: the handle to Plex's services, and how its calls are sent.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;
use url::Url;

use crate::{
    error::PlexError,
    gate::{Gate, Lane, Limits},
    http::{Answer, Http},
    identity::{ClientIdentity, Endpoints},
    media_server::MediaServers,
    request::Request,
    routes::{Route, RouteMemory},
};

pub(crate) const READ_DEADLINE: Duration = Duration::from_secs(10);
pub(crate) const WRITE_DEADLINE: Duration = Duration::from_secs(20);

/// plex.tv and clients.plex.tv. Cheap to clone; clones share connections, pace, circuits and what is
/// known about retired routes.
#[derive(Debug, Clone)]
pub struct PlexTv {
    pub(crate) inner: Arc<Inner>,
    lane: Lane,
    deadline: Option<Duration>,
    acting_as: Option<Arc<str>>,
    by_the_other_way: bool,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub http: Http,
    pub endpoints: Endpoints,
    pub routes: RouteMemory,
    plex_tv: Gate,
    clients: Gate,
}

/// Which of Plex's hosts a call goes to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Host {
    PlexTv,
    Clients,
}

/// One call of ours: may take several requests, all before one deadline.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call {
    pub deadline: Instant,
}

impl PlexTv {
    /// # Errors
    /// `Connect(Tls)` if the system's certificates cannot be loaded.
    pub fn new(endpoints: Endpoints, identity: ClientIdentity, limits: Limits) -> Result<Self, PlexError> {
        let http = Http::new(identity)?;
        let (plex_tv_host, clients_host) = (authority(&endpoints.plex_tv), authority(&endpoints.clients));
        let plex_tv = Gate::new(&plex_tv_host, limits);
        // One service behind two names: what we ask of one counts for the other.
        let clients = if plex_tv_host == clients_host {
            plex_tv.clone()
        } else {
            plex_tv.sibling(&clients_host, limits)
        };
        let inner = Inner { http, endpoints, routes: RouteMemory::default(), plex_tv, clients };
        Ok(Self {
            inner: Arc::new(inner),
            lane: Lane::default(),
            deadline: None,
            acting_as: None,
            by_the_other_way: false,
        })
    }

    /// Clients for media servers over the same HTTP client: its certificates and buffers exist once.
    #[must_use]
    pub fn media_servers(&self, limits: Limits) -> MediaServers {
        MediaServers::over(self.inner.http.clone(), limits)
    }

    /// The same, with calls in this lane.
    #[must_use]
    pub fn in_lane(&self, lane: Lane) -> Self {
        Self { lane, ..self.clone() }
    }

    /// The same, with this time for each call, its waiting included, instead of 10 s for reads and 20 s for writes.
    #[must_use]
    pub fn within(&self, deadline: Duration) -> Self {
        Self { deadline: Some(deadline), ..self.clone() }
    }

    /// The same, under the client identifier of a person's sign-in, to which Plex has tied their token.
    #[must_use]
    pub fn acting_as(&self, client_identifier: &str) -> Self {
        Self { acting_as: Some(client_identifier.into()), ..self.clone() }
    }

    /// The same, with writes that go by the other way than they would, where there are two. For what a read
    /// still shows although the first way answered that it is not there. If it works, the first way is
    /// avoided for a while.
    #[must_use]
    pub fn by_the_other_way(&self) -> Self {
        Self { by_the_other_way: true, ..self.clone() }
    }

    pub(crate) fn reading(&self) -> Call {
        Call { deadline: Instant::now() + self.deadline.unwrap_or(READ_DEADLINE) }
    }

    pub(crate) fn writing(&self) -> Call {
        Call { deadline: Instant::now() + self.deadline.unwrap_or(WRITE_DEADLINE) }
    }

    pub(crate) fn request<'a>(
        &self,
        host: Host,
        route: Route,
        parts: &[&str],
    ) -> Result<Request<'a>, PlexError> {
        let base = match host {
            Host::PlexTv => &self.inner.endpoints.plex_tv,
            Host::Clients => &self.inner.endpoints.clients,
        };
        Request::new(base, route, parts)
    }

    pub(crate) async fn send<'a>(
        &'a self,
        call: Call,
        host: Host,
        mut request: Request<'a>,
    ) -> Result<Answer, PlexError> {
        let gate = match host {
            Host::PlexTv => &self.inner.plex_tv,
            Host::Clients => &self.inner.clients,
        };
        if request.client_identifier.is_none() {
            request.client_identifier = self.acting_as.as_deref();
        }
        self.inner.http.send(gate, self.lane, call.deadline, request).await
    }

    /// The ways of a read, best first.
    pub(crate) fn ways(&self, ways: &[Route]) -> Vec<Route> {
        self.inner.routes.order(ways)
    }

    /// Whether Plex may still offer the route, as far as is known.
    pub(crate) fn may_offer(&self, route: Route) -> bool {
        !self.inner.routes.is_avoided(route)
    }

    /// The way a write takes.
    pub(crate) fn way(&self, ways: &[Route]) -> Result<Route, PlexError> {
        let order = self.inner.routes.order(ways);
        let other = order.get(1).filter(|_| self.by_the_other_way);
        other.or(order.first()).copied().ok_or(PlexError::RouteGone)
    }

    /// Remembers what the answer to a write says about its route, and about those that it could have taken. Gives
    /// it back, as [`PlexError::NoWayLeft`] where none of them is left that is not known to be gone.
    pub(crate) fn note_write<T>(
        &self,
        ways: &[Route],
        route: Route,
        answer: Result<T, PlexError>,
    ) -> Result<T, PlexError> {
        if self.note(route, &answer) && self.inner.routes.all_avoided(ways) {
            return Err(PlexError::NoWayLeft);
        }
        if self.by_the_other_way && answer.is_ok() {
            ways.iter().filter(|way| **way != route).for_each(|way| self.inner.routes.doubt(way));
        }
        answer
    }

    /// Remembers what an answer says about its route. True if it is gone.
    pub(crate) fn note<T>(&self, route: Route, answer: &Result<T, PlexError>) -> bool {
        self.inner.routes.note(route, answer)
    }
}

/// Host and port: what a circuit is for, and what logs may name.
pub(crate) fn authority(url: &Url) -> String {
    format!("{}:{}", url.host_str().unwrap_or("?"), url.port_or_known_default().unwrap_or(0))
}
