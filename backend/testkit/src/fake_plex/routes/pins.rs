//! PINs: made and polled without a token, by one client identifier.

use super::times::{iso, iso_or_null};
use crate::fake_plex::call::Call;
use crate::fake_plex::refusal::Refusal;
use crate::fake_plex::reply::{Body, Reply};
use crate::fake_plex::world::Pin;
use serde_json::{Value, json};

/// POST /api/v2/pins
pub fn create(call: &mut Call) -> Result<Reply, Refusal> {
    let client = call.client_identifier()?;
    let product = call.request.header("x-plex-product").unwrap_or("").to_owned();
    let strong = call.request.flag("strong");
    let pin = call.world.create_pin(&client, &product, strong);
    Ok(show(call, &pin).with_status(201))
}

/// GET /api/v2/pins/{}
pub fn poll(call: &mut Call) -> Result<Reply, Refusal> {
    let client = call.client_identifier()?;
    let id = call.number(0).map_err(|_| Refusal::PinNotFound)?;
    let pin = call.world.poll_pin(id, &client)?;
    Ok(show(call, &pin))
}

/// PUT /api/v2/pins/link: what plex.tv/link does with a typed code.
pub fn link(call: &mut Call) -> Result<Reply, Refusal> {
    call.client_identifier()?;
    let account = call.account()?;
    let code = call.request.param("code").ok_or(Refusal::Malformed("code is missing".into()))?;
    call.world.sign_in(&code, account)?;
    Ok(Reply::new(204, Body::Empty))
}

fn show(call: &Call, pin: &Pin) -> Reply {
    let left_s = (pin.expires_at - call.world.now()).max(0) / 1000;
    let value = json!({
        "id": pin.id,
        "code": pin.code,
        "product": pin.product,
        "trusted": false,
        "qr": format!("{}/api/v2/pins/qr/{}", call.world.urls.plex_tv, pin.code),
        "clientIdentifier": pin.client_identifier,
        "location": {
            "code": "AT", "european_union_member": true, "continent_code": "EU",
            "country": "Austria", "city": "Vienna", "time_zone": "Europe/Vienna",
            "postal_code": "1010", "in_privacy_restricted_country": true,
            "subdivisions": "Vienna", "coordinates": "48.2, 16.37",
        },
        "expiresIn": left_s,
        "createdAt": iso(pin.created_at),
        "expiresAt": iso_or_null(Some(pin.expires_at)),
        "authToken": pin.auth_token,
        "newRegistration": Value::Null,
    });
    Reply::v2("pin", value)
}
