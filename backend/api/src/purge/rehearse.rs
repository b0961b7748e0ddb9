//! Terms tried on the past.

use actix_web::post;
use actix_web::web::{Data, Json};
use pum_app::purge;

use super::dto::PurgeRehearsal;
use super::terms::PurgeRehearsalTerms;
use crate::error::ApiResult;
use crate::extract::Body;
use crate::state::Web;

/// Rehearse a purge
///
/// Replays the past year of stored streams: who would have been removed by these terms, when, and who of them watched
/// again within 30 days. People and exemptions are those of today; nothing is changed.
#[utoipa::path(
    operation_id = "rehearsePurge",
    tag = "Purge",
    extensions(("x-permission" = json!("users.purge"))),
    request_body = PurgeRehearsalTerms,
    responses((status = 200, description = "What would have happened.", body = PurgeRehearsal)),
)]
#[post("/purge/rehearsal")]
pub async fn rehearse_purge(
    web: Data<Web>,
    body: Body<PurgeRehearsalTerms>,
) -> ApiResult<Json<PurgeRehearsal>> {
    let (terms, wait_days) = (body.0.terms()?, body.0.wait_days()?);
    let rehearsal = purge::rehearse(web.ctx(), &terms, wait_days).await?;
    Ok(Json(PurgeRehearsal::of(&rehearsal, &web.base_path())))
}
