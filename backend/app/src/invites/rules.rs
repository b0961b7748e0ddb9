//! What an admin may say about an invite, checked field by field.

use chrono::NaiveDate;
use pum_domain::Instant;
use pum_domain::invite::LibraryChoice;
use pum_domain::text::{clean_name, is_discord_id};
use pum_store::Reads;
use pum_store::invites::Rules;

use super::libraries;
use crate::ctx::Ctx;
use crate::error::{AppError, AppResult, FieldError};

const LABEL_CHARS: usize = 100;
const MOST_USES: i64 = 1_000_000;
const MOST_DAYS: i64 = 3650;
/// The last moment that RFC 3339 can write: the end of the year 9999.
const LAST_MOMENT: Instant = Instant(253_402_300_799_999);

/// When a link, or somebody's access, ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// At this moment.
    At(Instant),
    /// With this day, in the time zone of the settings.
    On(NaiveDate),
}

impl Expiry {
    /// The first moment that no longer counts; `None` beyond what can be written down.
    pub(crate) fn moment(self, ctx: &Ctx) -> Option<Instant> {
        let moment = match self {
            Self::At(moment) => Some(moment),
            Self::On(day) => Instant::end_of_day(day, ctx.time_zone()),
        };
        moment.filter(|moment| *moment <= LAST_MOMENT && moment.millis() >= 0)
    }
}

/// Which libraries an admin has chosen, not looked at yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChosenLibraries {
    /// All of them, later ones too.
    All,
    /// These ids.
    Some(Vec<String>),
}

/// An edit: what is absent stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edit {
    /// A note for admins.
    pub label: Option<Option<String>>,
    /// When the link ends.
    pub expires: Option<Option<Expiry>>,
    /// Seats in all.
    pub max_uses: Option<Option<i64>>,
    /// Days of membership.
    pub membership_days: Option<Option<i64>>,
    /// What people get to see.
    pub libraries: Option<ChosenLibraries>,
    /// Whether they may download.
    pub allow_downloads: Option<bool>,
    /// Whether they sign in with Discord.
    pub require_discord: Option<Option<bool>>,
    /// Whether they must be in the guild.
    pub require_guild: Option<Option<bool>>,
    /// The one Discord account it is for.
    pub bound_discord_id: Option<Option<String>>,
    /// The one confirmed Plex address it is for.
    pub bound_email: Option<Option<String>>,
    /// Keeps people out of inactivity purges.
    pub grant_purge_whitelist: Option<bool>,
    /// Keeps people out of removals by the bot.
    pub grant_bot_whitelist: Option<bool>,
}

/// Rules that say nothing yet; libraries have to be chosen.
pub(super) fn blank() -> Rules {
    Rules {
        label: None,
        expires_at: None,
        max_uses: None,
        membership_days: None,
        libraries: LibraryChoice::All,
        allow_downloads: false,
        require_discord: None,
        require_guild: None,
        bound_discord_id: None,
        bound_email: None,
        grant_purge_whitelist: false,
        grant_bot_whitelist: false,
    }
}

/// The rules after the edit, or everything that is wrong with it. A new link must not have ended
/// (`not_before`); an edit may end one.
pub(super) async fn apply(
    ctx: &Ctx,
    db: &impl Reads,
    mut rules: Rules,
    edit: &Edit,
    not_before: Option<Instant>,
) -> AppResult<Rules> {
    let mut wrong = Wrong(Vec::new());
    if let Some(label) = &edit.label {
        rules.label = wrong.label(label.as_deref());
    }
    if let Some(expiry) = edit.expires {
        rules.expires_at = wrong.expiry(ctx, expiry, not_before);
    }
    if let Some(uses) = edit.max_uses {
        rules.max_uses = wrong.number("/max_uses", uses, MOST_USES);
    }
    if let Some(days) = edit.membership_days {
        let days = wrong.number("/membership_days", days, MOST_DAYS);
        rules.membership_days = days.and_then(|days| i32::try_from(days).ok());
    }
    if let Some(email) = &edit.bound_email {
        rules.bound_email = wrong.email(email.as_deref());
    }
    if let Some(id) = &edit.bound_discord_id {
        rules.bound_discord_id = wrong.discord_id(id.as_deref());
    }
    rules.allow_downloads = edit.allow_downloads.unwrap_or(rules.allow_downloads);
    rules.require_discord = edit.require_discord.unwrap_or(rules.require_discord);
    rules.require_guild = edit.require_guild.unwrap_or(rules.require_guild);
    rules.grant_purge_whitelist = edit.grant_purge_whitelist.unwrap_or(rules.grant_purge_whitelist);
    rules.grant_bot_whitelist = edit.grant_bot_whitelist.unwrap_or(rules.grant_bot_whitelist);
    if !wrong.0.is_empty() {
        return Err(AppError::fields(wrong.0));
    }
    if let Some(chosen) = &edit.libraries {
        rules.libraries = libraries::check(db, chosen).await?;
    }
    refuse_discord(&rules)?;
    Ok(rules)
}

