//! What an admin asks for, checked field by field.

use std::collections::BTreeSet;

use pum_domain::bulk::{BulkAction, BulkKind, NewEnd};
use pum_domain::invite::LibraryChoice;
use pum_domain::text::clean_name;
use pum_domain::{LibraryId, UserId};
use pum_store::users::{self, Filter};
use pum_store::{Reads, StoreError};

use crate::error::{AppError, AppResult};
use crate::invites::{ChosenLibraries, Expiry, libraries};
use crate::{Ctx, ErrorKind};

/// More people than one bulk takes.
pub(super) const MOST_PEOPLE: usize = 20_000;
const MOST_TAGS: usize = 20;
const TAG_CHARS: usize = 40;
const MOST_DAYS: u32 = 3_650;
/// People read at once.
const PAGE: u64 = 1_000;

/// Whom it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// These.
    Ids(Vec<UserId>),
    /// Everybody who fits, as of the moment it begins.
    Filter(Box<Filter>),
}

/// A bulk that somebody asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// Whom it is about.
    pub who: Who,
    /// What is done to each.
    pub action: BulkAction,
}

/// The terms as they were sent; each action has its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    /// For the actions about libraries.
    pub libraries: Option<ChosenLibraries>,
    /// For `set_downloads`.
    pub allow_downloads: Option<bool>,
    /// For `set_expiry`: a moment, a day, or never.
    pub access_expires: Option<Option<Expiry>>,
    /// For `set_expiry`: so many days more.
    pub extend_days: Option<u32>,
    /// For `set_purge_whitelisted`.
    pub purge_whitelisted: Option<bool>,
    /// For `set_bot_whitelisted`.
    pub bot_whitelisted: Option<bool>,
    /// For the actions about tags.
    pub tags: Option<Vec<String>>,
    /// For `remove`: end the friendship as well.
    pub end_friendship: Option<bool>,
}

/// The action with its terms; those of other actions are refused.
pub async fn action(ctx: &Ctx, kind: BulkKind, terms: Terms) -> AppResult<BulkAction> {
    refuse_foreign(kind, &terms)?;
    let required = |pointer: &str| AppError::field(pointer, "required", "is required for this action");
    Ok(match kind {
        BulkKind::SetLibraries => BulkAction::SetLibraries(chosen(ctx, terms.libraries).await?),
        BulkKind::AddLibraries => BulkAction::AddLibraries(named(ctx, terms.libraries).await?),
        BulkKind::RemoveLibraries => BulkAction::RemoveLibraries(named(ctx, terms.libraries).await?),
        BulkKind::SetDownloads => {
            BulkAction::SetDownloads(terms.allow_downloads.ok_or_else(|| required("/allow_downloads"))?)
        }
        BulkKind::SetExpiry => BulkAction::SetExpiry(end(ctx, &terms).await?),
        BulkKind::SetPurgeWhitelisted => BulkAction::SetPurgeWhitelisted(
            terms.purge_whitelisted.ok_or_else(|| required("/purge_whitelisted"))?,
        ),
        BulkKind::SetBotWhitelisted => {
            BulkAction::SetBotWhitelisted(terms.bot_whitelisted.ok_or_else(|| required("/bot_whitelisted"))?)
        }
        BulkKind::AddTags => BulkAction::AddTags(tags(terms.tags)?),
        BulkKind::RemoveTags => BulkAction::RemoveTags(tags(terms.tags)?),
        BulkKind::Suspend => BulkAction::Suspend,
        BulkKind::Resume => BulkAction::Resume,
        BulkKind::Purge => {
            let detail = "has terms of its own; use runPurge (POST /purge)";
            return Err(AppError::field("/action", "invalid", detail));
        }
        BulkKind::Remove => BulkAction::Remove { end_friendship: terms.end_friendship.unwrap_or(false) },
    })
}

fn refuse_foreign(kind: BulkKind, terms: &Terms) -> AppResult<()> {
    use BulkKind as Kind;
    let given: [(&str, bool, &[Kind]); 8] = [
        (
            "/libraries",
            terms.libraries.is_some(),
            &[Kind::SetLibraries, Kind::AddLibraries, Kind::RemoveLibraries],
        ),
        ("/allow_downloads", terms.allow_downloads.is_some(), &[Kind::SetDownloads]),
        ("/access_expires_at", terms.access_expires.is_some(), &[Kind::SetExpiry]),
        ("/extend_days", terms.extend_days.is_some(), &[Kind::SetExpiry]),
        ("/purge_whitelisted", terms.purge_whitelisted.is_some(), &[Kind::SetPurgeWhitelisted]),
        ("/bot_whitelisted", terms.bot_whitelisted.is_some(), &[Kind::SetBotWhitelisted]),
        ("/tags", terms.tags.is_some(), &[Kind::AddTags, Kind::RemoveTags]),
        ("/friendship", terms.end_friendship.is_some(), &[Kind::Remove]),
    ];
    match given.iter().find(|(_, given, kinds)| *given && !kinds.contains(&kind)) {
        Some((pointer, ..)) => {
            let detail = format!("does not belong to the action {kind}; leave it out");
            Err(AppError::field(pointer, "conflict", detail))
        }
        None => Ok(()),
    }
}

