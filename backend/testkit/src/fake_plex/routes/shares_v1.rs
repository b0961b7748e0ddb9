//! Shares of one server, v1: XML lists, JSON requests.

use super::times::epoch;
use crate::fake_plex::call::Call;
use crate::fake_plex::markup::El;
use crate::fake_plex::refusal::Refusal;
use crate::fake_plex::reply::Reply;
use crate::fake_plex::world::{NewShare, Share, Shared, Who, World};
use serde_json::{Map, Value};

/// One share with every library of the server, flagged.
fn shared_server(world: &World, share: &Share) -> El {
    let settings = world.settings_for(share.owner, &share.invitee());
    let told = world.config.filters_in_share_list.then_some(&settings);
    let downloads = world.config.downloads_in_share_list.then_some(settings.allow_sync);
    let account = share.invited.and_then(|id| world.accounts.get(&id));
    let server = world.servers.get(&share.machine_identifier);
    let email = account.map(|a| a.email.clone()).or_else(|| share.invited_email.clone());
    El::new("SharedServer")
        .attr("id", share.id)
        .attr("username", account.map(|a| a.username.clone()).unwrap_or_default())
        .attr("email", email.unwrap_or_default())
        .attr("userID", account.map_or(Value::Null, |a| Value::from(a.id)))
        .attr("accessToken", share.access_token.clone())
        .attr("name", server.map(|s| s.name.clone()).unwrap_or_default())
        .attr_if("acceptedAt", share.accepted_at.map(epoch))
        .attr("invitedAt", epoch(share.invited_at))
        .attr("accepted", share.accepted_at.is_some())
        .attr_if("allowSync", downloads)
        .attr("allowCameraUpload", settings.allow_camera_upload)
        .attr("allowChannels", settings.allow_channels)
        .attr_if("allowTuners", told.map(|set| set.allow_tuners))
        .attr_if("allowSubtitleAdmin", told.map(|set| set.allow_subtitle_admin))
        .attr_if("filterAll", told.map(|set| set.filter_all.clone()))
        .attr_if("filterMovies", told.map(|set| set.filter_movies.clone()))
        .attr_if("filterMusic", told.map(|set| set.filter_music.clone()))
        .attr_if("filterPhotos", told.map(|set| set.filter_photos.clone()))
        .attr_if("filterTelevision", told.map(|set| set.filter_television.clone()))
        .attr("owned", true)
        .attr("allLibraries", share.shared == Shared::All)
        .list(server.iter().flat_map(|s| &s.libraries).map(|library| {
            El::new("Section")
                .attr("id", library.section_id)
                .attr("key", library.key)
                .attr("title", library.title.clone())
                .attr("type", library.kind.clone())
                .attr("shared", share.covers(library.section_id))
        }))
}

fn container(machine_identifier: &str, rows: Vec<El>) -> Reply {
    Reply::v1(
        El::new("MediaContainer")
            .attr("friendlyName", "myPlex")
            .attr("identifier", "com.plexapp.plugins.myplex")
            .attr("machineIdentifier", machine_identifier)
            .attr("size", rows.len())
            .list(rows),
    )
}

/// GET .../shared_servers
pub fn list(call: &mut Call) -> Result<Reply, Refusal> {
    let caller = call.account()?;
    let mid = call.text(0);
    call.world.owned_server(caller, &mid)?;
    let world = &*call.world;
    let with_pending = world.config.pending_rows_in_share_list;
    let shares = world.relations.shares.values();
    let rows = shares
        .filter(|s| s.machine_identifier == mid && (s.accepted_at.is_some() || s.stale || with_pending))
        .map(|s| shared_server(world, s))
        .collect();
    Ok(container(&mid, rows))
}

/// GET .../shared_servers/{}
pub fn get(call: &mut Call) -> Result<Reply, Refusal> {
    let (caller, mid, id) = (call.account()?, call.text(0), call.number(1)?);
    let share = own(call, caller, &mid, id)?;
    let rows = vec![shared_server(call.world, share)];
    Ok(container(&mid, rows))
}

