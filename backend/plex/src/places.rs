//! Where an address of the internet is, as far as Plex knows.

use std::net::IpAddr;

use crate::{
    client::{Host, PlexTv},
    error::PlexError,
    routes::Route,
    token::Token,
    tree::Node,
};

const GEOIP: Route = "GET /api/v2/geoip";
const WHAT: &str = "a place";

/// Roughly where an address is. Names are Plex's own, in English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The country's two letters, such as `AT`.
    pub country_code: Option<String>,
    /// The country.
    pub country: String,
    /// The parts of the country, the larger first, as one text.
    pub region: Option<String>,
    /// The city.
    pub city: Option<String>,
    /// The postal code.
    pub postal_code: Option<String>,
    /// The name of the time zone, such as `Europe/Vienna`.
    pub time_zone: Option<String>,
}

impl PlexTv {
    /// Where an address is; `None` where Plex does not know.
    ///
    /// # Errors
    /// Those of any call; `Garbage` for an answer about something else.
    pub async fn place(&self, token: &Token, address: IpAddr) -> Result<Option<Place>, PlexError> {
        let request = self.request(Host::PlexTv, GEOIP, &[])?.token(token);
        let request = request.query(&[("ip_address", &address.to_string())]);
        match self.send(self.reading(), Host::PlexTv, request).await {
            // It is not written anywhere how plex.tv refuses an address that it has no place for.
            Err(PlexError::ItemMissing | PlexError::Refused { status: 400 | 422, .. }) => Ok(None),
            answer => read_place(&answer?.tree(WHAT)?),
        }
    }
}

fn read_place(root: &Node) -> Result<Option<Place>, PlexError> {
    let location = match root.child(&["location"]) {
        Some(location) => location,
        // In JSON there is no name around it.
        None if root.name == "location" || root.text("code").is_some() => root,
        None => return Err(PlexError::Garbage { what: WHAT }),
    };
    let known = |name: &str| location.string(name).filter(|text| !text.eq_ignore_ascii_case("unknown"));
    Ok(known("country").map(|country| Place {
        country_code: known("code"),
        country,
        region: known("subdivisions"),
        city: known("city"),
        postal_code: known("postal_code"),
        time_zone: known("time_zone"),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Option<Place>, PlexError> {
        read_place(&Node::read(body.as_bytes()).unwrap())
    }

    #[test]
    fn a_place_reads_alike_in_both_spellings() {
        let xml = r#"<?xml version="1.0"?><location code="AT" continent_code="EU" coordinates="48.2, 16.37"
            country="Austria" city="Vienna" european_union_member="1" in_privacy_restricted_country="Unknown"
            postal_code="1010" subdivisions="Vienna" time_zone="Europe/Vienna"/>"#;
        let json = r#"{"code":"AT","country":"Austria","city":"Vienna","postal_code":1010,"subdivisions":"Vienna",
            "time_zone":"Europe/Vienna","european_union_member":true,"in_privacy_restricted_country":"Unknown"}"#;
        let wrapped = format!(r#"{{"location":{json}}}"#);
        for body in [xml, json, &wrapped] {
            let place = read(body).unwrap().unwrap();
            assert_eq!((place.country_code.as_deref(), place.country.as_str()), (Some("AT"), "Austria"));
            assert_eq!((place.region.as_deref(), place.city.as_deref()), (Some("Vienna"), Some("Vienna")));
            assert_eq!(
                (place.postal_code.as_deref(), place.time_zone.as_deref()),
                (Some("1010"), Some("Europe/Vienna"))
            );
        }
    }

    #[test]
    fn what_plex_does_not_know_is_no_place_and_something_else_is_garbage() {
        let some = read(r#"<location code="SE" country="Sweden" city="" subdivisions="Unknown"/>"#);
        let some = some.unwrap().unwrap();
        assert_eq!((some.city, some.region, some.time_zone), (None, None, None));
        assert_eq!(read(r#"<location code="" country="" city=""/>"#), Ok(None));
        assert_eq!(read(r#"<location code="Unknown" country="Unknown"/>"#), Ok(None));
        assert_eq!(read("<html><body>sign in</body></html>"), Err(PlexError::Garbage { what: WHAT }));
    }
}
