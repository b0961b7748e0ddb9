//! Signing in with Plex, for whatever purpose: one transaction, one browser, one PIN, once.
//!
//! 1. [`start`] makes a client identifier of its own and says which request makes the PIN. The
//!    person's browser sends it, so that Plex sees their device asking and not our server.
//! 2. [`attach`] takes the PIN and says where to send the browser, which comes back to the page
//!    that started.
//! 3. [`complete`] asks Plex whether the person has agreed, and who they are. What it returns counts
//!    only once [`PlexSignIn::spend`] has been committed together with what it is used for.
//!
//! A PIN that was made elsewhere, for another purpose or by another browser is refused: otherwise
//! somebody could be tricked into confirming a stranger's sign-in.

use std::time::Duration;

use pum_domain::sign_in::{SIGN_IN_LIFETIME, SignInPurpose};
use pum_domain::text::clean_name;
use pum_domain::{Instant, PlexId, ProblemCode, SignInId};
pub use pum_plex::PinRequest;
use pum_plex::{Account, Lane, Pin, PlexError, PlexTv, Token};
use pum_store::sign_ins::{self as store, AttachedPin, NewSignIn, SignIn};
use pum_store::{Reads, Tx};
use url::Url;
use uuid::Uuid;

use crate::ctx::Ctx;
use crate::error::{AppError, AppResult, ErrorKind};
use crate::secret::{Place, Secret, equal, hash_opaque};
use crate::{random, sign_out};

/// How long somebody who waits for a page waits for Plex.
const PATIENCE: Duration = Duration::from_secs(8);
/// How far plex.tv's clock may be ahead of ours, in milliseconds.
const CLOCK_TOLERANCE: i64 = 2 * pum_domain::instant::MINUTE;

/// What tells the browser of a sign-in apart from every other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrowserKey(String);

impl BrowserKey {
    /// The browser that holds this secret in a cookie.
    pub fn of_secret(secret: &str) -> Self {
        Self(hash_opaque(secret))
    }

    /// The browser whose secret is stored under this hash: a session, a guest.
    pub fn of_hash(hash: &str) -> Self {
        Self(hash.to_owned())
    }
}

/// A sign-in to begin.
#[derive(Debug, Clone)]
pub struct StartSignIn<'a> {
    /// What its result may be used for.
    pub purpose: SignInPurpose,
    /// Who begins it.
    pub browser: &'a BrowserKey,
    /// Whom it is for: the redemption, the admin.
    pub subject_id: Option<Uuid>,
    /// The origin of the page, from its own same-origin-checked request: scheme, host and port.
    pub origin: &'a str,
    /// The page's path below the app's address; Plex returns the browser there.
    pub return_path: &'a str,
    /// Where in PUM to go afterwards.
    pub next: Option<&'a str>,
}

/// Somebody's account at Plex, with names fit to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlexAccount {
    /// The key: everything else may change.
    pub id: PlexId,
    /// Shown in picture addresses.
    pub uuid: Option<String>,
    /// The username; for managed users, who have none, what Plex shows instead.
    pub username: String,
    /// What Plex shows.
    pub title: String,
    /// The address.
    pub email: Option<String>,
    /// Whether Plex has confirmed the address, if it says so.
    pub email_confirmed: Option<bool>,
    /// The picture, an address at Plex.
    pub thumb: Option<String>,
    /// Member of a Plex Home.
    pub home: bool,
    /// A managed user of somebody's Home.
    pub restricted: bool,
    /// The guest of a Home.
    pub guest: bool,
}

impl From<Account> for PlexAccount {
    fn from(account: Account) -> Self {
        let title = clean_name(&account.title);
        let username = account.username.as_deref().map(clean_name).filter(|name| !name.is_empty());
        Self {
            id: PlexId(account.id.0),
            uuid: account.uuid,
            username: username.unwrap_or_else(|| title.clone()),
            title,
            email: account.email.as_deref().map(clean_name).filter(|email| !email.is_empty()),
            email_confirmed: account.email_confirmed,
            thumb: account.thumb,
            home: account.home,
            restricted: account.restricted,
            guest: account.guest,
        }
    }
}

