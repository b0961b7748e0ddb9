//! The media server itself.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;
use url::Url;

use crate::{
    address,
    client::{READ_DEADLINE, authority},
    error::PlexError,
    gate::{Gate, Lane, Limits},
    http::{Answer, Flow, Http},
    identity::ClientIdentity,
    request::Request,
    routes::Route,
    token::Token,
    tree::Node,
};

const IDENTITY: Route = "GET /identity";
const ROOT: Route = "GET /";
const ACCOUNTS: Route = "GET /accounts";
/// Gates kept before those of addresses nobody uses any more are dropped.
const REMEMBERED: usize = 32;

/// Makes clients for media servers. Cheap to clone; each address has one pace and one circuit, which
/// plex.tv's troubles do not touch, nor the other way round.
#[derive(Debug, Clone)]
pub struct MediaServers {
    http: Http,
    limits: Limits,
    gates: Arc<Mutex<HashMap<String, Gate>>>,
}

/// One media server at one address.
#[derive(Debug, Clone)]
pub struct MediaServer {
    http: Http,
    url: Url,
    gate: Gate,
    lane: Lane,
    deadline: Duration,
}

/// Which server answers at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerIdentity {
    /// What tells servers apart.
    pub machine_identifier: String,
    /// Its version.
    pub version: Option<String>,
    /// Whether it belongs to an account.
    pub claimed: Option<bool>,
}

/// What a server says of itself to somebody with access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerRoot {
    /// Its name.
    pub friendly_name: String,
    /// What tells servers apart.
    pub machine_identifier: String,
    /// Its version.
    pub version: Option<String>,
    /// What it runs on.
    pub platform: Option<String>,
    /// Whether its owner has a Plex Pass.
    pub has_plex_pass: Option<bool>,
    /// What the owner may use, such as `session_kick`.
    pub owner_features: Vec<String>,
}

impl ServerRoot {
    /// Whether streams can be stopped here: what the owner may use tells, and where that is not said, whether
    /// they have a Plex Pass. `None` when neither is said: trying will tell.
    #[must_use]
    pub fn can_stop_streams(&self) -> Option<bool> {
        if self.owner_features.is_empty() {
            return self.has_plex_pass;
        }
        Some(self.owner_features.iter().any(|feature| feature == "session_kick"))
    }
}

/// An account as the server numbers them: the owner is 1, others keep their plex.tv id. Past users are listed too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerAccount {
    /// The server's number; 1 is the owner.
    pub id: i64,
    /// Its name.
    pub name: Option<String>,
    /// The picture, an address at Plex.
    pub thumb: Option<String>,
}

impl MediaServers {
    /// For a process that talks to media servers alone; otherwise take [`crate::PlexTv::media_servers`].
    ///
    /// # Errors
    /// `Connect(Tls)` if the system's certificates cannot be loaded.
    pub fn new(identity: ClientIdentity, limits: Limits) -> Result<Self, PlexError> {
        Ok(Self::over(Http::new(identity)?, limits))
    }

    pub(crate) fn over(http: Http, limits: Limits) -> Self {
        Self { http, limits, gates: Arc::default() }
    }

    /// The server at this address. Clients for one address share its pace and circuit.
    ///
    /// # Errors
    /// `AddressRefused` with the reason.
    pub fn at(&self, url: &Url) -> Result<MediaServer, PlexError> {
        address::check(url)?;
        let host = authority(url);
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        if gates.len() >= REMEMBERED {
            gates.retain(|_, gate| !gate.is_idle());
        }
        let gate = gates.entry(host).or_insert_with_key(|host| Gate::new(host, self.limits)).clone();
        Ok(self.client(url, gate))
    }

    /// The same with a gate of its own, for an admin who tries addresses: earlier failures do not answer
    /// in the server's place.
    ///
    /// # Errors
    /// `AddressRefused` with the reason.
    pub fn try_out(&self, url: &Url) -> Result<MediaServer, PlexError> {
        address::check(url)?;
        Ok(self.client(url, Gate::new(&authority(url), self.limits)).in_lane(Lane::Interactive))
    }

    fn client(&self, url: &Url, gate: Gate) -> MediaServer {
        MediaServer {
            http: self.http.clone(),
            url: url.clone(),
            gate,
            lane: Lane::default(),
            deadline: READ_DEADLINE,
        }
    }
}

impl MediaServer {
    /// Where it is.
    #[must_use]
    pub const fn url(&self) -> &Url {
        &self.url
    }

    /// The same, with calls in this lane.
    #[must_use]
    pub fn in_lane(&self, lane: Lane) -> Self {
        Self { lane, ..self.clone() }
    }

    /// The same, with this time for each call instead of 10 s.
    #[must_use]
    pub fn within(&self, deadline: Duration) -> Self {
        Self { deadline, ..self.clone() }
    }

    /// Which server answers here. Sends no token: compare before sending one.
    ///
    /// # Errors
    /// `Garbage` if something else than a Plex server answers.
    pub async fn identity(&self) -> Result<ServerIdentity, PlexError> {
        const WHAT: &str = "a Plex Media Server's identity";
        let request = self.request(IDENTITY, &[])?.server_item();
        match self.send(request).await {
            Ok(answer) => read_identity(&answer.tree(WHAT)?).ok_or(PlexError::Garbage { what: WHAT }),
            Err(PlexError::ItemMissing) => Err(PlexError::Garbage { what: WHAT }),
            Err(error) => Err(error),
        }
    }

