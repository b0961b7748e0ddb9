//! The connected server, and what has to be true before a token is sent to it.
//!
//! The server and its owner are pinned when they are connected. Another server at the address, or a
//! token that Plex refuses, pauses everything that needs Plex: jobs wait as `blocked`, spend no
//! attempts, and go on by themselves once it is mended.

use pum_domain::event::{EventType, HintKind};
use pum_domain::instant::MINUTE;
use pum_domain::job::{JobKind, Lane};
use pum_domain::server::{AuthState, IdentityState};
use pum_domain::{PlexId, ProblemCode};
use pum_plex::{MediaServer, PlexError, PlexTv, Token};
use pum_store::history::Subject;
use pum_store::jobs::{self, NewJob, Unique};
use pum_store::plex_server::{self as store, PlexServer};
use pum_store::{Reads, Tx, hints, history};
use serde_json::json;
use url::Url;

use crate::actor::Actor;
use crate::ctx::Ctx;
use crate::error::{AppError, AppResult};
use crate::outcome::{BLOCKED_BY_PLEX_AUTH, BLOCKED_BY_PLEX_IDENTITY};
use crate::secret::{Keys, Place, Secret};

/// How long after a refused token the next look at it comes, in milliseconds.
pub(crate) const PROBE_PAUSE: i64 = 5 * MINUTE;

const TOKEN: Place<'static> = Place { table: "plex_server", column: "token_sealed", row: "1" };

/// The connected server, ready to be talked to.
#[derive(Debug, Clone)]
pub struct Connected {
    /// Pinned: what tells this server from any other.
    pub machine_identifier: String,
    /// Pinned: the owner's account.
    pub owner_plex_id: PlexId,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub url: Url,
    /// The owner's token.
    pub token: Token,
    /// The token as stored: verdicts name it, so that they never hit its successor.
    pub(crate) token_sealed: String,
}

/// Why there is no server to talk to.
#[derive(Debug)]
pub enum NotReady {
    /// Nobody has connected one.
    NotConnected,
    /// Plex refuses the owner's token.
    AuthLost,
    /// Another server answers at the address, or somebody else owns it.
    OtherServer,
    /// The server did not answer the question who it is.
    Unanswered(PlexError),
    /// Our own trouble.
    Failed(AppError),
}

impl NotReady {
    /// What a job waits for, when waiting helps.
    pub const fn blocked_on(&self) -> Option<&'static str> {
        match self {
            Self::AuthLost => Some(BLOCKED_BY_PLEX_AUTH),
            Self::OtherServer => Some(BLOCKED_BY_PLEX_IDENTITY),
            Self::NotConnected | Self::Unanswered(_) | Self::Failed(_) => None,
        }
    }
}

impl From<NotReady> for AppError {
    fn from(reason: NotReady) -> Self {
        match reason {
            NotReady::NotConnected => Self::conflict(
                ProblemCode::PlexNotConnected,
                "No Plex server is connected yet. Connect one in the settings.",
            ),
            NotReady::AuthLost => Self::conflict(
                ProblemCode::PlexTokenInvalid,
                "Plex no longer accepts the owner's token. Replace it in the settings under Plex.",
            ),
            NotReady::OtherServer => Self::conflict(
                ProblemCode::PlexOtherServer,
                "Another Plex server answers at the saved address. Look at the settings under Plex.",
            ),
            NotReady::Unanswered(error) => error.into(),
            NotReady::Failed(error) => error,
        }
    }
}

