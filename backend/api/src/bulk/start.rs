//! Beginning a bulk, or looking at what it would do.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, post};
use pum_app::bulk::{self, AnswerOf, Terms, Who, Wish};
use pum_app::invites::ChosenLibraries;
use pum_app::{AppError, AppResult};
use pum_domain::UserId;
use pum_domain::bulk::BulkKind;
use pum_domain::page::PageRequest;
use pum_store::bulks::Bulk;
use serde::Deserialize;
use utoipa::ToSchema;

use super::dto::{BulkBegun, BulkKindName, BulkPreview};
use crate::auth::SignedIn;
use crate::client_addr::ClientAddr;
use crate::dto::PageDto;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Body, given};
use crate::idempotency;
use crate::invites::LibraryChoiceDto;
use crate::state::Web;
use crate::users::{FriendshipDto, UserFilter, end_of_access};

/// Whom to change, and how. Each action has its own terms; those of others are refused.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "filter": {"state": "active", "tag": "family"}, "action": "add_tags", "tags": ["summer"], "dry_run": true
}))]
pub struct BulkInput {
    /// These users; or `filter`.
    #[schema(nullable = false)]
    pub ids: Option<Vec<String>>,
    /// Everybody who fits, as `listUsers` takes them, as of the moment it begins; or `ids`.
    #[schema(value_type = Option<UserFilterInput>)]
    pub filter: Option<UserFilter>,
    /// What is done to each.
    #[schema(value_type = BulkKindName, required)]
    pub action: Option<BulkKind>,
    /// For `set_libraries`, `add_libraries` and `remove_libraries`.
    #[schema(nullable = false)]
    pub libraries: Option<LibraryChoiceDto>,
    /// For `set_downloads`.
    #[schema(nullable = false)]
    pub allow_downloads: Option<bool>,
    /// For `set_expiry`: when access ends; `null` is never.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub access_expires_at: Option<Option<String>>,
    /// For `set_expiry`, instead: the last day of access, in the time zone of the settings.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = Date)]
    pub access_expires_on: Option<Option<String>>,
    /// For `set_expiry`, instead: so many days more. Those without an end keep having none.
    #[schema(nullable = false, minimum = 1, maximum = 3650)]
    pub extend_days: Option<u32>,
    /// For `set_purge_whitelisted`.
    #[schema(nullable = false)]
    pub purge_whitelisted: Option<bool>,
    /// For `set_bot_whitelisted`.
    #[schema(nullable = false)]
    pub bot_whitelisted: Option<bool>,
    /// For `add_tags` and `remove_tags`.
    #[schema(nullable = false, max_items = 20)]
    pub tags: Option<Vec<String>>,
    /// For `remove`: what becomes of the friendship at Plex; it stays unless said.
    #[schema(nullable = false)]
    pub friendship: Option<FriendshipDto>,
    /// Only look at what would happen; nothing is changed.
    #[serde(default)]
    pub dry_run: bool,
    /// For a dry run: rows at most, 1 to 200; 50 unless said.
    #[schema(nullable = false, minimum = 1, maximum = 200)]
    pub limit: Option<u32>,
    /// For a dry run: the previous answer's `next_cursor`.
    #[schema(nullable = false)]
    pub cursor: Option<String>,
}

/// Which users; `listUsers` describes the fields.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only its documentation is used; UserFilter does the reading")]
pub struct UserFilterInput {
    q: Option<String>,
    #[schema(value_type = Option<crate::users::UserStateName>)]
    state: Option<String>,
    library: Option<String>,
    tag: Option<String>,
    invite_id: Option<String>,
    expiring_days: Option<i64>,
    inactive_days: Option<i64>,
    discord: Option<bool>,
    home: Option<bool>,
    shares_back: Option<bool>,
    purge_whitelisted: Option<bool>,
    bot_whitelisted: Option<bool>,
    blocked: Option<bool>,
}

