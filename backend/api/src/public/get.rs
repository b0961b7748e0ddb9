//! What a working link promises.

use actix_web::get;
use actix_web::web::{Data, Json, Path};
use pum_app::invites::{self, PublicInvite};
use pum_domain::Instant;
use pum_store::libraries::Library;
use serde::Serialize;
use utoipa::ToSchema;

use crate::client_addr::ClientAddr;
use crate::error::ApiResult;
use crate::state::Web;

/// A library that comes with the link.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicLibrary {
    /// Its title.
    pub title: String,
    /// `movie`, `show`, `artist` or `photo`.
    pub kind: String,
}

impl From<Library> for PublicLibrary {
    fn from(library: Library) -> Self {
        Self { title: library.title, kind: library.kind }
    }
}

/// What has to be done at Discord.
#[derive(Debug, Serialize, ToSchema)]
pub struct DiscordSteps {
    /// Sign in.
    pub login: bool,
    /// Be in the server.
    pub guild: bool,
}

/// What a working link promises. Whom it is bound to is not said.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublicInvite, example = json!({
    "status": "active", "app_name": "PUM", "server_name": "Aurora",
    "libraries": [{"title": "Films", "kind": "movie"}], "all_libraries": false,
    "expires_at": "2026-12-31T23:00:00.000Z", "membership_days": 90, "allow_downloads": true,
    "discord": {"login": false, "guild": false}, "invite_version": 1, "language": "en",
    "time_zone": "Europe/Berlin"
}))]
pub struct PublicInviteDto {
    /// `active`: others are 410.
    pub status: &'static str,
    /// What this installation calls itself.
    pub app_name: String,
    /// The server's name.
    pub server_name: String,
    /// What one gets to see today.
    pub libraries: Vec<PublicLibrary>,
    /// Whether later libraries come with it.
    pub all_libraries: bool,
    /// Until when the link works.
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
    /// Days of access from joining on; `null` is for good.
    pub membership_days: Option<i32>,
    /// Whether downloads are allowed.
    pub allow_downloads: bool,
    /// What has to be done at Discord.
    pub discord: DiscordSteps,
    /// What accepting names.
    pub invite_version: i64,
    /// The language of the page for who has not chosen one.
    pub language: String,
    /// The zone in which the host's days begin and end.
    pub time_zone: String,
}

impl PublicInviteDto {
    fn of(invite: PublicInvite, web: &Web) -> Self {
        Self {
            status: "active",
            app_name: invite.app_name,
            server_name: invite.server_name,
            libraries: invite.libraries.into_iter().map(PublicLibrary::from).collect(),
            all_libraries: invite.all_libraries,
            expires_at: invite.expires_at.map(Instant::to_rfc3339),
            membership_days: invite.membership_days,
            allow_downloads: invite.allow_downloads,
            discord: DiscordSteps { login: false, guild: false },
            invite_version: invite.invite_version,
            language: invite.language,
            time_zone: web.ctx().time_zone().name().to_owned(),
        }
    }
}

/// Look at an invite
///
/// Every code that leads nowhere gets the same 404; twenty of them in ten minutes from one address are
/// followed by 429. A link that has ended says why, and nothing else.
#[utoipa::path(
    operation_id = "getPublicInvite",
    tag = "Public",
    extensions(("x-permission" = json!("public"))),
    params(("code" = String, Path, description = "What stands in the link, in any case.")),
    responses(
        (status = 200, description = "What it promises.", body = PublicInviteDto),
        (status = 410, description = "`invite_expired`: It has ended (or `invite_used_up`, `invite_paused`)."),
        (status = 429, description = "`too_many_requests`: Too many codes that lead nowhere."),
    ),
)]
#[get("/public/invites/{code}")]
pub async fn get_public_invite(
    web: Data<Web>,
    address: ClientAddr,
    code: Path<String>,
) -> ApiResult<Json<PublicInviteDto>> {
    let invite = invites::look(web.ctx(), &code, &address.group()).await?;
    Ok(Json(PublicInviteDto::of(invite, &web)))
}
