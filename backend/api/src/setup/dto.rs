//! The wizard's shapes. The settings show some of them again.

use pum_app::connection::{self, ServerChoice, Tested};
use pum_app::setup::{Presets, SetupState};
use pum_domain::server::{AuthState, Finding, IdentityState};
use pum_store::plex_server::PlexServer;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::name_schema;

name_schema!(
    /// A step of the wizard.
    SetupStepName,
    pum_domain::setup::SetupStep
);
name_schema!(
    /// Whether Plex accepts the owner's token.
    AuthStateName,
    AuthState
);
name_schema!(
    /// Whether the server that answers is the connected one.
    IdentityStateName,
    IdentityState
);
name_schema!(
    /// What one check of a connection test has found.
    FindingName,
    Finding
);

/// How far the wizard has come.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"complete": false, "next_step": "admin", "presets": null}))]
pub struct Setup {
    /// Whether PUM is set up.
    pub complete: bool,
    /// What comes next; `null` once complete.
    #[schema(value_type = Option<SetupStepName>)]
    pub next_step: Option<&'static str>,
    /// What to fill in; only for an admin, while the wizard is open.
    pub presets: Option<SetupPresets>,
}

/// What an earlier step or the environment offers.
#[derive(Debug, Serialize, ToSchema)]
pub struct SetupPresets {
    /// The app address.
    pub base_url: Option<String>,
    /// The Plex server's address.
    pub plex_url: Option<String>,
    /// Whether a token for that address is at hand, so that it may be left out.
    pub plex_token: bool,
}

impl Setup {
    /// What anybody may know.
    pub fn of(state: SetupState) -> Self {
        Self { complete: state.complete, next_step: state.next_step.map(|step| step.as_str()), presets: None }
    }

    /// The same with what an admin may know.
    pub fn with(self, presets: Presets) -> Self {
        let Presets { base_url, plex_url, plex_token } = presets;
        Self { presets: Some(SetupPresets { base_url, plex_url, plex_token }), ..self }
    }
}

/// The first admin.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"setup_code": "k3hs8f-2ndk49-aj5mzp-1qw7xu-vb", "username": "olivia", "password": "a quiet marigold"}))]
pub struct FirstAdmin {
    /// From the start-up log, or `pum setup code`.
    pub setup_code: String,
    /// The name to sign in with.
    #[schema(min_length = 1, max_length = 60)]
    pub username: String,
    /// 12 to 256 characters.
    #[schema(min_length = 12, max_length = 256)]
    pub password: String,
}

/// The code that shows that somebody may claim this installation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"setup_code": "k3hs8f-2ndk49-aj5mzp-1qw7xu-vb"}))]
pub struct SetupCode {
    /// From the start-up log, or `pum setup code`.
    pub setup_code: String,
}

/// Under which address people reach PUM.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"base_url": "https://pum.example.org"}))]
pub struct SaveApp {
    /// A full address; a path is allowed.
    pub base_url: String,
}

/// A server's address, and a token that opens it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"url": "http://192.168.1.10:32400", "token": "xxxxxxxxxxxxxxxxxxxx"}))]
pub struct PlexUrlToken {
    /// The address.
    pub url: String,
    /// The token of the owner's account. May be left out for the address to which one is at hand.
    #[schema(required = false, nullable = false)]
    pub token: Option<String>,
}

/// The server to connect: typed, or chosen after the owner has signed in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"url": "http://192.168.1.10:32400", "token": "xxxxxxxxxxxxxxxxxxxx"}))]
pub struct SavePlex {
    /// The address, as typed.
    #[schema(nullable = false)]
    pub url: Option<String>,
    /// The token of the owner's account.
    #[schema(nullable = false)]
    pub token: Option<String>,
    /// The chosen server; goes with `uri`.
    #[schema(nullable = false)]
    pub machine_identifier: Option<String>,
    /// The chosen address; goes with `machine_identifier`.
    #[schema(nullable = false)]
    pub uri: Option<String>,
}

/// A Plex server.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServerInfo {
    /// Its name.
    #[schema(example = "Aurora")]
    pub name: String,
    /// Its version.
    #[schema(example = "1.41.9.9961")]
    pub version: String,
    /// What tells it from any other.
    #[schema(example = "a0f0ca11ab1ea0f0ca11ab1ea0f0ca11ab1e0001")]
    pub machine_identifier: String,
}

/// One class of call that PUM needs.
#[derive(Debug, Serialize, ToSchema)]
pub struct Check {
    /// `identity`, `token_kind`, `account`, `owner`, `libraries`, `section_ids`, `share_list` or `pending`.
    #[schema(example = "token_kind")]
    pub name: &'static str,
    /// Whether it worked.
    pub ok: bool,
    /// What was found.
    #[schema(value_type = FindingName)]
    pub code: Finding,
    /// Of how many things it speaks, where it counts them.
    pub count: Option<usize>,
    /// The same as a sentence: what it means, or what to do.
    #[schema(example = "The token of the owner's account, olivia.")]
    pub detail: String,
}

impl From<connection::Check> for Check {
    fn from(check: connection::Check) -> Self {
        let connection::Check { name, ok, finding, count, detail } = check;
        Self { name, ok, code: finding, count, detail }
    }
}

