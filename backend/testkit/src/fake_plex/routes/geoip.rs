//! Where an address is. The fake knows two places, one of them only by half, as plex.tv does with many.

use crate::fake_plex::call::Call;
use crate::fake_plex::refusal::Refusal;
use crate::fake_plex::reply::Reply;
use serde_json::json;
use std::net::IpAddr;

/// GET /api/v2/geoip
pub fn geoip(call: &mut Call) -> Result<Reply, Refusal> {
    call.client_identifier()?;
    call.account()?;
    let asked = call.request.param("ip_address").unwrap_or_default();
    let address: IpAddr =
        asked.parse().map_err(|_| Refusal::Malformed("ip_address is no address".to_owned()))?;
    let place = match address {
        IpAddr::V4(v4) if v4.octets()[..3] == [203, 0, 113] => json!({
            "code": "AT", "continent_code": "EU", "coordinates": "48.2082, 16.3738", "country": "Austria",
            "city": "Vienna", "european_union_member": true, "in_privacy_restricted_country": "Unknown",
            "postal_code": "1010", "subdivisions": "Vienna", "time_zone": "Europe/Vienna",
        }),
        IpAddr::V4(v4) if v4.octets()[..3] == [198, 51, 100] => json!({
            "code": "SE", "continent_code": "EU", "coordinates": "59.3247, 18.056", "country": "Sweden",
            "city": "", "european_union_member": "Unknown", "in_privacy_restricted_country": "Unknown",
            "postal_code": "", "subdivisions": "", "time_zone": "Europe/Stockholm",
        }),
        _ => return Err(Refusal::NotFound),
    };
    Ok(Reply::v2("location", place))
}
