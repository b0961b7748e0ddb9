//! How things stand.

use actix_web::get;
use actix_web::web::{Data, Json};
use pum_app::dashboard;

use super::dto::Stats;
use crate::auth::SignedIn;
use crate::error::ApiResult;
use crate::state::Web;

/// Show how things stand
///
/// Figures, the server, what needs attention and what has just happened. What an admin may not see
/// elsewhere is left out here as well.
#[utoipa::path(
    operation_id = "getStats",
    tag = "Dashboard",
    extensions(("x-permission" = json!("signed_in"))),
    responses(
        (status = 200, description = "How things stand.", body = Stats),
        (status = 403, description = "`password_change_required`: Choose a new password first."),
    ),
)]
#[get("/stats")]
pub async fn get_stats(web: Data<Web>, admin: SignedIn) -> ApiResult<Json<Stats>> {
    admin.require_own_password()?;
    let dashboard = dashboard::look(web.ctx(), |permission| admin.may(permission)).await?;
    Ok(Json(dashboard.into()))
}
