//! What a use case may answer instead of a result: five kinds, a stable code, a sentence that helps.
//!
//! The API picks a status from kind and code; nothing here knows HTTP.

use std::time::Duration;

use pum_domain::ProblemCode;

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
        Self { kind, code, detail: detail.into(), fields: Vec::new(), retry_after: None, changed_fields: Vec::new(), cause: None }
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
        let detail = format!("Too many tries. Wait {} seconds, then try again.", retry_after.as_secs().max(1));
        Self { retry_after: Some(retry_after), ..Self::new(ErrorKind::Refused, ProblemCode::TooManyRequests, detail) }
    }

    /// Our own fault; the cause goes to the log, not to the person.
    pub fn internal(doing: &str, cause: impl std::fmt::Display) -> Self {
        let detail = "Something went wrong inside PUM. The log has the details under this reference.";
        Self { cause: Some(format!("{doing}: {cause}")), ..Self::new(ErrorKind::Internal, ProblemCode::Internal, detail) }
    }

    /// The same error with a cause for the log.
    pub fn because(mut self, cause: impl std::fmt::Display) -> Self {
        self.cause = Some(cause.to_string());
        self
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
