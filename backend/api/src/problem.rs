//! The body of every error answer: `application/problem+json` as in RFC 9457, and its schema.

use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};

/// The media type of [`Problem`].
pub const MEDIA_TYPE: &str = "application/problem+json";

/// What went wrong, and what to do about it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "type": "urn:pum:problem:validation_failed",
    "title": "Validation failed",
    "status": 422,
    "detail": "max_uses: must be at least 1.",
    "code": "validation_failed",
    "request_id": "3f1c9c1e-52a5-4c64-9a2f-0f1f5a6f3d1b",
    "errors": [{"pointer": "/max_uses", "code": "out_of_range", "detail": "must be at least 1"}]
}))]
pub struct Problem {
    /// Names the kind of problem; follows from `code`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of problem in words.
    pub title: String,
    /// The HTTP status, repeated.
    pub status: u16,
    /// What to do about it.
    pub detail: String,
    /// The stable code to branch on.
    #[schema(value_type = ProblemCodeName)]
    pub code: pum_domain::ProblemCode,
    /// Finds this request in the log.
    pub request_id: String,
    /// Which fields are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldProblem>,
    /// With `permission_denied`: the permission that is lacking.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<PermissionName>, nullable = false)]
    pub permission: Option<pum_domain::Permission>,
    /// With `version_conflict`: what another edit has changed meanwhile.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub changed_fields: Vec<String>,
    /// What a particular code carries besides, such as the new terms with `invite_changed`.
    #[serde(flatten)]
    #[schema(ignore)]
    pub more: Map<String, Value>,
}

/// One field that is wrong.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldProblem {
    /// JSON pointer into the body, or `/name` of a query parameter.
    #[schema(example = "/max_uses")]
    pub pointer: String,
    /// Stable code.
    #[schema(example = "out_of_range")]
    pub code: String,
    /// What to do about it.
    #[schema(example = "must be at least 1")]
    pub detail: String,
}

/// Turns `invite_used_up` into `Invite used up`.
pub fn title_of(code: &str) -> String {
    let mut title = code.replace('_', " ");
    if let Some(first) = title.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    title
}

/// Declares the schema of a closed list of names that lives in `pum_domain`.
///
/// `name_schema!(InviteStatusName, pum_domain::invite::InviteStatus)` makes a type to be named in
/// `#[schema(value_type = InviteStatusName)]`; the document then holds one enum for it.
#[macro_export]
macro_rules! name_schema {
    ($(#[$meta:meta])* $name:ident, $list:ty) => {
        $(#[$meta])*
        pub struct $name;

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $crate::problem::enum_of(<$list>::ALL.iter().map(|name| name.as_str()))
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).trim_end_matches("Name").into()
            }
        }
    };
}

name_schema!(
    /// Every code a problem may carry.
    ProblemCodeName,
    pum_domain::ProblemCode
);
name_schema!(
    /// Every permission.
    PermissionName,
    pum_domain::Permission
);

/// The schema of a text that is one of a few.
pub fn enum_of(names: impl Iterator<Item = &'static str>) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::String))
        .enum_values(Some(names.collect::<Vec<_>>()))
        .into()
}

/// What a problem looks like, for the document.
pub fn example(status: u16, code: pum_domain::ProblemCode, detail: &str) -> Value {
    json!({
        "type": format!("urn:pum:problem:{code}"),
        "title": title_of(code.as_str()),
        "status": status,
        "detail": detail,
        "code": code.as_str(),
        "request_id": "3f1c9c1e-52a5-4c64-9a2f-0f1f5a6f3d1b",
    })
}
