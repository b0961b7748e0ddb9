//! Who may call what: read from the contract, enforced before any handler runs.
//!
//! Each handler names its permission once, as `x-permission` in its `#[utoipa::path]`: a permission of
//! the catalogue (or several with ` or ` between them, of which one will do), `signed_in` (any admin, also one who must
//! first change the password, unless the handler asks [`SignedIn::require_own_password`]) or `public`.
//! The same word reaches `openapi.yaml` and this check, so they cannot disagree, and a handler that
//! names none does not start.

use std::collections::HashMap;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::AUTHORIZATION;
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest};
use pum_app::sessions;
use pum_domain::{Permission, ProblemCode};
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::Operation;

use crate::auth::{self, SignedIn};
use crate::error::{ApiError, ApiResult};
use crate::extract::refuse_body;
use crate::openapi::operations;
use crate::same_origin;
use crate::state::Web;

/// The extension that carries it.
pub const EXTENSION: &str = "x-permission";

/// Listening to events does not prolong a session: an open page would keep it for ever.
const LISTENING: &str = "/api/v1/events";

/// What an operation asks of its caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// Nothing.
    Public,
    /// A session.
    SignedIn,
    /// A session whose admin has one of these permissions; the first is the one that is asked for.
    Needs(Vec<Permission>),
}

impl Access {
    /// What an operation of the document says.
    pub fn of(operation: &Operation) -> Option<Self> {
        match operation.extensions.as_ref()?.get(EXTENSION)?.as_str()? {
            "public" => Some(Self::Public),
            "signed_in" => Some(Self::SignedIn),
            names => names.split(" or ").map(str::parse).collect::<Result<_, _>>().ok().map(Self::Needs),
        }
    }
}

/// An operation, as far as it matters before its handler runs.
struct Door {
    method: &'static str,
    access: Access,
    takes_body: bool,
}

/// Every operation by route template and method.
pub struct AccessTable(HashMap<String, Vec<Door>>);

impl AccessTable {
    /// Reads the contract.
    pub fn of(document: &OpenApi) -> Self {
        let rows = document.paths.paths.iter().map(|(path, item)| {
            let doors = operations(item).filter_map(|(method, operation)| {
                let takes_body = operation.request_body.is_some();
                Some(Door { method, access: Access::of(operation)?, takes_body })
            });
            (path.clone(), doors.collect())
        });
        Self(rows.collect())
    }

    /// The operation behind a route: `None` when the route is no operation, the allowed methods when
    /// it does not have this one.
    fn find(&self, route: &str, method: &Method) -> Option<Result<&Door, Vec<&'static str>>> {
        let doors = self.0.get(route)?;
        let found = doors.iter().find(|door| door.method == method.as_str());
        Some(found.ok_or_else(|| doors.iter().map(|door| door.method).collect()))
    }
}

/// Checks every request below `/api`, then lets it through.
pub async fn guard<B: MessageBody>(
    mut req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    if req.path().starts_with("/api/") {
        let (signed_in, takes_body) = check(req.request(), req.match_pattern().as_deref()).await?;
        if !takes_body {
            let payload = req.take_payload();
            refuse_body(req.request(), payload).await?;
        }
        if let Some(signed_in) = signed_in {
            req.extensions_mut().insert(signed_in);
        }
    }
    let changes_something = !req.method().is_safe();
    let response = next.call(req).await?;
    if changes_something && response.status().is_success() {
        // It may have ended a session or taken a right: let those who listen prove themselves.
        Web::of(response.request()).events().recheck();
    }
    Ok(response)
}

/// Who is signed in, and whether the operation takes a body; or why the request is refused.
async fn check(req: &HttpRequest, route: Option<&str>) -> ApiResult<(Option<SignedIn>, bool)> {
    refuse_nul(req)?;
    if has_bearer_token(req) {
        // Tokens are checked here once they exist. Whoever sends one never falls back to a cookie.
        return Err(ApiError::new(
            ProblemCode::InvalidToken,
            "This token is not valid. Make a new one in PUM.",
        ));
    }
    same_origin::check(req)?;
    let Some(found) = route.and_then(|route| Web::of(req).access().find(route, req.method())) else {
        return Ok((None, true));
    };
    let door = found.map_err(|allowed| ApiError::method_not_allowed(&allowed))?;
    let signed_in = auth::from_session(req)?;
    if let Some(signed_in) = signed_in.as_ref().filter(|signed_in| signed_in.note_use)
        && route != Some(LISTENING)
        && let Err(error) = sessions::touch(Web::of(req).ctx(), &signed_in.key_hash).await
    {
        // A full disk must not keep anybody from reading.
        tracing::warn!(%error, "the use of a session could not be noted");
    }
    let signed_in = match &door.access {
        Access::Public => signed_in,
        Access::SignedIn => Some(signed_in.ok_or_else(ApiError::not_signed_in)?),
        Access::Needs(permissions) => {
            let signed_in = signed_in.ok_or_else(ApiError::not_signed_in)?;
            signed_in.require_own_password()?;
            if !permissions.iter().any(|one| signed_in.may(*one)) {
                permissions.iter().try_for_each(|one| signed_in.require(*one))?;
            }
            Some(signed_in)
        }
    };
    Ok((signed_in, door.takes_body))
}

fn has_bearer_token(req: &HttpRequest) -> bool {
    req.headers()
        .get_all(AUTHORIZATION)
        .any(|value| value.as_bytes().get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"bearer")))
}

/// PostgreSQL cannot compare with U+0000, and nothing here has it in its name.
fn refuse_nul(req: &HttpRequest) -> ApiResult<()> {
    let encoded = |text: &str| text.as_bytes().windows(3).any(|window| window == b"%00");
    if encoded(req.uri().path()) || encoded(req.query_string()) {
        let detail = "The address contains the character U+0000, which nothing here has.";
        return Err(ApiError::new(ProblemCode::MalformedRequest, detail));
    }
    Ok(())
}
