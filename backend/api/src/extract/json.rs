//! JSON bodies: at most 256 KiB, application/json, every field known.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use bytes::BytesMut;
use futures::StreamExt;
use pum_domain::ProblemCode;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use sha2::{Digest, Sha256};

use super::field_problem;
use crate::error::{ApiError, ApiResult};
use crate::idempotency::{self, BodyHash};

/// The longest body that is read, in bytes.
pub const BODY_LIMIT: usize = 256 * 1024;

/// How much of a body that is too long is still taken in, so that the client hears why.
const DRAIN_LIMIT: usize = 4 * 1024 * 1024;

/// A JSON body. `T` says `#[serde(deny_unknown_fields)]`.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let received = receive(req, payload);
        Box::pin(async move {
            let (bytes, typed) = received.await?;
            typed?;
            parse(&bytes).map(Body)
        })
    }
}

/// A JSON body of which everything may be left out, and then the body itself.
pub struct OptionalBody<T>(pub T);

impl<T: DeserializeOwned + Default + 'static> FromRequest for OptionalBody<T> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let received = receive(req, payload);
        Box::pin(async move {
            let (bytes, typed) = received.await?;
            if bytes.is_empty() {
                return Ok(Self(T::default()));
            }
            typed?;
            parse(&bytes).map(Self)
        })
    }
}

/// Refuses a body that comes to an operation that takes none: what it says would be passed over. One that says
/// nothing, such as `{}`, is let through.
pub async fn refuse_body(req: &HttpRequest, payload: Payload) -> ApiResult<()> {
    let bytes = read(payload, announced_length(req)).await?;
    if bytes.trim_ascii().is_empty() {
        return Ok(());
    }
    match serde_json::from_slice(&bytes) {
        Ok(serde_json::Value::Null) => Ok(()),
        Ok(serde_json::Value::Object(members)) => match members.keys().next() {
            Some(name) => {
                let detail = "there is no such field: this takes no body";
                Err(ApiError::field(
                    format!("/{}", super::cut(&super::escaped(name))),
                    "unknown_field",
                    detail,
                ))
            }
            None => Ok(()),
        },
        _ => Err(ApiError::field("", "invalid", "this takes no body; leave it out")),
    }
}

/// The bytes of a body, and whether it says that it is JSON.
fn receive(
    req: &HttpRequest,
    payload: &mut Payload,
) -> impl Future<Output = ApiResult<(BytesMut, ApiResult<()>)>> + use<> {
    let typed = check_media_type(req);
    let announced = announced_length(req);
    let payload = payload.take();
    let keyed = req.headers().contains_key(idempotency::HEADER).then(|| req.clone());
    async move {
        let bytes = read(payload, announced).await?;
        if let Some(req) = keyed {
            req.extensions_mut().insert(BodyHash(data_hash(&bytes)));
        }
        Ok((bytes, typed))
    }
}

fn data_hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn check_media_type(req: &HttpRequest) -> ApiResult<()> {
    let essence = req
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(|essence| essence.trim().to_ascii_lowercase());
    match essence.as_deref() {
        Some("application/json" | "application/merge-patch+json") => Ok(()),
        _ => Err(ApiError::new(
            ProblemCode::UnsupportedMediaType,
            "Send the body as JSON, with the header Content-Type: application/json.",
        )),
    }
}

fn announced_length(req: &HttpRequest) -> usize {
    let length = req.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    length.and_then(|length| length.parse().ok()).unwrap_or(0)
}

async fn read(mut payload: Payload, announced: usize) -> ApiResult<BytesMut> {
    let mut body = BytesMut::with_capacity(announced.min(BODY_LIMIT));
    let mut seen = 0;
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| {
            ApiError::new(ProblemCode::MalformedRequest, "The body did not arrive whole. Send it again.")
        })?;
        seen += chunk.len();
        if seen <= BODY_LIMIT {
            body.extend_from_slice(&chunk);
        } else if seen > DRAIN_LIMIT {
            break;
        }
    }
    if seen > BODY_LIMIT || announced > BODY_LIMIT {
        return Err(ApiError::new(
            ProblemCode::BodyTooLarge,
            format!("The body is longer than {} KiB.", BODY_LIMIT / 1024),
        ));
    }
    Ok(body)
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> ApiResult<T> {
    match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{') => {}
        Some(_) => return Err(not_an_object(bytes)),
        None => {
            let detail = "The body is empty; send a JSON object.";
            return Err(ApiError::new(ProblemCode::MalformedRequest, detail));
        }
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        let detail = "The body is not UTF-8, which JSON has to be.";
        return Err(ApiError::new(ProblemCode::MalformedRequest, detail));
    };
    refuse_nul(bytes)?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let inner = error.inner();
        match inner.classify() {
            Category::Data => field_problem(error.path(), &inner.to_string()),
            Category::Syntax | Category::Eof | Category::Io => malformed(inner),
        }
    })?;
    deserializer.end().map_err(|error| malformed(&error))?;
    Ok(value)
}

/// serde would also take an array, field by field.
fn not_an_object(bytes: &[u8]) -> ApiError {
    match serde_json::from_slice::<serde_json::Value>(bytes) {
        Ok(_) => ApiError::field("", "invalid", "it must be a JSON object"),
        Err(error) => malformed(&error),
    }
}

