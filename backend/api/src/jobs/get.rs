//! One job.

use actix_web::get;
use actix_web::web::{Data, Json};
use pum_app::AppError;
use pum_store::jobs;

use super::dto::JobDto;
use super::list::names;
use crate::auth::SignedIn;
use crate::error::ApiResult;
use crate::extract::Id;
use crate::state::Web;

/// Show a job
#[utoipa::path(
    operation_id = "getJob",
    tag = "Jobs",
    extensions(("x-permission" = json!("jobs.view"))),
    params(("id" = String, Path, description = "The job.")),
    responses((status = 200, description = "The job.", body = JobDto)),
)]
#[get("/jobs/{id}")]
pub async fn get_job(web: Data<Web>, admin: SignedIn, id: Id<i64>) -> ApiResult<Json<JobDto>> {
    let job = jobs::get(&web.ctx().reader(), id.0).await.map_err(AppError::from)?;
    let names = names(&web, &admin, std::slice::from_ref(&job)).await?;
    Ok(Json(JobDto::of(job, &names)))
}
