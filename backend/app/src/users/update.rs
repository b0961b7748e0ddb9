//! Editing a user. What is shared goes to Plex as an access change; the rest is PUM's own.

use std::collections::BTreeSet;

use pum_domain::access::{ChangeCause, ChangeState, WantedAccess};
use pum_domain::event::EventType;
use pum_domain::invite::LibraryChoice;
use pum_domain::job::Lane;
use pum_domain::page::PageRequest;
use pum_domain::user::UserState;
use pum_domain::{Instant, ProblemCode, UserId};
use pum_store::access_changes::{self, Change};
use pum_store::history::{Event, Filter};
use pum_store::users::{self as store, Notes, Profile, User};
use pum_store::{Reads, StoreError, Tx, history};
use serde_json::{Map, Value, json};

use super::edit::{self, Edit};
use super::view::{self, UserView};
use super::{expiry, is_about_to_go, refuse_untouchable, tell};
use crate::access::{self, Request};
use crate::actor::Actor;
use crate::ctx::Ctx;
use crate::error::{AppError, AppResult};
use crate::invites::libraries;

/// What an edit may change, as the API calls it.
const FIELDS: &[&str] = &[
    "libraries",
    "allow_downloads",
    "allow_4k_transcode",
    "access_expires_at",
    "notes",
    "tags",
    "purge_whitelisted",
    "bot_whitelisted",
    "discord_id",
    "state",
    "blocked",
];

/// Edits a user. `based_on` is the version that the admin saw; without it the last edit wins. True beside the
/// user: a job brings what is shared in line.
pub async fn update(
    ctx: &Ctx,
    actor: &Actor,
    id: UserId,
    edit: &Edit,
    based_on: Option<i64>,
) -> AppResult<(UserView, bool)> {
    let tx = ctx.db().begin().await?;
    let requested = update_in(ctx, &tx, actor, id, edit, based_on).await?;
    let view = view::show(&tx, id).await?;
    tx.commit().await?;
    Ok((view, requested))
}

/// [`update`] in a transaction of the caller's. True: an access change was asked for.
pub async fn update_in(
    ctx: &Ctx,
    tx: &Tx,
    actor: &Actor,
    id: UserId,
    edit: &Edit,
    based_on: Option<i64>,
) -> AppResult<bool> {
    store::lock(tx, id).await?;
    let before = store::profile(tx, id).await?;
    if let Some(seen) = based_on
        && seen != before.version
    {
        return Err(AppError::version_conflict(changed_since(tx, id, seen).await?));
    }
    let user = store::get(tx, id).await?;
    let now = tx.now().await?;
    let here = matches!(before.state, UserState::Active | UserState::Pending);
    let notes_before = notes_of(&before);
    let notes = edit::apply(ctx, notes_before.clone(), edit, here, now)?;
    if notes.access_expires_at.is_some() && notes.access_expires_at != before.access_expires_at {
        refuse_untouchable(tx, &user).await?;
    }
    let (had, wanted) = access_after(tx, &user, edit).await?;
    let shares_anew = had != wanted;
    if !shares_anew && notes == notes_before {
        return Ok(false);
    }
    let has_access = !matches!(before.state, UserState::Suspended | UserState::Removed)
        || is_given_back(tx, &user).await?;
    if shares_anew && has_access {
        refuse_in_removal(tx, id).await?;
    }
    match store::write(tx, id, before.version, &notes).await {
        Ok(true) => {}
        Ok(false) => return Err(AppError::version_conflict(FIELDS.to_vec())),
        Err(StoreError::Conflict { .. }) => return Err(discord_taken()),
        Err(error) => return Err(error.into()),
    }
    let mut requested = false;
    if let Some(wanted) = wanted.as_ref().filter(|_| shares_anew) {
        if has_access {
            share_anew(tx, &user, wanted).await?;
            requested = true;
        } else {
            store::keep(tx, id, wanted).await?;
        }
    }
    if notes.access_expires_at != before.access_expires_at {
        requested |= stays_after_all(tx, &user, &notes, now).await?;
        expiry::schedule(tx, id, notes.access_expires_at).await?;
    }
    record(tx, actor, &user, &before).await?;
    Ok(requested)
}

