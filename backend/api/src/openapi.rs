//! The contract: built from the routes that serve, then completed with what every operation shares.
//!
//! A handler states what is its own (summary, permission, good answers, special refusals). From its
//! `x-permission` and its shape this module adds the security requirement and the refusals that the
//! core gives by itself, so that no operation can forget one.

use actix_web::App;
use pum_domain::ProblemCode;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{
    Components, Content, InfoBuilder, LicenseBuilder, OpenApi, OpenApiVersion, PathItem, Ref, RefOr,
    Required, Response, Tag,
};
use utoipa::{PartialSchema, ToSchema};
use utoipa_actix_web::AppExt;

use crate::access::Access;
use crate::dto;
use crate::problem::{self, FieldProblem, MEDIA_TYPE, PermissionName, Problem, ProblemCodeName};
use crate::routes;
use crate::yaml::with_words_quoted;

/// Says of a request body that it may be left out; only the document's making reads it.
const OPTIONAL_BODY: &str = "x-optional";

/// The document, complete.
pub fn openapi() -> OpenApi {
    let (_, mut document) = App::new().into_utoipa_app().configure(routes::described).split_for_parts();
    document.openapi = OpenApiVersion::Version31;
    document.info = InfoBuilder::new()
        .title("PUM, Plex User Manager")
        .version(env!("CARGO_PKG_VERSION"))
        .license(Some(
            LicenseBuilder::new().name("AGPL-3.0-or-later").identifier(Some("AGPL-3.0-or-later")).build(),
        ))
        .description(Some(include_str!("docs/introduction.md")))
        .build();
    document.servers = None;
    document.tags = Some(routes::TAGS.iter().map(|(name, about)| tag(name, about)).collect());
    complete(document.components.get_or_insert_with(Components::new));
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations_mut(item) {
            let access = Access::of(operation).unwrap_or_else(|| {
                panic!("{method} {path} must say who may call it: add x-permission to its #[utoipa::path]")
            });
            add_shared(method, path, access, operation);
        }
    }
    document
}

/// The document as it stands in `openapi.yaml`.
pub fn openapi_yaml() -> String {
    with_words_quoted(&openapi().to_yaml().expect("the document is plain data"))
}

/// Every operation of a path with its method.
pub fn operations(item: &PathItem) -> impl Iterator<Item = (&'static str, &Operation)> {
    let all = [
        ("GET", &item.get),
        ("POST", &item.post),
        ("PUT", &item.put),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
    ];
    all.into_iter().filter_map(|(method, operation)| operation.as_ref().map(|operation| (method, operation)))
}

fn operations_mut(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let all = [
        ("GET", &mut item.get),
        ("POST", &mut item.post),
        ("PUT", &mut item.put),
        ("PATCH", &mut item.patch),
        ("DELETE", &mut item.delete),
    ];
    all.into_iter().filter_map(|(method, operation)| operation.as_mut().map(|operation| (method, operation)))
}

fn tag(name: &str, about: &str) -> Tag {
    let mut tag = Tag::new(name);
    tag.description = Some(about.to_owned());
    tag
}

fn complete(components: &mut Components) {
    components.security_schemes.insert("session".to_owned(), session_scheme().into());
    components.security_schemes.insert("token".to_owned(), token_scheme().into());
    components.schemas.insert(Problem::name().into_owned(), Problem::schema());
    components.schemas.insert(FieldProblem::name().into_owned(), FieldProblem::schema());
    components.schemas.insert(ProblemCodeName::name().into_owned(), ProblemCodeName::schema());
    components.schemas.insert(PermissionName::name().into_owned(), PermissionName::schema());
    components.schemas.insert(dto::OrderName::name().into_owned(), dto::OrderName::schema());
    for (name, response) in shared_responses() {
        components.responses.insert(name.to_owned(), response.into());
    }
}

fn session_scheme() -> SecurityScheme {
    let mut cookie = ApiKeyValue::new("pum_session");
    cookie.description = Some(
        "The session cookie, set by signing in; `__Host-pum_session` when PUM is served over https at the root of \
         its host. Requests that change something also need a same-origin proof."
            .to_owned(),
    );
    SecurityScheme::ApiKey(ApiKey::Cookie(cookie))
}

fn token_scheme() -> SecurityScheme {
    SecurityScheme::Http(
        HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("An API token. It wins over a cookie; a bad one is 401, never a fall back."))
            .build(),
    )
}

