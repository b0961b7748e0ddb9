//! The fake's own endpoints under `/_fake/`, for browsers' tests and shell scripts. They are on every
//! address, are never struck by faults and never logged.

use super::call::Request;
use super::control_playing;
use super::engine::{Shared, State};
use super::faults::Rule;
use super::refusal::Refusal;
use super::scenario::Scenario;
use super::world::{Config, NewShare, Who, World};
use actix_web::HttpResponse;
use serde_json::{Map, Value, json};

/// A sentence about what is wrong with a control request.
pub type Answer = Result<Value, String>;

/// Answers a control request. `path` comes without `/_fake/`.
pub fn answer(shared: &Shared, path: &str, request: &Request) -> HttpResponse {
    let mut state = shared.lock();
    let answer = act(&mut state, &request.method, path, request);
    if request.method != "GET" {
        state.remember();
        state.pass_on();
    }
    drop(state);
    let mut response = match &answer {
        Ok(_) => HttpResponse::Ok(),
        Err(_) => HttpResponse::UnprocessableEntity(),
    };
    response
        .insert_header(("access-control-allow-origin", "*"))
        .insert_header(("access-control-allow-headers", "content-type"))
        .insert_header(("access-control-allow-methods", "GET, POST, DELETE"))
        .json(answer.unwrap_or_else(|problem| json!({ "error": problem })))
}

fn act(state: &mut State, method: &str, path: &str, request: &Request) -> Answer {
    let (head, rest) = path.split_once('/').unwrap_or((path, ""));
    match (method, head, rest) {
        ("OPTIONS", ..) => Ok(Value::Null),
        ("GET", "state", "") => show(&state.world),
        ("GET", "calls", "") => show(&state.calls),
        ("DELETE", "calls", "") => {
            state.calls.clear();
            Ok(json!({}))
        }
        ("GET", "overlaps", "") => show(&super::log::overlapping_writes(&state.calls)),
        ("GET", "faults", "") => show(state.faults.list()),
        ("POST", "faults", "") => add_fault(state, request),
        ("DELETE", "faults", "") => {
            state.faults.clear();
            Ok(json!({}))
        }
        ("DELETE", "faults", id) => match id.parse().map(|id| state.faults.remove(id)) {
            Ok(true) => Ok(json!({})),
            _ => Err(format!("there is no rule {id}")),
        },
        ("POST", "reset", "") => reset(state, request),
        ("POST", "config", "") => configure(&mut state.world, request),
        _ => on_world(&mut state.world, method, head, rest, request),
    }
}

fn on_world(world: &mut World, method: &str, head: &str, rest: &str, request: &Request) -> Answer {
    match (method, head, rest) {
        ("GET", "accounts", "") => Ok(accounts(world)),
        ("POST", "accounts", "") => add_account(world, request),
        ("POST", "accounts", "plex-pass") => {
            let (account, has_it) = (who(world, request, "account")?, request.flag("plex_pass"));
            world.accounts.entry(account).and_modify(|account| account.plex_pass = has_it);
            Ok(json!({}))
        }
        ("GET", "pins", "") => pin(world, request),
        ("POST", "sign-in", "") => sign_in(world, request),
        ("POST", "tokens", "") => {
            let account = who(world, request, "account")?;
            Ok(json!({ "token": world.issue_token(account, None) }))
        }
        ("POST", "tokens", "revoke") => {
            let account = who(world, request, "account")?;
            Ok(json!({ "revoked": world.revoke_tokens(account) }))
        }
        ("POST", "friends", "") => {
            let (a, b) = (who(world, request, "a")?, who(world, request, "b")?);
            world.befriend(a, b);
            Ok(json!({}))
        }
        ("POST", "shares", "") => share(world, request),
        ("DELETE", "shares", id) => {
            match id.parse().ok().and_then(|id: u64| world.relations.shares.remove(&id)) {
                Some(_) => Ok(json!({})),
                None => Err(format!("there is no share {id}")),
            }
        }
        ("POST", "people", act) => person(world, act, request),
        ("POST", "libraries", "") => {
            let mid = server(world, request)?;
            let (title, kind) =
                (text(request, "title")?, request.param("type").unwrap_or_else(|| "movie".into()));
            let items = request.param("items").and_then(|n| n.parse().ok()).unwrap_or(10);
            Ok(json!({ "key": world.add_library(&mid, &title, &kind, items) }))
        }
        ("POST", "libraries", "remove") => {
            let (mid, title) = (server(world, request)?, text(request, "title")?);
            if world.remove_library(&mid, &title) {
                Ok(json!({}))
            } else {
                Err(format!("there is no library {title}"))
            }
        }
        ("POST", "servers", "swap") => {
            let slot = request.param("slot").and_then(|n| n.parse().ok()).unwrap_or(0);
            Ok(json!({ "machine_identifier": world.swap_server(slot) }))
        }
        ("POST", "servers", "restore") => {
            let slot = request.param("slot").and_then(|n| n.parse().ok()).unwrap_or(0);
            let mid = server(world, request)?;
            *world.slots.get_mut(slot).ok_or("there is no such slot")? = Some(mid);
            Ok(json!({}))
        }
        ("POST", "sessions", rest) => control_playing::sessions(world, rest, request),
        ("POST", "history", "") => control_playing::history(world, request),
        ("DELETE", "listeners", "") => {
            world.cut_listeners += 1;
            Ok(json!({}))
        }
        ("POST", "clock", "") => {
            let by: i64 =
                text(request, "advance_seconds")?.parse().map_err(|_| "advance_seconds must be a number")?;
            world.advance_ms(by.saturating_mul(1000));
            Ok(json!({ "now_ms": world.now() }))
        }
        _ => Err(format!("{method} /_fake/{head} is not known")),
    }
}

