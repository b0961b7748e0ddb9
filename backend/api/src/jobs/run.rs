//! Running a schedule now.

use std::collections::HashMap;

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, post};
use pum_app::schedules;

use super::dto::JobDto;
use crate::auth::SignedIn;
use crate::client_addr::ClientAddr;
use crate::error::ApiResult;
use crate::state::Web;

/// Run a schedule now
///
/// A run that is under way is joined.
#[utoipa::path(
    operation_id = "runJob",
    tag = "Jobs",
    extensions(("x-permission" = json!("jobs.run"))),
    params(("name" = String, Path, description = "The schedule's name.")),
    responses(
        (status = 202, description = "The job that does it.", body = JobDto),
        (status = 409, description = "`conflict`: A setting turns this schedule off."),
    ),
)]
#[post("/jobs/schedules/{name}/run")]
pub async fn run_job(
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
    name: Path<String>,
) -> ApiResult<HttpResponse> {
    let job = schedules::run_now(web.ctx(), &name, &admin.actor(address)).await?;
    Ok(HttpResponse::Accepted().json(JobDto::of(job, &HashMap::new())))
}
