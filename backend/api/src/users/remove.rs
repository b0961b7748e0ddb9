//! Removing a user.

use actix_web::web::Data;
use actix_web::{HttpResponse, delete};
use pum_app::users::{self, Friendship};
use pum_domain::UserId;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::dto::UserDto;
use crate::auth::SignedIn;
use crate::client_addr::ClientAddr;
use crate::error::ApiResult;
use crate::extract::{Id, Params};
use crate::state::Web;

/// What becomes of the friendship at Plex.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Friendship)]
pub enum FriendshipDto {
    /// It stays: access can be given back at once.
    #[default]
    Keep,
    /// It ends, and with it every share of the owner's other servers.
    End,
}

/// How to remove.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct RemoveParams {
    /// What becomes of the friendship at Plex; it stays unless said. `other_servers` of the user names what
    /// else would end with it.
    #[param(inline)]
    friendship: FriendshipDto,
}

/// Remove a user
///
/// Ends this server's share, or withdraws the invitation. It begins ten seconds later: until then
/// `restoreUser` takes it back without a trace. The user stays in the list as removed, with notes and history,
/// once Plex shows that nothing is shared any more; until then `pending_change` tells how it goes.
#[utoipa::path(
    operation_id = "removeUser",
    tag = "Users",
    extensions(("x-permission" = json!("users.remove"))),
    params(("id" = String, Path, description = "The user."), RemoveParams),
    responses(
        (status = 202, description = "It begins at `pending_change.begins_at`.", body = UserDto),
        (status = 409, description = "`user_removed`: They have been removed already."),
        (status = 422, description = "`home_keeps_access`: The owner (`owner_keeps_access`), members of the Home and managed accounts (`managed_keeps_access`) cannot be removed."),
    ),
)]
#[delete("/users/{id}")]
pub async fn remove_user(
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
    id: Id<UserId>,
    params: Params<RemoveParams>,
) -> ApiResult<HttpResponse> {
    let friendship = match params.0.friendship {
        FriendshipDto::Keep => Friendship::Keep,
        FriendshipDto::End => Friendship::End,
    };
    let view = users::remove(web.ctx(), &admin.actor(address), id.0, friendship).await?;
    Ok(HttpResponse::Accepted().json(UserDto::of(view, &web.base_path())))
}