async fn chosen(ctx: &Ctx, chosen: Option<ChosenLibraries>) -> AppResult<LibraryChoice> {
    let Some(chosen) = chosen else {
        return Err(AppError::field("/libraries", "required", "choose libraries"));
    };
    libraries::check(&ctx.reader(), &chosen).await
}

async fn named(ctx: &Ctx, libraries: Option<ChosenLibraries>) -> AppResult<Vec<LibraryId>> {
    match chosen(ctx, libraries).await? {
        LibraryChoice::Some(ids) => Ok(ids),
        LibraryChoice::All => {
            let detail = "name the libraries: the mode \"all\" belongs to set_libraries";
            Err(AppError::field("/libraries/mode", "invalid", detail))
        }
    }
}

async fn end(ctx: &Ctx, terms: &Terms) -> AppResult<NewEnd> {
    match (terms.access_expires, terms.extend_days) {
        (None, None) => {
            let detail = "say when access ends: a moment, a day, null for never, or extend_days";
            Err(AppError::field("/access_expires_at", "required", detail))
        }
        (Some(_), Some(_)) => {
            let detail = "give either when access ends or by how many days it is put off";
            Err(AppError::field("/extend_days", "conflict", detail))
        }
        (None, Some(days)) if (1..=MOST_DAYS).contains(&days) => Ok(NewEnd::Later(days)),
        (None, Some(_)) => {
            Err(AppError::field("/extend_days", "out_of_range", format!("must be from 1 to {MOST_DAYS}")))
        }
        (Some(None), None) => Ok(NewEnd::Never),
        (Some(Some(expiry)), None) => {
            let pointer = match expiry {
                Expiry::At(_) => "/access_expires_at",
                Expiry::On(_) => "/access_expires_on",
            };
            let now = ctx.reader().now().await?;
            match expiry.moment(ctx) {
                Some(moment) if moment > now => Ok(NewEnd::At(moment)),
                Some(_) => {
                    let detail =
                        "choose a moment that is still to come; to end access now, suspend or remove";
                    Err(AppError::field(pointer, "in_the_past", detail))
                }
                None => Err(AppError::field(pointer, "out_of_range", "choose a day before the year 10000")),
            }
        }
    }
}

fn tags(tags: Option<Vec<String>>) -> AppResult<Vec<String>> {
    let tags = tags.unwrap_or_default();
    if tags.is_empty() || tags.len() > MOST_TAGS {
        return Err(AppError::field("/tags", "out_of_range", format!("name 1 to {MOST_TAGS} tags")));
    }
    let clean = |(at, tag): (usize, &String)| {
        let clean = clean_name(tag);
        if clean.is_empty() || tag.chars().count() > TAG_CHARS {
            let detail = format!("use 1 to {TAG_CHARS} characters");
            return Err(AppError::field(&format!("/tags/{at}"), "invalid", detail));
        }
        Ok(clean)
    };
    tags.iter().enumerate().map(clean).collect()
}

/// Everybody whom it is about, each once, with their names; by id. Nobody, where nobody fits the filters.
pub(super) async fn people(db: &impl Reads, who: &Who) -> AppResult<Vec<(UserId, String)>> {
    let ids = match who {
        Who::Ids(ids) => {
            let each: BTreeSet<UserId> = ids.iter().copied().collect();
            each.into_iter().collect::<Vec<_>>()
        }
        Who::Filter(filter) => fitting(db, filter).await?,
    };
    if ids.is_empty() && matches!(who, Who::Ids(_)) {
        return Err(AppError::field("/ids", "required", "nobody is named; choose somebody"));
    }
    if ids.len() > MOST_PEOPLE {
        let detail = format!("these are more than {MOST_PEOPLE} people; narrow the filters");
        return Err(AppError::field("/filter", "too_long", detail));
    }
    let mut people = Vec::with_capacity(ids.len());
    for part in ids.chunks(500) {
        let mut names = users::names(db, part).await?;
        people.extend(part.iter().map(|id| (*id, names.remove(id).unwrap_or_default())));
    }
    Ok(people)
}

async fn fitting(db: &impl Reads, filter: &Filter) -> Result<Vec<UserId>, StoreError> {
    let mut all: Vec<UserId> = Vec::new();
    loop {
        let part = users::ids(db, filter, all.last().copied(), PAGE).await?;
        let full = part.len() as u64 == PAGE;
        all.extend(part);
        if !full || all.len() > MOST_PEOPLE {
            return Ok(all);
        }
    }
}

/// Whether this no is about the person, and not about us.
pub(super) fn is_refusal(error: &AppError) -> bool {
    matches!(error.kind, ErrorKind::Refused | ErrorKind::Conflict | ErrorKind::NotFound)
}