/// What a test of the connection found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "ok": true,
    "server": {"name": "Aurora", "version": "1.41.9.9961", "machine_identifier": "a0f0ca11ab1ea0f0ca11ab1ea0f0ca11ab1e0001"},
    "account": "olivia",
    "checks": [{"name": "identity", "ok": true, "code": "server_answers", "count": null, "detail": "A Plex server answers."}]
}))]
pub struct PlexTest {
    /// Whether everything worked.
    pub ok: bool,
    /// The server, once it has said who it is.
    pub server: Option<ServerInfo>,
    /// The account whose token it is, once that is known.
    pub account: Option<String>,
    /// Every class of call, in order.
    pub checks: Vec<Check>,
}

impl From<Tested> for PlexTest {
    fn from(tested: Tested) -> Self {
        let ok = tested.ok();
        let (name, version) = (tested.name, tested.version);
        let server = tested.machine_identifier.map(|machine_identifier| ServerInfo {
            name: name.unwrap_or_default(),
            version: version.unwrap_or_default(),
            machine_identifier,
        });
        let account = tested.owner.map(|owner| owner.username);
        Self { ok, server, account, checks: tested.checks.into_iter().map(Check::from).collect() }
    }
}

/// An address of a server.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServerAddress {
    /// The address.
    pub uri: String,
    /// In the server's own network.
    pub local: bool,
    /// Through Plex's relay: slow.
    pub relay: bool,
    /// Whether this very server answered there.
    pub reachable: bool,
}

/// A server of the account that has signed in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "machine_identifier": "a0f0ca11ab1ea0f0ca11ab1ea0f0ca11ab1e0001", "name": "Aurora", "owned": true,
    "version": "1.41.9.9961",
    "addresses": [{"uri": "http://192.168.1.10:32400", "local": true, "relay": false, "reachable": true}]
}))]
pub struct PlexServerChoice {
    /// What tells it from any other.
    pub machine_identifier: String,
    /// Its name.
    pub name: String,
    /// Whether the account owns it; only those can be connected.
    pub owned: bool,
    /// Its version, if known.
    pub version: Option<String>,
    /// Its addresses, the best first.
    pub addresses: Vec<ServerAddress>,
}

impl From<ServerChoice> for PlexServerChoice {
    fn from(choice: ServerChoice) -> Self {
        let address = |one: connection::Address| ServerAddress {
            uri: one.uri,
            local: one.local,
            relay: one.relay,
            reachable: one.reachable,
        };
        Self {
            machine_identifier: choice.machine_identifier,
            name: choice.name,
            owned: choice.owned,
            version: choice.version,
            addresses: choice.addresses.into_iter().map(address).collect(),
        }
    }
}

/// The connected server, as PUM last saw it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "server": {"name": "Aurora", "version": "1.41.9.9961", "machine_identifier": "a0f0ca11ab1ea0f0ca11ab1ea0f0ca11ab1e0001"},
    "url": "http://192.168.1.10:32400", "owner": "olivia", "token_saved_at": "2026-11-22T10:00:00.000Z",
    "auth_state": "ok", "identity_state": "ok", "problem": null, "reachable": true,
    "checked_at": "2026-11-22T10:05:00.000Z", "answered_at": "2026-11-22T10:05:00.000Z",
    "plex_tv_answered_at": "2026-11-22T10:05:00.000Z", "version": 1
}))]
pub struct PlexConnection {
    /// The pinned server.
    pub server: ServerInfo,
    /// Where it is reached.
    pub url: String,
    /// The pinned owner's name.
    pub owner: String,
    /// When the connection was last saved.
    pub token_saved_at: String,
    /// Whether Plex accepts the owner's token.
    #[schema(value_type = AuthStateName)]
    pub auth_state: AuthState,
    /// Whether the server that answers is the pinned one.
    #[schema(value_type = IdentityStateName)]
    pub identity_state: IdentityState,
    /// What is wrong, in a stable word.
    pub problem: Option<String>,
    /// Whether it answered the last look.
    pub reachable: bool,
    /// When it was last looked at.
    pub checked_at: Option<String>,
    /// When it last answered.
    pub answered_at: Option<String>,
    /// When plex.tv last answered with the owner's token.
    pub plex_tv_answered_at: Option<String>,
    /// Counts edits; for `If-Match`.
    pub version: i64,
}

impl From<PlexServer> for PlexConnection {
    fn from(server: PlexServer) -> Self {
        let time = |at: Option<pum_domain::Instant>| at.map(pum_domain::Instant::to_rfc3339);
        Self {
            server: ServerInfo {
                name: server.name,
                version: server.version,
                machine_identifier: server.machine_identifier,
            },
            url: server.url,
            owner: server.owner_username,
            token_saved_at: server.updated_at.to_rfc3339(),
            auth_state: server.auth_state,
            identity_state: server.identity_state,
            problem: server.problem,
            reachable: server.reachable,
            checked_at: time(server.checked_at),
            answered_at: time(server.answered_at),
            plex_tv_answered_at: time(server.plex_tv_answered_at),
            version: server.version_counter,
        }
    }
}

/// Who has signed in as the owner; their token waits on our side.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"username": "olivia"}))]
pub struct OwnerToken {
    /// The account's name.
    pub username: String,
}