impl BulkInput {
    async fn parse(self, web: &Web) -> ApiResult<Wish> {
        if !self.dry_run && (self.limit.is_some() || self.cursor.is_some()) {
            let pointer = if self.limit.is_some() { "/limit" } else { "/cursor" };
            return Err(ApiError::field(pointer, "conflict", "belongs to a dry run; leave it out"));
        }
        let who = match (self.ids, self.filter) {
            (Some(ids), None) => Who::Ids(parse_ids("/ids", &ids)?),
            (None, Some(filter)) => {
                Who::Filter(Box::new(filter.parse("/filter", &web.ctx().reader()).await?))
            }
            (Some(_), Some(_)) => {
                return Err(ApiError::field("/filter", "conflict", "give either ids or a filter"));
            }
            (None, None) => {
                let detail = "name users by their ids, or by a filter ({} is everybody)";
                return Err(ApiError::field("/ids", "required", detail));
            }
        };
        let Some(kind) = self.action else {
            return Err(ApiError::field("/action", "required", "is required"));
        };
        let terms = Terms {
            libraries: self.libraries.map(ChosenLibraries::from),
            allow_downloads: self.allow_downloads,
            access_expires: end_of_access(self.access_expires_at, self.access_expires_on)?,
            extend_days: self.extend_days,
            purge_whitelisted: self.purge_whitelisted,
            bot_whitelisted: self.bot_whitelisted,
            tags: self.tags,
            end_friendship: self.friendship.map(|friendship| matches!(friendship, FriendshipDto::End)),
        };
        let action = bulk::action(web.ctx(), kind, terms).await?;
        Ok(Wish { who, action })
    }
}

/// The page of a dry run.
fn page(input: &BulkInput) -> ApiResult<PageRequest> {
    match input.limit.unwrap_or(50) {
        limit @ 1..=200 => Ok(PageRequest { limit, cursor: input.cursor.clone(), descending: false }),
        _ => Err(ApiError::field("/limit", "out_of_range", "must be from 1 to 200")),
    }
}

/// The users that a list of ids names; a wrong one is told by its place below `pointer`.
pub fn parse_ids(pointer: &str, ids: &[String]) -> ApiResult<Vec<UserId>> {
    let parse = |(at, id): (usize, &String)| {
        let wrong = |_| ApiError::field(format!("{pointer}/{at}"), "invalid", "this is no id of a user");
        id.parse().map_err(wrong)
    };
    ids.iter().enumerate().map(parse).collect()
}

fn kept_answer(bulk: &Bulk) -> AppResult<String> {
    serde_json::to_string(&BulkBegun::from(bulk))
        .map_err(|error| AppError::internal("writing an answer", error))
}

/// Change many users
///
/// With `dry_run`, a page of what would become of each: what would change, and who is refused and why.
/// Otherwise the list of people is fixed and jobs do it, a few at a time; `getBulk` tells how it goes. It
/// also takes the permission of the action: `users.remove` to remove, `users.edit` for everything else.
/// Removals begin ten seconds later: until then `stopBulk` takes all of them back.
#[utoipa::path(
    operation_id = "bulkUsers",
    tag = "Users",
    extensions(("x-permission" = json!("users.bulk"))),
    params(("Idempotency-Key" = Option<String>, Header, description = "Any text of yours, new for each new bulk.")),
    request_body = BulkInput,
    responses(
        (status = 200, description = "A dry run: what would become of each.", body = PageDto<BulkPreview>),
        (status = 202, description = "Jobs will do it.", body = BulkBegun),
        (status = 409, description = "`idempotency_in_progress`: The same request is still under way."),
        (status = 422, description = "`validation_failed`: A field is wrong, or nobody fits the filters. Also `idempotency_key_reused`: the key came with another body before."),
    ),
)]
#[post("/users/bulk")]
pub async fn bulk_users(
    req: HttpRequest,
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
    body: Body<BulkInput>,
) -> ApiResult<HttpResponse> {
    if let Some(kind) = body.0.action {
        admin.require(kind.permission())?;
    }
    let actor = admin.actor(address);
    if body.0.dry_run {
        let page = page(&body.0)?;
        let wish = body.0.parse(&web).await?;
        let seen = bulk::preview(web.ctx(), &actor, &wish, &page).await?;
        return Ok(HttpResponse::Ok().json(PageDto::of(seen, BulkPreview::from)));
    }
    idempotency::once(&req, &actor, "bulkUsers", async |first| {
        let wish = body.0.parse(&web).await?;
        let first = first.map(|first| (first, &kept_answer as AnswerOf<'_>));
        let bulk = bulk::start(web.ctx(), &actor, &wish, first).await?;
        Ok(HttpResponse::Accepted().json(BulkBegun::from(&bulk)))
    })
    .await
}
