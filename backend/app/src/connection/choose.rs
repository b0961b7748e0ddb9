//! The servers of the account that has signed in, with their addresses tried from here and ranked.

use std::time::Duration;

use futures::future::join_all;
use pum_domain::text::clean_name;
use pum_domain::{AdminId, ProblemCode};
use pum_plex::{Connection, Lane, ServerResource};
use url::Url;

use super::owner_token;
use crate::ctx::Ctx;
use crate::error::{AppError, AppResult};

/// How long an address has to answer: many lead nowhere from where we are.
const PATIENCE: Duration = Duration::from_secs(3);
/// Addresses tried for each server.
const ADDRESSES: usize = 12;
/// Servers whose addresses are tried.
const SERVERS: usize = 20;

/// An address of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The address.
    pub uri: String,
    /// In the server's own network.
    pub local: bool,
    /// Through Plex's relay: slow.
    pub relay: bool,
    /// Whether this very server answered there.
    pub reachable: bool,
}

/// A server to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerChoice {
    /// What tells it from any other.
    pub machine_identifier: String,
    /// Its name.
    pub name: String,
    /// Whether the account owns it: only those can be chosen.
    pub owned: bool,
    /// Its version, if known.
    pub version: Option<String>,
    /// Its addresses, the best first.
    pub addresses: Vec<Address>,
}

/// The servers of the account that has signed in, own ones first.
pub async fn list_servers(ctx: &Ctx, admin_id: AdminId) -> AppResult<Vec<ServerChoice>> {
    let mut servers = servers(ctx, admin_id).await?;
    servers.sort_by_key(|server| !server.owned);
    servers.truncate(SERVERS);
    Ok(join_all(servers.into_iter().map(|server| choice(ctx, server))).await)
}

/// What Plex says about the account's servers.
pub(super) async fn servers(ctx: &Ctx, admin_id: AdminId) -> AppResult<Vec<ServerResource>> {
    let waiting = owner_token::waiting(ctx, &ctx.reader(), admin_id).await?.ok_or_else(not_signed_in)?;
    let plex = ctx.plex().in_lane(Lane::Interactive);
    Ok(plex.servers(&waiting.token).await?)
}

pub(super) fn not_signed_in() -> AppError {
    AppError::conflict(
        ProblemCode::PlexTokenRequired,
        "Sign in with Plex as the server's owner first, or give the server's address and token.",
    )
}

async fn choice(ctx: &Ctx, server: ServerResource) -> ServerChoice {
    let mut addresses = Vec::new();
    // The addresses of other people's servers are none of our business.
    if server.owned {
        let tried = server
            .connections
            .iter()
            .take(ADDRESSES)
            .map(|one| address(ctx, one, &server.machine_identifier));
        addresses = join_all(tried).await;
        addresses.sort_by_key(rank);
    }
    ServerChoice {
        name: clean_name(&server.name),
        machine_identifier: server.machine_identifier,
        owned: server.owned,
        version: server.version,
        addresses,
    }
}

async fn address(ctx: &Ctx, connection: &Connection, machine_identifier: &str) -> Address {
    let answered = async {
        let url = Url::parse(&connection.uri).ok()?;
        let server = ctx.media_servers().try_out(&url).ok()?.within(PATIENCE);
        server.identity().await.ok()
    };
    let reachable = answered.await.is_some_and(|identity| identity.machine_identifier == machine_identifier);
    Address { uri: connection.uri.clone(), local: connection.local, relay: connection.relay, reachable }
}

/// Answering before silent, direct before relayed, near before far, encrypted before plain.
fn rank(address: &Address) -> (bool, bool, bool, bool) {
    (!address.reachable, address.relay, !address.local, !address.uri.starts_with("https:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_address_comes_first() {
        let address =
            |uri: &str, local, relay, reachable| Address { uri: uri.to_owned(), local, relay, reachable };
        let mut addresses = [
            address("http://silent", true, false, false),
            address("https://relay", false, true, true),
            address("https://far", false, false, true),
            address("http://near", true, false, true),
            address("https://near", true, false, true),
        ];
        addresses.sort_by_key(rank);
        let order: Vec<_> = addresses.iter().map(|one| one.uri.as_str()).collect();
        assert_eq!(order, ["https://near", "http://near", "https://far", "https://relay", "http://silent"]);
    }
}
