//! The browser of somebody who is not signed in yet, during a sign-in with Plex.
//!
//! A cookie of its own holds a secret for as long as the sign-in may take. Every start makes a new one,
//! so that nobody can plant a secret they know in somebody else's browser.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use pum_app::login::Visitor;
use pum_app::random;
use pum_app::sign_in::BrowserKey;
use pum_domain::ProblemCode;
use pum_domain::sign_in::SIGN_IN_LIFETIME;

use crate::client_addr::ClientAddr;
use crate::error::{ApiError, ApiResult};
use crate::same_origin;
use crate::session_cookie::CookieForm;
use crate::state::Web;

/// The cookie's name, without the `__Host-` that it has over https.
const COOKIE: &str = "pum_sign_in";

/// The browser that began a sign-in here.
pub fn known(req: &HttpRequest) -> ApiResult<BrowserKey> {
    let form = CookieForm::under(Web::of(req).base_url().as_ref());
    let cookie = req.cookie(&form.name(COOKIE)).ok_or_else(|| {
        ApiError::new(
            ProblemCode::PlexSignInForeign,
            "This sign-in was begun in another browser, or cookies are off. Begin a new one here.",
        )
    })?;
    Ok(BrowserKey::of_secret(cookie.value()))
}

/// A browser that begins a sign-in, and the cookie by which it is known again.
pub fn fresh(req: &HttpRequest) -> (BrowserKey, Cookie<'static>) {
    let form = CookieForm::under(Web::of(req).base_url().as_ref());
    let secret = random::secret();
    let key = BrowserKey::of_secret(&secret);
    let cookie = Cookie::build(form.name(COOKIE), secret)
        .path(form.path.clone())
        .secure(form.secure)
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(Duration::milliseconds(SIGN_IN_LIFETIME))
        .finish();
    (key, cookie)
}

/// Where the request comes from, for throttles and the history.
pub fn visitor(address: ClientAddr) -> Visitor {
    Visitor { address: address.0, group: address.group() }
}

/// The origin of the page that asks; Plex returns the browser there.
pub fn origin(req: &HttpRequest) -> ApiResult<String> {
    same_origin::page_origin(req).ok_or_else(|| {
        let detail = "Your browser does not say which address PUM has. Send the header Host or Origin.";
        ApiError::new(ProblemCode::MalformedRequest, detail)
    })
}
