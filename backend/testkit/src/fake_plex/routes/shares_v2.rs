//! Shares over all servers of an owner, v2: lists of three kinds, create, update, end, accept.

use super::shares_v1::{about, ids};
use super::times::{iso, iso_or_null};
use crate::fake_plex::call::Call;
use crate::fake_plex::refusal::Refusal;
use crate::fake_plex::reply::{Body, Reply};
use crate::fake_plex::world::{NewShare, Share, Shared, SharingSettings, Who, World};
use serde_json::{Map, Value, json};

/// Settings as v2 writes them.
pub(super) fn settings_json(settings: &SharingSettings) -> Value {
    serde_json::to_value(settings).unwrap_or_default()
}

/// A share as v2 writes it.
pub(super) fn row(world: &World, share: &Share) -> Value {
    let server = world.servers.get(&share.machine_identifier);
    let account = share.invited.and_then(|id| world.accounts.get(&id));
    let libraries: Vec<_> = server
        .iter()
        .flat_map(|s| &s.libraries)
        .filter(|l| share.covers(l.section_id))
        .map(|l| json!({ "id": l.section_id, "key": l.key, "title": l.title, "type": l.kind }))
        .collect();
    json!({
        "id": share.id,
        "name": server.map(|s| s.name.as_str()),
        "ownerId": share.owner,
        "invitedId": share.invited,
        "invitedEmail": share.invited_email,
        "serverId": server.map(|s| s.server_id),
        "accepted": share.accepted_at.is_some(),
        "invitedAt": iso(share.invited_at),
        "acceptedAt": iso_or_null(share.accepted_at),
        "deletedAt": Value::Null,
        "leftAt": Value::Null,
        "owned": true,
        "inviteToken": Value::Null,
        "machineIdentifier": share.machine_identifier,
        "lastSeenAt": iso(world.now()),
        "numLibraries": libraries.len(),
        "allLibraries": share.shared == Shared::All,
        "libraries": libraries,
        "sharingSettings": settings_json(&world.settings_for(share.owner, &share.invitee())),
        "invited": account.map(|a| json!({
            "id": a.id, "uuid": a.uuid, "title": a.title, "username": a.username, "email": a.email,
            "friendlyName": a.title, "thumb": world.thumb(a), "restricted": a.restricted,
            "home": world.home_of(a.id).is_some_and(|h| world.home_of(share.owner) == Some(h)),
            "status": if world.are_friends(share.owner, a.id) { "accepted" } else { "pending_sent" },
        })),
    })
}

fn caller(call: &Call) -> Result<u64, Refusal> {
    call.client_identifier()?;
    call.account()
}

/// GET .../owned/accepted
pub fn accepted(call: &mut Call) -> Result<Reply, Refusal> {
    let caller = caller(call)?;
    let world = &*call.world;
    let shares = world.relations.shares.values();
    let rows = shares.filter(|s| s.owner == caller && s.accepted_at.is_some()).map(|s| row(world, s));
    Ok(Reply::v2("sharedServers", rows.collect()))
}

fn pending(world: &World, owner: u64) -> impl Iterator<Item = &Share> {
    let shares = world.relations.shares.values();
    shares.filter(move |s| s.owner == owner && s.accepted_at.is_none() && !s.stale)
}

/// GET .../owned/pending: the rows flat.
pub fn pending_flat(call: &mut Call) -> Result<Reply, Refusal> {
    let caller = caller(call)?;
    let world = &*call.world;
    let rows = pending(world, caller).map(|s| row(world, s)).collect();
    Ok(Reply::v2("sharedServers", rows))
}

/// GET .../invites/owned/pending: one object a person, with the rows inside.
pub fn pending_by_person(call: &mut Call) -> Result<Reply, Refusal> {
    let caller = caller(call)?;
    let world = &*call.world;
    let mut people: Vec<(String, Value)> = Vec::new();
    for share in pending(world, caller) {
        let invitee = share.invitee();
        let at = people.iter().position(|(known, _)| *known == invitee).unwrap_or_else(|| {
            people.push((invitee.clone(), person(world, share)));
            people.len() - 1
        });
        if let Some(Value::Array(rows)) = people[at].1.get_mut("sharedServers") {
            rows.push(row(world, share));
        }
    }
    Ok(Reply::v2("invites", people.into_iter().map(|(_, value)| value).collect()))
}

fn person(world: &World, share: &Share) -> Value {
    match share.invited.and_then(|id| world.accounts.get(&id)) {
        Some(a) => json!({
            "id": a.id, "uuid": a.uuid, "title": a.title, "username": a.username, "email": a.email,
            "friendlyName": a.title, "thumb": world.thumb(a), "home": false, "restricted": a.restricted,
            "status": "pending_sent", "sharedServers": [], "sharedSources": [],
        }),
        None => json!({
            "id": Value::Null, "uuid": Value::Null, "title": share.invited_email, "username": Value::Null,
            "email": share.invited_email, "friendlyName": Value::Null, "thumb": Value::Null,
            "home": false, "restricted": false,
            "status": "pending_sent", "sharedServers": [], "sharedSources": [],
        }),
    }
}

