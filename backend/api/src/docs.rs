//! The contract for readers: `/api/openapi.json` for programs, `/api/docs` for people.
//!
//! The page draws the document itself, with a script of its own and nothing from elsewhere, so it
//! works offline and under the content security policy.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, get, web};

use crate::state::Web;

/// Registers them. They are not operations themselves.
pub fn configure(config: &mut web::ServiceConfig) {
    config.service(document).service(page).service(script).service(style);
}

#[get("/api/openapi.json")]
async fn document(state: web::Data<Web>) -> HttpResponse {
    answer("application/json", state.openapi_json())
}

#[get("/api/docs")]
async fn page(req: HttpRequest) -> HttpResponse {
    let html = include_str!("docs/index.html").replace("%PUM_BASE%", &Web::of(&req).base_path());
    answer("text/html; charset=utf-8", html.into())
}

#[get("/api/docs/docs.js")]
async fn script() -> HttpResponse {
    answer("text/javascript; charset=utf-8", bytes::Bytes::from_static(include_bytes!("docs/docs.js")))
}

#[get("/api/docs/docs.css")]
async fn style() -> HttpResponse {
    answer("text/css; charset=utf-8", bytes::Bytes::from_static(include_bytes!("docs/docs.css")))
}

fn answer(content_type: &'static str, body: bytes::Bytes) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, content_type))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(body)
}
