//! How things stand, for the first page: figures, the server, what needs somebody's attention.

use pum_domain::job::{JobKind, JobState};
use pum_domain::page::PageRequest;
use pum_domain::server::{AuthState, IdentityState};
use pum_domain::user::UserState;
use pum_domain::{Instant, Permission, UserId};
use pum_plex::PlexError;
use pum_store::history::Event;
use pum_store::plex_server::PlexServer;
use pum_store::{
    Reads, access_changes, history, invites, jobs, libraries, plex_server, streams, syncs, users,
};

use crate::ctx::Ctx;
use crate::error::AppResult;
use crate::{clock_guard, health, purge, schedules};

/// Of each sort, so many at most.
const MOST: u32 = 20;
/// Recent events.
const RECENT: u32 = 10;

/// What counts as soon, in days.
pub const SOON_DAYS: i64 = 7;

/// How things stand.
#[derive(Debug)]
pub struct Dashboard {
    /// Users in each state; states without any are left out.
    pub users: Vec<(UserState, i64)>,
    /// Links that work.
    pub active_invites: u64,
    /// Libraries that are there.
    pub libraries: usize,
    /// Streams that go on, for those who may see them.
    pub streams: Option<u64>,
    /// The server, once one is connected.
    pub server: Option<PlexServer>,
    /// Whether a worker is at work.
    pub worker_running: bool,
    /// How many people's access ends within [`SOON_DAYS`], and the first of them.
    pub expiring: (i64, Vec<(UserId, String, Instant)>),
    /// What needs somebody's attention.
    pub attention: Vec<Attention>,
    /// What has just happened, the latest first.
    pub recent: Vec<Event>,
}

pum_domain::catalogue! {
    /// What may need somebody's attention.
    pub enum AttentionKind {
        ServerAuthLost = "server_auth_lost",
        ServerIdentityChanged = "server_identity_changed",
        ServerUnreachable = "server_unreachable",
        ServerRefusesToken = "server_refuses_token",
        ShareLimitReached = "share_limit_reached",
        ChangeFailed = "change_failed",
        JobDead = "job_dead",
        LibraryVanished = "library_vanished",
        AccessDrifted = "access_drifted",
        RemovalsHeld = "removals_held",
        PurgeHeld = "purge_held",
        ClockDoubted = "clock_doubted",
    }
}

/// Something that needs somebody's attention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attention {
    /// What sort of thing.
    pub kind: AttentionKind,
    /// The id of the change, job or library.
    pub id: Option<String>,
    /// Whom or what it is about.
    pub name: Option<String>,
    /// Why, as a stable word where there is one.
    pub reason: Option<String>,
    /// The same as a sentence that says what to do.
    pub detail: String,
    /// Since when.
    pub at: Option<Instant>,
    /// Whether trying again may help.
    pub retryable: bool,
}

/// Looks at everything that this admin `may` see.
pub async fn look(ctx: &Ctx, may: impl Fn(Permission) -> bool) -> AppResult<Dashboard> {
    let reader = ctx.reader();
    let now = reader.now().await?;
    let server = plex_server::get(&reader).await?;
    let there = match &server {
        Some(server) => libraries::of_server(&reader, &server.machine_identifier).await?,
        None => Vec::new(),
    };
    let mut attention = server.as_ref().map(of_server).unwrap_or_default();
    attention.extend(doubted_clock(&reader).await?);
    if may(Permission::UsersView) {
        attention.extend(failed_changes(&reader).await?);
        attention.extend(held_removals(&reader).await?);
        attention.extend(held_purge(&reader).await?);
        attention.extend(drifted(&reader).await?);
    }
    if may(Permission::JobsView) {
        attention.extend(dead_jobs(&reader).await?);
    }
    if may(Permission::LibrariesView) {
        attention.extend(vanished_libraries(&reader, now).await?);
    }
    let streams = match (&server, may(Permission::StreamsView)) {
        (Some(server), true) => Some(streams::count_open(&reader, &server.machine_identifier).await?),
        (None, true) => Some(0),
        (_, false) => None,
    };
    let recent = match may(Permission::HistoryView) {
        true => {
            let request = PageRequest { limit: RECENT, cursor: None, descending: true };
            history::list(&reader, &history::Filter::default(), &request).await?.items
        }
        false => Vec::new(),
    };
    let expiring = match may(Permission::UsersView) {
        true => crate::users::soon(&reader, SOON_DAYS, u64::from(RECENT)).await?,
        false => (0, Vec::new()),
    };
    Ok(Dashboard {
        expiring,
        streams,
        users: users::counts(&reader).await?,
        active_invites: invites::count_active(&reader, now).await?,
        libraries: there.iter().filter(|library| library.vanished_at.is_none()).count(),
        server,
        worker_running: health::worker_is_running(ctx).await?,
        attention,
        recent,
    })
}

fn of_server(server: &PlexServer) -> Vec<Attention> {
    let about = |kind, detail: &str, at| Attention {
        kind,
        id: None,
        name: Some(server.name.clone()),
        reason: server.problem.clone(),
        detail: detail.to_owned(),
        at,
        retryable: false,
    };
    let mut found = Vec::new();
    if server.identity_state != IdentityState::Ok {
        let detail = "Another server answers at the saved address, or it has another owner. Nothing is sent to it until you decide in the settings under Plex.";
        found.push(about(AttentionKind::ServerIdentityChanged, detail, server.checked_at));
    }
    if server.auth_state != AuthState::Ok {
        let detail = "Plex no longer accepts the owner's token. Replace it in the settings under Plex; what waits goes on by itself.";
        found.push(about(AttentionKind::ServerAuthLost, detail, server.checked_at));
    }
    if found.is_empty() && !server.reachable && server.checked_at.is_some() {
        let detail = "The Plex server does not answer. Look whether it runs and its address is right.";
        found.push(about(AttentionKind::ServerUnreachable, detail, server.answered_at));
    }
    if found.is_empty() && server.problem.as_deref() == Some(PlexError::ServerRefusesToken.code()) {
        let detail = "The Plex server does not accept the owner's token, though plex.tv does: streams and libraries cannot be read. Sign in to Plex in the server's own settings, or restart it.";
        found.push(about(AttentionKind::ServerRefusesToken, detail, server.checked_at));
    }
    if server.share_limit_reached_at.is_some() {
        let detail = "Plex lets this server be shared with no more people. Remove somebody to make room.";
        found.push(about(AttentionKind::ShareLimitReached, detail, server.share_limit_reached_at));
    }
    found
}

