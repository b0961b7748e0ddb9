//! A media server: who it is, what is on it, and who has ever used it.

use super::times::epoch;
use crate::fake_plex::call::{Call, Listener};
use crate::fake_plex::markup::El;
use crate::fake_plex::refusal::Refusal;
use crate::fake_plex::reply::Reply;
use crate::fake_plex::world::{Library, Scope, Server};
use std::collections::BTreeSet;

/// Whom a token makes the caller on this server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Visitor {
    Owner,
    /// With the share that let them in.
    Guest(u64),
}

/// The server at the address that was called.
pub(super) fn here<'a>(call: &'a Call) -> Result<&'a Server, Refusal> {
    let Listener::Pms(slot) = call.request.listener else {
        return Err(Refusal::Unrouted);
    };
    let mid = call.world.slots.get(slot).and_then(Option::as_ref);
    mid.and_then(|mid| call.world.servers.get(mid)).ok_or(Refusal::Unrouted)
}

/// Who is asking. A guest's account token opens nothing here, only the token of their share does.
pub(super) fn visitor(call: &Call) -> Result<Visitor, Refusal> {
    let server = here(call)?;
    let token = call.request.header("x-plex-token").ok_or(Refusal::NotAuthenticated)?;
    if call.world.config.servers_refuse_tokens {
        return Err(Refusal::NotAuthenticated);
    }
    if let Some(grant) = call.world.tokens.get(token) {
        let fits = match &grant.scope {
            Scope::Account => true,
            Scope::Server(mid) => *mid == server.machine_identifier,
        };
        return if fits && grant.account == server.owner {
            Ok(Visitor::Owner)
        } else {
            Err(Refusal::NotAuthenticated)
        };
    }
    call.world
        .relations
        .shares
        .values()
        .find(|s| {
            s.access_token == token
                && s.machine_identifier == server.machine_identifier
                && s.accepted_at.is_some()
        })
        .map(|s| Visitor::Guest(s.id))
        .ok_or(Refusal::NotAuthenticated)
}

/// Refuses guests, as the server does for what only its owner may see.
pub(super) fn owner_only(call: &Call) -> Result<(), Refusal> {
    match visitor(call)? {
        Visitor::Owner => Ok(()),
        Visitor::Guest(_) => Err(Refusal::NotAllowed("Owner only".into())),
    }
}

/// GET /identity: needs no token.
pub fn identity(call: &mut Call) -> Result<Reply, Refusal> {
    let server = here(call)?;
    Ok(Reply::pms(
        El::new("MediaContainer")
            .attr("size", 0)
            .attr("apiVersion", "1.1.1")
            .attr("claimed", true)
            .attr("machineIdentifier", server.machine_identifier.clone())
            .attr("version", server.version.clone()),
    ))
}

/// GET /
pub fn root(call: &mut Call) -> Result<Reply, Refusal> {
    let visitor = visitor(call)?;
    let server = here(call)?;
    let owner = call.world.accounts.get(&server.owner);
    let pass = owner.is_some_and(|a| a.plex_pass);
    let transcoding = server.sessions.iter().filter(|s| s.is_converted()).count();
    Ok(Reply::pms(
        El::new("MediaContainer")
            .attr("size", 0)
            .attr("allowCameraUpload", false)
            .attr("allowChannelAccess", false)
            .attr("allowSharing", true)
            .attr("allowSync", visitor == Visitor::Owner)
            .attr("friendlyName", server.name.clone())
            .attr("machineIdentifier", server.machine_identifier.clone())
            .attr("multiuser", true)
            .attr("myPlex", true)
            .attr("myPlexMappingState", "mapped")
            .attr("myPlexSigninState", "ok")
            .attr("myPlexSubscription", pass)
            .attr("myPlexUsername", owner.map(|a| a.username.clone()).unwrap_or_default())
            .attr("ownerFeatures", if pass { "pass,session_kick,sync,webhooks" } else { "" })
            .attr("platform", "Linux")
            .attr("platformVersion", "12")
            .attr("transcoderActiveVideoSessions", transcoding)
            .attr("updatedAt", 1_700_000_000)
            .attr("version", server.version.clone()),
    ))
}

/// GET /library
pub fn library(call: &mut Call) -> Result<Reply, Refusal> {
    owner_only(call)?;
    Ok(Reply::pms(
        El::new("MediaContainer")
            .attr("size", 1)
            .attr("identifier", "com.plexapp.plugins.library")
            .attr("mediaTagPrefix", "/system/bundle/media/flags/")
            .attr("mediaTagVersion", 1_700_000_000)
            .attr("title1", "Plex Library")
            .kid(El::new("Directory").attr("key", "sections").attr("title", "Library Sections")),
    ))
}

fn visible<'a>(call: &'a Call, visitor: Visitor) -> Result<Vec<&'a Library>, Refusal> {
    let libraries = here(call)?.libraries.iter();
    Ok(match visitor {
        Visitor::Owner => libraries.collect(),
        Visitor::Guest(share) => {
            let share = call.world.relations.shares.get(&share);
            libraries.filter(|l| share.is_some_and(|s| s.covers(l.section_id))).collect()
        }
    })
}

fn agent_and_scanner(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "movie" => ("tv.plex.agents.movie", "Plex Movie"),
        "show" => ("tv.plex.agents.series", "Plex TV Series"),
        "artist" => ("tv.plex.agents.music", "Plex Music"),
        _ => ("com.plexapp.agents.none", "Plex Photo Scanner"),
    }
}

