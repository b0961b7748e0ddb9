//! Every user in a file, read in short pages while it is being sent.

use std::collections::HashMap;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse, get};
use bytes::Bytes;
use futures::Stream;
use pum_app::AppError;
use pum_app::users::{self, UserView};
use pum_domain::LibraryId;
use pum_domain::invite::LibraryChoice;
use pum_domain::page::PageRequest;
use pum_store::users::{Filter, Sort};
use pum_store::{libraries, plex_server};
use serde_json::json;

use super::dto::{UserDto, UserSortName};
use super::filter::{UserFilter, usual_order};
use crate::csv;
use crate::dto::OrderName;
use crate::error::{ApiError, ApiResult};
use crate::extract::ListParams;
use crate::name_schema;
use crate::state::Web;

/// Rows read at once.
const PAGE: u32 = 200;

pum_domain::catalogue! {
    /// What the file looks like.
    pub enum ExportFormat {
        Csv = "csv",
        Json = "json",
    }
}

name_schema!(
    /// What the file looks like.
    ExportFormatName,
    ExportFormat
);

/// The query of the export: the list's own, and the format.
pub struct ExportQuery {
    format: ExportFormat,
    list: ListParams<UserFilter, Sort>,
}

impl FromRequest for ExportQuery {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(req.query_string()))
    }
}

fn read(query: &str) -> ApiResult<ExportQuery> {
    let mut format = ExportFormat::Csv;
    let mut rest = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        match &*name {
            "format" => {
                format = value
                    .parse()
                    .map_err(|_| ApiError::field("/format", "unknown_value", "must be csv or json"))?;
            }
            "limit" | "cursor" => {
                let detail = "there is no such field; the file holds everybody who fits";
                return Err(ApiError::field(format!("/{name}"), "unknown_field", detail));
            }
            _ => {
                rest.append_pair(&name, &value);
            }
        }
    }
    Ok(ExportQuery { format, list: ListParams::read(&rest.finish())? })
}

/// Export the users
///
/// Everybody who fits the filters of `listUsers`, in one file. Cells of a CSV file that a spreadsheet would
/// take for a formula begin with an apostrophe.
#[utoipa::path(
    operation_id = "exportUsers",
    tag = "Users",
    extensions(("x-permission" = json!("users.export"))),
    params(
        UserFilter,
        ("format" = inline(Option<ExportFormatName>), Query, description = "What the file looks like; `csv` unless said."),
        ("sort" = inline(Option<UserSortName>), Query, description = "What to sort by; `username` unless said."),
        ("order" = inline(Option<OrderName>), Query, description = "Which way it runs."),
    ),
    responses(
        (status = 200, description = "The file.", content(
            (String = "text/csv", example = json!("id,plex_id,username\r\n0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a13,4711,priya\r\n")),
            (Vec<UserDto> = "application/json"),
        )),
    ),
)]
#[get("/users/export")]
pub async fn export_users(web: Data<Web>, query: ExportQuery) -> ApiResult<HttpResponse> {
    let reader = web.ctx().reader();
    let sort = query.list.sort.unwrap_or(Sort::Username);
    let request = PageRequest { limit: PAGE, ..query.list.page(usual_order(sort)) };
    let filter = query.list.filter.parse(&reader).await?;
    let titles = match plex_server::get(&reader).await.map_err(AppError::from)? {
        Some(server) => {
            libraries::of_server(&reader, &server.machine_identifier).await.map_err(AppError::from)?
        }
        None => Vec::new(),
    };
    let titles = titles.into_iter().map(|library| (library.id, library.title)).collect();
    let (media, file) = match query.format {
        ExportFormat::Csv => ("text/csv; charset=utf-8", "attachment; filename=\"users.csv\""),
        ExportFormat::Json => ("application/json", "attachment; filename=\"users.json\""),
    };
    let export = Export { web, filter, sort, format: query.format, titles, next: Next::First(request) };
    Ok(HttpResponse::Ok()
        .content_type(media)
        .insert_header((CONTENT_DISPOSITION, file))
        .streaming(pages(export)))
}