fn show(value: &(impl serde::Serialize + ?Sized)) -> Answer {
    serde_json::to_value(value).map_err(|e| e.to_string())
}

pub fn parse<T: serde::de::DeserializeOwned>(request: &Request) -> Result<T, String> {
    serde_json::from_slice(&request.body).map_err(|e| e.to_string())
}

pub fn text(request: &Request, name: &str) -> Result<String, String> {
    request.param(name).ok_or_else(|| format!("{name} is missing"))
}

/// An account named by id, user name or address.
fn who(world: &World, request: &Request, name: &str) -> Result<u64, String> {
    let text = text(request, name)?;
    world.find_account(&text).ok_or_else(|| format!("{name}: there is no account {text}"))
}

/// A server by machine identifier or name; the first one when none is named.
pub fn server(world: &World, request: &Request) -> Result<String, String> {
    let Some(wanted) = request.param("server") else {
        return world.slots.iter().flatten().next().cloned().ok_or_else(|| "there is no server".into());
    };
    world
        .servers
        .values()
        .find(|s| s.machine_identifier == wanted || s.name == wanted)
        .map(|s| s.machine_identifier.clone())
        .ok_or_else(|| format!("there is no server {wanted}"))
}

fn add_fault(state: &mut State, request: &Request) -> Answer {
    let rule: Rule = parse(request)?;
    rule.check()?;
    let id = state.faults.add(rule, &state.world.relations);
    Ok(json!({ "id": id }))
}

fn reset(state: &mut State, request: &Request) -> Answer {
    let scenario = match request.param("scenario") {
        Some(name) => name.parse::<Scenario>()?,
        None => state.scenario,
    };
    state.world = scenario.world(state.world.urls.clone());
    state.scenario = scenario;
    state.forget();
    Ok(scenario.describe(&state.world))
}

fn configure(world: &mut World, request: &Request) -> Answer {
    let mut config = show(&world.config)?;
    let change: Map<String, Value> = parse(request)?;
    for (name, value) in change {
        config[name] = value;
    }
    world.config = serde_json::from_value::<Config>(config).map_err(|e| e.to_string())?;
    show(&world.config)
}

fn accounts(world: &World) -> Value {
    world
        .accounts
        .values()
        .map(|a| {
            json!({
                "id": a.id, "uuid": a.uuid, "username": a.username, "title": a.title, "email": a.email,
                "confirmed": a.confirmed, "restricted": a.restricted, "thumb": world.thumb(a),
            })
        })
        .collect()
}

