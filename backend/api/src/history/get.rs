//! One event.

use actix_web::get;
use actix_web::web::{Data, Json};
use pum_app::AppError;
use pum_store::history;

use super::dto::HistoryEvent;
use crate::error::ApiResult;
use crate::extract::Id;
use crate::state::Web;

/// Show an event of the history
#[utoipa::path(
    operation_id = "getHistoryEvent",
    tag = "History",
    extensions(("x-permission" = json!("history.view"))),
    params(("id" = String, Path, description = "The event.")),
    responses((status = 200, description = "The event.", body = HistoryEvent)),
)]
#[get("/history/{id}")]
pub async fn get_history_event(web: Data<Web>, id: Id<i64>) -> ApiResult<Json<HistoryEvent>> {
    let event = history::get(&web.ctx().reader(), id.0).await.map_err(AppError::from)?;
    Ok(Json(event.into()))
}