struct Export {
    web: Data<Web>,
    filter: Filter,
    sort: Sort,
    format: ExportFormat,
    titles: HashMap<LibraryId, String>,
    next: Next,
}

enum Next {
    First(PageRequest),
    Page(PageRequest),
    Nothing,
}

/// A file that breaks off is seen as such by whoever fetches it.
fn pages(export: Export) -> impl Stream<Item = Result<Bytes, AppError>> {
    futures::stream::unfold(export, |mut export| async move {
        let bytes = export.next_page().await.transpose()?;
        Some((bytes, export))
    })
}

impl Export {
    async fn next_page(&mut self) -> Result<Option<Bytes>, AppError> {
        let (first, mut request) = match std::mem::replace(&mut self.next, Next::Nothing) {
            Next::First(request) => (true, request),
            Next::Page(request) => (false, request),
            Next::Nothing => return Ok(None),
        };
        let page = users::list(self.web.ctx(), &self.filter, self.sort, &request).await?;
        let last = page.next_cursor.is_none();
        if !last {
            request.cursor = page.next_cursor;
            self.next = Next::Page(request);
        }
        let mut text = String::new();
        if self.format == ExportFormat::Csv && first {
            text.push_str(&csv::line(COLUMNS.iter().copied()));
        }
        if self.format == ExportFormat::Json && first {
            text.push('[');
        }
        let base_path = self.web.base_path();
        for (position, view) in page.items.into_iter().enumerate() {
            match self.format {
                ExportFormat::Csv => {
                    let cells = self.cells(&view);
                    text.push_str(&csv::line(cells.iter().map(String::as_str)));
                }
                ExportFormat::Json => {
                    text.push_str(if first && position == 0 { "\n" } else { ",\n" });
                    text.push_str(&json!(UserDto::of(view, &base_path)).to_string());
                }
            }
        }
        if self.format == ExportFormat::Json && last {
            text.push_str("\n]\n");
        }
        Ok(Some(text.into()))
    }

    fn cells(&self, view: &UserView) -> [String; COLUMNS.len()] {
        let user = &view.user;
        let moment = |at: Option<pum_domain::Instant>| at.map(|at| at.to_rfc3339()).unwrap_or_default();
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        [
            user.id.to_string(),
            user.plex_id.map(|id| id.to_string()).unwrap_or_default(),
            user.username.clone(),
            text(&user.email),
            user.state.to_string(),
            user.removed_reason.map(|reason| reason.to_string()).unwrap_or_default(),
            self.libraries(user.libraries.as_ref()),
            user.allow_downloads.to_string(),
            user.allow_4k_transcode.to_string(),
            moment(user.access_expires_at),
            user.home.to_string(),
            user.restricted.to_string(),
            user.shares_back.to_string(),
            user.blocked.to_string(),
            user.purge_whitelisted.to_string(),
            user.bot_whitelisted.to_string(),
            text(&user.discord_id),
            text(&user.discord_username),
            user.tags.join("; "),
            text(&user.notes),
            text(&view.invite_label),
            moment(user.last_streamed_at),
            user.plays.to_string(),
            user.watch_seconds.to_string(),
            moment(Some(user.added_at)),
            moment(user.joined_at),
            moment(user.removed_at),
            view.change.as_ref().map(|change| change.state.to_string()).unwrap_or_default(),
        ]
    }

    fn libraries(&self, chosen: Option<&LibraryChoice>) -> String {
        match chosen {
            None => String::new(),
            Some(LibraryChoice::All) => "all".to_owned(),
            Some(LibraryChoice::Some(ids)) => {
                let titles: Vec<&str> =
                    ids.iter().filter_map(|id| self.titles.get(id).map(String::as_str)).collect();
                titles.join("; ")
            }
        }
    }
}

const COLUMNS: [&str; 28] = [
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
