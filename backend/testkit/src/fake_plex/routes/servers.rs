//! The servers an account can reach, and plex.tv's view of a server's libraries.

use super::times::iso;
use crate::fake_plex::call::Call;
use crate::fake_plex::markup::El;
use crate::fake_plex::refusal::Refusal;
use crate::fake_plex::reply::Reply;
use crate::fake_plex::world::Library;
use serde_json::{Value, json};

/// GET /api/v2/resources
pub fn resources_v2(call: &mut Call) -> Result<Reply, Refusal> {
    call.client_identifier()?;
    Ok(Reply::v2("resources", Value::Array(resources(call)?)))
}

/// GET /api/resources: the same in v1's words.
pub fn resources_v1(call: &mut Call) -> Result<Reply, Refusal> {
    let devices: Vec<_> = resources(call)?.iter().map(device).collect();
    Ok(Reply::v1(El::new("MediaContainer").attr("size", devices.len()).list(devices)))
}

fn device(resource: &Value) -> El {
    let text = |name: &str| resource[name].clone();
    let connections = resource["connections"].as_array().cloned().unwrap_or_default();
    El::new("Device")
        .attr("name", text("name"))
        .attr("product", text("product"))
        .attr("productVersion", text("productVersion"))
        .attr("clientIdentifier", text("clientIdentifier"))
        .attr("provides", text("provides"))
        .attr("owned", text("owned"))
        .attr("accessToken", text("accessToken"))
        .attr("ownerId", text("ownerId"))
        .attr("sourceTitle", text("sourceTitle"))
        .attr("presence", text("presence"))
        .list(connections.iter().map(|c| {
            El::new("Connection")
                .attr("protocol", c["protocol"].clone())
                .attr("address", c["address"].clone())
                .attr("port", c["port"].clone())
                .attr("uri", c["uri"].clone())
                .attr("local", c["local"].clone())
        }))
}

fn resources(call: &mut Call) -> Result<Vec<Value>, Refusal> {
    let caller = call.account()?;
    let mut found = Vec::new();
    let servers: Vec<_> = call.world.servers.values().cloned().collect();
    for server in servers {
        let mid = server.machine_identifier.clone();
        let owned = server.owner == caller;
        let share =
            call.world.relations.shares.values().find(|s| {
                s.machine_identifier == mid && s.invited == Some(caller) && s.accepted_at.is_some()
            });
        let token = match share {
            _ if owned => call.world.server_token(&mid, caller),
            Some(share) => share.access_token.clone(),
            None => continue,
        };
        let url = call.world.server_url(&mid).map(str::to_owned);
        let owner_title = call.world.accounts.get(&server.owner).map(|a| a.title.clone());
        found.push(json!({
            "name": server.name,
            "product": "Plex Media Server",
            "productVersion": server.version,
            "platform": "Linux",
            "platformVersion": "12",
            "device": "PC",
            "clientIdentifier": mid,
            "createdAt": iso(1_600_000_000_000),
            "lastSeenAt": iso(call.world.now()),
            "provides": "server",
            "ownerId": if owned { Value::Null } else { json!(server.owner) },
            "sourceTitle": if owned { Value::Null } else { json!(owner_title) },
            "publicAddress": "203.0.113.7",
            "accessToken": token,
            "owned": owned,
            "home": call.world.home_of(caller).is_some_and(|h| call.world.home_of(server.owner) == Some(h)),
            "synced": false,
            "relay": true,
            "presence": url.is_some(),
            "httpsRequired": false,
            "publicAddressMatches": owned,
            "dnsRebindingProtection": false,
            "natLoopbackSupported": false,
            "connections": connections(url.as_deref(), owned, call.world.config.dead_connections),
        }));
    }
    Ok(found)
}

/// The living address, and before it one that nobody answers: many are dead from where a client is.
fn connections(url: Option<&str>, local: bool, dead: bool) -> Vec<Value> {
    let mut list = Vec::new();
    if dead {
        list.push(json!({
            "protocol": "https", "address": "127.0.0.1", "port": 1,
            "uri": "https://127.0.0.1:1", "local": local, "relay": false, "IPv6": false,
        }));
    }
    if let Some(url) = url {
        let port: u16 = url.rsplit(':').next().and_then(|p| p.parse().ok()).unwrap_or(0);
        list.push(json!({
            "protocol": "http", "address": "127.0.0.1", "port": port,
            "uri": url, "local": local, "relay": false, "IPv6": false,
        }));
    }
    list
}

fn section(library: &Library) -> El {
    El::new("Section")
        .attr("id", library.section_id)
        .attr("key", library.key)
        .attr("type", library.kind.clone())
        .attr("title", library.title.clone())
}

/// GET /api/servers/{}
pub fn sections_v1(call: &mut Call) -> Result<Reply, Refusal> {
    let caller = call.account()?;
    let server = call.world.owned_server(caller, &call.text(0))?;
    let shown = El::new("Server")
        .attr("name", server.name.clone())
        .attr("address", "203.0.113.7")
        .attr("port", 32400)
        .attr("version", server.version.clone())
        .attr("scheme", "http")
        .attr("host", "203.0.113.7")
        .attr("machineIdentifier", server.machine_identifier.clone())
        .attr("owned", 1)
        .list(server.libraries.iter().map(section));
    Ok(Reply::v1(
        El::new("MediaContainer")
            .attr("friendlyName", "myPlex")
            .attr("identifier", "com.plexapp.plugins.myplex")
            .attr("machineIdentifier", server.machine_identifier.clone())
            .attr("size", 1)
            .kid(shown),
    ))
}

/// GET /api/v2/servers/{}
pub fn sections_v2(call: &mut Call) -> Result<Reply, Refusal> {
    call.client_identifier()?;
    let caller = call.account()?;
    let server = call.world.owned_server(caller, &call.text(0))?;
    let libraries: Vec<_> = server
        .libraries
        .iter()
        .map(|l| json!({ "id": l.section_id, "key": l.key, "title": l.title, "type": l.kind }))
        .collect();
    Ok(Reply::v2(
        "server",
        json!({
            "name": server.name,
            "machineIdentifier": server.machine_identifier,
            "version": server.version,
            "librarySections": libraries,
        }),
    ))
}
