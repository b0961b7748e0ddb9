//! The sign-in page at app.plex.tv. Its parameters are in the fragment, so only its script sees them.

use crate::fake_plex::call::Call;
use crate::fake_plex::refusal::Refusal;
use crate::fake_plex::reply::{Body, Reply};

/// GET /auth
pub fn html(_: &mut Call) -> Result<Reply, Refusal> {
    Ok(Reply::new(200, Body::Html(include_str!("sign_in.html").to_owned())))
}

/// GET /auth/page.js
pub fn script(_: &mut Call) -> Result<Reply, Refusal> {
    Ok(Reply::new(200, Body::Script(include_str!("sign_in.js"))))
}

/// GET /auth/page.css
pub fn style(_: &mut Call) -> Result<Reply, Refusal> {
    Ok(Reply::new(200, Body::Style(include_str!("sign_in.css"))))
}
