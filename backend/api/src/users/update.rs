//! Editing a user.

use actix_web::web::{Data, Json};
use actix_web::{HttpResponse, patch};
use pum_app::invites::{ChosenLibraries, Expiry};
use pum_app::users::{self, Edit};
use pum_domain::UserId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::dto::UserDto;
use crate::auth::SignedIn;
use crate::client_addr::ClientAddr;
use crate::dto::parse_moment;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Body, Id, IfMatch, given, never_null};
use crate::invites::LibraryChoiceDto;
use crate::state::Web;

/// An edit: what is left out stays, `null` takes it away.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = UserPatch, example = json!({"libraries": {"mode": "all"}, "access_expires_at": null, "tags": ["family"]}))]
pub struct UserPatch {
    /// What they get to see. While they are suspended or removed: what they will be given back.
    #[serde(deserialize_with = "never_null")]
    #[schema(nullable = false)]
    pub libraries: Option<LibraryChoiceDto>,
    /// Whether they may download. Plex keeps this for the two people, not for the server: it holds on the
    /// owner's other servers as well.
    #[serde(deserialize_with = "never_null")]
    #[schema(nullable = false)]
    pub allow_downloads: Option<bool>,
    /// Whether 4K streams may be converted for them.
    #[serde(deserialize_with = "never_null")]
    #[schema(nullable = false)]
    pub allow_4k_transcode: Option<bool>,
    /// When access ends; `null` is never.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub access_expires_at: Option<Option<String>>,
    /// Instead: the last day of access, in the time zone of the settings.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = Date)]
    pub access_expires_on: Option<Option<String>>,
    /// A note for admins, at most 5,000 characters.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub notes: Option<Option<String>>,
    /// All tags: at most 20, each at most 40 characters; `null` is none.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<Vec<String>>, max_items = 20)]
    pub tags: Option<Option<Vec<String>>>,
    /// Kept out of inactivity purges.
    #[serde(deserialize_with = "never_null")]
    #[schema(nullable = false)]
    pub purge_whitelisted: Option<bool>,
    /// Kept out of removals by the bot.
    #[serde(deserialize_with = "never_null")]
    #[schema(nullable = false)]
    pub bot_whitelisted: Option<bool>,
    /// The numeric id of their Discord account.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub discord_id: Option<Option<String>>,
}

impl UserPatch {
    /// What the use case takes.
    pub fn parse(self) -> ApiResult<Edit> {
        Ok(Edit {
            libraries: self.libraries.map(ChosenLibraries::from),
            allow_downloads: self.allow_downloads,
            allow_4k_transcode: self.allow_4k_transcode,
            access_expires: end_of_access(self.access_expires_at, self.access_expires_on)?,
            notes: self.notes,
            tags: self.tags.map(Option::unwrap_or_default),
            purge_whitelisted: self.purge_whitelisted,
            bot_whitelisted: self.bot_whitelisted,
            discord_id: self.discord_id,
        })
    }
}

/// A moment or a day, not both.
pub fn end_of_access(
    moment: Option<Option<String>>,
    day: Option<Option<String>>,
) -> ApiResult<Option<Option<Expiry>>> {
    match (moment, day) {
        (Some(Some(_)), Some(Some(_))) => {
            let detail = "give either access_expires_at or access_expires_on";
            Err(ApiError::field("/access_expires_on", "conflict", detail))
        }
        (Some(Some(moment)), _) => Ok(Some(Some(Expiry::At(parse_moment("/access_expires_at", &moment)?)))),
        (_, Some(Some(day))) => {
            let wrong = |_| ApiError::field("/access_expires_on", "invalid", "give a day such as 2026-12-31");
            Ok(Some(Some(Expiry::On(day.parse().map_err(wrong)?))))
        }
        (None, None) => Ok(None),
        _ => Ok(Some(None)),
    }
}

/// Edit a user
///
/// Fields that are left out stay, `null` takes a limit or a link away. Libraries and downloads go to Plex by a
/// job: the answer is 202 then, and `pending_change` tells how it goes. Content filters and shares of other
/// servers stay as they are.
#[utoipa::path(
    operation_id = "updateUser",
    tag = "Users",
    extensions(("x-permission" = json!("users.edit"))),
    params(
        ("id" = String, Path, description = "The user."),
        ("If-Match" = Option<String>, Header, description = "The `version` that the edit is based on."),
    ),
    request_body = UserPatch,
    responses(
        (status = 200, description = "As they are now; nothing goes to Plex.", body = UserDto),
        (status = 202, description = "As they are now; a job brings what is shared in line.", body = UserDto),
        (status = 409, description = "`version_conflict`: Somebody else has edited this user; `changed_fields` says what. Also `removal_planned` and `discord_account_taken`."),
        (status = 422, description = "`home_keeps_access`: Access of the owner (`owner_keeps_access`), of members of the Home and of managed accounts (`managed_keeps_access`) has no end."),
    ),
)]
#[patch("/users/{id}")]
pub async fn update_user(
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
    id: Id<UserId>,
    version: IfMatch,
    patch: Body<UserPatch>,
) -> ApiResult<HttpResponse> {
    let edit = patch.0.parse()?;
    let (view, requested) = users::update(web.ctx(), &admin.actor(address), id.0, &edit, version.0).await?;
    let user = Json(UserDto::of(view, &web.base_path()));
    Ok(if requested { HttpResponse::Accepted().json(user) } else { HttpResponse::Ok().json(user) })
}