fn notes_of(user: &Profile) -> Notes {
    Notes {
        allow_4k_transcode: user.allow_4k_transcode,
        access_expires_at: user.access_expires_at,
        membership_days: user.membership_days,
        notes: user.notes.clone(),
        tags: user.tags.clone(),
        purge_whitelisted: user.purge_whitelisted,
        bot_whitelisted: user.bot_whitelisted,
        discord_id: user.discord_id.clone(),
        discord_username: user.discord_username.clone(),
    }
}

/// What they are meant to see, now and after the edit. While everything is taken away, it is what they
/// will be given back.
async fn access_after(
    tx: &Tx,
    user: &User,
    edit: &Edit,
) -> AppResult<(Option<WantedAccess>, Option<WantedAccess>)> {
    let had = match (&user.wanted, &user.kept) {
        (granted @ WantedAccess::Granted { .. }, _) => Some(granted.clone()),
        (WantedAccess::Nothing, kept) => kept.clone(),
    };
    if !edit.touches_access() {
        return Ok((had.clone(), had));
    }
    let (libraries_before, downloads_before) = match &had {
        Some(WantedAccess::Granted { libraries, allow_downloads }) => {
            (Some(libraries.clone()), *allow_downloads)
        }
        _ => (None, false),
    };
    let libraries = match (&edit.libraries, libraries_before) {
        (Some(chosen), _) => libraries::check(tx, chosen).await?,
        (None, Some(libraries)) => libraries,
        (None, None) => {
            let detail = "choose libraries first; downloads alone give nothing";
            return Err(AppError::field("/libraries", "required", detail));
        }
    };
    let allow_downloads = edit.allow_downloads.unwrap_or(downloads_before);
    let wanted = WantedAccess::Granted { libraries: in_order(libraries), allow_downloads };
    let had = had.map(|had| match had {
        WantedAccess::Granted { libraries, allow_downloads } => {
            WantedAccess::Granted { libraries: in_order(libraries), allow_downloads }
        }
        WantedAccess::Nothing => WantedAccess::Nothing,
    });
    Ok((had, Some(wanted)))
}

fn in_order(choice: LibraryChoice) -> LibraryChoice {
    match choice {
        LibraryChoice::Some(mut ids) => {
            ids.sort_unstable();
            LibraryChoice::Some(ids)
        }
        LibraryChoice::All => LibraryChoice::All,
    }
}

/// Somebody who is suspended is being given back what they had, or that has failed: an edit of it is for Plex.
async fn is_given_back(tx: &Tx, user: &User) -> AppResult<bool> {
    let open = access_changes::open_of(tx, &[user.id]).await?;
    let gives = |change: &Change| change.becomes.is_none() && change.wanted != WantedAccess::Nothing;
    Ok(user.state == UserState::Suspended && open.iter().any(gives))
}

async fn refuse_in_removal(tx: &Tx, id: UserId) -> AppResult<()> {
    let leaving = |change: &Change| change.becomes.is_some();
    match access_changes::open_of(tx, &[id]).await?.iter().any(leaving) {
        true => Err(is_about_to_go()),
        false => Ok(()),
    }
}

async fn share_anew(tx: &Tx, user: &User, wanted: &WantedAccess) -> AppResult<()> {
    let request = Request {
        user_id: user.id,
        wanted,
        cause: ChangeCause::Admin,
        redemption_id: None,
        lane: Lane::Manual,
    };
    access::request(tx, request).await?;
    Ok(())
}

/// The end of access was put off while it was being carried out: they are to be as they were before.
async fn stays_after_all(tx: &Tx, user: &User, notes: &Notes, now: Instant) -> AppResult<bool> {
    if user.state == UserState::Removed || notes.access_expires_at.is_some_and(|end| end <= now) {
        return Ok(false);
    }
    let going = access_changes::latest_of(tx, user.id).await?.filter(|change| {
        is_for_the_end(change, user) && matches!(change.state, ChangeState::Requested | ChangeState::Failed)
    });
    let Some(removal) = going else { return Ok(false) };
    super::restore::turn_round(tx, &store::get(tx, user.id).await?, &removal).await?;
    Ok(true)
}

/// Whether a change takes access away because it has ended. An invitation may be withdrawn by those who watch it.
fn is_for_the_end(change: &Change, user: &User) -> bool {
    let had_ended = user.access_expires_at.is_some_and(|end| end <= change.requested_at);
    match change.cause {
        ChangeCause::Expiry => true,
        ChangeCause::InvitationGone => change.wanted == WantedAccess::Nothing && had_ended,
        _ => false,
    }
}

