//! The account behind a token, in the three shapes clients ask for; keeping and ending tokens.

use super::times::{epoch, iso};
use crate::fake_plex::call::Call;
use crate::fake_plex::markup::El;
use crate::fake_plex::refusal::Refusal;
use crate::fake_plex::reply::{Body, Reply};
use crate::fake_plex::world::{Account, World};
use serde_json::{Value, json};

/// The caller's account after the checks that v2 makes.
fn caller_v2(call: &Call) -> Result<u64, Refusal> {
    call.client_identifier()?;
    call.account()
}

fn get(world: &World, id: u64) -> Result<&Account, Refusal> {
    world.accounts.get(&id).ok_or(Refusal::NotAuthenticated)
}

fn features(account: &Account) -> Vec<&'static str> {
    if account.plex_pass { vec!["pass", "webhooks", "session_kick", "sync", "home"] } else { Vec::new() }
}

/// GET /api/v2/user
pub fn user(call: &mut Call) -> Result<Reply, Refusal> {
    let id = caller_v2(call)?;
    call.world.claim_invitations(id);
    let token = call.request.header("x-plex-token").unwrap_or("").to_owned();
    let world = &*call.world;
    let account = get(world, id)?;
    let home = world.home_of(id);
    let home_size = home.and_then(|h| world.relations.homes.get(&h)).map_or(0, |m| m.len() + 1);
    let status = if account.plex_pass { "Active" } else { "Inactive" };
    let mut told = json!({
            "id": account.id,
            "uuid": account.uuid,
            "username": account.username,
            "title": account.title,
            "email": account.email,
            "friendlyName": account.title,
            "locale": Value::Null,
            "confirmed": account.confirmed,
            "joinedAt": epoch(account.joined_at),
            "emailOnlyAuth": false,
            "hasPassword": true,
            "protected": false,
            "thumb": world.thumb(account),
            "authToken": token,
            "mailingListStatus": "unsubscribed",
            "mailingListActive": false,
            "scrobbleTypes": "",
            "country": "AT",
            "subscription": {
                "active": account.plex_pass,
                "subscribedAt": Value::Null,
                "status": status,
                "paymentService": Value::Null,
                "plan": if account.plex_pass { json!("lifetime") } else { Value::Null },
                "features": features(account),
            },
            "subscriptionDescription": Value::Null,
            "restricted": account.restricted,
            "anonymous": Value::Null,
            "home": home.is_some(),
            "guest": false,
            "homeSize": home_size,
            "homeAdmin": home == Some(id),
            "maxHomeSize": 15,
            "rememberExpiresAt": Value::Null,
            "profile": {
                "autoSelectAudio": true, "defaultAudioLanguage": "en", "defaultSubtitleLanguage": "en",
                "autoSelectSubtitle": 0, "defaultSubtitleAccessibility": 0, "defaultSubtitleForced": 0,
            },
            "entitlements": [],
            "roles": if account.plex_pass { json!(["plexpass"]) } else { json!([]) },
            "services": [],
            "adsConsent": Value::Null,
            "experimentalFeatures": false,
            "twoFactorEnabled": false,
            "backupCodesCreated": false,
    });
    if let Some(fields) = told.as_object_mut().filter(|_| !world.config.account_tells_confirmed) {
        fields.remove("confirmed");
    }
    Ok(Reply::v2("user", told))
}

/// GET /users/account
pub fn old_xml(call: &mut Call) -> Result<Reply, Refusal> {
    let id = call.account()?;
    let token = call.request.header("x-plex-token").unwrap_or("").to_owned();
    let account = get(call.world, id)?;
    Ok(Reply::v1(
        El::new("user")
            .attr("id", account.id)
            .attr("uuid", account.uuid.clone())
            .attr("email", account.email.clone())
            .attr("username", account.username.clone())
            .attr("title", account.title.clone())
            .attr("thumb", call.world.thumb(account))
            .attr("restricted", account.restricted)
            .attr("home", call.world.home_of(id).is_some())
            .attr("authToken", token.clone())
            .attr("authenticationToken", token)
            .kid(
                El::new("subscription")
                    .attr("active", account.plex_pass)
                    .attr("plan", if account.plex_pass { "lifetime" } else { "" }),
            ),
    ))
}

/// GET /users/account.json
pub fn old_json(call: &mut Call) -> Result<Reply, Refusal> {
    let id = call.account()?;
    let token = call.request.header("x-plex-token").unwrap_or("").to_owned();
    let account = get(call.world, id)?;
    let user = json!({
        "id": account.id, "uuid": account.uuid, "email": account.email, "username": account.username,
        "title": account.title, "thumb": call.world.thumb(account), "joined_at": iso(account.joined_at),
        "authToken": token, "authentication_token": token,
        "subscription": { "active": account.plex_pass },
        "confirmedAt": account.confirmed.then(|| iso(account.joined_at)),
    });
    Ok(Reply::new(200, Body::Json(json!({ "user": user }))))
}

/// GET /api/v2/ping
pub fn ping(call: &mut Call) -> Result<Reply, Refusal> {
    caller_v2(call)?;
    if call.request.accepts_json() {
        return Ok(Reply::new(200, Body::Json(json!({ "pong": true }))));
    }
    Ok(Reply::v1(El::new("pong").text("1")))
}

/// DELETE /api/v2/users/signout: the token dies, and only this one.
pub fn sign_out(call: &mut Call) -> Result<Reply, Refusal> {
    caller_v2(call)?;
    let token = call.request.header("x-plex-token").unwrap_or("").to_owned();
    call.world.tokens.remove(&token);
    Ok(Reply::new(204, Body::Empty))
}

fn show_webhooks(account: &Account) -> Reply {
    let urls: Vec<_> = account.webhooks.iter().map(|url| json!({ "url": url })).collect();
    Reply::v2("webhooks", Value::from(urls))
}

fn with_webhooks(world: &World, id: u64) -> Result<&Account, Refusal> {
    let account = get(world, id)?;
    if account.plex_pass {
        Ok(account)
    } else {
        Err(Refusal::NotAllowed("A subscription is required".into()))
    }
}

/// GET /api/v2/user/webhooks
pub fn webhooks(call: &mut Call) -> Result<Reply, Refusal> {
    let id = caller_v2(call)?;
    with_webhooks(call.world, id).map(show_webhooks)
}

/// POST /api/v2/user/webhooks: replaces the whole list.
pub fn set_webhooks(call: &mut Call) -> Result<Reply, Refusal> {
    let id = caller_v2(call)?;
    with_webhooks(call.world, id)?;
    let urls = call.request.form().into_iter().filter(|(name, url)| name == "urls[]" && !url.is_empty());
    let urls = urls.map(|(_, url)| url).collect();
    if let Some(account) = call.world.accounts.get_mut(&id) {
        account.webhooks = urls;
    }
    with_webhooks(call.world, id).map(show_webhooks)
}
