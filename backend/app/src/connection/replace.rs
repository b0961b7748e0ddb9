//! Saving the connection: who owns the server is proven before anything is stored, the server and its
//! owner are pinned, and neither changes afterwards without an admin saying so.

use pum_domain::event::{EventType, HintKind};
use pum_domain::job::Lane as JobLane;
use pum_domain::server::TokenKind;
use pum_domain::sign_in::SignInPurpose;
use pum_domain::text::clean_name;
use pum_domain::{PlexId, ProblemCode};
use pum_plex::{Lane, PinRequest, PlexError, Token};
use pum_store::plex_server::{self as store, Connection, PlexServer};
use pum_store::{Tx, hints, history, jobs};
use serde_json::{Value, json};
use url::Url;

use super::owner_token;
use super::test::TokenOwner;
use super::{choose, finding, parse_url, token_for};
use crate::actor::Actor;
use crate::ctx::Ctx;
use crate::error::{AppError, AppResult, ErrorKind, FieldError};
use crate::outcome::{BLOCKED_BY_PLEX_AUTH, BLOCKED_BY_PLEX_IDENTITY};
use crate::sessions::CurrentSession;
use crate::sign_in::{self, BrowserKey, StartSignIn};
use crate::{libraries, plex_server, setup, streams};

/// What to connect.
#[derive(Clone)]
pub enum Target {
    /// An address and a token, each as typed; what is left out stays as it is.
    Typed {
        /// The address.
        url: Option<String>,
        /// The token.
        token: Option<String>,
    },
    /// A server of the account that has signed in, at one of its addresses.
    Chosen {
        /// Which server.
        machine_identifier: String,
        /// Where.
        uri: String,
    },
}

/// What the admin has confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Confirmed {
    /// Another server takes the place of the connected one.
    pub replace_server: bool,
    /// The server belongs to another account now.
    pub change_owner: bool,
}

/// A connection whose owner is proven.
struct Proven {
    url: Url,
    token: Token,
    machine_identifier: String,
    name: String,
    version: String,
    owner: TokenOwner,
}

/// The wizard's step. What was connected before, in a wizard that was reset, may be replaced.
pub async fn connect_in_setup(
    ctx: &Ctx,
    actor: &Actor,
    session: &CurrentSession,
    target: &Target,
) -> AppResult<PlexServer> {
    setup::require_open(ctx).await?;
    let confirmed = Confirmed { replace_server: true, change_owner: true };
    save(ctx, actor, session, target, confirmed, None, true).await
}

/// Replaces the token, the address or, once confirmed, the server or its owner. `expected` refuses a
/// stale edit.
pub async fn connect(
    ctx: &Ctx,
    actor: &Actor,
    session: &CurrentSession,
    target: &Target,
    confirmed: Confirmed,
    expected: Option<i64>,
) -> AppResult<PlexServer> {
    save(ctx, actor, session, target, confirmed, expected, false).await
}

async fn save(
    ctx: &Ctx,
    actor: &Actor,
    session: &CurrentSession,
    target: &Target,
    confirmed: Confirmed,
    expected: Option<i64>,
    in_setup: bool,
) -> AppResult<PlexServer> {
    let present = store::get(&ctx.reader()).await?;
    let pinned = present.as_ref().filter(|_| !confirmed.replace_server);
    let (url, token, wanted) = resolve(ctx, session, target, present.as_ref()).await?;
    if let (Some(wanted), Some(pinned)) = (&wanted, pinned)
        && *wanted != pinned.machine_identifier
    {
        return Err(other_server());
    }
    let machine = wanted.as_deref().or(pinned.map(|server| server.machine_identifier.as_str()));
    let proven = prove(ctx, url, token, machine, present.as_ref()).await?;
    refuse_other_owner(&proven, present.as_ref(), confirmed)?;
    let tx = ctx.db().begin().await?;
    if let Target::Chosen { .. } = target {
        owner_token::release(&tx).await?;
    }
    store_connection(ctx, &tx, actor, proven, expected).await?;
    if in_setup {
        setup::note_plex_done(&tx).await?;
    } else {
        libraries::enqueue_refresh(&tx, JobLane::Manual).await?;
        streams::enqueue_import(&tx, JobLane::Automatic).await?;
    }
    tx.commit().await?;
    store::get(&ctx.reader()).await?.ok_or_else(|| AppError::not_found("server"))
}