async fn failed_changes(db: &impl Reads) -> AppResult<Vec<Attention>> {
    let failed = access_changes::failed(db, u64::from(MOST)).await?;
    let ids: Vec<_> = failed.iter().map(|change| change.user_id).collect();
    let names = users::names(db, &ids).await?;
    let told = failed.into_iter().map(|change| Attention {
        kind: AttentionKind::ChangeFailed,
        id: Some(change.id.to_string()),
        name: names.get(&change.user_id).cloned(),
        detail: change.detail.unwrap_or_else(|| {
            "Their access at Plex could not be changed. Look at the reason, then try again.".to_owned()
        }),
        reason: change.reason,
        at: change.finished_at,
        retryable: true,
    });
    Ok(told.collect())
}

/// Removals that an admin has to confirm. The id is that of the sync that shows them.
async fn held_removals(db: &impl Reads) -> AppResult<Vec<Attention>> {
    let mut told = Vec::new();
    for sync in syncs::needing_confirmation(db).await? {
        told.push(Attention {
            kind: AttentionKind::RemovalsHeld,
            id: Some(sync.id.to_string()),
            name: None,
            reason: sync.problem.map(|problem| problem.to_string()),
            detail: sync.detail.unwrap_or_else(|| "Removals wait for your confirmation.".to_owned()),
            at: sync.finished_at,
            retryable: false,
        });
    }
    Ok(told)
}

/// People who have gone quiet, more than may go by the clock without a word of an admin's.
async fn held_purge(db: &impl Reads) -> AppResult<Option<Attention>> {
    let Some((hold, people)) = purge::held(db).await? else { return Ok(None) };
    let detail = format!(
        "{} people have been idle for so long that they would be removed, more than may go within a day without a \
         word of yours. Look at the list, then confirm.",
        people.len()
    );
    Ok(Some(Attention {
        kind: AttentionKind::PurgeHeld,
        id: Some(hold.id.to_string()),
        name: None,
        reason: None,
        detail,
        at: Some(hold.created_at),
        retryable: false,
    }))
}

async fn drifted(db: &impl Reads) -> AppResult<Vec<Attention>> {
    let told = users::drifted(db, u64::from(MOST)).await?.into_iter().map(|one| Attention {
        kind: AttentionKind::AccessDrifted,
        id: Some(one.id.to_string()),
        name: Some(one.username),
        reason: Some(one.kind.to_string()),
        detail:
            "Plex shows other access for this person than is wanted. Accept what Plex shows, or apply again."
                .to_owned(),
        at: one.since,
        retryable: false,
    });
    Ok(told.collect())
}

async fn doubted_clock(db: &impl Reads) -> AppResult<Option<Attention>> {
    let doubt = clock_guard::doubt(db).await?;
    Ok(doubt.map(|doubt| Attention {
        kind: AttentionKind::ClockDoubted,
        id: None,
        name: None,
        reason: Some(doubt.to_string()),
        detail: "The clock has jumped, or differs from the database's. Nobody's access ends by the clock until an \
                 admin has checked the time and confirmed it."
            .to_owned(),
        at: None,
        retryable: false,
    }))
}

async fn dead_jobs(db: &impl Reads) -> AppResult<Vec<Attention>> {
    let filter = jobs::Filter { state: Some(JobState::Dead), ..jobs::Filter::default() };
    let request = PageRequest { limit: MOST, cursor: None, descending: true };
    let dead = jobs::list(db, &filter, &request).await?.items;
    let mut own = Vec::new();
    for job in dead {
        // A change whose job has died is told as a failed change; a schedule that has run well since
        // is no trouble any more.
        let told_elsewhere = match job.known_kind() {
            Some(JobKind::ApplyAccessChange) => true,
            Some(kind) if schedules::of_kind(kind).is_some() => {
                jobs::latest_ended(db, kind).await?.is_some_and(|latest| latest.id != job.id)
            }
            _ => false,
        };
        if !told_elsewhere {
            own.push(job);
        }
    }
    let told = own.into_iter().map(|job| Attention {
        kind: AttentionKind::JobDead,
        id: Some(job.id.to_string()),
        name: Some(job.kind),
        reason: None,
        detail: job.last_error.unwrap_or_else(|| "This job has ended without a result.".to_owned()),
        at: job.finished_at,
        retryable: true,
    });
    Ok(told.collect())
}

async fn vanished_libraries(db: &impl Reads, now: Instant) -> AppResult<Vec<Attention>> {
    let named = invites::named_by_active(db, now).await?;
    let gone = libraries::by_ids(db, &named).await?;
    let told = gone.into_iter().filter(|library| library.vanished_at.is_some()).map(|library| Attention {
        kind: AttentionKind::LibraryVanished,
        id: Some(library.id.to_string()),
        name: Some(library.title),
        reason: None,
        detail: "The server no longer has this library, but a working invite names it. Edit the invite."
            .to_owned(),
        at: library.vanished_at,
        retryable: false,
    });
    Ok(told.take(MOST as usize).collect())
}
