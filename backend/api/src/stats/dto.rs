//! The figures as the API shows them.

use pum_app::dashboard::{Attention, AttentionKind, Dashboard};
use pum_domain::server::{AuthState, IdentityState};
use pum_domain::user::UserState;
use pum_domain::{Instant, UserId};
use pum_store::plex_server::PlexServer;
use serde::Serialize;
use utoipa::ToSchema;

use crate::history::HistoryEvent;
use crate::name_schema;

pum_domain::catalogue! {
    /// How the server stands, the gravest first.
    pub enum ServerState {
        NotConnected = "not_connected",
        IdentityChanged = "identity_changed",
        AuthLost = "auth_lost",
        Unreachable = "unreachable",
        Online = "online",
    }
}

name_schema!(
    /// How the server stands, the gravest first.
    ServerStateName,
    ServerState
);
name_schema!(
    /// What may need somebody's attention.
    AttentionKindName,
    AttentionKind
);

/// How the Plex server was when last looked at.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServerStatus {
    /// How it stands.
    #[schema(value_type = ServerStateName)]
    pub state: ServerState,
    /// Its name.
    pub name: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// What is wrong, in a stable word.
    pub detail: Option<String>,
    /// When it was last looked at.
    #[schema(format = DateTime)]
    pub checked_at: Option<String>,
    /// When it last answered.
    #[schema(format = DateTime)]
    pub answered_at: Option<String>,
}

impl From<Option<PlexServer>> for ServerStatus {
    fn from(server: Option<PlexServer>) -> Self {
        let Some(server) = server else {
            let state = ServerState::NotConnected;
            return Self {
                state,
                name: None,
                version: None,
                detail: None,
                checked_at: None,
                answered_at: None,
            };
        };
        let state = match () {
            () if server.identity_state != IdentityState::Ok => ServerState::IdentityChanged,
            () if server.auth_state != AuthState::Ok => ServerState::AuthLost,
            // Connecting it was a look as well.
            () if !server.reachable && server.checked_at.is_some() => ServerState::Unreachable,
            () => ServerState::Online,
        };
        Self {
            state,
            name: Some(server.name),
            version: Some(server.version),
            detail: server.problem,
            checked_at: server.checked_at.map(Instant::to_rfc3339),
            answered_at: server.answered_at.map(Instant::to_rfc3339),
        }
    }
}

/// Something that needs somebody's attention.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attention)]
pub struct AttentionDto {
    /// What sort of thing.
    #[schema(value_type = AttentionKindName)]
    pub kind: AttentionKind,
    /// The id of the change, job or library.
    pub id: Option<String>,
    /// Whom or what it is about.
    pub name: Option<String>,
    /// Why, in a stable word where there is one.
    pub reason: Option<String>,
    /// What to do about it.
    pub detail: String,
    /// Since when.
    #[schema(format = DateTime)]
    pub at: Option<String>,
    /// Whether trying again may help: a change by `retryChange`, a job by `retryJob`.
    pub retryable: bool,
}

impl From<Attention> for AttentionDto {
    fn from(attention: Attention) -> Self {
        let Attention { kind, id, name, reason, detail, at, retryable } = attention;
        Self { kind, id, name, reason, detail, at: at.map(Instant::to_rfc3339), retryable }
    }
}

/// Whose access ends within seven days.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExpiringSoon {
    /// How many there are.
    pub total: i64,
    /// The first of them, at most ten.
    pub items: Vec<ExpiringUser>,
}

/// Somebody whose access ends soon, or should have ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExpiringUser {
    /// The user.
    pub id: String,
    /// Their name.
    pub username: String,
    /// When access ends.
    #[schema(format = DateTime)]
    pub access_expires_at: String,
}

/// How things stand.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "users": 12, "pending": 1, "suspended": 0, "removed": 3, "active_invites": 4, "libraries": 5, "streams": 2,
    "server": {
        "state": "online", "name": "Aurora", "version": "1.41.9", "detail": null,
        "checked_at": "2026-11-22T16:04:00.000Z", "answered_at": "2026-11-22T16:04:00.000Z"
    },
    "worker_running": true,
    "expiring": {"total": 1, "items": [{
        "id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a13", "username": "noor",
        "access_expires_at": "2026-11-24T23:00:00.000Z"
    }]},
    "attention": [{
        "kind": "change_failed", "id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a14", "name": "priya",
        "reason": "plex_refused", "detail": "Plex refused the request.", "at": "2026-11-22T16:03:00.000Z",
        "retryable": true
    }],
    "recent": []
}))]
pub struct Stats {
    /// People with access.
    pub users: i64,
    /// People who have been invited and have not accepted yet.
    pub pending: i64,
    /// People whose libraries were taken away for a while.
    pub suspended: i64,
    /// People who are gone.
    pub removed: i64,
    /// Links that work.
    pub active_invites: u64,
    /// Libraries that are there.
    pub libraries: usize,
    /// Streams that go on; `null` for admins without `streams.view`.
    pub streams: Option<u64>,
    /// The Plex server.
    pub server: ServerStatus,
    /// Whether a worker is at work; without one nothing reaches Plex.
    pub worker_running: bool,
    /// Whose access ends within seven days, for admins with `users.view`.
    pub expiring: ExpiringSoon,
    /// What needs somebody's attention, as far as this admin may see it.
    pub attention: Vec<AttentionDto>,
    /// The latest events, for admins with `history.view`.
    pub recent: Vec<HistoryEvent>,
}

impl From<(UserId, String, Instant)> for ExpiringUser {
    fn from((id, username, at): (UserId, String, Instant)) -> Self {
        Self { id: id.to_string(), username, access_expires_at: at.to_rfc3339() }
    }
}

impl From<Dashboard> for Stats {
    fn from(dashboard: Dashboard) -> Self {
        let counted = dashboard.users;
        let count = |state| counted.iter().find(|(of, _)| *of == state).map_or(0, |(_, users)| *users);
        Self {
            users: count(UserState::Active),
            pending: count(UserState::Pending),
            suspended: count(UserState::Suspended),
            removed: count(UserState::Removed),
            active_invites: dashboard.active_invites,
            libraries: dashboard.libraries,
            streams: dashboard.streams,
            server: dashboard.server.into(),
            worker_running: dashboard.worker_running,
            expiring: ExpiringSoon {
                total: dashboard.expiring.0,
                items: dashboard.expiring.1.into_iter().map(ExpiringUser::from).collect(),
            },
            attention: dashboard.attention.into_iter().map(AttentionDto::from).collect(),
            recent: dashboard.recent.into_iter().map(HistoryEvent::from).collect(),
        }
    }
}