fn malformed(error: &serde_json::Error) -> ApiError {
    let detail = format!("The body is not JSON: look at line {}, column {}.", error.line(), error.column());
    ApiError::new(ProblemCode::MalformedRequest, detail)
}

/// PostgreSQL cannot store U+0000 in text, and no name contains it.
fn refuse_nul(bytes: &[u8]) -> ApiResult<()> {
    const ESCAPED: &[u8] = br"\u0000";
    if !bytes.windows(ESCAPED.len()).any(|window| window == ESCAPED) {
        return Ok(());
    }
    let value: serde_json::Value = serde_json::from_slice(bytes).map_err(|error| malformed(&error))?;
    match find_nul(&value, &mut String::new()) {
        Some(pointer) => Err(ApiError::field(pointer, "invalid", "must not contain the character U+0000")),
        None => Ok(()),
    }
}

fn find_nul(value: &serde_json::Value, at: &mut String) -> Option<String> {
    use serde_json::Value;
    let mut below = |name: String, value: &Value| {
        let depth = at.len();
        at.push('/');
        at.push_str(&name);
        let found = find_nul(value, at);
        at.truncate(depth);
        found
    };
    match value {
        Value::String(text) => text.contains('\0').then(|| at.clone()),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(index, item)| below(index.to_string(), item))
        }
        Value::Object(members) => members.iter().find_map(|(name, item)| match name.contains('\0') {
            true => Some(format!("/{}", name.replace('\0', "\u{fffd}"))),
            false => below(name.clone(), item),
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Invite {
        label: Option<String>,
        max_uses: u32,
        libraries: Vec<Library>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Library {
        id: String,
    }

    #[test]
    fn every_wrong_body_is_told_where_it_is_wrong() {
        let deep = "[".repeat(500);
        let cases: [(&str, u16, &str, &str); 17] = [
            ("", 400, "", ""),
            ("{", 400, "", ""),
            ("nonsense", 400, "", ""),
            (&deep, 400, "", ""),
            ("[1,2]", 422, "", "invalid"),
            ("null", 422, "", "invalid"),
            ("{} {}", 422, "/max_uses", "required"),
            (r#"{"max_uses":1,"libraries":[]} x"#, 400, "", ""),
            (r#"{"max_uses":1e999,"libraries":[]}"#, 400, "", ""),
            (r#"{"max_uses":"1","libraries":[]}"#, 422, "/max_uses", "invalid"),
            (r#"{"max_uses":-1,"libraries":[]}"#, 422, "/max_uses", "invalid"),
            (r#"{"max_uses":99999999999999999999,"libraries":[]}"#, 422, "/max_uses", "invalid"),
            (r#"{"libraries":[]}"#, 422, "/max_uses", "required"),
            (r#"{"max_uses":1,"libraries":[{"id":"a"},{}]}"#, 422, "/libraries/1/id", "required"),
            (r#"{"max_uses":1,"libraries":[],"maxuses":1}"#, 422, "/maxuses", "unknown_field"),
            (
                r#"{"max_uses":1,"libraries":[{"id":"a","b`, c":1}]}"#,
                422,
                "/libraries/0/b`, c",
                "unknown_field",
            ),
            (r#"{"max_uses":1,"label":"a\u0000b","libraries":[]}"#, 422, "/label", "invalid"),
        ];
        for (body, status, pointer, code) in cases {
            let error = parse::<Invite>(body.as_bytes()).expect_err(body);
            let problem = error.problem(String::new());
            assert_eq!(problem.status, status, "{body}: {}", problem.detail);
            let (at, why) = problem
                .errors
                .first()
                .map(|error| (error.pointer.as_str(), error.code.as_str()))
                .unwrap_or_default();
            assert_eq!((at, why), (pointer, code), "{body}: {}", problem.detail);
        }
    }

    #[test]
    fn a_remedy_needs_no_programmer() {
        let cases = [
            (r#"{"max_uses":1e20,"libraries":[]}"#, "must be a whole number, and not a negative one"),
            (
                r#"{"max_uses":"1, expected x","libraries":[]}"#,
                "must be a whole number, and not a negative one",
            ),
            (r#"{"max_uses":1,"libraries":{}}"#, "must be a list"),
            (r#"{"max_uses":1,"libraries":[7]}"#, "must be a JSON object"),
            (r#"{"max_uses":1,"label":true,"libraries":[]}"#, "must be text in quotation marks"),
        ];
        for (body, remedy) in cases {
            let problem = parse::<Invite>(body.as_bytes()).expect_err(body).problem(String::new());
            assert_eq!(problem.errors[0].detail, remedy, "{body}");
        }
    }

    #[test]
    fn invalid_utf8_is_malformed() {
        let error =
            parse::<Invite>(b"{\"max_uses\":1,\"label\":\"\xff\",\"libraries\":[]}").expect_err("refused");
        assert_eq!(error.status().as_u16(), 400);
    }

    #[test]
    fn an_escaped_backslash_is_not_a_nul() {
        let body = r#"{"max_uses":1,"label":"\\u0000","libraries":[{"id":"x"}]}"#;
        let invite: Invite = parse(body.as_bytes()).expect("plain text");
        assert_eq!(invite.label.as_deref(), Some(r"\u0000"));
        assert_eq!((invite.max_uses, invite.libraries[0].id.as_str()), (1, "x"));
    }
}
