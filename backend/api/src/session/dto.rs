//! Who is signed in.

use pum_domain::Permission;
use pum_store::admins::Admin;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::pictures;
use crate::problem::PermissionName;
use crate::state::Web;

/// Name and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"username": "olivia", "password": "a quiet marigold"}))]
pub struct Credentials {
    /// The user name, whatever its case.
    pub username: String,
    /// The password.
    pub password: String,
}

/// The Plex account that signs an admin in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LinkedPlexAccount)]
pub struct LinkedPlexAccount {
    /// Its name when it was linked.
    pub username: String,
    /// The path of its picture, where it has one.
    #[schema(example = "/api/v1/pictures/account")]
    pub thumb: Option<String>,
}

/// An admin, to themselves.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Admin)]
pub struct AdminDto {
    /// The id.
    pub id: String,
    /// The name to sign in with.
    pub username: String,
    /// Passes every check.
    pub is_primary: bool,
    /// What they may do.
    #[schema(value_type = Vec<PermissionName>)]
    pub permissions: Vec<Permission>,
    /// Nothing else is allowed before the password is changed.
    pub must_change_password: bool,
    /// Whether they can sign in with a password.
    pub has_password: bool,
    /// The Plex account they can sign in with.
    pub plex: Option<LinkedPlexAccount>,
    /// The language they chose; `null` is the installation's.
    pub language: Option<String>,
}

impl AdminDto {
    fn of(web: &Web, admin: Admin) -> Self {
        let permissions =
            Permission::ALL.iter().copied().filter(|permission| admin.may(*permission)).collect();
        let plex = admin.plex.map(|plex| LinkedPlexAccount {
            username: plex.username,
            thumb: plex.thumb.map(|_| pictures::path_of_account(&web.base_path())),
        });
        Self {
            id: admin.id.to_string(),
            username: admin.username,
            is_primary: admin.is_primary,
            permissions,
            must_change_password: admin.must_change_password,
            has_password: admin.password_hash.is_some(),
            plex,
            language: admin.language,
        }
    }
}

/// The admin who is signed in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"admin": {
    "id": "0193508f-3c1d-7c55-a3c1-d0b8f7e6a5d4", "username": "olivia", "is_primary": true,
    "permissions": ["users.view", "invites.view", "invites.create"], "must_change_password": false,
    "has_password": true, "plex": {"username": "olivia", "thumb": null}, "language": null
}, "time_zone": "Europe/Berlin"}))]
pub struct SessionAnswer {
    /// Who it is.
    pub admin: AdminDto,
    /// The zone in which days begin and end, from the settings.
    pub time_zone: String,
}

impl SessionAnswer {
    /// The answer for this admin.
    pub fn of(web: &Web, admin: Admin) -> Self {
        Self { admin: AdminDto::of(web, admin), time_zone: web.ctx().time_zone().name().to_owned() }
    }
}
