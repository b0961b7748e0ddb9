//! Every user in a file.

use std::collections::HashMap;
use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse, get};
use pum_app::users;
use pum_app::{AppError, AppResult};
use pum_domain::page::PageRequest;
use pum_store::users::Sort;
use pum_store::{libraries, plex_server};
use serde::Serialize;

use super::dto::{UserDto, UserSortName};
use super::filter::{UserFilter, usual_order};
use crate::dto::OrderName;
use crate::error::{ApiError, ApiResult};
use crate::export::{self, Exported, Format, FormatParam};
use crate::extract::ListParams;
use crate::invites::LibraryChoiceDto;
use crate::state::Web;

/// A user with their libraries by title.
#[derive(Serialize)]
struct UserRow {
    #[serde(flatten)]
    user: UserDto,
    #[serde(skip)]
    titles: String,
}

impl Exported for UserRow {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "plex_id",
        "username",
        "email",
        "state",
        "removed_reason",
        "libraries",
        "allow_downloads",
        "allow_4k_transcode",
        "access_expires_at",
        "home",
        "managed",
        "shares_back",
        "blocked",
        "purge_whitelisted",
        "bot_whitelisted",
        "discord_id",
        "discord_username",
        "tags",
        "notes",
        "invite",
        "last_streamed_at",
        "plays",
        "watch_seconds",
        "added_at",
        "joined_at",
        "removed_at",
        "change",
    ];

    fn cells(&self) -> Vec<String> {
        let user = &self.user;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let discord = user.discord.as_ref();
        vec![
            user.id.clone(),
            text(&user.plex_id),
            user.username.clone(),
            text(&user.email),
            user.state.to_string(),
            user.removed_reason.map(|reason| reason.to_string()).unwrap_or_default(),
            self.titles.clone(),
            user.allow_downloads.to_string(),
            user.allow_4k_transcode.to_string(),
            text(&user.access_expires_at),
            user.home.to_string(),
            user.managed.to_string(),
            user.shares_back.to_string(),
            user.blocked.to_string(),
            user.purge_whitelisted.to_string(),
            user.bot_whitelisted.to_string(),
            discord.map(|account| account.id.clone()).unwrap_or_default(),
            discord.map(|account| text(&account.username)).unwrap_or_default(),
            user.tags.join("; "),
            text(&user.notes),
            user.invited_by.as_ref().map(|invite| text(&invite.label)).unwrap_or_default(),
            text(&user.last_streamed_at),
            user.plays.to_string(),
            user.watch_seconds.to_string(),
            user.added_at.clone(),
            text(&user.joined_at),
            text(&user.removed_at),
            user.pending_change.as_ref().map(|change| change.state.to_string()).unwrap_or_default(),
        ]
    }
}

/// The query of the list, without pages, and the format.
pub struct ExportQuery {
    format: Format,
    list: ListParams<UserFilter, Sort>,
}

impl FromRequest for ExportQuery {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let query = export::split(req.query_string());
        ready(query.and_then(|(format, rest)| Ok(Self { format, list: ListParams::of_whole(&rest)? })))
    }
}

/// Export the users
///
/// Everybody who fits the filters of `listUsers`, in its order, as a file. Cells that a spreadsheet would take
/// for a formula begin with an apostrophe.
#[utoipa::path(
    operation_id = "exportUsers",
    tag = "Users",
    extensions(("x-permission" = json!("users.export"))),
    params(
        FormatParam,
        UserFilter,
        ("sort" = inline(Option<UserSortName>), Query, description = "What to sort by; `username` unless said."),
        ("order" = inline(Option<OrderName>), Query, description = "Which way it runs."),
    ),
    responses((status = 200, description = "The file.", content(
        (String = "text/csv", example = json!("id,plex_id,username\r\n0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a13,4711,priya\r\n")),
        (Vec<UserDto> = "application/json"),
    ))),
)]
#[get("/users/export")]
pub async fn export_users(web: Data<Web>, query: ExportQuery) -> ApiResult<HttpResponse> {
    let ExportQuery { format, list } = query;
    let sort = list.sort.unwrap_or(Sort::Username);
    let descending = list.page(usual_order(sort)).descending;
    let filter = list.filter.parse("", &web.ctx().reader()).await?;
    let titles = Arc::new(titles(&web).await?);
    let (ctx, base_path) = (web.ctx().clone(), web.base_path());
    export::answer(&web, "users", format, move |cursor| {
        let (ctx, filter, titles, base_path) =
            (ctx.clone(), filter.clone(), titles.clone(), base_path.clone());
        async move {
            let request = PageRequest { limit: export::PAGE, cursor, descending };
            let page = users::list(&ctx, &filter, sort, &request).await?;
            let rows = page.items.into_iter().map(|view| {
                let user = UserDto::of(view, &base_path);
                UserRow { titles: named(user.libraries.as_ref(), &titles), user }
            });
            AppResult::Ok((rows.collect::<Vec<_>>(), page.next_cursor))
        }
    })
    .await
}

async fn titles(web: &Web) -> AppResult<HashMap<String, String>> {
    let reader = web.ctx().reader();
    let Some(server) = plex_server::get(&reader).await? else { return Ok(HashMap::new()) };
    let known = libraries::of_server(&reader, &server.machine_identifier).await.map_err(AppError::from)?;
    Ok(known.into_iter().map(|library| (library.id.to_string(), library.title)).collect())
}

fn named(chosen: Option<&LibraryChoiceDto>, titles: &HashMap<String, String>) -> String {
    match chosen {
        None => String::new(),
        Some(LibraryChoiceDto::All {}) => "all".to_owned(),
        Some(LibraryChoiceDto::Some { ids }) => {
            let named: Vec<&str> = ids.iter().filter_map(|id| titles.get(id).map(String::as_str)).collect();
            named.join("; ")
        }
    }
}