fn add_account(world: &mut World, request: &Request) -> Answer {
    let username = text(request, "username")?;
    let id = world.add_account(&username);
    if let Some(account) = world.accounts.get_mut(&id) {
        account.title = request.param("title").unwrap_or(username);
        account.email = request.param("email").unwrap_or_else(|| account.email.clone());
        account.confirmed = request.param("confirmed").is_none_or(|v| v == "true");
        account.plex_pass = request.flag("plex_pass");
    }
    Ok(json!({ "id": id, "token": world.issue_token(id, None) }))
}

fn pin(world: &World, request: &Request) -> Answer {
    let code = text(request, "code")?;
    let client = request.param("client_id");
    let pin = world.pin_by_code(&code).filter(|p| client.is_none_or(|c| c == p.client_identifier));
    let pin = pin.ok_or("the code is unknown, has expired, or belongs to another client")?;
    Ok(json!({ "id": pin.id, "product": pin.product, "signed_in": pin.auth_token.is_some() }))
}

fn sign_in(world: &mut World, request: &Request) -> Answer {
    pin(world, request)?;
    let (code, account) = (text(request, "code")?, who(world, request, "account")?);
    world.sign_in(&code, account).map_err(|refusal| format!("{refusal:?}"))?;
    Ok(json!({}))
}

/// What a person does by themselves, or the owner by hand.
fn person(world: &mut World, act: &str, request: &Request) -> Answer {
    let mid = server(world, request)?;
    let owner = world.servers.get(&mid).map_or(0, |server| server.owner);
    let account = who(world, request, "account")?;
    let known = match act {
        "rename" => {
            let username = text(request, "username")?;
            let email = request.param("email").unwrap_or_else(|| format!("{username}@example.com"));
            world.rename(account, &username, &email);
            true
        }
        "leave" => {
            world.leave(owner, account);
            true
        }
        "join-home" => {
            world.add_to_home(owner, account);
            true
        }
        "leave-home" => world.remove_from_home(owner, account).is_ok(),
        "share-back" => world.share_back(account, owner).map(|_| true)?,
        "unshare" => world.unshare(&mid, account),
        "accept" => {
            let share = world.share_with(&mid, account).map(|share| share.id);
            share.is_some_and(|id| world.accept_share(account, id).is_ok())
        }
        "libraries" => {
            let wanted = request.json().get("libraries").cloned().unwrap_or(json!("all"));
            let titles: Vec<&str> =
                wanted.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            world.set_titles(&mid, account, &titles)
        }
        _ => return Err(format!("nobody can {act}")),
    };
    if known { Ok(json!({})) } else { Err("there is nothing like that between the two".to_owned()) }
}

fn share(world: &mut World, request: &Request) -> Answer {
    let mid = server(world, request)?;
    let account = who(world, request, "account")?;
    let wanted = request.json().get("libraries").cloned().unwrap_or(json!("all"));
    let titles: Vec<&str> = wanted.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let id = world.share_titles(&mid, Who::Id(account), &titles)?;
    if request.param("accepted").is_none_or(|v| v == "true") {
        world.accept_share(account, id).map_err(|refusal| format!("{refusal:?}"))?;
    }
    Ok(json!({ "id": id }))
}

impl World {
    /// Shares a server on its owner's behalf: these libraries by title, all of them when none is named.
    ///
    /// # Errors
    /// A sentence: unknown server or library, or plex.tv's refusal.
    pub fn share_titles(
        &mut self,
        machine_identifier: &str,
        who: Who,
        titles: &[&str],
    ) -> Result<u64, String> {
        let server = self.servers.get(machine_identifier).ok_or("there is no such server")?;
        let owner = server.owner;
        let sections = titles
            .iter()
            .map(|title| {
                let library = server.libraries.iter().find(|l| l.title == *title);
                library.map(|l| l.section_id).ok_or_else(|| format!("there is no library {title}"))
            })
            .collect::<Result<_, _>>()?;
        let machine_identifier = machine_identifier.to_owned();
        let new =
            NewShare { machine_identifier, who, sections, settings: Map::new(), skip_friendship: false };
        self.create_share(owner, new).map_err(|refusal: Refusal| format!("{refusal:?}"))
    }
}
