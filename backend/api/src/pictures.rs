//! Pictures of people and of what they watch, from our own origin and by row id, so that no page asks anybody
//! else.

use actix_web::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use pum_app::pictures::{self, Picture};
use pum_domain::{ProblemCode, StreamId, UserId};

use crate::auth::SignedIn;
use crate::error::{ApiError, ApiResult};
use crate::extract::Id;
use crate::guest_cookie;
use crate::state::Web;

/// A picture by id may be kept for an hour, by the one browser.
const BY_ID: &str = "private, max-age=3600";
/// Whose picture this address shows depends on who asks, so it is asked for again each time.
const ONES_OWN: &str = "private, no-cache";

/// The path of a user's picture, for `thumb` fields.
pub fn path_of_user(base_path: &str, id: UserId) -> String {
    format!("{}/api/v1/pictures/users/{id}", base_path.trim_end_matches('/'))
}

/// The path of one's own picture, for `thumb` fields.
pub fn path_of_account(base_path: &str) -> String {
    format!("{}/api/v1/pictures/account", base_path.trim_end_matches('/'))
}

/// The path of an invitee's own picture, for `thumb` fields.
pub fn path_of_redemption(base_path: &str) -> String {
    format!("{}/api/v1/pictures/redemptions/current", base_path.trim_end_matches('/'))
}

/// The path of a stream's poster, for `thumb` fields.
pub fn path_of_stream(base_path: &str, id: StreamId) -> String {
    format!("{}/api/v1/pictures/streams/{id}", base_path.trim_end_matches('/'))
}

/// A stream's poster
///
/// Of what it plays, or has played: a png, jpeg or webp of at most 1 MiB. 404 while there is none, or it has not
/// been fetched yet.
#[utoipa::path(
    operation_id = "getStreamPicture",
    tag = "Streams",
    extensions(("x-permission" = json!("streams.view or stream_history.view"))),
    params(("id" = String, Path, description = "The stream.")),
    responses((status = 200, description = "The picture.", content_type = "image/png", body = [u8],
        example = json!("(bytes)"))),
)]
#[get("/pictures/streams/{id}")]
pub async fn get_stream_picture(
    req: HttpRequest,
    web: Data<Web>,
    id: Id<StreamId>,
) -> ApiResult<HttpResponse> {
    answer(&req, BY_ID, pictures::of_stream(web.ctx(), id.0).await?)
}

/// A user's picture
///
/// A png, jpeg or webp of at most 1 MiB. 404 while there is none, or it has not been fetched yet.
#[utoipa::path(
    operation_id = "getUserPicture",
    tag = "Users",
    extensions(("x-permission" = json!("users.view"))),
    params(("id" = String, Path, description = "The user.")),
    responses((status = 200, description = "The picture.", content_type = "image/png", body = [u8],
        example = json!("(bytes)"))),
)]
#[get("/pictures/users/{id}")]
pub async fn get_user_picture(req: HttpRequest, web: Data<Web>, id: Id<UserId>) -> ApiResult<HttpResponse> {
    answer(&req, BY_ID, pictures::of_user(web.ctx(), id.0).await?)
}

/// One's own picture
///
/// Of the Plex account that is linked. 404 while there is none, or it has not been fetched yet.
#[utoipa::path(
    operation_id = "getAccountPicture",
    tag = "Account",
    extensions(("x-permission" = json!("signed_in"))),
    responses(
        (status = 200, description = "The picture.", content_type = "image/png", body = [u8],
            example = json!("(bytes)")),
        (status = 404, description = "`not_found`: There is no picture."),
    ),
)]
#[get("/pictures/account")]
pub async fn get_account_picture(
    req: HttpRequest,
    web: Data<Web>,
    signed_in: SignedIn,
) -> ApiResult<HttpResponse> {
    answer(&req, ONES_OWN, pictures::of_admin(web.ctx(), signed_in.admin_id).await?)
}

/// The invitee's own picture
///
/// Of the Plex account that the browser's redemption is linked to, to be sure that it is the right one.
#[utoipa::path(
    operation_id = "getRedemptionPicture",
    tag = "Public",
    extensions(("x-permission" = json!("public"))),
    responses(
        (status = 200, description = "The picture.", content_type = "image/png", body = [u8],
            example = json!("(bytes)")),
        (status = 404, description = "`not_found`: There is no picture."),
    ),
)]
#[get("/pictures/redemptions/current")]
pub async fn get_redemption_picture(req: HttpRequest, web: Data<Web>) -> ApiResult<HttpResponse> {
    let guest = guest_cookie::guest(&req).await?;
    answer(&req, ONES_OWN, pictures::of_redemption(web.ctx(), guest.as_ref()).await?)
}

fn answer(req: &HttpRequest, keep: &'static str, picture: Option<Picture>) -> ApiResult<HttpResponse> {
    let picture = picture.ok_or_else(|| {
        ApiError::new(ProblemCode::NotFound, "There is no picture, or not yet. Show the initials instead.")
    })?;
    let etag = format!("\"{}-{}\"", picture.fetched_at.millis(), picture.bytes.len());
    if req.headers().get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes()) {
        return Ok(HttpResponse::NotModified().insert_header((ETAG, etag)).finish());
    }
    Ok(HttpResponse::Ok()
        .content_type(picture.content_type)
        .insert_header((CACHE_CONTROL, keep))
        .insert_header((ETAG, etag))
        .body(picture.bytes))
}