/// The refusals that the core gives by itself: name, status, code, detail.
const SHARED: &[(&str, u16, ProblemCode, &str)] = &[
    ("Malformed", 400, ProblemCode::MalformedRequest, "The body is not JSON: look at line 1, column 7."),
    ("NotSignedIn", 401, ProblemCode::NotSignedIn, "Sign in, then try again."),
    (
        "Forbidden",
        403,
        ProblemCode::PermissionDenied,
        "This needs the permission users.view. Ask an admin who can grant it.",
    ),
    (
        "SameOriginRequired",
        403,
        ProblemCode::SameOriginRequired,
        "This request must come from PUM's own pages.",
    ),
    ("NotFound", 404, ProblemCode::NotFound, "There is nothing with this id. It may have been deleted."),
    ("BodyTooLarge", 413, ProblemCode::BodyTooLarge, "The body is longer than 256 KiB."),
    ("UnsupportedMediaType", 415, ProblemCode::UnsupportedMediaType, "Send the body as JSON."),
    ("Invalid", 422, ProblemCode::ValidationFailed, "max_uses: must be at least 1."),
    (
        "StorageFull",
        503,
        ProblemCode::StorageFull,
        "The disk of the database is full. Make room, then try again.",
    ),
];

fn shared_responses() -> impl Iterator<Item = (&'static str, Response)> {
    SHARED.iter().map(|&(name, status, code, detail)| {
        let mut response = Response::new(problem::title_of(code.as_str()));
        let mut example = problem::example(status, code, detail);
        if code == ProblemCode::PermissionDenied {
            example["permission"] = "users.view".into();
        }
        if code == ProblemCode::ValidationFailed {
            example["errors"] = serde_json::json!([
                {"pointer": "/max_uses", "code": "out_of_range", "detail": "must be at least 1"}
            ]);
        }
        response.content.insert(MEDIA_TYPE.to_owned(), problem_content(example).into());
        (name, response)
    })
}

fn problem_content(example: serde_json::Value) -> Content {
    let mut content = Content::new(Some(RefOr::Ref(Ref::from_schema_name("Problem"))));
    content.example = Some(example);
    content
}

fn add_shared(method: &str, path: &str, access: Access, operation: &mut Operation) {
    let reads_only = method == "GET";
    let mut shared: Vec<(u16, &str)> = Vec::new();
    // One that takes no body refuses one that says something.
    if !reads_only || operation.parameters.as_ref().is_some_and(|given| !given.is_empty()) {
        shared.extend([(400, "Malformed"), (422, "Invalid")]);
    }
    if !reads_only {
        shared.push((413, "BodyTooLarge"));
    }
    if operation.request_body.is_some() {
        shared.push((415, "UnsupportedMediaType"));
    }
    if let Some(RefOr::T(body)) = &mut operation.request_body
        && body.extensions.take_if(|said| said.contains_key(OPTIONAL_BODY)).is_some()
    {
        body.required = Some(Required::False);
    }
    if access != Access::Public {
        shared.push((401, "NotSignedIn"));
    }
    match access {
        Access::Needs(_) => shared.push((403, "Forbidden")),
        Access::Public | Access::SignedIn if !reads_only => shared.push((403, "SameOriginRequired")),
        Access::Public | Access::SignedIn => {}
    }
    if path.contains('{') {
        shared.push((404, "NotFound"));
    }
    if !reads_only {
        shared.push((503, "StorageFull"));
    }
    for response in operation.responses.responses.iter_mut() {
        if let (status, RefOr::T(response)) = response
            && let Some(status) = status.parse().ok().filter(|status| *status >= 400)
            && response.content.is_empty()
        {
            let (code, detail) = described(&response.description);
            let example = problem::example(status, code, &detail);
            response.content.insert(MEDIA_TYPE.to_owned(), problem_content(example).into());
        }
    }
    for (status, name) in shared {
        let reference = RefOr::Ref(Ref::from_response_name(name));
        operation.responses.responses.entry(status.to_string()).or_insert(reference);
    }
    operation.security = Some(match access {
        Access::Public => Vec::new(),
        Access::SignedIn | Access::Needs(_) => {
            ["session", "token"].map(|scheme| SecurityRequirement::new::<_, _, &str>(scheme, [])).to_vec()
        }
    });
    let who = match access {
        Access::Public => "Anybody may call this.".to_owned(),
        Access::SignedIn => "Any signed-in admin may call this.".to_owned(),
        Access::Needs(permissions) => {
            let names: Vec<_> = permissions.iter().map(|one| format!("`{one}`")).collect();
            format!("Needs the permission {}.", names.join(" or "))
        }
    };
    operation.description = Some(match operation.description.take() {
        Some(text) if !text.is_empty() => format!("{text}\n\n{who}"),
        _ => who,
    });
    operation.extensions.get_or_insert_with(Extensions::default);
}

/// `` `invite_changed`: The terms have changed. `` says code and detail of an answer of its own.
fn described(description: &str) -> (ProblemCode, String) {
    let mut parts = description.splitn(3, '`');
    let code = parts.nth(1).and_then(|code| code.parse().ok()).unwrap_or(ProblemCode::Conflict);
    let detail = parts.next().unwrap_or(description).trim_start_matches([':', ' ']);
    (code, if detail.is_empty() { description.to_owned() } else { detail.to_owned() })
}
