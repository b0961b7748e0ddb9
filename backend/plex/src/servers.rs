//! The servers of an account, and how plex.tv numbers their libraries.

use crate::{
    client::{Host, PlexTv},
    error::PlexError,
    ids::{PlexUserId, SectionId},
    routes::Route,
    token::Token,
    tree::Node,
};

const RESOURCES: Route = "GET /api/v2/resources?includeHttps=1&includeRelay=1";
const RESOURCES_V1: Route = "GET /api/resources?includeHttps=1&includeRelay=1";
const SECTIONS_V1: Route = "GET /api/servers/{server}";
const SECTIONS_V2: Route = "GET /api/v2/servers/{server}";

/// A media server that an account may use.
#[derive(Debug, Clone)]
pub struct ServerResource {
    /// Its friendly name.
    pub name: String,
    /// What tells servers apart.
    pub machine_identifier: String,
    /// Whether the account owns it.
    pub owned: bool,
    /// A token for this server only: the owner's, or a guest's with a guest's rights.
    pub access_token: Option<Token>,
    /// Whose it is, when it is somebody else's.
    pub owner_id: Option<PlexUserId>,
    /// Its version, if said.
    pub version: Option<String>,
    /// Whether plex.tv believes it to be running.
    pub presence: Option<bool>,
    /// Whether it refuses plain http.
    pub https_required: Option<bool>,
    /// Where it might be reached; many of these lead nowhere from where we are.
    pub connections: Vec<Connection>,
}

/// One address of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// The address to call.
    pub uri: String,
    /// `http` or `https`.
    pub protocol: Option<String>,
    /// Host or IP address.
    pub address: Option<String>,
    /// Port.
    pub port: Option<u16>,
    /// In the server's own network.
    pub local: bool,
    /// Through Plex's relay: slow, and limited.
    pub relay: bool,
    /// An IPv6 address.
    pub ipv6: bool,
}

/// A library as plex.tv knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlexTvSection {
    /// What sharing takes.
    pub id: SectionId,
    /// The server's own number for it.
    pub key: String,
    /// `movie`, `show`, `artist`, `photo`.
    pub kind: String,
    /// Its title.
    pub title: String,
}

impl PlexTv {
    /// The media servers the token's account may use, its own and others'.
    ///
    /// # Errors
    /// `Unauthorized` if the token is dead.
    pub async fn servers(&self, token: &Token) -> Result<Vec<ServerResource>, PlexError> {
        let call = self.reading();
        for route in self.ways(&[RESOURCES, RESOURCES_V1]) {
            let host = if route == RESOURCES { Host::Clients } else { Host::PlexTv };
            let request = self.request(host, route, &[])?.token(token).list();
            let answer = self.send(call, host, request).await;
            if self.note(route, &answer) {
                continue;
            }
            return read_servers(&answer?.tree("a list of servers")?);
        }
        Err(PlexError::RouteGone)
    }

    /// plex.tv's ids of a server's libraries. A healthy server has been seen with an empty list: do not
    /// conclude from it that libraries have gone.
    ///
    /// # Errors
    /// `ItemMissing` if the account does not own such a server.
    pub async fn sections(
        &self,
        token: &Token,
        machine_identifier: &str,
    ) -> Result<Vec<PlexTvSection>, PlexError> {
        let call = self.reading();
        for route in self.ways(&[SECTIONS_V1, SECTIONS_V2]) {
            let request = self.request(Host::PlexTv, route, &[machine_identifier])?.token(token);
            let answer = self.send(call, Host::PlexTv, request).await;
            if self.note(route, &answer) {
                continue;
            }
            return read_sections(&answer?.tree("a server's libraries")?, machine_identifier);
        }
        Err(PlexError::RouteGone)
    }
}

