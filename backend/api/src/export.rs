//! Lists as files: read in short pages and sent as they are read, so that no export holds a
//! transaction open or grows in memory, however long the list is.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use bytes::Bytes;
use futures::TryStreamExt;
use futures::stream::{self, Stream};
use pum_app::{AppError, AppResult};
use pum_store::Reads;
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

use crate::csv;
use crate::error::{ApiError, ApiResult};
use crate::extract::{parse_query, refuse_twice};
use crate::name_schema;
use crate::state::Web;

/// Rows in one page.
pub const PAGE: u32 = 200;

pum_domain::catalogue! {
    /// What an export is written as.
    pub enum Format {
        /// For spreadsheets: a line of names, then one line a row.
        Csv = "csv",
        /// A list of what the API shows.
        Json = "json",
    }
}

name_schema!(
    /// What an export is written as.
    ExportFormatName,
    Format
);

/// The parameter that every export has, for the document: name it in `params(FormatParam, …)`.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "only its documentation is used; ExportParams does the reading")]
pub struct FormatParam {
    /// `csv` unless said.
    #[param(value_type = Option<ExportFormatName>, inline)]
    format: Option<Format>,
}

/// The query of an export with filters `F` (`#[serde(deny_unknown_fields)]`).
pub struct ExportParams<F> {
    /// What to write.
    pub format: Format,
    /// Which rows.
    pub filter: F,
}

impl<F: DeserializeOwned> FromRequest for ExportParams<F> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(req.query_string()))
    }
}

fn read<F: DeserializeOwned>(query: &str) -> ApiResult<ExportParams<F>> {
    let (format, filters) = split(query)?;
    Ok(ExportParams { format, filter: parse_query(&filters)? })
}

/// The format, and the rest of a query.
pub fn split(query: &str) -> ApiResult<(Format, String)> {
    refuse_twice(query, &["format"])?;
    let mut format = Format::Csv;
    let mut rest = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        if name == "format" {
            format = value
                .parse()
                .map_err(|_| ApiError::field("/format", "unknown_value", "must be one of: csv, json"))?;
        } else {
            rest.append_pair(&name, &value);
        }
    }
    Ok((format, rest.finish()))
}

/// A row of an export.
pub trait Exported: Serialize + 'static {
    /// The names of the columns.
    const COLUMNS: &'static [&'static str];

    /// What stands in them, as it is: [`csv`] quotes and defuses.
    fn cells(&self) -> Vec<String>;
}

/// Answers with a file of what `read` gives page by page: it is handed a cursor, and gives rows and
/// the next cursor. Trouble with the first page is a problem; later it cuts the answer off, so that
/// nobody takes half a file for a whole one.
pub async fn answer<T, R, F>(web: &Web, name: &str, format: Format, read: R) -> ApiResult<HttpResponse>
where
    T: Exported,
    R: Fn(Option<String>) -> F + 'static,
    F: Future<Output = AppResult<(Vec<T>, Option<String>)>> + 'static,
{
    let file = file_name(web, name, format).await?;
    let first = read(None).await?;
    let media = match format {
        Format::Csv => "text/csv; charset=utf-8",
        Format::Json => "application/json",
    };
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, media))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{file}\"")))
        .streaming(pages(format, first, read)))
}

async fn file_name(web: &Web, name: &str, format: Format) -> ApiResult<String> {
    let day = web.ctx().reader().now().await.map_err(AppError::from)?.to_utc().format("%Y-%m-%d");
    Ok(format!("{name}-{day}.{format}"))
}

/// Where the walk through the pages is.
enum Walk<T> {
    First(Vec<T>, Option<String>),
    Then(String),
    Over,
}

fn pages<T, R, F>(
    format: Format,
    first: (Vec<T>, Option<String>),
    read: R,
) -> impl Stream<Item = Result<Bytes, ApiError>>
where
    T: Exported,
    R: Fn(Option<String>) -> F + 'static,
    F: Future<Output = AppResult<(Vec<T>, Option<String>)>> + 'static,
{
    let start = Walk::First(first.0, first.1);
    stream::try_unfold((start, read), move |(walk, read)| async move {
        let (rows, next, is_first) = match walk {
            Walk::First(rows, next) => (rows, next, true),
            Walk::Then(cursor) => {
                let (rows, next) = read(Some(cursor)).await?;
                (rows, next, false)
            }
            Walk::Over => return AppResult::Ok(None),
        };
        let text = written(format, &rows, is_first, next.is_none())?;
        let walk = next.map_or(Walk::Over, Walk::Then);
        Ok(Some((Bytes::from(text), (walk, read))))
    })
    .map_err(ApiError::from)
}

/// A page as a piece of the file.
fn written<T: Exported>(format: Format, rows: &[T], first: bool, last: bool) -> AppResult<String> {
    let mut text = String::new();
    match format {
        Format::Csv => {
            if first {
                text.push_str(&csv::line(T::COLUMNS.iter().copied()));
            }
            for row in rows {
                text.push_str(&csv::line(row.cells().iter().map(String::as_str)));
            }
        }
        Format::Json => {
            if first {
                text.push('[');
            }
            for (position, row) in rows.iter().enumerate() {
                text.push_str(if first && position == 0 { "\n" } else { ",\n" });
                let row =
                    serde_json::to_string(row).map_err(|error| AppError::internal("writing a row", error))?;
                text.push_str(&row);
            }
            if last {
                text.push_str("\n]\n");
            }
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Row(&'static str, i32);

    impl Exported for Row {
        const COLUMNS: &'static [&'static str] = &["name", "plays"];

        fn cells(&self) -> Vec<String> {
            vec![self.0.to_owned(), self.1.to_string()]
        }
    }

    #[test]
    fn pages_put_together_are_one_file() {
        let pages = [vec![Row("a", 1), Row("b", 2)], vec![Row("c", 3)], vec![]];
        let whole = |format| -> String {
            let last = pages.len() - 1;
            let pieces = pages.iter().enumerate();
            pieces.map(|(at, rows)| written(format, rows, at == 0, at == last).expect("written")).collect()
        };
        assert_eq!(whole(Format::Csv), "name,plays\r\na,1\r\nb,2\r\nc,3\r\n");
        let rows: serde_json::Value = serde_json::from_str(&whole(Format::Json)).expect("JSON");
        assert_eq!(rows, serde_json::json!([["a", 1], ["b", 2], ["c", 3]]));
        assert_eq!(written::<Row>(Format::Json, &[], true, true).expect("written").trim(), "[\n]");
    }

    #[test]
    fn the_format_is_told_apart_from_the_filters() {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Filter {
            q: Option<String>,
        }
        let query = read::<Filter>("q=a%20b&format=json").expect("a good query");
        assert_eq!((query.format, query.filter.q.as_deref()), (Format::Json, Some("a b")));
        assert_eq!(read::<Filter>("").expect("no query").format, Format::Csv);
        for (query, pointer) in
            [("format=xls", "/format"), ("format=csv&format=json", "/format"), ("limit=3", "/limit")]
        {
            let problem = read::<Filter>(query).err().expect(query).problem(String::new());
            assert_eq!((problem.status, problem.errors[0].pointer.as_str()), (422, pointer));
        }
    }
}