/// What a sign-in has led to. It counts once [`PlexSignIn::spend`] is committed.
#[derive(Debug, Clone)]
pub struct PlexSignIn {
    id: SignInId,
    /// Who signed in.
    pub account: PlexAccount,
    /// Their token. Whoever does not keep it has it signed out, see [`PlexSignIn::drop_token`].
    pub token: Token,
    /// The name under which they signed in, to which Plex has tied the token.
    pub client_identifier: String,
    /// Whom it was for.
    pub subject_id: Option<Uuid>,
    /// Where in PUM to go now.
    pub next: Option<String>,
}

impl PlexSignIn {
    /// Uses it up, in the transaction that uses it. Refused when another request was faster; its
    /// result must then not be used, and its token not be signed out.
    pub async fn spend(&self, tx: &Tx) -> AppResult<()> {
        match store::spend(tx, self.id).await? {
            true => Ok(()),
            false => Err(expired()),
        }
    }

    /// Has the token signed out at Plex once `tx` is committed.
    pub async fn drop_token(&self, ctx: &Ctx, tx: &Tx) -> AppResult<()> {
        sign_out::enqueue(tx, ctx.keys(), &self.token, &self.client_identifier).await
    }
}

/// Begins a sign-in, and says which request the browser has to send to Plex for a PIN.
pub async fn start(ctx: &Ctx, new: StartSignIn<'_>) -> AppResult<PinRequest> {
    let return_to = return_address(ctx, new.origin, new.return_path)?;
    let client_identifier = random::identifier();
    let request = ctx.plex().pin_request(&client_identifier)?;
    let tx = ctx.db().begin().await?;
    let sign_in = NewSignIn {
        id: random::id(),
        purpose: new.purpose,
        client_identifier,
        browser_hash: new.browser.0.clone(),
        subject_id: new.subject_id,
        return_to: return_to.into(),
        lifetime_ms: SIGN_IN_LIFETIME,
        next: new.next.and_then(local_path).map(str::to_owned),
    };
    store::begin(&tx, sign_in).await?;
    tx.commit().await?;
    Ok(request)
}

/// Takes the PIN that the browser made, and says where to send it.
pub async fn attach(
    ctx: &Ctx,
    purpose: SignInPurpose,
    browser: &BrowserKey,
    pin_id: i64,
    code: &str,
) -> AppResult<String> {
    if pin_id <= 0 {
        return Err(AppError::field("/pin_id", "invalid", "give the id that Plex answered with"));
    }
    if !(4..=64).contains(&code.len()) || !code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(AppError::field("/code", "invalid", "give the code that Plex answered with"));
    }
    let tx = ctx.db().begin().await?;
    let sign_in = open_sign_in(&tx, purpose, browser).await?;
    let row = sign_in.id.to_string();
    let pin = AttachedPin { id: pin_id, code_sealed: ctx.keys().seal(place(&row), &Secret::new(code)) };
    if !store::attach(&tx, sign_in.id, &pin).await? {
        // The same PIN again is a page that asks twice; another one is somebody else's.
        let same = sign_in.pin.is_some_and(|known| {
            let known_code = ctx.keys().open(place(&row), &known.code_sealed);
            known.id == pin_id && known_code.is_ok_and(|known| equal(known.expose(), code))
        });
        if !same {
            tx.rollback().await?;
            return Err(foreign());
        }
    }
    tx.commit().await?;
    let return_to = Url::parse(&sign_in.return_to).ok();
    Ok(ctx.plex().sign_in_url(&sign_in.client_identifier, code, return_to.as_ref()))
}

/// Asks Plex whether the person has signed in, and who they are. 409 `plex_sign_in_pending` until
/// they have.
pub async fn complete(
    ctx: &Ctx,
    purpose: SignInPurpose,
    browser: &BrowserKey,
    subject_id: Option<Uuid>,
) -> AppResult<PlexSignIn> {
    let reader = ctx.reader();
    let sign_in = open_sign_in(&reader, purpose, browser).await?;
    if sign_in.subject_id != subject_id {
        return Err(foreign());
    }
    let Some(attached) = &sign_in.pin else { return Err(pending()) };
    let plex = ctx.plex().in_lane(Lane::Interactive).within(PATIENCE).acting_as(&sign_in.client_identifier);
    let pin = ask(&plex, attached.id, &sign_in.client_identifier).await?;
    let code = ctx.keys().open(place(&sign_in.id.to_string()), &attached.code_sealed);
    let code = code.map_err(|error| AppError::internal("opening a PIN's code", error))?;
    check(&pin, &sign_in, code.expose(), reader.now().await?)?;
    let Some(token) = pin.token else {
        end_with(ctx, &sign_in, &pin).await?;
        return Err(pending());
    };
    let account = plex.account(&token).await?;
    Ok(PlexSignIn {
        id: sign_in.id,
        account: account.into(),
        token,
        client_identifier: sign_in.client_identifier,
        subject_id: sign_in.subject_id,
        next: sign_in.next,
    })
}

