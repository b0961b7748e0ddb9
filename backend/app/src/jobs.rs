//! Every kind of durable work, and who does it.
//!
//! A worker claims a job, calls [`run`] and records the [`Outcome`]. Nothing here may be lost or done
//! twice: handlers read before they act, and a job that was interrupted simply runs again.

mod check_server;
mod probe_plex_auth;
mod refresh_libraries;
mod sign_out_plex_token;

use pum_domain::job::JobKind;
use pum_plex::PlexError;
use pum_store::StoreError;
use pum_store::jobs::Known;
use serde_json::Value;

use crate::ctx::Ctx;
use crate::error::{AppError, ErrorKind};
use crate::outcome::{JobInfo, Outcome, backoff};
use crate::plex_server::NotReady;

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
        JobKind::ApplyAccessChange
        | JobKind::WatchInvitation
        | JobKind::Housekeeping => Ok(Outcome::Dead { reason: format!("this version cannot do {kind}") }),
    };
    outcome.unwrap_or_else(|trouble| trouble.outcome(info))
}
