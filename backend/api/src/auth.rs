//! Who is signed in, and signing in and out as far as the browser is concerned.
//!
//! [`crate::access`] has already refused whoever may not call an operation. A handler that wants to
//! know who it is takes [`SignedIn`]; one that anybody may call takes `Option<SignedIn>`.

use std::future::{Ready, ready};
use std::ops::Deref;
use std::rc::Rc;

use actix_session::{Session, SessionExt};
use actix_web::dev::Payload;
use actix_web::http::header::USER_AGENT;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use pum_app::Actor;
use pum_app::sessions::CurrentSession;
use pum_domain::{AdminId, Permission, ProblemCode};

use crate::client_addr::ClientAddr;
use crate::error::{ApiError, ApiResult};
use crate::session_store as store;

/// The admin behind a request, with the session they came by.
#[derive(Debug, Clone)]
pub struct SignedIn(Rc<CurrentSession>);

impl SignedIn {
    /// Whether the admin has this permission; the primary admin has every one.
    pub fn may(&self, permission: Permission) -> bool {
        self.is_primary || self.permissions.contains(&permission)
    }

    /// Who it is, for use cases and the history.
    pub fn actor(&self, address: ClientAddr) -> Actor {
        Actor::admin(self.admin_id, &self.username, &address.to_string())
    }

    /// Refuses an admin who must first choose a new password. A reset password may be known to others, who must
    /// learn nothing by it and make themselves no second way in.
    pub fn require_own_password(&self) -> ApiResult<()> {
        match self.must_change_password {
            false => Ok(()),
            true => Err(ApiError::new(ProblemCode::PasswordChangeRequired, "Choose a new password first.")),
        }
    }

    /// Refuses an admin who lacks this permission.
    pub fn require(&self, permission: Permission) -> ApiResult<()> {
        match self.may(permission) {
            true => Ok(()),
            false => Err(ApiError::permission_denied(permission)),
        }
    }
}

impl Deref for SignedIn {
    type Target = CurrentSession;

    fn deref(&self) -> &CurrentSession {
        &self.0
    }
}

impl FromRequest for SignedIn {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(req.extensions().get::<Self>().cloned().ok_or_else(ApiError::not_signed_in))
    }
}

/// The admin whose session the request's cookie names.
pub(crate) fn from_session(req: &HttpRequest) -> ApiResult<Option<SignedIn>> {
    let who = req.get_session().get::<CurrentSession>(store::WHO);
    let who = who.map_err(|error| ApiError::internal("reading the session", error))?;
    Ok(who.map(|who| SignedIn(Rc::new(who))))
}

/// Begins a session for an admin who has just proven who they are. A session that the browser had
/// before ends.
pub fn sign_in(req: &HttpRequest, admin: AdminId) -> ApiResult<()> {
    let session = req.get_session();
    session.clear();
    session.renew();
    insert(&session, store::ADMIN, admin)?;
    insert(&session, store::ADDRESS, ClientAddr::of(req).to_string())?;
    insert(&session, store::USER_AGENT, user_agent(req))?;
    insert(&session, store::FRESH, true)
}

/// Gives the session a new key, after its admin's rights or ways to sign in have changed.
pub fn renew(req: &HttpRequest) {
    req.get_session().renew();
}

/// Ends the session of this browser.
pub fn sign_out(req: &HttpRequest) {
    req.get_session().purge();
}

/// The browser's name for itself, short enough to keep.
pub fn user_agent(req: &HttpRequest) -> String {
    let agent = req.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or("");
    pum_domain::text::clean_name(agent)
}

fn insert(session: &Session, name: &'static str, value: impl serde::Serialize) -> ApiResult<()> {
    session.insert(name, value).map_err(|error| ApiError::internal("writing the session", error))
}