/// How far a sign-in has come, for a page that is opened again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInProgress {
    /// None is under way.
    None,
    /// The browser has been told to make a PIN.
    Started,
    /// The PIN is known: the person is at Plex, or back from there.
    Attached,
}

/// How far the browser's sign-in for this purpose and person has come.
pub async fn progress(
    ctx: &Ctx,
    purpose: SignInPurpose,
    browser: &BrowserKey,
    subject_id: Option<Uuid>,
) -> AppResult<SignInProgress> {
    match open_sign_in(&ctx.reader(), purpose, browser).await {
        Ok(sign_in) if sign_in.subject_id != subject_id => Ok(SignInProgress::None),
        Ok(sign_in) if sign_in.pin.is_some() => Ok(SignInProgress::Attached),
        Ok(_) => Ok(SignInProgress::Started),
        Err(error) if error.kind == ErrorKind::Internal => Err(error),
        Err(_) => Ok(SignInProgress::None),
    }
}

/// The sign-in under way in this browser for this purpose.
async fn open_sign_in(db: &impl Reads, purpose: SignInPurpose, browser: &BrowserKey) -> AppResult<SignIn> {
    let now = db.now().await?;
    let sign_in = store::latest(db, &browser.0, purpose).await?.ok_or_else(foreign)?;
    if sign_in.completed_at.is_some() || sign_in.expires_at <= now {
        return Err(expired());
    }
    Ok(sign_in)
}

