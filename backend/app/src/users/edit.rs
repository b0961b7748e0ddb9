//! What an admin may say about a user, checked field by field.

use std::collections::BTreeSet;

use pum_domain::Instant;
use pum_domain::text::{clean_name, is_discord_id, name_key};
use pum_store::users::Notes;

use crate::ctx::Ctx;
use crate::error::{AppError, AppResult, FieldError};
use crate::invites::rules::field;
use crate::invites::{ChosenLibraries, Expiry};

const NOTES_CHARS: usize = 5_000;
const MOST_TAGS: usize = 20;
const TAG_CHARS: usize = 40;

/// An edit: what is absent stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edit {
    /// What they get to see.
    pub libraries: Option<ChosenLibraries>,
    /// Whether they may download.
    pub allow_downloads: Option<bool>,
    /// Whether 4K streams may be converted for them.
    pub allow_4k_transcode: Option<bool>,
    /// When access ends.
    pub access_expires: Option<Option<Expiry>>,
    /// What admins have noted.
    pub notes: Option<Option<String>>,
    /// How admins have tagged them; replaces all tags.
    pub tags: Option<Vec<String>>,
    /// Kept out of inactivity purges.
    pub purge_whitelisted: Option<bool>,
    /// Kept out of removals by the bot.
    pub bot_whitelisted: Option<bool>,
    /// Their Discord account.
    pub discord_id: Option<Option<String>>,
}

impl Edit {
    /// Whether it touches what is shared.
    pub(super) const fn touches_access(&self) -> bool {
        self.libraries.is_some() || self.allow_downloads.is_some()
    }
}

/// The notes after the edit, or everything that is wrong with it. For somebody who is here (`here`), the end
/// of access lies ahead: whoever wants it at once suspends or removes.
pub(super) fn apply(ctx: &Ctx, mut notes: Notes, edit: &Edit, here: bool, now: Instant) -> AppResult<Notes> {
    let mut wrong = Vec::new();
    notes.allow_4k_transcode = edit.allow_4k_transcode.unwrap_or(notes.allow_4k_transcode);
    notes.purge_whitelisted = edit.purge_whitelisted.unwrap_or(notes.purge_whitelisted);
    notes.bot_whitelisted = edit.bot_whitelisted.unwrap_or(notes.bot_whitelisted);
    if let Some(expires) = edit.access_expires {
        notes.access_expires_at = end_of_access(ctx, expires, here, now, &mut wrong);
        // A word about the end takes the place of days still to be counted.
        notes.membership_days = None;
    }
    if let Some(text) = &edit.notes {
        notes.notes = noted(text.as_deref(), &mut wrong);
    }
    if let Some(tags) = &edit.tags {
        notes.tags = tagged(tags, &mut wrong);
    }
    if let Some(id) = &edit.discord_id {
        let id = id.as_deref().map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned);
        if id.as_deref().is_some_and(|id| !is_discord_id(id)) {
            wrong.push(field("/discord_id", "invalid", "give the numeric id of a Discord account"));
        }
        if id != notes.discord_id {
            notes.discord_username = None;
        }
        notes.discord_id = id;
    }
    if wrong.is_empty() { Ok(notes) } else { Err(AppError::fields(wrong)) }
}

fn end_of_access(
    ctx: &Ctx,
    expires: Option<Expiry>,
    here: bool,
    now: Instant,
    wrong: &mut Vec<FieldError>,
) -> Option<Instant> {
    let expires = expires?;
    let pointer = match expires {
        Expiry::At(_) => "/access_expires_at",
        Expiry::On(_) => "/access_expires_on",
    };
    let moment = expires.moment(ctx);
    match moment {
        None => wrong.push(field(pointer, "out_of_range", "choose a day before the year 10000")),
        Some(moment) if here && moment <= now => {
            let detail = "choose a moment that is still to come; to end access now, suspend or remove";
            wrong.push(field(pointer, "in_the_past", detail));
        }
        Some(_) => {}
    }
    moment
}

/// Notes may have lines, but nothing that steers what is around them.
fn noted(text: Option<&str>, wrong: &mut Vec<FieldError>) -> Option<String> {
    let text = text.map(str::trim).filter(|text| !text.is_empty())?;
    if text.chars().count() > NOTES_CHARS {
        wrong.push(field("/notes", "too_long", format!("use at most {NOTES_CHARS} characters")));
    }
    let plain = |letter: &char| !letter.is_control() || matches!(letter, '\n' | '\t');
    Some(text.chars().filter(plain).collect())
}

fn tagged(tags: &[String], wrong: &mut Vec<FieldError>) -> Vec<String> {
    if tags.len() > MOST_TAGS {
        wrong.push(field("/tags", "too_long", format!("use at most {MOST_TAGS} tags")));
    }
    let (mut seen, mut kept) = (BTreeSet::new(), Vec::new());
    for (index, tag) in tags.iter().enumerate() {
        let clean = clean_name(tag);
        if clean.is_empty() || tag.chars().count() > TAG_CHARS {
            let detail = format!("use 1 to {TAG_CHARS} characters");
            wrong.push(field(format!("/tags/{index}"), "invalid", detail));
        } else if seen.insert(name_key(&clean)) {
            kept.push(clean);
        }
    }
    kept
}
