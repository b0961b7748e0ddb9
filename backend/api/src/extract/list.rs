//! The query of a list: how much, from where, in which order, and which rows.

use std::future::{Ready, ready};
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use pum_domain::catalogue::UnknownName;
use pum_domain::page::PageRequest;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

use super::params::{parse, refuse_twice};
use crate::error::{ApiError, ApiResult};

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 200;
/// Cursors are ours and short; anything longer is not one.
const MAX_CURSOR: usize = 1_000;

pum_domain::catalogue! {
    /// Which way a list runs.
    pub enum Order {
        Ascending = "asc",
        Descending = "desc",
    }
}

/// For a list without filters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoFilter {}

/// For a list that has one order.
#[derive(Debug, Clone, Copy)]
pub enum NoSort {}

impl FromStr for NoSort {
    type Err = UnknownName;

    fn from_str(_: &str) -> Result<Self, UnknownName> {
        Err(UnknownName { known: &[] })
    }
}

/// The parameters that every list has, for the document: name it in `params(PageParams, …)`.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "only its documentation is used; ListParams does the reading")]
pub struct PageParams {
    /// Rows at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The previous answer's `next_cursor`.
    cursor: Option<String>,
    /// Which way the list runs.
    #[param(value_type = Option<super::super::dto::OrderName>, inline)]
    order: Option<Order>,
}

/// The query of a list with filters `F` (`#[serde(deny_unknown_fields)]`) and sorts `S` (a catalogue).
pub struct ListParams<F, S> {
    /// What to sort by, if said.
    pub sort: Option<S>,
    /// Which rows.
    pub filter: F,
    limit: u32,
    cursor: Option<String>,
    order: Option<Order>,
}

impl<F, S> ListParams<F, S> {
    /// The page asked for; `order` counts when the request names none.
    pub fn page(&self, order: Order) -> PageRequest {
        PageRequest {
            limit: self.limit,
            cursor: self.cursor.clone(),
            descending: self.order.unwrap_or(order) == Order::Descending,
        }
    }
}

impl<F: DeserializeOwned, S: FromStr<Err = UnknownName>> ListParams<F, S> {
    /// The order and the filters of a file that holds the whole list: there are no pages in it.
    pub fn of_whole(query: &str) -> ApiResult<Self> {
        for (name, _) in url::form_urlencoded::parse(query.as_bytes()) {
            if matches!(&*name, "limit" | "cursor") {
                let detail = "there is no such field; the file holds everything that fits";
                return Err(ApiError::field(format!("/{name}"), "unknown_field", detail));
            }
        }
        read(query)
    }
}

impl<F, S> FromRequest for ListParams<F, S>
where
    F: DeserializeOwned,
    S: FromStr<Err = UnknownName>,
{
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(req.query_string()))
    }
}

fn read<F, S>(query: &str) -> ApiResult<ListParams<F, S>>
where
    F: DeserializeOwned,
    S: FromStr<Err = UnknownName>,
{
    refuse_twice(query, &["limit", "cursor", "sort", "order"])?;
    let (mut limit, mut cursor, mut sort, mut order) = (DEFAULT_LIMIT, None, None, None);
    let mut filters = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        match &*name {
            "limit" => limit = read_limit(&value)?,
            "cursor" if value.len() > MAX_CURSOR => return Err(ApiError::bad_cursor()),
            "cursor" => cursor = Some(value.into_owned()),
            "sort" => sort = Some(value.parse::<S>().map_err(|error| unknown("/sort", &error))?),
            "order" => order = Some(value.parse::<Order>().map_err(|error| unknown("/order", &error))?),
            _ => {
                filters.append_pair(&name, &value);
            }
        }
    }
    let filter = parse(&filters.finish())?;
    Ok(ListParams { sort, filter, limit, cursor, order })
}

fn read_limit(text: &str) -> ApiResult<u32> {
    match text.parse() {
        Ok(limit @ 1..=MAX_LIMIT) => Ok(limit),
        _ => Err(ApiError::field("/limit", "out_of_range", format!("must be from 1 to {MAX_LIMIT}"))),
    }
}

fn unknown(pointer: &str, error: &UnknownName) -> ApiError {
    if error.known.is_empty() {
        return ApiError::field(pointer, "unknown_field", "this list has one order; leave it out");
    }
    ApiError::field(pointer, "unknown_value", format!("must be one of: {}", error.known.join(", ")))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    pum_domain::catalogue! {
        enum Sort { Name = "name", Added = "added" }
    }

    #[derive(Debug, Default, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Filter {
        q: Option<String>,
        expiring_days: Option<u32>,
    }

    #[test]
    fn a_query_is_taken_apart() {
        let list =
            read::<Filter, Sort>("q=anna%20b&limit=7&cursor=abc&sort=added&order=desc&expiring_days=3")
                .expect("a good query");
        assert_eq!(list.sort, Some(Sort::Added));
        assert_eq!(list.filter.q.as_deref(), Some("anna b"));
        assert_eq!(list.filter.expiring_days, Some(3));
        let page = list.page(Order::Ascending);
        assert_eq!((page.limit, page.cursor.as_deref(), page.descending), (7, Some("abc"), true));
        let plain = read::<Filter, Sort>("").expect("no query").page(Order::Descending);
        assert_eq!((plain.limit, plain.cursor, plain.descending), (50, None, true));
    }

    #[test]
    fn wrong_queries_name_the_parameter() {
        let long = format!("cursor={}", "x".repeat(2_000));
        let cases = [
            ("limit=0", 422, "/limit"),
            ("limit=201", 422, "/limit"),
            ("limit=99999999999999999999", 422, "/limit"),
            ("sort=hats", 422, "/sort"),
            ("order=up", 422, "/order"),
            ("stats=active", 422, "/stats"),
            ("expiring_days=soon", 422, "/expiring_days"),
            ("q=a&q=b", 422, "/q"),
            ("limit=2&limit=3", 422, "/limit"),
            ("cursor=a&cursor=a", 422, "/cursor"),
            ("sort=name&order=asc&sort=added", 422, "/sort"),
            ("order=asc&order=asc", 422, "/order"),
            (&long, 400, ""),
        ];
        for (query, status, pointer) in cases {
            let error = read::<Filter, Sort>(query).err().expect(query).problem(String::new());
            assert_eq!(error.status, status, "{query}: {}", error.detail);
            let at = error.errors.first().map(|error| error.pointer.as_str()).unwrap_or_default();
            assert_eq!(at, pointer, "{query}: {}", error.detail);
        }
    }
}
