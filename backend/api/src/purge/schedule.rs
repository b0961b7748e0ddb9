//! How the purge by the clock stands.

use actix_web::get;
use actix_web::web::{Data, Json};
use pum_app::purge::{self, schedule};
use pum_domain::Instant;

use super::dto::PurgeSchedule;
use crate::error::ApiResult;
use crate::state::Web;
use crate::syncs::HeldRemovals;

/// Show the purge by the clock
///
/// Each night quiet people are warned, and removed when they stayed quiet for some days more. Its terms are the
/// settings that begin with `purge_`.
#[utoipa::path(
    operation_id = "getPurgeSchedule",
    tag = "Purge",
    extensions(("x-permission" = json!("users.purge"))),
    responses((status = 200, description = "How it stands.", body = PurgeSchedule)),
)]
#[get("/purge/schedule")]
pub async fn get_purge_schedule(web: Data<Web>) -> ApiResult<Json<PurgeSchedule>> {
    let standing = schedule::standing(web.ctx()).await?;
    let held = purge::held(&web.ctx().reader()).await?;
    Ok(Json(PurgeSchedule {
        mode: standing.mode,
        next_run_at: standing.next_at.map(Instant::to_rfc3339),
        last_run_at: standing.last_at.map(Instant::to_rfc3339),
        warned_count: standing.warned,
        keeps_everybody: standing.doubt,
        watching_since: standing.watching_since.map(Instant::to_rfc3339),
        imported_since: standing.imported_since.map(Instant::to_rfc3339),
        needs_confirmation: held.map(|(hold, people)| HeldRemovals::of(hold, people)),
    }))
}