/// GET /library/sections
pub fn sections(call: &mut Call) -> Result<Reply, Refusal> {
    let libraries = visible(call, visitor(call)?)?;
    let rows: Vec<_> = libraries
        .into_iter()
        .map(|l| {
            let (agent, scanner) = agent_and_scanner(&l.kind);
            El::new("Directory")
                .attr("allowSync", true)
                .attr("art", format!("/:/resources/{}-fanart.jpg", l.kind))
                .attr("composite", format!("/library/sections/{}/composite/1700000000", l.key))
                .attr("filters", true)
                .attr("refreshing", false)
                .attr("thumb", format!("/:/resources/{}.png", l.kind))
                .attr("key", l.key.to_string())
                .attr("type", l.kind.clone())
                .attr("title", l.title.clone())
                .attr("agent", agent)
                .attr("scanner", scanner)
                .attr("language", "en-US")
                .attr("uuid", l.uuid.clone())
                .attr("updatedAt", 1_700_000_000)
                .attr("createdAt", 1_600_000_000)
                .attr("scannedAt", 1_700_000_000)
                .attr("content", true)
                .attr("directory", true)
                .attr("contentChangedAt", 1234)
                .attr("hidden", 0)
                .kid(El::new("Location").attr("id", l.key).attr("path", format!("/data/{}", l.title)))
        })
        .collect();
    Ok(Reply::pms(
        El::new("MediaContainer")
            .attr("size", rows.len())
            .attr("allowSync", false)
            .attr("title1", "Plex Library")
            .list(rows),
    ))
}

/// Beginning and size of the page that was asked for.
pub(super) fn page(call: &Call, total: u64) -> (u64, u64) {
    let number = |name| call.request.header(name).and_then(|v| v.parse::<u64>().ok());
    let start = number("x-plex-container-start").unwrap_or(0).min(total);
    (start, number("x-plex-container-size").unwrap_or(total).min(total - start))
}

/// GET /library/sections/{}/all: paged; container size 0 asks for the count alone.
pub fn items(call: &mut Call) -> Result<Reply, Refusal> {
    let key = call.number(0)?;
    let visitor = visitor(call)?;
    let libraries = visible(call, visitor)?;
    let library = libraries.into_iter().find(|l| l.key == key).ok_or(Refusal::NotFound)?;
    let (start, size) = page(call, library.items);
    let (tag, kind) = match library.kind.as_str() {
        "movie" => ("Video", "movie"),
        "show" => ("Directory", "show"),
        "artist" => ("Directory", "artist"),
        _ => ("Photo", "photo"),
    };
    let rows: Vec<_> = (start..start + size)
        .map(|index| {
            let rating_key = library.key * 100_000 + index + 1;
            El::new(tag)
                .attr("ratingKey", rating_key.to_string())
                .attr("key", format!("/library/metadata/{rating_key}"))
                .attr("type", kind)
                .attr("title", format!("{} {}", library.title, index + 1))
                .attr("addedAt", 1_600_000_000 + index)
        })
        .collect();
    Ok(Reply::pms(
        El::new("MediaContainer")
            .attr("size", rows.len())
            .attr("totalSize", library.items)
            .attr("offset", start)
            .attr("allowSync", true)
            .attr("librarySectionID", library.key)
            .attr("librarySectionTitle", library.title.clone())
            .attr("librarySectionUUID", library.uuid.clone())
            .list(rows),
    ))
}

/// GET /accounts: the owner is 1, everybody else keeps their plex.tv id, 0 is nobody.
pub fn accounts(call: &mut Call) -> Result<Reply, Refusal> {
    owner_only(call)?;
    let server = here(call)?;
    let mut people = vec![(0, String::new(), String::new())];
    if let Some(owner) = call.world.accounts.get(&server.owner) {
        people.push((1, owner.username.clone(), call.world.thumb(owner)));
    }
    let shares = call.world.relations.shares.values();
    let guests =
        shares.filter(|s| s.machine_identifier == server.machine_identifier && s.accepted_at.is_some());
    // Past users too: whoever has ever played something here.
    let players = server.history.iter().map(|row| row.user).chain(server.sessions.iter().map(|s| s.user));
    let ids: BTreeSet<u64> = guests.filter_map(|s| s.invited).chain(players).collect();
    for account in
        ids.into_iter().filter(|id| *id != server.owner).filter_map(|id| call.world.accounts.get(&id))
    {
        people.push((account.id, account.title.clone(), call.world.thumb(account)));
    }
    let rows: Vec<_> = people
        .into_iter()
        .map(|(id, name, thumb)| {
            El::new("Account")
                .attr("id", id)
                .attr("key", format!("/accounts/{id}"))
                .attr("name", name)
                .attr("defaultAudioLanguage", "en")
                .attr("autoSelectAudio", true)
                .attr("defaultSubtitleLanguage", "en")
                .attr("subtitleMode", 0)
                .attr("thumb", thumb)
        })
        .collect();
    Ok(Reply::pms(
        El::new("MediaContainer")
            .attr("size", rows.len())
            .attr("identifier", "com.plexapp.system.accounts")
            .attr("createdAt", epoch(call.world.now()))
            .list(rows),
    ))
}
