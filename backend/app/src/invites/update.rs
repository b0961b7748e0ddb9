//! Editing an invite. Who has accepted already keeps the terms they accepted.

use pum_domain::InviteId;
use pum_domain::event::EventType;
use pum_domain::page::PageRequest;
use pum_store::history::Filter;
use pum_store::invites::{self as store, Edited, Invite, Rules};
use pum_store::{Reads, Tx, history};
use serde_json::{Map, Value, json};

use super::rules::{self, Edit};
use super::view::{self, InviteView};
use super::{existing, hint, libraries, subject};
use crate::actor::Actor;
use crate::ctx::Ctx;
use crate::error::{AppError, AppResult};

/// What an edit may change, as the API calls it.
const FIELDS: &[&str] = &[
    "label",
    "expires_at",
    "max_uses",
    "membership_days",
    "libraries",
    "allow_downloads",
    "require_discord",
    "require_guild",
    "bound_discord_id",
    "bound_email",
    "grant_purge_whitelist",
    "grant_bot_whitelist",
];

/// Edits an invite. `based_on` is the version that the admin saw; without it the last edit wins.
pub async fn update(
    ctx: &Ctx,
    actor: &Actor,
    id: InviteId,
    edit: &Edit,
    based_on: Option<i64>,
) -> AppResult<InviteView> {
    let tx = ctx.db().begin().await?;
    let before = existing(&tx, id).await?;
    if let Some(seen) = based_on
        && seen != before.version
    {
        return Err(AppError::version_conflict(changed_since(&tx, id, seen).await?));
    }
    let now = tx.now().await?;
    let rules = rules::apply(ctx, &tx, before.rules(), edit, None).await?;
    if rules == before.rules() {
        return view::show(ctx, &tx, before, now).await;
    }
    if store::update(&tx, id, before.version, &rules).await? == Edited::Outdated {
        return Err(AppError::version_conflict(FIELDS.to_vec()));
    }
    let after = store::get(&tx, id).await?;
    record(&tx, actor, &before, &after).await?;
    let view = view::show(ctx, &tx, after, now).await?;
    tx.commit().await?;
    Ok(view)
}

/// The rules as the history keeps them.
pub(super) async fn told(db: &impl Reads, rules: &Rules) -> AppResult<Map<String, Value>> {
    let mut told = Map::new();
    let mut tell = |name: &str, value: Value| told.insert(name.to_owned(), value);
    tell("label", json!(rules.label));
    tell("expires_at", json!(rules.expires_at.map(|moment| moment.to_rfc3339())));
    tell("max_uses", json!(rules.max_uses));
    tell("membership_days", json!(rules.membership_days));
    tell("libraries", libraries::told(db, &rules.libraries).await?);
    tell("allow_downloads", json!(rules.allow_downloads));
    tell("require_discord", json!(rules.require_discord));
    tell("require_guild", json!(rules.require_guild));
    tell("bound_discord_id", json!(rules.bound_discord_id));
    tell("bound_email", json!(rules.bound_email));
    tell("grant_purge_whitelist", json!(rules.grant_purge_whitelist));
    tell("grant_bot_whitelist", json!(rules.grant_bot_whitelist));
    Ok(told)
}

async fn record(tx: &Tx, actor: &Actor, before: &Invite, after: &Invite) -> AppResult<()> {
    let mut was = told(tx, &before.rules()).await?;
    let mut is = told(tx, &after.rules()).await?;
    let same: Vec<_> = FIELDS.iter().filter(|field| was.get(**field) == is.get(**field)).collect();
    for field in same {
        was.remove(*field);
        is.remove(*field);
    }
    was.insert("version".to_owned(), json!(before.version));
    is.insert("version".to_owned(), json!(after.version));
    let mut event = actor.event(EventType::InviteUpdated);
    event.invite_id = Some(after.id);
    event.subject = Some(subject(after));
    event.before = Some(was.into());
    event.after = Some(is.into());
    history::append(tx, event).await?;
    hint(tx, after.id).await
}

/// Which fields have been edited since that version, as the history tells.
async fn changed_since(db: &impl Reads, id: InviteId, version: i64) -> AppResult<Vec<&'static str>> {
    let filter = Filter { types: vec![EventType::InviteUpdated], invite_id: Some(id), ..Filter::default() };
    let request = PageRequest { limit: 200, cursor: None, descending: true };
    let edits = history::list(db, &filter, &request).await?;
    let later: Vec<Value> = edits
        .items
        .into_iter()
        .filter_map(|event| event.after)
        .filter(|after| after["version"].as_i64().is_some_and(|made| made > version))
        .collect();
    let changed: Vec<_> =
        FIELDS.iter().copied().filter(|field| later.iter().any(|after| after.get(field).is_some())).collect();
    // The history may have been cleared: then anything may have changed.
    Ok(if changed.is_empty() { FIELDS.to_vec() } else { changed })
}
