//! Jobs, newest first.

use std::collections::HashMap;

use actix_web::get;
use actix_web::web::{Data, Json};
use pum_app::{AppError, schedules};
use pum_domain::job::{JobKind, JobState};
use pum_domain::{Permission, UserId};
use pum_store::jobs::{self, Filter, Job};
use pum_store::users;
use serde::Deserialize;
use utoipa::IntoParams;

use super::dto::{JobDto, JobKindName, JobStateName};
use crate::auth::SignedIn;
use crate::dto::PageDto;
use crate::error::ApiResult;
use crate::extract::{ListParams, Order, PageParams};
use crate::state::Web;

pum_domain::catalogue! {
    /// By what jobs may be sorted.
    pub enum JobSort { Id = "id" }
}

/// Which jobs to list. Everything that is given must fit.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct JobFilter {
    /// Only those that stand like this.
    #[param(value_type = Option<JobStateName>)]
    state: Option<JobState>,
    /// Only those that do this.
    #[param(value_type = Option<JobKindName>)]
    kind: Option<JobKind>,
    /// Only those of the schedule with this name, whoever asked for them.
    schedule: Option<String>,
}

impl JobFilter {
    /// `None` when nothing can fit.
    fn parse(self) -> Option<Filter> {
        let filter = Filter { state: self.state, kind: self.kind, ..Filter::default() };
        let Some(name) = self.schedule else { return Some(filter) };
        let kind = schedules::named(&name)?.kind;
        filter.kind.is_none_or(|asked| asked == kind).then_some(Filter { kind: Some(kind), ..filter })
    }
}

/// List the jobs
///
/// The newest first. What is done is kept for a week, what has failed for ninety days.
#[utoipa::path(
    operation_id = "listJobs",
    tag = "Jobs",
    extensions(("x-permission" = json!("jobs.view"))),
    params(PageParams, JobFilter),
    responses((status = 200, description = "A page of jobs.", body = PageDto<JobDto>)),
)]
#[get("/jobs")]
pub async fn list_jobs(
    web: Data<Web>,
    admin: SignedIn,
    query: ListParams<JobFilter, JobSort>,
) -> ApiResult<Json<PageDto<JobDto>>> {
    let request = query.page(Order::Descending);
    let Some(filter) = query.filter.parse() else { return Ok(Json(PageDto::whole(Vec::new()))) };
    let page = jobs::list(&web.ctx().reader(), &filter, &request).await.map_err(AppError::from)?;
    let names = names(&web, &admin, &page.items).await?;
    Ok(Json(PageDto::of(page, |job| JobDto::of(job, &names))))
}

/// The names of the users that jobs are about, for an admin who may see users.
pub(super) async fn names(web: &Web, admin: &SignedIn, jobs: &[Job]) -> ApiResult<HashMap<UserId, String>> {
    if !admin.may(Permission::UsersView) {
        return Ok(HashMap::new());
    }
    let ids: Vec<UserId> = jobs.iter().filter_map(|job| job.subject_id.as_deref()?.parse().ok()).collect();
    Ok(users::names(&web.ctx().reader(), &ids).await.map_err(AppError::from)?)
}
