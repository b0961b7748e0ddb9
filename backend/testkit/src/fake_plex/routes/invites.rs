//! Invitations sent, v1. An invitation's id is the user id, or the address when there is no account.

use super::times::epoch;
use crate::fake_plex::call::Call;
use crate::fake_plex::markup::El;
use crate::fake_plex::refusal::Refusal;
use crate::fake_plex::reply::Reply;
use crate::fake_plex::world::{Share, World};
use std::collections::BTreeSet;

fn pending_shares<'a>(world: &'a World, owner: u64, invitee: &'a str) -> impl Iterator<Item = &'a Share> {
    world
        .relations
        .shares
        .values()
        .filter(move |s| s.owner == owner && s.accepted_at.is_none() && !s.stale && s.invitee() == invitee)
}

/// GET /api/invites/requested
pub fn requested(call: &mut Call) -> Result<Reply, Refusal> {
    let caller = call.account()?;
    let world = &*call.world;
    let shares = world.relations.shares.values();
    let mut people: BTreeSet<String> = shares
        .filter(|s| s.owner == caller && s.accepted_at.is_none() && !s.stale)
        .map(Share::invitee)
        .collect();
    let asked = world.relations.friendships.iter();
    people.extend(asked.filter(|f| f.from == caller && f.accepted_at.is_none()).map(|f| f.to.to_string()));
    let rows: Vec<_> = people.iter().map(|person| invite(world, caller, person)).collect();
    Ok(Reply::v1(
        El::new("MediaContainer")
            .attr("friendlyName", "myPlex")
            .attr("identifier", "com.plexapp.plugins.myplex")
            .attr("size", rows.len())
            .list(rows),
    ))
}

fn invite(world: &World, caller: u64, person: &str) -> El {
    let account = person.parse().ok().and_then(|id: u64| world.accounts.get(&id));
    let request = account.and_then(|a| {
        let asked = world.relations.friendships.iter();
        asked.into_iter().find(|f| f.from == caller && f.to == a.id && f.accepted_at.is_none())
    });
    let first = pending_shares(world, caller, person).map(|s| s.invited_at).min();
    let created = first.or(request.map(|f| f.requested_at)).unwrap_or_default();
    let text = |pick: fn(&crate::fake_plex::world::Account) -> String| account.map(pick).unwrap_or_default();
    El::new("Invite")
        .attr("id", person)
        .attr("createdAt", epoch(created))
        // An address without account is always asked to become a friend as well.
        .attr("friend", request.is_some() || account.is_none())
        .attr("home", false)
        .attr("server", first.is_some())
        .attr("username", text(|a| a.username.clone()))
        .attr("email", account.map_or_else(|| person.to_owned(), |a| a.email.clone()))
        .attr("thumb", account.map(|a| world.thumb(a)).unwrap_or_default())
        .attr("friendlyName", text(|a| a.title.clone()))
        .list(pending_shares(world, caller, person).filter_map(|share| {
            let server = world.servers.get(&share.machine_identifier)?;
            let covered = server.libraries.iter().filter(|l| share.covers(l.section_id)).count();
            Some(El::new("Server").attr("name", server.name.clone()).attr("numLibraries", covered))
        }))
}

/// DELETE /api/invites/requested/{}
pub fn cancel(call: &mut Call) -> Result<Reply, Refusal> {
    let (caller, who) = (call.account()?, call.text(0));
    let invitee = call.world.find_account(&who).map_or_else(|| who.to_lowercase(), |id| id.to_string());
    call.about = Some(invitee);
    let (friend, server) = (call.request.flag("friend"), call.request.flag("server"));
    call.world.cancel_pending(caller, &who, friend, server)?;
    Ok(Reply::v1(El::new("Response").attr("code", 0).attr("status", "Invite canceled")))
}
