//! The one place where an error gets its HTTP status.
//!
//! Handlers return [`ApiResult`]; `?` turns a use case's [`AppError`] into an [`ApiError`]. The body
//! is written by [`crate::problems`], which knows the request's id.

use std::borrow::Cow;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderValue, RETRY_AFTER};
use actix_web::{HttpResponse, ResponseError};
use pum_app::{AppError, ErrorKind};
use pum_domain::{Permission, ProblemCode};
use serde_json::{Map, Value};

use crate::problem::{FieldProblem, Problem, title_of};

/// The result of a handler.
pub type ApiResult<T> = Result<T, ApiError>;

/// A problem on its way to the client.
#[derive(Debug, Clone)]
pub struct ApiError(Box<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    status: StatusCode,
    code: ProblemCode,
    detail: Cow<'static, str>,
    errors: Vec<FieldProblem>,
    permission: Option<Permission>,
    changed_fields: Vec<String>,
    more: Map<String, Value>,
    retry_after: Option<Duration>,
    allow: Option<String>,
    cause: Option<String>,
}

impl ApiError {
    /// A problem whose status follows from its code.
    pub fn new(code: ProblemCode, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::with_kind(ErrorKind::Refused, code, detail.into())
    }

    fn with_kind(kind: ErrorKind, code: ProblemCode, detail: Cow<'static, str>) -> Self {
        Self(Box::new(Inner {
            status: status_of(kind, code),
            code,
            detail,
            errors: Vec::new(),
            permission: None,
            changed_fields: Vec::new(),
            more: Map::new(),
            retry_after: None,
            allow: None,
            cause: None,
        }))
    }

    /// 401: nobody is signed in.
    pub fn not_signed_in() -> Self {
        Self::new(ProblemCode::NotSignedIn, "Sign in, then try again.")
    }

    /// 403: the admin lacks this permission.
    pub fn permission_denied(permission: Permission) -> Self {
        let detail = format!("This needs the permission {permission}. Ask an admin who can grant it.");
        let mut error = Self::new(ProblemCode::PermissionDenied, detail);
        error.0.permission = Some(permission);
        error
    }

    /// 400: a cursor that no list has given.
    pub fn bad_cursor() -> Self {
        Self::new(ProblemCode::BadCursor, "This cursor is not one of ours. Start from the first page again.")
    }

    /// 404: nothing lives at this address.
    pub fn no_such_address() -> Self {
        Self::new(ProblemCode::NotFound, "There is nothing at this address. /api/docs lists what there is.")
    }

    /// 405: the address exists, the method does not.
    pub fn method_not_allowed(allowed: &[&str]) -> Self {
        let allow = allowed.join(", ");
        let mut error =
            Self::new(ProblemCode::MethodNotAllowed, format!("This address answers to {allow} only."));
        error.0.allow = Some(allow);
        error
    }

    /// 422: one field is wrong.
    pub fn field(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        let error = FieldProblem { pointer: pointer.into(), code: code.to_owned(), detail: detail.into() };
        let name = error.pointer.trim_start_matches('/').replace('/', ".");
        let summary = match name.as_str() {
            "" => format!("The body is wrong: {}.", error.detail),
            name => format!("{name}: {}.", error.detail),
        };
        let mut problem = Self::new(ProblemCode::ValidationFailed, summary);
        problem.0.errors.push(error);
        problem
    }

    /// 500: our own fault. The cause goes to the log, never to the client.
    pub fn internal(doing: &str, cause: impl std::fmt::Display) -> Self {
        AppError::internal(doing, cause).into()
    }

    /// Adds a member that this code carries.
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.0.more.insert(name.to_owned(), value);
        self
    }

    /// Says when to try again.
    pub fn retry_after(mut self, pause: Duration) -> Self {
        self.0.retry_after = Some(pause);
        self
    }

    /// The code.
    pub fn code(&self) -> ProblemCode {
        self.0.code
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// What only the log may know.
    pub fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }

    /// The body, for this request.
    pub fn problem(&self, request_id: String) -> Problem {
        let inner = &*self.0;
        Problem {
            kind: format!("urn:pum:problem:{}", inner.code),
            title: title_of(inner.code.as_str()),
            status: inner.status.as_u16(),
            detail: inner.detail.clone().into_owned(),
            code: inner.code,
            request_id,
            errors: inner.errors.clone(),
            permission: inner.permission,
            changed_fields: inner.changed_fields.clone(),
            more: inner.more.clone(),
        }
    }

    /// What a bare status from the framework means.
    pub fn from_status(status: StatusCode) -> Self {
        let (code, detail) = match status {
            StatusCode::NOT_FOUND => return Self::no_such_address(),
            StatusCode::METHOD_NOT_ALLOWED => {
                (ProblemCode::MethodNotAllowed, "This address does not answer to that method.")
            }
            StatusCode::PAYLOAD_TOO_LARGE => (ProblemCode::BodyTooLarge, "The body is too large."),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                (ProblemCode::UnsupportedMediaType, "Send the body as application/json.")
            }
            StatusCode::REQUEST_TIMEOUT => {
                (ProblemCode::MalformedRequest, "The request took too long to arrive. Send it again.")
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                (ProblemCode::Unavailable, "PUM cannot answer just now. Try again in a moment.")
            }
            status if status.is_client_error() => {
                (ProblemCode::MalformedRequest, "The request could not be understood.")
            }
            status => return Self::internal("answering", status),
        };
        Self::new(code, detail)
    }
}

