//! Every kind of durable work, and who does it.
//!
//! A worker claims a job, calls [`run`] and records the [`Outcome`]. Nothing here may be lost or done
//! twice: handlers read before they act, and a job that was interrupted simply runs again.

mod apply_access_change;
mod check_server;
mod clear_history;
mod expire_user;
mod forget_addresses;
mod forget_history;
mod forget_streams;
mod housekeeping;
mod judge_expiries;
mod judge_purge_warnings;
mod probe_plex_auth;
mod purge_inactive;
mod refresh_libraries;
mod remove_confirmed;
mod retry;
mod run_bulk;
mod send_notice;
mod sign_out_plex_token;
mod stop_stream;
mod sync_users;
mod watch_invitation;

use pum_domain::ProblemCode;
use pum_domain::job::JobKind;
use pum_plex::PlexError;
use pum_store::StoreError;
use pum_store::Tx;
use pum_store::jobs::{Job, Known};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::ctx::Ctx;
use crate::error::{AppError, AppResult, ErrorKind};
use crate::outcome::{JobInfo, Outcome, backoff};
use crate::plex_server::NotReady;

pub use retry::{change_of, retry};

/// What keeps a handler from ending as it should.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// Plex said no, or nothing.
    Plex(PlexError),
    /// Something has to be mended first.
    NotReady(NotReady),
    /// A use case said no.
    App(AppError),
}

impl From<PlexError> for Trouble {
    fn from(error: PlexError) -> Self {
        Self::Plex(error)
    }
}

impl From<NotReady> for Trouble {
    fn from(reason: NotReady) -> Self {
        Self::NotReady(reason)
    }
}

impl From<AppError> for Trouble {
    fn from(error: AppError) -> Self {
        Self::App(error)
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::App(error.into())
    }
}

impl Trouble {
    /// Passing trouble is tried again, lasting trouble ends the job.
    pub(crate) fn outcome(self, info: &JobInfo) -> Outcome {
        match self {
            Self::Plex(error) | Self::NotReady(NotReady::Unanswered(error)) => match error.is_passing() {
                true => Outcome::retry(info, &error),
                false => Outcome::Dead { reason: error.to_string() },
            },
            Self::NotReady(NotReady::Failed(error)) | Self::App(error) => match error.kind {
                ErrorKind::Internal | ErrorKind::Upstream => Outcome::Again {
                    after: error.retry_after.unwrap_or_else(|| backoff(info.attempt)),
                    error: error.to_string(),
                    spends_attempt: true,
                },
                _ => Outcome::Dead { reason: error.to_string() },
            },
            Self::NotReady(reason) => match reason.blocked_on() {
                Some(on) => Outcome::Blocked { on },
                None => Outcome::Dead { reason: AppError::from(reason).detail },
            },
        }
    }
}

/// The kinds that this version understands.
pub fn known() -> Vec<Known> {
    JobKind::ALL.iter().map(|kind| Known { kind: *kind, version: 1 }).collect()
}

/// Does one job.
pub async fn run(ctx: &Ctx, kind: JobKind, payload: &Value, info: &JobInfo) -> Outcome {
    let outcome = match kind {
        JobKind::CheckServer => check_server::run(ctx).await,
        JobKind::ProbePlexAuth => probe_plex_auth::run(ctx).await,
        JobKind::RefreshLibraries => refresh_libraries::run(ctx).await,
        JobKind::SignOutPlexToken => sign_out_plex_token::run(ctx, payload).await,
        JobKind::ApplyAccessChange => apply_access_change::run(ctx, payload, info).await,
        JobKind::WatchInvitation => watch_invitation::run(ctx, payload).await,
        JobKind::JudgeExpiries => judge_expiries::run(ctx).await,
        JobKind::ExpireUser => expire_user::run(ctx, payload).await,
        JobKind::SyncUsers => sync_users::run(ctx, payload, info).await,
        JobKind::RemoveConfirmed => remove_confirmed::run(ctx, payload, info).await,
        JobKind::RereadAccess => crate::sync::reread(ctx, info).await,
        JobKind::PurgeInactive => purge_inactive::run(ctx, info).await,
        JobKind::JudgePurgeWarnings => judge_purge_warnings::run(ctx).await,
        JobKind::SendNotice => send_notice::run(ctx, payload).await,
        JobKind::StopStream => stop_stream::run(ctx, payload).await,
        JobKind::Housekeeping => housekeeping::run(ctx).await,
        JobKind::ForgetHistory => forget_history::run(ctx).await,
        JobKind::ForgetAddresses => forget_addresses::run(ctx).await,
        JobKind::ForgetStreams => forget_streams::run(ctx).await,
        JobKind::RunBulk => run_bulk::run(ctx, payload).await,
        JobKind::ImportPlayHistory => crate::streams::import_play_history(ctx, info).await,
        JobKind::ClearHistory => clear_history::run(ctx, payload, info).await,
    };
    outcome.unwrap_or_else(|trouble| trouble.outcome(info))
}

/// A job has died: what that means for what it was about, in the transaction that records it.
pub async fn buried(ctx: &Ctx, tx: &Tx, job: &Job, reason: &str) -> AppResult<()> {
    match job.known_kind() {
        Some(JobKind::ApplyAccessChange) => apply_access_change::buried(ctx, tx, &job.payload, reason).await,
        Some(JobKind::SyncUsers) => sync_users::buried(tx, &job.payload, reason).await,
        Some(JobKind::RemoveConfirmed) => remove_confirmed::buried(tx, &job.payload).await,
        Some(JobKind::StopStream) => stop_stream::buried(tx, &job.payload).await,
        _ => Ok(()),
    }
}

/// What a job is to do.
fn read<T: DeserializeOwned>(payload: &Value) -> Result<T, Trouble> {
    serde_json::from_value(payload.clone()).map_err(|error| {
        let error =
            AppError::refused(ProblemCode::Internal, "The job's payload cannot be read.").because(error);
        Trouble::App(error)
    })
}