/// Address, token and, when chosen from a list, the server that has to answer there.
async fn resolve(
    ctx: &Ctx,
    session: &CurrentSession,
    target: &Target,
    present: Option<&PlexServer>,
) -> AppResult<(Url, Token, Option<String>)> {
    match target {
        Target::Typed { url, token } => {
            let url = match (url, present) {
                (Some(url), _) => parse_url(url)?,
                (None, Some(present)) => parse_url(&present.url)?,
                (None, None) => match &ctx.options().plex_url {
                    Some(preset) => preset.clone(),
                    None => return Err(AppError::field("/url", "required", "is required")),
                },
            };
            let moved = present.is_some_and(|present| present.url.trim_end_matches('/') != plain(&url));
            let no_token = token.as_deref().is_none_or(|token| token.trim().is_empty());
            if moved && no_token {
                let detail = "is needed again: a saved token is never sent to another address";
                let field = AppError::field("/token", "required", detail);
                return Err(AppError { code: ProblemCode::PlexTokenRequired, ..field });
            }
            let token = token_for(ctx, &url, token.as_deref())?;
            Ok((url, token, None))
        }
        Target::Chosen { machine_identifier, uri } => {
            let servers = choose::servers(ctx, session.admin_id).await?;
            let server = servers.iter().find(|server| server.machine_identifier == *machine_identifier);
            let server = server.ok_or_else(|| {
                AppError::field("/machine_identifier", "unknown", "choose one of the account's servers")
            })?;
            if !server.owned {
                return Err(not_owner("The account that signed in does not own this server."));
            }
            if !server.connections.iter().any(|one| one.uri == *uri) {
                return Err(AppError::field("/uri", "unknown", "choose one of the server's addresses"));
            }
            let waiting = owner_token::waiting(ctx, &ctx.reader(), session.admin_id).await?;
            let waiting = waiting.ok_or_else(choose::not_signed_in)?;
            Ok((parse_url(uri)?, waiting.token, Some(machine_identifier.clone())))
        }
    }
}

/// Asks who answers there, without a token, and then plex.tv whether the token's account owns it.
async fn prove(
    ctx: &Ctx,
    url: Url,
    token: Token,
    machine: Option<&str>,
    present: Option<&PlexServer>,
) -> AppResult<Proven> {
    let answered = async { ctx.media_servers().try_out(&url)?.identity().await };
    let (machine_identifier, version) = match answered.await {
        Ok(identity) if machine.is_some_and(|machine| machine != identity.machine_identifier) => {
            return Err(other_server());
        }
        Ok(identity) => (identity.machine_identifier, identity.version),
        // A new token for a server that happens to be off needs nothing of the server.
        Err(error) => match present.filter(|present| {
            present.url == plain(&url) && machine.is_none_or(|machine| machine == present.machine_identifier)
        }) {
            Some(present) => (present.machine_identifier.clone(), Some(present.version.clone())),
            None => return Err(unreachable(error)),
        },
    };
    let plex = ctx.plex().in_lane(Lane::Interactive);
    let account = plex.account(&token).await.map_err(bad_token)?;
    let servers = plex.servers(&token).await.map_err(bad_token)?;
    let server = servers.into_iter().find(|server| server.machine_identifier == machine_identifier);
    let Some(server) = server.filter(|server| server.owned) else {
        return Err(not_owner("This is not the token of the server's owner. Sign in as the owner."));
    };
    let username = clean_name(account.username.as_deref().unwrap_or(&account.title));
    Ok(Proven {
        url,
        token,
        machine_identifier,
        name: clean_name(&server.name),
        version: version.or(server.version).unwrap_or_default(),
        owner: TokenOwner { plex_id: PlexId(account.id.0), username },
    })
}

fn refuse_other_owner(proven: &Proven, present: Option<&PlexServer>, confirmed: Confirmed) -> AppResult<()> {
    let Some(present) = present else { return Ok(()) };
    let same_server = present.machine_identifier == proven.machine_identifier;
    if !same_server || confirmed.change_owner || present.owner_plex_id == proven.owner.plex_id {
        return Ok(());
    }
    let detail = format!(
        "The server belongs to {} now, and was connected as {}'s. Confirm the change of the owner.",
        proven.owner.username, present.owner_username
    );
    Err(AppError::conflict(ProblemCode::PlexNotOwner, detail))
}

async fn store_connection(
    ctx: &Ctx,
    tx: &Tx,
    actor: &Actor,
    proven: Proven,
    expected: Option<i64>,
) -> AppResult<()> {
    let before = store::get(tx).await?;
    let version = before.as_ref().map_or(0, |server| server.version_counter);
    if expected.is_some_and(|expected| expected != version) {
        return Err(AppError::version_conflict(vec!["url", "token", "machine_identifier"]));
    }
    let connection = Connection {
        machine_identifier: proven.machine_identifier,
        owner_plex_id: proven.owner.plex_id,
        owner_username: proven.owner.username,
        name: proven.name,
        version: proven.version,
        url: plain(&proven.url),
        token_sealed: plex_server::seal_token(ctx.keys(), &proven.token),
        token_kind: TokenKind::Account,
    };
    store::connect(tx, connection).await?;
    let after = store::get(tx).await?;
    let mut event = actor.event(match (&before, &after) {
        (Some(before), Some(after)) if !same(before, after) => EventType::ServerReplaced,
        (Some(_), _) => EventType::ServerTokenReplaced,
        (None, _) => EventType::ServerConnected,
    });
    event.subject = plex_server::subject(tx).await?;
    event.before = before.as_ref().map(shown);
    event.after = after.as_ref().map(shown);
    history::append(tx, event).await?;
    jobs::release_blocked(tx, BLOCKED_BY_PLEX_AUTH).await?;
    jobs::release_blocked(tx, BLOCKED_BY_PLEX_IDENTITY).await?;
    hints::leave(tx, HintKind::Server, None).await?;
    Ok(())
}