fn discord_taken() -> AppError {
    let detail = "Another user has this Discord account already. Take it from them first.";
    AppError::conflict(ProblemCode::DiscordAccountTaken, detail)
}

/// A user's fields as the history keeps them.
async fn told(db: &impl Reads, user: &Profile) -> AppResult<Map<String, Value>> {
    let mut told = Map::new();
    let mut tell = |name: &str, value: Value| told.insert(name.to_owned(), value);
    let access = match (&user.libraries, &user.kept) {
        (Some(libraries), _) => Some((libraries.clone(), user.allow_downloads)),
        (None, Some(WantedAccess::Granted { libraries, allow_downloads })) => {
            Some((libraries.clone(), *allow_downloads))
        }
        (None, _) => None,
    };
    let (libraries, allow_downloads) = match access {
        Some((libraries, allow_downloads)) => {
            (libraries::told(db, &libraries).await?, json!(allow_downloads))
        }
        None => (Value::Null, json!(false)),
    };
    tell("libraries", libraries);
    tell("allow_downloads", allow_downloads);
    tell("allow_4k_transcode", json!(user.allow_4k_transcode));
    tell("access_expires_at", json!(user.access_expires_at.map(|moment| moment.to_rfc3339())));
    tell("membership_days", json!(user.membership_days));
    tell("notes", json!(user.notes));
    tell("tags", json!(user.tags));
    tell("purge_whitelisted", json!(user.purge_whitelisted));
    tell("bot_whitelisted", json!(user.bot_whitelisted));
    tell("discord_id", json!(user.discord_id));
    Ok(told)
}

async fn record(tx: &Tx, actor: &Actor, user: &User, before: &Profile) -> AppResult<()> {
    let after = store::profile(tx, before.id).await?;
    let mut was = told(tx, before).await?;
    let mut is = told(tx, &after).await?;
    let same: Vec<_> = was.iter().filter(|(field, value)| is.get(*field) == Some(value)).collect();
    let same: Vec<_> = same.into_iter().map(|(field, _)| field.clone()).collect();
    for field in same {
        was.remove(&field);
        is.remove(&field);
    }
    was.insert("version".to_owned(), json!(before.version));
    is.insert("version".to_owned(), json!(after.version));
    let mut event = actor.event(EventType::UserUpdated);
    event.before = Some(was.into());
    event.after = Some(is.into());
    tell(tx, user, event).await
}

/// Which fields have changed since that version, as the history tells. Not every event says which version it
/// made, so they are walked back to one that this version had in it, or that began with it.
async fn changed_since(db: &impl Reads, id: UserId, version: i64) -> AppResult<Vec<&'static str>> {
    let filter = Filter { user_id: Some(id), ..Filter::default() };
    let request = PageRequest { limit: 200, cursor: None, descending: true };
    let (events, _) = history::walk(db, &filter, &request).await?;
    let is_known = |told: &Option<Value>| {
        told.as_ref().and_then(|told| told["version"].as_i64()).is_some_and(|told| told <= version)
    };
    let mut changed = BTreeSet::new();
    for event in events {
        if is_known(&event.after) {
            break;
        }
        changed.extend(touched_by(&event));
        if is_known(&event.before) {
            break;
        }
    }
    let changed: Vec<_> = FIELDS.iter().copied().filter(|field| changed.contains(field)).collect();
    // What the history does not tell may be anything.
    Ok(if changed.is_empty() { FIELDS.to_vec() } else { changed })
}

fn touched_by(event: &Event) -> Vec<&'static str> {
    let tells =
        |name: &str| [&event.before, &event.after].into_iter().flatten().any(|told| told.get(name).is_some());
    // These tell of access that was wanted before.
    let repeats =
        [EventType::UserAccessRequested, EventType::UserAccessGranted, EventType::UserAccessChanged]
            .iter()
            .any(|one| one.as_str() == event.event);
    let access = tells("access") && !repeats;
    let touched =
        |field: &&str| tells(field) || (access && matches!(*field, "libraries" | "allow_downloads"));
    FIELDS.iter().copied().filter(touched).collect()
}