    /// Name, version and features.
    ///
    /// # Errors
    /// `Unauthorized` if the token does not open this server.
    pub async fn root(&self, token: &Token) -> Result<ServerRoot, PlexError> {
        const WHAT: &str = "a Plex Media Server's root";
        let request = self.request(ROOT, &[])?.token(token).server_item();
        read_root(&self.send(request).await?.tree(WHAT)?).ok_or(PlexError::Garbage { what: WHAT })
    }

    /// The accounts the server has seen. Only the owner's token may ask.
    ///
    /// # Errors
    /// `Unauthorized` or `Forbidden` for anybody else's token.
    pub async fn accounts(&self, token: &Token) -> Result<Vec<ServerAccount>, PlexError> {
        let request = self.request(ACCOUNTS, &[])?.token(token).list();
        read_accounts(&self.send(request).await?.tree("a list of accounts")?)
    }

    pub(crate) fn request<'a>(&self, route: Route, parts: &[&str]) -> Result<Request<'a>, PlexError> {
        Request::new(&self.url, route, parts)
    }

    pub(crate) async fn send(&self, request: Request<'_>) -> Result<Answer, PlexError> {
        self.http.send(&self.gate, self.lane, Instant::now() + self.deadline, request).await
    }

    /// Sends a request whose answer goes on for as long as it is read.
    pub(crate) async fn open(&self, request: Request<'_>) -> Result<Flow, PlexError> {
        self.http.open(&self.gate, self.lane, Instant::now() + self.deadline, request).await
    }
}

fn read_identity(root: &Node) -> Option<ServerIdentity> {
    let container = root.container()?;
    Some(ServerIdentity {
        machine_identifier: container.string("machineIdentifier")?,
        version: container.string("version"),
        claimed: container.flag("claimed"),
    })
}

fn read_root(root: &Node) -> Option<ServerRoot> {
    let container = root.container()?;
    let features = container.text("ownerFeatures").unwrap_or_default();
    Some(ServerRoot {
        friendly_name: container.string("friendlyName").unwrap_or_default(),
        machine_identifier: container.string("machineIdentifier")?,
        version: container.string("version"),
        platform: container.string("platform"),
        has_plex_pass: container.flag("myPlexSubscription"),
        owner_features: features
            .split(',')
            .map(str::trim)
            .filter(|one| !one.is_empty())
            .map(str::to_owned)
            .collect(),
    })
}

fn read_accounts(root: &Node) -> Result<Vec<ServerAccount>, PlexError> {
    const WHAT: &str = "a list of accounts";
    let rows = root.complete(&["Account"], WHAT)?;
    let accounts = rows.into_iter().map(|row| {
        Some(ServerAccount { id: row.int("id")?, name: row.string("name"), thumb: row.string("thumb") })
    });
    accounts.collect::<Option<Vec<_>>>().ok_or(PlexError::Garbage { what: WHAT })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_root_and_accounts_read_in_both_spellings() {
        for body in [
            r#"<MediaContainer size="0" claimed="1" machineIdentifier="abc" version="1.41.9"/>"#,
            r#"{"MediaContainer":{"size":0,"claimed":true,"machineIdentifier":"abc","version":"1.41.9"}}"#,
        ] {
            let identity = read_identity(&Node::read(body.as_bytes()).unwrap()).unwrap();
            assert_eq!((identity.machine_identifier.as_str(), identity.claimed), ("abc", Some(true)));
        }
        let root = read_root(&Node::read(include_bytes!("../fixtures/root.json")).unwrap()).unwrap();
        assert_eq!(root.friendly_name, "Attic");
        assert_eq!(root.owner_features, ["pass", "session_kick", "webhooks"]);
        let accounts =
            read_accounts(&Node::read(include_bytes!("../fixtures/accounts.xml")).unwrap()).unwrap();
        assert_eq!(accounts.iter().map(|one| one.id).collect::<Vec<_>>(), [0, 1, 5_001]);
    }

    #[test]
    fn streams_can_be_stopped_where_the_owner_may() {
        for (pass, features, expected) in [
            ("1", "pass,session_kick,sync", Some(true)),
            ("0", "", Some(false)),
            ("1", "", Some(true)),
            ("1", "pass, sync", Some(false)),
            ("", "", None),
        ] {
            let body = format!(
                r#"<MediaContainer machineIdentifier="abc" myPlexSubscription="{pass}" ownerFeatures="{features}"/>"#
            );
            let root = read_root(&Node::read(body.as_bytes()).unwrap()).unwrap();
            assert_eq!(root.can_stop_streams(), expected, "{pass:?} {features:?}");
        }
    }

    #[test]
    fn something_else_at_the_address_is_no_server() {
        assert!(read_identity(&Node::read(br#"{"status":"ok"}"#).unwrap()).is_none());
        assert!(read_identity(&Node::read(b"<MediaContainer size='0'/>").unwrap()).is_none());
    }
}
