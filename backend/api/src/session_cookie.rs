//! The session cookie follows the app address: `Secure` and `__Host-` once that is https at the root.
//!
//! The app address is a setting, so the middleware of actix-session, whose cookie is fixed when it is
//! built, is made once per form that the cookie takes, and each request goes through the present one.

use std::cell::RefCell;
use std::future::{Ready, ready};
use std::pin::Pin;
use std::rc::Rc;

use actix_session::SessionMiddleware;
use actix_session::config::{PersistentSession, TtlExtensionPolicy};
use actix_web::body::MessageBody;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Key, SameSite};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::web::Data;
use url::Url;

use crate::session_store::{self, DbSessions};
use crate::state::Web;

/// How a cookie of ours looks under the present app address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CookieForm {
    /// Whether the browser may only send it over https.
    pub secure: bool,
    /// Where it is sent.
    pub path: String,
}

impl CookieForm {
    /// The form under an app address.
    pub fn under(base_url: Option<&Url>) -> Self {
        let path = base_url.map(|url| url.path().trim_end_matches('/')).filter(|path| !path.is_empty());
        Self {
            secure: base_url.is_some_and(|url| url.scheme() == "https"),
            path: path.unwrap_or("/").to_owned(),
        }
    }

    /// The full name: `__Host-` binds a cookie to this host, where browsers allow it.
    pub fn name(&self, name: &str) -> String {
        match self.secure && self.path == "/" {
            true => format!("__Host-{name}"),
            false => name.to_owned(),
        }
    }
}

/// Reads the session of each request, and writes it back when a handler changed it.
pub struct Sessions(pub Data<Web>);

impl<S, B> Transform<S, ServiceRequest> for Sessions
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = actix_web::Error> + 'static,
    S::Future: 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<B>;
    type Error = actix_web::Error;
    type Transform = SessionsService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(SessionsService {
            web: self.0.clone(),
            service: Rc::new(service),
            present: RefCell::new(None),
        }))
    }
}

type Inner<S> = <SessionMiddleware<DbSessions> as Transform<Rc<S>, ServiceRequest>>::Transform;

/// See [`Sessions`].
pub struct SessionsService<S>
where
    S: Service<ServiceRequest, Error = actix_web::Error> + 'static,
    SessionMiddleware<DbSessions>: Transform<Rc<S>, ServiceRequest>,
{
    web: Data<Web>,
    service: Rc<S>,
    present: RefCell<Option<(CookieForm, Rc<Inner<S>>)>>,
}

impl<S, B> SessionsService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = actix_web::Error> + 'static,
    S::Future: 'static,
    B: MessageBody + 'static,
{
    fn present(&self) -> Rc<Inner<S>> {
        let form = CookieForm::under(self.web.base_url().as_ref());
        if let Some((known, inner)) = &*self.present.borrow()
            && *known == form
        {
            return inner.clone();
        }
        let middleware = middleware(&self.web, &form);
        let built = middleware.new_transform(self.service.clone()).into_inner();
        let inner =
            Rc::new(built.unwrap_or_else(|()| unreachable!("building the session middleware cannot fail")));
        *self.present.borrow_mut() = Some((form, inner.clone()));
        inner
    }
}

impl<S, B> Service<ServiceRequest> for SessionsService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = actix_web::Error> + 'static,
    S::Future: 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<B>;
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>>>>;

    forward_ready!(service);

    fn call(&self, req: ServiceRequest) -> Self::Future {
        let inner = self.present();
        Box::pin(session_store::with_notes(async move { inner.call(req).await }))
    }
}

fn middleware(web: &Data<Web>, form: &CookieForm) -> SessionMiddleware<DbSessions> {
    let key = Key::from(web.ctx().keys().cookie_key());
    let lifecycle = PersistentSession::default()
        .session_ttl(Duration::milliseconds(session_store::ABSOLUTE_LIMIT))
        .session_ttl_extension_policy(TtlExtensionPolicy::OnStateChanges);
    SessionMiddleware::builder(DbSessions(web.clone()), key)
        .cookie_name(form.name(session_store::COOKIE))
        .cookie_secure(form.secure)
        .cookie_path(form.path.clone())
        .cookie_same_site(SameSite::Lax)
        .cookie_http_only(true)
        .cookie_content_security(actix_session::config::CookieContentSecurity::Signed)
        .session_lifecycle(lifecycle)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_follows_the_app_address() {
        let cases = [
            (None, false, "/", "pum_session"),
            (Some("http://pum.lan:5699"), false, "/", "pum_session"),
            (Some("https://pum.example.org"), true, "/", "__Host-pum_session"),
            (Some("https://example.org/pum/"), true, "/pum", "pum_session"),
        ];
        for (url, secure, path, name) in cases {
            let url = url.map(|url| url.parse::<Url>().expect("an address"));
            let form = CookieForm::under(url.as_ref());
            assert_eq!((form.secure, form.path.as_str()), (secure, path), "{url:?}");
            assert_eq!(form.name("pum_session"), name, "{url:?}");
        }
    }
}
