//! `GET /setup`.

use actix_web::get;
use actix_web::web::{Data, Json};
use pum_app::setup;
use pum_domain::Permission;

use super::dto::Setup;
use crate::auth::SignedIn;
use crate::error::ApiResult;
use crate::state::Web;

/// How far the setup has come
///
/// Asked by every page before anything else. An admin also learns what to fill in.
#[utoipa::path(
    operation_id = "getSetup",
    tag = "Setup",
    extensions(("x-permission" = json!("public"))),
    responses((status = 200, description = "How far it has come.", body = Setup)),
)]
#[get("/setup")]
pub async fn get_setup(web: Data<Web>, signed_in: Option<SignedIn>) -> ApiResult<Json<Setup>> {
    let state = setup::state(web.ctx()).await?;
    let open = !state.complete;
    let mut answer = Setup::of(state);
    if open && signed_in.is_some_and(|admin| admin.may(Permission::SettingsPlex)) {
        answer = answer.with(setup::presets(web.ctx()).await?);
    }
    Ok(Json(answer))
}