fn same(before: &PlexServer, after: &PlexServer) -> bool {
    before.machine_identifier == after.machine_identifier && before.owner_plex_id == after.owner_plex_id
}

fn shown(server: &PlexServer) -> Value {
    json!({
        "machine_identifier": server.machine_identifier,
        "name": server.name,
        "url": server.url,
        "owner": server.owner_username,
    })
}

/// Begins the owner's sign-in, to choose a server or to replace the token.
pub async fn start_sign_in(
    ctx: &Ctx,
    session: &CurrentSession,
    purpose: SignInPurpose,
    origin: &str,
) -> AppResult<PinRequest> {
    let return_path = match purpose {
        SignInPurpose::SetupServer if !setup::state(ctx).await?.complete => "/setup",
        _ => "/settings/plex",
    };
    let browser = BrowserKey::of_hash(&session.key_hash);
    let subject_id = Some(session.admin_id.uuid());
    let new = StartSignIn { purpose, browser: &browser, subject_id, origin, return_path, next: None };
    sign_in::start(ctx, new).await
}

/// Takes the PIN of the owner's sign-in.
pub async fn attach_sign_in(
    ctx: &Ctx,
    session: &CurrentSession,
    purpose: SignInPurpose,
    pin_id: i64,
    code: &str,
) -> AppResult<String> {
    sign_in::attach(ctx, purpose, &BrowserKey::of_hash(&session.key_hash), pin_id, code).await
}

/// Keeps the token of whoever has signed in until they have chosen a server, in the wizard or later.
/// Returns their name.
pub async fn complete_choosing_sign_in(ctx: &Ctx, session: &CurrentSession) -> AppResult<String> {
    let browser = BrowserKey::of_hash(&session.key_hash);
    let subject_id = Some(session.admin_id.uuid());
    let signed_in = sign_in::complete(ctx, SignInPurpose::SetupServer, &browser, subject_id).await?;
    let tx = ctx.db().begin().await?;
    signed_in.spend(&tx).await?;
    owner_token::keep(ctx, &tx, session.admin_id, &signed_in).await?;
    tx.commit().await?;
    Ok(signed_in.account.username)
}

/// Replaces the token by that of the owner who has signed in again.
pub async fn complete_replace_token(
    ctx: &Ctx,
    actor: &Actor,
    session: &CurrentSession,
) -> AppResult<PlexServer> {
    let browser = BrowserKey::of_hash(&session.key_hash);
    let subject_id = Some(session.admin_id.uuid());
    let present = store::get(&ctx.reader()).await?;
    let present = present.ok_or_else(|| AppError::from(plex_server::NotReady::NotConnected))?;
    let signed_in = sign_in::complete(ctx, SignInPurpose::ReplaceToken, &browser, subject_id).await?;
    let url = parse_url(&present.url)?;
    let machine = Some(present.machine_identifier.as_str());
    let proven = prove(ctx, url, signed_in.token.clone(), machine, Some(&present)).await;
    let proven = proven.and_then(|proven| {
        refuse_other_owner(&proven, Some(&present), Confirmed::default()).map(|()| proven)
    });
    let proven = match proven {
        Ok(proven) => proven,
        // Passing trouble: the page asks again, and the sign-in still counts.
        Err(error) if error.kind == ErrorKind::Upstream => return Err(error),
        Err(error) => {
            let tx = ctx.db().begin().await?;
            signed_in.spend(&tx).await?;
            signed_in.drop_token(ctx, &tx).await?;
            tx.commit().await?;
            return Err(error);
        }
    };
    let tx = ctx.db().begin().await?;
    signed_in.spend(&tx).await?;
    store_connection(ctx, &tx, actor, proven, None).await?;
    libraries::enqueue_refresh(&tx, JobLane::Manual).await?;
    streams::enqueue_import(&tx, JobLane::Automatic).await?;
    tx.commit().await?;
    store::get(&ctx.reader()).await?.ok_or_else(|| AppError::not_found("server"))
}

fn plain(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}

fn other_server() -> AppError {
    AppError::conflict(
        ProblemCode::PlexOtherServer,
        "Another Plex server answers at this address than the connected one. No token was sent to it. Confirm \
         that it takes the other's place, or give another address.",
    )
}

fn not_owner(detail: &str) -> AppError {
    AppError::refused(ProblemCode::PlexNotOwner, detail)
}

fn unreachable(error: PlexError) -> AppError {
    let detail = finding::in_words(finding::of_trouble(&error), "", 0);
    match error {
        PlexError::AddressRefused { .. } => AppError::field("/url", "refused", detail),
        error => AppError { detail, ..error.into() },
    }
}

fn bad_token(error: PlexError) -> AppError {
    match error {
        PlexError::Unauthorized => AppError {
            fields: vec![FieldError {
                pointer: "/token".to_owned(),
                code: "invalid",
                detail: "Plex does not take it as an account's token".to_owned(),
            }],
            ..AppError::refused(
                ProblemCode::PlexTokenInvalid,
                "Plex does not accept this token. Test the connection to see which token it is.",
            )
        },
        error => error.into(),
    }
}
