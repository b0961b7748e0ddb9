//! Letting a failed job try again.

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use pum_app::{AppError, jobs as app};
use pum_domain::Permission;
use pum_store::jobs;

use super::dto::JobDto;
use super::list::names;
use crate::auth::SignedIn;
use crate::client_addr::ClientAddr;
use crate::error::ApiResult;
use crate::extract::Id;
use crate::state::Web;

/// Try a failed job again
///
/// With all its tries. Asking twice is asking once. A job that carries out an access change puts the
/// change under way again, which also needs `changes.retry`.
#[utoipa::path(
    operation_id = "retryJob",
    tag = "Jobs",
    extensions(("x-permission" = json!("jobs.run"))),
    params(("id" = String, Path, description = "The job.")),
    responses(
        (status = 202, description = "It waits for a worker.", body = JobDto),
        (status = 409, description = "`conflict`: It is done, or a later change has taken its place."),
    ),
)]
#[post("/jobs/{id}/retry")]
pub async fn retry_job(
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
    id: Id<i64>,
) -> ApiResult<HttpResponse> {
    let job = jobs::get(&web.ctx().reader(), id.0).await.map_err(AppError::from)?;
    if app::change_of(&job).is_some() {
        admin.require(Permission::ChangesRetry)?;
    }
    let job = app::retry(web.ctx(), id.0, &admin.actor(address)).await?;
    let names = names(&web, &admin, std::slice::from_ref(&job)).await?;
    Ok(HttpResponse::Accepted().json(JobDto::of(job, &names)))
}