fn own<'a>(call: &'a Call, caller: u64, mid: &str, id: u64) -> Result<&'a Share, Refusal> {
    let share = call.world.owned_share(caller, id)?;
    if share.machine_identifier == mid { Ok(share) } else { Err(Refusal::NotFound) }
}

/// The numbers of a list that holds numbers or numbers as text.
pub(super) fn ids(value: Option<&Value>) -> Result<Option<Vec<u64>>, Refusal> {
    let wrong = || Refusal::Malformed("library section ids must be numbers".into());
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| item.as_u64().or_else(|| item.as_str()?.parse().ok()).ok_or_else(wrong))
            .collect::<Result<_, _>>()
            .map(Some),
        Some(_) => Err(wrong()),
    }
}

/// POST .../shared_servers
pub fn create(call: &mut Call) -> Result<Reply, Refusal> {
    let (caller, mid) = (call.account()?, call.text(0));
    let body = call.request.json();
    if body.get("server_id").and_then(Value::as_str) != Some(mid.as_str()) {
        return Err(Refusal::Malformed("server_id does not match".into()));
    }
    let empty = Map::new();
    let wanted = body.get("shared_server").and_then(Value::as_object).unwrap_or(&empty);
    let by_id = wanted.get("invited_id").and_then(|v| v.as_u64().or_else(|| v.as_str()?.parse().ok()));
    let by_name = wanted.get("invited_email").and_then(Value::as_str).filter(|s| !s.is_empty());
    let who = match (by_id, by_name) {
        (Some(id), _) => Who::Id(id),
        (None, Some(text)) => Who::Text(text.to_owned()),
        (None, None) => return Err(Refusal::Malformed("invited_email is missing".into())),
    };
    call.about = Some(about(call.world, &who));
    let settings = body.get("sharing_settings").and_then(Value::as_object).cloned().unwrap_or_default();
    let sections = ids(wanted.get("library_section_ids"))?.unwrap_or_default();
    let new = NewShare { machine_identifier: mid.clone(), who, sections, settings, skip_friendship: false };
    let id = call.world.create_share(caller, new)?;
    let share = call.world.owned_share(caller, id)?;
    let rows = vec![shared_server(call.world, share)];
    Ok(container(&mid, rows).with_status(201))
}

/// How the log names the person of a request.
pub(super) fn about(world: &World, who: &Who) -> String {
    match who {
        Who::Id(id) => id.to_string(),
        Who::Text(text) => world.find_by_name(text).map_or_else(|| text.to_lowercase(), |id| id.to_string()),
    }
}

/// PUT .../shared_servers/{}: libraries only; permissions stay.
pub fn update(call: &mut Call) -> Result<Reply, Refusal> {
    let (caller, mid, id) = (call.account()?, call.text(0), call.number(1)?);
    call.about = call.world.relations.shares.get(&id).map(Share::invitee);
    own(call, caller, &mid, id)?;
    let body = call.request.json();
    let sections = ids(body.get("shared_server").and_then(|s| s.get("library_section_ids")))?
        .ok_or(Refusal::Malformed("library_section_ids is missing".into()))?;
    call.world.update_sections(caller, id, &sections)?;
    let share = call.world.owned_share(caller, id)?;
    let rows = vec![shared_server(call.world, share)];
    Ok(container(&mid, rows))
}

/// DELETE .../shared_servers/{}
pub fn remove(call: &mut Call) -> Result<Reply, Refusal> {
    let (caller, mid, id) = (call.account()?, call.text(0), call.number(1)?);
    call.about = call.world.relations.shares.get(&id).map(Share::invitee);
    own(call, caller, &mid, id)?;
    call.world.remove_share(caller, id)?;
    Ok(container(&mid, Vec::new()))
}
