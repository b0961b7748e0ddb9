//! The people around an owner: the users list, friends, and the relation as a whole.

use super::shares_v2::{row, settings_json};
use super::times::epoch;
use crate::fake_plex::call::Call;
use crate::fake_plex::markup::El;
use crate::fake_plex::refusal::Refusal;
use crate::fake_plex::reply::{Body, Reply};
use crate::fake_plex::world::{Account, Share, World};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// GET /api/users: friends, Home members and people with an accepted share in either direction.
pub fn users(call: &mut Call) -> Result<Reply, Refusal> {
    let caller = call.account()?;
    let world = &*call.world;
    let people: Vec<_> = around(world, caller)
        .into_iter()
        .filter_map(|id| world.accounts.get(&id))
        .map(|account| user(world, caller, account))
        .collect();
    Ok(Reply::v1(
        El::new("MediaContainer")
            .attr("friendlyName", "myPlex")
            .attr("identifier", "com.plexapp.plugins.myplex")
            .attr("machineIdentifier", "3dff4c4da3b1229a649aa574a9e2b419a684a20e")
            .attr("totalSize", people.len())
            .attr("size", people.len())
            .list(people),
    ))
}

fn around(world: &World, caller: u64) -> BTreeSet<u64> {
    let mut people = BTreeSet::new();
    for f in &world.relations.friendships {
        if f.accepted_at.is_some() && f.from == caller {
            people.insert(f.to);
        } else if f.accepted_at.is_some() && f.to == caller {
            people.insert(f.from);
        }
    }
    if let Some(home) = world.home_of(caller) {
        people.insert(home);
        people.extend(world.relations.homes.get(&home).into_iter().flatten());
    }
    for share in world.relations.shares.values().filter(|s| s.accepted_at.is_some()) {
        if share.owner == caller {
            people.extend(share.invited);
        } else if share.invited == Some(caller) {
            people.insert(share.owner);
        }
    }
    people.remove(&caller);
    people
}

fn user(world: &World, caller: u64, account: &Account) -> El {
    let settings = world.settings_for(caller, &account.id.to_string());
    let at_home = world.home_of(caller).is_some_and(|h| world.home_of(account.id) == Some(h));
    let shares = world.relations.shares.values().filter(|s| {
        (s.owner == caller && s.invited == Some(account.id))
            || (s.owner == account.id && s.invited == Some(caller) && s.accepted_at.is_some())
    });
    El::new("User")
        .attr("id", account.id)
        .attr("title", account.title.clone())
        .attr("username", account.username.clone())
        .attr("recommendationsPlaylistId", "")
        .attr("email", account.email.clone())
        .attr("thumb", world.thumb(account))
        .attr("protected", false)
        .attr("home", at_home)
        .attr("restricted", account.restricted)
        .attr("allowTuners", settings.allow_tuners)
        .attr_if("allowSync", world.config.downloads_in_users_list.then_some(settings.allow_sync))
        .attr("allowCameraUpload", settings.allow_camera_upload)
        .attr("allowChannels", settings.allow_channels)
        .attr("allowSubtitleAdmin", settings.allow_subtitle_admin)
        .attr("filterAll", settings.filter_all)
        .attr("filterMovies", settings.filter_movies)
        .attr("filterMusic", settings.filter_music)
        .attr("filterPhotos", settings.filter_photos)
        .attr("filterTelevision", settings.filter_television)
        .list(shares.filter_map(|share| server(world, caller, share)))
}

fn server(world: &World, caller: u64, share: &Share) -> Option<El> {
    let server = world.servers.get(&share.machine_identifier)?;
    let covered = server.libraries.iter().filter(|l| share.covers(l.section_id)).count();
    Some(
        El::new("Server")
            .attr("id", share.id)
            .attr("serverId", server.server_id)
            .attr("machineIdentifier", server.machine_identifier.clone())
            .attr("name", server.name.clone())
            .attr("lastSeenAt", epoch(world.now()))
            .attr("numLibraries", covered)
            .attr("allLibraries", share.shared == crate::fake_plex::world::Shared::All)
            .attr("owned", share.owner == caller)
            .attr("pending", share.accepted_at.is_none()),
    )
}

