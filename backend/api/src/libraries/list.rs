//! The libraries, as they were when last read.

use actix_web::get;
use actix_web::web::{Data, Json};
use pum_app::AppError;
use pum_store::{libraries, plex_server};

use super::dto::{LibraryDto, LibraryFilter, LibrarySort, LibrarySortName};
use crate::dto::PageDto;
use crate::error::ApiResult;
use crate::extract::{ListParams, Order, PageParams};
use crate::state::Web;

/// List the libraries
///
/// As PUM last read them from the server and from plex.tv; a job keeps them in step.
#[utoipa::path(
    operation_id = "listLibraries",
    tag = "Libraries",
    extensions(("x-permission" = json!("libraries.view"))),
    params(
        PageParams,
        LibraryFilter,
        ("sort" = inline(Option<LibrarySortName>), Query, description = "What to sort by; `key` unless said."),
    ),
    responses((status = 200, description = "A page of libraries.", body = PageDto<LibraryDto>)),
)]
#[get("/libraries")]
pub async fn list_libraries(
    web: Data<Web>,
    query: ListParams<LibraryFilter, LibrarySort>,
) -> ApiResult<Json<PageDto<LibraryDto>>> {
    let reader = web.ctx().reader();
    let server = plex_server::get(&reader).await.map_err(AppError::from)?;
    let filter = libraries::Filter {
        machine_identifier: server.map(|server| server.machine_identifier).unwrap_or_default(),
        with_vanished: query.filter.vanished,
    };
    let sort = match query.sort {
        None | Some(LibrarySort::Key) => libraries::Sort::Key,
        Some(LibrarySort::Title) => libraries::Sort::Title,
    };
    let page = libraries::list(&reader, &filter, sort, &query.page(Order::Ascending)).await;
    Ok(Json(PageDto::of(page.map_err(AppError::from)?, LibraryDto::from)))
}
