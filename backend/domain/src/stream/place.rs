//! Whether asking where a network address is makes sense.

use std::net::{IpAddr, Ipv4Addr};

/// The first and the last address that providers give to whole neighbourhoods at once (RFC 6598).
const SHARED: [Ipv4Addr; 2] = [Ipv4Addr::new(100, 64, 0, 0), Ipv4Addr::new(100, 127, 255, 255)];

/// The address, if it is one of the internet: nothing of a home's or a provider's own network, nothing of the machine
/// itself, nothing that is no single machine. Only the address as such is read, without a port or a name.
pub fn public_address(text: &str) -> Option<IpAddr> {
    let address = text.trim().parse::<IpAddr>().ok()?.to_canonical();
    let is_public = match address {
        IpAddr::V4(v4) => {
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_broadcast()
                || v4.is_multicast()
                || v4.octets()[0] == 0
                || (SHARED[0]..=SHARED[1]).contains(&v4))
        }
        IpAddr::V6(v6) => {
            !(v6.is_unique_local()
                || v6.is_loopback()
                || v6.is_unicast_link_local()
                || v6.is_multicast()
                || v6.is_unspecified())
        }
    };
    is_public.then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_internet_are_public_and_nothing_else() {
        let public = [
            ("203.0.113.20", "203.0.113.20"),
            (" 8.8.8.8 ", "8.8.8.8"),
            ("::ffff:8.8.8.8", "8.8.8.8"),
            ("100.63.255.255", "100.63.255.255"),
            ("100.128.0.0", "100.128.0.0"),
            ("172.32.0.1", "172.32.0.1"),
            ("2A02:8388::1", "2a02:8388::1"),
        ];
        for (text, address) in public {
            assert_eq!(
                public_address(text).map(|found| found.to_string()).as_deref(),
                Some(address),
                "{text}"
            );
        }
        let others = [
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.40",
            "127.0.0.1",
            "169.254.1.1",
            "100.64.0.1",
            "100.127.255.255",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "::",
            "::1",
            "fe80::1",
            "fd12:3456::1",
            "ff02::1",
            "::ffff:192.168.1.40",
            "",
            "somewhere.example.org",
            "8.8.8.8:32400",
            "8.8.8.8/24",
            "8.8.8.8&x=1",
        ];
        for text in others {
            assert_eq!(public_address(text), None, "{text}");
        }
    }
}