/// Plex tells a PIN that is over from somebody else's no more: one that lives shorter than a sign-in is noted while
/// it is known to be ours. Its life is counted from before it was made, so that ours ends first.
async fn end_with(ctx: &Ctx, sign_in: &SignIn, pin: &Pin) -> AppResult<()> {
    let (Some(made_at), Some(expires_at)) = (pin.created_at, pin.expires_at) else { return Ok(()) };
    let ends = sign_in.created_at.plus((expires_at - made_at).num_milliseconds());
    if (sign_in.created_at..sign_in.expires_at).contains(&ends) {
        let tx = ctx.db().begin().await?;
        store::end_by(&tx, sign_in.id, ends).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn ask(plex: &PlexTv, pin_id: i64, client_identifier: &str) -> AppResult<Pin> {
    plex.pin_status(pin_id, client_identifier).await.map_err(untold)
}

/// What it means that Plex did not tell of a PIN.
fn untold(error: PlexError) -> AppError {
    match error {
        // Whoever did not make it is told nothing; one that lives shorter than usual has ended the sign-in.
        PlexError::ItemMissing => foreign(),
        // Two pages that ask at once; the next question is soon enough.
        PlexError::RateLimited { retry_after } => AppError { retry_after, ..pending() },
        // So many ask that this page's turn has not come.
        PlexError::Timeout { request_may_have_been_done: false } => pending(),
        error => error.into(),
    }
}

/// The PIN has to be the one that this very sign-in asked for.
fn check(pin: &Pin, sign_in: &SignIn, code: &str, now: Instant) -> AppResult<()> {
    let maker = pin.client_identifier.as_deref().unwrap_or_default();
    // Both are compared in full, so that the time tells nothing.
    let fits = equal(maker, &sign_in.client_identifier) & equal(&pin.code, code);
    if !fits {
        return Err(foreign());
    }
    let made_at = pin.created_at.map(Instant::from).ok_or_else(expired)?;
    let age = now.since(made_at);
    if (-CLOCK_TOLERANCE..SIGN_IN_LIFETIME).contains(&age) { Ok(()) } else { Err(expired()) }
}

fn place(row: &str) -> Place<'_> {
    Place { table: "sign_ins", column: "pin_code_sealed", row }
}

/// Where Plex sends the browser afterwards: to the page's own origin, where its cookies are.
fn return_address(ctx: &Ctx, origin: &str, path: &str) -> AppResult<Url> {
    let wrong = || AppError::internal("preparing a sign-in", "the page's address is not one of ours");
    let origin = Url::parse(origin).map_err(|_| wrong())?;
    let path = local_path(path).ok_or_else(wrong)?;
    let base = ctx.base_url().map(|url| url.path().trim_end_matches('/').to_owned()).unwrap_or_default();
    let address = origin.join(&format!("{base}{path}")).map_err(|_| wrong())?;
    if address.origin() == origin.origin() { Ok(address) } else { Err(wrong()) }
}

/// A path within PUM: one leading slash, nothing that a browser could take for another host.
pub fn local_path(path: &str) -> Option<&str> {
    let bytes = path.as_bytes();
    let plain = path.len() <= 500
        && bytes.first() == Some(&b'/')
        && !matches!(bytes.get(1), Some(b'/' | b'\\'))
        && path.chars().all(|c| !c.is_control() && c != '\\');
    plain.then_some(path)
}

fn pending() -> AppError {
    AppError::conflict(ProblemCode::PlexSignInPending, "Plex has not confirmed the sign-in yet. Ask again.")
}

fn expired() -> AppError {
    AppError::conflict(ProblemCode::PlexSignInExpired, "This sign-in is over. Begin a new one.")
}

fn foreign() -> AppError {
    AppError::refused(
        ProblemCode::PlexSignInForeign,
        "This sign-in was begun in another browser or for something else. Begin a new one here.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_within_pum_has_one_leading_slash() {
        for good in ["/", "/setup", "/settings/plex?tab=1#x", "/i/abc"] {
            assert_eq!(local_path(good), Some(good));
        }
        for bad in
            ["", "setup", "//evil.example", "/\\evil.example", "https://evil.example", "/a\\b", "/a\nb"]
        {
            assert_eq!(local_path(bad), None, "{bad}");
        }
        assert_eq!(local_path(&format!("/{}", "a".repeat(500))), None);
    }

    #[test]
    fn whoever_has_to_wait_is_told_to_ask_again() {
        let cases = [
            (PlexError::ItemMissing, ProblemCode::PlexSignInForeign),
            (PlexError::RateLimited { retry_after: None }, ProblemCode::PlexSignInPending),
            (PlexError::Timeout { request_may_have_been_done: false }, ProblemCode::PlexSignInPending),
            (PlexError::Unauthorized, ProblemCode::PlexTokenInvalid),
        ];
        for (error, expected) in cases {
            let what = format!("{error:?}");
            assert_eq!(untold(error).code, expected, "{what}");
        }
    }

    #[test]
    fn only_the_pin_that_was_asked_for_is_taken() {
        let now = Instant(1_800_000_000_000);
        let sign_in = SignIn {
            id: random::id(),
            purpose: SignInPurpose::Login,
            client_identifier: "ours".to_owned(),
            browser_hash: String::new(),
            subject_id: None,
            return_to: String::new(),
            pin: None,
            created_at: now,
            expires_at: now.plus(SIGN_IN_LIFETIME),
            completed_at: None,
            next: None,
        };
        let pin = |client: Option<&str>, code: &str, age: i64| Pin {
            id: 1,
            code: code.to_owned(),
            client_identifier: client.map(str::to_owned),
            created_at: Some(now.plus(-age).to_utc()),
            expires_at: None,
            token: None,
        };
        let cases = [
            (pin(Some("ours"), "code", 0), None),
            (pin(Some("ours"), "code", -60_000), None),
            (pin(Some("theirs"), "code", 0), Some(ProblemCode::PlexSignInForeign)),
            (pin(None, "code", 0), Some(ProblemCode::PlexSignInForeign)),
            (pin(Some("ours"), "other", 0), Some(ProblemCode::PlexSignInForeign)),
            (pin(Some("ours"), "code", SIGN_IN_LIFETIME), Some(ProblemCode::PlexSignInExpired)),
            (pin(Some("ours"), "code", -600_000), Some(ProblemCode::PlexSignInExpired)),
            (Pin { created_at: None, ..pin(Some("ours"), "code", 0) }, Some(ProblemCode::PlexSignInExpired)),
        ];
        for (pin, expected) in cases {
            let found = check(&pin, &sign_in, "code", now).err().map(|error| error.code);
            assert_eq!(found, expected, "{pin:?}");
        }
    }
}
