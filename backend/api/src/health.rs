//! For supervisors: is the process alive, and can it do its work?

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, route, web};
use serde_json::json;

use crate::problems::OwnBody;
use crate::state::Web;

/// Registers `/healthz` and `/readyz`. They are not operations.
pub fn configure(config: &mut web::ServiceConfig) {
    config.service(alive).service(ready);
}

#[route("/healthz", method = "GET", method = "HEAD")]
async fn alive() -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(json!({ "status": "ok" }))
}

/// 503 only for the database and its schema: without a worker PUM still answers.
#[route("/readyz", method = "GET", method = "HEAD")]
async fn ready(web: web::Data<Web>) -> HttpResponse {
    let health = pum_app::health::look(web.ctx()).await;
    let is_ready = health.database && health.schema;
    let mut answer = if is_ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    let mut answer = answer.insert_header((CACHE_CONTROL, "no-store")).json(json!({
        "status": if is_ready { "ready" } else { "not_ready" },
        "database": health.database,
        "schema": health.schema,
        "worker": health.worker,
    }));
    answer.extensions_mut().insert(OwnBody);
    answer
}
