//! What an admin may change while PUM runs. Database before environment before default.

use std::collections::BTreeMap;

use pum_domain::event::EventType;
use pum_domain::settings::{SettingKey, SettingSource};
use pum_store::history::{self, Subject};
use pum_store::{Reads, Tx, meta, settings as store};
use serde_json::json;

use crate::actor::Actor;
use crate::ctx::{self, Ctx};
use crate::error::{AppError, AppResult, FieldError};

/// Which edit changed which setting last, as JSON; the highest is the version of the whole.
const VERSIONS: &str = "settings_versions";

/// A setting, and where its value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its key.
    pub key: SettingKey,
    /// The value in force.
    pub value: Option<String>,
    /// Where that comes from.
    pub source: SettingSource,
    /// What the environment says; overridden when the source is the database.
    pub environment_value: Option<String>,
    /// What holds when nobody says anything.
    pub default_value: Option<&'static str>,
}

/// Every setting, with the version of the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Counts edits.
    pub version: i64,
    /// In the order of the catalogue.
    pub items: Vec<Setting>,
}

/// Every setting.
pub async fn list(ctx: &Ctx) -> AppResult<Settings> {
    let reader = ctx.reader();
    let saved = saved(&reader).await?;
    let items = SettingKey::ALL.iter().map(|key| setting(ctx, &saved, *key)).collect();
    Ok(Settings { version: highest(&versions(&reader).await?), items })
}

/// The value of one setting in force now, whoever has just changed it.
pub async fn value(ctx: &Ctx, key: SettingKey) -> AppResult<Option<String>> {
    Ok(setting(ctx, &saved(&ctx.reader()).await?, key).value)
}

/// The value of a setting that counts something, in force now.
pub async fn number(ctx: &Ctx, key: SettingKey) -> AppResult<i64> {
    let text = value(ctx, key).await?.unwrap_or_default();
    text.parse().map_err(|_| AppError::internal("reading a setting", format!("{key} is not a number")))
}

/// Saves some settings, all or none. `None` goes back to what the environment or the default says;
/// so does a value that equals the environment's. `expected` refuses a stale edit.
pub async fn update(
    ctx: &Ctx,
    actor: &Actor,
    changes: &BTreeMap<SettingKey, Option<String>>,
    expected: Option<i64>,
) -> AppResult<Settings> {
    let wanted = parse(changes)?;
    let tx = ctx.db().begin().await?;
    let mut versions = versions(&tx).await?;
    if let Err(stale) = refuse_stale(&versions, expected) {
        tx.rollback().await?;
        return Err(stale);
    }
    let before = saved(&tx).await?;
    let next = highest(&versions) + 1;
    for (key, value) in &wanted {
        if save(ctx, &tx, actor, &before, *key, value.as_deref()).await? {
            versions.insert(*key, next);
        }
    }
    let text =
        serde_json::to_string(&versions).map_err(|error| AppError::internal("counting edits", error))?;
    meta::set(&tx, VERSIONS, &text).await?;
    tx.commit().await?;
    ctx.reload_settings().await?;
    list(ctx).await
}

/// Saves one setting within a transaction. `false` when nothing had to change. The caller reloads
/// the context's settings after the commit.
async fn save(
    ctx: &Ctx,
    tx: &Tx,
    actor: &Actor,
    before: &BTreeMap<SettingKey, String>,
    key: SettingKey,
    value: Option<&str>,
) -> AppResult<bool> {
    let value = value.filter(|value| ctx.options().environment.get(&key).map(String::as_str) != Some(value));
    if before.get(&key).map(String::as_str) == value {
        return Ok(false);
    }
    match value {
        Some(value) => store::save(tx, key.as_str(), value, actor.admin_id()).await?,
        None => {
            store::remove(tx, key.as_str()).await?;
        }
    }
    let mut after = before.clone();
    match value {
        Some(value) => after.insert(key, value.to_owned()),
        None => after.remove(&key),
    };
    let mut event = actor.event(EventType::SettingChanged);
    event.subject = Some(Subject {
        kind: "setting".to_owned(),
        id: Some(key.as_str().to_owned()),
        name: Some(key.as_str().to_owned()),
    });
    event.before = Some(json!({ "value": setting(ctx, before, key).value }));
    event.after = Some(json!({ "value": setting(ctx, &after, key).value }));
    history::append(tx, event).await?;
    Ok(true)
}

fn parse(changes: &BTreeMap<SettingKey, Option<String>>) -> AppResult<BTreeMap<SettingKey, Option<String>>> {
    let mut wanted = BTreeMap::new();
    let mut wrong = Vec::new();
    for (key, value) in changes {
        match value.as_deref().map(|value| key.parse(value)).transpose() {
            Ok(value) => {
                wanted.insert(*key, value);
            }
            Err(bad) => {
                wrong.push(FieldError {
                    pointer: format!("/{key}"),
                    code: "invalid",
                    detail: bad.0.to_owned(),
                });
            }
        }
    }
    if wrong.is_empty() { Ok(wanted) } else { Err(AppError::fields(wrong)) }
}

fn refuse_stale(versions: &BTreeMap<SettingKey, i64>, expected: Option<i64>) -> AppResult<()> {
    let Some(expected) = expected else { return Ok(()) };
    let changed: Vec<_> =
        versions.iter().filter(|(_, at)| **at > expected).map(|(key, _)| key.as_str()).collect();
    if changed.is_empty() { Ok(()) } else { Err(AppError::version_conflict(changed)) }
}

fn setting(ctx: &Ctx, saved: &BTreeMap<SettingKey, String>, key: SettingKey) -> Setting {
    let environment = ctx.options().environment.get(&key);
    let source = match (saved.contains_key(&key), environment) {
        (true, _) => SettingSource::Database,
        (false, Some(_)) => SettingSource::Environment,
        (false, None) => SettingSource::Default,
    };
    Setting {
        key,
        value: ctx::in_force(saved, ctx.options(), key),
        source,
        environment_value: environment.cloned(),
        default_value: key.spec().default,
    }
}

async fn saved(db: &impl Reads) -> AppResult<BTreeMap<SettingKey, String>> {
    let rows = store::all(db).await?;
    Ok(rows.into_iter().filter_map(|row| Some((row.key.parse().ok()?, row.value))).collect())
}

async fn versions(db: &impl Reads) -> AppResult<BTreeMap<SettingKey, i64>> {
    let text = meta::get(db, VERSIONS).await?.unwrap_or_else(|| "{}".to_owned());
    let named: BTreeMap<String, i64> = serde_json::from_str(&text).unwrap_or_default();
    Ok(named.into_iter().filter_map(|(key, at)| Some((key.parse().ok()?, at))).collect())
}

fn highest(versions: &BTreeMap<SettingKey, i64>) -> i64 {
    versions.values().copied().max().unwrap_or(0)
}
