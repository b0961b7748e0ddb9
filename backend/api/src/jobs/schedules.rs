//! What the clock asks for.

use actix_web::get;
use actix_web::web::{Data, Json};
use pum_app::schedules;

use super::dto::ScheduleDto;
use crate::dto::PageDto;
use crate::error::ApiResult;
use crate::state::Web;

/// List the schedules
///
/// What runs by the clock: when next, and how it went last. Never more than one page.
#[utoipa::path(
    operation_id = "listSchedules",
    tag = "Jobs",
    extensions(("x-permission" = json!("jobs.view"))),
    responses((status = 200, description = "Every schedule.", body = PageDto<ScheduleDto>)),
)]
#[get("/jobs/schedules")]
pub async fn list_schedules(web: Data<Web>) -> ApiResult<Json<PageDto<ScheduleDto>>> {
    let all = schedules::list(web.ctx()).await?;
    Ok(Json(PageDto::whole(all.into_iter().map(ScheduleDto::from).collect())))
}
