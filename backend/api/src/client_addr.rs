//! Who is asking: the peer, or what a trusted proxy says about its own peer.
//!
//! Forwarded headers count only when the peer is in `TRUSTED_PROXIES`. The hops are read from the
//! right, since everything further left was written by somebody the proxy did not check.

use std::future::{Ready, ready};
use std::net::IpAddr;

use actix_web::dev::Payload;
use actix_web::http::header::{FORWARDED, HOST, HeaderMap};
use actix_web::{FromRequest, HttpRequest};
use ipnet::{IpNet, Ipv6Net};

use crate::error::ApiError;
use crate::state::Web;

/// The address of the client, as far as it can be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddr(pub IpAddr);

impl ClientAddr {
    /// The client of a request.
    pub fn of(req: &HttpRequest) -> Self {
        let peer = peer(req);
        Self(client(peer, req.headers(), Web::of(req).trusted_proxies()))
    }

    /// What throttles count by: the address, or for IPv6 its /64, of which one household has a whole one.
    pub fn group(self) -> String {
        match self.0 {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => match Ipv6Net::new(address, 64) {
                Ok(net) => net.trunc().to_string(),
                Err(_) => address.to_string(),
            },
        }
    }
}

impl std::fmt::Display for ClientAddr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl FromRequest for ClientAddr {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(req)))
    }
}

/// Scheme and host under which the client reached us, as far as they can be believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenAs {
    /// `http` or `https`.
    pub scheme: String,
    /// Host and port, as in the header.
    pub host: Option<String>,
}

impl SeenAs {
    /// How this request came in.
    pub fn of(req: &HttpRequest) -> Self {
        let trusted = is_trusted(peer(req), Web::of(req).trusted_proxies());
        seen_as(req.headers(), trusted)
    }
}

fn seen_as(headers: &HeaderMap, trusted: bool) -> SeenAs {
    let own_host = headers.get(HOST).and_then(|host| host.to_str().ok()).map(str::to_owned);
    if !trusted {
        return SeenAs { scheme: "http".to_owned(), host: own_host };
    }
    let scheme = last(headers, "x-forwarded-proto").or_else(|| forwarded(headers, "proto").pop());
    let host = last(headers, "x-forwarded-host").or_else(|| forwarded(headers, "host").pop());
    let scheme = match scheme.as_deref() {
        Some("https") => "https",
        _ => "http",
    };
    SeenAs { scheme: scheme.to_owned(), host: host.or(own_host) }
}

fn peer(req: &HttpRequest) -> IpAddr {
    let peer = req.peer_addr().map(|peer| peer.ip());
    peer.unwrap_or(IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED)).to_canonical()
}

fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|net| net.contains(&address))
}

fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    if !is_trusted(peer, trusted) {
        return peer;
    }
    let mut hops = list(headers, "x-forwarded-for");
    if hops.is_empty() {
        hops = forwarded(headers, "for");
    }
    let mut client = peer;
    for hop in hops.iter().rev() {
        if !is_trusted(client, trusted) {
            break;
        }
        match parse_hop(hop) {
            Some(address) => client = address,
            None => break,
        }
    }
    client
}

/// `203.0.113.7`, `203.0.113.7:4711`, `2001:db8::1`, `[2001:db8::1]:4711`.
fn parse_hop(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    let address = text
        .parse::<IpAddr>()
        .ok()
        .or_else(|| text.parse::<std::net::SocketAddr>().ok().map(|socket| socket.ip()))
        .or_else(|| text.strip_prefix('[')?.strip_suffix(']')?.parse().ok())?;
    Some(address.to_canonical())
}

fn list(headers: &HeaderMap, name: &str) -> Vec<String> {
    let lines = headers.get_all(name).filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(|part| part.trim().to_owned()).collect()
}

fn last(headers: &HeaderMap, name: &str) -> Option<String> {
    list(headers, name).pop().map(|text| text.to_ascii_lowercase())
}

/// One parameter of every element of `Forwarded` (RFC 7239), in order.
fn forwarded(headers: &HeaderMap, parameter: &str) -> Vec<String> {
    let elements = list(headers, FORWARDED.as_str());
    let pairs = elements.iter().filter_map(|element| {
        element.split(';').find_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            name.trim().eq_ignore_ascii_case(parameter).then(|| value.trim().trim_matches('"').to_owned())
        })
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(lines: &[(&str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            let name: HeaderName = name.parse().expect("a header name");
            headers.append(name, HeaderValue::from_str(value).expect("a header value"));
        }
        headers
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let proxies: Vec<IpNet> =
            ["10.0.0.0/8", "fd00::/8"].iter().map(|net| net.parse().expect("a net")).collect();
        type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);
        let cases: [Case<'_>; 11] = [
            ("203.0.113.9", &[("x-forwarded-for", "198.51.100.1")], "203.0.113.9"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &[("x-forwarded-for", "198.51.100.1")], "198.51.100.1"),
            ("10.0.0.1", &[("x-forwarded-for", "6.6.6.6, 198.51.100.1")], "198.51.100.1"),
            ("10.0.0.1", &[("x-forwarded-for", "6.6.6.6, 198.51.100.1, 10.0.0.2")], "198.51.100.1"),
            ("10.0.0.1", &[("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "7.7.7.7")], "7.7.7.7"),
            ("10.0.0.1", &[("x-forwarded-for", "198.51.100.1, <script>")], "10.0.0.1"),
            ("10.0.0.1", &[("x-forwarded-for", "198.51.100.1, nonsense, 10.0.0.2")], "10.0.0.2"),
            ("fd00::1", &[("forwarded", "for=\"[2001:db8::5]:4711\";proto=https")], "2001:db8::5"),
            ("10.0.0.1", &[("forwarded", "for=6.6.6.6, for=198.51.100.7")], "198.51.100.7"),
            ("10.0.0.1", &[("x-forwarded-for", "::ffff:198.51.100.1")], "198.51.100.1"),
        ];
        for (peer, lines, expected) in cases {
            let peer = peer.parse().expect("an address");
            let found = client(peer, &headers(lines), &proxies);
            assert_eq!(found.to_string(), expected, "{peer} {lines:?}");
        }
    }

    #[test]
    fn a_household_is_one_group() {
        let group = |text: &str| ClientAddr(text.parse().expect("an address")).group();
        assert_eq!(group("2001:db8:1:2:3:4:5:6"), group("2001:db8:1:2::9"));
        assert_ne!(group("2001:db8:1:2::9"), group("2001:db8:1:3::9"));
        assert_eq!(group("203.0.113.9"), "203.0.113.9");
    }

    #[test]
    fn the_scheme_is_believed_from_proxies_only() {
        let lines =
            [("host", "pum.lan:5699"), ("x-forwarded-proto", "https"), ("x-forwarded-host", "a.example")];
        let told = headers(&lines);
        let proxied = seen_as(&told, true);
        assert_eq!((proxied.scheme.as_str(), proxied.host.as_deref()), ("https", Some("a.example")));
        let direct = seen_as(&told, false);
        assert_eq!((direct.scheme.as_str(), direct.host.as_deref()), ("http", Some("pum.lan:5699")));
    }
}
