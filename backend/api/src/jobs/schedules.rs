//! What the clock asks for.

use actix_web::get;
use actix_web::web::{Data, Json};
use pum_app::schedules;

use super::dto::ScheduleDto;
use crate::dto::PageDto;
use crate::error::ApiResult;
use crate::extract::{ListParams, NoFilter, NoSort, Order, PageParams};
use crate::state::Web;

/// List the schedules
///
/// What runs by the clock: when next, and how it went last.
#[utoipa::path(
    operation_id = "listSchedules",
    tag = "Jobs",
    extensions(("x-permission" = json!("jobs.view"))),
    params(PageParams),
    responses((status = 200, description = "A page of schedules.", body = PageDto<ScheduleDto>)),
)]
#[get("/jobs/schedules")]
pub async fn list_schedules(
    web: Data<Web>,
    query: ListParams<NoFilter, NoSort>,
) -> ApiResult<Json<PageDto<ScheduleDto>>> {
    let all = schedules::list(web.ctx()).await?.into_iter().map(ScheduleDto::from).collect();
    Ok(Json(PageDto::part(all, &query.page(Order::Ascending), |one: &ScheduleDto| &one.name)?))
}
