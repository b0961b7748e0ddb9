//! The cookie of somebody who walks through an invite: an opaque secret, whose hash alone is stored.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use pum_app::guests::{self, Guest};
use pum_app::secret::Secret;
use pum_domain::redemption::GUEST_IDLE;

use crate::error::ApiResult;
use crate::session_cookie::CookieForm;
use crate::state::Web;

/// The cookie's name, without the `__Host-` that it has over https.
const COOKIE: &str = "pum_guest";

/// The browser that has been here before, unless that is too long ago.
pub async fn guest(req: &HttpRequest) -> ApiResult<Option<Guest>> {
    let web = Web::of(req);
    let form = CookieForm::under(web.base_url().as_ref());
    match req.cookie(&form.name(COOKIE)) {
        Some(cookie) => Ok(guests::find(web.ctx(), &Secret::new(cookie.value())).await?),
        None => Ok(None),
    }
}

/// The cookie by which the browser is known from now on.
pub fn cookie(req: &HttpRequest, secret: &Secret) -> Cookie<'static> {
    let form = CookieForm::under(Web::of(req).base_url().as_ref());
    Cookie::build(form.name(COOKIE), secret.expose().to_owned())
        .path(form.path.clone())
        .secure(form.secure)
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(Duration::milliseconds(GUEST_IDLE))
        .finish()
}
