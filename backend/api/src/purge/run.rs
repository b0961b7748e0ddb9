//! A purge by hand.

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use pum_app::purge;

use super::dto::PurgeBegun;
use super::terms::PurgeOrder;
use crate::auth::SignedIn;
use crate::bulk::parse_ids;
use crate::client_addr::ClientAddr;
use crate::error::ApiResult;
use crate::extract::Body;
use crate::state::Web;

/// Remove people who have gone quiet
///
/// These people, as far as they are idle by these terms: whoever is not is refused at once, with the reason. A
/// job begins ten seconds later (until then `stopPurge` takes all of it back), asks the server who is playing, and
/// judges each of them again before their access ends. `restoreUser` gives it back.
#[utoipa::path(
    operation_id = "runPurge",
    tag = "Purge",
    extensions(("x-permission" = json!("users.purge"))),
    request_body = PurgeOrder,
    responses((status = 202, description = "A job will do it.", body = PurgeBegun)),
)]
#[post("/purge")]
pub async fn run_purge(
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
    body: Body<PurgeOrder>,
) -> ApiResult<HttpResponse> {
    let terms = body.0.terms()?;
    let ids = parse_ids("/user_ids", &body.0.user_ids)?;
    let started = purge::start(web.ctx(), &admin.actor(address), terms, &ids).await?;
    Ok(HttpResponse::Accepted().json(PurgeBegun::from(&started)))
}
