//! What a stranger with a link gets to see. Who guesses codes is slowed down, and a link that does
//! not work says nothing but why.

use pum_domain::Instant;
use pum_domain::code::InviteCode;
use pum_domain::invite::{AcceptedTerms, LibraryChoice, check_usable};
use pum_domain::page::PageRequest;
use pum_domain::settings::SettingKey;
use pum_store::invites::{self as store, Invite};
use pum_store::libraries::{self, Library};
use pum_store::{Reads, plex_server, remembered};

use crate::ctx::Ctx;
use crate::error::{AppError, AppResult};
use crate::redemptions::gone;
use crate::throttle::{self, UNKNOWN_CODES};

/// What a working link promises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicInvite {
    /// What this installation calls itself.
    pub app_name: String,
    /// The server's name.
    pub server_name: String,
    /// What one gets to see today.
    pub libraries: Vec<Library>,
    /// Later libraries come with it.
    pub all_libraries: bool,
    /// Until when the link works.
    pub expires_at: Option<Instant>,
    /// How long access lasts; `None` is for good.
    pub membership_days: Option<i32>,
    /// Whether downloads are allowed.
    pub allow_downloads: bool,
    /// What accepting names, so that nobody accepts terms they have not seen.
    pub invite_version: i64,
    /// The language of the page, unless the browser asks for another.
    pub language: String,
}

/// What somebody has accepted, however the link stands by now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// The server's name.
    pub server_name: String,
    /// What one gets to see today.
    pub libraries: Vec<Library>,
    /// Later libraries come with it.
    pub all_libraries: bool,
    /// How long access lasts; `None` is for good.
    pub membership_days: Option<i32>,
    /// Whether downloads are allowed.
    pub allow_downloads: bool,
}

/// Says what these terms promise, in names instead of ids.
pub async fn promise(ctx: &Ctx, terms: &AcceptedTerms) -> AppResult<Promise> {
    let reader = ctx.reader();
    remembered(&reader, format!("promise {terms:?}"), async {
        let server = plex_server::get(&reader).await?;
        let machine_identifier = server.as_ref().map(|server| server.machine_identifier.as_str());
        Ok(Promise {
            libraries: promised(&reader, &terms.libraries, machine_identifier.unwrap_or_default()).await?,
            server_name: server.map(|server| server.name).unwrap_or_default(),
            all_libraries: terms.libraries == LibraryChoice::All,
            membership_days: terms.membership_days,
            allow_downloads: terms.allow_downloads,
        })
    })
    .await
}

/// Looks at the link with this code, from this address.
pub async fn look(ctx: &Ctx, code: &str, address: &str) -> AppResult<PublicInvite> {
    let invite = find_by_code(ctx, code, address).await?;
    let reader = ctx.reader();
    // A link that does not work says why, and nothing else.
    check_usable(&invite.limits(), reader.now().await?).map_err(gone)?;
    let promise = promise(ctx, &invite.terms()).await?;
    let setting = |key| ctx.setting(key).unwrap_or_default();
    Ok(PublicInvite {
        app_name: setting(SettingKey::AppName),
        libraries: promise.libraries,
        server_name: promise.server_name,
        all_libraries: promise.all_libraries,
        expires_at: invite.expires_at,
        membership_days: promise.membership_days,
        allow_downloads: promise.allow_downloads,
        invite_version: invite.version,
        language: setting(SettingKey::Language),
    })
}

/// The invite with this code, whether or not it still works. A code that leads nowhere, whatever the
/// reason, is one answer and counts as a guess.
pub async fn find_by_code(ctx: &Ctx, code: &str, address: &str) -> AppResult<Invite> {
    throttle::check(ctx, UNKNOWN_CODES, address).await?;
    if let Ok(code) = InviteCode::parse(code)
        && let Some(invite) = store::by_code_key(&ctx.reader(), &code.key()).await?
        && invite.deleted_at.is_none()
    {
        return Ok(invite);
    }
    throttle::count(ctx, UNKNOWN_CODES, address).await?;
    let detail = "This invite link is not known. Check it for missing letters, or ask for a new one.";
    Err(AppError { detail: detail.to_owned(), ..AppError::not_found("invite") })
}

async fn promised(
    db: &impl Reads,
    choice: &LibraryChoice,
    machine_identifier: &str,
) -> AppResult<Vec<Library>> {
    let found = match choice {
        LibraryChoice::All => {
            let filter =
                libraries::Filter { machine_identifier: machine_identifier.to_owned(), with_vanished: false };
            let request = PageRequest { limit: 200, cursor: None, descending: false };
            libraries::list(db, &filter, libraries::Sort::Key, &request).await?.items
        }
        LibraryChoice::Some(ids) => libraries::by_ids(db, ids).await?,
    };
    Ok(found.into_iter().filter(|library| library.vanished_at.is_none()).collect())
}