fn read_servers(root: &Node) -> Result<Vec<ServerResource>, PlexError> {
    const WHAT: &str = "a list of servers";
    let mut servers = Vec::new();
    for row in root.rows(&["resource", "Device"], WHAT)? {
        if !row.text("provides").is_some_and(|provides| provides.split(',').any(|one| one.trim() == "server"))
        {
            continue;
        }
        let machine_identifier = row.string("clientIdentifier").ok_or(PlexError::Garbage { what: WHAT })?;
        servers.push(ServerResource {
            name: row.string("name").unwrap_or_else(|| machine_identifier.clone()),
            machine_identifier,
            owned: row.flag("owned").unwrap_or(false),
            access_token: row.text("accessToken").map(Token::new),
            owner_id: row.id("ownerId").map(PlexUserId),
            version: row.string("productVersion"),
            presence: row.flag("presence"),
            https_required: row.flag("httpsRequired"),
            connections: row
                .nested("connections", &["connection", "Connection"])
                .into_iter()
                .filter_map(read_connection)
                .collect(),
        });
    }
    Ok(servers)
}

fn read_connection(node: &Node) -> Option<Connection> {
    Some(Connection {
        uri: node.string("uri")?,
        protocol: node.string("protocol"),
        address: node.string("address"),
        port: node.int("port").and_then(|port| u16::try_from(port).ok()),
        local: node.flag("local").unwrap_or(false),
        relay: node.flag("relay").unwrap_or(false),
        ipv6: node.flag("IPv6").unwrap_or(false),
    })
}

fn read_sections(root: &Node, machine_identifier: &str) -> Result<Vec<PlexTvSection>, PlexError> {
    let garbage = PlexError::Garbage { what: "a server's libraries" };
    let root = root.container().unwrap_or(root);
    let server = root.child(&["Server"]).unwrap_or(root);
    // Without the server itself an empty answer would look like a server without libraries.
    if server.text("machineIdentifier") != Some(machine_identifier) {
        return Err(garbage);
    }
    let rows = server.nested("librarySections", &["Section", "librarySection"]);
    let sections = rows.into_iter().map(|row| {
        Some(PlexTvSection {
            id: SectionId(row.id("id")?),
            key: row.string("key")?,
            kind: row.string("type").unwrap_or_default(),
            title: row.string("title").unwrap_or_default(),
        })
    });
    sections.collect::<Option<Vec<_>>>().ok_or(garbage)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MACHINE: &str = "f00dcafe0000000000000000000000000000beef";

    #[test]
    fn servers_read_alike_in_both_spellings_and_players_are_left_out() {
        for body in [include_str!("../fixtures/resources.json"), include_str!("../fixtures/resources.xml")] {
            let servers = read_servers(&Node::read(body.as_bytes()).unwrap()).unwrap();
            assert_eq!(servers.len(), 2);
            let (own, other) = (&servers[0], &servers[1]);
            assert_eq!(
                (own.name.as_str(), own.owned, own.machine_identifier.as_str()),
                ("Attic", true, MACHINE)
            );
            assert_eq!(own.connections.len(), 2);
            assert_eq!(own.connections[0].port, Some(32400));
            assert!(own.connections[0].local && !own.connections[1].local && own.connections[1].relay);
            assert_eq!((other.owned, other.owner_id), (false, Some(PlexUserId(77))));
            assert!(!format!("{servers:?}").contains("ServerToken"));
        }
    }

    #[test]
    fn sections_carry_both_numbers() {
        for body in [
            include_str!("../fixtures/server_sections.xml"),
            include_str!("../fixtures/server_sections.json"),
        ] {
            let sections = read_sections(&Node::read(body.as_bytes()).unwrap(), MACHINE).unwrap();
            let numbers: Vec<_> =
                sections.iter().map(|one| (one.id.0, one.key.as_str(), one.kind.as_str())).collect();
            assert_eq!(
                numbers,
                [(118_181_361, "1", "movie"), (118_181_362, "2", "show"), (118_181_370, "5", "artist")]
            );
        }
    }

    #[test]
    fn another_server_or_none_at_all_is_no_empty_list_of_libraries() {
        for body in
            ["<MediaContainer size='0'/>", "{}", r#"{"machineIdentifier":"other","librarySections":[]}"#]
        {
            assert!(read_sections(&Node::read(body.as_bytes()).unwrap(), MACHINE).is_err(), "{body}");
        }
    }
}