/// GET /api/v2/friends
pub fn friends_v2(call: &mut Call) -> Result<Reply, Refusal> {
    call.client_identifier()?;
    let caller = call.account()?;
    let world = &*call.world;
    let wanted = call.request.param("status");
    let mut rows = Vec::new();
    for f in &world.relations.friendships {
        let (other, waiting) = if f.from == caller {
            (f.to, "pending_sent")
        } else if f.to == caller {
            (f.from, "pending_received")
        } else {
            continue;
        };
        let status = if f.accepted_at.is_some() { "accepted" } else { waiting };
        let Some(account) = world.accounts.get(&other) else {
            continue;
        };
        let asked_for =
            wanted.as_deref().is_none_or(|w| w == status || (w == "pending" && status != "accepted"));
        if asked_for {
            rows.push(friend(world, caller, account, status));
        }
    }
    Ok(Reply::v2("friends", Value::Array(rows)))
}

fn friend(world: &World, caller: u64, account: &Account, status: &str) -> Value {
    let shares: Vec<_> = world
        .relations
        .shares
        .values()
        .filter(|s| s.owner == caller && s.invited == Some(account.id))
        .map(|s| row(world, s))
        .collect();
    json!({
        "id": account.id, "uuid": account.uuid, "title": account.title, "username": account.username,
        "email": account.email, "friendlyName": account.title, "thumb": world.thumb(account),
        "home": world.home_of(account.id).is_some_and(|h| world.home_of(caller) == Some(h)),
        "restricted": account.restricted, "status": status,
        "sharingSettings": settings_json(&world.settings_for(caller, &account.id.to_string())),
        "sharedServers": shares, "sharedSources": [],
    })
}

/// DELETE /api/v2/friends/{}: the friendship only.
pub fn remove_friendship(call: &mut Call) -> Result<Reply, Refusal> {
    call.client_identifier()?;
    let (caller, user) = (call.account()?, call.number(0)?);
    call.about = Some(user.to_string());
    call.world.remove_friendship(caller, user)?;
    Ok(Reply::new(204, Body::Empty))
}

/// Whether `caller` has anything to do with `user` that settings could belong to.
fn related(world: &World, caller: u64, user: u64) -> bool {
    around(world, caller).contains(&user)
        || world.relations.shares.values().any(|s| s.owner == caller && s.invited == Some(user))
}

/// PUT /api/v2/sharings/{}: permissions by user id; only the named ones change.
pub fn update_sharing(call: &mut Call) -> Result<Reply, Refusal> {
    call.client_identifier()?;
    let (caller, user) = (call.account()?, call.number(0)?);
    call.about = Some(user.to_string());
    if !related(call.world, caller, user) {
        return Err(Refusal::NotFound);
    }
    let mut fields: Map<String, Value> = call.request.json();
    for (name, value) in call.request.query.iter().cloned().chain(call.request.form()) {
        fields.insert(name, Value::from(value));
    }
    call.world.change_settings(caller, &user.to_string(), &fields);
    Ok(Reply::new(204, Body::Empty))
}

/// POST /api/v2/sharing_settings: the same with the user in the body.
pub fn update_sharing_settings(call: &mut Call) -> Result<Reply, Refusal> {
    call.client_identifier()?;
    let caller = call.account()?;
    let by_id = call.request.param("invitedId").and_then(|id| id.parse().ok());
    let user: u64 = match (by_id, call.request.param("invitedEmail")) {
        (Some(id), _) => id,
        (None, Some(name)) => call.world.find_by_name(&name).ok_or(Refusal::NotFound)?,
        (None, None) => return Err(Refusal::Malformed("invitedId is missing".into())),
    };
    call.about = Some(user.to_string());
    if !related(call.world, caller, user) {
        return Err(Refusal::NotFound);
    }
    let fields = call.request.json().get("settings").and_then(Value::as_object).cloned();
    let fields = fields.ok_or(Refusal::Malformed("settings is missing".into()))?;
    call.world.change_settings(caller, &user.to_string(), &fields);
    let settings = call.world.settings_for(caller, &user.to_string());
    Ok(Reply::v2("sharingSettings", settings_json(&settings)))
}

/// DELETE /api/v2/sharings/{}: the friendship and every share, on all of the caller's servers.
pub fn remove_friend(call: &mut Call) -> Result<Reply, Refusal> {
    call.client_identifier()?;
    let (caller, user) = (call.account()?, call.number(0)?);
    call.about = Some(user.to_string());
    call.world.remove_relation(caller, user)?;
    Ok(Reply::new(204, Body::Empty))
}
