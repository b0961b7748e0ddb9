//! `openapi.yaml` is what the code says, and says enough.

use std::collections::HashSet;
use std::path::Path;

use serde_json::Value;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi.yaml");

/// Every operation of the document: path, method, operation.
pub fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for method in ["get", "post", "put", "patch", "delete"] {
            if let Some(operation) = item.get(method) {
                all.push((path.clone(), method.to_uppercase(), operation.clone()));
            }
        }
    }
    all
}

/// The document as JSON.
pub fn document() -> Value {
    serde_json::to_value(pum_api::openapi()).expect("the document is plain data")
}

#[test]
#[allow(clippy::disallowed_methods)] // The one switch that rewrites the file.
fn the_contract_is_what_the_code_says() {
    let built = pum_api::openapi_yaml();
    if std::env::var("UPDATE_OPENAPI").is_ok_and(|value| value == "1") {
        std::fs::write(Path::new(FILE), &built).expect("write openapi.yaml");
    }
    let stored = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(
        stored == built,
        "openapi.yaml is behind the code: run `just openapi` and look at the difference"
    );
}

#[test]
fn readers_of_every_yaml_see_the_same_words() {
    let text = pum_api::openapi_yaml();
    let read: Value = serde_yaml_ng::from_str(&text).expect("YAML");
    assert!(read == document(), "the file says something else than the document");
    let bare = |line: &&str| {
        let value = line.trim().trim_start_matches("- ").rsplit(": ").next().unwrap_or_default();
        ["y", "n", "yes", "no", "on", "off"].iter().any(|word| value.eq_ignore_ascii_case(word))
    };
    assert_eq!(
        text.lines().filter(bare).collect::<Vec<_>>(),
        Vec::<&str>::new(),
        "YAML 1.1 reads truth values"
    );
}

/// Sending it once, or twice with the same key: every answer is told.
#[test]
fn whoever_takes_a_key_says_what_becomes_of_one_that_was_used() {
    let document = document();
    let mut keyed = 0;
    for (path, method, operation) in operations(&document) {
        let takes = |one: &&Value| one["name"] == "Idempotency-Key";
        if operation["parameters"].as_array().into_iter().flatten().find(takes).is_none() {
            continue;
        }
        keyed += 1;
        for (status, code) in [("409", "idempotency_in_progress"), ("422", "idempotency_key_reused")] {
            let told = operation["responses"][status]["description"].as_str().unwrap_or_default();
            assert!(told.contains(code), "{method} {path}, {status}: {told}");
        }
    }
    assert_eq!(keyed, 2);
}

#[test]
fn every_operation_says_what_it_is_and_shows_it() {
    let document = document();
    let mut names = HashSet::new();
    let mut faults = Vec::new();
    for (path, method, operation) in operations(&document) {
        let at = format!("{method} {path}");
        let name = operation["operationId"].as_str().unwrap_or_default().to_owned();
        let is_camel = name.starts_with(|c: char| c.is_ascii_lowercase()) && !name.contains('_');
        if !is_camel || !names.insert(name.clone()) {
            faults.push(format!("{at}: operationId `{name}` is not camelCase or not its own"));
        }
        if operation["summary"].as_str().unwrap_or_default().is_empty() {
            faults.push(format!("{at}: no summary"));
        }
        let description = operation["description"].as_str().unwrap_or_default();
        if !(description.contains("may call this") || description.contains("Needs the permission")) {
            faults.push(format!("{at}: does not say who may call it"));
        }
        if let Some(body) = operation["requestBody"]["content"].as_object() {
            for (media, content) in body {
                if !has_example(&document, content) {
                    faults.push(format!("{at}: its body has no example ({media})"));
                }
            }
        }
        let responses = operation["responses"].as_object().cloned().unwrap_or_default();
        if !responses.keys().any(|status| status.starts_with('2') || status.starts_with('3')) {
            faults.push(format!("{at}: no good answer"));
        }
        for (status, response) in responses {
            let response = resolve(&document, &response);
            for (media, content) in response["content"].as_object().into_iter().flatten() {
                if !has_example(&document, content) {
                    faults.push(format!("{at}: {status} has no example ({media})"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_reference_leads_somewhere() {
    let document = document();
    let mut lost = Vec::new();
    walk(&document, &mut |value| {
        if let Some(reference) = value["$ref"].as_str()
            && document.pointer(reference.trim_start_matches('#')).is_none()
        {
            lost.push(reference.to_owned());
        }
    });
    assert!(lost.is_empty(), "{lost:?}");
}

fn walk(value: &Value, visit: &mut impl FnMut(&Value)) {
    visit(value);
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(item, visit)),
        Value::Object(members) => members.values().for_each(|member| walk(member, visit)),
        _ => {}
    }
}

fn resolve(document: &Value, value: &Value) -> Value {
    match value["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).cloned().unwrap_or_default(),
        None => value.clone(),
    }
}

fn has_example(document: &Value, content: &Value) -> bool {
    let shown = |value: &Value| !value["example"].is_null() || !value["examples"].is_null();
    let schema = resolve(document, &content["schema"]);
    shown(content) || shown(&schema) || of_parts(document, &schema, 0)
}

/// A schema whose parts all have examples has one: readers and tools put it together.
fn of_parts(document: &Value, schema: &Value, depth: u32) -> bool {
    if depth > 6 {
        return false;
    }
    let schema = resolve(document, schema);
    if !schema["example"].is_null() || !schema["examples"].is_null() || !schema["enum"].is_null() {
        return true;
    }
    if schema["type"] == "boolean" || schema["type"] == "null" {
        return true;
    }
    for many in ["oneOf", "anyOf", "allOf"] {
        if let Some(parts) = schema[many].as_array() {
            return parts.iter().any(|part| part["type"] != "null" && of_parts(document, part, depth + 1));
        }
    }
    if schema["items"].is_object() {
        return of_parts(document, &schema["items"], depth + 1);
    }
    let parts = schema["properties"].as_object();
    parts
        .is_some_and(|parts| parts.values().all(|part| optional(part) || of_parts(document, part, depth + 1)))
}

fn optional(part: &Value) -> bool {
    part["type"].as_array().is_some_and(|types| types.iter().any(|kind| kind == "null"))
}