/// An invite that nobody could accept helps nobody: Discord is not connected to PUM yet.
fn refuse_discord(rules: &Rules) -> AppResult<()> {
    let needs = [
        ("/require_discord", rules.require_discord == Some(true)),
        ("/require_guild", rules.require_guild == Some(true)),
        ("/bound_discord_id", rules.bound_discord_id.is_some()),
    ];
    let detail = "needs Discord, which is not set up in PUM; leave it out";
    let fields: Vec<_> = needs
        .into_iter()
        .filter(|(_, needed)| *needed)
        .map(|(pointer, _)| field(pointer, "discord_not_configured", detail))
        .collect();
    if fields.is_empty() {
        return Ok(());
    }
    let detail = "Discord is not set up in PUM, so an invite cannot ask for it.";
    Err(AppError { fields, ..AppError::refused(pum_domain::ProblemCode::DiscordNotConfigured, detail) })
}

pub(crate) fn field(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> FieldError {
    FieldError { pointer: pointer.into(), code, detail: detail.into() }
}

struct Wrong(Vec<FieldError>);

impl Wrong {
    fn note(&mut self, pointer: &str, code: &'static str, detail: impl Into<String>) {
        self.0.push(field(pointer, code, detail));
    }

    fn label(&mut self, label: Option<&str>) -> Option<String> {
        if label.is_some_and(|label| label.chars().count() > LABEL_CHARS) {
            self.note("/label", "too_long", format!("use at most {LABEL_CHARS} characters"));
        }
        label.map(clean_name).filter(|label| !label.is_empty())
    }

    fn expiry(&mut self, ctx: &Ctx, expiry: Option<Expiry>, not_before: Option<Instant>) -> Option<Instant> {
        let expiry = expiry?;
        let pointer = match expiry {
            Expiry::At(_) => "/expires_at",
            Expiry::On(_) => "/expires_on",
        };
        let Some(moment) = expiry.moment(ctx) else {
            self.note(pointer, "out_of_range", "choose a day before the year 10000");
            return None;
        };
        if not_before.is_some_and(|now| moment <= now) {
            self.note(pointer, "in_the_past", "choose a moment that is still to come");
        }
        Some(moment)
    }

    fn number(&mut self, pointer: &str, number: Option<i64>, most: i64) -> Option<i64> {
        if number.is_some_and(|number| !(1..=most).contains(&number)) {
            self.note(pointer, "out_of_range", format!("must be from 1 to {most}, or null for no limit"));
        }
        number
    }

    fn email(&mut self, email: Option<&str>) -> Option<String> {
        let email = email.map(str::trim).filter(|email| !email.is_empty())?;
        let plausible = email.len() <= 254
            && email.split_once('@').is_some_and(|(local, host)| !local.is_empty() && !host.is_empty())
            && !email.chars().any(|letter| letter.is_whitespace() || letter.is_control());
        if !plausible {
            self.note("/bound_email", "invalid", "give an e-mail address such as anna@example.org");
        }
        Some(email.to_owned())
    }

    fn discord_id(&mut self, id: Option<&str>) -> Option<String> {
        let id = id.map(str::trim).filter(|id| !id.is_empty())?;
        if !is_discord_id(id) {
            self.note("/bound_discord_id", "invalid", "give the numeric id of a Discord account");
        }
        Some(id.to_owned())
    }
}
