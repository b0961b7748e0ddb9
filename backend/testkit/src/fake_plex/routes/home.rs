//! The Home: people who share a household with its admin.

use crate::fake_plex::call::Call;
use crate::fake_plex::markup::El;
use crate::fake_plex::refusal::Refusal;
use crate::fake_plex::reply::Reply;
use crate::fake_plex::world::{Account, World};
use serde_json::json;

/// The Home of an account: its admin first. Somebody without a Home is alone in their own.
fn members(world: &World, account: u64) -> (u64, Vec<&Account>) {
    let admin = world.home_of(account).unwrap_or(account);
    let others = world.relations.homes.get(&admin).into_iter().flatten();
    let everybody = std::iter::once(&admin).chain(others);
    (admin, everybody.filter_map(|id| world.accounts.get(id)).collect())
}

fn user(world: &World, admin: u64, account: &Account) -> El {
    El::new("User")
        .attr("id", account.id)
        .attr("uuid", account.uuid.clone())
        .attr("admin", account.id == admin)
        .attr("guest", false)
        .attr("restricted", account.restricted)
        .attr("restrictionProfile", "")
        .attr("protected", false)
        .attr("title", account.title.clone())
        .attr("username", account.username.clone())
        .attr("email", account.email.clone())
        .attr("thumb", world.thumb(account))
}

/// GET /api/home/users
pub fn list_v1(call: &mut Call) -> Result<Reply, Refusal> {
    let caller = call.account()?;
    let (admin, people) = members(call.world, caller);
    Ok(Reply::v1(
        El::new("MediaContainer")
            .attr("friendlyName", "myPlex")
            .attr("identifier", "com.plexapp.plugins.myplex")
            .attr("id", admin)
            .attr("guestEnabled", false)
            .attr("size", people.len())
            .list(people.into_iter().map(|account| user(call.world, admin, account))),
    ))
}

/// GET /api/v2/home/users
pub fn list_v2(call: &mut Call) -> Result<Reply, Refusal> {
    call.client_identifier()?;
    let caller = call.account()?;
    let (admin, people) = members(call.world, caller);
    let users: Vec<_> = people
        .into_iter()
        .map(|a| {
            json!({
                "id": a.id, "uuid": a.uuid, "title": a.title, "username": a.username, "email": a.email,
                "friendlyName": a.title, "thumb": call.world.thumb(a), "hasPassword": !a.restricted,
                "restricted": a.restricted, "restrictionProfile": null, "admin": a.id == admin,
                "guest": false, "protected": false,
            })
        })
        .collect();
    Ok(Reply::v2(
        "home",
        json!({
            "id": admin, "name": "Home", "guestEnabled": false, "subscription": true, "users": users,
        }),
    ))
}

/// POST /api/home/users?title= or ?invitedEmail=
pub fn add(call: &mut Call) -> Result<Reply, Refusal> {
    let admin = call.account()?;
    let id = match (call.request.param("title"), call.request.param("invitedEmail")) {
        (Some(title), _) => call.world.add_managed_user(admin, &title),
        (None, Some(who)) => {
            let id = call.world.find_by_name(&who).ok_or(Refusal::NotFound)?;
            call.world.add_to_home(admin, id);
            id
        }
        (None, None) => return Err(Refusal::Malformed("title is missing".into())),
    };
    call.about = Some(id.to_string());
    let account = call.world.accounts.get(&id).ok_or(Refusal::NotFound)?;
    Ok(Reply::v1(user(call.world, admin, account)).with_status(201))
}

/// DELETE /api/home/users/{}: managed users cease to exist.
pub fn remove(call: &mut Call) -> Result<Reply, Refusal> {
    let (admin, id) = (call.account()?, call.number(0)?);
    call.about = Some(id.to_string());
    call.world.remove_from_home(admin, id)?;
    Ok(Reply::v1(El::new("Response").attr("code", 0).attr("status", "User removed")))
}
