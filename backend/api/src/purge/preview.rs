//! What a purge would do.

use actix_web::post;
use actix_web::web::{Data, Json};
use pum_app::purge::{self, Which};
use pum_domain::purge::Outcome;
use serde::Deserialize;
use utoipa::IntoParams;

use super::dto::{PurgePreview, PurgeVerdictName};
use super::terms::PurgeTerms;
use crate::error::ApiResult;
use crate::extract::{Body, ListParams, Order, PageParams};
use crate::state::Web;

pum_domain::catalogue! {
    /// By what verdicts may be sorted.
    pub enum PurgeSort { Idle = "idle" }
}

/// Of whom to list verdicts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PurgeFilter {
    /// Only those who would be removed, or who would be kept.
    #[param(value_type = Option<PurgeVerdictName>)]
    verdict: Option<Outcome>,
}

/// Look at what a purge would do
///
/// A verdict with its reason for everybody who is not removed, the quietest first (`order=asc` turns that round);
/// nothing is changed. Idle days are days on which PUM was looking and the person did not stream: never more than
/// PUM has been looking, and gaps count for the person.
#[utoipa::path(
    operation_id = "previewPurge",
    tag = "Purge",
    extensions(("x-permission" = json!("users.purge"))),
    params(PageParams, PurgeFilter),
    request_body = PurgeTerms,
    responses((status = 200, description = "A page of verdicts.", body = PurgePreview)),
)]
#[post("/purge/preview")]
pub async fn preview_purge(
    web: Data<Web>,
    query: ListParams<PurgeFilter, PurgeSort>,
    body: Body<PurgeTerms>,
) -> ApiResult<Json<PurgePreview>> {
    // The longest idle are those who were last heard of first.
    let mut request = query.page(Order::Descending);
    request.descending = !request.descending;
    let which = Which { outcome: query.filter.verdict };
    let seen = purge::preview(web.ctx(), &body.0.terms()?, &which, &request).await?;
    Ok(Json(PurgePreview::of(&seen, &web.base_path())))
}
