//! Clearing the history.

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use pum_app::history::{self, Cleared};
use pum_domain::event::EventType;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::dto::EventTypeName;
use crate::auth::SignedIn;
use crate::client_addr::ClientAddr;
use crate::error::ApiResult;
use crate::extract::Body;
use crate::state::Web;

/// What to clear.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"older_than_days": 90, "types": ["library.added"]}))]
pub struct ClearHistory {
    /// Only events older than so many days.
    #[schema(minimum = 30, maximum = 36_500)]
    pub older_than_days: u32,
    /// Only events of these types; every type when left out.
    #[serde(default)]
    #[schema(value_type = Option<Vec<EventTypeName>>)]
    pub types: Option<Vec<EventType>>,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"cleared": 120, "job_id": null}))]
pub struct HistoryCleared {
    /// How many events are gone; `null` while the job is at it.
    pub cleared: Option<u64>,
    /// The job that clears them, when there are many.
    pub job_id: Option<String>,
}

/// Clear the history
///
/// Nothing younger than 30 days goes. Events about sign-ins, admins, roles, settings, the server and
/// earlier clearings are kept for a year whatever is asked for. That it was cleared, and how much, is an
/// event of its own.
#[utoipa::path(
    operation_id = "clearHistory",
    tag = "History",
    extensions(("x-permission" = json!("history.clear"))),
    request_body = ClearHistory,
    responses(
        (status = 200, description = "They are gone.", body = HistoryCleared),
        (status = 202, description = "There are many: a job clears them.", body = HistoryCleared,
            example = json!({"cleared": null, "job_id": "42"})),
    ),
)]
#[post("/history/clear")]
pub async fn clear_history(
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
    body: Body<ClearHistory>,
) -> ApiResult<HttpResponse> {
    let ClearHistory { older_than_days, types } = body.0;
    let types = types.unwrap_or_default();
    let cleared = history::clear(web.ctx(), &admin.actor(address), older_than_days, &types).await?;
    Ok(match cleared {
        Cleared::Now(count) => HttpResponse::Ok().json(HistoryCleared { cleared: Some(count), job_id: None }),
        Cleared::Later(job) => {
            HttpResponse::Accepted().json(HistoryCleared { cleared: None, job_id: Some(job.to_string()) })
        }
    })
}