impl From<AppError> for ApiError {
    fn from(error: AppError) -> Self {
        let mut problem = Self::with_kind(error.kind, error.code, error.detail.into());
        problem.0.errors = error
            .fields
            .into_iter()
            .map(|field| FieldProblem {
                pointer: field.pointer,
                code: field.code.to_owned(),
                detail: field.detail,
            })
            .collect();
        problem.0.changed_fields = error.changed_fields.into_iter().map(str::to_owned).collect();
        problem.0.retry_after = error.retry_after;
        problem.0.cause = error.cause;
        problem
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.code.as_str())
    }
}

impl std::error::Error for ApiError {}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.0.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::new(self.0.status);
        let headers = response.headers_mut();
        if let Some(pause) = self.0.retry_after {
            let seconds = pause.as_secs() + u64::from(pause.subsec_nanos() > 0);
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        if let Some(allow) = self.0.allow.as_deref().and_then(|allow| HeaderValue::from_str(allow).ok()) {
            headers.insert(ALLOW, allow);
        }
        response.extensions_mut().insert(self.clone());
        response
    }
}

/// The status of every problem. What a code leaves open, the kind of error decides.
fn status_of(kind: ErrorKind, code: ProblemCode) -> StatusCode {
    use ProblemCode as Code;
    match code {
        Code::MalformedRequest | Code::BadCursor => StatusCode::BAD_REQUEST,
        Code::NotSignedIn | Code::InvalidToken | Code::BadCredentials => StatusCode::UNAUTHORIZED,
        Code::PermissionDenied
        | Code::SameOriginRequired
        | Code::PasswordChangeRequired
        | Code::SetupCodeWrong
        | Code::PlexSignInForeign
        | Code::PlexAccountNotLinked
        | Code::OwnerAccount
        | Code::HomeMember
        | Code::ManagedAccount
        | Code::NotForThisAccount
        | Code::PlexEmailUnconfirmed
        | Code::AskTheHost => StatusCode::FORBIDDEN,
        Code::NotFound | Code::RedemptionNotFound => StatusCode::NOT_FOUND,
        Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Code::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        Code::StorageFull | Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::PlexTimeout => StatusCode::GATEWAY_TIMEOUT,
        // Looking at such a link is told that it is gone; accepting it lost a race.
        Code::InviteExpired | Code::InviteUsedUp | Code::InvitePaused if kind == ErrorKind::Refused => {
            StatusCode::GONE
        }
        Code::Conflict
        | Code::VersionConflict
        | Code::IdempotencyInProgress
        | Code::SetupRequired
        | Code::SetupComplete
        | Code::SetupStepMissing
        | Code::PlexSignInPending
        | Code::PlexSignInExpired
        | Code::InviteChanged
        | Code::InvitePathTaken
        | Code::UsernameTaken
        | Code::PlexAccountTaken
        | Code::LastWayIn
        | Code::RedemptionOutOfStep
        | Code::RedemptionReplaced
        | Code::RedemptionElsewhere
        | Code::AlreadyRedeemed
        | Code::PlexShareLimit => StatusCode::CONFLICT,
        _ => match kind {
            ErrorKind::Refused => StatusCode::UNPROCESSABLE_ENTITY,
            ErrorKind::NotFound => StatusCode::NOT_FOUND,
            ErrorKind::Conflict => StatusCode::CONFLICT,
            ErrorKind::Upstream => StatusCode::BAD_GATEWAY,
            ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kind_and_code_make_the_status() {
        use ErrorKind::{Conflict, Internal, NotFound, Refused, Upstream};
        let cases = [
            (Refused, ProblemCode::ValidationFailed, 422),
            (Refused, ProblemCode::DiscordNotConfigured, 422),
            (Refused, ProblemCode::InviteUsedUp, 410),
            (Conflict, ProblemCode::InviteUsedUp, 409),
            (Conflict, ProblemCode::InviteChanged, 409),
            (NotFound, ProblemCode::NotFound, 404),
            (Upstream, ProblemCode::PlexUnreachable, 502),
            (Upstream, ProblemCode::PlexTimeout, 504),
            (Internal, ProblemCode::StorageFull, 503),
            (Internal, ProblemCode::Internal, 500),
            (Refused, ProblemCode::TooManyRequests, 429),
            (Refused, ProblemCode::PlexSignInForeign, 403),
        ];
        for (kind, code, expected) in cases {
            assert_eq!(status_of(kind, code).as_u16(), expected, "{kind:?} {code}");
        }
    }

    #[test]
    fn the_cause_never_reaches_the_client() {
        let error = ApiError::internal("reading users", "password=hunter2");
        let body = serde_json::to_string(&error.problem("r".to_owned())).expect("serialises");
        assert!(!body.contains("hunter2"));
        assert_eq!(error.cause(), Some("reading users: password=hunter2"));
    }
}
