//! Queries, ids and versions.

use std::future::{Ready, ready};
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::http::header::IF_MATCH;
use actix_web::{FromRequest, HttpRequest};
use pum_domain::ProblemCode;
use serde::de::DeserializeOwned;

use super::field_problem;
use crate::error::{ApiError, ApiResult};

/// A query. `T` says `#[serde(deny_unknown_fields)]`.
pub struct Params<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Params<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse(req.query_string()).map(Params))
    }
}

/// Reads a query, naming the parameter that is wrong.
pub fn parse<T: DeserializeOwned>(query: &str) -> ApiResult<T> {
    let pairs = serde_urlencoded::Deserializer::new(url::form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(pairs)
        .map_err(|error| field_problem(error.path(), &error.inner().to_string()))
}

/// Refuses parameters that are given twice, as [`parse`] does: for those that are read one by one.
pub fn refuse_twice(query: &str, names: &[&str]) -> ApiResult<()> {
    for name in names {
        if url::form_urlencoded::parse(query.as_bytes()).filter(|(given, _)| given == name).count() > 1 {
            let detail = "is given twice; give it once";
            return Err(ApiError::field(format!("/{name}"), "duplicate_field", detail));
        }
    }
    Ok(())
}

/// The `{id}` of a path.
pub struct Id<T>(pub T);

impl<T: FromStr> FromRequest for Id<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = req.match_info().get("id").and_then(|text| text.parse().ok());
        ready(id.map(Id).ok_or_else(|| {
            ApiError::new(ProblemCode::NotFound, "There is nothing with this id. It may have been deleted.")
        }))
    }
}

/// The version that an edit is based on (`If-Match: "7"`); `None` lets the last write win.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(pub Option<i64>);

impl FromRequest for IfMatch {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(header) = req.headers().get(IF_MATCH) else { return ready(Ok(Self(None))) };
        let version = header.to_str().ok().map(str::trim).and_then(|text| match text {
            "*" => Some(None),
            text => text.trim_matches('"').parse().ok().map(Some),
        });
        ready(version.map(Self).ok_or_else(|| {
            ApiError::new(
                ProblemCode::MalformedRequest,
                "If-Match must be the version of the object as you loaded it, such as \"7\".",
            )
        }))
    }
}