impl From<pum_store::StoreError> for NotReady {
    fn from(error: pum_store::StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<AppError> for NotReady {
    fn from(error: AppError) -> Self {
        Self::Failed(error)
    }
}

/// The server with its token, unless something has to be mended first.
pub async fn connected_server(ctx: &Ctx) -> Result<Connected, NotReady> {
    let (server, connected) = load(ctx, &ctx.reader()).await?.ok_or(NotReady::NotConnected)?;
    if server.identity_state != IdentityState::Ok {
        return Err(NotReady::OtherServer);
    }
    if server.auth_state != AuthState::Ok {
        return Err(NotReady::AuthLost);
    }
    Ok(connected)
}

/// The server with its token, in whatever state it is.
pub(crate) async fn load(ctx: &Ctx, db: &impl Reads) -> AppResult<Option<(PlexServer, Connected)>> {
    let Some(server) = store::get(db).await? else { return Ok(None) };
    let token = ctx.keys().open(TOKEN, &server.token_sealed);
    let token = token.map_err(|error| AppError::internal("opening the Plex token", error))?;
    let url =
        server.url.parse().map_err(|error| AppError::internal("reading the server's address", error))?;
    let connected = Connected {
        machine_identifier: server.machine_identifier.clone(),
        owner_plex_id: server.owner_plex_id,
        name: server.name.clone(),
        url,
        token: Token::new(token.expose()),
        token_sealed: server.token_sealed.clone(),
    };
    Ok(Some((server, connected)))
}

/// Seals the owner's token for its place.
pub(crate) fn seal_token(keys: &Keys, token: &Token) -> String {
    keys.seal(TOKEN, &Secret::new(token.expose()))
}

/// Asks the server at the saved address who it is, without a token. Only what this returns may be
/// sent one.
pub async fn verify_identity(ctx: &Ctx, server: &Connected) -> Result<MediaServer, NotReady> {
    let media_server = ctx.media_servers().at(&server.url).map_err(NotReady::Unanswered)?;
    let identity = media_server.identity().await.map_err(NotReady::Unanswered)?;
    if identity.machine_identifier == server.machine_identifier {
        note_mended(ctx, IdentityState::OtherServer).await?;
        return Ok(media_server);
    }
    note_trouble(ctx, IdentityState::OtherServer, Some(&identity.machine_identifier)).await?;
    Err(NotReady::OtherServer)
}

/// Records that another server answers, or that somebody else owns it. What needs Plex waits.
pub(crate) async fn note_trouble(ctx: &Ctx, state: IdentityState, answered: Option<&str>) -> AppResult<()> {
    match identity_state(ctx).await? {
        Some(known) if known != state => note_identity(ctx, state, answered).await,
        _ => Ok(()),
    }
}

/// Records that this trouble is over. What waited goes on, unless it waits for other trouble.
pub(crate) async fn note_mended(ctx: &Ctx, trouble: IdentityState) -> AppResult<()> {
    match identity_state(ctx).await? {
        Some(known) if known == trouble => note_identity(ctx, IdentityState::Ok, None).await,
        _ => Ok(()),
    }
}

/// Plex does not let us ask about the server: a pause, if that is because somebody else owns it now. A list of
/// servers without it says nothing: plex.tv forgets servers that are off for long.
pub(crate) async fn refuse_another_owner(
    ctx: &Ctx,
    plex: &PlexTv,
    server: &Connected,
) -> Result<(), NotReady> {
    let servers = plex.servers(&server.token).await.map_err(NotReady::Unanswered)?;
    let ours = servers.iter().find(|one| one.machine_identifier == server.machine_identifier);
    if ours.is_none_or(|ours| ours.owned) {
        return Ok(());
    }
    note_trouble(ctx, IdentityState::OtherOwner, None).await?;
    Err(NotReady::OtherServer)
}

async fn identity_state(ctx: &Ctx) -> AppResult<Option<IdentityState>> {
    Ok(store::get(&ctx.reader()).await?.map(|server| server.identity_state))
}

async fn note_identity(ctx: &Ctx, state: IdentityState, answered: Option<&str>) -> AppResult<()> {
    let tx = ctx.db().begin().await?;
    if store::set_identity_state(&tx, state).await? {
        let mut event = Actor::system().event(EventType::ServerIdentityChanged);
        event.subject = subject(&tx).await?;
        event.reason = Some(state.as_str().to_owned());
        event.after = answered.map(|machine| json!({ "machine_identifier": machine }));
        history::append(&tx, event).await?;
        hints::leave(&tx, HintKind::Server, None).await?;
        if state == IdentityState::Ok {
            jobs::release_blocked(&tx, BLOCKED_BY_PLEX_IDENTITY).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// The media server has refused the owner's token. Only plex.tv says whether that is dead: if it is not, this is
/// trouble of that server alone, and everything that plex.tv can do goes on.
pub(crate) async fn refused_by_server(ctx: &Ctx, server: &Connected) -> NotReady {
    match ctx.plex().account(&server.token).await {
        Ok(_) => NotReady::Unanswered(PlexError::ServerRefusesToken),
        Err(PlexError::Unauthorized) => match note_auth_lost(ctx, server).await {
            Ok(()) => NotReady::AuthLost,
            Err(error) => NotReady::Failed(error),
        },
        Err(error) => NotReady::Unanswered(error),
    }
}

/// plex.tv has refused the owner's token. Everything that needs it waits; a probe looks again later.
pub async fn note_auth_lost(ctx: &Ctx, server: &Connected) -> AppResult<()> {
    let tx = ctx.db().begin().await?;
    if store::set_auth_state(&tx, &server.token_sealed, AuthState::Dead).await? {
        let mut event = Actor::system().event(EventType::ServerAuthLost);
        event.subject = subject(&tx).await?;
        history::append(&tx, event).await?;
        hints::leave(&tx, HintKind::Server, None).await?;
        enqueue_probe(&tx).await?;
        tracing::warn!("Plex no longer accepts the owner's token; jobs wait until it is replaced");
    }
    tx.commit().await?;
    Ok(())
}

/// Plex accepts the owner's token (again). What waited for that goes on.
pub async fn note_auth_restored(ctx: &Ctx, server: &Connected) -> AppResult<()> {
    let tx = ctx.db().begin().await?;
    if store::set_auth_state(&tx, &server.token_sealed, AuthState::Ok).await? {
        let mut event = Actor::system().event(EventType::ServerAuthRestored);
        event.subject = subject(&tx).await?;
        history::append(&tx, event).await?;
        hints::leave(&tx, HintKind::Server, None).await?;
        jobs::release_blocked(&tx, BLOCKED_BY_PLEX_AUTH).await?;
    }
    store::note_plex_tv_answered(&tx).await?;
    tx.commit().await?;
    Ok(())
}

/// One probe at a time.
pub(crate) async fn enqueue_probe(tx: &Tx) -> AppResult<()> {
    let mut probe = NewJob::new(JobKind::ProbePlexAuth, Lane::Automatic, json!({}));
    probe.run_at = Some(tx.now().await?.plus(PROBE_PAUSE));
    probe.unique = Some(Unique::WhileOpen("probe_plex_auth".to_owned()));
    jobs::enqueue(tx, probe).await?;
    Ok(())
}

/// The server, for the history.
pub(crate) async fn subject(db: &impl Reads) -> AppResult<Option<Subject>> {
    Ok(store::get(db).await?.map(|server| Subject {
        kind: "server".to_owned(),
        id: Some(server.machine_identifier),
        name: Some(server.name),
    }))
}
