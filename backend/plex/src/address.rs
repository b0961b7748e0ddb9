//! Which addresses may be called at all.
//!
//! An admin types the media server's address, so it could be aimed at what only the machine itself may
//! reach: link-local addresses, where clouds keep their credentials. Home networks and this machine are
//! where media servers live and stay allowed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use crate::error::PlexError;

/// Checks an address as typed. Host names are checked again when they are resolved.
///
/// # Errors
/// `AddressRefused` with the reason.
pub(crate) fn check(url: &Url) -> Result<(), PlexError> {
    let refused = |reason| Err(PlexError::AddressRefused { reason });
    if !matches!(url.scheme(), "http" | "https") {
        return refused("only http and https");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refused("a user name or password in the address");
    }
    let forbidden = match url.host() {
        None => return refused("no host"),
        Some(Host::Ipv4(ip)) => is_forbidden(IpAddr::V4(ip)),
        Some(Host::Ipv6(ip)) => is_forbidden(IpAddr::V6(ip)),
        Some(Host::Domain(_)) => false,
    };
    if forbidden { refused("a link-local or metadata address") } else { Ok(()) }
}

fn is_forbidden(ip: IpAddr) -> bool {
    const METADATA_V4: Ipv4Addr = Ipv4Addr::new(100, 100, 100, 200);
    const METADATA_V6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.is_link_local() || ip == METADATA_V4 || ip.is_broadcast() || ip.is_multicast(),
        IpAddr::V6(ip) => ip.is_unicast_link_local() || ip == METADATA_V6 || ip.is_multicast(),
    }
}

/// The system's resolver, without the answers that may not be called.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GuardedNames;

impl Resolve for GuardedNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found.filter(|address| !is_forbidden(address.ip())).collect();
            if allowed.is_empty() {
                return Err("dns error: no address that may be called".into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use url::Url;

    #[test]
    fn media_servers_live_at_home_or_in_the_world_never_link_local() {
        let allowed = [
            "http://192.168.1.10:32400",
            "http://localhost:32400",
            "http://127.0.0.1:32400",
            "http://[fd12:3456::1]:32400",
            "https://1-2-3-4.0123456789abcdef.plex.direct:32400",
            "https://plex.example.org/plex",
            "http://100.100.1.2:32400",
        ];
        for url in allowed {
            assert_eq!(check(&Url::parse(url).unwrap()), Ok(()), "{url}");
        }
        let refused = [
            "http://169.254.169.254/latest/meta-data",
            "http://[fe80::1]:32400",
            "http://[::ffff:169.254.169.254]/",
            "http://0xa9fea9fe/",
            "http://2852039166/",
            "http://[fd00:ec2::254]/",
            "http://100.100.100.200/",
            "http://user@192.168.1.10:32400",
            "http://:pw@192.168.1.10:32400",
            "ftp://192.168.1.10",
            "file:///etc/passwd",
        ];
        for url in refused {
            assert_eq!(check(&Url::parse(url).unwrap()).unwrap_err().code(), "plex_address_refused", "{url}");
        }
    }
}