/// GET .../invites/received/pending: what others offered to the caller.
pub fn received(call: &mut Call) -> Result<Reply, Refusal> {
    let caller = caller(call)?;
    call.world.claim_invitations(caller);
    let world = &*call.world;
    let now = world.now();
    let mut owners: Vec<(u64, Value)> = Vec::new();
    let mine = world.relations.shares.values().filter(|s| {
        s.invited == Some(caller) && s.accepted_at.is_none() && !s.stale && s.visible_from <= now
    });
    for share in mine {
        let Some(owner) = world.accounts.get(&share.owner) else {
            continue;
        };
        let at =
            owners.iter().position(|(id, _)| *id == owner.id).unwrap_or_else(|| {
                owners.push((owner.id, json!({
                "owner": {
                    "id": owner.id, "uuid": owner.uuid, "username": owner.username, "email": owner.email,
                    "title": owner.title, "friendlyName": owner.title, "thumb": world.thumb(owner),
                },
                "sharedServers": [],
            })));
                owners.len() - 1
            });
        let mut shown = row(world, share);
        shown["owned"] = json!(false);
        if let Some(Value::Array(rows)) = owners[at].1.get_mut("sharedServers") {
            rows.push(shown);
        }
    }
    Ok(Reply::v2("invites", owners.into_iter().map(|(_, value)| value).collect()))
}

/// POST /api/v2/shared_servers
pub fn create(call: &mut Call) -> Result<Reply, Refusal> {
    let caller = caller(call)?;
    let body = call.request.json();
    let text =
        |name: &str| body.get(name).and_then(Value::as_str).filter(|s| !s.is_empty()).map(str::to_owned);
    let machine_identifier =
        text("machineIdentifier").ok_or(Refusal::Malformed("machineIdentifier is missing".into()))?;
    let who = match (body.get("invitedId").and_then(Value::as_u64), text("invitedEmail")) {
        (Some(id), _) => Who::Id(id),
        (None, Some(name)) => Who::Text(name),
        (None, None) => return Err(Refusal::Malformed("invitedEmail is missing".into())),
    };
    call.about = Some(about(call.world, &who));
    let new = NewShare {
        machine_identifier,
        who,
        sections: ids(body.get("librarySectionIds"))?.unwrap_or_default(),
        settings: object(&body, "settings").unwrap_or_default(),
        skip_friendship: body.get("skipFriendship").and_then(Value::as_bool).unwrap_or(false),
    };
    let id = call.world.create_share(caller, new)?;
    Ok(show(call, caller, id)?.with_status(201))
}

fn object(body: &Map<String, Value>, name: &str) -> Option<Map<String, Value>> {
    body.get(name).and_then(Value::as_object).cloned()
}

fn show(call: &Call, caller: u64, id: u64) -> Result<Reply, Refusal> {
    let share = call.world.owned_share(caller, id)?;
    Ok(Reply::v2("sharedServer", row(call.world, share)))
}

/// GET /api/v2/shared_servers/{}
pub fn get(call: &mut Call) -> Result<Reply, Refusal> {
    let (caller, id) = (caller(call)?, call.number(0)?);
    show(call, caller, id)
}

/// POST /api/v2/shared_servers/{}: libraries and permissions together.
pub fn update(call: &mut Call) -> Result<Reply, Refusal> {
    let (caller, id) = (caller(call)?, call.number(0)?);
    let invitee = call.world.relations.shares.get(&id).map(Share::invitee);
    call.about.clone_from(&invitee);
    call.world.owned_share(caller, id)?;
    let body = call.request.json();
    if let Some(sections) = ids(body.get("librarySectionIds"))? {
        call.world.update_sections(caller, id, &sections)?;
    }
    if let (Some(fields), Some(invitee)) = (object(&body, "settings"), invitee) {
        if call.world.config.update_replaces_settings {
            call.world.reset_settings(caller, &invitee);
        }
        call.world.change_settings(caller, &invitee, &fields);
    }
    show(call, caller, id)
}

/// DELETE /api/v2/shared_servers/{}: ends a share, withdraws or declines an invitation.
pub fn remove(call: &mut Call) -> Result<Reply, Refusal> {
    let (caller, id) = (caller(call)?, call.number(0)?);
    call.about = call.world.relations.shares.get(&id).map(Share::invitee);
    call.world.remove_share(caller, id)?;
    Ok(Reply::new(204, Body::Empty))
}

/// POST /api/v2/shared_servers/{}/accept, with the invitee's own token.
pub fn accept(call: &mut Call) -> Result<Reply, Refusal> {
    let (caller, id) = (caller(call)?, call.number(0)?);
    call.about = call.world.relations.shares.get(&id).map(Share::invitee);
    let owner = call.world.accept_share(caller, id)?;
    let mut reply = show(call, owner, id)?;
    if let Body::V2 { value, .. } = &mut reply.body {
        value["owned"] = json!(false);
    }
    Ok(reply)
}
