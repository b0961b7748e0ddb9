//! What a use case may answer instead of a result: five kinds, a stable code, a sentence that helps.
//!
//! The API picks a status from kind and code; nothing here knows HTTP.

use std::time::Duration;

use pum_domain::ProblemCode;
use pum_plex::PlexError;
use pum_store::StoreError;

/// The result of a use case.
pub type AppResult<T> = Result<T, AppError>;

/// What sort of no it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The request asks for something that the rules forbid.
    Refused,
    /// The thing is not there.
    NotFound,
    /// The request and the present state disagree.
    Conflict,
    /// Plex or Discord failed while somebody waited.
    Upstream,
    /// Our own fault, or our own database's.
    Internal,
}

/// One field that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// JSON pointer into the body, such as `/max_uses`.
    pub pointer: String,
    /// Stable code, such as `out_of_range`.
    pub code: &'static str,
    /// What to do about it.
    pub detail: String,
}

/// A use case's no.
#[derive(Debug)]
pub struct AppError {
    /// What sort of no.
    pub kind: ErrorKind,
    /// The stable code.
    pub code: ProblemCode,
    /// A sentence that says what to do; never holds secrets or upstream bodies.
    pub detail: String,
    /// Which fields are wrong.
    pub fields: Vec<FieldError>,
    /// When to try again.
    pub retry_after: Option<Duration>,
    /// Which fields another edit has changed meanwhile.
    pub changed_fields: Vec<&'static str>,
    /// For the log only.
    pub cause: Option<String>,
}

impl AppError {
    fn new(kind: ErrorKind, code: ProblemCode, detail: impl Into<String>) -> Self {
        Self {
            kind,
            code,
            detail: detail.into(),
            fields: Vec::new(),
            retry_after: None,
            changed_fields: Vec::new(),
            cause: None,
        }
    }

    /// The rules forbid it.
    pub fn refused(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self::new(ErrorKind::Refused, code, detail)
    }

    /// It is not there; `what` names the kind of thing.
    pub fn not_found(what: &str) -> Self {
        Self::new(ErrorKind::NotFound, ProblemCode::NotFound, format!("There is no such {what}."))
    }

    /// The present state does not allow it.
    pub fn conflict(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self::new(ErrorKind::Conflict, code, detail)
    }

    /// One field is wrong.
    pub fn field(pointer: &str, code: &'static str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self::fields(vec![FieldError { pointer: pointer.to_owned(), code, detail }])
    }

    /// Several fields are wrong.
    pub fn fields(fields: Vec<FieldError>) -> Self {
        let detail = match fields.as_slice() {
            [one] => format!("{}: {}.", one.pointer.trim_start_matches('/'), one.detail),
            _ => "Some fields need another value.".to_owned(),
        };
        Self { fields, ..Self::new(ErrorKind::Refused, ProblemCode::ValidationFailed, detail) }
    }

    /// Another edit came first.
    pub fn version_conflict(changed_fields: Vec<&'static str>) -> Self {
        let detail = "Somebody else has changed this meanwhile. Load it again, then repeat your change.";
        Self { changed_fields, ..Self::new(ErrorKind::Conflict, ProblemCode::VersionConflict, detail) }
    }

    /// Too many tries.
    pub fn throttled(retry_after: Duration) -> Self {
        let detail =
            format!("Too many tries. Wait {} seconds, then try again.", retry_after.as_secs().max(1));
        Self {
            retry_after: Some(retry_after),
            ..Self::new(ErrorKind::Refused, ProblemCode::TooManyRequests, detail)
        }
    }

    /// Our own fault; the cause goes to the log, not to the person.
    pub fn internal(doing: &str, cause: impl std::fmt::Display) -> Self {
        let detail = "Something went wrong inside PUM. The log has the details under this reference.";
        Self {
            cause: Some(format!("{doing}: {cause}")),
            ..Self::new(ErrorKind::Internal, ProblemCode::Internal, detail)
        }
    }

    /// The same error with a cause for the log.
    pub fn because(mut self, cause: impl std::fmt::Display) -> Self {
        self.cause = Some(cause.to_string());
        self
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::NotFound { what } => Self::not_found(what),
            StoreError::BadCursor => {
                Self::refused(ProblemCode::BadCursor, "Load the list again from its beginning.")
            }
            StoreError::StorageFull => {
                let detail = "PUM's database cannot be written: its disk is full or read-only. Make room, then try again.";
                Self::new(ErrorKind::Internal, ProblemCode::StorageFull, detail).because(error)
            }
            StoreError::Deadlock | StoreError::Unavailable { .. } => {
                let detail = "PUM's database does not answer just now. Try again in a moment.";
                Self::new(ErrorKind::Internal, ProblemCode::Unavailable, detail).because(error)
            }
            StoreError::Conflict { .. } | StoreError::Reference => {
                let detail =
                    "Something else has changed meanwhile. Load the page again, then repeat what you did.";
                Self::conflict(ProblemCode::Conflict, detail).because(error)
            }
            _ => Self::internal("asking the database", error),
        }
    }
}

impl From<PlexError> for AppError {
    fn from(error: PlexError) -> Self {
        let (code, detail) = match &error {
            PlexError::Unauthorized => {
                (ProblemCode::PlexTokenInvalid, "Plex does not accept the token. Sign in with Plex again.")
            }
            PlexError::ServerRefusesToken => (
                ProblemCode::PlexRefused,
                "The Plex server does not accept the owner's token, though plex.tv does. Sign in to Plex in the server's own settings, or restart it.",
            ),
            PlexError::Timeout { .. } => {
                (ProblemCode::PlexTimeout, "Plex did not answer in time. Try again in a moment.")
            }
            PlexError::RateLimited { .. } => {
                (ProblemCode::PlexUnreachable, "Plex asks to slow down. Try again in a moment.")
            }
            error if error.is_passing() => {
                (ProblemCode::PlexUnreachable, "Plex cannot be reached just now. Try again in a moment.")
            }
            _ => (ProblemCode::PlexRefused, "Plex refused the request."),
        };
        Self { retry_after: error.retry_after(), ..Self::new(ErrorKind::Upstream, code, detail) }
            .because(format!("{}: {error}", error.code()))
    }
}

impl std::fmt::Display for AppError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code, self.detail)?;
        match &self.cause {
            Some(cause) => write!(f, " ({cause})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for AppError {}
